// Augmentation by several of the other layers: Pipeline, RandAugment, AugMix. See augmentation.h for what they share.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/layers/augmentation.h"

#pragma GCC visibility push(default)
namespace linnet {

struct RandAugmentOptions {
  Range value_range = {0, 255};            // of the pixels
  std::int64_t num_ops = 2;                // how many changes, one after the other
  Range factor = 0.5;                      // how strong they are, in [0, 1]; a single f is [0, f]
  std::string interpolation = "bilinear";  // between pixels; or "nearest"
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// num_ops changes drawn for each batch from RandomShear, RandomTranslation, RandomRotation, RandomBrightness,
/// RandomColorDegeneration, RandomContrast, RandomSharpness, RandomPosterization, Solarization, AutoContrast and
/// Equalization, with factor for theirs.
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Cubuk et al., "RandAugment", 2019. Keras: keras.layers.RandAugment.
///   RandAugment augment({.num_ops = 3, .factor = 0.3, .seed = 1});
///   augment(full({2, 8, 8, 3}, 100), Mode::train);  // -> [2, 8, 8, 3]
class RandAugment final : public LayerOf<RandAugment, Augmentation> {
 public:
  explicit RandAugment(RandAugmentOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  RandAugmentOptions options_;
  std::vector<std::shared_ptr<Augmentation>> changes_;
};

struct AugMixOptions {
  Range value_range = {0, 255};  // of the pixels
  std::int64_t num_chains = 3;   // how many chains are mixed
  std::int64_t chain_depth = 3;  // how many changes a chain has at most
  Range factor = 0.3;            // how strong they are, in [0, 1]; a single f is [0, f]
  double alpha = 1;              // the parameter of the beta and Dirichlet distributions of the weights
  bool all_ops = true;           // also RandomBrightness, RandomColorDegeneration, RandomContrast, RandomSharpness
  std::string interpolation = "bilinear";  // between pixels; or "nearest"
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = m x + (1 - m) Σ w_k chain_k(x), clipped to the value range: chains of changes as in RandAugment, any of which
/// may be left out, are mixed with each other and with the image; what is drawn holds for a batch.
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Hendrycks et al., "AugMix", 2019. Keras: keras.layers.AugMix.
///   AugMix augment({.factor = 0.2, .seed = 1});
///   augment(full({2, 8, 8, 3}, 100), Mode::train);  // -> [2, 8, 8, 3]
class AugMix final : public LayerOf<AugMix, Augmentation> {
 public:
  explicit AugMix(AugMixOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  AugMixOptions options_;
  std::vector<std::shared_ptr<Augmentation>> changes_;
};

struct PipelineOptions {
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Layers one after the other, as one layer: x [...] -> y [...]; what they say of the output's shape and dtype holds.
/// Keras: keras.layers.Pipeline.
///   Pipeline augment({RandomFlip("horizontal"), RandomCrop(24, 24)});
///   augment(zeros({2, 28, 28, 3}), Mode::train);  // -> [2, 24, 24, 3]
class Pipeline final : public LayerOf<Pipeline> {
 public:
  explicit Pipeline(const std::vector<AnyLayer>& layers, const PipelineOptions& options = {});
  void build_many(const Shapes& inputs) override;
  Tensors call_many(const Tensors& xs, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  Shapes compute_output_shapes(const Shapes& inputs) const override;
  DType compute_output_dtype(DType input) const override;
  IntegerInput integer_input() const override;
  bool autocasts() const override { return false; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);
};

}  // namespace linnet
#pragma GCC visibility pop
