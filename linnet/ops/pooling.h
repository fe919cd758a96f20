// Pooling over 1 to 3 spatial axes of [batch, spatial…, channels]: each channel by itself. Integers become float32.
// (Pooling of all positions at once is max or mean over the spatial axes.)
#pragma once

#include "linnet/ops/windows.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// y[n, p, c] = the largest of x[n, p · strides + k - padding, c] over the cells k of a window of `pool_size` that lie
/// inside; NaN if one is. The gradient goes to the first of the largest. Without strides, windows lie side by side:
/// strides = pool_size. Throws, naming the shapes, where sizes do not fit.
///   max_pool(reshape(arange(0, 16), {1, 4, 4, 1}), {2, 2});  // -> {{{{5}, {7}}, {{13}, {15}}}}
Tensor max_pool(const Tensor& x, const Shape& pool_size, const WindowOptions& options = {});
/// The mean in place of the largest, over the cells that lie inside; each gets an equal share of the gradient.
Tensor average_pool(const Tensor& x, const Shape& pool_size, const WindowOptions& options = {});

}  // namespace linnet
#pragma GCC visibility pop
