#include "linnet/layers/gru.h"

#include "linnet/layers/cell_dropout.h"
#include "linnet/layers/recurrent_fields.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/recurrent.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, GRUCellOptions& o) {
  visit("activation", o.activation);
  visit("recurrent_activation", o.recurrent_activation);
  cell_fields(visit, o);
  visit("reset_after", o.reset_after);
}
template <class Visitor>
void fields(Visitor& visit, GRUOptions& o) {
  visit("activation", o.activation);
  visit("recurrent_activation", o.recurrent_activation);
  cell_fields(visit, o);
  visit("reset_after", o.reset_after);
  visit("activity_regularizer", o.activity_regularizer);
  sequence_fields(visit, o);
}

GRUCell::GRUCell(std::int64_t units, const GRUCellOptions& options)
    : LayerOf("GRUCell", layer_options(options)), units_(units), options_(options) {
  check_units(*this, units);
  options_.dropout = clamped_rate(*this, "dropout", options_.dropout);
  options_.recurrent_dropout = clamped_rate(*this, "recurrent_dropout", options_.recurrent_dropout);
  const auto generator = add_seed_generator(options_.seed);
  input_dropout_ = gate_dropout(options_.dropout, generator);
  state_dropout_ = gate_dropout(options_.recurrent_dropout, generator);
}

void GRUCell::build(const Shape& input) {
  check_step(*this, input);
  const GRUCellOptions& o = options_;
  add_weight(kernel_, "kernel", {input.back(), 3 * units_}, o.kernel_initializer,
             {o.kernel_regularizer, o.kernel_constraint});
  add_weight(recurrent_kernel_, "recurrent_kernel", {units_, 3 * units_}, o.recurrent_initializer,
             {o.recurrent_regularizer, o.recurrent_constraint});
  if (o.use_bias)
    add_weight(bias_, "bias", o.reset_after ? Shape{2, 3 * units_} : Shape{3 * units_}, o.bias_initializer,
               {o.bias_regularizer, o.bias_constraint});
}

Tensors GRUCell::step(const Tensor& x, const Tensors& states, Mode mode) {
  const Tensor h = states[0], bias = options_.use_bias ? bias_.value() : Tensor();
  // With recurrent dropout, Keras gives each gate masks of its own.
  Tensor a = options_.recurrent_dropout > 0 ? input_dropout_->for_each_gate(x, kernel_, 3, mode)
                                            : matmul((*input_dropout_)(x, mode), kernel_);
  if (bias.defined()) a = a + (options_.reset_after ? bias[0] : bias);
  const Tensors of_input = split(a, 3, -1), kernels = split(recurrent_kernel_.value(), 3, 1),
                biases = bias.defined() && options_.reset_after ? split(bias[1], 3, 0) : Tensors();
  const ActivationFunction &activation = options_.activation, &gate = options_.recurrent_activation;
  auto recurrent = [&](std::size_t i, const Tensor& state) {
    const Tensor product = matmul(state, kernels[i]);
    return biases.empty() ? product : product + biases[i];
  };
  auto dropped = [&](std::size_t i) { return (*state_dropout_)(h, mode, i); };
  const Tensor z = gate(of_input[0] + recurrent(0, dropped(0))), r = gate(of_input[1] + recurrent(1, dropped(1)));
  const Tensor inner = options_.reset_after ? r * recurrent(2, dropped(2)) : recurrent(2, r * dropped(2));
  const Tensor next = z * h + (1.0 - z) * activation(of_input[2] + inner);
  return {next, next};
}

std::optional<SequenceResult> GRUCell::whole_sequence(const Tensor& x, const Tensors& states, const Tensor& mask,
                                                      Mode mode) {
  const bool usual = options_.activation.fused() == FusedActivation::tanh &&
                     options_.recurrent_activation.fused() == FusedActivation::sigmoid && options_.reset_after;
  if (!usual || state_dropout_->acts(mode)) return {};
  const Tensors results = gru(input_dropout_->for_all_steps(x, mode), kernel_.stored(), recurrent_kernel_.stored(),
                              options_.use_bias ? bias_.stored() : Tensor(), states[0], mask);
  return SequenceResult{results[0], {results[1]}};
}

void GRUCell::begin_sequence() {
  input_dropout_->begin();
  state_dropout_->begin();
}
void GRUCell::end_sequence() {
  input_dropout_->end();
  state_dropout_->end();
}

Config GRUCell::config() const {
  Config config = base_config();
  config.set("units", units_);
  return with_fields(std::move(config), options_);
}

AnyLayer GRUCell::from_config(const Config& config) {
  return recurrent_from_config<GRUCell, GRUCellOptions>(config, "GRUCell");
}

GRU::GRU(std::int64_t units, const GRUOptions& o) : LayerOf("GRU", layer_options(o)) {
  const GRUCellOptions of_cell{o.activation,
                               o.recurrent_activation,
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
                               o.reset_after,
                               o.seed,
                               "gru_cell",
                               o.trainable,
                               o.dtype};
  set_up(GRUCell(units, of_cell), sequence_options(o), o.activity_regularizer, 3);
}

AnyLayer GRU::from_config(const Config& config) { return recurrent_from_config<GRU, GRUOptions>(config, "GRU"); }

}  // namespace linnet
