// What single layers do beyond one formula: Dropout's draws, Normalization's adapt(), masks.
#include <gtest/gtest.h>

#include <cmath>

#include "linnet/base/thread_pool.h"
#include "linnet/layers/layers.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "support/check_op.h"

namespace linnet::testing {
namespace {

TEST(Initializers, OfNoneAreThoseOfAddWeight) {
  Dense dense(200, {.kernel_initializer = nullptr, .bias_initializer = nullptr});
  dense(ones({1, 3}));
  const Tensor kernel = dense.weights()[0].value();
  const double limit = std::sqrt(6.0 / 203);  // GlorotUniform's
  EXPECT_LE(max(abs(kernel)).item(), limit);
  EXPECT_GT(max(abs(kernel)).item(), 0.9 * limit);
  LSTM lstm(2, {.kernel_initializer = nullptr, .recurrent_initializer = nullptr, .bias_initializer = nullptr});
  EXPECT_EQ(lstm(ones({1, 4, 3})).shape(), (Shape{1, 2}));
}

TEST(DropoutDraws, DependOnTheSeedAndTheCallNotOnThreads) {
  const Tensor x = ones({512, 1024});
  const int threads = num_threads();
  std::vector<std::vector<float>> first, second;
  for (int count : {1, 2}) {
    set_num_threads(count);
    Dropout layer(0.5, {.seed = 3});
    first.push_back(layer(x, Mode::train).to_vector());
    second.push_back(layer(x, Mode::train).to_vector());
  }
  set_num_threads(threads);
  EXPECT_EQ(first[0], first[1]);
  EXPECT_EQ(second[0], second[1]);
  EXPECT_NE(first[0], second[0]) << "each call draws anew";
  EXPECT_NE(Dropout(0.5, {.seed = 4})(x, Mode::train).to_vector(), first[0]);
}

TEST(DropoutDraws, FollowTheGlobalSeed) {
  const Tensor x = ones({64, 64});
  std::vector<std::vector<float>> runs;
  for (std::uint64_t seed : {1, 1, 2}) {
    set_random_seed(seed);
    runs.push_back(Dropout(0.5)(x, Mode::train).to_vector());
  }
  EXPECT_EQ(runs[0], runs[1]);
  EXPECT_NE(runs[0], runs[2]);
}

TEST(DropoutDraws, KeepTheMean) {
  constexpr double rate = 0.2;
  const Tensor y = Dropout(rate, {.seed = 1})(ones({1000, 100}), Mode::train);
  EXPECT_EQ(max(y).item<float>(), 1.0F / 0.8F);
  EXPECT_EQ(min(y).item(), 0);
  const double deviation = std::sqrt(rate / (1 - rate) / 1e5);  // of the mean of 10⁵ draws
  EXPECT_NEAR(mean(y).item(), 1, 5 * deviation);
}

TEST(DropoutDraws, AreSharedAlongAxesOfSizeOne) {
  const Tensor y = Dropout(0.5, {.noise_shape = {{std::nullopt, 1}}, .seed = 1})(ones({100, 4}), Mode::train);
  EXPECT_EQ(min(y, 1).to_vector(), max(y, 1).to_vector());
  EXPECT_NE(min(y).item(), max(y).item());
}

TEST(DropoutDraws, OfRateOneAreZeros) {
  EXPECT_EQ(max(Dropout(1)(ones({3, 4}), Mode::train)).item(), 0);
  EXPECT_EQ(Dropout(1)(ones({1, 2})).to_vector(), (std::vector<float>{1, 1}));
}

TEST(NormalizationAdapt, MeasuresEachFeature) {
  Normalization layer;
  const Tensor data = tensor({{1, 10}, {3, 10}, {5, 40}});
  layer.adapt(data);
  EXPECT_EQ(layer.weights()[0].value().to_vector(), (std::vector<float>{3, 20}));
  const std::vector<float> variances = layer.weights()[1].value().to_vector();
  EXPECT_NEAR(variances[0], 8.0 / 3, 1e-6);
  EXPECT_NEAR(variances[1], 200, 1e-4);
  const Tensor y = layer(data);
  for (double value : mean(y, 0).to_vector<double>()) EXPECT_NEAR(value, 0, 1e-6);
  for (double value : variance(y, 0).to_vector<double>()) EXPECT_NEAR(value, 1, 1e-5);
  layer.adapt(data * 2.0);
  EXPECT_EQ(layer.weights()[0].value().to_vector(), (std::vector<float>{6, 40})) << "adapt starts anew";
}

TEST(NormalizationAdapt, InvertedGivesTheDataBack) {
  const Tensor data = tensor({{1, 10}, {3, 10}, {5, 40}});
  Normalization forward, back({.invert = true});
  forward.adapt(data);
  back.adapt(data);
  const std::vector<float> again = back(forward(data)).to_vector(), wanted = data.to_vector();
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(again[i], wanted[i], 1e-5);
}

TEST(NormalizationAdapt, AConstantFeatureBecomesZero) {
  Normalization layer;
  layer.adapt(full({4, 1}, 7));
  EXPECT_EQ(layer(full({2, 1}, 7)).to_vector(), (std::vector<float>{0, 0}));
}

TEST(NormalizationAdapt, TakesIntegersAndAllAxesAtOnce) {
  Normalization layer({.axis = std::nullopt});
  layer.adapt(tensor({{0, 2}, {4, 6}}, int32));
  EXPECT_EQ(layer.weights()[0].value().item(), 3);
  EXPECT_EQ(layer.weights()[1].value().item(), 5);
  EXPECT_NEAR(layer(tensor({{8, 3}}, uint8)).to_vector()[0], std::sqrt(5.0), 1e-6);
}

std::vector<int> mask_of(const Tensor& x) {
  EXPECT_TRUE(x.mask().defined());
  return x.mask().defined() ? x.mask().to_vector<int>() : std::vector<int>();
}

TEST(BatchNormalizationMoments, MoveTowardsThoseOfEachBatch) {
  BatchNormalization layer({.momentum = 0.75});
  const Tensor x = tensor({{1, 10}, {3, 10}});
  layer(x, Mode::train);
  const std::vector<Tensor> weights = layer.get_weights();
  EXPECT_EQ(weights[2].to_vector<double>(), (std::vector<double>{0.25 * 2, 0.25 * 10}));
  EXPECT_EQ(weights[3].to_vector<double>(), (std::vector<double>{0.75 + 0.25 * 1, 0.75}));
  layer(x);
  layer.set_trainable(false);
  layer(x, Mode::train);
  EXPECT_EQ(layer.get_weights()[2].to_vector<double>(), weights[2].to_vector<double>()) << "moved outside of training";
}

TEST(BatchNormalizationMoments, DoNotCountHiddenSteps) {
  BatchNormalization layer({.momentum = 0});
  const Tensor x = reshape(tensor({1, 3, 100, 5, 7, 100}), {2, 3, 1});
  layer(x.with_mask(tensor({{1, 1, 0}, {1, 1, 0}}, boolean)), Mode::train);
  EXPECT_NEAR(layer.get_weights()[2].item(), 4, 1e-5);
  EXPECT_NEAR(layer.get_weights()[3].item(), 5, 1e-5);
}

TEST(SpectralNormalizationOfAKernel, DividesItByItsLargestSingularValue) {
  Dense inside(2, {.use_bias = false});
  SpectralNormalization layer(inside, {.power_iterations = 30});
  layer.build_for({{1, 3}});
  const Tensor kernel = tensor({{3, 0}, {0, 4}, {0, 3}});  // singular values 3 and 5
  inside.set_weights({kernel});
  layer(ones({1, 3}));
  EXPECT_EQ(inside.get_weights()[0].to_vector<double>(), kernel.to_vector<double>()) << "changed in inference";
  layer(ones({1, 3}), Mode::train);
  const std::vector<double> divided = inside.get_weights()[0].to_vector<double>(),
                            want = (kernel / 5).to_vector<double>();
  for (std::size_t i = 0; i < want.size(); ++i) EXPECT_NEAR(divided[i], want[i], 1e-5);
  inside.set_weights({zeros({3, 2})});
  EXPECT_EQ(layer(ones({1, 3}), Mode::train).to_vector<double>(), (std::vector<double>{0, 0}));
}

TEST(UnitNormalizationOfZeros, IsZeroWithAGradient) {
  Tensor x = zeros({2, 3});
  x.set_requires_grad();
  const Tensor y = UnitNormalization()(x);
  EXPECT_EQ(y.to_vector<double>(), std::vector<double>(6, 0.0));
  sum(y).backward();
  for (double slope : x.grad().to_vector<double>()) EXPECT_TRUE(std::isfinite(slope));
}

TEST(Masks, OfGlobalAveragePoolingLeaveStepsOut) {
  const Tensor x = reshape(tensor({1, 3, 100, 5, 100, 100}), {2, 3, 1});
  const Tensor y = GlobalAveragePooling1D()(x.with_mask(tensor({{1, 1, 0}, {1, 0, 0}}, boolean)));
  EXPECT_EQ(y.to_vector<double>(), (std::vector<double>{2, 5}));
  EXPECT_FALSE(y.mask().defined());
}

TEST(Masks, OfEmbeddingHideZeros) {
  const Tensor words = tensor({{3, 0, 1}, {0, 0, 2}}, int32);
  EXPECT_EQ(mask_of(Embedding(4, 2, {.mask_zero = true})(words)), (std::vector<int>{1, 0, 1, 0, 0, 1}));
  EXPECT_FALSE(Embedding(4, 2)(words).mask().defined());
}

TEST(Masks, OfMaskingHideStepsThatAreAllTheValue) {
  const Tensor x = tensor({{{9, 9}, {9, 1}, {2, 3}}});
  const Tensor y = Masking({.mask_value = 9})(x);
  EXPECT_EQ(mask_of(y), (std::vector<int>{0, 1, 1}));
  EXPECT_EQ(y.to_vector(), (std::vector<float>{0, 0, 9, 1, 2, 3})) << "hidden steps are zeros";
}

TEST(Masks, OfMergesShowWhatAnyInputShows) {
  const Tensor x = ones({1, 3, 2});
  const Tensor first = x.with_mask(tensor({{1, 0, 0}}, boolean)), second = x.with_mask(tensor({{0, 1, 0}}, boolean));
  EXPECT_EQ(mask_of(Add()({first, second})), (std::vector<int>{1, 1, 0}));
  EXPECT_FALSE(Add()({first, x}).mask().defined()) << "an input without a mask shows everything";
}

TEST(Masks, OfConcatenateFollowTheAxis) {
  const Tensor x = ones({1, 2, 2});
  const Tensor first = x.with_mask(tensor({{1, 0}}, boolean)), second = x.with_mask(tensor({{1, 1}}, boolean));
  EXPECT_EQ(mask_of(Concatenate({.axis = 1})({first, second})), (std::vector<int>{1, 0, 1, 1}));
  EXPECT_EQ(mask_of(Concatenate({.axis = 1})({first, x})), (std::vector<int>{1, 0, 1, 1}));
  EXPECT_EQ(mask_of(Concatenate()({first, second})), (std::vector<int>{1, 1})) << "a step counts if any feature does";
}

TEST(Masks, OfSoftmaxGiveHiddenPositionsNoShare) {
  const Tensor scores = tensor({{1, 1, 1}}).with_mask(tensor({{1, 1, 0}}, boolean));
  EXPECT_EQ(Softmax()(scores).to_vector(), (std::vector<float>{0.5, 0.5, 0}));
  const Tensor steps = ones({1, 2, 2}).with_mask(tensor({{1, 0}}, boolean));
  EXPECT_EQ(Softmax({.axis = {1}})(steps).to_vector(), (std::vector<float>{1, 1, 0, 0}));
}

TEST(Masks, OfALayerOfOnesOwnAreWhatItComputes) {
  class Every final : public LayerOf<Every> {
   public:
    Every() : LayerOf("Every", {}) {}
    Tensor call(const Tensor& x, Mode) override { return x * 2.0; }
    Shape compute_output_shape(const Shape& input) const override { return input; }
    Tensor compute_mask(const Tensors& inputs) const override { return logical_not(inputs[0].mask()); }
  };
  const Tensor x = ones({1, 2, 1}).with_mask(tensor({{1, 0}}, boolean));
  EXPECT_EQ(mask_of(Every()(x)), (std::vector<int>{0, 1}));
  EXPECT_FALSE(RMSNormalization()(x).mask().defined()) << "as in Keras";
}

TEST(ShapesOfNothing, AreWhatReshapeSays) { EXPECT_EQ(Reshape({-1, 2})(zeros({0, 6})).shape(), (Shape{0, 3, 2})); }

TEST(DotOfShortVectors, StretchesThemByKerasBound) {
  const Tensor x = tensor({{1e-8, 0.0}}), y = tensor({{1.0, 0.0}});
  EXPECT_NEAR(Dot(1, {.normalize = true})({x, y}).item(), 0.1, 1e-6);
}

TEST(ActivityPenalties, AreAMeanOverTheBatch) {
  ActivityRegularization layer({.l1 = 0.5, .l2 = 2});
  layer(tensor({{1, -2}, {0, 3}}));
  ASSERT_EQ(layer.losses().size(), 1U);
  EXPECT_NEAR(layer.losses()[0].item(), (0.5 * 6 + 2 * 14) / 2, 1e-6);
  layer(tensor({{1, 0}}));
  ASSERT_EQ(layer.losses().size(), 1U) << "of the last call only";
  EXPECT_NEAR(layer.losses()[0].item(), 2.5, 1e-6);
}

// Cubics and windowed sines go through a straight line, as far from its ends as they reach.
TEST(UpSampling, KeepsStraightLines) {
  const Tensor line = reshape(arange(0, 16), {1, 1, 16, 1});
  for (const auto& [interpolation, reach, tolerance] :
       {std::tuple{"bilinear", 1, 1e-5}, {"bicubic", 2, 1e-5}, {"lanczos3", 3, 0.02}, {"lanczos5", 5, 0.02}}) {
    const Tensor y = UpSampling2D({1, 3}, {.interpolation = interpolation})(line);
    ASSERT_EQ(y.shape(), (Shape{1, 1, 48, 1}));
    const std::vector<float> values = y.to_vector();
    for (int i = 3 * reach; i < 48 - 3 * reach; ++i)
      EXPECT_NEAR(values[static_cast<std::size_t>(i)], (i + 0.5) / 3 - 0.5, tolerance) << interpolation;
  }
}

}  // namespace
}  // namespace linnet::testing
