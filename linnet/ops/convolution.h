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
///   Tensor images = zeros({8, 28, 28, 1}), kernel = zeros({3, 3, 1, 16}), bias = zeros({16});
///   conv(images, kernel, bias, {.padding = Padding::same}, FusedActivation::relu);  // -> [8, 28, 28, 16]
///   conv(reshape(arange(0, 5), {1, 5, 1}), ones({2, 1, 1}));                        // -> {{{1}, {3}, {5}, {7}}}
Tensor conv(const Tensor& x, const Tensor& kernel, const Tensor& bias = {}, const WindowOptions& options = {},
            FusedActivation activation = FusedActivation::none);

/// conv() with a kernel [window…, channels, multiplier] for each channel by itself: filter c · multiplier + m of the
/// result sees channel c alone.
///   depthwise_conv(zeros({8, 28, 28, 3}), zeros({3, 3, 3, 2}), {}, {.padding = Padding::same});  // -> [8, 28, 28, 6]
Tensor depthwise_conv(const Tensor& x, const Tensor& kernel, const Tensor& bias = {}, const WindowOptions& options = {},
                      FusedActivation activation = FusedActivation::none);

/// How the windows of a transposed convolution move.
struct ConvTransposeOptions {
  Shape strides = {};                // one number for each spatial axis; none: 1
  Shape dilation_rate = {};          // likewise
  Padding padding = Padding::valid;  // or same
  Shape output_padding = {};         // see conv_transpose_size; likewise, or none
};
/// The size of conv_transpose's result along an axis; with reach = (window - 1) · dilation + 1:
///   output_padding < 0 (none): size · stride, and with valid padding max(reach - stride, 0) more
///   else: (size - 1) · stride + reach + output_padding, and with same padding 2 · ⌊reach / 2⌋ less
/// -1 for an unknown size.
std::int64_t conv_transpose_size(std::int64_t size, std::int64_t window, std::int64_t stride, std::int64_t dilation,
                                 Padding padding, std::int64_t output_padding);
/// The opposite way of conv(): each x[n, p, i] is spread over a window of y, y[n, p · strides + k · dilation - padding,
/// o] += x[n, p, i] · kernel[k, o, i], and bias[o] is added. This is the gradient of a convolution by its input.
///   x [batch, spatial…, channels]   kernel [window…, filters, channels]   bias [filters], or an empty tensor
///   -> [batch, spatial…, filters] of conv_transpose_size()
/// Throws, naming the shapes, where sizes do not fit.
///   Tensor images = zeros({8, 7, 7, 64}), kernel = zeros({3, 3, 32, 64});
///   conv_transpose(images, kernel, {}, {.strides = {2, 2}, .padding = Padding::same});  // -> [8, 14, 14, 32]
Tensor conv_transpose(const Tensor& x, const Tensor& kernel, const Tensor& bias = {},
                      const ConvTransposeOptions& options = {});

}  // namespace linnet
#pragma GCC visibility pop
