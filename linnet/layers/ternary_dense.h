// TernaryDense: a Dense whose kernel has only -1, 0 and 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "linnet/activations/activation.h"
#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct TernaryDenseOptions {
  std::optional<double> threshold = {};  // from which size on a weight counts; none: half of the mean of |kernel|
  ActivationFunction activation = {};    // linear
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

/// y = activation(b x · t + bias), t = sign(kernel) where |kernel| > threshold, else 0; b = mean |kernel|, or 1 with a
/// threshold of one's own. The gradient goes to the kernel as if t were the kernel (straight through), which is how it
/// learns.
///   x [..., in]   kernel [in, units]   bias [units]   y [..., units]
/// Ma et al., "The era of 1-bit LLMs", 2024. Keras: keras.layers.TernaryDense (without packing).
///   TernaryDense dense(2, {.kernel_initializer = Constant(0.5)});  // b = 0.5, t = 1 everywhere
///   dense(tensor({{1, 2, 3}}));                                    // -> {{3, 3}}
class TernaryDense final : public LayerOf<TernaryDense> {
 public:
  explicit TernaryDense(std::int64_t units, TernaryDenseOptions options = {});
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  std::int64_t units_;
  TernaryDenseOptions options_;
  Variable kernel_, bias_;
};

}  // namespace linnet
#pragma GCC visibility pop
