#include "linnet/ops/convolution.h"

#include "linnet/ops/common.h"
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

}  // namespace linnet
