// Metrics that are averages: of a loss, of hits, of values. Their names are those of losses in part, so all metrics
// live in linnet::metrics, as in Keras:  metrics::MeanAbsoluteError().
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/losses/loss.h"
#include "linnet/metrics/metric.h"

#pragma GCC visibility push(default)
namespace linnet::metrics {

struct MetricOptions {
  std::string name = {};  // empty: the class's own
};

/// total / count over all updates. A class adds values, and the mean over each sample's counts as one; with a weight,
/// as the mean of its weights. Keras: keras.metrics.Mean.
class MeanMetric : public Metric {
 public:
  explicit MeanMetric(std::string name) : Metric(std::move(name)), sums_(std::make_shared<Sums>()) {}
  /// 0 before the first update.
  Tensor result() const override;
  void reset_state() override { *sums_ = {}; }
  std::vector<double> state() const override;
  void set_state(const std::vector<double>& numbers) override;
  Config config() const override;

 protected:
  struct Sums {
    double total = 0, count = 0;
  };
  /// Values with more axes than the weight are averaged over these first. Throws `[name] expected …` where the weight
  /// does not fit.
  void add(const Tensor& values, const Tensor& sample_weight);
  Sums& sums() const { return *sums_; }

 private:
  std::shared_ptr<Sums> sums_;
};

/// The average of values: update_state(values, {}, sample_weight). The first axis is that of samples, which count as
/// one each, however many values they have: (total, count) grow by (Σ_i mean(values_i · weight_i), Σ_i mean(weight_i)).
/// Keras: keras.metrics.Mean.
///   metrics::Mean metric;
///   metric.update_state(tensor({1, 3}));
///   metric.update_state(tensor({5, 7, 9}));
///   metric.result();  // -> 5
class Mean final : public MeanMetric {
 public:
  using Options = MetricOptions;
  static constexpr const char* class_name_of = "Mean";
  explicit Mean(Options options = {}) : MeanMetric(options.name.empty() ? "mean" : options.name) {}
  void update_state(const Tensor& values, const Tensor& none = {}, const Tensor& sample_weight = {}) override;
  std::string class_name() const override { return class_name_of; }
};

/// The sum of values: update_state(values, {}, sample_weight). Keras: keras.metrics.Sum.
///   metrics::Sum metric;
///   metric.update_state(tensor({1, 3}), {}, tensor({1, 0.5}));
///   metric.result();  // -> 2.5
class Sum final : public MeanMetric {
 public:
  using Options = MetricOptions;
  static constexpr const char* class_name_of = "Sum";
  explicit Sum(Options options = {}) : MeanMetric(options.name.empty() ? "sum" : options.name) {}
  void update_state(const Tensor& values, const Tensor& none = {}, const Tensor& sample_weight = {}) override;
  Tensor result() const override;
  std::string class_name() const override { return class_name_of; }
};

/// The average of a function (y_true, y_pred) -> values. A model that is loaded finds it by its name, if it is
/// registered (metrics/registry.h).
class FunctionMetric : public MeanMetric {
 public:
  using Function = std::function<Tensor(const Tensor&, const Tensor&)>;
  FunctionMetric(std::string name, Function function) : MeanMetric(std::move(name)), function_(std::move(function)) {}
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  /// What is averaged, as float32.
  Tensor values(const Tensor& y_true, const Tensor& y_pred) const;
  std::string class_name() const override { return name(); }

 private:
  Function function_;
};

#define LINNET_FUNCTION_METRIC(Name, default_name, function)                                         \
  class Name final : public FunctionMetric {                                                         \
   public:                                                                                           \
    using Options = MetricOptions;                                                                   \
    static constexpr const char* class_name_of = #Name;                                              \
    explicit Name(Options options = {})                                                              \
        : FunctionMetric(options.name.empty() ? default_name : std::move(options.name), function) {} \
    std::string class_name() const override { return class_name_of; }                                \
  };

/// True where elements are equal.
Tensor accuracy(const Tensor& y_true, const Tensor& y_pred);
/// True where the largest of y_true [..., classes] is at the place of the largest of y_pred.
Tensor categorical_accuracy(const Tensor& y_true, const Tensor& y_pred);
/// True where the largest of y_pred [..., classes] is at y_true [...] (or [..., 1]).
Tensor sparse_categorical_accuracy(const Tensor& y_true, const Tensor& y_pred);
/// True where fewer than k classes have a larger prediction than the true one.
Tensor sparse_top_k_categorical_accuracy(const Tensor& y_true, const Tensor& y_pred, std::int64_t k);

/// How often y_pred equals y_true, of one shape: mean(y_true == y_pred). Keras: keras.metrics.Accuracy.
///   metrics::Accuracy metric;
///   metric.update_state(tensor({{1}, {2}, {3}, {4}}), tensor({{0}, {2}, {3}, {4}}));
///   metric.result();  // -> 0.75
LINNET_FUNCTION_METRIC(Accuracy, "accuracy", accuracy)
/// How often the largest of y_pred [..., classes] is at the place of the largest of y_true [..., classes]. Keras:
/// keras.metrics.CategoricalAccuracy.
///   metrics::CategoricalAccuracy metric;
///   metric.update_state(tensor({{0, 0, 1}, {0, 1, 0}}), tensor({{0.1, 0.9, 0.8}, {0.05, 0.95, 0}}));
///   metric.result();  // -> 0.5
LINNET_FUNCTION_METRIC(CategoricalAccuracy, "categorical_accuracy", categorical_accuracy)
/// How often the largest of y_pred [..., classes] is at y_true [...] (or [..., 1]). Keras:
/// keras.metrics.SparseCategoricalAccuracy.
///   metrics::SparseCategoricalAccuracy metric;
///   metric.update_state(tensor({2, 1}, int32), tensor({{0.1, 0.9, 0.8}, {0.05, 0.95, 0}}));
///   metric.result();  // -> 0.5
LINNET_FUNCTION_METRIC(SparseCategoricalAccuracy, "sparse_categorical_accuracy", sparse_categorical_accuracy)

// The averages of losses of the same names.
namespace detail {
FunctionMetric::Function values_of_loss(const char* name);
}  // namespace detail
#define LINNET_LOSS_METRIC(Name, loss, default_name) \
  LINNET_FUNCTION_METRIC(Name, default_name, detail::values_of_loss(loss))
/// The average of the loss MeanSquaredError: mean((y_pred - y_true)²). Keras: keras.metrics.MeanSquaredError.
///   metrics::MeanSquaredError metric;
///   metric.update_state(tensor({{0, 1}, {0, 0}}), tensor({{1, 1}, {0, 0}}));
///   metric.result();  // -> 0.25
LINNET_LOSS_METRIC(MeanSquaredError, "mse", "mean_squared_error")
/// The average of the loss MeanAbsoluteError: mean(|y_pred - y_true|). Keras: keras.metrics.MeanAbsoluteError.
///   metrics::MeanAbsoluteError metric;
///   metric.update_state(tensor({{0, 1}, {0, 0}}), tensor({{2, 1}, {0, 0}}));
///   metric.result();  // -> 0.5
LINNET_LOSS_METRIC(MeanAbsoluteError, "mae", "mean_absolute_error")
/// The average of the loss MeanAbsolutePercentageError: 100 mean(|y_pred - y_true| / max(|y_true|, 1e-7)). Keras:
/// keras.metrics.MeanAbsolutePercentageError.
///   metrics::MeanAbsolutePercentageError metric;
///   metric.update_state(tensor({{1, 2}}), tensor({{1.1, 1.5}}));
///   metric.result();  // -> 17.5
LINNET_LOSS_METRIC(MeanAbsolutePercentageError, "mape", "mean_absolute_percentage_error")
/// The average of the loss MeanSquaredLogarithmicError: mean((log(y_true + 1) - log(y_pred + 1))²). Keras:
/// keras.metrics.MeanSquaredLogarithmicError.
///   metrics::MeanSquaredLogarithmicError metric;
///   metric.update_state(tensor({{0, 1}}), tensor({{1, 1}}));
///   metric.result();  // -> 0.2402
LINNET_LOSS_METRIC(MeanSquaredLogarithmicError, "msle", "mean_squared_logarithmic_error")
/// The average of the loss LogCosh: mean(log(cosh(y_pred - y_true))). Keras: keras.metrics.LogCoshError.
///   metrics::LogCoshError metric;
///   metric.update_state(tensor({{0, 1}, {0, 0}}), tensor({{1, 1}, {0, 0}}));
///   metric.result();  // -> 0.1084
LINNET_LOSS_METRIC(LogCoshError, "logcosh", "logcosh")
/// The average of the loss Hinge: mean(max(1 - y_true y_pred, 0)). Keras: keras.metrics.Hinge.
///   metrics::Hinge metric;
///   metric.update_state(tensor({{0, 1}, {0, 0}}), tensor({{0.6, 0.4}, {0.4, 0.6}}));  // 0 counts as -1
///   metric.result();                                                                  // -> 1.3
LINNET_LOSS_METRIC(Hinge, "hinge", "hinge")
/// The average of the loss SquaredHinge: mean(max(1 - y_true y_pred, 0)²). Keras: keras.metrics.SquaredHinge.
///   metrics::SquaredHinge metric;
///   metric.update_state(tensor({{-1, 1}}), tensor({{0.5, 0.5}}));
///   metric.result();  // -> 1.25
LINNET_LOSS_METRIC(SquaredHinge, "squared_hinge", "squared_hinge")
/// The average of the loss CategoricalHinge: max(1 + max((1 - y_true) y_pred) - sum(y_true y_pred), 0). Keras:
/// keras.metrics.CategoricalHinge.
///   metrics::CategoricalHinge metric;
///   metric.update_state(tensor({{0, 1}, {0, 1}}), tensor({{0.6, 0.4}, {0.4, 0.6}}));
///   metric.result();  // -> 1
LINNET_LOSS_METRIC(CategoricalHinge, "categorical_hinge", "categorical_hinge")
/// The average of the loss KLDivergence: sum(y_true log(y_true / y_pred)). Keras: keras.metrics.KLDivergence.
///   metrics::KLDivergence metric;
///   metric.update_state(tensor({{0, 1}, {0, 0}}), tensor({{0.6, 0.4}, {0.4, 0.6}}));
///   metric.result();  // -> 0.4581
LINNET_LOSS_METRIC(KLDivergence, "kl_divergence", "kl_divergence")
/// The average of the loss Poisson: mean(y_pred - y_true log(y_pred + 1e-7)). Keras: keras.metrics.Poisson.
///   metrics::Poisson metric;
///   metric.update_state(tensor({{0, 1}, {0, 0}}), tensor({{1, 1}, {0, 0}}));
///   metric.result();  // -> 0.5
LINNET_LOSS_METRIC(Poisson, "poisson", "poisson")
#undef LINNET_LOSS_METRIC
#undef LINNET_FUNCTION_METRIC

struct CosineSimilarityOptions {
  int axis = -1;
  std::string name = "cosine_similarity";
};
/// The cosine of the angle between y_true and y_pred along `axis` (the loss has the other sign), averaged. Keras:
/// keras.metrics.CosineSimilarity.
///   metrics::CosineSimilarity metric;
///   metric.update_state(tensor({{0, 1}, {1, 1}}), tensor({{1, 0}, {1, 1}}));
///   metric.result();  // -> 0.5
class CosineSimilarity final : public FunctionMetric {
 public:
  using Options = CosineSimilarityOptions;
  static constexpr const char* class_name_of = "CosineSimilarity";
  explicit CosineSimilarity(Options options = {});
  std::string class_name() const override { return class_name_of; }
};

/// One axis or several, along which a correlation is taken.
///   metrics::PearsonCorrelation({.axis = {0, 1}});
struct CorrelationAxes {
  std::vector<int> list;
  CorrelationAxes(int axis) : list{axis} {}
  CorrelationAxes(std::initializer_list<int> axes) : list(axes) {}
};
Value to_value(const CorrelationAxes& axes);
void from_value(const Value& value, CorrelationAxes& axes);

struct PearsonCorrelationOptions {
  CorrelationAxes axis = -1;
  std::string name = "pearson_correlation";
};
/// The mean of the products of y_true and y_pred along `axis`, after both have been shifted to mean 0 and divided by
/// their standard deviation + 1e-7: 1 where one is a rising straight line of the other, -1 a falling one.
///   metrics::PearsonCorrelation metric;
///   metric.update_state(tensor({{1, 2, 3}}), tensor({{12, 14, 16}}));
///   metric.result();  // -> 1
class PearsonCorrelation final : public FunctionMetric {
 public:
  using Options = PearsonCorrelationOptions;
  static constexpr const char* class_name_of = "PearsonCorrelation";
  explicit PearsonCorrelation(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct ConcordanceCorrelationOptions {
  CorrelationAxes axis = -1;
  std::string name = "concordance_correlation";
};
/// mean(2 c / (var(y_true) + var(y_pred) + (mean(y_true) - mean(y_pred))² + 1e-7)) along `axis`, c the product of the
/// deviations: 1 where y_pred equals y_true; an offset counts, unlike in PearsonCorrelation. Lin, 1989.
///   metrics::ConcordanceCorrelation metric;
///   metric.update_state(tensor({{1, 2, 3}}), tensor({{2, 3, 4}}));
///   metric.result();  // -> 0.5714
class ConcordanceCorrelation final : public FunctionMetric {
 public:
  using Options = ConcordanceCorrelationOptions;
  static constexpr const char* class_name_of = "ConcordanceCorrelation";
  explicit ConcordanceCorrelation(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

/// sqrt(mean((y_true - y_pred)²)) over all elements. Keras: keras.metrics.RootMeanSquaredError.
///   metrics::RootMeanSquaredError metric;
///   metric.update_state(tensor({{0, 1}, {0, 0}}), tensor({{1, 1}, {0, 0}}));
///   metric.result();  // -> 0.5
class RootMeanSquaredError final : public MeanMetric {
 public:
  using Options = MetricOptions;
  static constexpr const char* class_name_of = "RootMeanSquaredError";
  explicit RootMeanSquaredError(Options options = {})
      : MeanMetric(options.name.empty() ? "root_mean_squared_error" : options.name) {}
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  Tensor result() const override;
  std::string class_name() const override { return class_name_of; }
};

struct BinaryAccuracyOptions {
  double threshold = 0.5;
  std::string name = "binary_accuracy";
};
/// Fraction of predictions on the right side of the threshold, averaged over the last axis. Keras:
/// keras.metrics.BinaryAccuracy.
///   metrics::BinaryAccuracy metric;
///   metric.update_state(tensor({{1}, {1}, {0}, {0}}), tensor({{0.98}, {1}, {0}, {0.6}}));
///   metric.result();  // -> 0.75
class BinaryAccuracy final : public FunctionMetric {
 public:
  using Options = BinaryAccuracyOptions;
  static constexpr const char* class_name_of = "BinaryAccuracy";
  explicit BinaryAccuracy(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct TopKCategoricalAccuracyOptions {
  std::int64_t k = 5;
  std::string name = "top_k_categorical_accuracy";
};
/// How often the true class (one-hot, [..., classes]) is among the k with the largest predictions. Keras:
/// keras.metrics.TopKCategoricalAccuracy.
///   metrics::TopKCategoricalAccuracy metric({.k = 2});
///   metric.update_state(tensor({{0, 0, 1}, {0, 1, 0}}), tensor({{0.1, 0.9, 0.8}, {0.5, 0.1, 0.4}}));
///   metric.result();  // -> 0.5
class TopKCategoricalAccuracy final : public FunctionMetric {
 public:
  using Options = TopKCategoricalAccuracyOptions;
  static constexpr const char* class_name_of = "TopKCategoricalAccuracy";
  explicit TopKCategoricalAccuracy(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct SparseTopKCategoricalAccuracyOptions {
  std::int64_t k = 5;
  std::string name = "sparse_top_k_categorical_accuracy";
};
/// How often the true class (a number, [...]) is among the k with the largest predictions [..., classes]. Keras:
/// keras.metrics.SparseTopKCategoricalAccuracy.
///   metrics::SparseTopKCategoricalAccuracy metric({.k = 2});
///   metric.update_state(tensor({2, 1}, int32), tensor({{0.1, 0.9, 0.8}, {0.5, 0.1, 0.4}}));
///   metric.result();  // -> 0.5
class SparseTopKCategoricalAccuracy final : public FunctionMetric {
 public:
  using Options = SparseTopKCategoricalAccuracyOptions;
  static constexpr const char* class_name_of = "SparseTopKCategoricalAccuracy";
  explicit SparseTopKCategoricalAccuracy(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct BinaryCrossentropyOptions {
  bool from_logits = false;
  double label_smoothing = 0;
  std::string name = "binary_crossentropy";
};
/// The average of the loss BinaryCrossentropy: mean(-(y_true log y_pred + (1 - y_true) log(1 - y_pred))). Keras:
/// keras.metrics.BinaryCrossentropy.
///   metrics::BinaryCrossentropy metric;
///   metric.update_state(tensor({{0, 1}, {0, 0}}), tensor({{0.6, 0.4}, {0.4, 0.6}}));
///   metric.result();  // -> 0.8149
class BinaryCrossentropy final : public FunctionMetric {
 public:
  using Options = BinaryCrossentropyOptions;
  static constexpr const char* class_name_of = "BinaryCrossentropy";
  explicit BinaryCrossentropy(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct CategoricalCrossentropyOptions {
  bool from_logits = false;
  double label_smoothing = 0;
  int axis = -1;
  std::string name = "categorical_crossentropy";
};
/// The average of the loss CategoricalCrossentropy: -sum(y_true log y_pred). Keras:
/// keras.metrics.CategoricalCrossentropy.
///   metrics::CategoricalCrossentropy metric;
///   metric.update_state(tensor({{0, 1, 0}, {0, 0, 1}}), tensor({{0.05, 0.95, 0}, {0.1, 0.8, 0.1}}));
///   metric.result();  // -> 1.1769
class CategoricalCrossentropy final : public FunctionMetric {
 public:
  using Options = CategoricalCrossentropyOptions;
  static constexpr const char* class_name_of = "CategoricalCrossentropy";
  explicit CategoricalCrossentropy(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct SparseCategoricalCrossentropyOptions {
  bool from_logits = false;
  std::optional<std::int64_t> ignore_class = {};
  int axis = -1;
  std::string name = "sparse_categorical_crossentropy";
};
/// The average of the loss SparseCategoricalCrossentropy: -log y_pred[y_true]. Keras:
/// keras.metrics.SparseCategoricalCrossentropy.
///   metrics::SparseCategoricalCrossentropy metric;
///   metric.update_state(tensor({1, 2}, int32), tensor({{0.05, 0.95, 0}, {0.1, 0.8, 0.1}}));
///   metric.result();  // -> 1.1769
class SparseCategoricalCrossentropy final : public FunctionMetric {
 public:
  using Options = SparseCategoricalCrossentropyOptions;
  static constexpr const char* class_name_of = "SparseCategoricalCrossentropy";
  explicit SparseCategoricalCrossentropy(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

}  // namespace linnet::metrics
#pragma GCC visibility pop
