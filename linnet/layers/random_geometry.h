// Augmentation by moving pixels: flips, rotations, zooms, translations, shears, perspectives, crops, elastic
// distortions. An output pixel at (x, y), counted from the first, shows what the image has at another place (x', y'):
// the layers say which. See augmentation.h for what they share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "linnet/layers/augmentation.h"

#pragma GCC visibility push(default)
namespace linnet {

struct RandomFlipOptions {
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Each image is mirrored with probability 1/2: "horizontal" left and right, "vertical" top and bottom,
/// "horizontal_and_vertical" each by a decision of its own (in Keras 3 by the same one).
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.RandomFlip.
///   RandomFlip flip("horizontal", {.seed = 1});
///   Tensor y = flip(reshape(arange(1, 4), {1, 3, 1}), Mode::train);  // {{{1}, {2}, {3}}} or {{{3}, {2}, {1}}}
///   sum(y);                                                          // -> 6
class RandomFlip final : public LayerOf<RandomFlip, Augmentation> {
 public:
  explicit RandomFlip(std::string mode = "horizontal_and_vertical", RandomFlipOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  std::string mode_;
  RandomFlipOptions options_;
};

/// Of layers that look at places between pixels and outside of images.
struct RandomPlacesOptions {
  std::string fill_mode =
      "reflect";  // outside: "reflect", "wrap", "constant", "nearest" or "mirror"; map_coordinates()
  std::string interpolation = "bilinear";  // between pixels; or "nearest"
  std::optional<std::int64_t> seed = {};
  double fill_value = 0;                      // with fill_mode "constant"
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Turned counterclockwise about the center by a part of a full turn in `factor`; a single f is [-f, f].
///   x' = x cos t - y sin t,  y' = x sin t + y cos t, from the center
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.RandomRotation.
///   RandomRotation quarter({0.25, 0.25});  // 0.1: up to 36 degrees either way
///   quarter(reshape(tensor({1, 2, 3, 4}), {2, 2, 1}), Mode::train);  // -> {{{2}, {4}}, {{1}, {3}}}
class RandomRotation final : public LayerOf<RandomRotation, Augmentation> {
 public:
  explicit RandomRotation(Range factor, RandomPlacesOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  Range factor_;
  RandomPlacesOptions options_;
};

struct RandomZoomOptions {
  std::optional<Range> width_factor = {};  // none: the same as in height, which keeps proportions
  std::string fill_mode = "reflect";       // outside; see RandomPlacesOptions
  std::string interpolation = "bilinear";  // between pixels; or "nearest"
  std::optional<std::int64_t> seed = {};
  double fill_value = 0;                      // with fill_mode "constant"
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Smaller (a factor above 0) or larger, about the center: x' = x (1 + width factor), y' = y (1 + height factor); a
/// single f is [-f, f].
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.RandomZoom.
///   RandomZoom zoom(0.2, {.seed = 1});  // {-0.3, -0.1}: only larger
///   zoom(zeros({2, 8, 8, 3}), Mode::train);  // -> [2, 8, 8, 3]
class RandomZoom final : public LayerOf<RandomZoom, Augmentation> {
 public:
  explicit RandomZoom(Range height_factor, RandomZoomOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  Range height_factor_;
  RandomZoomOptions options_;
};

/// Moved down and to the right by a part of the height and width; a single f is [-f, f].
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.RandomTranslation.
///   RandomTranslation right({0, 0}, {0.25, 0.25}, {.fill_mode = "constant"});
///   right(reshape(tensor({1, 2, 3, 4}), {1, 4, 1}), Mode::train);  // -> {{{0}, {1}, {2}, {3}}}
class RandomTranslation final : public LayerOf<RandomTranslation, Augmentation> {
 public:
  RandomTranslation(Range height_factor, Range width_factor, RandomPlacesOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  Range height_factor_, width_factor_;
  RandomPlacesOptions options_;
};

struct RandomShearOptions {
  Range x_factor = 0;                         // how far a row moves for each row below the first; a single f is [-f, f]
  Range y_factor = 0;                         // how far a column moves for each column behind the first
  std::string interpolation = "bilinear";     // between pixels; or "nearest"
  std::string fill_mode = "reflect";          // outside; see RandomPlacesOptions
  double fill_value = 0;                      // with fill_mode "constant"
  std::string data_format = "channels_last";  // or "channels_first"
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Slanted: x' = x + s y, y' = y + t x with s in x_factor and t in y_factor, both with one random sign.
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.RandomShear.
///   RandomShear shear({.x_factor = 0.2, .seed = 1});
///   shear(zeros({2, 8, 8, 3}), Mode::train);  // -> [2, 8, 8, 3]
class RandomShear final : public LayerOf<RandomShear, Augmentation> {
 public:
  explicit RandomShear(RandomShearOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  RandomShearOptions options_;
};

struct RandomPerspectiveOptions {
  Range factor = 1;  // the probability that an image changes lies here; a single f is [0, f]
  double scale = 1;  // how far a corner moves at most: half of it, as a part of its distance from the first pixel
  std::string interpolation = "bilinear";  // between pixels; or "nearest"
  double fill_value = 0;                   // outside
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// As seen from aside: each coordinate of a corner is multiplied by a number in [1 - scale / 2, 1 + scale / 2), so the
/// first corner stays, and the lines between corners stay straight.
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.RandomPerspective.
///   RandomPerspective aside({.scale = 0.3, .seed = 1});
///   aside(zeros({2, 8, 8, 3}), Mode::train);  // -> [2, 8, 8, 3]
class RandomPerspective final : public LayerOf<RandomPerspective, Augmentation> {
 public:
  explicit RandomPerspective(RandomPerspectiveOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  RandomPerspectiveOptions options_;
};

struct RandomCropOptions {
  std::optional<std::int64_t> seed = {};      // none: one is drawn, and written in the config
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// A part of height x width, at one random place for all images of a batch. In inference, and where the image is not
/// larger in both directions, the largest centered part with these proportions, resized.
///   x [batch, rows, columns, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.RandomCrop.
///   RandomCrop crop(24, 24);
///   crop(zeros({8, 28, 28, 1}), Mode::train);  // -> [8, 24, 24, 1]
class RandomCrop final : public LayerOf<RandomCrop, Augmentation> {
 public:
  RandomCrop(std::int64_t height, std::int64_t width, RandomCropOptions options = {});
  Shape compute_output_shape(const Shape& input) const override;
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;
  Tensor transform_in_inference(const Tensor& images) override;

  std::int64_t height_, width_;
  RandomCropOptions options_;
};

struct RandomElasticTransformOptions {
  Range factor = 1;                        // the probability that an image changes lies here; a single f is [0, f]
  Range scale = 1;                         // how much a batch is distorted, in [0, 1]; a single s is [0, s]
  std::string interpolation = "bilinear";  // between pixels; or "nearest"
  std::string fill_mode = "reflect";       // outside; see RandomPlacesOptions
  double fill_value = 0;                   // with fill_mode "constant"
  Range value_range = {0, 255};            // of the pixels: what the results are clipped to
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// As under water: x' = x + a u(x, y), y' = y + a v(x, y), where u and v are normal noise of standard deviation s that
/// a Gaussian of width s has smoothed, a = 0.1 scale max(height, width), s = 0.05 scale min(height, width).
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Simard et al., "Best practices for convolutional neural networks", 2003. Keras: keras.layers.RandomElasticTransform.
///   RandomElasticTransform waves({.scale = 0.5, .seed = 1});
///   waves(zeros({2, 28, 28, 1}), Mode::train);  // -> [2, 28, 28, 1]
class RandomElasticTransform final : public LayerOf<RandomElasticTransform, Augmentation> {
 public:
  explicit RandomElasticTransform(RandomElasticTransformOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  RandomElasticTransformOptions options_;
};

}  // namespace linnet
#pragma GCC visibility pop
