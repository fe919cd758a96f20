#include "linnet/metrics/f_score.h"

#include <algorithm>
#include <cmath>

#include "linnet/metrics/fields.h"
#include "linnet/metrics/matching.h"
#include "linnet/tensor/autograd.h"

namespace linnet::metrics {

FBetaScore::FBetaScore(Options options)
    : Metric(options.name), options_(std::move(options)), classes_(std::make_shared<std::vector<ClassCounts>>()) {
  const auto& [average, beta, threshold, name] = options_;
  check(!average || *average == "micro" || *average == "macro" || *average == "weighted", "[", name,
        "] expected average \"micro\", \"macro\", \"weighted\" or none, received \"", average.value_or(""), "\"");
  check(beta > 0, "[", name, "] expected beta > 0, received ", beta);
  check(!threshold || (*threshold > 0 && *threshold <= 1), "[", name, "] expected threshold in (0, 1], received ",
        threshold.value_or(0));
}
Config FBetaScore::config() const { return metric_config(write_config(options_)); }

void FBetaScore::reset_state() { std::fill(classes_->begin(), classes_->end(), ClassCounts()); }

std::vector<double> FBetaScore::state() const {
  std::vector<double> numbers;
  for (const auto& [tp, fp, fn] : *classes_) numbers.insert(numbers.end(), {tp, fp, fn});
  return numbers;
}

void FBetaScore::set_state(const std::vector<double>& numbers) {
  check_state(numbers, numbers.size() / 3 * 3);
  check(classes_->empty() || numbers.empty() || numbers.size() == 3 * classes_->size(), "[", name(),
        "] expected the state of ", classes_->size(), " classes, received that of ", numbers.size() / 3);
  classes_->resize(numbers.size() / 3);
  for (std::size_t i = 0; i < classes_->size(); ++i)
    (*classes_)[i] = {numbers[3 * i], numbers[3 * i + 1], numbers[3 * i + 2]};
}

void FBetaScore::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const NoGrad no_grad;
  check(y_pred.rank() == 2 && y_true.shape() == y_pred.shape(), "[", name(),
        "] expected y_true and y_pred of one shape (samples, classes), received ", y_true.shape(), " and ",
        y_pred.shape());
  const auto samples = y_pred.shape()[0];
  const auto width = static_cast<std::size_t>(y_pred.shape()[1]);
  if (sample_weight.defined())
    check(sample_weight.rank() == 1 && sample_weight.shape()[0] == samples, "[", name(),
          "] expected a sample_weight for each of the ", samples, " samples, received shape ", sample_weight.shape());
  check(classes_->empty() || classes_->size() == width, "[", name(), "] expected ", classes_->size(),
        " classes as before, received ", width);
  classes_->resize(width);
  const Samples all = read_samples(name(), y_true, y_pred, sample_weight);
  for (std::size_t row = 0; row < all.truth.size(); row += width) {
    const float* predictions = &all.prediction[row];
    const float largest = *std::max_element(predictions, predictions + width);
    for (std::size_t i = 0; i < width; ++i) {
      const float p = predictions[i];
      const bool predicted =
          options_.threshold ? p > static_cast<float>(*options_.threshold) : p >= largest && std::abs(p) > 1e-9f;
      const double truth = static_cast<double>(all.truth[row + i]), weight = all.weight_at(row + i);
      auto& [tp, fp, fn] = (*classes_)[i];
      tp += predicted ? weight * truth : 0;
      fp += predicted ? weight * (1 - truth) : 0;
      fn += predicted ? 0 : weight * truth;
    }
  }
}

double FBetaScore::score(const ClassCounts& c) const {
  const double precision = c.true_positives / (c.true_positives + c.false_positives + loss_epsilon);
  const double recall = c.true_positives / (c.true_positives + c.false_negatives + loss_epsilon);
  const double square = options_.beta * options_.beta;
  return (1 + square) * (precision * recall / (square * precision + recall + loss_epsilon));
}

Tensor FBetaScore::result() const {
  std::vector<double> scores;
  ClassCounts all;
  double total = 0, weighted = 0, support = 0;
  for (const ClassCounts& each : *classes_) {
    scores.push_back(score(each));
    total += scores.back();
    const double truths = each.true_positives + each.false_negatives;
    weighted += truths * scores.back();
    support += truths;
    all.true_positives += each.true_positives;
    all.false_positives += each.false_positives;
    all.false_negatives += each.false_negatives;
  }
  if (scores.empty()) return scalar(0);
  if (!options_.average) return from_vector(scores).to(float32);
  if (options_.average == "micro") return scalar(score(all));
  if (options_.average == "macro") return scalar(total / static_cast<double>(scores.size()));
  return scalar(weighted / (support + loss_epsilon));
}

F1Score::F1Score(Options options)
    : FBetaScore({.average = options.average, .threshold = options.threshold, .name = options.name}),
      options_(std::move(options)) {}
Config F1Score::config() const { return metric_config(write_config(options_)); }

}  // namespace linnet::metrics
