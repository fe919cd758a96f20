#include "linnet/layers/depthwise_convolution.h"

#include "linnet/layers/fields.h"
#include "linnet/layers/images.h"
#include "linnet/ops/convolution.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, DepthwiseConvOptions& o) {
  visit("strides", o.strides);
  visit("padding", o.padding);
  visit("depth_multiplier", o.depth_multiplier);
  visit("data_format", o.data_format);
  visit("dilation_rate", o.dilation_rate);
  visit("activation", o.activation);
  visit("use_bias", o.use_bias);
  visit("depthwise_initializer", o.depthwise_initializer);
  visit("bias_initializer", o.bias_initializer);
  visit("depthwise_regularizer", o.depthwise_regularizer);
  visit("bias_regularizer", o.bias_regularizer);
  visit("activity_regularizer", o.activity_regularizer);
  visit("depthwise_constraint", o.depthwise_constraint);
  visit("bias_constraint", o.bias_constraint);
}
template <class Visitor>
void fields(Visitor& visit, SeparableConvOptions& o) {
  visit("strides", o.strides);
  visit("padding", o.padding);
  visit("data_format", o.data_format);
  visit("dilation_rate", o.dilation_rate);
  visit("depth_multiplier", o.depth_multiplier);
  visit("activation", o.activation);
  visit("use_bias", o.use_bias);
  visit("depthwise_initializer", o.depthwise_initializer);
  visit("pointwise_initializer", o.pointwise_initializer);
  visit("bias_initializer", o.bias_initializer);
  visit("depthwise_regularizer", o.depthwise_regularizer);
  visit("pointwise_regularizer", o.pointwise_regularizer);
  visit("bias_regularizer", o.bias_regularizer);
  visit("activity_regularizer", o.activity_regularizer);
  visit("depthwise_constraint", o.depthwise_constraint);
  visit("pointwise_constraint", o.pointwise_constraint);
  visit("bias_constraint", o.bias_constraint);
}

namespace {

/// Checks what both kinds share, and gives their lists one number an axis.
template <class Options>
void complete_options(const Layer& layer, int axes, Options& o) {
  constexpr std::int64_t most = std::int64_t{1} << 24;
  check(o.depth_multiplier > 0 && o.depth_multiplier < most, "[", layer.class_name(), " \"", layer.name(),
        "\"] expected a depth_multiplier above 0 and below ", most, ", received ", o.depth_multiplier);
  o.strides = o.strides.for_axes(axes, layer, "strides");
  o.dilation_rate = o.dilation_rate.for_axes(axes, layer, "dilation_rate");
  check_data_format(layer, o.data_format);
  padding_by_name(layer, o.padding);
}

template <class Options>
WindowOptions windows_of(const Layer& layer, const Options& o) {
  return {o.strides.shape(), o.dilation_rate.shape(), padding_by_name(layer, o.padding)};
}

/// The known number of channels of an image.
template <class Options>
std::int64_t channels_of(const Layer& layer, const Shape& input, int axes, const Options& o) {
  check_image(layer, input, axes, o.data_format);
  const std::int64_t channels = channels_last(input, o.data_format).back();
  check(channels > 0, "[", layer.class_name(), " \"", layer.name(),
        "\"] expected a known number of channels, received inputs of shape ", input);
  return channels;
}

Shape depthwise_shape(const AxisSizes& kernel_size, std::int64_t channels, std::int64_t multiplier) {
  Shape shape = kernel_size.shape();
  shape.push_back(channels);
  shape.push_back(multiplier);
  return shape;
}

/// The image with channels last; throws unless it has as many as the kernel.
template <class Options>
Tensor checked_image(const Layer& layer, const Tensor& input, int axes, const Options& o, const Variable& kernel) {
  const std::int64_t channels = kernel.shape()[-2];
  check(channels_of(layer, input.shape(), axes, o) == channels, "[", layer.class_name(), " \"", layer.name(),
        "\"] expected inputs with ", channels, " channels, received shape ", input.shape());
  return channels_last(input.to(layer.compute_dtype()), o.data_format);
}

/// The shape of the output, whose channels are `filters`, or, if that is 0, depth_multiplier for each of the input's.
template <class Options>
Shape output_shape(const Layer& layer, const Shape& input, int axes, const AxisSizes& kernel_size, const Options& o,
                   std::int64_t filters) {
  check_image(layer, input, axes, o.data_format);
  Shape shape = channels_last(input, o.data_format);
  for (int a = 0; a < axes; ++a) {
    const auto i = static_cast<std::size_t>(a);
    shape[a + 1] = count_windows(shape[a + 1], kernel_size.list()[i], o.strides.list()[i], o.dilation_rate.list()[i],
                                 padding_by_name(layer, o.padding));
    check(shape[a + 1] != 0, "[", layer.class_name(), " \"", layer.name(),
          "\"] expected inputs at least as large as the window, ", to_value(kernel_size), ", received shape ", input,
          "; padding = \"same\" takes smaller ones");
  }
  shape[-1] = filters > 0 ? filters : shape[-1] < 0 ? -1 : shape[-1] * o.depth_multiplier;
  return from_channels_last(shape, o.data_format);
}

}  // namespace

// ---- DepthwiseConv

void BaseDepthwiseConv::set_up(int axes, const AxisSizes& kernel_size, DepthwiseConvOptions options) {
  axes_ = axes;
  options_ = std::move(options);
  kernel_size_ = kernel_size.for_axes(axes, *this, "kernel_size");
  complete_options(*this, axes, options_);
}

void BaseDepthwiseConv::build(const Shape& input) {
  const std::int64_t channels = channels_of(*this, input, axes_, options_);
  add_weight(kernel_, "kernel", depthwise_shape(kernel_size_, channels, options_.depth_multiplier),
             options_.depthwise_initializer,
             {options_.depthwise_regularizer, options_.depthwise_constraint, true, dtype()});
  if (options_.use_bias)
    add_weight(bias_, "bias", {channels * options_.depth_multiplier}, options_.bias_initializer,
               {options_.bias_regularizer, options_.bias_constraint, true, dtype()});
}

Tensor BaseDepthwiseConv::call(const Tensor& input, Mode) {
  const Tensor x = checked_image(*this, input, axes_, options_, kernel_);
  const ActivationFunction& activation = options_.activation;
  const Tensor bias = options_.use_bias ? bias_.value() : Tensor();
  Tensor y = depthwise_conv(x, kernel_, bias, windows_of(*this, options_), activation.fused());
  y = from_channels_last(y, options_.data_format);
  if (!activation.has_fused() && !activation.is_linear()) y = activation(y);
  if (options_.activity_regularizer) add_activity_loss(*options_.activity_regularizer, y);
  return y;
}

Shape BaseDepthwiseConv::compute_output_shape(const Shape& input) const {
  return output_shape(*this, input, axes_, kernel_size_, options_, 0);
}

Config BaseDepthwiseConv::config() const {
  Config config = base_config();
  config.set("kernel_size", to_value(kernel_size_));
  return with_fields(std::move(config), options_);
}

#define LINNET_DEPTHWISE_CONVOLUTION(Name, axes)                                \
  Name::Name(const AxisSizes& kernel_size, const DepthwiseConvOptions& options) \
      : LayerOf(#Name, layer_options(options)) {                                \
    set_up(axes, kernel_size, options);                                         \
  }                                                                             \
  AnyLayer Name::from_config(const Config& config) {                            \
    Config rest = config;                                                       \
    rest.erase("kernel_size");                                                  \
    AxisSizes kernel_size;                                                      \
    from_value(config.at("kernel_size"), kernel_size);                          \
    return Name(kernel_size, read_options<DepthwiseConvOptions>(rest, #Name));  \
  }

LINNET_DEPTHWISE_CONVOLUTION(DepthwiseConv1D, 1)
LINNET_DEPTHWISE_CONVOLUTION(DepthwiseConv2D, 2)
#undef LINNET_DEPTHWISE_CONVOLUTION

// ---- SeparableConv

void BaseSeparableConv::set_up(int axes, std::int64_t filters, const AxisSizes& kernel_size,
                               SeparableConvOptions options) {
  axes_ = axes;
  filters_ = filters;
  options_ = std::move(options);
  check(filters > 0, "[", class_name(), " \"", name(), "\"] expected filters > 0, received ", filters);
  kernel_size_ = kernel_size.for_axes(axes, *this, "kernel_size");
  complete_options(*this, axes, options_);
}

void BaseSeparableConv::build(const Shape& input) {
  const std::int64_t channels = channels_of(*this, input, axes_, options_);
  add_weight(depthwise_kernel_, "depthwise_kernel", depthwise_shape(kernel_size_, channels, options_.depth_multiplier),
             options_.depthwise_initializer,
             {options_.depthwise_regularizer, options_.depthwise_constraint, true, dtype()});
  Shape mixing = Shape::filled(axes_, 1);
  mixing.push_back(channels * options_.depth_multiplier);
  mixing.push_back(filters_);
  add_weight(pointwise_kernel_, "pointwise_kernel", mixing, options_.pointwise_initializer,
             {options_.pointwise_regularizer, options_.pointwise_constraint, true, dtype()});
  if (options_.use_bias)
    add_weight(bias_, "bias", {filters_}, options_.bias_initializer,
               {options_.bias_regularizer, options_.bias_constraint, true, dtype()});
}

Tensor BaseSeparableConv::call(const Tensor& input, Mode) {
  const Tensor x = checked_image(*this, input, axes_, options_, depthwise_kernel_);
  const ActivationFunction& activation = options_.activation;
  const Tensor bias = options_.use_bias ? bias_.value() : Tensor();
  const Tensor seen = depthwise_conv(x, depthwise_kernel_, {}, windows_of(*this, options_));
  Tensor y = from_channels_last(conv(seen, pointwise_kernel_, bias, {}, activation.fused()), options_.data_format);
  if (!activation.has_fused() && !activation.is_linear()) y = activation(y);
  if (options_.activity_regularizer) add_activity_loss(*options_.activity_regularizer, y);
  return y;
}

Shape BaseSeparableConv::compute_output_shape(const Shape& input) const {
  return output_shape(*this, input, axes_, kernel_size_, options_, filters_);
}

Config BaseSeparableConv::config() const {
  Config config = base_config();
  config.set("filters", filters_);
  config.set("kernel_size", to_value(kernel_size_));
  return with_fields(std::move(config), options_);
}

#define LINNET_SEPARABLE_CONVOLUTION(Name, axes)                                                              \
  Name::Name(std::int64_t filters, const AxisSizes& kernel_size, const SeparableConvOptions& options)         \
      : LayerOf(#Name, layer_options(options)) {                                                              \
    set_up(axes, filters, kernel_size, options);                                                              \
  }                                                                                                           \
  AnyLayer Name::from_config(const Config& config) {                                                          \
    Config rest = config;                                                                                     \
    for (const char* key : {"filters", "kernel_size"}) rest.erase(key);                                       \
    AxisSizes kernel_size;                                                                                    \
    from_value(config.at("kernel_size"), kernel_size);                                                        \
    return Name(config.at("filters").as_int(), kernel_size, read_options<SeparableConvOptions>(rest, #Name)); \
  }

LINNET_SEPARABLE_CONVOLUTION(SeparableConv1D, 1)
LINNET_SEPARABLE_CONVOLUTION(SeparableConv2D, 2)
#undef LINNET_SEPARABLE_CONVOLUTION

}  // namespace linnet
