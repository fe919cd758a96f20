// Augmentation by covering or exchanging parts of images: RandomErasing, CutMix, MixUp. See augmentation.h for what
// they share; CutMix and MixUp mix labels as well.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "linnet/layers/augmentation.h"

#pragma GCC visibility push(default)
namespace linnet {

struct RandomErasingOptions {
  Range factor = 1;            // the probability that an image changes lies here; a single f is [0, f]
  Range scale = {0.02, 0.33};  // the square of a side of the region, as a part of that of the image
  std::optional<std::vector<double>> fill_value = {};  // one number, or one a channel; none: normal noise times high
  Range value_range = {0, 255};                        // of the pixels: what is filled in is clipped to it
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// A rectangle at a random place of each image is covered; its sides are the square roots of draws from `scale`, as
/// parts of those of the image.
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Zhong et al., "Random erasing data augmentation", 2017. Keras: keras.layers.RandomErasing.
///   RandomErasing erase({.factor = {1, 1}, .scale = {0.25, 0.25}, .fill_value = {{128}}});
///   max(erase(zeros({1, 8, 8, 1}), Mode::train));  // -> 128
class RandomErasing final : public LayerOf<RandomErasing, Augmentation> {
 public:
  explicit RandomErasing(RandomErasingOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  RandomErasingOptions options_;
};

struct CutMixOptions {
  Range factor = 1;  // the parameter of the beta distribution of w, one for each batch; a single f is [0, f]
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// A rectangle of each image, of 1 - w of its area, comes from another image of the batch; labels [batch, classes], one
/// at 1, become those of both, weighted by area.
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Yun et al., "CutMix", 2019. Keras: keras.layers.CutMix.
///   Tensor images = random_uniform({2, 8, 8, 3}), labels = tensor({{1, 0}, {0, 1}});
///   Tensors mixed = CutMix({.seed = 1}).apply({images, labels}, Mode::train);
///   sum(mixed[1], 1);  // -> {1, 1}
class CutMix final : public LayerOf<CutMix, Augmentation> {
 public:
  explicit CutMix(CutMixOptions options = {});
  Tensors transform_with_labels(const Tensor& images, const Tensor& labels) override;
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override { return transform_with_labels(images, {})[0]; }

  CutMixOptions options_;
};

struct MixUpOptions {
  double alpha = 0.2;  // the parameter of the beta distribution of w
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = w x + (1 - w) x', x' another image of the batch, w one draw for the batch; labels [batch, classes] likewise.
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Zhang et al., "mixup: beyond empirical risk minimization", 2017. Keras: keras.layers.MixUp.
///   Tensor images = random_uniform({2, 8, 8, 3}), labels = tensor({{1, 0}, {0, 1}});
///   Tensors mixed = MixUp({.alpha = 0.4, .seed = 1}).apply({images, labels}, Mode::train);
///   sum(mixed[1], 1);  // -> {1, 1}
class MixUp final : public LayerOf<MixUp, Augmentation> {
 public:
  explicit MixUp(MixUpOptions options = {});
  Tensors transform_with_labels(const Tensor& images, const Tensor& labels) override;
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override { return transform_with_labels(images, {})[0]; }

  MixUpOptions options_;
};

}  // namespace linnet
#pragma GCC visibility pop
