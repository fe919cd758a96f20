// What a metric has added up can be taken out and put into another one.
#include <gtest/gtest.h>

#include "linnet/metrics/metrics.h"
#include "linnet/tensor/tensor.h"

namespace linnet {
namespace {

TEST(MetricState, GoesOnInAnotherMetric) {
  const Tensor truth = tensor({{0, 1}, {1, 0}, {0, 1}}), first = tensor({{0.2, 0.8}, {0.3, 0.7}, {0.6, 0.4}}),
               second = tensor({{0.9, 0.1}, {0.8, 0.2}, {0.1, 0.9}});
  const std::vector<AnyMetric (*)()> makers = {
      []() -> AnyMetric { return metrics::MeanSquaredError(); },
      []() -> AnyMetric { return metrics::RootMeanSquaredError(); },
      []() -> AnyMetric { return metrics::CategoricalAccuracy(); },
      []() -> AnyMetric {
        return metrics::TruePositives({.thresholds = {0.3, 0.5}});
      },
      []() -> AnyMetric { return metrics::Precision(); },
      []() -> AnyMetric { return metrics::Recall({.top_k = 1}); },
      []() -> AnyMetric { return metrics::AUC(); },
      []() -> AnyMetric { return metrics::AUC({.multi_label = true}); },
      []() -> AnyMetric { return metrics::ConfusionMatrix({.num_classes = 2}); },
      []() -> AnyMetric { return metrics::RecallAtPrecision({.precision = 0.5}); },
      []() -> AnyMetric { return metrics::F1Score({.average = "macro"}); },
      []() -> AnyMetric { return metrics::OneHotMeanIoU({.num_classes = 2}); },
      []() -> AnyMetric { return metrics::PearsonCorrelation(); },
  };
  for (const auto& make : makers) {
    AnyMetric unbroken = make(), before = make(), after = make();
    unbroken->update_state(truth, first);
    before->update_state(truth, first);
    after->set_state(before->state());
    EXPECT_EQ(after->state(), before->state()) << after->class_name();
    for (const AnyMetric& metric : {unbroken, after}) metric->update_state(truth, second);
    EXPECT_EQ(after->result().to_vector<double>(), unbroken->result().to_vector<double>()) << after->class_name();
    EXPECT_THROW(after->set_state({1, 2, 3}), InvalidArgument) << after->class_name();
    after->set_state(make()->state());  // of a metric that has seen nothing
    EXPECT_EQ(after->result().to_vector<double>(), make()->result().to_vector<double>()) << after->class_name();
  }
}

}  // namespace
}  // namespace linnet
