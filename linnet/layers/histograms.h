// Contrast from what values an image has: AutoContrast, Equalization, ContrastLimitedAdaptiveHistogramEqualization.
// Nothing in them is random. See augmentation.h for what they share.
#pragma once

#include <cstdint>
#include <string>

#include "linnet/layers/augmentation.h"
#include "linnet/layers/axis_sizes.h"

#pragma GCC visibility push(default)
namespace linnet {

struct AutoContrastOptions {
  Range value_range = {0, 255};               // of the pixels
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Each channel of each image stretched so that it fills the value range; one that is of one value stays. Acts in
/// inference, too.
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.AutoContrast.
///   AutoContrast()(reshape(tensor({10, 20, 30, 30}), {2, 2, 1}));  // -> {{{0}, {127.5}}, {{255}, {255}}}
class AutoContrast final : public LayerOf<AutoContrast, Augmentation> {
 public:
  explicit AutoContrast(AutoContrastOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;
  Tensor transform_in_inference(const Tensor& images) override { return transform(images); }

  AutoContrastOptions options_;
};

struct EqualizationOptions {
  Range value_range = {0, 255};               // of the pixels
  std::int64_t bins = 256;                    // of the histogram
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Each channel of each image so that all values are about equally frequent: with the value range as [0, 255] and C(b)
/// the number of pixels in the bins up to b, y = round(255 (C(bin of x) - C(first)) / (n - C(first))). Channels of one
/// bin stay. As in Keras only in training. (Keras takes the histogram over all images of a batch; here the other images
/// do not matter.)
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// No gradient. Keras: keras.layers.Equalization.
///   Tensor image = reshape(tensor({10, 11, 12, 13}), {2, 2, 1});
///   Equalization()(image, Mode::train);  // -> {{{0}, {85}}, {{170}, {255}}}
class Equalization final : public LayerOf<Equalization, Augmentation> {
 public:
  explicit Equalization(EqualizationOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  EqualizationOptions options_;
};

struct ContrastLimitedAdaptiveHistogramEqualizationOptions {
  Range value_range = {0, 255};  // of the pixels
  double clip_limit = 4;         // how many times the mean a bin may hold; 0: no limit
  AxisSizes tile_grid_size = 8;  // into how many tiles an image is cut: one number, or two, {rows, columns}
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Equalization of each tile by itself, with 256 bins; what a bin holds above the limit is spread over all, and between
/// the centers of tiles their answers are mixed by distance. An image that cannot be divided is continued by its mirror
/// image. Acts in inference, too.
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// No gradient. Pizer et al., "Adaptive histogram equalization and its variations", 1987. Keras:
/// keras.layers.ContrastLimitedAdaptiveHistogramEqualization.
///   ContrastLimitedAdaptiveHistogramEqualization equalize({.clip_limit = 2});
///   equalize(random_uniform({2, 32, 32, 3}, 0, 100));  // -> [2, 32, 32, 3]
class ContrastLimitedAdaptiveHistogramEqualization final
    : public LayerOf<ContrastLimitedAdaptiveHistogramEqualization, Augmentation> {
 public:
  explicit ContrastLimitedAdaptiveHistogramEqualization(
      ContrastLimitedAdaptiveHistogramEqualizationOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;
  Tensor transform_in_inference(const Tensor& images) override { return transform(images); }

  ContrastLimitedAdaptiveHistogramEqualizationOptions options_;
};

}  // namespace linnet
#pragma GCC visibility pop
