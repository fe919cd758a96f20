#include "linnet/metrics/confusion.h"

#include <algorithm>
#include <cmath>

#include "linnet/metrics/fields.h"
#include "linnet/metrics/matching.h"
#include "linnet/ops/elementwise.h"
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
  const Tensor smallest = slice(top_k(x, k).first, -1, k - 1, k);
  return where(greater_equal(x, smallest), x, below_all);
}

struct Samples {
  std::vector<float> truth, prediction, weight;  // weight: empty for 1
};
Samples read_samples(const std::string& who, const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const auto [truth, prediction] = match_ranks(y_true, y_pred);
  check(truth.shape() == prediction.shape(), "[", who, "] expected y_true of y_pred's shape ", y_pred.shape(),
        ", received ", y_true.shape());
  Samples samples{truth.to_vector<float>(), prediction.to_vector<float>(), {}};
  if (!sample_weight.defined()) return samples;
  Tensor weight = sample_weight;
  while (weight.rank() < prediction.rank()) weight = expand_dims(weight, -1);
  samples.weight = broadcast_to(weight, prediction.shape()).to_vector<float>();
  return samples;
}

std::vector<double> ratio(const std::vector<double>& part, const std::vector<double>& rest) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < part.size(); ++i)
    ratios.push_back(part[i] + rest[i] == 0 ? 0 : part[i] / (part[i] + rest[i]));
  return ratios;
}

std::vector<double> thresholds_or(const Thresholds& given, double otherwise) {
  return given.list.empty() ? std::vector<double>{otherwise} : given.list;
}
std::string name_or(const std::string& given, const char* otherwise) { return given.empty() ? otherwise : given; }
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
  if (class_id_) {
    check(*class_id_ >= 0 && *class_id_ < prediction.shape().back(), "[", name(), "] expected class_id below ",
          prediction.shape().back(), ", received ", *class_id_);
    truth = squeeze(slice(truth, -1, *class_id_, *class_id_ + 1), -1);
    prediction = squeeze(slice(prediction, -1, *class_id_, *class_id_ + 1), -1);
  }
  const Samples samples = read_samples(name(), truth, prediction, sample_weight);
  Counts& counts = *counts_;
  for (std::size_t t = 0; t < thresholds_.size(); ++t)
    for (std::size_t i = 0; i < samples.truth.size(); ++i) {
      const bool positive = samples.truth[i] != 0,
                 predicted = samples.prediction[i] > static_cast<float>(thresholds_[t]);
      auto& cells = positive ? (predicted ? counts.true_positives : counts.false_negatives)
                             : (predicted ? counts.false_positives : counts.true_negatives);
      cells[t] += samples.weight.empty() ? 1.0 : static_cast<double>(samples.weight[i]);
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

AUC::AUC(Options options) : Metric(options.name), options_(std::move(options)), state_(std::make_shared<State>()) {
  const auto& [n, curve, method, given, multi_label, labels, weights, logits, name] = options_;
  check(curve == "ROC" || curve == "PR", "[AUC] expected curve \"ROC\" or \"PR\", received \"", curve, "\"");
  check(method == "interpolation" || method == "minoring" || method == "majoring",
        "[AUC] expected summation_method \"interpolation\", \"minoring\" or \"majoring\", received \"", method, "\"");
  check(given || (n > 1 && n <= 1'000'000), "[AUC] expected num_thresholds from 2 to 1000000, received ", n);
  std::vector<double> inner = given.value_or(std::vector<double>{});
  std::sort(inner.begin(), inner.end());
  evenly_spaced_ = !given.has_value();
  for (std::int64_t i = 1; !given && i < n - 1; ++i)
    inner.push_back(static_cast<double>(i) / static_cast<double>(n - 1));
  thresholds_.push_back(-1e-7f);
  for (const double threshold : inner) thresholds_.push_back(static_cast<float>(threshold));
  thresholds_.push_back(1 + 1e-7f);
}

Config AUC::config() const { return metric_config(write_config(options_)); }
void AUC::reset_state() { *state_ = {}; }

std::vector<double> AUC::state() const {
  std::vector<double> numbers{static_cast<double>(state_->positives.size())};  // labels, then both lists of each
  for (std::size_t label = 0; label < state_->positives.size(); ++label)
    for (const auto* list : {&state_->positives[label], &state_->negatives[label]})
      numbers.insert(numbers.end(), list->begin(), list->end());
  return numbers;
}

void AUC::set_state(const std::vector<double>& numbers) {
  const std::size_t buckets = thresholds_.size() + 1, lists = numbers.empty() ? 0 : (numbers.size() - 1) / buckets;
  check_state(numbers, 1 + lists * buckets);
  check(lists % 2 == 0 && numbers[0] * 2 == static_cast<double>(lists), "[", name(), "] expected two lists a label");
  State fresh;
  for (std::size_t i = 0; i < lists; ++i) {
    const auto first = numbers.begin() + static_cast<std::ptrdiff_t>(1 + i * buckets);
    (i % 2 == 0 ? fresh.positives : fresh.negatives).emplace_back(first, first + static_cast<std::ptrdiff_t>(buckets));
  }
  *state_ = std::move(fresh);
}

/// How many thresholds the prediction is above.
std::size_t AUC::bucket_of(float prediction) const {
  if (!evenly_spaced_)
    return static_cast<std::size_t>(std::lower_bound(thresholds_.begin(), thresholds_.end(), prediction) -
                                    thresholds_.begin());
  // Keras computes the place among evenly spaced thresholds: rounding decides at the thresholds themselves.
  const float scaled = std::clamp(prediction, 0.0f, 1.0f) * static_cast<float>(thresholds_.size() - 1);
  return static_cast<std::size_t>(std::max(std::ceil(scaled) - 1, 0.0f)) + 1;
}

void AUC::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const NoGrad no_grad;
  const Tensor predictions = options_.from_logits ? sigmoid(y_pred) : y_pred;
  const Samples samples = read_samples(name(), y_true, predictions, sample_weight);
  const std::size_t labels = options_.multi_label ? static_cast<std::size_t>(y_pred.shape().back()) : 1;
  State& state = *state_;
  if (state.positives.empty())
    state.positives = state.negatives =
        std::vector<std::vector<double>>(labels, std::vector<double>(thresholds_.size() + 1, 0.0));
  check(state.positives.size() == labels, "[", name(), "] expected ", state.positives.size(),
        " labels as before, received ", labels);
  for (std::size_t i = 0; i < samples.truth.size(); ++i) {
    auto& cells = samples.truth[i] > 0 ? state.positives : state.negatives;
    cells[i % labels][bucket_of(samples.prediction[i])] +=
        samples.weight.empty() ? 1.0 : static_cast<double>(samples.weight[i]);
  }
}

namespace {
/// Sums of the buckets above each threshold, and of those not above.
void cumulate(const std::vector<double>& buckets, std::vector<double>& above, std::vector<double>& below) {
  double total = 0;
  for (const double each : buckets) total += each;
  double under = 0;
  for (std::size_t t = 0; t + 1 < buckets.size(); ++t) {
    under += buckets[t];
    below.push_back(under);
    above.push_back(total - under);
  }
}

double interpolated_precision_recall(const Counts& c) {
  double area = 0;
  for (std::size_t i = 0; i + 1 < c.true_positives.size(); ++i) {
    const double d_true = c.true_positives[i] - c.true_positives[i + 1];
    const double p = c.true_positives[i] + c.false_positives[i];
    const double p_next = c.true_positives[i + 1] + c.false_positives[i + 1];
    const double slope = p - p_next > 0 ? d_true / (p - p_next) : 0;
    const double intercept = c.true_positives[i + 1] - slope * p_next;
    const double log_ratio = p > 0 && p_next > 0 ? std::log(p / p_next) : 0;
    const double positives = c.true_positives[i + 1] + c.false_negatives[i + 1];
    if (positives > 0) area += slope * (d_true + intercept * log_ratio) / positives;
  }
  return area;
}
}  // namespace

double AUC::area(const Counts& counts) const {
  const bool roc = options_.curve == "ROC";
  if (!roc && options_.summation_method == "interpolation") return interpolated_precision_recall(counts);
  const std::vector<double> recall = ratio(counts.true_positives, counts.false_negatives);
  const std::vector<double> x = roc ? ratio(counts.false_positives, counts.true_negatives) : recall;
  const std::vector<double> y = roc ? recall : ratio(counts.true_positives, counts.false_positives);
  double area = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double height = options_.summation_method == "interpolation" ? (y[i] + y[i + 1]) / 2
                          : options_.summation_method == "minoring"    ? std::min(y[i], y[i + 1])
                                                                       : std::max(y[i], y[i + 1]);
    area += (x[i] - x[i + 1]) * height;
  }
  return area;
}

Tensor AUC::result() const {
  double total = 0, weights = 0;
  for (std::size_t label = 0; label < state_->positives.size(); ++label) {
    Counts counts;
    cumulate(state_->positives[label], counts.true_positives, counts.false_negatives);
    cumulate(state_->negatives[label], counts.false_positives, counts.true_negatives);
    const double weight = options_.label_weights ? options_.label_weights->at(label) : 1;
    total += weight * area(counts);
    weights += weight;
  }
  return scalar(weights == 0 ? 0 : total / weights);
}

ConfusionMatrix::ConfusionMatrix(Options options)
    : Metric(options.name), options_(std::move(options)), cells_(std::make_shared<std::vector<std::int64_t>>()) {
  check(options_.num_classes > 0, "[ConfusionMatrix] expected num_classes > 0, received ", options_.num_classes);
  ConfusionMatrix::reset_state();
}
void ConfusionMatrix::reset_state() { cells_->clear(); }  // made when the first samples come
std::vector<double> ConfusionMatrix::state() const { return {cells_->begin(), cells_->end()}; }
void ConfusionMatrix::set_state(const std::vector<double>& numbers) {
  const auto classes = static_cast<std::size_t>(options_.num_classes);
  if (!numbers.empty()) check_state(numbers, classes * classes);
  cells_->assign(numbers.begin(), numbers.end());
}
Config ConfusionMatrix::config() const { return write_config(options_); }

void ConfusionMatrix::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor&) {
  const NoGrad no_grad;
  const std::int64_t classes = options_.num_classes;
  check(y_pred.rank() == 2 && y_pred.shape().back() == classes, "[", name(), "] expected y_pred of shape (samples, ",
        classes, "), received ", y_pred.shape());
  const bool one_hot = y_true.shape() == y_pred.shape() && classes > 1;
  const Tensor labels = check_labels(one_hot ? argmax(y_true) : y_true, y_pred.shape(), name());
  const auto truth = labels.to_vector<std::int64_t>(), predicted = argmax(y_pred).to_vector<std::int64_t>();
  if (cells_->empty()) cells_->assign(static_cast<std::size_t>(classes * classes), 0);
  for (std::size_t i = 0; i < truth.size(); ++i)
    ++(*cells_)[static_cast<std::size_t>(truth[i] * classes + predicted[i])];
}

Tensor ConfusionMatrix::result() const {
  const Shape shape{options_.num_classes, options_.num_classes};
  return cells_->empty() ? zeros(shape, int64) : from_vector(*cells_, shape);
}

}  // namespace linnet::metrics
