#include "linnet/layers/random_color.h"

#include <cmath>
#include <utility>

#include "linnet/layers/colors.h"
#include "linnet/layers/fields.h"
#include "linnet/layers/places.h"
#include "linnet/ops/convolution.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, RandomBrightnessOptions& o) {
  visit("value_range", o.value_range);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, RandomContrastOptions& o) {
  visit("value_range", o.value_range);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, RandomSaturationOptions& o) {
  visit("value_range", o.value_range);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, RandomHueOptions& o) {
  visit("value_range", o.value_range);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, RandomSharpnessOptions& o) {
  visit("value_range", o.value_range);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, RandomColorDegenerationOptions& o) {
  visit("value_range", o.value_range);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, RandomPosterizationOptions& o) {
  visit("value_range", o.value_range);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, RandomGrayscaleOptions& o) {
  visit("factor", o.factor);
  visit("data_format", o.data_format);
  visit("seed", o.seed);
}
template <class Visitor>
void fields(Visitor& visit, RandomInvertOptions& o) {
  visit("factor", o.factor);
  visit("value_range", o.value_range);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, SolarizationOptions& o) {
  visit("addition_factor", o.addition_factor);
  visit("threshold_factor", o.threshold_factor);
  visit("value_range", o.value_range);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, RandomGaussianBlurOptions& o) {
  visit("factor", o.factor);
  visit("kernel_size", o.kernel_size);
  visit("sigma", o.sigma);
  visit("value_range", o.value_range);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, RandomColorJitterOptions& o) {
  visit("value_range", o.value_range);
  visit("brightness_factor", o.brightness_factor);
  visit("contrast_factor", o.contrast_factor);
  visit("saturation_factor", o.saturation_factor);
  visit("hue_factor", o.hue_factor);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}

namespace {

/// A layer from its factor and the other options.
template <class FactorLayer, class Options>
AnyLayer factor_layer(const Config& config, const char* who) {
  Config rest = config;
  rest.erase("factor");
  Range factor;
  from_value(config.at("factor"), factor);
  return FactorLayer(factor, read_options<Options>(rest, who));
}

template <class Options>
Config with_factor(Config config, const Range& factor, const Options& options) {
  config.set("factor", to_value(factor));
  return with_fields(std::move(config), options);
}

Tensor clip_to(const Tensor& x, const Range& range) { return clip(x, range.low(), range.high()); }

const Range unit{0, 1}, bytes{0, 255};

}  // namespace

// ---- RandomBrightness

RandomBrightness::RandomBrightness(Range factor, RandomBrightnessOptions options)
    : LayerOf("RandomBrightness", layer_options(options)),
      factor_(factor.reaching_into(*this, "factor", -1, 1)),
      options_(std::move(options)) {
  check_value_range(*this, options_.value_range);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomBrightness::transform(const Tensor& images) {
  const double width = options_.value_range.high() - options_.value_range.low();
  return clip_to(images + draw(images, factor_) * width, options_.value_range);
}

Config RandomBrightness::config() const { return with_factor(base_config(), factor_, options_); }
AnyLayer RandomBrightness::from_config(const Config& config) {
  return factor_layer<RandomBrightness, RandomBrightnessOptions>(config, "RandomBrightness");
}

// ---- RandomContrast

RandomContrast::RandomContrast(Range factor, RandomContrastOptions options)
    : LayerOf("RandomContrast", layer_options(options)),
      factor_(factor.reaching_into(*this, "factor", 0, 1)),
      options_(std::move(options)) {
  check_value_range(*this, options_.value_range);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomContrast::transform(const Tensor& images) {
  const Tensor contrast = draw(images, {1 - factor_.low(), 1 + factor_.high()}), middle = mean(images, {1, 2}, true);
  return clip_to((images - middle) * contrast + middle, options_.value_range);
}

Config RandomContrast::config() const { return with_factor(base_config(), factor_, options_); }
AnyLayer RandomContrast::from_config(const Config& config) {
  return factor_layer<RandomContrast, RandomContrastOptions>(config, "RandomContrast");
}

// ---- RandomSaturation

RandomSaturation::RandomSaturation(Range factor, RandomSaturationOptions options)
    : LayerOf("RandomSaturation", layer_options(options)),
      factor_(factor.reaching_into(*this, "factor", -1, 1)),
      options_(std::move(options)) {
  check_value_range(*this, options_.value_range);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomSaturation::transform(const Tensor& images) {
  const Tensor factor = draw(images, factor_);
  Tensors hsv = to_hsv(*this, in_range(images, options_.value_range, unit));
  hsv[1] = clip(hsv[1] * (factor / (1 + 1e-7 - factor)), 0, 1);
  return in_range(from_hsv(hsv), unit, options_.value_range);
}

Config RandomSaturation::config() const { return with_factor(base_config(), factor_, options_); }
AnyLayer RandomSaturation::from_config(const Config& config) {
  return factor_layer<RandomSaturation, RandomSaturationOptions>(config, "RandomSaturation");
}

// ---- RandomHue

RandomHue::RandomHue(Range factor, RandomHueOptions options)
    : LayerOf("RandomHue", layer_options(options)),
      factor_(factor.reaching_into(*this, "factor", 0, 1)),
      options_(std::move(options)) {
  check_value_range(*this, options_.value_range);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomHue::transform(const Tensor& images) {
  const Tensor turn = draw_sign(images) * draw(images, factor_) * 0.5;
  Tensors hsv = to_hsv(*this, in_range(images, options_.value_range, unit));
  hsv[0] = hsv[0] + turn;
  return in_range(clip_to(from_hsv(hsv), unit), unit, options_.value_range);
}

Config RandomHue::config() const { return with_factor(base_config(), factor_, options_); }
AnyLayer RandomHue::from_config(const Config& config) {
  return factor_layer<RandomHue, RandomHueOptions>(config, "RandomHue");
}

// ---- RandomSharpness

RandomSharpness::RandomSharpness(Range factor, RandomSharpnessOptions options)
    : LayerOf("RandomSharpness", layer_options(options)),
      factor_(factor.reaching_into(*this, "factor", 0, 1)),
      options_(std::move(options)) {
  check_value_range(*this, options_.value_range);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomSharpness::transform(const Tensor& images) {
  const Tensor factor = draw(images, factor_);
  const double edge = 1.0 / 13, middle = 5.0 / 13;
  const Tensor cells = tensor({edge, edge, edge, edge, middle, edge, edge, edge, edge}, images.dtype());
  const Tensor kernel = broadcast_to(reshape(cells, {3, 3, 1, 1}), {3, 3, images.shape()[3], 1});
  const Tensor smooth = depthwise_conv(images, kernel, {}, {.padding = Padding::same});
  return clip_to(images + (1.0 - factor * 2.0) * (smooth - images), options_.value_range);
}

Config RandomSharpness::config() const { return with_factor(base_config(), factor_, options_); }
AnyLayer RandomSharpness::from_config(const Config& config) {
  return factor_layer<RandomSharpness, RandomSharpnessOptions>(config, "RandomSharpness");
}

// ---- RandomColorDegeneration

RandomColorDegeneration::RandomColorDegeneration(Range factor, RandomColorDegenerationOptions options)
    : LayerOf("RandomColorDegeneration", layer_options(options)),
      factor_(factor.reaching_into(*this, "factor", -1, 1)),
      options_(std::move(options)) {
  check_value_range(*this, options_.value_range);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomColorDegeneration::transform(const Tensor& images) {
  const Tensor factor = draw(images, factor_);
  return clip_to(images + factor * (to_grayscale(*this, images) - images), options_.value_range);
}

Config RandomColorDegeneration::config() const { return with_factor(base_config(), factor_, options_); }
AnyLayer RandomColorDegeneration::from_config(const Config& config) {
  return factor_layer<RandomColorDegeneration, RandomColorDegenerationOptions>(config, "RandomColorDegeneration");
}

// ---- RandomPosterization

RandomPosterization::RandomPosterization(Range factor, RandomPosterizationOptions options)
    : LayerOf("RandomPosterization", layer_options(options)),
      factor_(factor.within(*this, "factor", 1, 8)),
      options_(std::move(options)) {
  check(factor.low() == std::floor(factor.low()) && factor.high() == std::floor(factor.high()),
        "[RandomPosterization \"", name(), "\"] expected whole numbers of bits as factor, received ", to_value(factor));
  check_value_range(*this, options_.value_range);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomPosterization::transform(const Tensor& images) {
  const Tensor bits = floor(draw(images, factor_));
  const Tensor step = power(2.0, 8.0 - bits);
  const Tensor whole = floor(in_range(images, options_.value_range, bytes));
  return in_range(floor(whole / step) * step, bytes, options_.value_range);
}

Config RandomPosterization::config() const { return with_factor(base_config(), factor_, options_); }
AnyLayer RandomPosterization::from_config(const Config& config) {
  return factor_layer<RandomPosterization, RandomPosterizationOptions>(config, "RandomPosterization");
}

// ---- RandomGrayscale

RandomGrayscale::RandomGrayscale(RandomGrayscaleOptions options)
    : LayerOf("RandomGrayscale", layer_options(options)), options_(std::move(options)) {
  check(options_.factor >= 0 && options_.factor <= 1, "[RandomGrayscale \"", name(),
        "\"] expected factor in [0, 1], received ", options_.factor);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomGrayscale::transform(const Tensor& images) {
  return where(draw_chance(images, {options_.factor, options_.factor}), to_grayscale(*this, images), images);
}

Config RandomGrayscale::config() const { return with_fields(base_config(), options_); }
AnyLayer RandomGrayscale::from_config(const Config& config) {
  return RandomGrayscale(read_options<RandomGrayscaleOptions>(config, "RandomGrayscale"));
}

// ---- RandomInvert

RandomInvert::RandomInvert(RandomInvertOptions options)
    : LayerOf("RandomInvert", layer_options(options)), options_(std::move(options)) {
  options_.factor = options_.factor.within(*this, "factor", 0, 1);
  check_value_range(*this, options_.value_range);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomInvert::transform(const Tensor& images) {
  return where(draw_chance(images, options_.factor), options_.value_range.high() - images, images);
}

Config RandomInvert::config() const { return with_fields(base_config(), options_); }
AnyLayer RandomInvert::from_config(const Config& config) {
  return RandomInvert(read_options<RandomInvertOptions>(config, "RandomInvert"));
}

// ---- Solarization

Solarization::Solarization(SolarizationOptions options)
    : LayerOf("Solarization", layer_options(options)), options_(std::move(options)) {
  options_.addition_factor = options_.addition_factor.within(*this, "addition_factor", 0, 1);
  options_.threshold_factor = options_.threshold_factor.within(*this, "threshold_factor", 0, 1);
  check_value_range(*this, options_.value_range);
  set_up(options_.data_format, options_.seed);
}

Tensor Solarization::transform(const Tensor& images) {
  const Tensor addition = draw(images, options_.addition_factor) * 255.0,
               threshold = draw(images, options_.threshold_factor) * 255.0;
  const Tensor brighter = clip_to(in_range(images, options_.value_range, bytes) + addition, bytes);
  return in_range(where(less(brighter, threshold), brighter, 255.0 - brighter), bytes, options_.value_range);
}

Config Solarization::config() const { return with_fields(base_config(), options_); }
AnyLayer Solarization::from_config(const Config& config) {
  return Solarization(read_options<SolarizationOptions>(config, "Solarization"));
}

// ---- RandomGaussianBlur

RandomGaussianBlur::RandomGaussianBlur(RandomGaussianBlurOptions options)
    : LayerOf("RandomGaussianBlur", layer_options(options)), options_(std::move(options)) {
  options_.factor = options_.factor.within(*this, "factor", 0, 1);
  options_.sigma = options_.sigma.within(*this, "sigma", 0, 1);
  options_.kernel_size = options_.kernel_size.for_axes(2, *this, "kernel_size");
  for (std::int64_t cells : options_.kernel_size.list())
    check(cells % 2 == 1, "[RandomGaussianBlur \"", name(), "\"] expected an odd kernel_size, received ", cells);
  check_value_range(*this, options_.value_range);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomGaussianBlur::transform(const Tensor& images) {
  constexpr double smallest = 1e-6;
  const Tensor chosen = draw_chance(images, options_.factor);
  const std::vector<double> sigma =
      random_uniform({2}, options_.sigma.low(), options_.sigma.high(), float32, &generator()).to_vector<double>();
  const std::vector<std::int64_t>& cells = options_.kernel_size.list();
  const Tensor smooth = blurred(images, cells[0], cells[1], sigma[0] + smallest, sigma[1] + smallest);
  return clip_to(where(chosen, smooth, images), options_.value_range);
}

Config RandomGaussianBlur::config() const { return with_fields(base_config(), options_); }
AnyLayer RandomGaussianBlur::from_config(const Config& config) {
  return RandomGaussianBlur(read_options<RandomGaussianBlurOptions>(config, "RandomGaussianBlur"));
}

// ---- RandomColorJitter

RandomColorJitter::RandomColorJitter(RandomColorJitterOptions options)
    : LayerOf("RandomColorJitter", layer_options(options)), options_(std::move(options)) {
  auto add = [this](auto layer) { steps_.push_back(std::make_shared<decltype(layer)>(track(std::move(layer)))); };
  const Range& range = options_.value_range;
  auto seed = [this] {  // of its own for each, or their draws would be the same
    return options_.seed ? std::optional(*options_.seed + static_cast<std::int64_t>(steps_.size()) + 1) : std::nullopt;
  };
  const DTypePolicy& dtype = options_.dtype;
  if (const auto& f = options_.brightness_factor)
    add(RandomBrightness(*f, {.value_range = range, .seed = seed(), .dtype = dtype}));
  if (const auto& f = options_.contrast_factor)
    add(RandomContrast(*f, {.value_range = range, .seed = seed(), .dtype = dtype}));
  if (const auto& f = options_.saturation_factor)
    add(RandomSaturation(*f, {.value_range = range, .seed = seed(), .dtype = dtype}));
  if (const auto& f = options_.hue_factor) add(RandomHue(*f, {.value_range = range, .seed = seed(), .dtype = dtype}));
  check_value_range(*this, options_.value_range);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomColorJitter::transform(const Tensor& images) {
  Tensor y = images;
  for (const auto& step : steps_) y = step->transform_with_labels(y, {})[0];
  return y;
}

Config RandomColorJitter::config() const { return with_fields(base_config(), options_); }
AnyLayer RandomColorJitter::from_config(const Config& config) {
  return RandomColorJitter(read_options<RandomColorJitterOptions>(config, "RandomColorJitter"));
}

}  // namespace linnet
