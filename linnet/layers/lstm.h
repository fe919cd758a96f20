// LSTM: a state that gates protect from step to step.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "linnet/activations/activation.h"
#include "linnet/layers/rnn.h"

#pragma GCC visibility push(default)
namespace linnet {

class CellDropout;

struct LSTMCellOptions {
  ActivationFunction activation = "tanh";               // of the output
  ActivationFunction recurrent_activation = "sigmoid";  // of the gates
  bool use_bias = true;
  AnyInitializer kernel_initializer = "glorot_uniform";
  AnyInitializer recurrent_initializer = "orthogonal";
  AnyInitializer bias_initializer = "zeros";
  bool unit_forget_bias = true;  // the bias of the forget gate starts from 1
  AnyRegularizer kernel_regularizer = {};
  AnyRegularizer recurrent_regularizer = {};
  AnyRegularizer bias_regularizer = {};
  AnyConstraint kernel_constraint = {};
  AnyConstraint recurrent_constraint = {};
  AnyConstraint bias_constraint = {};
  double dropout = 0;            // of the inputs; the same elements in all steps
  double recurrent_dropout = 0;  // of the state that is multiplied with the recurrent kernel
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// With a = x · kernel + bias + h₋₁ · recurrent_kernel, cut into four parts of `units` columns, in Keras's order i, f,
/// c, o:
///   i = σ(aᵢ)   f = σ(a_f)   c = f · c₋₁ + i · activation(a_c)   o = σ(aₒ)   h = o · activation(c)
/// where σ is recurrent_activation.
///   x [batch, features]   kernel [features, 4 units]   recurrent_kernel [units, 4 units]   bias [4 units]
///   h, c [batch, units]
/// Two states, h and c; the output is h. Throws as SimpleRNNCell. Hochreiter and Schmidhuber, "Long short-term memory",
/// 1997; unit_forget_bias: Jozefowicz et al., 2015. Keras: keras.layers.LSTMCell.
///   LSTMCell cell(1, {.kernel_initializer = "zeros", .recurrent_initializer = "zeros"});  // f = σ(1), i = o = 1/2
///   Tensor x = ones({1, 3}), h = zeros({1, 1}), c = ones({1, 1});
///   Tensors y = cell.apply({x, h, c});
///   y[2];  // -> {{0.7311}}
///   y[1];  // -> {{0.3118}}
class LSTMCell final : public LayerOf<LSTMCell, RNNCell> {
 public:
  explicit LSTMCell(std::int64_t units, const LSTMCellOptions& options = {});
  std::vector<Shape> state_shapes() const override { return {{units_}, {units_}}; }
  void build(const Shape& input) override;
  Tensors step(const Tensor& x, const Tensors& states, Mode mode) override;
  std::optional<SequenceResult> whole_sequence(const Tensor& x, const Tensors& states, const Tensor& mask,
                                               Mode mode) override;
  void begin_sequence() override;
  void end_sequence() override;
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  std::int64_t units_;
  LSTMCellOptions options_;
  std::shared_ptr<CellDropout> input_dropout_, state_dropout_;
  Variable kernel_, recurrent_kernel_, bias_;
};

struct LSTMOptions {
  ActivationFunction activation = "tanh";               // of the output
  ActivationFunction recurrent_activation = "sigmoid";  // of the gates
  bool use_bias = true;
  AnyInitializer kernel_initializer = "glorot_uniform";
  AnyInitializer recurrent_initializer = "orthogonal";
  AnyInitializer bias_initializer = "zeros";
  bool unit_forget_bias = true;  // the bias of the forget gate starts from 1
  AnyRegularizer kernel_regularizer = {};
  AnyRegularizer recurrent_regularizer = {};
  AnyRegularizer bias_regularizer = {};
  AnyRegularizer activity_regularizer = {};  // of the output, and of the states with return_state
  AnyConstraint kernel_constraint = {};
  AnyConstraint recurrent_constraint = {};
  AnyConstraint bias_constraint = {};
  double dropout = 0;            // of the inputs; the same elements in all steps
  double recurrent_dropout = 0;  // of the state that is multiplied with the recurrent kernel
  std::optional<std::int64_t> seed = {};
  bool return_sequences = false;      // the outputs of all steps instead of the last one
  bool return_state = false;          // after the output, the states behind the last step
  bool go_backwards = false;          // from the last step to the first
  bool stateful = false;              // a sample begins where the one at its place in the batch before ended
  bool unroll = false;                // kept for Keras's sake: there is no graph to unroll
  bool zero_output_for_mask = false;  // the output of a step that a mask hides is 0, not the one before
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// LSTMCell over the steps of x; states and outputs as in BaseRNN:
///   x [batch, time, features] -> y [batch, units], or [batch, time, units] with return_sequences
/// With tanh, sigmoid and no recurrent dropout all steps are one operation (ops/recurrent.h). Keras: keras.layers.LSTM.
///   Sequential model({Embedding(20000, 128), LSTM(64), Dense(1, {.activation = "sigmoid"})});
///   model(zeros({2, 5}, int32));  // -> [2, 1]
class LSTM final : public LayerOf<LSTM, BaseRNN> {
 public:
  explicit LSTM(std::int64_t units, const LSTMOptions& options = {});
  Config config() const override { return config_with_cell_options(); }
  static AnyLayer from_config(const Config& config);
};

}  // namespace linnet
#pragma GCC visibility pop
