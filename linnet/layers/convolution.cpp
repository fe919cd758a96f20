#include "linnet/layers/convolution.h"

#include <algorithm>

#include "linnet/layers/fields.h"
#include "linnet/layers/images.h"
#include "linnet/ops/convolution.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, ConvOptions& o) {
  visit("strides", o.strides);
  visit("padding", o.padding);
  visit("data_format", o.data_format);
  visit("dilation_rate", o.dilation_rate);
  visit("groups", o.groups);
  visit("activation", o.activation);
  visit("use_bias", o.use_bias);
  visit("kernel_initializer", o.kernel_initializer);
  visit("bias_initializer", o.bias_initializer);
  visit("kernel_regularizer", o.kernel_regularizer);
  visit("bias_regularizer", o.bias_regularizer);
  visit("activity_regularizer", o.activity_regularizer);
  visit("kernel_constraint", o.kernel_constraint);
  visit("bias_constraint", o.bias_constraint);
}

void BaseConv::set_up(int axes, std::int64_t filters, const AxisSizes& kernel_size, ConvOptions options) {
  axes_ = axes;
  filters_ = filters;
  options_ = std::move(options);
  check(filters > 0, "[", class_name(), " \"", name(), "\"] expected filters > 0, received ", filters);
  check(options_.groups > 0 && filters % options_.groups == 0, "[", class_name(), " \"", name(),
        "\"] expected groups that divide the number of filters, ", filters, ", received ", options_.groups);
  kernel_size_ = kernel_size.for_axes(axes, *this, "kernel_size");
  options_.strides = options_.strides.for_axes(axes, *this, "strides");
  options_.dilation_rate = options_.dilation_rate.for_axes(axes, *this, "dilation_rate");
  check_data_format(*this, options_.data_format);
  padding_by_name(*this, options_.padding, axes == 1);
  const auto is_large = [](const AxisSizes& sizes) { return std::ranges::max(sizes.list()) > 1; };
  check(!is_large(options_.strides) || !is_large(options_.dilation_rate), "[", class_name(), " \"", name(),
        "\"] expected strides or a dilation_rate above 1, not both, received ", to_value(options_.strides), " and ",
        to_value(options_.dilation_rate));
}

void BaseConv::build(const Shape& input) {
  check_image(*this, input, axes_, options_.data_format);
  const std::int64_t channels = channels_last(input, options_.data_format).back();
  check(channels > 0 && channels % options_.groups == 0, "[", class_name(), " \"", name(),
        "\"] expected a known number of channels that can be cut into ", options_.groups,
        " groups, received inputs of shape ", input);
  Shape shape = kernel_size_.shape();
  shape.push_back(channels / options_.groups);
  shape.push_back(filters_);
  add_weight(kernel_, "kernel", shape, options_.kernel_initializer,
             {options_.kernel_regularizer, options_.kernel_constraint, true, dtype()});
  if (options_.use_bias)
    add_weight(bias_, "bias", {filters_}, options_.bias_initializer,
               {options_.bias_regularizer, options_.bias_constraint, true, dtype()});
}

Tensor BaseConv::call(const Tensor& input, Mode) {
  check_image(*this, input.shape(), axes_, options_.data_format);
  const Tensor x = channels_last(input.to(compute_dtype()), options_.data_format);
  const std::int64_t channels = kernel_.shape()[-2] * options_.groups;
  check(x.shape().back() == channels, "[", class_name(), " \"", name(), "\"] expected inputs with ", channels,
        " channels, received shape ", input.shape());
  const ActivationFunction& activation = options_.activation;
  const WindowOptions windows{options_.strides.shape(), options_.dilation_rate.shape(),
                              padding_by_name(*this, options_.padding, axes_ == 1)};
  const Tensor bias = options_.use_bias ? bias_.value() : Tensor();
  Tensor y = from_channels_last(conv(x, kernel_, bias, windows, activation.fused()), options_.data_format);
  if (!activation.has_fused() && !activation.is_linear()) y = activation(y);
  if (options_.activity_regularizer) add_activity_loss(*options_.activity_regularizer, y);
  return y;
}

Shape BaseConv::compute_output_shape(const Shape& input) const {
  check_image(*this, input, axes_, options_.data_format);
  const Padding padding = padding_by_name(*this, options_.padding, axes_ == 1);
  Shape shape = channels_last(input, options_.data_format);
  for (int a = 0; a < axes_; ++a) {
    const auto i = static_cast<std::size_t>(a);
    shape[a + 1] = count_windows(shape[a + 1], kernel_size_.list()[i], options_.strides.list()[i],
                                 options_.dilation_rate.list()[i], padding);
    check(shape[a + 1] != 0, "[", class_name(), " \"", name(), "\"] expected inputs at least as large as the window, ",
          to_value(kernel_size_), ", received shape ", input, "; padding = \"same\" takes smaller ones");
  }
  shape[-1] = filters_;
  return from_channels_last(shape, options_.data_format);
}

Config BaseConv::config() const {
  Config config = base_config();
  config.set("filters", filters_);
  config.set("kernel_size", to_value(kernel_size_));
  return with_fields(std::move(config), options_);
}

namespace {

template <class Conv>
AnyLayer conv_from_config(const Config& config, const char* who) {
  Config rest = config;
  for (const char* key : {"filters", "kernel_size"}) rest.erase(key);
  AxisSizes kernel_size = 1;
  from_value(config.at("kernel_size"), kernel_size);
  return Conv(config.at("filters").as_int(), kernel_size, read_options<ConvOptions>(rest, who));
}

}  // namespace

#define LINNET_CONVOLUTION(Name, axes)                                                       \
  Name::Name(std::int64_t filters, const AxisSizes& kernel_size, const ConvOptions& options) \
      : LayerOf(#Name, layer_options(options)) {                                             \
    set_up(axes, filters, kernel_size, options);                                             \
  }                                                                                          \
  AnyLayer Name::from_config(const Config& config) { return conv_from_config<Name>(config, #Name); }

LINNET_CONVOLUTION(Conv1D, 1)
LINNET_CONVOLUTION(Conv2D, 2)
LINNET_CONVOLUTION(Conv3D, 3)
#undef LINNET_CONVOLUTION

}  // namespace linnet
