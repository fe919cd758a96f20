// Dense: every output sees every input.
#pragma once

#include "linnet/activations/activation.h"
#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct DenseOptions {
  ActivationFunction activation = {};  // linear
  bool use_bias = true;
  AnyInitializer kernel_initializer = "glorot_uniform";
  AnyInitializer bias_initializer = "zeros";
  AnyRegularizer kernel_regularizer = {};
  AnyRegularizer bias_regularizer = {};
  AnyRegularizer activity_regularizer = {};  // of the output
  AnyConstraint kernel_constraint = {};
  AnyConstraint bias_constraint = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = activation(x · kernel + bias), in one pass where the activation is relu, sigmoid or tanh.
///   x [..., in]   kernel [in, units]   bias [units]   y [..., units]
/// Throws when units < 1, when the last axis of x is unknown, or when it changes after the first call. Keras:
/// keras.layers.Dense.
///   Dense dense(2, {.kernel_initializer = "ones", .bias_initializer = Constant(0.5)});
///   dense(tensor({{1, 2, 3}}));  // -> {{6.5, 6.5}}
///   Dense hidden(64, {.activation = relu, .kernel_regularizer = L2(1e-4)});
class Dense final : public LayerOf<Dense> {
 public:
  explicit Dense(std::int64_t units, DenseOptions options = {});
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

  const Variable& kernel() const { return kernel_; }
  const Variable& bias() const { return bias_; }

 private:
  std::int64_t units_;
  DenseOptions options_;
  Variable kernel_, bias_;
};

}  // namespace linnet
#pragma GCC visibility pop
