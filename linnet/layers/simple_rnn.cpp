#include "linnet/layers/simple_rnn.h"

#include "linnet/layers/cell_dropout.h"
#include "linnet/layers/recurrent_fields.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/recurrent.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, SimpleRNNCellOptions& o) {
  visit("activation", o.activation);
  cell_fields(visit, o);
}
template <class Visitor>
void fields(Visitor& visit, SimpleRNNOptions& o) {
  visit("activation", o.activation);
  cell_fields(visit, o);
  visit("activity_regularizer", o.activity_regularizer);
  sequence_fields(visit, o);
}

SimpleRNNCell::SimpleRNNCell(std::int64_t units, const SimpleRNNCellOptions& options)
    : LayerOf("SimpleRNNCell", layer_options(options)), units_(units), options_(options) {
  check_units(*this, units);
  options_.dropout = clamped_rate(*this, "dropout", options_.dropout);
  options_.recurrent_dropout = clamped_rate(*this, "recurrent_dropout", options_.recurrent_dropout);
  const auto generator = add_seed_generator(options_.seed);
  input_dropout_ = std::make_shared<CellDropout>(options_.dropout, generator);
  state_dropout_ = std::make_shared<CellDropout>(options_.recurrent_dropout, generator);
}

void SimpleRNNCell::build(const Shape& input) {
  check_step(*this, input);
  const SimpleRNNCellOptions& o = options_;
  add_weight(kernel_, "kernel", {input.back(), units_}, o.kernel_initializer,
             {o.kernel_regularizer, o.kernel_constraint});
  add_weight(recurrent_kernel_, "recurrent_kernel", {units_, units_}, o.recurrent_initializer,
             {o.recurrent_regularizer, o.recurrent_constraint});
  if (o.use_bias) add_weight(bias_, "bias", {units_}, o.bias_initializer, {o.bias_regularizer, o.bias_constraint});
}

Tensors SimpleRNNCell::step(const Tensor& x, const Tensors& states, Mode mode) {
  Tensor a = matmul((*input_dropout_)(x, mode), kernel_);
  if (options_.use_bias) a = a + bias_;
  const Tensor h = options_.activation(a + matmul((*state_dropout_)(states[0], mode), recurrent_kernel_));
  return {h, h};
}

std::optional<SequenceResult> SimpleRNNCell::whole_sequence(const Tensor& x, const Tensors& states, const Tensor& mask,
                                                            Mode mode) {
  if (!options_.activation.has_fused() || state_dropout_->acts(mode)) return {};
  const Tensors results =
      simple_rnn(input_dropout_->for_all_steps(x, mode), kernel_.stored(), recurrent_kernel_.stored(),
                 options_.use_bias ? bias_.stored() : Tensor(), states[0], mask, options_.activation.fused());
  return SequenceResult{results[0], {results[1]}};
}

void SimpleRNNCell::begin_sequence() {
  input_dropout_->begin();
  state_dropout_->begin();
}
void SimpleRNNCell::end_sequence() {
  input_dropout_->end();
  state_dropout_->end();
}

Config SimpleRNNCell::config() const {
  Config config = base_config();
  config.set("units", units_);
  return with_fields(std::move(config), options_);
}

AnyLayer SimpleRNNCell::from_config(const Config& config) {
  return recurrent_from_config<SimpleRNNCell, SimpleRNNCellOptions>(config, "SimpleRNNCell");
}

SimpleRNN::SimpleRNN(std::int64_t units, const SimpleRNNOptions& o) : LayerOf("SimpleRNN", layer_options(o)) {
  const SimpleRNNCellOptions of_cell{o.activation,
                                     o.use_bias,
                                     o.kernel_initializer,
                                     o.recurrent_initializer,
                                     o.bias_initializer,
                                     o.kernel_regularizer,
                                     o.recurrent_regularizer,
                                     o.bias_regularizer,
                                     o.kernel_constraint,
                                     o.recurrent_constraint,
                                     o.bias_constraint,
                                     o.dropout,
                                     o.recurrent_dropout,
                                     o.seed,
                                     "simple_rnn_cell",
                                     o.trainable,
                                     o.dtype};
  set_up(SimpleRNNCell(units, of_cell), sequence_options(o), o.activity_regularizer, 3);
}

AnyLayer SimpleRNN::from_config(const Config& config) {
  return recurrent_from_config<SimpleRNN, SimpleRNNOptions>(config, "SimpleRNN");
}

}  // namespace linnet
