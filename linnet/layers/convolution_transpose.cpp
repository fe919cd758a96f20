#include "linnet/layers/convolution_transpose.h"

#include <algorithm>

#include "linnet/layers/fields.h"
#include "linnet/layers/images.h"
#include "linnet/ops/convolution.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, ConvTransposeLayerOptions& o) {
  visit("strides", o.strides);
  visit("padding", o.padding);
  visit("output_padding", o.output_padding);
  visit("data_format", o.data_format);
  visit("dilation_rate", o.dilation_rate);
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

void BaseConvTranspose::set_up(int axes, std::int64_t filters, const AxisSizes& kernel_size,
                               ConvTransposeLayerOptions options) {
  axes_ = axes;
  filters_ = filters;
  options_ = std::move(options);
  check(filters > 0, "[", class_name(), " \"", name(), "\"] expected filters > 0, received ", filters);
  kernel_size_ = kernel_size.for_axes(axes, *this, "kernel_size");
  options_.strides = options_.strides.for_axes(axes, *this, "strides");
  options_.dilation_rate = options_.dilation_rate.for_axes(axes, *this, "dilation_rate");
  check_data_format(*this, options_.data_format);
  padding_by_name(*this, options_.padding);
  const std::vector<std::int64_t>&strides = options_.strides.list(), &dilation = options_.dilation_rate.list();
  check(std::ranges::max(strides) == 1 || std::ranges::max(dilation) == 1, "[", class_name(), " \"", name(),
        "\"] expected strides or a dilation_rate above 1, not both, received ", to_value(options_.strides), " and ",
        to_value(options_.dilation_rate));
  if (!options_.output_padding) return;
  options_.output_padding = options_.output_padding->for_axes(axes, *this, "output_padding", 0);
  const std::vector<std::int64_t>& more = options_.output_padding->list();
  for (std::size_t a = 0; a < more.size(); ++a)
    check(more[a] < strides[a], "[", class_name(), " \"", name(),
          "\"] expected output_padding less than strides, received ", to_value(*options_.output_padding), " and ",
          to_value(options_.strides));
}

void BaseConvTranspose::build(const Shape& input) {
  check_image(*this, input, axes_, options_.data_format);
  const std::int64_t channels = channels_last(input, options_.data_format).back();
  check(channels > 0, "[", class_name(), " \"", name(),
        "\"] expected a known number of channels, received inputs of shape ", input);
  Shape shape = kernel_size_.shape();
  shape.push_back(filters_);
  shape.push_back(channels);
  add_weight(kernel_, "kernel", shape, options_.kernel_initializer,
             {options_.kernel_regularizer, options_.kernel_constraint, true, dtype()});
  if (options_.use_bias)
    add_weight(bias_, "bias", {filters_}, options_.bias_initializer,
               {options_.bias_regularizer, options_.bias_constraint, true, dtype()});
}

Tensor BaseConvTranspose::call(const Tensor& input, Mode) {
  check_image(*this, input.shape(), axes_, options_.data_format);
  const Tensor x = channels_last(input.to(compute_dtype()), options_.data_format);
  const std::int64_t channels = kernel_.shape().back();
  check(x.shape().back() == channels, "[", class_name(), " \"", name(), "\"] expected inputs with ", channels,
        " channels, received shape ", input.shape());
  const ConvTransposeOptions windows{options_.strides.shape(), options_.dilation_rate.shape(),
                                     padding_by_name(*this, options_.padding),
                                     options_.output_padding ? options_.output_padding->shape() : Shape()};
  const Tensor bias = options_.use_bias ? bias_.value() : Tensor();
  Tensor y = from_channels_last(conv_transpose(x, kernel_, bias, windows), options_.data_format);
  if (!options_.activation.is_linear()) y = options_.activation(y);
  if (options_.activity_regularizer) add_activity_loss(*options_.activity_regularizer, y);
  return y;
}

Shape BaseConvTranspose::compute_output_shape(const Shape& input) const {
  check_image(*this, input, axes_, options_.data_format);
  const Padding padding = padding_by_name(*this, options_.padding);
  Shape shape = channels_last(input, options_.data_format);
  for (int a = 0; a < axes_; ++a) {
    const auto i = static_cast<std::size_t>(a);
    if (shape[a + 1] < 0) continue;
    shape[a + 1] = conv_transpose_size(shape[a + 1], kernel_size_.list()[i], options_.strides.list()[i],
                                       options_.dilation_rate.list()[i], padding,
                                       options_.output_padding ? options_.output_padding->list()[i] : -1);
    check(shape[a + 1] > 0, "[", class_name(), " \"", name(),
          "\"] expected inputs that give an output, received shape ", input);
  }
  shape[-1] = filters_;
  return from_channels_last(shape, options_.data_format);
}

Config BaseConvTranspose::config() const {
  Config config = base_config();
  config.set("filters", filters_);
  config.set("kernel_size", to_value(kernel_size_));
  return with_fields(std::move(config), options_);
}

#define LINNET_TRANSPOSED_CONVOLUTION(Name, axes)                                                                  \
  Name::Name(std::int64_t filters, const AxisSizes& kernel_size, const ConvTransposeLayerOptions& options)         \
      : LayerOf(#Name, layer_options(options)) {                                                                   \
    set_up(axes, filters, kernel_size, options);                                                                   \
  }                                                                                                                \
  AnyLayer Name::from_config(const Config& config) {                                                               \
    Config rest = config;                                                                                          \
    for (const char* key : {"filters", "kernel_size"}) rest.erase(key);                                            \
    AxisSizes kernel_size;                                                                                         \
    from_value(config.at("kernel_size"), kernel_size);                                                             \
    return Name(config.at("filters").as_int(), kernel_size, read_options<ConvTransposeLayerOptions>(rest, #Name)); \
  }

LINNET_TRANSPOSED_CONVOLUTION(Conv1DTranspose, 1)
LINNET_TRANSPOSED_CONVOLUTION(Conv2DTranspose, 2)
LINNET_TRANSPOSED_CONVOLUTION(Conv3DTranspose, 3)
#undef LINNET_TRANSPOSED_CONVOLUTION

}  // namespace linnet
