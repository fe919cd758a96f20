// Metrics of what a classifier could do with other thresholds: the area under a curve, and the best of one rate where
// another is good enough. y_true is 0 or 1, y_pred a probability, both of one shape.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/metrics/confusion.h"

#pragma GCC visibility push(default)
namespace linnet::metrics {

/// Thresholds in rising order, and where a prediction lies among them.
struct ThresholdRow {
  std::vector<float> values;     ///< the thresholds
  bool evenly_spaced = true;     ///< from 0 to 1
  bool all_above_first = false;  ///< the first is below 0 and the last above 1, a little

  /// How many of them the prediction is above.
  std::size_t below(float prediction) const;
};

/// Weight of positives and of negatives by how many thresholds their predictions are above.
struct Buckets {
  std::vector<double> positives;  ///< where y_true is 1
  std::vector<double> negatives;  ///< where it is 0
  /// The counts for each threshold.
  Counts counts() const;
};

struct AUCOptions {
  std::int64_t num_thresholds = 200;
  std::string curve = "ROC";                           // "PR", "PRGAIN"
  std::string summation_method = "interpolation";      // "minoring", "majoring"
  std::optional<std::vector<double>> thresholds = {};  // in (0, 1); default: evenly spaced
  bool multi_label = false;                            // one curve for each element of the last axis, averaged
  std::optional<std::int64_t> num_labels = {};
  std::optional<std::vector<double>> label_weights = {};  // of the curves; without multi_label: of the elements
  bool from_logits = false;
  std::string name = "auc";
};
/// The area under the ROC curve (true against false positive rate), the precision-recall curve or that of their gains,
/// approximated at num_thresholds thresholds. PR with "interpolation": Davis and Goadrich, 2006. PRGAIN: Flach and
/// Kull, 2015; with P positives and N negatives precision gain is 1 - P/N · FP/TP, recall gain 1 - P/N · FN/TP, but not
/// below 0; without a true positive they are 1 and 0. Keras: keras.metrics.AUC.
///   metrics::AUC metric;
///   metric.update_state(tensor({0, 0, 1, 1}), tensor({0, 0.5, 0.3, 0.9}));
///   metric.result();  // -> 0.75
class AUC final : public Metric {
 public:
  using Options = AUCOptions;
  static constexpr const char* class_name_of = "AUC";
  explicit AUC(Options options = {});
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  Tensor result() const override;
  void reset_state() override;
  std::vector<double> state() const override;
  void set_state(const std::vector<double>& numbers) override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  double area(const Counts& counts) const;

  Options options_;
  ThresholdRow thresholds_;
  std::shared_ptr<std::vector<Buckets>> labels_;
};

/// Base: the largest of one rate among the thresholds where another is at least what was asked for; 0 where none is.
class RateAtRate : public Metric {
 public:
  RateAtRate(std::string name, double at_least, std::int64_t num_thresholds, std::optional<std::int64_t> class_id);
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  void reset_state() override;
  std::vector<double> state() const override;
  void set_state(const std::vector<double>& numbers) override;

 protected:
  Counts counts() const { return buckets_->counts(); }
  Tensor best(const std::vector<double>& rates, const std::vector<double>& constrained) const;

 private:
  double at_least_;
  std::optional<std::int64_t> class_id_;
  ThresholdRow thresholds_;
  std::shared_ptr<Buckets> buckets_;
};

struct SensitivityAtSpecificityOptions {
  double specificity = -1;  // required, from 0 to 1
  std::int64_t num_thresholds = 200;
  std::optional<std::int64_t> class_id = {};  // only this element of the last axis
  std::string name = "sensitivity_at_specificity";
};
/// Sensitivity, tp / (tp + fn), where the specificity, tn / (tn + fp), is at least `specificity`. Keras:
/// keras.metrics.SensitivityAtSpecificity.
///   metrics::SensitivityAtSpecificity metric({.specificity = 0.9});
///   metric.update_state(tensor({0, 0, 0, 1, 1}), tensor({0, 0.3, 0.7, 0.3, 0.8}));
///   metric.result();  // -> 0.5
class SensitivityAtSpecificity final : public RateAtRate {
 public:
  using Options = SensitivityAtSpecificityOptions;
  static constexpr const char* class_name_of = "SensitivityAtSpecificity";
  explicit SensitivityAtSpecificity(Options options);
  Tensor result() const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct SpecificityAtSensitivityOptions {
  double sensitivity = -1;  // required, from 0 to 1
  std::int64_t num_thresholds = 200;
  std::optional<std::int64_t> class_id = {};  // only this element of the last axis
  std::string name = "specificity_at_sensitivity";
};
/// Specificity, tn / (tn + fp), where the sensitivity, tp / (tp + fn), is at least `sensitivity`. Keras:
/// keras.metrics.SpecificityAtSensitivity.
///   metrics::SpecificityAtSensitivity metric({.sensitivity = 0.5});
///   metric.update_state(tensor({0, 0, 0, 1, 1}), tensor({0, 0.3, 0.8, 0.3, 0.8}));
///   metric.result();  // -> 0.6667
class SpecificityAtSensitivity final : public RateAtRate {
 public:
  using Options = SpecificityAtSensitivityOptions;
  static constexpr const char* class_name_of = "SpecificityAtSensitivity";
  explicit SpecificityAtSensitivity(Options options);
  Tensor result() const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct PrecisionAtRecallOptions {
  double recall = -1;  // required, from 0 to 1
  std::int64_t num_thresholds = 200;
  std::optional<std::int64_t> class_id = {};  // only this element of the last axis
  std::string name = "precision_at_recall";
};
/// Precision, tp / (tp + fp), where the recall, tp / (tp + fn), is at least `recall`. Keras:
/// keras.metrics.PrecisionAtRecall.
///   metrics::PrecisionAtRecall metric({.recall = 0.5});
///   metric.update_state(tensor({0, 0, 0, 1, 1}), tensor({0, 0.3, 0.8, 0.3, 0.8}));
///   metric.result();  // -> 0.5
class PrecisionAtRecall final : public RateAtRate {
 public:
  using Options = PrecisionAtRecallOptions;
  static constexpr const char* class_name_of = "PrecisionAtRecall";
  explicit PrecisionAtRecall(Options options);
  Tensor result() const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct RecallAtPrecisionOptions {
  double precision = -1;  // required, from 0 to 1
  std::int64_t num_thresholds = 200;
  std::optional<std::int64_t> class_id = {};  // only this element of the last axis
  std::string name = "recall_at_precision";
};
/// Recall, tp / (tp + fn), where the precision, tp / (tp + fp), is at least `precision`. Keras:
/// keras.metrics.RecallAtPrecision.
///   metrics::RecallAtPrecision metric({.precision = 0.8});
///   metric.update_state(tensor({0, 0, 1, 1}), tensor({0, 0.5, 0.3, 0.9}));
///   metric.result();  // -> 0.5
class RecallAtPrecision final : public RateAtRate {
 public:
  using Options = RecallAtPrecisionOptions;
  static constexpr const char* class_name_of = "RecallAtPrecision";
  explicit RecallAtPrecision(Options options);
  Tensor result() const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

}  // namespace linnet::metrics
#pragma GCC visibility pop
