// RNN: a layer that walks through a sequence with a cell.
#pragma once

#include <memory>
#include <vector>

#include "linnet/layers/rnn_cell.h"
#include "linnet/layers/stateful.h"

#pragma GCC visibility push(default)
namespace linnet {

struct RNNOptions {
  bool return_sequences = false;      // the outputs of all steps, (batch, time, …), instead of the last one
  bool return_state = false;          // after the output, the states behind the last step
  bool go_backwards = false;          // from the last step to the first; outputs are in the order of the walk
  bool stateful = false;              // a sample begins where the one at its place in the batch before ended
  bool unroll = false;                // kept for Keras's sake: there is no graph to unroll
  bool zero_output_for_mask = false;  // the output of a step that a mask hides is 0, not the one before
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// What all recurrent layers are. For the steps t of x:
///   output, states = cell(x[:, t], states)
///   x (batch, time, …) -> output (batch, …), or (batch, time, …) with return_sequences; then the states, each
///   (batch, …), with return_state
/// Inputs after the first one are the states before the first step, which are zeros else (Keras: initial_state):
///   Tensor x = zeros({2, 5, 3});
///   Tensors y = LSTM(8, {.return_state = true}).apply({x});
///   LSTM(8)({x, y[1], y[2]});  // -> [2, 8]
/// A step that the mask (batch, time) of x hides changes no state, and its output is that of the step before, at the
/// beginning 0. The mask ends here, as in the models of Keras 3.16: layers behind see all steps. Throws on inputs
/// without steps, on states of another number or shape, and, when stateful, on another batch size than before.
class BaseRNN : public Layer, public ListArgument, public Stateful {
 public:
  using Layer::Layer;
  void build_many(const Shapes& inputs) override;
  Tensors call_many(const Tensors& xs, Mode mode) override;
  Shapes compute_output_shapes(const Shapes& inputs) const override;
  std::string_view list_argument() const override { return "initial_state"; }
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  /// Keras's options of the walk, and the cell.
  Config config() const override;

  const AnyLayer& cell() const { return cell_; }
  const RNNOptions& options() const { return options_; }
  /// Bidirectional asks for it.
  void set_zero_output_for_mask(bool zero) { options_.zero_output_for_mask = zero; }
  /// What a stateful layer has kept; empty before its first call.
  const Tensors& states() const { return *kept_states_; }
  /// Starts the next call of a stateful layer from zeros. Keras: reset_state().
  void reset_state() override;

 protected:
  /// The rest of the constructor. `input_rank` 0: any.
  void set_up(const AnyLayer& cell, const RNNOptions& options, const AnyRegularizer& activity_regularizer = {},
              int input_rank = 0);
  /// config() of a layer that has its cell's options as its own.
  Config config_with_cell_options() const;

 private:
  struct Walk {
    Tensor last, all;
    Tensors states;
  };
  RNNCell& the_cell() const { return as_cell(cell_, *this); }
  void check_input(const Shape& input) const;
  Tensors first_states(const Tensors& xs) const;
  Walk walk(const Tensor& x, const Tensors& states, const Tensor& mask, bool from_zeros, Mode mode) const;
  Walk step_by_step(const Tensor& x, Tensors states, const Tensor& mask, Mode mode) const;
  void remember(const Tensors& states) const;

  AnyLayer cell_;
  RNNOptions options_;
  AnyRegularizer activity_regularizer_;
  int input_rank_ = 0;
  std::shared_ptr<Tensors> kept_states_ = std::make_shared<Tensors>();  // shared by copies
};

/// A recurrent layer around any cell, also one of your own, or around several, of which each one's output is the next
/// one's input (StackedRNNCells); states and outputs as in BaseRNN:
///   x [batch, time, …] -> y [batch, …], or [batch, time, …] with return_sequences
/// Keras: keras.layers.RNN.
///   Tensor x = zeros({2, 5, 8});
///   RNN(GRUCell(32), {.return_sequences = true})(x);  // -> [2, 5, 32]
///   RNN({LSTMCell(64), LSTMCell(32)})(x);             // -> [2, 32]
class RNN final : public LayerOf<RNN, BaseRNN> {
 public:
  explicit RNN(const AnyLayer& cell, const RNNOptions& options = {});
  explicit RNN(const std::vector<AnyLayer>& cells, const RNNOptions& options = {});
  static AnyLayer from_config(const Config& config);
};

}  // namespace linnet
#pragma GCC visibility pop
