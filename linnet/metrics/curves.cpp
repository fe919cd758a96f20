#include "linnet/metrics/curves.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "linnet/base/class_table.h"
#include "linnet/metrics/fields.h"
#include "linnet/metrics/matching.h"
#include "linnet/ops/nn.h"
#include "linnet/tensor/autograd.h"

namespace linnet::metrics {

namespace {
/// `inner` thresholds between 0 and 1, which are moved outwards by `margin`.
ThresholdRow row_of(const std::vector<double>& inner, bool evenly_spaced, double margin) {
  ThresholdRow row{{static_cast<float>(-margin)}, evenly_spaced, margin > 0};
  for (const double threshold : inner) row.values.push_back(static_cast<float>(threshold));
  row.values.push_back(static_cast<float>(1 + margin));
  return row;
}

std::vector<double> evenly_between(std::int64_t count) {
  check(count <= 1'000'000, "[metrics] expected num_thresholds up to 1000000, received ", count);
  std::vector<double> inner;
  for (std::int64_t i = 1; i < count - 1; ++i) inner.push_back(static_cast<double>(i) / static_cast<double>(count - 1));
  return inner;
}

/// As NumPy's allclose, with which Keras decides it.
bool are_evenly_spaced(const std::vector<double>& inner) {
  const auto last = static_cast<double>(inner.size() + 1);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    const double even = static_cast<double>(i + 1) / last;
    if (std::abs(inner[i] - even) > 1e-7 + 1e-5 * even) return false;
  }
  return !inner.empty();
}

/// Adds samples to the buckets of their labels, which take turns.
void add(const Samples& samples, const ThresholdRow& thresholds, const std::optional<std::vector<double>>& weights,
         std::span<Buckets> labels) {
  for (std::size_t i = 0; i < samples.truth.size(); ++i) {
    Buckets& buckets = labels[i % labels.size()];
    auto& cells = samples.truth[i] > 0 ? buckets.positives : buckets.negatives;
    cells[thresholds.below(samples.prediction[i])] +=
        samples.weight_at(i) * (weights ? (*weights)[i % weights->size()] : 1.0);
  }
}

Buckets empty_buckets(const ThresholdRow& thresholds) {
  const std::vector<double> none(thresholds.values.size() + 1, 0.0);
  return {none, none};
}

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
}  // namespace

std::size_t ThresholdRow::below(float prediction) const {
  if (!evenly_spaced)
    return static_cast<std::size_t>(std::lower_bound(values.begin(), values.end(), prediction) - values.begin());
  // Keras computes the place among evenly spaced thresholds: rounding decides at the thresholds themselves.
  const float scaled = std::clamp(prediction, 0.0f, 1.0f) * static_cast<float>(values.size() - 1);
  return static_cast<std::size_t>(std::max(std::ceil(scaled), all_above_first ? 1.0f : 0.0f));
}

Counts Buckets::counts() const {
  Counts counts;
  cumulate(positives, counts.true_positives, counts.false_negatives);
  cumulate(negatives, counts.false_positives, counts.true_negatives);
  return counts;
}

namespace {
/// The name that is the same without regard to case, or what was given.
std::string canonical(const std::string& given, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (linnet::detail::plain_name(name) == linnet::detail::plain_name(given)) return name;
  return given;
}
}  // namespace

AUC::AUC(Options options)
    : Metric(options.name), options_(std::move(options)), labels_(std::make_shared<std::vector<Buckets>>()) {
  options_.curve = canonical(options_.curve, {"ROC", "PR", "PRGAIN"});
  options_.summation_method = canonical(options_.summation_method, {"interpolation", "minoring", "majoring"});
  const auto& [n, curve, method, given, multi_label, labels, weights, logits, name] = options_;
  check(curve == "ROC" || curve == "PR" || curve == "PRGAIN",
        "[AUC] expected curve \"ROC\", \"PR\" or \"PRGAIN\", received \"", curve, "\"");
  check(method == "interpolation" || method == "minoring" || method == "majoring",
        "[AUC] expected summation_method \"interpolation\", \"minoring\" or \"majoring\", received \"", method, "\"");
  check(given || n > 1, "[AUC] expected num_thresholds from 2 to 1000000, received ", n);
  check(!weights || !weights->empty(), "[AUC] expected label_weights for each label, received none");
  std::vector<double> inner = given ? *given : evenly_between(n);
  std::sort(inner.begin(), inner.end());
  check(inner.empty() || (inner.front() >= 0 && inner.back() <= 1), "[AUC] expected thresholds from 0 to 1, received ",
        linnet::to_value(inner));
  thresholds_ = row_of(inner, !given || are_evenly_spaced(inner), 1e-7);
  if (given) options_.num_thresholds = static_cast<std::int64_t>(inner.size()) + 2;
}

Config AUC::config() const { return metric_config(write_config(options_)); }
void AUC::reset_state() { labels_->clear(); }  // made when the first samples come

std::vector<double> AUC::state() const {
  std::vector<double> numbers{static_cast<double>(labels_->size())};  // labels, then both lists of each
  for (const Buckets& label : *labels_)
    for (const auto* list : {&label.positives, &label.negatives})
      numbers.insert(numbers.end(), list->begin(), list->end());
  return numbers;
}

void AUC::set_state(const std::vector<double>& numbers) {
  const std::size_t size = thresholds_.values.size() + 1, lists = numbers.empty() ? 0 : (numbers.size() - 1) / size;
  check_state(numbers, 1 + lists * size);
  check(lists % 2 == 0 && numbers[0] * 2 == static_cast<double>(lists), "[", name(), "] expected two lists a label");
  std::vector<Buckets> fresh(lists / 2);
  for (std::size_t i = 0; i < lists; ++i) {
    const auto first = numbers.begin() + static_cast<std::ptrdiff_t>(1 + i * size);
    auto& list = i % 2 == 0 ? fresh[i / 2].positives : fresh[i / 2].negatives;
    list.assign(first, first + static_cast<std::ptrdiff_t>(size));
  }
  *labels_ = std::move(fresh);
}

void AUC::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const NoGrad no_grad;
  const auto& [n, curve, method, given, multi_label, wanted, weights, logits, name] = options_;
  const Samples samples = read_samples(this->name(), y_true, logits ? sigmoid(y_pred) : y_pred, sample_weight);
  const std::size_t last = y_pred.rank() == 0 ? 1 : static_cast<std::size_t>(y_pred.shape().back());
  const std::size_t expected = wanted ? static_cast<std::size_t>(*wanted) : weights ? weights->size() : last;
  check(expected == last || (!multi_label && !weights), "[", this->name(), "] expected ", expected,
        " labels in the last axis, received y_pred of shape ", y_pred.shape());
  if (labels_->empty()) labels_->assign(multi_label ? last : 1, empty_buckets(thresholds_));
  check(!multi_label || labels_->size() == last, "[", this->name(), "] expected ", labels_->size(),
        " labels as before, received ", last);
  add(samples, thresholds_, multi_label ? std::nullopt : weights, *labels_);
}

namespace {
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

/// A point for each threshold.
struct Curve {
  std::vector<double> x, y;
};

/// Recall gain and precision gain; where there is no true positive they are 0 and 1, and recall gain is never below 0.
Curve gains_of(const Counts& c) {
  Curve curve;
  for (std::size_t i = 0; i < c.true_positives.size(); ++i) {
    const double found = c.true_positives[i], positives = found + c.false_negatives[i],
                 negatives = c.true_negatives[i] + c.false_positives[i];
    const double scale = negatives == 0 || found == 0 ? 0 : positives / negatives / found;
    curve.x.push_back(found == 0 ? 0 : std::max(0.0, 1 - scale * c.false_negatives[i]));
    curve.y.push_back(1 - scale * c.false_positives[i]);
  }
  return curve;
}

Curve curve_of(const std::string& name, const Counts& c) {
  if (name == "PRGAIN") return gains_of(c);
  const std::vector<double> recall = ratio(c.true_positives, c.false_negatives);
  if (name == "ROC") return {ratio(c.false_positives, c.true_negatives), recall};
  return {recall, ratio(c.true_positives, c.false_positives)};
}
}  // namespace

double AUC::area(const Counts& counts) const {
  if (options_.curve == "PR" && options_.summation_method == "interpolation")
    return interpolated_precision_recall(counts);
  const auto& [x, y] = curve_of(options_.curve, counts);
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
  for (std::size_t label = 0; label < labels_->size(); ++label) {
    const bool weighted = options_.multi_label && options_.label_weights;
    const double weight = weighted ? options_.label_weights->at(label) : 1;
    total += weight * area((*labels_)[label].counts());
    weights += weight;
  }
  return scalar(weights == 0 ? 0 : total / weights);
}

namespace {
ThresholdRow row_of(const std::string& who, std::int64_t count) {
  check(count >= 1, "[", who, "] expected num_thresholds >= 1, received ", count);
  if (count == 1) return {{0.5f}, false, false};
  return row_of(evenly_between(count), true, 0);
}
}  // namespace

RateAtRate::RateAtRate(std::string name, double at_least, std::int64_t num_thresholds,
                       std::optional<std::int64_t> class_id)
    : Metric(std::move(name)),
      at_least_(at_least),
      class_id_(class_id),
      thresholds_(row_of(this->name(), num_thresholds)),
      buckets_(std::make_shared<Buckets>(empty_buckets(thresholds_))) {
  check(at_least >= 0 && at_least <= 1, "[", this->name(), "] expected a rate from 0 to 1 to keep, received ",
        at_least);
}

void RateAtRate::reset_state() { *buckets_ = empty_buckets(thresholds_); }

std::vector<double> RateAtRate::state() const {
  std::vector<double> numbers = buckets_->positives;
  numbers.insert(numbers.end(), buckets_->negatives.begin(), buckets_->negatives.end());
  return numbers;
}

void RateAtRate::set_state(const std::vector<double>& numbers) {
  const std::size_t size = thresholds_.values.size() + 1;
  check_state(numbers, 2 * size);
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(size);
  *buckets_ = {{numbers.begin(), middle}, {middle, numbers.end()}};
}

void RateAtRate::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const NoGrad no_grad;
  add(read_samples(name(), y_true, y_pred, sample_weight, class_id_), thresholds_, std::nullopt, {buckets_.get(), 1});
}

Tensor RateAtRate::best(const std::vector<double>& rates, const std::vector<double>& constrained) const {
  double largest = 0;
  for (std::size_t i = 0; i < rates.size(); ++i)  // in float32, as Keras compares them
    if (static_cast<float>(constrained[i]) >= static_cast<float>(at_least_)) largest = std::max(largest, rates[i]);
  return scalar(largest);
}

namespace {
std::vector<double> sensitivity(const Counts& c) { return ratio(c.true_positives, c.false_negatives); }
std::vector<double> specificity(const Counts& c) { return ratio(c.true_negatives, c.false_positives); }
std::vector<double> precision(const Counts& c) { return ratio(c.true_positives, c.false_positives); }
}  // namespace

#define LINNET_RATE_AT_RATE(Name, at_least, rate, constrained)                                \
  Name::Name(Options options)                                                                 \
      : RateAtRate(options.name, options.at_least, options.num_thresholds, options.class_id), \
        options_(std::move(options)) {}                                                       \
  Tensor Name::result() const {                                                               \
    const Counts all = counts();                                                              \
    return best(rate(all), constrained(all));                                                 \
  }                                                                                           \
  Config Name::config() const { return metric_config(write_config(options_)); }
LINNET_RATE_AT_RATE(SensitivityAtSpecificity, specificity, sensitivity, specificity)
LINNET_RATE_AT_RATE(SpecificityAtSensitivity, sensitivity, specificity, sensitivity)
LINNET_RATE_AT_RATE(PrecisionAtRecall, recall, precision, sensitivity)
LINNET_RATE_AT_RATE(RecallAtPrecision, precision, sensitivity, precision)
#undef LINNET_RATE_AT_RATE

}  // namespace linnet::metrics
