// Convolution over 1 to 3 spatial axes. Operands are floating, of the wider of their dtypes; integers throw. Layout is
// channels last, [batch, spatial…, channels]; for channels first, permute: views are read in place or copied once.
#pragma once

#include "linnet/ops/matmul.h"
#include "linnet/ops/windows.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// y[n, p, o] = activation(bias[o] + Σ over k, i of x[n, p · strides + k · dilation - padding, i] · kernel[k, i, o]).
///   x [batch, spatial…, channels]   kernel [window…, channels / groups, filters]   bias [filters], or an empty tensor
///   -> [batch, spatial…, filters]
/// There are as many groups as kernel's channels say; the filters of a group see the channels of that group. With dz =
/// dy · activation'(y): dx and dkernel are the sums over the same products, dbias = Σ dz. Throws, naming the shapes,
/// where sizes do not fit.
///   conv(images, kernel, bias, {.padding = Padding::same}, FusedActivation::relu)
Tensor conv(const Tensor& x, const Tensor& kernel, const Tensor& bias = {}, const WindowOptions& options = {},
            FusedActivation activation = FusedActivation::none);

}  // namespace linnet
#pragma GCC visibility pop
