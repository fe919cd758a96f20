// Metrics by name.
#include "linnet/metrics/metric.h"

#include <numeric>

#include "linnet/base/class_table.h"
#include "linnet/losses/targets.h"
#include "linnet/metrics/fields.h"
#include "linnet/metrics/metrics.h"
#include "linnet/metrics/registry.h"

namespace linnet {

namespace {
ClassTable<Metric>& table() {
  using namespace metrics;
  static ClassTable<Metric> classes(
      "metric", {
                    class_entry<Metric, Accuracy>(),
                    class_entry<Metric, BinaryAccuracy>(),
                    class_entry<Metric, CategoricalAccuracy>(),
                    class_entry<Metric, SparseCategoricalAccuracy>(),
                    class_entry<Metric, TopKCategoricalAccuracy>(),
                    class_entry<Metric, SparseTopKCategoricalAccuracy>(),
                    class_entry<Metric, Mean>(),
                    class_entry<Metric, Sum>(),
                    class_entry<Metric, metrics::MeanSquaredError>("MeanSquaredError", {"mse"}),
                    class_entry<Metric, RootMeanSquaredError>("RootMeanSquaredError", {"rmse"}),
                    class_entry<Metric, metrics::MeanAbsoluteError>("MeanAbsoluteError", {"mae"}),
                    class_entry<Metric, metrics::MeanAbsolutePercentageError>("MeanAbsolutePercentageError", {"mape"}),
                    class_entry<Metric, metrics::MeanSquaredLogarithmicError>("MeanSquaredLogarithmicError", {"msle"}),
                    class_entry<Metric, LogCoshError>("LogCoshError", {"logcosh"}),
                    class_entry<Metric, metrics::CosineSimilarity>(),
                    class_entry<Metric, metrics::Hinge>(),
                    class_entry<Metric, metrics::SquaredHinge>(),
                    class_entry<Metric, metrics::CategoricalHinge>(),
                    class_entry<Metric, metrics::KLDivergence>("KLDivergence", {"kld"}),
                    class_entry<Metric, metrics::Poisson>(),
                    class_entry<Metric, metrics::BinaryCrossentropy>("BinaryCrossentropy", {"bce"}),
                    class_entry<Metric, metrics::CategoricalCrossentropy>("CategoricalCrossentropy", {"cce"}),
                    class_entry<Metric, metrics::SparseCategoricalCrossentropy>(),
                    class_entry<Metric, TruePositives>(),
                    class_entry<Metric, FalsePositives>(),
                    class_entry<Metric, TrueNegatives>(),
                    class_entry<Metric, FalseNegatives>(),
                    class_entry<Metric, Precision>(),
                    class_entry<Metric, Recall>(),
                    class_entry<Metric, AUC>(),
                    class_entry<Metric, SensitivityAtSpecificity>(),
                    class_entry<Metric, SpecificityAtSensitivity>(),
                    class_entry<Metric, PrecisionAtRecall>(),
                    class_entry<Metric, RecallAtPrecision>(),
                    class_entry<Metric, FBetaScore>(),
                    class_entry<Metric, F1Score>(),
                    class_entry<Metric, R2Score>(),
                    class_entry<Metric, PearsonCorrelation>(),
                    class_entry<Metric, ConcordanceCorrelation>(),
                    class_entry<Metric, IoU>(),
                    class_entry<Metric, MeanIoU>(),
                    class_entry<Metric, OneHotIoU>(),
                    class_entry<Metric, OneHotMeanIoU>(),
                    class_entry<Metric, BinaryIoU>(),
                    class_entry<Metric, ConfusionMatrix>(),
                });
  return classes;
}
}  // namespace

std::vector<std::pair<std::string, double>> Metric::named_results() const {
  const std::vector<double> values = result().to_vector<double>();
  return {{name_, std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size())}};
}
std::vector<double> Metric::state() const { return {}; }
void Metric::set_state(const std::vector<double>& numbers) { check_state(numbers, 0); }
void Metric::check_state(const std::vector<double>& numbers, std::size_t expected) const {
  check(numbers.size() == expected, "[", name_, "] expected a state of ", expected, " numbers, received ",
        numbers.size());
}

void register_metric(const std::string& class_name, MetricFactory factory) {
  table().add(class_name, std::move(factory));
}
std::shared_ptr<Metric> Metric::get(std::string_view name) {
  check(name != "accuracy" && name != "acc", "[metric] expected shapes to tell what \"", name,
        "\" means; pass the name to compile, or use BinaryAccuracy, CategoricalAccuracy or SparseCategoricalAccuracy");
  return table().create(name);
}
std::shared_ptr<Metric> Metric::from_config(const Value& value) { return table().from_config(value); }

std::shared_ptr<Metric> resolve_metric(std::string_view name, const Shape& y_true, const Shape& y_pred) {
  const bool accuracy = name == "accuracy" || name == "acc", crossentropy = name == "crossentropy" || name == "ce";
  std::shared_ptr<Metric> metric;
  if (!accuracy && !crossentropy) {
    metric = Metric::get(name);
  } else {
    const std::string kind = accuracy ? "Accuracy" : "Crossentropy";
    switch (target_kind(y_true, y_pred)) {
      case TargetKind::binary: metric = table().create("Binary" + kind); break;
      case TargetKind::sparse: metric = table().create("SparseCategorical" + kind); break;
      case TargetKind::categorical: metric = table().create("Categorical" + kind); break;
    }
  }
  metric->set_name(std::string(name));
  return metric;
}

AnyMetric metric_from_function(std::string name, std::function<Tensor(const Tensor&, const Tensor&)> function) {
  check(static_cast<bool>(function), "[metric] expected a function for the metric \"", name, "\", received none");
  return metrics::FunctionMetric(std::move(name), std::move(function));
}

template class Handle<Metric>;

}  // namespace linnet
