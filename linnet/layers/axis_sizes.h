// AxisSizes: a size for each spatial axis among a layer's options.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "linnet/base/config.h"
#include "linnet/base/shape.h"

#pragma GCC visibility push(default)
namespace linnet {

class Layer;

/// One number for all spatial axes, or one for each: 3, {3, 5}.
class AxisSizes {
 public:
  AxisSizes(std::int64_t size = 1) : sizes_{size}, single_(true) {}
  AxisSizes(std::initializer_list<std::int64_t> sizes) : sizes_(sizes) {}
  explicit AxisSizes(std::vector<std::int64_t> sizes) : sizes_(std::move(sizes)) {}

  /// One number for each of `axes` axes. Throws `[Conv2D "conv"] expected strides …` unless there is one for each, and
  /// all are at least `least` and below 2^24; `option` is their name.
  AxisSizes for_axes(int axes, const Layer& layer, std::string_view option, std::int64_t least = 1) const;
  const std::vector<std::int64_t>& list() const { return sizes_; }
  Shape shape() const { return Shape(sizes_); }

  /// In a config: a list, or a number while it stands for all axes.
  friend Value to_value(const AxisSizes& sizes);
  friend void from_value(const Value& value, AxisSizes& sizes);

 private:
  std::vector<std::int64_t> sizes_;
  bool single_ = false;
};

}  // namespace linnet
#pragma GCC visibility pop
