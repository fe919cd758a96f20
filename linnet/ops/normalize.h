// Normalization: what batch, layer and group normalization have in common.
#pragma once

#include "linnet/ops/reduce.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What standardize() gives: the values, and the moments it measured, which carry no gradient.
struct Standardized {
  Tensor values;    // of x's shape
  Tensor mean;      // of x's shape with size 1 at the axes
  Tensor variance;  // the same; divided by n, not n - 1
};
/// y = (x - mean) · r with r = 1 / √(variance + epsilon), mean and variance over `axes` (none: over all); integers
/// become float32, and bfloat16 is computed in float32. dx = r · (dy - mean(dy) - y · mean(dy · y)). Throws unless
/// epsilon >= 0.
///   standardize(tensor({{1, 3}}), -1, 1e-3).values;  // -> {{-0.9995, 0.9995}}
Standardized standardize(const Tensor& x, const Axes& axes, double epsilon);

}  // namespace linnet
#pragma GCC visibility pop
