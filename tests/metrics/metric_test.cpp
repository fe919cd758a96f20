#include <gtest/gtest.h>

#include <cmath>

#include "linnet/metrics/metrics.h"
#include "linnet/metrics/registry.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

const Tensor scores = tensor({{0.1, 0.7, 0.2}, {0.5, 0.3, 0.2}, {0.3, 0.4, 0.3}});

TEST(Metric, CountsHitsOverBatches) {
  metrics::SparseCategoricalAccuracy accuracy;
  accuracy.update_state(tensor({1, 0, 2}, int64), scores);
  EXPECT_NEAR(accuracy.result().item(), 2.0 / 3, 1e-6);
  metrics::SparseCategoricalAccuracy copy = accuracy;  // shares the sums
  copy.update_state(tensor({{1}, {1}, {1}}, uint8), scores);
  EXPECT_NEAR(accuracy.result().item(), 4.0 / 6, 1e-6);
  accuracy.reset_state();
  EXPECT_EQ(accuracy.result().item(), 0);
}

TEST(Metric, TopKCountsTiesAsHits) {
  metrics::SparseTopKCategoricalAccuracy top({.k = 2});
  top.update_state(tensor({2, 2, 2}, int64), scores);
  EXPECT_NEAR(top.result().item(), 2.0 / 3, 1e-6);
}

TEST(Metric, WhatIsNotANumberIsNoHit) {
  const double nan = std::nan("");
  metrics::SparseTopKCategoricalAccuracy top({.k = 2});
  top.update_state(tensor({2, 0}, int64), tensor({{0.5, 0.4, nan}, {0.5, nan, 0.9}}));
  EXPECT_EQ(top.result().item(), 0);
}

// A sample counts as one, however many values it has.
TEST(Metric, SamplesCount) {
  metrics::Mean mean;
  mean.update_state(ones({2, 3}));
  mean.update_state(scalar(5));
  EXPECT_NEAR(mean.result().item(), 7.0 / 3, 1e-6);
  mean.reset_state();
  mean.update_state(tensor({1, 2, 3}), {}, scalar(2));
  mean.update_state(tensor({10}));
  EXPECT_NEAR(mean.result().item(), 14.0 / 3, 1e-6);
  metrics::MeanAbsoluteError error;
  error.update_state(zeros({2, 3, 1}), ones({2, 3, 1}));
  error.update_state(zeros({2, 1}), full({2, 1}, 4));
  EXPECT_NEAR(error.result().item(), 2.5, 1e-6);
  metrics::RootMeanSquaredError rmse;
  rmse.update_state(zeros({2, 2}), tensor({{1, 3}, {5, 7}}), tensor({{1, 0}, {1, 1}}));
  EXPECT_NEAR(rmse.result().item(), 5, 1e-6);
  metrics::Sum sum;
  sum.update_state(tensor({{1, 2, 3}, {4, 5, 6}}), {}, tensor({1, 0.5}));
  EXPECT_NEAR(sum.result().item(), 13.5, 1e-6);
}

TEST(Metric, WeightsThatDoNotFitAreAnError) {
  metrics::BinaryAccuracy accuracy;
  EXPECT_THROW(accuracy.update_state(tensor({0, 1}), tensor({0.9, 0.9}), tensor({1, 0})), InvalidArgument);
  metrics::MeanSquaredError error;
  EXPECT_THROW(error.update_state(zeros({3, 3}), ones({3, 3}), ones({1, 3})), InvalidArgument);
}

TEST(Metric, WeightsCountAsThemselves) {
  metrics::Mean mean;
  mean.update_state(tensor({1, 3}), {}, tensor({3, 1}));
  EXPECT_NEAR(mean.result().item(), 1.5, 1e-6);
  metrics::RootMeanSquaredError rmse;
  rmse.update_state(tensor({{0}, {0}}), tensor({{3}, {4}}));
  EXPECT_NEAR(rmse.result().item(), std::sqrt(12.5), 1e-5);
}

TEST(Metric, PrecisionAndRecall) {
  metrics::Precision precision;
  metrics::Recall recall({.thresholds = {0.2, 0.5}});
  const Tensor truth = tensor({0, 1, 1, 1}), predicted = tensor({0.9, 0.8, 0.3, 0.1});
  precision.update_state(truth, predicted);
  recall.update_state(truth, predicted);
  EXPECT_NEAR(precision.result().item(), 0.5, 1e-6);
  const auto values = recall.result().to_vector();
  EXPECT_NEAR(values[0], 2.0 / 3, 1e-6);
  EXPECT_NEAR(values[1], 1.0 / 3, 1e-6);
}

TEST(Metric, OfEqualPredictionsTheFirstAreTheTop) {
  metrics::Precision precision({.top_k = 2});
  precision.update_state(tensor({0, 0, 1, 1}), ones({4}));
  EXPECT_EQ(precision.result().item(), 0);
  metrics::Recall recall({.top_k = 3});
  recall.update_state(tensor({{0, 0, 1, 1}}), ones({1, 4}));
  EXPECT_EQ(recall.result().item(), 0.5);
}

TEST(Metric, WhatIsMaskedDoesNotCount) {
  const Tensor mask = tensor({{1, 0}, {0, 0}}).to(boolean),
               predicted = expand_dims(tensor({{2, 5}, {3, 4}}), -1).with_mask(mask);
  metrics::MeanAbsoluteError error;
  error.update_state(zeros({2, 2, 1}), predicted);
  EXPECT_EQ(error.result().item(), 2);
  error.update_state(zeros({2, 2, 1}), predicted.with_mask(logical_not(mask)), tensor({{1, 1}, {1, 0}}));
  EXPECT_NEAR(error.result().item(), (2 + 5 + 3) / 3.0, 1e-6);
}

class Extremes final : public Metric {
 public:
  Extremes() : Metric("extremes") {}
  void update_state(const Tensor&, const Tensor&, const Tensor&) override {}
  Tensor result() const override { return tensor({1, 4}); }
  void reset_state() override {}
  std::string class_name() const override { return "Extremes"; }
  Config config() const override { return {}; }
};

TEST(Metric, ShowsTheMeanOfAVector) {
  const std::vector<std::pair<std::string, double>> shown{{"extremes", 2.5}};
  EXPECT_EQ(Extremes().named_results(), shown);
}

TEST(Metric, AFunctionIsNeeded) { EXPECT_THROW(metric_from_function("none", nullptr), InvalidArgument); }

TEST(Metric, WholeNumbersAreNumbers) {
  for (const AnyMetric& metric : {AnyMetric(metrics::MeanSquaredError()), AnyMetric(metrics::RootMeanSquaredError())}) {
    metric->update_state(tensor({1, 2}, int32), tensor({2, 5}, int32));
    EXPECT_NEAR(metric->result().item(), metric->class_name() == "MeanSquaredError" ? 5 : std::sqrt(5.0), 1e-6);
  }
}

TEST(Metric, AreaUnderPerfectAndUselessCurves) {
  metrics::AUC perfect, useless;
  perfect.update_state(tensor({0, 0, 1, 1}), tensor({0.1, 0.2, 0.8, 0.9}));
  useless.update_state(tensor({0, 1, 0, 1}), tensor({0.3, 0.3, 0.7, 0.7}));
  EXPECT_NEAR(perfect.result().item(), 1, 1e-6);
  EXPECT_NEAR(useless.result().item(), 0.5, 1e-6);
}

TEST(Metric, AreaUnderTheCurveOfGains) {
  const Tensor truth = tensor({0, 0, 1, 1, 1, 1}), predicted = tensor({0.1, 0.6, 0.7, 0.8, 0.9, 0.2});
  for (const auto& [method, expected] :
       {std::pair{"interpolation", 3.0 / 9}, {"minoring", 1.0 / 9}, {"majoring", 5.0 / 9}}) {
    metrics::AUC area({.curve = "prgain", .summation_method = method, .thresholds = {{0.5}}});
    area.update_state(truth, predicted);
    EXPECT_NEAR(area.result().item(), expected, 1e-6) << method;
    area.reset_state();
    area.update_state(ones({3}), tensor({0.1, 0.6, 0.7}));  // no negatives
    EXPECT_TRUE(std::isfinite(area.result().item()));
  }
}

TEST(Metric, ConfusionMatrixHasTheTruthInItsRows) {
  metrics::ConfusionMatrix matrix({.num_classes = 3});
  matrix.update_state(tensor({1, 1, 2}, int64), scores);
  EXPECT_EQ(matrix.result().to_vector<std::int64_t>(), (std::vector<std::int64_t>{0, 0, 0, 1, 1, 0, 0, 1, 0}));
  EXPECT_THROW(matrix.update_state(tensor({1, 1, 3}, int64), scores), InvalidArgument);
}

TEST(Metric, BestRateWhereAnotherIsGoodEnough) {
  const Tensor truth = tensor({0, 0, 0, 1, 1}), predicted = tensor({0, 0.3, 0.8, 0.3, 0.8});
  metrics::SensitivityAtSpecificity sensitivity({.specificity = 0.5});
  metrics::SpecificityAtSensitivity specificity({.sensitivity = 0.5});
  metrics::PrecisionAtRecall precision({.recall = 0.5});
  metrics::RecallAtPrecision recall({.precision = 0.5});
  for (Metric* metric : std::initializer_list<Metric*>{&sensitivity, &specificity, &precision, &recall})
    metric->update_state(truth, predicted);
  EXPECT_NEAR(sensitivity.result().item(), 0.5, 1e-6);
  EXPECT_NEAR(specificity.result().item(), 2.0 / 3, 1e-6);
  EXPECT_NEAR(precision.result().item(), 0.5, 1e-6);
  EXPECT_NEAR(recall.result().item(), 1, 1e-6);
  metrics::RecallAtPrecision impossible({.precision = 1});
  impossible.update_state(tensor({0, 1}), tensor({0.9, 0.1}));
  EXPECT_EQ(impossible.result().item(), 0);
  EXPECT_THROW(metrics::RecallAtPrecision({.precision = 1.5}), InvalidArgument);
  EXPECT_THROW(metrics::PrecisionAtRecall({}), InvalidArgument);  // which recall?
}

TEST(Metric, FScores) {
  metrics::FBetaScore score({.beta = 2, .threshold = 0.5});
  score.update_state(tensor({{1, 1, 1}, {1, 0, 0}, {1, 1, 0}}),
                     tensor({{0.2, 0.6, 0.7}, {0.2, 0.6, 0.6}, {0.6, 0.8, 0.0}}));
  const auto values = score.result().to_vector();
  EXPECT_NEAR(values[0], 0.3846154, 1e-5);
  EXPECT_NEAR(values[1], 0.9090909, 1e-5);
  EXPECT_NEAR(values[2], 0.8333333, 1e-5);
  metrics::F1Score largest({.average = "micro"});  // without a threshold the largest prediction is the class
  largest.update_state(tensor({{1, 0}, {0, 1}}), tensor({{0.1, 0.2}, {0.1, 0.2}}));
  EXPECT_NEAR(largest.result().item(), 0.5, 1e-5);
  EXPECT_THROW(metrics::F1Score({.average = "mean"}), InvalidArgument);
  EXPECT_THROW(largest.update_state(tensor({1, 0}), tensor({0.1, 0.2})), InvalidArgument);
}

TEST(Metric, Overlap) {
  metrics::MeanIoU mean({.num_classes = 2});
  mean.update_state(tensor({0, 0, 1, 1}), tensor({0, 1, 0, 1}));
  EXPECT_NEAR(mean.result().item(), 1.0 / 3, 1e-5);
  metrics::MeanIoU weighted({.num_classes = 2, .dtype = float32});
  weighted.update_state(tensor({0, 0, 1, 1}), tensor({0, 1, 0, 1}), tensor({0.3, 0.3, 0.3, 0.1}));
  EXPECT_NEAR(weighted.result().item(), (0.3 / 0.9 + 0.1 / 0.7) / 2, 1e-5);
  metrics::BinaryIoU binary({.threshold = 0.3});
  binary.update_state(tensor({0, 1, 0, 1}), tensor({0.1, 0.2, 0.4, 0.7}));
  EXPECT_NEAR(binary.result().item(), 1.0 / 3, 1e-5);
  metrics::OneHotIoU hot({.num_classes = 3, .target_class_ids = {0, 2}, .dtype = float32});
  hot.update_state(tensor({{0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {1, 0, 0}}),
                   tensor({{0.2, 0.3, 0.5}, {0.1, 0.2, 0.7}, {0.5, 0.3, 0.1}, {0.1, 0.4, 0.5}}),
                   tensor({0.1, 0.2, 0.3, 0.4}));
  EXPECT_NEAR(hot.result().item(), 0.1 / 0.7 / 2, 1e-5);
  metrics::IoU ignoring({.num_classes = 2, .target_class_ids = {1}, .ignore_class = 255});
  ignoring.update_state(tensor({1, 255, 255}, int64), tensor({1, 0, 1}, int64));
  EXPECT_NEAR(ignoring.result().item(), 1, 1e-5);
  EXPECT_THROW(ignoring.update_state(tensor({2}, int64), tensor({1}, int64)), InvalidArgument);
  EXPECT_THROW(metrics::IoU({.num_classes = 2, .target_class_ids = {2}}), InvalidArgument);
}

TEST(Metric, ExplainedVariance) {
  metrics::R2Score score;
  score.update_state(tensor({{1}, {4}, {3}}), tensor({{2}, {4}, {4}}));
  EXPECT_NEAR(score.result().item(), 0.57142854, 1e-5);
  metrics::R2Score each({.class_aggregation = std::nullopt});
  each.update_state(tensor({{1, 2}, {2, 4}}), tensor({{1, 2}, {2, 3}}));
  EXPECT_EQ(each.result().to_vector(), (std::vector<float>{1, 0.5}));
  metrics::R2Score adjusted({.num_regressors = 1});
  adjusted.update_state(tensor({1, 4, 3, 2}), tensor({1, 4, 3, 3}));
  EXPECT_NEAR(adjusted.result().item(), 1 - 0.2 * 3 / 2, 1e-5);
  EXPECT_TRUE(std::isnan(metrics::R2Score().result().item()));
}

TEST(Metric, Correlations) {
  const Tensor truth = tensor({{0, 1, 0.5}, {1, 1, 0.2}}), predicted = tensor({{0.1, 0.9, 0.5}, {1, 0.9, 0.2}});
  metrics::PearsonCorrelation pearson;
  metrics::ConcordanceCorrelation concordance;
  pearson.update_state(truth, predicted);
  concordance.update_state(truth, predicted);
  EXPECT_NEAR(pearson.result().item(), 0.9966996, 1e-5);
  EXPECT_NEAR(concordance.result().item(), 0.9816320, 1e-5);
  metrics::PearsonCorrelation over_all({.axis = {0, 1}});
  over_all.update_state(reshape(truth, {3, 2}), reshape(predicted, {3, 2}));
  metrics::PearsonCorrelation in_a_row;
  in_a_row.update_state(reshape(truth, {1, 6}), reshape(predicted, {1, 6}));
  EXPECT_NEAR(over_all.result().item(), in_a_row.result().item(), 1e-6);
  EXPECT_EQ(Metric::from_config(object_config("PearsonCorrelation", over_all.config()))->config(), over_all.config());
  EXPECT_EQ(metrics::AUC({.curve = "pr"}).config().at("curve"), Value("PR"));
}

TEST(Metric, LabelWeightsOfAUC) {
  metrics::AUC weighted({.label_weights = std::vector{1.0, 0.0}}), first;
  weighted.update_state(tensor({{0, 1}, {1, 1}}), tensor({{0.2, 0.1}, {0.7, 0.3}}));
  first.update_state(tensor({0, 1}), tensor({0.2, 0.7}));
  EXPECT_NEAR(weighted.result().item(), first.result().item(), 1e-6);
  EXPECT_THROW(weighted.update_state(tensor({0, 1, 1}), tensor({0.2, 0.1, 0.3})), InvalidArgument);
}

TEST(Metric, AccuracyIsResolvedByShape) {
  EXPECT_EQ(resolve_metric("accuracy", {8, 1}, {8, 1})->class_name(), "BinaryAccuracy");
  EXPECT_EQ(resolve_metric("acc", {8}, {8, 3})->class_name(), "SparseCategoricalAccuracy");
  EXPECT_EQ(resolve_metric("accuracy", {8, 1}, {8, 3})->class_name(), "SparseCategoricalAccuracy");
  EXPECT_EQ(resolve_metric("accuracy", {8, 3}, {8, 3})->class_name(), "CategoricalAccuracy");
  EXPECT_EQ(resolve_metric("ce", {8}, {8, 3})->class_name(), "SparseCategoricalCrossentropy");
  EXPECT_EQ(resolve_metric("accuracy", {8}, {8, 3})->name(), "accuracy");
  EXPECT_EQ(resolve_metric("mae", {8, 1}, {8, 1})->class_name(), "MeanAbsoluteError");
}

TEST(Metric, ConfigsComeBack) {
  for (const char* name : {"mse", "binary_accuracy", "top_k_categorical_accuracy", "AUC", "Precision", "recall",
                           "sparse_categorical_crossentropy", "true_positives", "cosine_similarity", "f1_score",
                           "fbeta_score", "r2_score", "binary_io_u", "pearson_correlation"}) {
    const AnyMetric metric = name;
    EXPECT_EQ(Metric::from_config(object_config(metric->class_name(), metric->config()))->config(), metric->config());
  }
  EXPECT_THROW(Metric::get("accurracy"), InvalidArgument);
  const AnyMetric overlap = metrics::OneHotMeanIoU({.num_classes = 3, .dtype = float32});
  EXPECT_EQ(Metric::from_config(object_config("OneHotMeanIoU", overlap->config()))->config(), overlap->config());
}

class HitRate final : public metrics::FunctionMetric {
 public:
  explicit HitRate(double within)
      : FunctionMetric("hit_rate", [=](const Tensor& a, const Tensor& b) { return less(abs(a - b), within); }),
        within_(within) {}
  std::string class_name() const override { return "HitRate"; }
  Config config() const override { return {{"within", within_}}; }
  static HitRate from_config(const Config& config) { return HitRate(config.at("within").as_double()); }

 private:
  double within_;
};

TEST(Metric, OfOnesOwnIsFoundByName) {
  register_metric<HitRate>("HitRate");
  const AnyMetric rate = Metric::from_config(object_config("HitRate", HitRate(0.5).config()));
  rate->update_state(tensor({1, 2}), tensor({1.2, 3}));
  EXPECT_NEAR(rate->result().item(), 0.5, 1e-6);
  EXPECT_THROW(register_metric<HitRate>("AUC"), InvalidArgument);
}

}  // namespace
}  // namespace linnet
