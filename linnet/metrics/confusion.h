// Metrics from counts of true and false positives and negatives. y_true is 0 or 1, y_pred a probability, both of one
// shape; a prediction above the threshold is positive. Several thresholds give a vector.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/metrics/metric.h"

#pragma GCC visibility push(default)
namespace linnet::metrics {

/// One threshold or several, or none.
struct Thresholds {
  std::vector<double> list;
  bool single = false;
  Thresholds() = default;
  Thresholds(double value) : list{value}, single(true) {}
  Thresholds(std::vector<double> values) : list(std::move(values)) {}
  Thresholds(std::initializer_list<double> values) : list(values) {}
};
Value to_value(const Thresholds& thresholds);
void from_value(const Value& value, Thresholds& thresholds);

/// Counts for each threshold, or each threshold and label.
struct Counts {
  std::vector<double> true_positives, false_positives, true_negatives, false_negatives;
};

/// Base: counts by threshold.
class CountingMetric : public Metric {
 public:
  CountingMetric(std::string name, std::vector<double> thresholds, std::optional<std::int64_t> top_k = {},
                 std::optional<std::int64_t> class_id = {});
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  void reset_state() override;
  std::vector<double> state() const override;
  void set_state(const std::vector<double>& numbers) override;

 protected:
  const Counts& counts() const { return *counts_; }
  const std::vector<double>& thresholds() const { return thresholds_; }
  /// A scalar for one threshold, else a vector.
  Tensor to_result(const std::vector<double>& values) const;

 private:
  std::vector<double> thresholds_;
  std::optional<std::int64_t> top_k_, class_id_;
  std::shared_ptr<Counts> counts_;
};

struct CountOptions {
  Thresholds thresholds = {};  // default 0.5
  std::string name = {};
};
#define LINNET_COUNT(Name, default_name)                              \
  class Name final : public CountingMetric {                          \
   public:                                                            \
    using Options = CountOptions;                                     \
    static constexpr const char* class_name_of = #Name;               \
    explicit Name(Options options = {});                              \
    Tensor result() const override;                                   \
    std::string class_name() const override { return class_name_of; } \
    Config config() const override;                                   \
                                                                      \
   private:                                                           \
    Options options_;                                                 \
  };
/// How many samples (or how much weight) are positive and predicted so: y_true, y_pred [...] of one shape -> a number,
/// or [thresholds]. Keras: keras.metrics.TruePositives.
///   metrics::TruePositives metric;
///   metric.update_state(tensor({0, 1, 1, 1}), tensor({0.9, 0.2, 0.7, 0.8}));
///   metric.result();  // -> 2
LINNET_COUNT(TruePositives, "true_positives")
/// How many samples (or how much weight) are negative, but predicted positive: y_true, y_pred [...] of one shape -> a
/// number, or [thresholds]. Keras: keras.metrics.FalsePositives.
///   metrics::FalsePositives metric({.thresholds = {0.5, 0.95}});
///   metric.update_state(tensor({0, 1, 1, 1}), tensor({0.9, 0.2, 0.7, 0.8}));
///   metric.result();  // -> {1, 0}
LINNET_COUNT(FalsePositives, "false_positives")
/// How many samples (or how much weight) are negative and predicted so: y_true, y_pred [...] of one shape -> a number,
/// or [thresholds]. Keras: keras.metrics.TrueNegatives.
///   metrics::TrueNegatives metric;
///   metric.update_state(tensor({0, 0, 1, 1}), tensor({0.9, 0.2, 0.7, 0.8}));
///   metric.result();  // -> 1
LINNET_COUNT(TrueNegatives, "true_negatives")
/// How many samples (or how much weight) are positive, but predicted negative: y_true, y_pred [...] of one shape -> a
/// number, or [thresholds]. Keras: keras.metrics.FalseNegatives.
///   metrics::FalseNegatives metric;
///   metric.update_state(tensor({0, 1, 1, 1}), tensor({0.9, 0.2, 0.7, 0.8}));
///   metric.result();  // -> 1
LINNET_COUNT(FalseNegatives, "false_negatives")
#undef LINNET_COUNT

struct PrecisionOptions {
  Thresholds thresholds = {};                 // default 0.5; with top_k: none
  std::optional<std::int64_t> top_k = {};     // only the k largest predictions of a sample can be positive
  std::optional<std::int64_t> class_id = {};  // only this element of the last axis
  std::string name = {};
};
using RecallOptions = PrecisionOptions;
/// true positives / all predicted positive; 0 where there are none. Keras: keras.metrics.Precision.
///   metrics::Precision metric;
///   metric.update_state(tensor({0, 1, 1, 1}), tensor({0.9, 0.2, 0.7, 0.8}));
///   metric.result();  // -> 0.6667
class Precision final : public CountingMetric {
 public:
  using Options = PrecisionOptions;
  static constexpr const char* class_name_of = "Precision";
  explicit Precision(Options options = {});
  Tensor result() const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};
/// true positives / all that are positive; 0 where there are none. Keras: keras.metrics.Recall.
///   metrics::Recall metric;
///   metric.update_state(tensor({1, 1, 1, 1}), tensor({0.9, 0.2, 0.7, 0.8}));
///   metric.result();  // -> 0.75
class Recall final : public CountingMetric {
 public:
  using Options = RecallOptions;
  static constexpr const char* class_name_of = "Recall";
  explicit Recall(Options options = {});
  Tensor result() const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

}  // namespace linnet::metrics
#pragma GCC visibility pop
