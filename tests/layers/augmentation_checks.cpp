// Every layer that changes images at random: as it is in inference, repeatable and with a gradient in training. What
// the changes are: augmentation_test.cpp.
#include <algorithm>
#include <cmath>

#include "layer_checks.h"
#include "linnet/layers/layers.h"

namespace linnet::testing {
namespace {

double itself(double x) { return x; }

/// 6 x 6 pixels to 4 x 4, bilinear.
Array made_smaller(const Arrays& in, const Arrays&) {
  return make_array({3, 4, 4, 3}, [&](const Shape& i) {
    const double v = static_cast<double>(i[1]) * 1.5 + 0.25, u = static_cast<double>(i[2]) * 1.5 + 0.25;
    const auto row = static_cast<std::int64_t>(v), column = static_cast<std::int64_t>(u);
    const double down = v - static_cast<double>(row), right = u - static_cast<double>(column);
    auto pixel = [&](std::int64_t r, std::int64_t c) { return in[0].at({i[0], r, c, i[3]}); };
    return (1 - down) * ((1 - right) * pixel(row, column) + right * pixel(row, column + 1)) +
           down * ((1 - right) * pixel(row + 1, column) + right * pixel(row + 1, column + 1));
  });
}

/// Each channel of each image from -1 to 1.
Array stretched(const Arrays& in, const Arrays&) {
  const Array& x = in[0];
  return make_array(x.shape, [&](const Shape& i) {
    double low = 1e9, high = -1e9;
    for (std::int64_t row = 0; row < x.shape[1]; ++row)
      for (std::int64_t column = 0; column < x.shape[2]; ++column) {
        low = std::min(low, x.at({i[0], row, column, i[3]}));
        high = std::max(high, x.at({i[0], row, column, i[3]}));
      }
    return (x.at(i) - low) / (high - low) * 2 - 1;
  });
}

/// What four tiles of 4 x 4 pixels say, mixed by the distance to their centers: 256 bins, no limit.
Array equal_in_tiles(const Arrays& in, const Arrays&) {
  const Array& x = in[0];
  auto answer = [&](std::int64_t n, std::int64_t tile_row, std::int64_t tile_column, double value) {
    const std::int64_t top = 4 * std::clamp<std::int64_t>(tile_row, 0, 1),
                       left = 4 * std::clamp<std::int64_t>(tile_column, 0, 1);
    double below = 0, in_first_bin = 0;
    for (std::int64_t row = top; row < top + 4; ++row)
      for (std::int64_t column = left; column < left + 4; ++column) {
        below += x.at({n, row, column, 0}) <= value;
        in_first_bin += x.at({n, row, column, 0}) == 0;
      }
    return (below - in_first_bin) * 255 / (16 - in_first_bin);
  };
  return make_array(x.shape, [&](const Shape& i) {
    const double v = (static_cast<double>(i[1]) - 2) / 4, u = (static_cast<double>(i[2]) - 2) / 4, value = x.at(i);
    const auto row = static_cast<std::int64_t>(std::floor(v)), column = static_cast<std::int64_t>(std::floor(u));
    const double down = v - std::floor(v), right = u - std::floor(u);
    return (1 - down) *
               ((1 - right) * answer(i[0], row, column, value) + right * answer(i[0], row, column + 1, value)) +
           down *
               ((1 - right) * answer(i[0], row + 1, column, value) + right * answer(i[0], row + 1, column + 1, value));
  });
}

}  // namespace

std::vector<LayerCheck> augmentation_checks() {
  const Range unit{0, 1}, wide{-9, 9};
  struct Case {
    const char* name;
    std::function<AnyLayer()> make;
    bool has_gradient = true;
  };
  const std::vector<Case> cases{
      {"RandomFlip", [] { return RandomFlip("horizontal", {.seed = 3}); }},
      {"RandomRotation", [] { return RandomRotation(0.2, {.seed = 1}); }},
      {"RandomZoom", [] { return RandomZoom(0.3, {.fill_mode = "constant", .seed = 1}); }},
      {"RandomTranslation",
       [] {
         return RandomTranslation(0.3, {-0.1, 0.2}, {.fill_mode = "wrap", .seed = 1});
       }},
      {"RandomShear",
       [] {
         return RandomShear({.x_factor = 0.3, .y_factor = {0.1, 0.2}, .seed = 1});
       }},
      {"RandomPerspective",
       [] {
         return RandomPerspective({.factor = {1, 1}, .scale = 0.4, .seed = 1});
       }},
      {"RandomElasticTransform",
       [=] {
         return RandomElasticTransform({.factor = {1, 1}, .scale = {1, 1}, .value_range = wide, .seed = 1});
       }},
      {"RandomBrightness", [=] { return RandomBrightness(0.3, {.value_range = wide, .seed = 1}); }},
      {"RandomContrast", [=] { return RandomContrast(0.5, {.value_range = wide, .seed = 1}); }},
      {"RandomSaturation",
       [=] {
         return RandomSaturation({0.2, 0.4}, {.value_range = unit, .seed = 1});
       }},
      {"RandomHue", [=] { return RandomHue(0.3, {.value_range = unit, .seed = 1}); }},
      {"RandomSharpness",
       [=] {
         return RandomSharpness({0, 0.4}, {.value_range = wide, .seed = 1});
       }},
      {"RandomColorDegeneration",
       [=] {
         return RandomColorDegeneration({0.2, 0.6}, {.value_range = wide, .seed = 1});
       }},
      {"RandomPosterization", [] { return RandomPosterization(3, {.seed = 1}); }, false},
      {"RandomGrayscale", [] { return RandomGrayscale({.factor = 0.9, .seed = 1}); }},
      {"RandomInvert",
       [=] {
         return RandomInvert({.factor = {1, 1}, .value_range = unit, .seed = 1});
       }},
      {"Solarization",
       [=] {
         return Solarization({.threshold_factor = {0.4, 0.6}, .value_range = unit, .seed = 1});
       }},
      {"RandomGaussianBlur",
       [=] {
         return RandomGaussianBlur({.factor = {1, 1}, .kernel_size = {3, 5}, .value_range = wide, .seed = 1});
       }},
      {"RandomColorJitter",
       [=] {
         return RandomColorJitter({.value_range = unit,
                                   .brightness_factor = 0.1,
                                   .contrast_factor = 0.1,
                                   .saturation_factor = {{0.4, 0.5}},
                                   .hue_factor = 0.1,
                                   .seed = 1});
       }},
      {"Equalization", [] { return Equalization(); }, false},
      {"RandomErasing",
       [=] {
         return RandomErasing({.factor = {1, 1}, .value_range = wide, .seed = 1});
       }},
      {"CutMix",
       [] {
         return CutMix({.factor = {1, 1}, .seed = 2});
       }},
      {"MixUp", [] { return MixUp({.alpha = 1, .seed = 2}); }},
      {"RandAugment",
       [=] {
         return RandAugment({.value_range = unit, .factor = {0.2, 0.3}, .seed = 3});
       }},
      {"AugMix", [=] { return AugMix({.value_range = unit, .seed = 4}); }},
      {"Pipeline",
       [] {
         return Pipeline({RandomFlip("horizontal", {.seed = 3}), RandomRotation(0.2, {.seed = 1})});
       }},
  };
  std::vector<LayerCheck> checks;
  for (const Case& c : cases)
    checks.push_back({.name = c.name,
                      .make = c.make,
                      .inputs = {{3, 6, 6, 3}},
                      .formula = each_element(itself),
                      .low = c.has_gradient ? 0.05 : 0,
                      .high = c.has_gradient ? 0.95 : 200,
                      .whole_numbers = !c.has_gradient,
                      .differs_in_training = true});
  checks.push_back({.name = "RandomCrop",
                    .make = [] { return RandomCrop(4, 4, {.seed = 5}); },
                    .inputs = {{3, 6, 6, 3}},
                    .formula = made_smaller,
                    .low = 0,
                    .high = 1,
                    .differs_in_training = true});
  checks.push_back({.name = "AutoContrast",
                    .make =
                        [] {
                          return AutoContrast({.value_range = {-1, 1}});
                        },
                    .inputs = {{2, 4, 5, 3}},
                    .formula = stretched});
  checks.push_back(
      {.name = "ContrastLimitedAdaptiveHistogramEqualization",
       .make = [] { return ContrastLimitedAdaptiveHistogramEqualization({.clip_limit = 0, .tile_grid_size = 2}); },
       .inputs = {{2, 8, 8, 1}},
       .formula = equal_in_tiles,
       .low = 0,
       .high = 250,
       .whole_numbers = true});
  return checks;
}

}  // namespace linnet::testing
