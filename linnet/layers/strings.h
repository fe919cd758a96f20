// Strings: texts as they come into a network. There are no tensors of strings: layers that read text are called with
// these, before the model, and answer with tensors.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "linnet/base/shape.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Texts in UTF-8 in an array of some shape, row-major. Rows of other lengths throw. (Rows of one text are texts.)
///   Strings{"cat", "dog"}.shape();              // -> [2]
///   Strings{{"a", "b"}, {"c", "d"}}.shape();    // -> [2, 2]
class Strings {
 public:
  Strings() : shape_{0} {}
  Strings(std::vector<std::string> values) : values_(std::move(values)), shape_{size()} {}
  Strings(std::initializer_list<const char*> values) : values_(values.begin(), values.end()), shape_{size()} {}
  Strings(std::initializer_list<std::vector<std::string>> rows);
  /// Throws unless there are as many values as the shape has elements.
  Strings(std::vector<std::string> values, const Shape& shape);

  const std::vector<std::string>& values() const { return values_; }
  const Shape& shape() const { return shape_; }
  std::int64_t size() const { return static_cast<std::int64_t>(values_.size()); }
  /// The rows along the last axis; each value is a row of its own where there is only one axis.
  std::vector<std::vector<std::string>> rows() const;

 private:
  std::vector<std::string> values_;
  Shape shape_;
};

}  // namespace linnet
#pragma GCC visibility pop
