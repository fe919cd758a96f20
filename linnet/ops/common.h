// Small things that several op families share. Internal.
#pragma once

#include <utility>

#include "linnet/kernels/kernels.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/reduce.h"
#include "linnet/tensor/record.h"

namespace linnet::ops {

/// Real arithmetic needs a floating dtype: `x`, or x as float32 if it is integer or boolean.
inline Tensor as_floating(const char* who, const Tensor& x) {
  check_input(who, x);
  return is_floating(x.dtype()) ? x : x.to(float32);
}

/// The axes, normalized, as one flag an axis: all of them when none is given. Throws on an axis out of range or twice.
struct AxisSet {
  bool reduced[Shape::max_rank] = {};
  std::int64_t count = 1;  // how many elements go into one
  Shape kept;              // the shape with size 1 at the axes
  Shape squeezed;          // the shape without them

  AxisSet(const char* who, const Shape& shape, const Axes& axes);
};

kernels::Activation kernel_activation(FusedActivation activation);
/// The gradient before the activation, from the output y: all three derivatives can be written with y.
Tensor through_activation(FusedActivation activation, const Tensor& y, const Tensor& dy);

}  // namespace linnet::ops
