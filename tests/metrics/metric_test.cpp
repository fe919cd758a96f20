#include <gtest/gtest.h>

#include <cmath>

#include "linnet/metrics/metrics.h"

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

TEST(Metric, AreaUnderPerfectAndUselessCurves) {
  metrics::AUC perfect, useless;
  perfect.update_state(tensor({0, 0, 1, 1}), tensor({0.1, 0.2, 0.8, 0.9}));
  useless.update_state(tensor({0, 1, 0, 1}), tensor({0.3, 0.3, 0.7, 0.7}));
  EXPECT_NEAR(perfect.result().item(), 1, 1e-6);
  EXPECT_NEAR(useless.result().item(), 0.5, 1e-6);
}

TEST(Metric, ConfusionMatrixHasTheTruthInItsRows) {
  metrics::ConfusionMatrix matrix({.num_classes = 3});
  matrix.update_state(tensor({1, 1, 2}, int64), scores);
  EXPECT_EQ(matrix.result().to_vector<std::int64_t>(), (std::vector<std::int64_t>{0, 0, 0, 1, 1, 0, 0, 1, 0}));
  EXPECT_THROW(matrix.update_state(tensor({1, 1, 3}, int64), scores), InvalidArgument);
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
                           "sparse_categorical_crossentropy", "true_positives", "cosine_similarity"}) {
    const AnyMetric metric = name;
    EXPECT_EQ(Metric::from_config(object_config(metric->class_name(), metric->config()))->config(), metric->config());
  }
  EXPECT_THROW(Metric::get("accurracy"), InvalidArgument);
}

}  // namespace
}  // namespace linnet
