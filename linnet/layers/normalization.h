// Normalization inside of networks: BatchNormalization, LayerNormalization, GroupNormalization, RMSNormalization and
// UnitNormalization. (Normalization of a network's inputs, whose moments are measured before training, is in
// rescaling.h.) Each computes y = (x - mean) / sqrt(variance + epsilon) * gamma + beta or a part of it; they differ in
// what the moments are taken of. bfloat16 is computed in float32.
#pragma once

#include <cstdint>
#include <vector>

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct BatchNormalizationOptions {
  int axis = -1;           // of the features, each of which has its own moments
  double momentum = 0.99;  // of the moving moments: m = momentum * m + (1 - momentum) * those of the batch
  double epsilon = 1e-3;   // keeps small variances from dividing by zero
  bool center = true;      // add beta
  bool scale = true;       // multiply by gamma
  AnyInitializer beta_initializer = "zeros";
  AnyInitializer gamma_initializer = "ones";
  AnyInitializer moving_mean_initializer = "zeros";
  AnyInitializer moving_variance_initializer = "ones";
  AnyRegularizer beta_regularizer = {};
  AnyRegularizer gamma_regularizer = {};
  AnyConstraint beta_constraint = {};
  AnyConstraint gamma_constraint = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta, a mean and a variance for each feature.
///   x [batch, …, features] -> y of the same shape;   gamma, beta, moving_mean, moving_variance [features]
/// In training the moments are those of the batch (over all axes but `axis`, divided by n), and the moving moments move
/// towards them; steps that x's mask hides do not count. In inference, and when the layer is frozen (trainable =
/// false), the moving moments take their place. Throws when the number of features is unknown, and on an empty batch in
/// training. Ioffe and Szegedy, "Batch normalization", 2015. Keras: keras.layers.BatchNormalization (without
/// `synchronized` and `renorm`).
///   BatchNormalization()(tensor({{1, 10}, {3, 30}}), Mode::train);  // -> {{-0.9995, -1}, {0.9995, 1}}
///   Sequential model({Dense(64, {.use_bias = false}), BatchNormalization(), Activation("relu"), Dense(10)});
class BatchNormalization final : public LayerOf<BatchNormalization> {
 public:
  explicit BatchNormalization(BatchNormalizationOptions options = {});
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor normalized_by_batch(const Tensor& x, const Tensor& mask);
  void move_moments(const Tensor& mean, const Tensor& variance);

  BatchNormalizationOptions options_;
  Variable gamma_, beta_, moving_mean_, moving_variance_;
};

struct LayerNormalizationOptions {
  std::vector<int> axis = {-1};  // the axes of one sample that the moments are taken over
  double epsilon = 1e-3;         // keeps small variances from dividing by zero
  bool center = true;            // add beta
  bool scale = true;             // multiply by gamma
  bool rms_scaling = false;      // y = x / sqrt(variance + epsilon) * gamma: neither the mean nor beta
  AnyInitializer beta_initializer = "zeros";
  AnyInitializer gamma_initializer = "ones";
  AnyRegularizer beta_regularizer = {};
  AnyRegularizer gamma_regularizer = {};
  AnyConstraint beta_constraint = {};
  AnyConstraint gamma_constraint = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta, the moments of each sample over `axis`.
///   x [batch, …, features] -> y [batch, …, features]   gamma, beta: the sizes of x along `axis`
/// Throws when one of these sizes is unknown, and without an axis. Ba, Kiros and Hinton, "Layer normalization", 2016.
/// Keras: keras.layers.LayerNormalization.
///   LayerNormalization()(tensor({{1, 3}, {10, 30}}));  // -> {{-0.9995, 0.9995}, {-1, 1}}
class LayerNormalization final : public LayerOf<LayerNormalization> {
 public:
  explicit LayerNormalization(LayerNormalizationOptions options = {});
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  LayerNormalizationOptions options_;
  Variable gamma_, beta_;
};

struct GroupNormalizationOptions {
  std::int64_t groups = 32;  // that the channels are cut into; -1: each channel is a group
  int axis = -1;             // of the channels
  double epsilon = 1e-3;     // keeps small variances from dividing by zero
  bool center = true;        // add beta
  bool scale = true;         // multiply by gamma
  AnyInitializer beta_initializer = "zeros";
  AnyInitializer gamma_initializer = "ones";
  AnyRegularizer beta_regularizer = {};
  AnyRegularizer gamma_regularizer = {};
  AnyConstraint beta_constraint = {};
  AnyConstraint gamma_constraint = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta, the moments of each group of channels of each sample.
///   x [batch, …, channels] -> y [batch, …, channels]   gamma, beta [channels]
/// Throws unless the number of channels is a multiple of `groups`. Wu and He, "Group normalization", 2018. Keras:
/// keras.layers.GroupNormalization.
///   GroupNormalization({.groups = 2})(tensor({{1, 3, 10, 30}}));  // -> {{-0.9995, 0.9995, -1, 1}}
class GroupNormalization final : public LayerOf<GroupNormalization> {
 public:
  explicit GroupNormalization(GroupNormalizationOptions options = {});
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  GroupNormalizationOptions options_;
  Variable gamma_, beta_;
};

struct RMSNormalizationOptions {
  std::vector<int> axis = {-1};  // the axes of one sample that the mean is taken over
  double epsilon = 1e-6;         // keeps zeros from dividing by zero
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = x / sqrt(mean(x²) + epsilon) * scale, the mean of each sample over `axis`.
///   x [batch, …, features] -> y [batch, …, features]   scale: the sizes of x along `axis`
/// Throws when one of these sizes is unknown, and without an axis. Zhang and Sennrich, "Root mean square layer
/// normalization", 2019. Keras: keras.layers.RMSNormalization.
///   RMSNormalization()(tensor({{3, 4}}));  // -> {{0.8485, 1.1314}}
class RMSNormalization final : public LayerOf<RMSNormalization> {
 public:
  explicit RMSNormalization(RMSNormalizationOptions options = {});
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  RMSNormalizationOptions options_;
  Variable scale_;
};

struct UnitNormalizationOptions {
  std::vector<int> axis = {-1};  // the axes that one vector lies along
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = x / √Σ x², so that the vectors along `axis` have length 1; vectors of zeros stay: x [...] -> y [...]. Throws
/// without an axis. Keras: keras.layers.UnitNormalization.
///   UnitNormalization()(tensor({{3, 4}}));  // -> {{0.6, 0.8}}
class UnitNormalization final : public LayerOf<UnitNormalization> {
 public:
  explicit UnitNormalization(UnitNormalizationOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  UnitNormalizationOptions options_;
};

}  // namespace linnet
#pragma GCC visibility pop
