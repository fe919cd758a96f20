// Numbers: a number, or an array of them, among a layer's options.
#pragma once

#include <initializer_list>
#include <vector>

#include "linnet/base/config.h"
#include "linnet/base/shape.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// One number for all elements, or numbers that are broadcast: 0.5, {1, 2, 3}, a tensor. In a config: a number, or
/// lists within lists.
class Numbers {
 public:
  Numbers(double number = 0) : values_{number} {}
  Numbers(std::initializer_list<double> list) : Numbers(std::vector<double>(list)) {}
  Numbers(const std::vector<double>& list);
  Numbers(const Tensor& array);

  /// () for a single number.
  const Shape& shape() const { return shape_; }
  bool is_single() const { return values_.size() == 1 && shape_.rank() == 0; }
  double front() const { return values_.front(); }
  Tensor to_tensor(DType dtype) const;

  friend Value to_value(const Numbers& numbers);
  friend void from_value(const Value& value, Numbers& numbers);

 private:
  std::vector<double> values_;  // row-major
  Shape shape_;
};

}  // namespace linnet
#pragma GCC visibility pop
