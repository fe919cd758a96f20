#include "linnet/layers/rnn.h"

#include <utility>

#include "linnet/layers/recurrent_fields.h"
#include "linnet/layers/registry.h"
#include "linnet/layers/stacked_rnn_cells.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, RNNOptions& o) {
  sequence_fields(visit, o);
}

void BaseRNN::set_up(const AnyLayer& cell, const RNNOptions& options, const AnyRegularizer& activity_regularizer,
                     int input_rank) {
  as_cell(cell, *this);
  cell_ = cell;
  options_ = options;
  activity_regularizer_ = activity_regularizer;
  input_rank_ = input_rank;
  state().sublayers.push_back(cell_);
}

void BaseRNN::check_input(const Shape& input) const {
  check(input_rank_ == 0 ? input.rank() >= 2 : input.rank() == input_rank_, "[", class_name(), " \"", name(),
        "\"] expected inputs of shape (batch, steps, ", input_rank_ > 3 ? "images" : "features", "), received ", input);
  check(input[1] != 0, "[", class_name(), " \"", name(), "\"] expected at least one step, received shape ", input);
}

void BaseRNN::build_many(const Shapes& inputs) {
  check(!inputs.empty(), "[", class_name(), " \"", name(), "\"] expected an input, received none");
  check_input(inputs[0]);
  Shape step = inputs[0];
  step.erase(1);
  cell_->build_for({step});
}

Shapes BaseRNN::compute_output_shapes(const Shapes& inputs) const {
  check_input(inputs.at(0));
  const std::int64_t batch = inputs[0][0];
  Shapes shapes{the_cell().output_shape()};
  shapes[0].insert(0, batch);
  if (options_.return_sequences) shapes[0].insert(1, inputs[0][1]);
  if (!options_.return_state) return shapes;
  for (Shape shape : the_cell().state_shapes()) {
    shape.insert(0, batch);
    shapes.push_back(shape);
  }
  return shapes;
}

// ---- states

Tensors BaseRNN::first_states(const Tensors& xs) const {
  const std::int64_t batch = xs[0].shape()[0];
  const std::vector<Shape> shapes = the_cell().state_shapes();
  if (xs.size() == 1) {
    const Tensors& kept = *kept_states_;
    if (!options_.stateful || kept.empty()) return the_cell().initial_states(batch);
    check(kept[0].shape()[0] == batch, "[", class_name(), " \"", name(), "\"] expected a batch of ", kept[0].shape()[0],
          " samples as before, for it is stateful, received ", batch, "; reset_state() starts anew with any number");
    return kept;
  }
  check(xs.size() == shapes.size() + 1, "[", class_name(), " \"", name(), "\"] expected no initial state or ",
        shapes.size(), shapes.size() == 1 ? " tensor" : " tensors", " of it, received ", xs.size() - 1);
  Tensors states;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    Shape wanted = shapes[i];
    wanted.insert(0, batch);
    check(xs[i + 1].shape() == wanted, "[", class_name(), " \"", name(), "\"] expected initial state ", i, " of shape ",
          wanted, ", received ", xs[i + 1].shape());
    states.push_back(xs[i + 1].to(compute_dtype()));
  }
  return states;
}

void BaseRNN::remember(const Tensors& states) const {
  kept_states_->clear();
  for (const Tensor& kept : states) kept_states_->push_back(kept.detach().clone());
}

void BaseRNN::reset_state() { kept_states_->clear(); }

// ---- the walk

Tensors BaseRNN::call_many(const Tensors& xs, Mode mode) {
  check_input(xs[0].shape());
  Tensor x = xs[0].to(compute_dtype()), mask = xs[0].mask();
  check(!mask.defined() || mask.shape() == x.shape().slice(0, 2), "[", class_name(), " \"", name(),
        "\"] expected a mask of shape ", x.shape().slice(0, 2), ", received ", mask.defined() ? mask.shape() : Shape());
  if (options_.go_backwards) {
    x = flip(x, 1);
    if (mask.defined()) mask = flip(mask, 1);
  }
  const bool from_zeros = xs.size() == 1 && (!options_.stateful || kept_states_->empty());
  const Walk result = walk(x, first_states(xs), mask, from_zeros, mode);
  if (options_.stateful) remember(result.states);
  Tensors outputs{options_.return_sequences ? result.all : result.last};
  if (options_.return_state) outputs.insert(outputs.end(), result.states.begin(), result.states.end());
  for (Tensor& y : outputs) {
    y = y.to(compute_dtype());
    if (activity_regularizer_) add_activity_loss(*activity_regularizer_, y);
  }
  return outputs;
}

namespace {

/// A mask as a condition for tensors of more axes.
Tensor with_rank(const Tensor& mask, int rank) {
  Shape shape = mask.shape();
  while (shape.rank() < rank) shape.push_back(1);
  return reshape(mask, shape);
}

Tensor shown(const Tensor& mask, const Tensor& x) { return where(with_rank(mask, x.rank()), x, 0.0); }

/// Steps of one sequence, for the cell that is told so.
class Sequence {
 public:
  explicit Sequence(RNNCell& cell) : cell_(cell) { cell_.begin_sequence(); }
  ~Sequence() { cell_.end_sequence(); }
  Sequence(const Sequence&) = delete;
  Sequence& operator=(const Sequence&) = delete;

 private:
  RNNCell& cell_;
};

}  // namespace

BaseRNN::Walk BaseRNN::walk(const Tensor& x, const Tensors& states, const Tensor& mask, bool from_zeros,
                            Mode mode) const {
  const Sequence sequence(the_cell());
  const std::optional<SequenceResult> whole = the_cell().whole_sequence(x, states, mask, mode);
  if (!whole) return step_by_step(x, states, mask, mode);
  Walk result{whole->states[0], whole->outputs, whole->states};
  // Until a step is seen, the cell's output is the state it began with.
  if (!mask.defined() || (from_zeros && !options_.zero_output_for_mask)) return result;
  const Tensor visible = options_.zero_output_for_mask ? mask.to(boolean) : not_equal(cumsum(mask.to(boolean), 1), 0.0);
  if (options_.return_sequences)
    result.all = shown(visible, result.all);
  else
    result.last = shown(unstack(visible, 1).back(), result.last);
  return result;
}

BaseRNN::Walk BaseRNN::step_by_step(const Tensor& x, Tensors states, const Tensor& mask, Mode mode) const {
  const Tensors steps = unstack(x, 1), masks = mask.defined() ? unstack(mask.to(boolean), 1) : Tensors();
  Tensors outputs;
  for (std::size_t t = 0; t < steps.size(); ++t) {
    Tensors inputs = states;
    inputs.insert(inputs.begin(), steps[t]);
    Tensors results = cell_->apply(inputs, mode);
    check(results.size() == states.size() + 1, "[", class_name(), " \"", name(), "\"] expected the cell to give ",
          states.size() + 1, " tensors, its output and its states, received ", results.size());
    if (!masks.empty()) {
      const bool zero = options_.zero_output_for_mask || outputs.empty();
      results[0] = zero ? shown(masks[t], results[0])
                        : where(with_rank(masks[t], results[0].rank()), results[0], outputs.back());
      for (std::size_t i = 0; i < states.size(); ++i)
        results[i + 1] = where(with_rank(masks[t], states[i].rank()), results[i + 1], states[i]);
    }
    if (!options_.return_sequences) outputs.clear();
    outputs.push_back(results[0]);
    states.assign(results.begin() + 1, results.end());
  }
  return {outputs.back(), options_.return_sequences ? stack(outputs, 1) : Tensor(), states};
}

// ---- configs

Config BaseRNN::config() const {
  Config config = with_fields(base_config(), options_);
  config.set("cell", layer_to_config(*cell_));
  return config;
}

Config BaseRNN::config_with_cell_options() const {
  Config config = with_fields(base_config(), options_);
  const Config of_cell = cell_->config();
  for (const auto& [key, value] : of_cell.entries())
    if (!config.contains(key)) config.set(key, value);
  config.set("activity_regularizer", to_value(activity_regularizer_));
  return config;
}

RNN::RNN(const AnyLayer& cell, const RNNOptions& options) : LayerOf("RNN", layer_options(options)) {
  set_up(cell, options);
}

RNN::RNN(const std::vector<AnyLayer>& cells, const RNNOptions& options)
    : RNN(StackedRNNCells(cells, {.dtype = options.dtype}), options) {}

AnyLayer RNN::from_config(const Config& config) {
  Config rest = config;
  rest.erase("cell");
  const RNNOptions options = read_options<RNNOptions>(rest, "RNN");
  const Value& cell = config.at("cell");
  if (!cell.is_list()) return RNN(layer_from_config(cell.as_config()), options);
  std::vector<AnyLayer> cells;
  for (const Value& each : cell.as_list()) cells.push_back(layer_from_config(each.as_config()));
  return RNN(cells, options);
}

}  // namespace linnet
