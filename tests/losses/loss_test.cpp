#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "linnet/losses/losses.h"
#include "linnet/losses/registry.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"

namespace linnet {
namespace {

template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "no error";
}

const Tensor labels = tensor({2, 0}, int64);
const Tensor logits = tensor({{1, 2, 3}, {0, 0, 5}}, float64);

TEST(Loss, SparseCategoricalCrossentropyFromLogits) {
  const double first = std::log(std::exp(-2.) + std::exp(-1.) + 1), second = std::log(2 + std::exp(5.));
  EXPECT_NEAR(SparseCategoricalCrossentropy({.from_logits = true})(labels, logits).item(), (first + second) / 2, 1e-12);
  EXPECT_NEAR(SparseCategoricalCrossentropy({.from_logits = true, .reduction = Reduction::sum})(labels, logits).item(),
              first + second, 1e-12);
}

TEST(Loss, IgnoredClassesDoNotCount) {
  const double first = std::log(std::exp(-2.) + std::exp(-1.) + 1);
  EXPECT_NEAR(SparseCategoricalCrossentropy({.from_logits = true, .ignore_class = 0})(labels, logits).item(), first,
              1e-6);
}

TEST(Loss, AgreesBetweenOneHotAndClassNumbers) {
  const Tensor one_hot = tensor({{0, 0, 1}, {1, 0, 0}}, float64);
  for (const bool from_logits : {true, false}) {
    const Tensor y = from_logits ? logits : tensor({{0.2, 0.3, 0.5}, {2, 1, 1}}, float64);
    EXPECT_NEAR(CategoricalCrossentropy({.from_logits = from_logits})(one_hot, y).item(),
                SparseCategoricalCrossentropy({.from_logits = from_logits})(labels, y).item(), 1e-12);
  }
}

TEST(Loss, WeightsMultiplyAndDoNotChangeTheDivisor) {
  const Tensor y = tensor({{1}, {2}, {3}}), x = zeros({3, 1}), weight = tensor({1, 0, 2});
  EXPECT_NEAR(MeanSquaredError()(y, x, weight).item(), 19.0 / 3, 1e-6);
  EXPECT_NEAR(MeanSquaredError({.reduction = Reduction::mean_with_sample_weight})(y, x, weight).item(), 19.0 / 3, 1e-6);
  EXPECT_EQ(MeanSquaredError({.reduction = Reduction::none})(y, x).shape(), Shape({3}));
  EXPECT_THAT(message_of([&] {
                MeanSquaredError()(zeros({3, 2, 2}), zeros({3, 2, 2}), weight);
              }),
              testing::HasSubstr("sample_weight"));
}

TEST(Loss, MasksDivideByWhatIsValid) {
  const Tensor x = zeros({1, 2, 1}).with_mask(tensor({{1, 0}}, boolean));
  EXPECT_NEAR(MeanSquaredError()(ones({1, 2, 1}), x).item(), 1, 1e-6);
}

TEST(Loss, BinaryCrossentropyIsTheSameFromLogitsAndProbabilities) {
  const Tensor x = tensor({{-1}, {2}}, float64), y = tensor({0, 1}, int64);
  const Tensor p = tensor({{1 / (1 + std::exp(1.))}, {1 / (1 + std::exp(-2.))}}, float64);
  EXPECT_NEAR(BinaryCrossentropy({.from_logits = true, .label_smoothing = 0.1})(y, x).item(),
              BinaryCrossentropy({.label_smoothing = 0.1})(y, p).item(), 1e-12);
}

TEST(Loss, SilentMistakesAreErrors) {
  EXPECT_THAT(message_of([] {
                MeanSquaredError()(zeros({4}), zeros({4, 3}));
              }),
              testing::AllOf(testing::HasSubstr("[MeanSquaredError]"), testing::HasSubstr("(4, 3)")));
  EXPECT_EQ(MeanSquaredError()(ones({4}), zeros({4, 1})).item(), 1);  // Keras squeezes
  EXPECT_THAT(message_of([] {
                SparseCategoricalCrossentropy()(tensor({0, 3}, int64), ones({2, 3}));
              }),
              testing::AllOf(testing::HasSubstr("from 0 to 2"), testing::HasSubstr("received 3 at position 1")));
  EXPECT_THAT(message_of([] {
                SparseCategoricalCrossentropy()(zeros({2, 3}), ones({2, 3}));
              }),
              testing::HasSubstr("CategoricalCrossentropy"));
  EXPECT_THAT(message_of([] {
                CategoricalCrossentropy()(zeros({2}), ones({2, 3}));
              }),
              testing::HasSubstr("SparseCategoricalCrossentropy"));
}

TEST(Loss, ConfigsComeBack) {
  for (const char* name :
       {"mse", "mae", "mape", "msle", "huber", "log_cosh", "hinge", "poisson", "kl_divergence", "dice",
        "binary_crossentropy", "categorical_focal_crossentropy", "tversky", "circle", "ctc"}) {
    const AnyLoss loss = name;
    EXPECT_EQ(Loss::from_config(object_config(loss->class_name(), loss->config()))->config(), loss->config()) << name;
  }
  const Huber huber({.delta = 2, .reduction = Reduction::sum});
  const auto again = Loss::from_config(Config{
      {"module", "keras.losses"}, {"class_name", "Huber"}, {"config", huber.config()}, {"registered_name", nullptr}});
  EXPECT_EQ(again->config(), huber.config());
  EXPECT_THAT(message_of([] { Loss::get("msee"); }), testing::HasSubstr("[loss] unknown name \"msee\""));
}

TEST(Loss, CTCCountsEveryTiming) {
  // Two steps, classes blank and a, all probabilities 1/2: of the four paths --, -a, a-, aa three spell a.
  const Tensor nothing_known = zeros({1, 2, 2});
  EXPECT_NEAR(CTC()(tensor({{1}}, int32), nothing_known).item(), -std::log(0.75), 1e-6);
  EXPECT_NEAR(CTC()(tensor({{1, 0, 0}}, int32), nothing_known).item(), -std::log(0.75), 1e-6);  // filled up with 0
  EXPECT_TRUE(std::isinf(CTC()(tensor({{1, 1}}, int32), nothing_known).item()));                // a-a needs three steps
  EXPECT_THAT(message_of([&] {
                CTC()
                (tensor({1}, int32), nothing_known);
              }),
              testing::HasSubstr("expected y_true (batch, length)"));
}

TEST(Loss, CirclePullsTogetherAndPushesApart) {
  const Tensor apart = tensor({{1, 0}, {1, 0}, {0, 1}, {0, 1}}), pairs = tensor({0, 0, 1, 1}, int64);
  const double good = Circle()(pairs, apart).item();
  const double bad = Circle()(tensor({0, 1, 0, 1}, int64), apart).item();
  EXPECT_LT(good, 1e-3);
  EXPECT_GT(bad, 10);
  EXPECT_EQ(Circle()(tensor({0, 1, 2, 3}, int64), apart).item(), 0);  // nobody has a partner
  EXPECT_EQ(Circle().compare(pairs, apart, pairs, apart).to_vector(), Circle().call(pairs, apart).to_vector());
  const Tensor few = Circle().compare(pairs, apart, slice(pairs, 0, 0, 3), slice(apart, 0, 0, 3));
  EXPECT_EQ(few.shape(), Shape{4});
}

TEST(Loss, CrossentropyIsChosenByShapes) {
  const AnyLoss chosen = "crossentropy";
  const Tensor p = tensor({{0.7, 0.3}, {0.2, 0.8}}), q = tensor({{0.7}, {0.2}});
  const Tensor classes = tensor({0, 1}, int64), one_hot = tensor({{1, 0}, {0, 1}}), truth = tensor({{1}, {0}});
  EXPECT_EQ((*chosen)(classes, p).item(), SparseCategoricalCrossentropy()(classes, p).item());
  EXPECT_EQ((*chosen)(one_hot, p).item(), CategoricalCrossentropy()(one_hot, p).item());
  EXPECT_EQ((*chosen)(truth, q).item(), BinaryCrossentropy()(truth, q).item());
  EXPECT_EQ(Loss::from_config("ce")->class_name(), "crossentropy");
}

TEST(Loss, OneAlphaForAllClassesOrOneForEach) {
  const Tensor truth = tensor({{0, 1}}), predicted = tensor({{0.2, 0.8}});
  const double one = CategoricalFocalCrossentropy({.alpha = 0.5})(truth, predicted).item();
  EXPECT_NEAR(CategoricalFocalCrossentropy({.alpha = {0.1, 0.5}})(truth, predicted).item(), one, 1e-7);
  EXPECT_THROW(CategoricalFocalCrossentropy({.alpha = {1, 2, 3}})(truth, predicted), InvalidArgument);
  const CategoricalFocalCrossentropy loss({.alpha = {0.1, 0.5}});
  EXPECT_EQ(Loss::from_config(object_config("CategoricalFocalCrossentropy", loss.config()))->config(), loss.config());
}

TEST(Loss, AxesMayBeANumber) {
  const auto dice = Loss::from_config(object_config("Dice", {{"axis", 1}}));
  EXPECT_EQ(dice->config(), Dice({.axis = std::vector<int>{1}}).config());
}

TEST(Loss, AFunctionIsNeeded) { EXPECT_THROW(loss_from_function("none", nullptr), InvalidArgument); }

TEST(Loss, WholeNumbersAreNumbers) {
  EXPECT_EQ(MeanSquaredError()(tensor({1, 2}, int32), tensor({2, 5}, int32)).item(), 5);
}

class Quantile final : public Loss {
 public:
  explicit Quantile(double q) : Loss("quantile"), q_(q) {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override {
    const Tensor d = y_true - y_pred;
    return mean(maximum(q_ * d, (q_ - 1) * d), -1);
  }
  std::string class_name() const override { return "Quantile"; }
  Config config() const override { return {{"q", q_}}; }
  static Quantile from_config(const Config& config) { return Quantile(config.at("q").as_double()); }

 private:
  double q_;
};

TEST(Loss, OfOnesOwnIsFoundByName) {
  EXPECT_THROW(Loss::from_config(object_config("Quantile", Config{{"q", 0.9}})), InvalidArgument);
  register_loss<Quantile>("Quantile");
  const AnyLoss loss = Loss::from_config(object_config("Quantile", Config{{"q", 0.9}}));
  EXPECT_NEAR((*loss)(tensor({{1}}), tensor({{0}})).item(), 0.9, 1e-6);
  EXPECT_THAT(message_of([] { register_loss<Quantile>("mse"); }), testing::HasSubstr("that the library does not have"));
  EXPECT_THAT(message_of([] { Loss::get("quantil"); }), testing::HasSubstr("Quantile"));
}

}  // namespace
}  // namespace linnet
