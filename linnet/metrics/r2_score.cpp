#include "linnet/metrics/r2_score.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "linnet/base/warning.h"
#include "linnet/metrics/fields.h"
#include "linnet/metrics/matching.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"

namespace linnet::metrics {

R2Score::R2Score(Options options)
    : Metric(options.name), options_(std::move(options)), state_(std::make_shared<State>()) {
  const auto& [aggregation, regressors, name] = options_;
  check(!aggregation || *aggregation == "uniform_average" || *aggregation == "variance_weighted_average", "[", name,
        "] expected class_aggregation \"uniform_average\", \"variance_weighted_average\" or none, received \"",
        aggregation.value_or(""), "\"");
  check(regressors >= 0, "[", name, "] expected num_regressors >= 0, received ", regressors);
}
Config R2Score::config() const { return metric_config(write_config(options_)); }

void R2Score::reset_state() {
  std::fill(state_->outputs.begin(), state_->outputs.end(), Sums());
  state_->numbers = 0;
}

std::vector<double> R2Score::state() const {
  std::vector<double> numbers{state_->numbers};
  for (const auto& [truth, square, residual, weight] : state_->outputs)
    numbers.insert(numbers.end(), {truth, square, residual, weight});
  return numbers;
}

void R2Score::set_state(const std::vector<double>& numbers) {
  const std::size_t outputs = numbers.empty() ? 0 : (numbers.size() - 1) / 4;
  check_state(numbers, 1 + 4 * outputs);
  State fresh;
  fresh.numbers = numbers[0];
  for (std::size_t i = 1; i < numbers.size(); i += 4)
    fresh.outputs.push_back({numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3]});
  *state_ = std::move(fresh);
}

void R2Score::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const NoGrad no_grad;
  auto [truth, prediction] = match_ranks(y_true, y_pred);
  if (prediction.rank() == 1) {
    if (truth.rank() == 1) truth = expand_dims(truth, -1);
    prediction = expand_dims(prediction, -1);
  }
  check(prediction.rank() == 2, "[", name(), "] expected y_pred of shape (samples, outputs), received ",
        y_pred.shape());
  const auto outputs = static_cast<std::size_t>(prediction.shape()[1]);
  check(state_->outputs.empty() || state_->outputs.size() == outputs, "[", name(), "] expected ",
        state_->outputs.size(), " outputs as before, received ", outputs);
  const Samples samples = read_samples(name(), truth, prediction, sample_weight);
  state_->outputs.resize(outputs);
  for (std::size_t i = 0; i < samples.truth.size(); ++i) {
    const auto t = static_cast<double>(samples.truth[i]), weight = samples.weight_at(i),
               error = t - static_cast<double>(samples.prediction[i]);
    Sums& sums = state_->outputs[i % outputs];
    sums.truth += weight * t;
    sums.square += weight * t * t;
    sums.residual += weight * error * error;
    sums.weight += weight;
  }
  state_->numbers += static_cast<double>(samples.truth.size());
}

double R2Score::adjusted(double score) const {
  const auto p = static_cast<double>(options_.num_regressors);
  const double n = state_->numbers;
  if (options_.num_regressors == 0) return score;
  if (p >= n - 1) {
    warn(concat("[", name(), "] expected more numbers than num_regressors + 1 = ", p + 1, ", received ", n,
                "; the score is not adjusted"));
    return score;
  }
  return 1 - (1 - score) * (n - 1) / (n - p - 1);
}

Tensor R2Score::result() const {
  const std::vector<Sums>& outputs = state_->outputs;
  if (outputs.empty()) return scalar(std::numeric_limits<double>::quiet_NaN());
  std::vector<double> scores;
  double sum = 0, weighted = 0, variance = 0;
  for (const Sums& each : outputs) {
    const double total = each.square - each.truth * each.truth / each.weight;
    const double raw = 1 - each.residual / total;
    scores.push_back(std::isinf(raw) ? 0 : raw);
    sum += scores.back();
    weighted += total * scores.back();
    variance += total;
  }
  if (options_.class_aggregation == "uniform_average")
    return scalar(adjusted(sum / static_cast<double>(scores.size())));
  if (options_.class_aggregation) return scalar(adjusted(weighted / variance));
  for (double& score : scores) score = adjusted(score);
  return from_vector(scores).to(float32);
}

}  // namespace linnet::metrics
