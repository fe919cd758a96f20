// F scores: precision and recall in one number. y_true is 0 or 1, y_pred a probability, both [samples, classes].
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/metrics/metric.h"

#pragma GCC visibility push(default)
namespace linnet::metrics {

struct FBetaScoreOptions {
  std::optional<std::string> average = {};  // none: a value a class; "micro", "macro", "weighted" (by support)
  double beta = 1;
  std::optional<double> threshold = {};  // in (0, 1]; none: the largest prediction of a sample is its class
  std::string name = "fbeta_score";
};
/// (1 + beta²) precision recall / (beta² precision + recall): recall counts beta times as much as precision. A
/// sample_weight is [samples]. Keras: keras.metrics.FBetaScore.
///   metrics::FBetaScore metric({.beta = 2, .threshold = 0.5});
///   metric.update_state(tensor({{1}, {1}, {1}, {0}}), tensor({{0.9}, {0.2}, {0.6}, {0.1}}));
///   metric.result();  // -> {0.7143}
class FBetaScore : public Metric {
 public:
  using Options = FBetaScoreOptions;
  static constexpr const char* class_name_of = "FBetaScore";
  explicit FBetaScore(Options options = {});
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  Tensor result() const override;
  void reset_state() override;
  std::vector<double> state() const override;
  void set_state(const std::vector<double>& numbers) override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  struct ClassCounts {
    double true_positives = 0, false_positives = 0, false_negatives = 0;
  };
  double score(const ClassCounts& counts) const;
  Options options_;
  std::shared_ptr<std::vector<ClassCounts>> classes_;
};

struct F1ScoreOptions {
  std::optional<std::string> average = {};  // none: a value a class; "micro", "macro", "weighted" (by support)
  std::optional<double> threshold = {};     // in (0, 1]; none: the largest prediction of a sample is its class
  std::string name = "f1_score";
};
/// FBetaScore with beta = 1: the harmonic mean of precision and recall. Keras: keras.metrics.F1Score.
///   metrics::F1Score metric({.threshold = 0.5});
///   Tensor y_pred = tensor({{0.2, 0.6, 0.7}, {0.2, 0.6, 0.6}, {0.6, 0.8, 0}});
///   metric.update_state(tensor({{1, 1, 1}, {1, 0, 0}, {1, 1, 0}}), y_pred);
///   metric.result();  // -> {0.5, 0.8, 0.6667}
class F1Score final : public FBetaScore {
 public:
  using Options = F1ScoreOptions;
  static constexpr const char* class_name_of = "F1Score";
  explicit F1Score(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

}  // namespace linnet::metrics
#pragma GCC visibility pop
