// GRU: one state, and two gates.
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

struct GRUCellOptions {
  ActivationFunction activation = "tanh";               // of the output
  ActivationFunction recurrent_activation = "sigmoid";  // of the gates
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
  bool reset_after = true;       // the reset gate acts behind the recurrent product, not before it
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// With a = x · kernel + bias[0] and b = h₋₁ · recurrent_kernel + bias[1], each cut into three parts of `units`
/// columns, in Keras's order z, r, h:
///   z = σ(a_z + b_z)   r = σ(a_r + b_r)   g = activation(a_h + r · b_h)   h = z · h₋₁ + (1 - z) · g
/// where σ is recurrent_activation. Without reset_after, b_h = (r · h₋₁) · recurrent_kernel_h is not multiplied by r,
/// and there is one bias, that of a.
///   x [batch, features]   kernel [features, 3 units]   recurrent_kernel [units, 3 units]
///   bias [2, 3 units], or [3 units]   h [batch, units]
/// One state, h, which is the output. Throws as SimpleRNNCell. Cho et al., "Learning phrase representations using RNN
/// encoder-decoder for statistical machine translation", 2014. Keras: keras.layers.GRUCell.
///   GRUCell cell(1, {.kernel_initializer = "zeros", .recurrent_initializer = "zeros"});  // z = r = 1/2, g = 0
///   Tensor x = ones({1, 3}), h = ones({1, 1});
///   cell.apply({x, h})[0];                    // -> {{0.5}}
///   RNN(GRUCell(32))(zeros({2, 5, 8}));       // -> [2, 32]
class GRUCell final : public LayerOf<GRUCell, RNNCell> {
 public:
  explicit GRUCell(std::int64_t units, const GRUCellOptions& options = {});
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
  GRUCellOptions options_;
  std::shared_ptr<CellDropout> input_dropout_, state_dropout_;
  Variable kernel_, recurrent_kernel_, bias_;
};

struct GRUOptions {
  ActivationFunction activation = "tanh";               // of the output
  ActivationFunction recurrent_activation = "sigmoid";  // of the gates
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
  bool reset_after = true;       // the reset gate acts behind the recurrent product, not before it
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

/// GRUCell over the steps of x; states and outputs as in BaseRNN:
///   x [batch, time, features] -> y [batch, units], or [batch, time, units] with return_sequences
/// With tanh, sigmoid, reset_after and no recurrent dropout all steps are one operation (ops/recurrent.h). Keras:
/// keras.layers.GRU.
///   GRU(64, {.dropout = 0.2, .return_sequences = true})(zeros({2, 5, 8}));  // -> [2, 5, 64]
class GRU final : public LayerOf<GRU, BaseRNN> {
 public:
  explicit GRU(std::int64_t units, const GRUOptions& options = {});
  Config config() const override { return config_with_cell_options(); }
  static AnyLayer from_config(const Config& config);
};

}  // namespace linnet
#pragma GCC visibility pop
