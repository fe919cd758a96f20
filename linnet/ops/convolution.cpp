#include "linnet/ops/convolution.h"

#include <algorithm>
#include <utility>

#include "linnet/ops/common.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"
#include "linnet/ops/window_plan.h"

namespace linnet {

namespace {

/// The dtype in which two or three operands meet. Throws for integers.
DType common_dtype(const char* who, const Tensor& x, const Tensor& kernel, const Tensor& bias) {
  check_input(who, x);
  check_input(who, kernel);
  if (bias.defined()) check_input(who, bias);
  DType common = promote(x.dtype(), kernel.dtype());
  if (bias.defined()) common = promote(common, bias.dtype());
  check(is_floating(common), "[", who, "] expected floating operands, received dtypes ", x.dtype(), " and ",
        kernel.dtype(), "; convert with to(float32)");
  return common;
}

void check_bias(const char* who, const Tensor& bias, std::int64_t filters) {
  check(!bias.defined() || bias.shape() == Shape{filters}, "[", who, "] expected a bias of shape ", Shape{filters},
        ", received ", bias.defined() ? bias.shape() : Shape());
}

/// [batch, sizes…, channels].
Shape image_shape(std::int64_t batch, Shape sizes, std::int64_t channels) {
  sizes.insert(0, batch);
  sizes.push_back(channels);
  return sizes;
}

}  // namespace

Tensor conv(const Tensor& x, const Tensor& kernel, const Tensor& bias, const WindowOptions& options,
            FusedActivation activation) {
  const DType common = common_dtype("conv", x, kernel, bias);
  if (x.dtype() != common || kernel.dtype() != common || (bias.defined() && bias.dtype() != common))
    return conv(x.to(common), kernel.to(common), bias.defined() ? bias.to(common) : bias, options, activation);
  check(x.rank() == kernel.rank() && x.rank() >= 3 && kernel.shape().size() > 0,
        "[conv] expected x (batch, spatial…, channels) and kernel (window…, channels, filters) with as many axes, "
        "received ",
        x.shape(), " and ", kernel.shape());
  const std::int64_t channels = x.shape().back(), in = kernel.shape()[-2], filters = kernel.shape().back();
  check(channels > 0 && channels % in == 0 && filters % (channels / in) == 0,
        "[conv] expected channels and filters that the groups divide, received x ", x.shape(), " and kernel ",
        kernel.shape());
  check_bias("conv", bias, filters);
  const ops::WindowPlan plan("conv", x.shape(), kernel.shape().slice(0, kernel.rank() - 2), options);

  const Tensor y(image_shape(x.shape()[0], plan.counts, filters), common);
  kernels::convolution(view(x), view(kernel), bias.defined() ? view(bias) : kernels::View(),
                       ops::kernel_activation(activation), plan.windows, mutable_view(y));
  return record("conv", y, {x, kernel, bias},
                [x = save(x), kernel = save(kernel), y = save(activation == FusedActivation::none ? Tensor() : y),
                 windows = plan.windows, activation](const Tensor& dy, Needs needs) -> Grads {
                  Tensor dx, dkernel, dbias;
                  const Tensor dz = ops::through_activation(activation, *y, dy);
                  if (needs[0]) {
                    dx = Tensor(x->shape(), dz.dtype());
                    kernels::convolution_backward_src(view(dz), view(*kernel), windows, mutable_view(dx));
                  }
                  if (needs[1]) {
                    dkernel = Tensor(kernel->shape(), dz.dtype());
                    kernels::convolution_backward_weights(view(*x), view(dz), windows, mutable_view(dkernel));
                  }
                  if (needs[2]) dbias = dz;  // the engine sums over all but the filters
                  return {dx, dkernel, dbias};
                });
}

Tensor depthwise_conv(const Tensor& x, const Tensor& kernel, const Tensor& bias, const WindowOptions& options,
                      FusedActivation activation) {
  check_input("depthwise_conv", x);
  check_input("depthwise_conv", kernel);
  check(kernel.rank() >= 3 && x.rank() == kernel.rank() && x.shape().back() == kernel.shape()[-2],
        "[depthwise_conv] expected x (batch, spatial…, channels) and kernel (window…, channels, multiplier), received ",
        x.shape(), " and ", kernel.shape());
  Shape grouped = kernel.shape();  // groups of one channel
  grouped[-1] *= grouped[-2];
  grouped[-2] = 1;
  return conv(x, reshape(kernel, grouped), bias, options, activation);
}

namespace {

/// Zeros that a transposed convolution puts before and after x, whose elements it sets `stride` apart, when it is seen
/// as a convolution with the kernel in reverse. Keras defines its result so.
std::pair<std::int64_t, std::int64_t> transpose_padding(std::int64_t window, std::int64_t stride, std::int64_t dilation,
                                                        Padding padding, std::int64_t output_padding) {
  const std::int64_t reach = (window - 1) * dilation + 1;
  if (padding == Padding::valid)
    return {reach - 1, reach - 1 + (output_padding < 0 ? std::max<std::int64_t>(stride - reach, 0) : output_padding)};
  const std::int64_t both = output_padding < 0 ? stride + reach - 2 : reach + reach % 2 - 2 + output_padding;
  const std::int64_t before = std::min(both / 2 + both % 2, reach - 1);
  return {before, both - before};
}

}  // namespace

std::int64_t conv_transpose_size(std::int64_t size, std::int64_t window, std::int64_t stride, std::int64_t dilation,
                                 Padding padding, std::int64_t output_padding) {
  if (size < 0) return -1;
  const auto [before, after] = transpose_padding(window, stride, dilation, padding, output_padding);
  return (size - 1) * stride + 1 + before + after - (window - 1) * dilation;
}

Tensor conv_transpose(const Tensor& x, const Tensor& kernel, const Tensor& bias, const ConvTransposeOptions& options) {
  const char* who = "conv_transpose";
  const DType common = common_dtype(who, x, kernel, bias);
  if (x.dtype() != common || kernel.dtype() != common || (bias.defined() && bias.dtype() != common))
    return conv_transpose(x.to(common), kernel.to(common), bias.defined() ? bias.to(common) : bias, options);
  check(x.rank() == kernel.rank() && x.rank() >= 3 && kernel.shape().size() > 0 &&
            x.shape().back() == kernel.shape().back(),
        "[conv_transpose] expected x (batch, spatial…, channels) and kernel (window…, filters, channels) with as many "
        "axes, received ",
        x.shape(), " and ", kernel.shape());
  const int axes = x.rank() - 2;
  const std::int64_t filters = kernel.shape()[-2];
  check_bias(who, bias, filters);
  const Shape window = kernel.shape().slice(0, axes);
  const WindowOptions checked =
      ops::checked_windows(who, x.shape(), window, {options.strides, options.dilation_rate, options.padding});
  check(options.padding != Padding::causal, "[conv_transpose] expected valid or same padding, received causal");
  check(options.output_padding.empty() || options.output_padding.rank() == axes,
        "[conv_transpose] expected output padding for each of ", axes, " spatial axes, received ",
        options.output_padding);
  kernels::Windows windows{checked.strides, checked.dilation_rate, {}};
  Shape sizes;
  for (int a = 0; a < axes; ++a) {
    const std::int64_t stride = windows.strides[a], dilation = windows.dilation[a];
    const std::int64_t more = options.output_padding.empty() ? -1 : options.output_padding[a];
    check(options.output_padding.empty() || (more >= 0 && more < std::int64_t{1} << 31),
          "[conv_transpose] expected output padding of 0 or more, received ", options.output_padding);
    sizes.push_back(conv_transpose_size(x.shape()[a + 1], window[a], stride, dilation, options.padding, more));
    check(x.shape()[a + 1] > 0 && sizes[a] > 0, "[conv_transpose] expected inputs that give an output, received shape ",
          x.shape(), " and kernel ", kernel.shape());
    const std::int64_t before = transpose_padding(window[a], stride, dilation, options.padding, more).first;
    windows.padding.push_back((window[a] - 1) * dilation - before);
  }

  const Tensor y(image_shape(x.shape()[0], sizes, filters), common);
  kernels::convolution_backward_src(view(x), view(kernel), windows, mutable_view(y));
  const Tensor spread = record(
      who, y, {x, kernel}, [x = save(x), kernel = save(kernel), windows](const Tensor& dy, Needs needs) -> Grads {
        Tensor dx, dkernel;
        if (needs[0]) {
          dx = Tensor(x->shape(), dy.dtype());
          kernels::convolution(view(dy), view(*kernel), {}, kernels::Activation::none, windows, mutable_view(dx));
        }
        if (needs[1]) {
          dkernel = Tensor(kernel->shape(), dy.dtype());
          kernels::convolution_backward_weights(view(dy), view(*x), windows, mutable_view(dkernel));
        }
        return {dx, dkernel};
      });
  return bias.defined() ? spread + bias : spread;
}

}  // namespace linnet
