// What the layers of augmentation do to images, where their draws leave no choice.
#include <gtest/gtest.h>

#include <cmath>

#include "linnet/layers/layers.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "support/check_op.h"

namespace linnet::testing {
namespace {

Tensor ramp(const Shape& shape) { return reshape(arange(0, static_cast<double>(shape.size())), shape); }

template <class Class>
Tensor changed(Class layer, const Tensor& images) {
  return layer(images, Mode::train);
}

double largest_difference(const Tensor& a, const Tensor& b) {
  EXPECT_EQ(a.shape(), b.shape());
  return max(abs(a.to(float64) - b.to(float64))).item();
}

/// One image of one channel.
Tensor image(std::initializer_list<std::initializer_list<double>> rows) {
  return expand_dims(expand_dims(tensor(rows), 0), 3);
}

TEST(Augmentation, RotationIsCounterclockwiseAboutTheCenter) {
  const Tensor x = image({{1, 2}, {3, 4}});
  EXPECT_LT(largest_difference(changed(RandomRotation({0.25, 0.25}), x), image({{2, 4}, {1, 3}})), 1e-5);
  EXPECT_LT(largest_difference(changed(RandomRotation({0.5, 0.5}), x), image({{4, 3}, {2, 1}})), 1e-5);
  const Tensor wide = ramp({1, 3, 5, 2});
  EXPECT_LT(largest_difference(changed(RandomRotation({1, 1}), wide), wide), 1e-4);
}

TEST(Augmentation, TranslationIsDownAndToTheRight) {
  const Tensor x = image({{1, 2}, {3, 4}});
  const RandomPlacesOptions constant{.fill_mode = "constant", .fill_value = 9};
  EXPECT_EQ(largest_difference(changed(RandomTranslation({0.5, 0.5}, {0, 0}, constant), x), image({{9, 9}, {1, 2}})),
            0);
  EXPECT_EQ(largest_difference(changed(RandomTranslation({0, 0}, {0.5, 0.5}, constant), x), image({{9, 1}, {9, 3}})),
            0);
  EXPECT_EQ(largest_difference(changed(RandomTranslation({0, 0}, {-0.5, -0.5}, {.fill_mode = "wrap"}), x),
                               image({{2, 1}, {4, 3}})),
            0);
}

TEST(Augmentation, ZoomAboveZeroMakesSmaller) {
  const Tensor x = image({{0, 0, 0}, {0, 1, 0}, {0, 0, 0}});
  const Tensor smaller = changed(RandomZoom({1, 1}, {.fill_mode = "constant", .fill_value = 5}), x);
  EXPECT_LT(largest_difference(smaller, image({{5, 5, 5}, {5, 1, 5}, {5, 5, 5}})), 1e-6);
  const Tensor larger = changed(RandomZoom({-0.5, -0.5}), x);
  EXPECT_LT(largest_difference(larger, image({{0.25, 0.5, 0.25}, {0.5, 1, 0.5}, {0.25, 0.5, 0.25}})), 1e-6);
}

TEST(Augmentation, ShearMovesRowsByTheirNumber) {
  const Tensor x = image({{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
  const Tensor y = changed(RandomShear({.x_factor = {1, 1}, .fill_mode = "wrap"}), x);
  const Tensor left = image({{1, 2, 3}, {5, 6, 4}, {9, 7, 8}}), right = image({{1, 2, 3}, {6, 4, 5}, {8, 9, 7}});
  EXPECT_LT(std::min(largest_difference(y, left), largest_difference(y, right)), 1e-5);
}

TEST(Augmentation, PerspectiveKeepsTheFirstCornerAndStraightLines) {
  const Tensor x = ramp({1, 5, 5, 1}), none = changed(RandomPerspective({.factor = {1, 1}, .scale = 0}), x);
  EXPECT_LT(largest_difference(none, x), 1e-4);
  const Tensor y = changed(RandomPerspective({.factor = {1, 1}, .scale = 0.5, .seed = 1}), x);
  EXPECT_NEAR(reshape(y, {25})[0].item(), 0, 1e-4);
  EXPECT_GT(largest_difference(y, x), 0.1);
}

TEST(Augmentation, FlipsAreDecidedForEachImage) {
  const Tensor x = ramp({64, 2, 3, 1}), y = changed(RandomFlip("horizontal", {.seed = 1}), x);
  const Tensor mirrored = flip(x, 2);
  int flipped = 0;
  for (std::int64_t i = 0; i < 64; ++i) {
    const bool is_flipped = largest_difference(y[i], mirrored[i]) == 0;
    EXPECT_TRUE(is_flipped || largest_difference(y[i], x[i]) == 0);
    flipped += is_flipped ? 1 : 0;
  }
  EXPECT_GT(flipped, 16);
  EXPECT_LT(flipped, 48);
}

TEST(Augmentation, ElasticTransformMovesPixelsALittle) {
  const Tensor x = ramp({2, 16, 16, 1}) / 2.0;
  const Tensor y = changed(RandomElasticTransform({.factor = {1, 1}, .scale = {1, 1}, .seed = 1}), x);
  EXPECT_GT(largest_difference(x, y), 0.5);
  EXPECT_EQ(largest_difference(changed(RandomElasticTransform({.scale = {0, 0}}), x), x), 0);
}

TEST(Augmentation, CropTakesOnePlaceForABatch) {
  const Tensor x = ramp({3, 5, 6, 2}), y = changed(RandomCrop(3, 4, {.seed = 1}), x);
  EXPECT_EQ(y.shape(), Shape({3, 3, 4, 2}));
  const auto first = y.to_vector<double>()[0];
  const auto row = static_cast<std::int64_t>(first) / 12, column = static_cast<std::int64_t>(first) % 12 / 2;
  EXPECT_EQ(largest_difference(y, slice(slice(x, 1, row, row + 3), 2, column, column + 4)), 0);
  EXPECT_TRUE(RandomCrop(3, 4).config().at("seed").is_int());
}

TEST(Augmentation, Brightness) {
  const Tensor x = ramp({1, 2, 2, 1}) * 50.0;
  EXPECT_LT(largest_difference(changed(RandomBrightness({0.2, 0.2}), x), x + 51.0), 1e-4);
  EXPECT_LT(largest_difference(changed(RandomBrightness({-1, -1}), x), x * 0.0), 1e-4);
}

TEST(Augmentation, ContrastIsThatOfEachChannel) {
  const Tensor x = ramp({2, 2, 2, 3}), middle = mean(x, {1, 2}, true);
  const Tensor y = changed(RandomContrast({0.5, 0.5}, {.value_range = {-99, 99}, .seed = 1}), x);
  const Tensor factor = (y - middle) / (x - middle);  // the same for an image
  for (std::int64_t i = 0; i < 2; ++i) {
    const Tensor factors = factor[i];
    EXPECT_LT(max(factors).item() - min(factors).item(), 1e-4);
    EXPECT_TRUE(max(factors).item() >= 0.5 && max(factors).item() <= 1.5);
  }
}

TEST(Augmentation, ColorsComeBackFromHueAndSaturation) {
  const Tensor x = random_uniform({2, 8, 8, 3}, 0, 255);
  EXPECT_LT(largest_difference(changed(RandomHue({0, 0}), x), x), 1e-3);
  EXPECT_LT(largest_difference(changed(RandomSaturation({0.5, 0.5}), x), x), 1e-3);
  const Tensor red = reshape(tensor({255, 0, 0}), {1, 1, 1, 3});
  const Tensor turned = changed(RandomHue({2.0 / 3, 2.0 / 3}), red);  // a third of the circle, one way or the other
  EXPECT_NEAR(sum(turned).item(), 255, 1e-3);
  EXPECT_NEAR(turned.to_vector<double>()[0], 0, 1e-3);
  EXPECT_LT(largest_difference(changed(RandomSaturation({0, 0}), red), red * 0.0 + 255.0), 1e-3);
}

TEST(Augmentation, Grey) {
  const Tensor x = reshape(tensor({100, 50, 200}), {1, 1, 1, 3});
  const double gray = 0.2989 * 100 + 0.587 * 50 + 0.114 * 200;
  EXPECT_LT(largest_difference(changed(RandomGrayscale({.factor = 1}), x), x * 0.0 + gray), 1e-3);
  EXPECT_LT(largest_difference(changed(RandomColorDegeneration({0.5, 0.5}), x), (x + gray) / 2.0), 1e-3);
  EXPECT_EQ(largest_difference(changed(RandomGrayscale({.factor = 0}), x), x), 0);
}

TEST(Augmentation, SharpnessGoesFromAMeanToItsOpposite) {
  const Tensor x = image({{0, 0, 0}, {0, 13, 0}, {0, 0, 0}});
  const Tensor smooth = image({{1, 1, 1}, {1, 5, 1}, {1, 1, 1}});
  EXPECT_LT(largest_difference(changed(RandomSharpness({0, 0}), x), smooth), 1e-5);
  EXPECT_LT(largest_difference(changed(RandomSharpness({0.5, 0.5}), x), x), 1e-5);
  EXPECT_LT(largest_difference(changed(RandomSharpness({1, 1}), x), image({{0, 0, 0}, {0, 21, 0}, {0, 0, 0}})), 1e-5);
}

TEST(Augmentation, BlurSpreadsAPixel) {
  const Tensor x = image({{0, 0, 0}, {0, 8, 0}, {0, 0, 0}});
  const Tensor y = changed(RandomGaussianBlur({.factor = {1, 1}, .sigma = {1, 1}}), x);
  const double side = std::exp(-0.5), total = 1 + 2 * side;
  EXPECT_NEAR(max(y).item(), 8 / (total * total), 1e-4);
  EXPECT_NEAR(min(y).item(), 8 * side * side / (total * total), 1e-4);
}

TEST(Augmentation, PosterizationKeepsBits) {
  const Tensor x = image({{0, 31, 32}, {127, 128, 255}});
  EXPECT_EQ(largest_difference(changed(RandomPosterization({3, 3}), x), image({{0, 0, 32}, {96, 128, 224}})), 0);
  EXPECT_EQ(largest_difference(changed(RandomPosterization({8, 8}), x), x), 0);
}

TEST(Augmentation, InversionAndSolarization) {
  const Tensor x = image({{0, 100}, {200, 255}});
  EXPECT_EQ(largest_difference(changed(RandomInvert({.factor = {1, 1}}), x), 255.0 - x), 0);
  EXPECT_EQ(largest_difference(changed(RandomInvert({.factor = {0, 0}}), x), x), 0);
  EXPECT_EQ(largest_difference(changed(Solarization(), x), 255.0 - x), 0);
  EXPECT_EQ(largest_difference(changed(Solarization({.threshold_factor = {0.5, 0.5}}), x), image({{0, 100}, {55, 0}})),
            0);
  EXPECT_LT(
      largest_difference(changed(Solarization({.threshold_factor = {0.5, 0.5}, .value_range = {0, 1}}), x / 255.0),
                         image({{0, 100}, {55, 0}}) / 255.0),
      1e-6);
}

TEST(Augmentation, EqualizationSpreadsValues) {
  const Tensor x = image({{10, 10, 20, 30}});
  EXPECT_EQ(largest_difference(changed(Equalization(), x), image({{0, 0, 128, 255}})), 0);
  EXPECT_EQ(largest_difference(changed(Equalization(), x * 0.0 + 7.0), x * 0.0 + 7.0), 0);
  EXPECT_EQ(largest_difference(Equalization()(x), x), 0);
}

TEST(Augmentation, AutoContrastFillsTheRange) {
  const Tensor x = concatenate({image({{10, 20}}), image({{5, 5}})}, 3);
  const Tensor y = concatenate({image({{0, 255}}), image({{5, 5}})}, 3);
  EXPECT_EQ(largest_difference(AutoContrast()(x), y), 0);
}

TEST(Augmentation, TheLimitOfContrastSpreadsWhatIsAbove) {
  const Tensor x = image({{10, 10, 10, 20}});  // one tile: bins of 3 and 1, a limit of 2
  const Tensor y = ContrastLimitedAdaptiveHistogramEqualization({.clip_limit = 128, .tile_grid_size = 1})(x);
  const double spread = 1.0 / 256, first = spread, ten = 11 * spread + 2, twenty = 21 * spread + 3;
  EXPECT_NEAR(min(y).item(), (ten - first) * 255 / (4 - first), 1e-3);
  EXPECT_NEAR(max(y).item(), (twenty - first) * 255 / (4 - first), 1e-3);
}

TEST(Augmentation, ErasingCoversARectangle) {
  const Tensor x = ones({8, 10, 10, 3});
  const Tensor y =
      changed(RandomErasing({.factor = {1, 1}, .scale = {0.25, 0.25}, .fill_value = {{3, 4, 5}}, .seed = 1}), x);
  const Tensor covered = not_equal(y, x);
  EXPECT_EQ(sum(covered.to(int32)).item(), 8 * 25 * 3);
  EXPECT_EQ(max(y, {0, 1, 2}).to_vector<double>(), (std::vector<double>{3, 4, 5}));
  EXPECT_EQ(largest_difference(changed(RandomErasing({.factor = {0, 0}}), x), x), 0);
}

TEST(Augmentation, MixUpMixesImagesAndLabelsAlike) {
  const Tensor x = ramp({6, 1, 1, 1}), labels = one_hot(arange(0, 6, 1, int64), 6);
  const Tensors mixed = MixUp({.alpha = 1, .seed = 3}).apply({x, labels}, Mode::train);
  const Tensor values = sum(mixed[1] * reshape(x, {1, 6}), 1);
  EXPECT_LT(largest_difference(reshape(mixed[0], {6}), values), 1e-5);
  EXPECT_LT(largest_difference(sum(mixed[1], 1), ones({6})), 1e-5);
  EXPECT_GT(largest_difference(mixed[0], x), 0.1);
}

TEST(Augmentation, CutMixMixesLabelsByArea) {
  const Tensor x = reshape(arange(0, 4), {4, 1, 1, 1}) + zeros({4, 40, 40, 1});
  const Tensor labels = one_hot(arange(0, 4, 1, int64), 4);
  const Tensors mixed = CutMix({.factor = {1, 1}, .seed = 2}).apply({x, labels}, Mode::train);
  for (std::int64_t i = 0; i < 4; ++i)
    for (std::int64_t label = 0; label < 4; ++label) {
      const double area = mean(equal(mixed[0][i], static_cast<double>(label)).to(float32)).item();
      EXPECT_NEAR(area, mixed[1][i][label].item(), 0.06) << i << ", " << label;
    }
  expect_error([&] { CutMix().apply({x, arange(0, 4, 1, int64)}, Mode::train); }, "one_hot() makes them");
}

TEST(Augmentation, OtherLayersLeaveLabelsAlone) {
  const Tensor labels = arange(0, 4, 1, int64);
  const Tensors both = RandomFlip().apply({ramp({4, 2, 2, 1}), labels}, Mode::train);
  EXPECT_EQ(both[1].to_vector<double>(), labels.to_vector<double>());
  expect_error([&] { RandomFlip().apply({ramp({3, 2, 2, 1}), labels}, Mode::train); }, "as many labels as images");
}

TEST(Augmentation, TheSameSeedGivesTheSameImages) {
  const Tensor x = random_uniform({4, 8, 8, 3}, 0, 255);
  RandomRotation first(0.3, {.seed = 7}), second(0.3, {.seed = 7}), other(0.3, {.seed = 8});
  const Tensor y = first(x, Mode::train);
  EXPECT_EQ(largest_difference(y, second(x, Mode::train)), 0);
  EXPECT_GT(largest_difference(y, other(x, Mode::train)), 0);
  EXPECT_GT(largest_difference(y, first(x, Mode::train)), 0) << "the second call draws anew";
  EXPECT_EQ(largest_difference(y[1], RandomRotation(0.3, {.seed = 7})(slice(x, 0, 0, 2), Mode::train)[1]), 0)
      << "an image does not depend on those behind it";
}

TEST(Augmentation, ChannelsFirstOneImageAndIntegers) {
  const Tensor x = random_uniform({2, 5, 6, 3}, 0, 255), first = permute(x, {0, 3, 1, 2}).contiguous();
  const Tensor y = changed(RandomZoom(0.3, {.width_factor = 0.2, .seed = 1}), x);
  EXPECT_EQ(largest_difference(
                changed(RandomZoom(0.3, {.width_factor = 0.2, .seed = 1, .data_format = "channels_first"}), first),
                permute(y, {0, 3, 1, 2})),
            0);
  EXPECT_EQ(largest_difference(changed(RandomZoom(0.3, {.width_factor = 0.2, .seed = 1}), x[0]), y[0]), 0);
  const Tensor bytes = x.to(uint8);
  EXPECT_EQ(changed(RandomZoom(0.3), bytes).dtype(), float32);
  EXPECT_EQ(RandomZoom(0.3)(bytes).dtype(), float32);
}

TEST(Augmentation, AFlatImageStaysFlat) {
  const Tensor x = full({2, 7, 5, 3}, 100);
  for (const char* fill_mode : {"reflect", "wrap", "nearest"})
    EXPECT_LT(largest_difference(changed(RandomRotation(1, {.fill_mode = fill_mode, .seed = 1}), x), x), 1e-3);
}

TEST(Augmentation, PipelinesSaveTheirLayers) {
  const Tensor x = random_uniform({2, 5, 6, 3}, 0, 255);
  Pipeline pipeline({RandomFlip("vertical", {.seed = 1}), RandomContrast(0.5, {.seed = 2})});
  const AnyLayer copy = layer_from_config(layer_to_config(pipeline));
  EXPECT_EQ(largest_difference(pipeline(x, Mode::train), (*copy)(x, Mode::train)), 0);
  EXPECT_EQ(pipeline.seed_generators().size(), 2U);
}

TEST(Augmentation, ErrorsSayWhatIsExpected) {
  expect_error([] { RandomRotation(2.0); }, "expected factor in [-1, 1], received 2");
  expect_error([] { RandomContrast({1.5, 2}); }, "expected factor in [0, 1], received [1.5, 2]");
  expect_error([] { RandomFlip("diagonal"); }, "expected mode \"horizontal\", \"vertical\"");
  expect_error([] { RandomZoom(0.1, {.fill_mode = "edge"}); }, "expected fill_mode \"constant\", \"nearest\"");
  expect_error([] { RandomHue(0.1)(ones({1, 2, 2, 1}), Mode::train); }, "expected images of 3 channels, received 1");
  expect_error(
      [] {
        RandomFlip()(ones({2, 2}), Mode::train);
      },
      "expected inputs of shape (batch, height, width, channels)");
  expect_error(
      [] {
        RandomBrightness(0.1, {.value_range = {1, 1}});
      },
      "expected value_range to be two different numbers");
  expect_error([] { RandomPosterization({1.5, 3}); }, "expected whole numbers of bits");
  expect_error([] { RandomGaussianBlur({.kernel_size = 4}); }, "expected an odd kernel_size, received 4");
}

}  // namespace
}  // namespace linnet::testing
