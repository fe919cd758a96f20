// SimpleRNN: the output of a step is the state of the next.
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

struct SimpleRNNCellOptions {
  ActivationFunction activation = "tanh";  // of the output
  bool use_bias = true;
  AnyInitializer kernel_initializer = "glorot_uniform";
  AnyInitializer recurrent_initializer = "orthogonal";
  AnyInitializer bias_initializer = "zeros";
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

/// h = activation(x · kernel + bias + h₋₁ · recurrent_kernel)
///   x [batch, features]   kernel [features, units]   recurrent_kernel [units, units]   bias [units]   h [batch, units]
/// One state, h, which is the output. Throws when units < 1, when the features are unknown or change, and for rates of
/// dropout that are no numbers (others are clamped to [0, 1], as in Keras). Keras: keras.layers.SimpleRNNCell.
///   SimpleRNNCell cell(1, {.kernel_initializer = "ones", .recurrent_initializer = "ones"});
///   Tensor x = tensor({{0.2, 0.3}}), h = full({1, 1}, 0.5);
///   cell.apply({x, h})[0];                      // -> {{0.7616}}
///   RNN(SimpleRNNCell(32))(zeros({2, 5, 8}));   // -> [2, 32]
class SimpleRNNCell final : public LayerOf<SimpleRNNCell, RNNCell> {
 public:
  explicit SimpleRNNCell(std::int64_t units, const SimpleRNNCellOptions& options = {});
  std::vector<Shape> state_shapes() const override { return {{units_}}; }
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
  SimpleRNNCellOptions options_;
  std::shared_ptr<CellDropout> input_dropout_, state_dropout_;
  Variable kernel_, recurrent_kernel_, bias_;
};

struct SimpleRNNOptions {
  ActivationFunction activation = "tanh";  // of the output
  bool use_bias = true;
  AnyInitializer kernel_initializer = "glorot_uniform";
  AnyInitializer recurrent_initializer = "orthogonal";
  AnyInitializer bias_initializer = "zeros";
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

/// SimpleRNNCell over the steps of x; states and outputs as in BaseRNN:
///   x [batch, time, features] -> y [batch, units], or [batch, time, units] with return_sequences
/// tanh, relu, sigmoid and linear without recurrent dropout run as one operation over all steps (ops/recurrent.h).
/// Keras: keras.layers.SimpleRNN.
///   SimpleRNN sums(1, {.activation = "linear", .kernel_initializer = "ones", .recurrent_initializer = "ones",
///                      .return_sequences = true});
///   sums(reshape(tensor({1, 2, 3}), {1, 3, 1}));  // -> {{{1}, {3}, {6}}}
class SimpleRNN final : public LayerOf<SimpleRNN, BaseRNN> {
 public:
  explicit SimpleRNN(std::int64_t units, const SimpleRNNOptions& options = {});
  Config config() const override { return config_with_cell_options(); }
  static AnyLayer from_config(const Config& config);
};

}  // namespace linnet
#pragma GCC visibility pop
