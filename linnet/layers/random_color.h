// Augmentation by changing colours. Pixels lie in `value_range`, [0, 255] unless said otherwise. See augmentation.h for
// what these layers share.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/layers/augmentation.h"
#include "linnet/layers/axis_sizes.h"

#pragma GCC visibility push(default)
namespace linnet {

struct RandomBrightnessOptions {
  Range value_range = {0, 255};  // of the pixels
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = clip(x + f (high - low)) to the value range with f in `factor`; a single f is [-f, f].
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.RandomBrightness.
///   RandomBrightness brighter({0.2, 0.2});  // with a single 0.2: from 20 % darker to 20 % brighter
///   brighter(tensor({{{100, 150, 250}}}), Mode::train);  // -> {{{151, 201, 255}}}
class RandomBrightness final : public LayerOf<RandomBrightness, Augmentation> {
 public:
  explicit RandomBrightness(Range factor, RandomBrightnessOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  Range factor_;
  RandomBrightnessOptions options_;
};

struct RandomContrastOptions {
  Range value_range = {0, 255};  // of the pixels
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = clip((x - m) c + m) to the value range, m the mean of the image's channel, c in [1 - low, 1 + high) of `factor`;
/// a single f is [0, f].
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.RandomContrast.
///   RandomContrast contrast({0.2, 0.2});
///   Tensor y = contrast(tensor({{{90, 80}, {110, 120}}}), Mode::train);
///   mean(y, {0, 1});  // -> {100, 100}
class RandomContrast final : public LayerOf<RandomContrast, Augmentation> {
 public:
  explicit RandomContrast(Range factor, RandomContrastOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  Range factor_;
  RandomContrastOptions options_;
};

struct RandomSaturationOptions {
  Range value_range = {0, 255};  // of the pixels
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// The saturation of the colours times f / (1 - f + 1e-7) with f in `factor`, in [0, 1]: 0 is grey, 0.5 leaves the
/// image as it is, 1 has all colours pure; a single f is [-f, f], where numbers below 0 are grey as well.
///   x [batch, height, width, 3] -> y [batch, height, width, 3]
/// Throws unless there are three channels. Keras: keras.layers.RandomSaturation.
///   RandomSaturation grey({0, 0});  // {0.3, 0.7}: duller or more colourful
///   grey(tensor({{{200, 100, 0}}}), Mode::train);  // -> {{{200, 200, 200}}}
class RandomSaturation final : public LayerOf<RandomSaturation, Augmentation> {
 public:
  explicit RandomSaturation(Range factor, RandomSaturationOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  Range factor_;
  RandomSaturationOptions options_;
};

struct RandomHueOptions {
  Range value_range = {0, 255};  // of the pixels
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// The colours turned by up to half of the circle: hue + f / 2 or hue - f / 2 with f in `factor`; a single f is [0, f].
///   x [batch, height, width, 3] -> y [batch, height, width, 3]
/// Throws unless there are three channels. Keras: keras.layers.RandomHue.
///   RandomHue opposite({1, 1});  // 0.1: to neighbouring colours only
///   opposite(tensor({{{255, 0, 0}}}), Mode::train);  // -> {{{0, 255, 255}}}
class RandomHue final : public LayerOf<RandomHue, Augmentation> {
 public:
  explicit RandomHue(Range factor, RandomHueOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  Range factor_;
  RandomHueOptions options_;
};

struct RandomSharpnessOptions {
  Range value_range = {0, 255};  // of the pixels
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = clip(x + (1 - 2 f) (s - x)) to the value range, s a mean of 3 x 3 pixels of which the middle one counts five
/// times (zeros outside), f in `factor`: 0 is blurred, 0.5 leaves the image as it is, 1 is sharper; a single f is
/// [0, f].
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.RandomSharpness.
///   RandomSharpness as_it_is({0.5, 0.5});
///   as_it_is(tensor({{{10, 20, 30}}}), Mode::train);  // -> {{{10, 20, 30}}}
class RandomSharpness final : public LayerOf<RandomSharpness, Augmentation> {
 public:
  explicit RandomSharpness(Range factor, RandomSharpnessOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  Range factor_;
  RandomSharpnessOptions options_;
};

struct RandomColorDegenerationOptions {
  Range value_range = {0, 255};  // of the pixels
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = clip(x + f (g - x)) to the value range, g the image in grey, f in `factor`: 0 leaves it as it is, 1 is grey; a
/// single f is [-f, f].
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Throws unless there are three channels or one. Keras: keras.layers.RandomColorDegeneration.
///   RandomColorDegeneration grey({1, 1});  // g = 0.2989 red + 0.587 green + 0.114 blue
///   grey(tensor({{{100, 0, 0}}}), Mode::train);  // -> {{{29.89, 29.89, 29.89}}}
class RandomColorDegeneration final : public LayerOf<RandomColorDegeneration, Augmentation> {
 public:
  explicit RandomColorDegeneration(Range factor, RandomColorDegenerationOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  Range factor_;
  RandomColorDegenerationOptions options_;
};

struct RandomPosterizationOptions {
  Range value_range = {0, 255};  // of the pixels
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Fewer shades: of the 8 bits of each number, with the value range as [0, 255], the first f stay. f is a whole number
/// from low to high - 1 of `factor`, or both where they are the same; a single f is [1, f].
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.RandomPosterization.
///   RandomPosterization eight_shades({3, 3});
///   eight_shades(tensor({{{31, 100, 255}}}), Mode::train);  // -> {{{0, 96, 224}}}
class RandomPosterization final : public LayerOf<RandomPosterization, Augmentation> {
 public:
  explicit RandomPosterization(Range factor, RandomPosterizationOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  Range factor_;
  RandomPosterizationOptions options_;
};

struct RandomGrayscaleOptions {
  double factor = 0.5;  // the probability that an image changes
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// In grey, all channels alike, with probability `factor`.
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Throws unless there are three channels or one. Keras: keras.layers.RandomGrayscale.
///   RandomGrayscale grey({.factor = 1});  // 0.2989 red + 0.587 green + 0.114 blue
///   grey(tensor({{{100, 0, 0}}}), Mode::train);  // -> {{{29.89, 29.89, 29.89}}}
class RandomGrayscale final : public LayerOf<RandomGrayscale, Augmentation> {
 public:
  explicit RandomGrayscale(RandomGrayscaleOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  RandomGrayscaleOptions options_;
};

struct RandomInvertOptions {
  Range factor = 1;              // the probability that an image changes lies here; a single f is [0, f]
  Range value_range = {0, 255};  // of the pixels
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = high - x, high the upper end of the value range.
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.RandomInvert.
///   RandomInvert negative({.factor = {1, 1}});
///   negative(tensor({{{0, 100, 255}}}), Mode::train);  // -> {{{255, 155, 0}}}
class RandomInvert final : public LayerOf<RandomInvert, Augmentation> {
 public:
  explicit RandomInvert(RandomInvertOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  RandomInvertOptions options_;
};

struct SolarizationOptions {
  Range addition_factor = 0;     // added first, as a part of 255; a single f is [0, f]
  Range threshold_factor = 0;    // from which brightness on, as a part of 255; a single f is [0, f]
  Range value_range = {0, 255};  // of the pixels
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// With the value range as [0, 255]: z = clip(x + a, 0, 255), y = z where z < t, else 255 - z.
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.Solarization.
///   Solarization bright({.threshold_factor = {0.5, 0.5}});  // what is brighter than 127.5 is inverted
///   bright(tensor({{{100, 200, 255}}}), Mode::train);  // -> {{{100, 55, 0}}}
class Solarization final : public LayerOf<Solarization, Augmentation> {
 public:
  explicit Solarization(SolarizationOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  SolarizationOptions options_;
};

struct RandomGaussianBlurOptions {
  Range factor = 1;           // the probability that an image changes lies here; a single f is [0, f]
  AxisSizes kernel_size = 3;  // cells, odd: how far a pixel is seen; one number, or two, {rows, columns}
  Range sigma = 1;  // the standard deviation in pixels, drawn once for a batch in each direction; a single s is [0, s]
  Range value_range = {0, 255};  // of the pixels
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Convolved with a Gaussian, with zeros outside, and clipped to the value range.
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.RandomGaussianBlur.
///   RandomGaussianBlur blur({.kernel_size = {5, 5}, .seed = 1});
///   blur(full({2, 8, 8, 3}, 100), Mode::train);  // -> [2, 8, 8, 3]
class RandomGaussianBlur final : public LayerOf<RandomGaussianBlur, Augmentation> {
 public:
  explicit RandomGaussianBlur(RandomGaussianBlurOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  RandomGaussianBlurOptions options_;
};

struct RandomColorJitterOptions {
  Range value_range = {0, 255};                 // of the pixels
  std::optional<Range> brightness_factor = {};  // of a RandomBrightness, or none
  std::optional<Range> contrast_factor = {};    // of a RandomContrast, or none
  std::optional<Range> saturation_factor = {};  // of a RandomSaturation, or none
  std::optional<Range> hue_factor = {};         // of a RandomHue, or none
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// RandomBrightness, RandomContrast, RandomSaturation and RandomHue, those that have a factor, one after the other.
///   x [batch, height, width, 3] -> y [batch, height, width, 3]
/// Keras: keras.layers.RandomColorJitter.
///   RandomColorJitter jitter({.brightness_factor = Range(0.2, 0.2), .contrast_factor = Range(0, 0)});
///   jitter(full({1, 1, 3}, 100), Mode::train);  // -> {{{151, 151, 151}}}
class RandomColorJitter final : public LayerOf<RandomColorJitter, Augmentation> {
 public:
  explicit RandomColorJitter(RandomColorJitterOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor transform(const Tensor& images) override;

  RandomColorJitterOptions options_;
  std::vector<std::shared_ptr<Augmentation>> steps_;
};

}  // namespace linnet
#pragma GCC visibility pop
