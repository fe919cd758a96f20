#include "linnet/layers/conv_lstm.h"

#include <algorithm>
#include <memory>

#include "linnet/layers/cell_dropout.h"
#include "linnet/layers/images.h"
#include "linnet/layers/recurrent_fields.h"
#include "linnet/layers/unit_forget_bias.h"
#include "linnet/ops/convolution.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"

namespace linnet {

namespace {

template <class Visitor>
void conv_cell_fields(Visitor& visit, ConvLSTMOptions& o) {
  visit("strides", o.strides);
  visit("padding", o.padding);
  visit("data_format", o.data_format);
  visit("dilation_rate", o.dilation_rate);
  visit("activation", o.activation);
  visit("recurrent_activation", o.recurrent_activation);
  cell_fields(visit, o);
  visit("unit_forget_bias", o.unit_forget_bias);
}

}  // namespace

template <class Visitor>
void fields(Visitor& visit, ConvLSTMOptions& o) {
  conv_cell_fields(visit, o);
  visit("activity_regularizer", o.activity_regularizer);
  sequence_fields(visit, o);
}

namespace {

/// Keras's ConvLSTMCell, which is not public there either.
class ConvLSTMCell final : public LayerOf<ConvLSTMCell, RNNCell> {
 public:
  ConvLSTMCell(int axes, std::int64_t filters, const AxisSizes& kernel_size, ConvLSTMOptions options,
               const LayerOptions& common);
  std::vector<Shape> state_shapes() const override {
    check(state_shape_.rank() > 0, "[ConvLSTM] expected a layer that is built: its states have the size of its inputs");
    return {state_shape_, state_shape_};
  }
  void build(const Shape& input) override;
  Tensors step(const Tensor& x, const Tensors& states, Mode mode) override;
  void begin_sequence() override {
    input_dropout_->begin();
    state_dropout_->begin();
  }
  void end_sequence() override {
    input_dropout_->end();
    state_dropout_->end();
  }
  Config config() const override;

 private:
  Tensor convolved(const Tensor& x, const Tensor& kernel, const Tensor& bias, const WindowOptions& windows,
                   CellDropout& dropout, Mode mode) const;

  int axes_;
  std::int64_t filters_;
  AxisSizes kernel_size_;
  ConvLSTMOptions options_;
  std::shared_ptr<CellDropout> input_dropout_, state_dropout_;
  Shape state_shape_;
  Variable kernel_, recurrent_kernel_, bias_;
};

ConvLSTMCell::ConvLSTMCell(int axes, std::int64_t filters, const AxisSizes& kernel_size, ConvLSTMOptions options,
                           const LayerOptions& common)
    : LayerOf("ConvLSTMCell", common), axes_(axes), filters_(filters), options_(std::move(options)) {
  check(filters > 0, "[ConvLSTM] expected filters > 0, received ", filters);
  kernel_size_ = kernel_size.for_axes(axes, *this, "kernel_size");
  options_.strides = options_.strides.for_axes(axes, *this, "strides");
  options_.dilation_rate = options_.dilation_rate.for_axes(axes, *this, "dilation_rate");
  check_data_format(*this, options_.data_format);
  padding_by_name(*this, options_.padding);
  const auto is_large = [](const AxisSizes& sizes) { return std::ranges::max(sizes.list()) > 1; };
  check(!is_large(options_.strides) || !is_large(options_.dilation_rate),
        "[ConvLSTM] expected strides or a dilation_rate above 1, not both, received ", to_value(options_.strides),
        " and ", to_value(options_.dilation_rate));
  options_.dropout = clamped_rate(*this, "dropout", options_.dropout);
  options_.recurrent_dropout = clamped_rate(*this, "recurrent_dropout", options_.recurrent_dropout);
  const auto generator = add_seed_generator(options_.seed);
  input_dropout_ = gate_dropout(options_.dropout, generator);
  state_dropout_ = gate_dropout(options_.recurrent_dropout, generator);
}

void ConvLSTMCell::build(const Shape& input) {
  check_image(*this, input, axes_, options_.data_format);
  const Shape image = channels_last(input, options_.data_format);
  Shape output = image.slice(1, image.rank()), kernel_shape = kernel_size_.shape();
  check(std::all_of(output.begin(), output.end(), [](std::int64_t n) { return n > 0; }),
        "[ConvLSTM] expected inputs whose spatial sizes and channels are known, received steps of shape ", input);
  for (int a = 0; a < axes_; ++a) {
    const auto i = static_cast<std::size_t>(a);
    output[a] = count_windows(output[a], kernel_size_.list()[i], options_.strides.list()[i],
                              options_.dilation_rate.list()[i], padding_by_name(*this, options_.padding));
    check(output[a] != 0, "[ConvLSTM] expected inputs at least as large as the window, ", to_value(kernel_size_),
          ", received steps of shape ", input, "; padding = \"same\" takes smaller ones");
  }
  output[-1] = filters_;
  output.insert(0, -1);
  output = from_channels_last(output, options_.data_format);
  state_shape_ = output.slice(1, output.rank());

  const ConvLSTMOptions& o = options_;
  kernel_shape.push_back(image.back());
  kernel_shape.push_back(4 * filters_);
  add_weight(kernel_, "kernel", kernel_shape, o.kernel_initializer, {o.kernel_regularizer, o.kernel_constraint});
  kernel_shape[-2] = filters_;
  add_weight(recurrent_kernel_, "recurrent_kernel", kernel_shape, o.recurrent_initializer,
             {o.recurrent_regularizer, o.recurrent_constraint});
  if (o.use_bias)
    add_weight(bias_, "bias", {4 * filters_},
               o.unit_forget_bias ? unit_forget_bias(o.bias_initializer) : o.bias_initializer,
               {o.bias_regularizer, o.bias_constraint});
}

/// All gates side by side; with dropout, each one's part by itself, from an input with a mask of its own.
Tensor ConvLSTMCell::convolved(const Tensor& x, const Tensor& kernel, const Tensor& bias, const WindowOptions& windows,
                               CellDropout& dropout, Mode mode) const {
  if (!dropout.acts(mode)) return conv(x, kernel, bias, windows);
  const Tensors kernels = split(kernel, 4, -1), biases = bias.defined() ? split(bias, 4, 0) : Tensors(4);
  Tensors parts;
  for (std::size_t gate = 0; gate < 4; ++gate)
    parts.push_back(conv(dropout(x, mode, gate), kernels[gate], biases[gate], windows));
  return concatenate(parts, -1);
}

Tensors ConvLSTMCell::step(const Tensor& x, const Tensors& states, Mode mode) {
  const std::string& format = options_.data_format;
  const WindowOptions of_input{options_.strides.shape(), options_.dilation_rate.shape(),
                               padding_by_name(*this, options_.padding)};
  const WindowOptions of_state{.padding = Padding::same};
  const Tensor bias = options_.use_bias ? bias_.value() : Tensor();
  const Tensor a =
      convolved(channels_last(x, format), kernel_, bias, of_input, *input_dropout_, mode) +
      convolved(channels_last(states[0], format), recurrent_kernel_, Tensor(), of_state, *state_dropout_, mode);
  const Tensors gates = split(a, 4, -1);
  const ActivationFunction &activation = options_.activation, &gate = options_.recurrent_activation;
  const Tensor c = gate(gates[1]) * channels_last(states[1], format) + gate(gates[0]) * activation(gates[2]);
  const Tensor h = from_channels_last(gate(gates[3]) * activation(c), format);
  return {h, h, from_channels_last(c, format)};
}

struct CellFields {
  ConvLSTMOptions& options;
};
template <class Visitor>
void fields(Visitor& visit, CellFields& o) {
  conv_cell_fields(visit, o.options);
}

Config ConvLSTMCell::config() const {
  Config config = base_config();
  config.set("filters", filters_);
  config.set("kernel_size", to_value(kernel_size_));
  ConvLSTMOptions options = options_;
  return with_fields(std::move(config), CellFields{options});
}

template <class Layer>
AnyLayer conv_lstm_from_config(const Config& config, const char* who) {
  Config rest = without_implementation(config);
  for (const char* key : {"filters", "kernel_size"}) rest.erase(key);
  AxisSizes kernel_size = 1;
  from_value(config.at("kernel_size"), kernel_size);
  return Layer(config.at("filters").as_int(), kernel_size, read_options<ConvLSTMOptions>(rest, who));
}

}  // namespace

void ConvLSTM::set_up_convolution(int axes, std::int64_t filters, const AxisSizes& kernel_size,
                                  const ConvLSTMOptions& options) {
  set_up(ConvLSTMCell(axes, filters, kernel_size, options, {"conv_lstm_cell", options.trainable, options.dtype}),
         sequence_options(options), options.activity_regularizer, axes + 3);
}

#define LINNET_CONV_LSTM(Name, axes)                                                             \
  Name::Name(std::int64_t filters, const AxisSizes& kernel_size, const ConvLSTMOptions& options) \
      : LayerOf(#Name, layer_options(options)) {                                                 \
    set_up_convolution(axes, filters, kernel_size, options);                                     \
  }                                                                                              \
  AnyLayer Name::from_config(const Config& config) { return conv_lstm_from_config<Name>(config, #Name); }

LINNET_CONV_LSTM(ConvLSTM1D, 1)
LINNET_CONV_LSTM(ConvLSTM2D, 2)
LINNET_CONV_LSTM(ConvLSTM3D, 3)
#undef LINNET_CONV_LSTM

}  // namespace linnet
