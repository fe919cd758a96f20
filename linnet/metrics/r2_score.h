// R2Score: how much of the targets' variance the predictions explain.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/metrics/metric.h"

#pragma GCC visibility push(default)
namespace linnet::metrics {

struct R2ScoreOptions {
  /// Of several outputs: their mean, "variance_weighted_average", or none: a value an output.
  std::optional<std::string> class_aggregation = "uniform_average";
  std::int64_t num_regressors = 0;  // independent variables, for the adjusted score; 0: not adjusted
  std::string name = "r2_score";
};
/// 1 - sum((y_true - y_pred)²) / sum((y_true - mean(y_true))²), 1 at best, for y_true and y_pred [samples, outputs] (or
/// both [samples]). With num_regressors p and n numbers: 1 - (1 - R²) (n - 1) / (n - p - 1). NaN before the first
/// update.
///   metrics::R2Score metric;
///   metric.update_state(tensor({{1}, {4}, {3}}), tensor({{2}, {4}, {4}}));
///   metric.result();  // -> 0.5714
class R2Score final : public Metric {
 public:
  using Options = R2ScoreOptions;
  static constexpr const char* class_name_of = "R2Score";
  explicit R2Score(Options options = {});
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  Tensor result() const override;
  void reset_state() override;
  std::vector<double> state() const override;
  void set_state(const std::vector<double>& numbers) override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  /// Weighted sums of one output.
  struct Sums {
    double truth = 0, square = 0, residual = 0, weight = 0;
  };
  struct State {
    std::vector<Sums> outputs;
    double numbers = 0;
  };
  double adjusted(double score) const;
  Options options_;
  std::shared_ptr<State> state_;
};

}  // namespace linnet::metrics
#pragma GCC visibility pop
