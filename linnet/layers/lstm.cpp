#include "linnet/layers/lstm.h"

#include "linnet/layers/cell_dropout.h"
#include "linnet/layers/recurrent_fields.h"
#include "linnet/layers/unit_forget_bias.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/recurrent.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, LSTMCellOptions& o) {
  visit("activation", o.activation);
  visit("recurrent_activation", o.recurrent_activation);
  cell_fields(visit, o);
  visit("unit_forget_bias", o.unit_forget_bias);
}
template <class Visitor>
void fields(Visitor& visit, LSTMOptions& o) {
  visit("activation", o.activation);
  visit("recurrent_activation", o.recurrent_activation);
  cell_fields(visit, o);
  visit("unit_forget_bias", o.unit_forget_bias);
  visit("activity_regularizer", o.activity_regularizer);
  sequence_fields(visit, o);
}

LSTMCell::LSTMCell(std::int64_t units, const LSTMCellOptions& options)
    : LayerOf("LSTMCell", layer_options(options)), units_(units), options_(options) {
  check_units(*this, units);
  options_.dropout = clamped_rate(*this, "dropout", options_.dropout);
  options_.recurrent_dropout = clamped_rate(*this, "recurrent_dropout", options_.recurrent_dropout);
  const auto generator = add_seed_generator(options_.seed);
  input_dropout_ = gate_dropout(options_.dropout, generator);
  state_dropout_ = gate_dropout(options_.recurrent_dropout, generator);
}

void LSTMCell::build(const Shape& input) {
  check_step(*this, input);
  const LSTMCellOptions& o = options_;
  add_weight(kernel_, "kernel", {input.back(), 4 * units_}, o.kernel_initializer,
             {o.kernel_regularizer, o.kernel_constraint});
  add_weight(recurrent_kernel_, "recurrent_kernel", {units_, 4 * units_}, o.recurrent_initializer,
             {o.recurrent_regularizer, o.recurrent_constraint});
  if (o.use_bias)
    add_weight(bias_, "bias", {4 * units_},
               o.unit_forget_bias ? unit_forget_bias(o.bias_initializer) : o.bias_initializer,
               {o.bias_regularizer, o.bias_constraint});
}

Tensors LSTMCell::step(const Tensor& x, const Tensors& states, Mode mode) {
  // With recurrent dropout, Keras gives each gate masks of its own.
  Tensor a = options_.recurrent_dropout > 0 ? input_dropout_->for_each_gate(x, kernel_, 4, mode)
                                            : matmul((*input_dropout_)(x, mode), kernel_);
  a = a + state_dropout_->for_each_gate(states[0], recurrent_kernel_, 4, mode);
  if (options_.use_bias) a = a + bias_;
  const Tensors gates = split(a, 4, -1);
  const ActivationFunction &activation = options_.activation, &gate = options_.recurrent_activation;
  const Tensor c = gate(gates[1]) * states[1] + gate(gates[0]) * activation(gates[2]);
  const Tensor h = gate(gates[3]) * activation(c);
  return {h, h, c};
}

std::optional<SequenceResult> LSTMCell::whole_sequence(const Tensor& x, const Tensors& states, const Tensor& mask,
                                                       Mode mode) {
  const bool usual = options_.activation.fused() == FusedActivation::tanh &&
                     options_.recurrent_activation.fused() == FusedActivation::sigmoid;
  if (!usual || state_dropout_->acts(mode)) return {};
  const Tensors results = lstm(input_dropout_->for_all_steps(x, mode), kernel_.stored(), recurrent_kernel_.stored(),
                               options_.use_bias ? bias_.stored() : Tensor(), states[0], states[1], mask);
  return SequenceResult{results[0], {results[1], results[2]}};
}

void LSTMCell::begin_sequence() {
  input_dropout_->begin();
  state_dropout_->begin();
}
void LSTMCell::end_sequence() {
  input_dropout_->end();
  state_dropout_->end();
}

Config LSTMCell::config() const {
  Config config = base_config();
  config.set("units", units_);
  return with_fields(std::move(config), options_);
}

AnyLayer LSTMCell::from_config(const Config& config) {
  return recurrent_from_config<LSTMCell, LSTMCellOptions>(config, "LSTMCell");
}

LSTM::LSTM(std::int64_t units, const LSTMOptions& o) : LayerOf("LSTM", layer_options(o)) {
  const LSTMCellOptions of_cell{o.activation,
                                o.recurrent_activation,
                                o.use_bias,
                                o.kernel_initializer,
                                o.recurrent_initializer,
                                o.bias_initializer,
                                o.unit_forget_bias,
                                o.kernel_regularizer,
                                o.recurrent_regularizer,
                                o.bias_regularizer,
                                o.kernel_constraint,
                                o.recurrent_constraint,
                                o.bias_constraint,
                                o.dropout,
                                o.recurrent_dropout,
                                o.seed,
                                "lstm_cell",
                                o.trainable,
                                o.dtype};
  set_up(LSTMCell(units, of_cell), sequence_options(o), o.activity_regularizer, 3);
}

AnyLayer LSTM::from_config(const Config& config) { return recurrent_from_config<LSTM, LSTMOptions>(config, "LSTM"); }

}  // namespace linnet
