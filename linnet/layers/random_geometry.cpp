#include "linnet/layers/random_geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "linnet/layers/fields.h"
#include "linnet/layers/image_sizes.h"
#include "linnet/layers/places.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/images.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, RandomFlipOptions& o) {
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, RandomPlacesOptions& o) {
  visit("fill_mode", o.fill_mode);
  visit("interpolation", o.interpolation);
  visit("seed", o.seed);
  visit("fill_value", o.fill_value);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, RandomZoomOptions& o) {
  visit("width_factor", o.width_factor);
  visit("fill_mode", o.fill_mode);
  visit("interpolation", o.interpolation);
  visit("seed", o.seed);
  visit("fill_value", o.fill_value);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, RandomShearOptions& o) {
  visit("x_factor", o.x_factor);
  visit("y_factor", o.y_factor);
  visit("interpolation", o.interpolation);
  visit("fill_mode", o.fill_mode);
  visit("fill_value", o.fill_value);
  visit("data_format", o.data_format);
  visit("seed", o.seed);
}
template <class Visitor>
void fields(Visitor& visit, RandomPerspectiveOptions& o) {
  visit("factor", o.factor);
  visit("scale", o.scale);
  visit("interpolation", o.interpolation);
  visit("fill_value", o.fill_value);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, RandomCropOptions& o) {
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, RandomElasticTransformOptions& o) {
  visit("factor", o.factor);
  visit("scale", o.scale);
  visit("interpolation", o.interpolation);
  visit("fill_mode", o.fill_mode);
  visit("fill_value", o.fill_value);
  visit("value_range", o.value_range);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}

namespace {

/// map_coordinates() knows "mirror", too, which Keras's layers of one matrix for an image refuse.
void check_matrix_places(const Layer& layer, const std::string& interpolation, const std::string& fill_mode) {
  check(fill_mode != "mirror", "[", layer.class_name(), " \"", layer.name(),
        "\"] expected fill_mode \"reflect\", \"wrap\", \"constant\" or \"nearest\", received \"mirror\"");
  check_places(interpolation, fill_mode);
}

/// A config's option of its own, which leaves the rest.
template <class T>
T taken(Config& config, const char* option) {
  T value{};
  from_value(config.at(option), value);
  config.erase(option);
  return value;
}

template <class Options>
Tensor look_at(const Tensor& images, const Options& o, const std::function<PlaceMatrix(std::size_t image)>& matrix) {
  return look_at(images, matrix, o.interpolation, o.fill_mode, o.fill_value);
}

/// x' = a x + b y + c, y' = d x + e y + f.
PlaceMatrix affine(double a, double b, double c, double d, double e, double f) {
  return {{{a, b, c}, {d, e, f}, {0, 0, 1}}};
}

/// The same about the center of the images.
PlaceMatrix about_center(const Tensor& images, double a, double b, double d, double e) {
  const double x = static_cast<double>(images.shape()[2] - 1) / 2, y = static_cast<double>(images.shape()[1] - 1) / 2;
  return affine(a, b, x - a * x - b * y, d, e, y - d * x - e * y);
}

}  // namespace

// ---- RandomFlip

RandomFlip::RandomFlip(std::string mode, RandomFlipOptions options)
    : LayerOf("RandomFlip", layer_options(options)), mode_(std::move(mode)), options_(std::move(options)) {
  check(mode_ == "horizontal" || mode_ == "vertical" || mode_ == "horizontal_and_vertical", "[RandomFlip \"", name(),
        "\"] expected mode \"horizontal\", \"vertical\" or \"horizontal_and_vertical\", received \"", mode_, "\"");
  set_up(options_.data_format, options_.seed);
}

Tensor RandomFlip::transform(const Tensor& images) {
  Tensor y = images;
  if (mode_ != "vertical") y = where(draw_chance(images, {0.5, 0.5}), flip(y, 2), y);
  if (mode_ != "horizontal") y = where(draw_chance(images, {0.5, 0.5}), flip(y, 1), y);
  return y;
}

Config RandomFlip::config() const {
  Config config = base_config();
  config.set("mode", mode_);
  return with_fields(std::move(config), options_);
}

AnyLayer RandomFlip::from_config(const Config& config) {
  Config rest = config;
  const std::string mode = rest.contains("mode") ? taken<std::string>(rest, "mode") : "horizontal_and_vertical";
  return RandomFlip(mode, read_options<RandomFlipOptions>(rest, "RandomFlip"));
}

// ---- RandomRotation

RandomRotation::RandomRotation(Range factor, RandomPlacesOptions options)
    : LayerOf("RandomRotation", layer_options(options)),
      factor_(factor.reaching_into(*this, "factor", -1, 1)),
      options_(std::move(options)) {
  check_matrix_places(*this, options_.interpolation, options_.fill_mode);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomRotation::transform(const Tensor& images) {
  const std::vector<double> turns = draw(images, factor_).to_vector<double>();
  return look_at(images, options_, [&](std::size_t i) {
    const double angle = 2 * std::numbers::pi * turns[i], c = std::cos(angle), s = std::sin(angle);
    return about_center(images, c, -s, s, c);
  });
}

Config RandomRotation::config() const {
  Config config = base_config();
  config.set("factor", to_value(factor_));
  return with_fields(std::move(config), options_);
}

AnyLayer RandomRotation::from_config(const Config& config) {
  Config rest = config;
  const auto factor = taken<Range>(rest, "factor");
  return RandomRotation(factor, read_options<RandomPlacesOptions>(rest, "RandomRotation"));
}

// ---- RandomZoom

RandomZoom::RandomZoom(Range height_factor, RandomZoomOptions options)
    : LayerOf("RandomZoom", layer_options(options)), height_factor_(height_factor), options_(std::move(options)) {
  height_factor_.within(*this, "height_factor", -1, 1);
  if (options_.width_factor) options_.width_factor->within(*this, "width_factor", -1, 1);
  check_matrix_places(*this, options_.interpolation, options_.fill_mode);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomZoom::transform(const Tensor& images) {
  const auto& width_factor = options_.width_factor;
  const auto heights = draw(images, height_factor_.within(*this, "height_factor", -1, 1)).to_vector<double>();
  const auto widths =
      width_factor ? draw(images, width_factor->within(*this, "width_factor", -1, 1)).to_vector<double>() : heights;
  return look_at(images, options_,
                 [&](std::size_t i) { return about_center(images, 1 + widths[i], 0, 0, 1 + heights[i]); });
}

Config RandomZoom::config() const {
  Config config = base_config();
  config.set("height_factor", to_value(height_factor_));
  return with_fields(std::move(config), options_);
}

AnyLayer RandomZoom::from_config(const Config& config) {
  Config rest = config;
  const auto height = taken<Range>(rest, "height_factor");
  return RandomZoom(height, read_options<RandomZoomOptions>(rest, "RandomZoom"));
}

// ---- RandomTranslation

RandomTranslation::RandomTranslation(Range height_factor, Range width_factor, RandomPlacesOptions options)
    : LayerOf("RandomTranslation", layer_options(options)),
      height_factor_(height_factor),
      width_factor_(width_factor),
      options_(std::move(options)) {
  height_factor_.within(*this, "height_factor", -1, 1);
  width_factor_.within(*this, "width_factor", -1, 1);
  check_matrix_places(*this, options_.interpolation, options_.fill_mode);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomTranslation::transform(const Tensor& images) {
  const auto down = draw(images, height_factor_.within(*this, "height_factor", -1, 1)).to_vector<double>();
  const auto right = draw(images, width_factor_.within(*this, "width_factor", -1, 1)).to_vector<double>();
  const auto height = static_cast<double>(images.shape()[1]), width = static_cast<double>(images.shape()[2]);
  return look_at(images, options_,
                 [&](std::size_t i) { return affine(1, 0, -right[i] * width, 0, 1, -down[i] * height); });
}

Config RandomTranslation::config() const {
  Config config = base_config();
  config.set("height_factor", to_value(height_factor_));
  config.set("width_factor", to_value(width_factor_));
  return with_fields(std::move(config), options_);
}

AnyLayer RandomTranslation::from_config(const Config& config) {
  Config rest = config;
  const auto height = taken<Range>(rest, "height_factor"), width = taken<Range>(rest, "width_factor");
  return RandomTranslation(height, width, read_options<RandomPlacesOptions>(rest, "RandomTranslation"));
}

// ---- RandomShear

RandomShear::RandomShear(RandomShearOptions options)
    : LayerOf("RandomShear", layer_options(options)), options_(std::move(options)) {
  for (const auto& [option, factor] : {std::pair("x_factor", options_.x_factor), {"y_factor", options_.y_factor}})
    check(!factor.is_single() || factor.low() >= 0, "[RandomShear \"", name(), "\"] expected ", option,
          " of 0 or more, received ", to_value(factor));
  options_.x_factor = options_.x_factor.within(*this, "x_factor", -1, 1);
  options_.y_factor = options_.y_factor.within(*this, "y_factor", -1, 1);
  check_matrix_places(*this, options_.interpolation, options_.fill_mode);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomShear::transform(const Tensor& images) {
  const Tensor sign = draw_sign(images);
  const auto down = (draw(images, options_.y_factor) * sign).to_vector<double>();
  const auto right = (draw(images, options_.x_factor) * sign).to_vector<double>();
  return look_at(images, options_, [&](std::size_t i) { return affine(1, right[i], 0, down[i], 1, 0); });
}

Config RandomShear::config() const { return with_fields(base_config(), options_); }
AnyLayer RandomShear::from_config(const Config& config) {
  return RandomShear(read_options<RandomShearOptions>(config, "RandomShear"));
}

// ---- RandomPerspective

RandomPerspective::RandomPerspective(RandomPerspectiveOptions options)
    : LayerOf("RandomPerspective", layer_options(options)), options_(std::move(options)) {
  options_.factor = options_.factor.within(*this, "factor", 0, 1);
  check(options_.scale >= 0 && options_.scale <= 1, "[RandomPerspective \"", name(),
        "\"] expected scale in [0, 1], received ", options_.scale);
  check_places(options_.interpolation, "constant");
  set_up(options_.data_format, options_.seed);
}

Tensor RandomPerspective::transform(const Tensor& images) {
  using Corners = std::array<std::array<double, 2>, 4>;
  const auto right = static_cast<double>(images.shape()[2] - 1), bottom = static_cast<double>(images.shape()[1] - 1);
  if (right == 0 || bottom == 0) return images;  // corners that coincide have no perspective
  const Tensor chosen = draw_chance(images, options_.factor);
  const auto moves =
      random_uniform({images.shape()[0], 8}, 1 - options_.scale / 2, 1 + options_.scale / 2, float32, &generator())
          .to_vector<double>();
  const Corners corners{{{0, 0}, {right, 0}, {0, bottom}, {right, bottom}}};
  const Tensor seen = linnet::look_at(
      images,
      [&](std::size_t image) {
        Corners moved = corners;
        for (std::size_t k = 0; k < 8; ++k) moved[k / 2][k % 2] *= moves[8 * image + k];
        return perspective(moved, corners);
      },
      options_.interpolation, "constant", options_.fill_value);
  return where(chosen, seen, images);
}

Config RandomPerspective::config() const { return with_fields(base_config(), options_); }
AnyLayer RandomPerspective::from_config(const Config& config) {
  return RandomPerspective(read_options<RandomPerspectiveOptions>(config, "RandomPerspective"));
}

// ---- RandomCrop

RandomCrop::RandomCrop(std::int64_t height, std::int64_t width, RandomCropOptions options)
    : LayerOf("RandomCrop", layer_options(options)), height_(height), width_(width), options_(std::move(options)) {
  check_image_size(*this, height, width);
  constexpr std::uint64_t seeds = 1'000'000'000;  // as many as Keras draws from
  if (!options_.seed) options_.seed = static_cast<std::int64_t>(SeedGenerator().seed % seeds);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomCrop::transform_in_inference(const Tensor& images) { return cropped_and_resized(images, height_, width_); }

Tensor RandomCrop::transform(const Tensor& images) {
  const std::int64_t rows = images.shape()[1] - height_, columns = images.shape()[2] - width_;
  if (rows <= 0 || columns <= 0) return transform_in_inference(images);
  auto below = [this](std::int64_t n) {
    const double place = random_uniform({}, 0, static_cast<double>(n), float64, &generator()).item();
    return std::min(static_cast<std::int64_t>(place), n - 1);
  };
  const std::int64_t top = below(rows + 1), left = below(columns + 1);
  return image_part(images, top, left, height_, width_);
}

Shape RandomCrop::compute_output_shape(const Shape& input) const {
  return with_image_size(*this, input, options_.data_format, height_, width_);
}

Config RandomCrop::config() const {
  Config config = base_config();
  config.set("height", height_);
  config.set("width", width_);
  return with_fields(std::move(config), options_);
}

AnyLayer RandomCrop::from_config(const Config& config) {
  Config rest = config;
  const auto height = taken<std::int64_t>(rest, "height"), width = taken<std::int64_t>(rest, "width");
  return RandomCrop(height, width, read_options<RandomCropOptions>(rest, "RandomCrop"));
}

// ---- RandomElasticTransform

RandomElasticTransform::RandomElasticTransform(RandomElasticTransformOptions options)
    : LayerOf("RandomElasticTransform", layer_options(options)), options_(std::move(options)) {
  options_.factor = options_.factor.within(*this, "factor", 0, 1);
  options_.scale = options_.scale.within(*this, "scale", 0, 1);
  check_places(options_.interpolation, options_.fill_mode);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomElasticTransform::transform(const Tensor& images) {
  const std::int64_t height = images.shape()[1], width = images.shape()[2];
  const Tensor chosen = draw_chance(images, options_.factor);
  const double scale = random_uniform({}, options_.scale.low(), options_.scale.high(), float32, &generator()).item();
  const double sigma = 0.05 * scale * static_cast<double>(std::min(height, width));
  if (sigma == 0) return images;
  const std::int64_t cells = static_cast<std::int64_t>(6 * sigma) | 1;
  const Tensor noise = random_normal({images.shape()[0], height, width, 2}, 0, sigma, float32, &generator());
  const double reach = 0.1 * scale * static_cast<double>(std::max(height, width));
  const Tensor places = pixel_places(height, width) + blurred(noise, cells, cells, sigma, sigma) * reach;
  const Tensor seen = map_coordinates(images, places, options_.interpolation, options_.fill_mode, options_.fill_value);
  return clip(where(chosen, seen, images), options_.value_range.low(), options_.value_range.high());
}

Config RandomElasticTransform::config() const { return with_fields(base_config(), options_); }
AnyLayer RandomElasticTransform::from_config(const Config& config) {
  return RandomElasticTransform(read_options<RandomElasticTransformOptions>(config, "RandomElasticTransform"));
}

}  // namespace linnet
