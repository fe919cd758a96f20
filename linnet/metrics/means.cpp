#include "linnet/metrics/means.h"

#include <cmath>

#include "linnet/base/fields.h"
#include "linnet/metrics/fields.h"
#include "linnet/metrics/matching.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"

namespace linnet::metrics {

Value to_value(const CorrelationAxes& axes) {
  return axes.list.size() == 1 ? Value(axes.list[0]) : linnet::to_value(axes.list);
}
void from_value(const Value& value, CorrelationAxes& axes) {
  if (value.is_list()) return linnet::from_value(value, axes.list);
  axes = static_cast<int>(value.as_int());
}

Tensor MeanMetric::result() const { return scalar(sums_->count == 0 ? 0 : sums_->total / sums_->count); }
std::vector<double> MeanMetric::state() const { return {sums_->total, sums_->count}; }
void MeanMetric::set_state(const std::vector<double>& numbers) {
  check_state(numbers, 2);
  *sums_ = {numbers[0], numbers[1]};
}
Config MeanMetric::config() const { return metric_config({{"name", name()}}); }

namespace {
/// Values of samples, each times its weight. Values with more axes than the weight are reduced over these first.
struct Weighted {
  Tensor products, weight;
};
using ReduceFunction = Tensor (*)(const Tensor&, const Axes&, bool keepdims);
Weighted weighted(const std::string& who, const Tensor& all, const Tensor& sample_weight, ReduceFunction reduce) {
  Tensor given = sample_weight.to(float32);
  if (const Tensor mask = all.mask(); mask.defined()) {
    const auto [a, b] = match_ranks(given, mask.to(float32));
    given = a * b;
  }
  auto [values, weight] = match_ranks(all.to(float32), given);
  std::vector<int> inner;
  for (int axis = weight.rank(); axis < values.rank(); ++axis) inner.push_back(axis);
  if (!inner.empty()) values = reduce(values, Axes(inner), false);
  check_weight(values, weight, who);
  weight = broadcast_to(weight, values.shape());
  return {values * weight, weight};
}

/// The sum over samples of the mean over each.
double sum_of_means(const Tensor& values) {
  const double each = values.rank() == 0 || values.shape()[0] == 0
                          ? 1
                          : static_cast<double>(values.size()) / static_cast<double>(values.shape()[0]);
  return sum(values).item() / each;
}
}  // namespace

void MeanMetric::add(const Tensor& values, const Tensor& sample_weight) {
  const NoGrad no_grad;
  if (!sample_weight.defined()) {
    sums_->total += sum_of_means(values);
    sums_->count += values.rank() == 0 ? 1 : static_cast<double>(values.shape()[0]);
    return;
  }
  const auto [products, weight] = weighted(name(), values, sample_weight, mean);
  sums_->total += sum_of_means(products);
  sums_->count += sum_of_means(weight);
}

namespace {
void check_alone(const Metric& metric, const Tensor& second) {
  check(!second.defined(), "[", metric.name(),
        "] expected update_state(values, {}, sample_weight), received a second tensor");
}
}  // namespace

void Mean::update_state(const Tensor& values, const Tensor& none, const Tensor& sample_weight) {
  check_alone(*this, none);
  add(values, sample_weight);
}
void Sum::update_state(const Tensor& values, const Tensor& none, const Tensor& sample_weight) {
  const NoGrad no_grad;
  check_alone(*this, none);
  sums().total += sum(sample_weight.defined() ? weighted(name(), values, sample_weight, sum).products : values).item();
}
Tensor Sum::result() const { return scalar(sums().total); }

namespace {
/// Keras casts to the metric's dtype.
Tensor as_numbers(const Tensor& y_pred) { return is_floating(y_pred.dtype()) ? y_pred : y_pred.to(float32); }
}  // namespace

Tensor FunctionMetric::values(const Tensor& y_true, const Tensor& y_pred) const {
  const NoGrad no_grad;
  return function_(y_true, as_numbers(y_pred)).to(float32);
}

void FunctionMetric::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const NoGrad no_grad;
  const Tensor values = function_(y_true, as_numbers(y_pred)), mask = y_pred.mask();
  if (!mask.defined()) return add(values, sample_weight);
  if (!sample_weight.defined()) return add(values, mask.to(float32));
  const auto [a, b] = match_ranks(mask.to(float32), sample_weight.to(float32));
  add(values, a * b);
}

namespace {
/// Both of one shape; class numbers and truth values are compared as floats.
std::pair<Tensor, Tensor> match_shapes(const Tensor& y_true, const Tensor& y_pred, const char* who) {
  const auto [a, b] = match_ranks(y_true, y_pred);
  check(a.shape() == b.shape(), "[", who, "] expected y_true of y_pred's shape ", y_pred.shape(), ", received ",
        y_true.shape());
  return {a, b};
}
}  // namespace

Tensor accuracy(const Tensor& y_true, const Tensor& y_pred) {
  const auto [a, b] = match_shapes(y_true, y_pred, "accuracy");
  return equal(a, b);
}

Tensor categorical_accuracy(const Tensor& y_true, const Tensor& y_pred) {
  const auto [a, b] = match_shapes(y_true, y_pred, "categorical_accuracy");
  return equal(argmax(a), argmax(b));
}

namespace {
Tensor class_numbers(const Tensor& y_true, const Tensor& y_pred, const char* who) {
  const Tensor labels = y_true.rank() == y_pred.rank() && y_true.shape().back() == 1 ? squeeze(y_true, -1) : y_true;
  check(y_pred.rank() >= 1 && labels.shape() == y_pred.shape().slice(0, y_pred.rank() - 1), "[", who,
        "] expected one class number for each prediction of shape ", y_pred.shape(), ", received y_true of shape ",
        y_true.shape());
  return labels.to(int64);
}
}  // namespace

Tensor sparse_categorical_accuracy(const Tensor& y_true, const Tensor& y_pred) {
  return equal(argmax(y_pred), class_numbers(y_true, y_pred, "sparse_categorical_accuracy"));
}

Tensor sparse_top_k_categorical_accuracy(const Tensor& y_true, const Tensor& y_pred, std::int64_t k) {
  const Tensor labels = class_numbers(y_true, y_pred, "sparse_top_k_categorical_accuracy");
  const Tensor of_truth = take_along_axis(y_pred, expand_dims(labels, -1), -1);
  // What is not a number is above every other, and no hit.
  return less(sum(logical_not(less_equal(y_pred, of_truth)), -1), static_cast<double>(k));
}

void RootMeanSquaredError::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const NoGrad no_grad;
  const auto [target, x] = match_shapes(y_true, as_numbers(y_pred), class_name_of);
  add(square(x - target.to(x.dtype())), sample_weight);
}
Tensor RootMeanSquaredError::result() const { return sqrt(MeanMetric::result()); }

CosineSimilarity::CosineSimilarity(Options options)
    : FunctionMetric(options.name, [axis = options.axis](const Tensor& y_true, const Tensor& y_pred) {
        const auto [target, x] = match_shapes(y_true.to(y_pred.dtype()), y_pred, class_name_of);
        auto unit = [&](const Tensor& v) { return v * rsqrt(maximum(sum(square(v), axis, true), 1e-14)); };
        return sum(unit(target) * unit(x), axis);
      }) {}

PearsonCorrelation::PearsonCorrelation(Options options)
    : FunctionMetric(options.name,
                     [axis = Axes(options.axis.list)](const Tensor& y_true, const Tensor& y_pred) {
                       const auto [target, x] = match_shapes(y_true.to(y_pred.dtype()), y_pred, class_name_of);
                       auto standardized = [&](const Tensor& v) {
                         return (v - mean(v, axis, true)) / (stddev(v, axis, true) + loss_epsilon);
                       };
                       return mean(standardized(target) * standardized(x), axis);
                     }),
      options_(std::move(options)) {}
Config PearsonCorrelation::config() const { return metric_config(write_config(options_)); }

ConcordanceCorrelation::ConcordanceCorrelation(Options options)
    : FunctionMetric(options.name,
                     [axis = Axes(options.axis.list)](const Tensor& y_true, const Tensor& y_pred) {
                       const auto [target, x] = match_shapes(y_true.to(y_pred.dtype()), y_pred, class_name_of);
                       const Tensor center = mean(target, axis, true), other = mean(x, axis, true);
                       // Shifting y_true by the mean of y_pred instead of its own changes nothing in the sum: as Keras.
                       const Tensor product = (target - other) * (x - other);
                       const Tensor norm =
                           variance(target, axis, true) + variance(x, axis, true) + square(center - other);
                       return mean(2.0 * product / (norm + loss_epsilon), axis);
                     }),
      options_(std::move(options)) {}
Config ConcordanceCorrelation::config() const { return metric_config(write_config(options_)); }

BinaryAccuracy::BinaryAccuracy(Options options)
    : FunctionMetric(options.name,
                     [threshold = options.threshold](const Tensor& y_true, const Tensor& y_pred) {
                       const auto [target, x] = match_shapes(y_true, y_pred, class_name_of);
                       return mean(equal(target, greater(x, threshold).to(target.dtype())).to(float32), -1);
                     }),
      options_(std::move(options)) {
  check(options_.threshold > 0 && options_.threshold < 1, "[BinaryAccuracy] expected threshold in (0, 1), received ",
        options_.threshold);
}
Config BinaryAccuracy::config() const { return metric_config(write_config(options_)); }

TopKCategoricalAccuracy::TopKCategoricalAccuracy(Options options)
    : FunctionMetric(options.name,
                     [k = options.k](const Tensor& y_true, const Tensor& y_pred) {
                       const auto [target, x] = match_shapes(y_true, y_pred, class_name_of);
                       return sparse_top_k_categorical_accuracy(argmax(target), x, k);
                     }),
      options_(std::move(options)) {}
Config TopKCategoricalAccuracy::config() const { return metric_config(write_config(options_)); }

SparseTopKCategoricalAccuracy::SparseTopKCategoricalAccuracy(Options options)
    : FunctionMetric(options.name,
                     [k = options.k](const Tensor& y_true, const Tensor& y_pred) {
                       return sparse_top_k_categorical_accuracy(y_true, y_pred, k);
                     }),
      options_(std::move(options)) {}
Config SparseTopKCategoricalAccuracy::config() const { return metric_config(write_config(options_)); }

namespace {
FunctionMetric::Function values_of(std::shared_ptr<Loss> loss) {
  return [loss = std::move(loss)](const Tensor& y_true, const Tensor& y_pred) { return loss->call(y_true, y_pred); };
}
template <class Options>
std::shared_ptr<Loss> loss_of(const char* class_name, const Options& options) {
  return Loss::from_config(object_config(class_name, write_config(options)));
}
}  // namespace

FunctionMetric::Function detail::values_of_loss(const char* name) { return values_of(Loss::get(name)); }

BinaryCrossentropy::BinaryCrossentropy(Options options)
    : FunctionMetric(options.name, values_of(loss_of(class_name_of, options))), options_(std::move(options)) {}
Config BinaryCrossentropy::config() const { return metric_config(write_config(options_)); }

CategoricalCrossentropy::CategoricalCrossentropy(Options options)
    : FunctionMetric(options.name, values_of(loss_of(class_name_of, options))), options_(std::move(options)) {}
Config CategoricalCrossentropy::config() const { return metric_config(write_config(options_)); }

SparseCategoricalCrossentropy::SparseCategoricalCrossentropy(Options options)
    : FunctionMetric(options.name, values_of(loss_of(class_name_of, options))), options_(std::move(options)) {}
Config SparseCategoricalCrossentropy::config() const { return metric_config(write_config(options_)); }

}  // namespace linnet::metrics
