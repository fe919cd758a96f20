#include "linnet/metrics/confusion.h"

#include <algorithm>
#include <cmath>

#include "linnet/metrics/fields.h"
#include "linnet/metrics/matching.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"

namespace linnet::metrics {

Value to_value(const Thresholds& thresholds) {
  if (thresholds.list.empty()) return {};
  return thresholds.single ? Value(thresholds.list[0]) : linnet::to_value(thresholds.list);
}
void from_value(const Value& value, Thresholds& thresholds) {
  thresholds = {};
  thresholds.single = value.is_number();
  if (value.is_number()) thresholds.list = {value.as_double()};
  if (value.is_list()) linnet::from_value(value, thresholds.list);
}

namespace {
constexpr double below_all = -1e10;  // where a prediction is not among the top k

Tensor keep_top_k(const Tensor& x, std::int64_t k) {
  const Tensor places = one_hot(top_k(x, k).second, x.shape().back());  // of equal ones, the first
  return where(greater(sum(places, -2), 0.0), x, below_all);
}

std::vector<double> thresholds_or(const Thresholds& given, double otherwise) {
  return given.list.empty() ? std::vector<double>{otherwise} : given.list;
}
}  // namespace

CountingMetric::CountingMetric(std::string name, std::vector<double> thresholds, std::optional<std::int64_t> top_k,
                               std::optional<std::int64_t> class_id)
    : Metric(std::move(name)),
      thresholds_(std::move(thresholds)),
      top_k_(top_k),
      class_id_(class_id),
      counts_(std::make_shared<Counts>()) {
  for (const double threshold : thresholds_)
    check(threshold == below_all || (threshold >= 0 && threshold <= 1), "[", this->name(),
          "] expected thresholds from 0 to 1, received ", threshold);
  CountingMetric::reset_state();
}

void CountingMetric::reset_state() {
  const std::vector<double> none(thresholds_.size(), 0.0);
  *counts_ = {none, none, none, none};
}

std::vector<double> CountingMetric::state() const {
  std::vector<double> numbers;
  for (const auto* list :
       {&counts_->true_positives, &counts_->false_positives, &counts_->true_negatives, &counts_->false_negatives})
    numbers.insert(numbers.end(), list->begin(), list->end());
  return numbers;
}

void CountingMetric::set_state(const std::vector<double>& numbers) {
  check_state(numbers, 4 * thresholds_.size());
  auto next = numbers.begin();
  for (auto* list :
       {&counts_->true_positives, &counts_->false_positives, &counts_->true_negatives, &counts_->false_negatives}) {
    const auto end = next + static_cast<std::ptrdiff_t>(thresholds_.size());
    list->assign(next, end);
    next = end;
  }
}

void CountingMetric::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const NoGrad no_grad;
  auto [truth, prediction] = match_ranks(y_true, y_pred);
  if (top_k_) prediction = keep_top_k(prediction, *top_k_);
  const Samples samples = read_samples(name(), truth, prediction, sample_weight, class_id_);
  Counts& counts = *counts_;
  for (std::size_t t = 0; t < thresholds_.size(); ++t)
    for (std::size_t i = 0; i < samples.truth.size(); ++i) {
      const bool positive = samples.truth[i] != 0,
                 predicted = samples.prediction[i] > static_cast<float>(thresholds_[t]);
      auto& cells = positive ? (predicted ? counts.true_positives : counts.false_negatives)
                             : (predicted ? counts.false_positives : counts.true_negatives);
      cells[t] += samples.weight_at(i);
    }
}

Tensor CountingMetric::to_result(const std::vector<double>& values) const {
  return values.size() == 1 ? scalar(values[0]) : from_vector(values).to(float32);
}

#define LINNET_COUNT(Name, default_name)                                                              \
  Name::Name(Options options)                                                                         \
      : CountingMetric(name_or(options.name, #default_name), thresholds_or(options.thresholds, 0.5)), \
        options_(std::move(options)) {                                                                \
    options_.name = name();                                                                           \
  }                                                                                                   \
  Tensor Name::result() const { return to_result(counts().default_name); }                            \
  Config Name::config() const { return metric_config(write_config(options_)); }
LINNET_COUNT(TruePositives, true_positives)
LINNET_COUNT(FalsePositives, false_positives)
LINNET_COUNT(TrueNegatives, true_negatives)
LINNET_COUNT(FalseNegatives, false_negatives)
#undef LINNET_COUNT

Precision::Precision(Options options)
    : CountingMetric(name_or(options.name, "precision"),
                     thresholds_or(options.thresholds, options.top_k ? below_all : 0.5), options.top_k,
                     options.class_id),
      options_(std::move(options)) {
  options_.name = name();
}
Tensor Precision::result() const { return to_result(ratio(counts().true_positives, counts().false_positives)); }
Config Precision::config() const { return metric_config(write_config(options_)); }

Recall::Recall(Options options)
    : CountingMetric(name_or(options.name, "recall"),
                     thresholds_or(options.thresholds, options.top_k ? below_all : 0.5), options.top_k,
                     options.class_id),
      options_(std::move(options)) {
  options_.name = name();
}
Tensor Recall::result() const { return to_result(ratio(counts().true_positives, counts().false_negatives)); }
Config Recall::config() const { return metric_config(write_config(options_)); }

}  // namespace linnet::metrics
