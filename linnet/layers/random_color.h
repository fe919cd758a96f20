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

/// y = clip(x + f (high - low)) to the value range with f in `factor`; a single f is [-f, f]. Keras:
/// keras.layers.RandomBrightness.
///   RandomBrightness(0.2)   RandomBrightness({0, 0.5}, {.value_range = {0, 1}})
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
/// a single f is [0, f]. Keras: keras.layers.RandomContrast.
///   RandomContrast({0.2, 0.2})
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
/// image as it is, 1 has all colours pure; a single f is [-f, f], where numbers below 0 are grey as well. Throws unless
/// there are three channels. Keras: keras.layers.RandomSaturation.
///   RandomSaturation({0.3, 0.7})
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
/// Throws unless there are three channels. Keras: keras.layers.RandomHue.
///   RandomHue(0.1, {.value_range = {0, 1}})
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
/// times (zeros outside), f in `factor`: 0 is blurred, 0.5 leaves the image as it is, 1 is sharper; a single f is [0,
/// f]. Keras: keras.layers.RandomSharpness.
///   RandomSharpness({0, 1})
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
/// single f is [-f, f]. Throws unless there are three channels or one. Keras: keras.layers.RandomColorDegeneration.
///   RandomColorDegeneration({0, 0.5})
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
/// from low to high - 1 of `factor`, or both where they are the same; a single f is [1, f]. Keras:
/// keras.layers.RandomPosterization.
///   RandomPosterization({3, 3})
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

/// In grey, all channels alike, with probability `factor`. Throws unless there are three channels or one. Keras:
/// keras.layers.RandomGrayscale.
///   RandomGrayscale({.factor = 0.2})
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

/// y = high - x, high the upper end of the value range. Keras: keras.layers.RandomInvert.
///   RandomInvert({.factor = 0.5})
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

/// With the value range as [0, 255]: z = clip(x + a, 0, 255), y = z where z < t, else 255 - z. Keras:
/// keras.layers.Solarization.
///   Solarization({.threshold_factor = {0.5, 0.5}})      only what is bright
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

/// Convolved with a Gaussian, with zeros outside, and clipped to the value range. Keras:
/// keras.layers.RandomGaussianBlur.
///   RandomGaussianBlur({.kernel_size = {5, 5}})
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
/// Keras: keras.layers.RandomColorJitter.
///   RandomColorJitter({.brightness_factor = 0.2, .hue_factor = 0.1})
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
