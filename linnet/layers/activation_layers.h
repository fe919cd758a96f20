// Activations as layers: Activation by name, and those with parameters: ReLU, LeakyReLU, PReLU, ELU, Softmax.
#pragma once

#include <optional>
#include <vector>

#include "linnet/activations/activation.h"
#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

/// y = activation(x), element by element (softmax: along the last axis): x [...] -> y [...]. Keras:
/// keras.layers.Activation.
///   Activation("relu")(tensor({-1, 2}));  // -> {0, 2}
///   Activation(sigmoid)(tensor({-1, 0}));  // -> {0.2689, 0.5}
class Activation final : public LayerOf<Activation> {
 public:
  explicit Activation(ActivationFunction activation, LayerOptions options = {});
  Tensor call(const Tensor& x, Mode) override { return activation_(x); }
  Shape compute_output_shape(const Shape& input) const override { return input; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  ActivationFunction activation_;
};

struct ReLUOptions {
  std::optional<double> max_value = {};  // unbounded
  double negative_slope = 0;
  double threshold = 0;
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = x for threshold <= x < max_value, max_value above, negative_slope * (x - threshold) below: x [...] -> y [...].
/// Keras: keras.layers.ReLU.
///   ReLU({.max_value = 6, .negative_slope = 0.1})(tensor({-10, 2, 8}));  // -> {-1, 2, 6}
class ReLU final : public LayerOf<ReLU> {
 public:
  explicit ReLU(ReLUOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  ReLUOptions options_;
  ActivationFunction function_;
};

struct LeakyReLUOptions {
  double negative_slope = 0.3;  // the layer's default in Keras; the function's is 0.2
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = x for x > 0, else negative_slope * x: x [...] -> y [...]. Keras: keras.layers.LeakyReLU.
///   LeakyReLU()(tensor({-10, 2}));  // -> {-3, 2}
class LeakyReLU final : public LayerOf<LeakyReLU> {
 public:
  explicit LeakyReLU(LeakyReLUOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  LeakyReLUOptions options_;
};

struct PReLUOptions {
  AnyInitializer alpha_initializer = "zeros";
  AnyRegularizer alpha_regularizer = {};
  AnyConstraint alpha_constraint = {};
  std::optional<std::vector<int>> shared_axes = {};  // axes (from 1) along which alpha is one number
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = x for x > 0, else alpha * x with a learned alpha (He et al., 2015):
///   x [batch, …] -> y [batch, …]   alpha […], of size 1 along shared_axes
/// Keras: keras.layers.PReLU.
///   PReLU prelu({.alpha_initializer = Constant(0.25)});
///   prelu(tensor({{-4, 2}}));  // -> {{-1, 2}}
class PReLU final : public LayerOf<PReLU> {
 public:
  explicit PReLU(PReLUOptions options = {});
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  PReLUOptions options_;
  Variable alpha_;
};

struct ELUOptions {
  double alpha = 1;
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = x for x > 0, else alpha * (exp(x) - 1): x [...] -> y [...]. Keras: keras.layers.ELU.
///   ELU()(tensor({-1, 2}));  // -> {-0.6321, 2}
class ELU final : public LayerOf<ELU> {
 public:
  explicit ELU(ELUOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  ELUOptions options_;
};

struct SoftmaxOptions {
  std::vector<int> axis = {-1};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = exp(x) / sum(exp(x)) over the given axes: x [...] -> y [...]. Positions that x's mask hides get (almost) no
/// share. Keras: keras.layers.Softmax.
///   Softmax()(tensor({{1, 2, 3}}));  // -> {{0.09003, 0.2447, 0.6652}}
class Softmax final : public LayerOf<Softmax> {
 public:
  explicit Softmax(SoftmaxOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  SoftmaxOptions options_;
};

}  // namespace linnet
#pragma GCC visibility pop
