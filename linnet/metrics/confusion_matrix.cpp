#include "linnet/metrics/confusion_matrix.h"

#include <cmath>
#include <numeric>

#include "linnet/base/warning.h"
#include "linnet/metrics/fields.h"
#include "linnet/metrics/matching.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"

namespace linnet::metrics {

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

OverlapMetric::OverlapMetric(std::string name, OverlapPlan plan)
    : Metric(std::move(name)), plan_(std::move(plan)), cells_(std::make_shared<std::vector<double>>()) {
  const std::int64_t classes = plan_.num_classes;
  check(classes > 0 && classes <= 1 << 15, "[", this->name(), "] expected num_classes from 1 to ", 1 << 15,
        ", received ", classes);
  check(!plan_.classes.empty(), "[", this->name(), "] expected target_class_ids, received none");
  for (const std::int64_t id : plan_.classes)
    check(id >= 0 && id < classes, "[", this->name(), "] expected target_class_ids from 0 to ", classes - 1,
          ", received ", id);
  OverlapMetric::reset_state();
}

void OverlapMetric::reset_state() {
  cells_->assign(static_cast<std::size_t>(plan_.num_classes * plan_.num_classes), 0.0);
}

void OverlapMetric::set_state(const std::vector<double>& numbers) {
  check_state(numbers, cells_->size());
  *cells_ = numbers;
}

namespace {
/// The weight of each label; whole numbers where the sums are.
std::vector<double> weights_of(const std::string& who, const Tensor& sample_weight, std::size_t labels, DType dtype) {
  if (!sample_weight.defined()) return std::vector<double>(labels, 1.0);
  std::vector<double> weights = sample_weight.to_vector<double>();
  if (sample_weight.rank() == 0) weights.assign(labels, weights[0]);
  check(weights.size() == labels, "[", who, "] expected a sample_weight for each of the ", labels,
        " labels, received one of shape ", sample_weight.shape());
  if (is_floating(dtype)) return weights;
  for (double& weight : weights) {
    if (weight != std::trunc(weight))
      warn(concat("[", who, "] drops fractions of sample weights, as its dtype is ", dtype,
                  "; give it .dtype = float32 to keep them"));
    weight = std::trunc(weight);
  }
  return weights;
}
}  // namespace

void OverlapMetric::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const NoGrad no_grad;
  const auto& [classes, ids, ignored, sparse_y_true, sparse_y_pred, axis, dtype, threshold] = plan_;
  const auto truth = (sparse_y_true ? y_true : argmax(y_true, axis)).to(int64).to_vector<std::int64_t>();
  const Tensor predictions = threshold       ? greater_equal(y_pred, *threshold)
                             : sparse_y_pred ? y_pred
                                             : argmax(y_pred, axis);
  const auto predicted = predictions.to(int64).to_vector<std::int64_t>();
  check(truth.size() == predicted.size(), "[", name(),
        "] expected a label for each prediction, received y_true of shape ", y_true.shape(), " and y_pred of shape ",
        y_pred.shape());
  const std::vector<double> weights = weights_of(name(), sample_weight, truth.size(), dtype);
  std::vector<double> cells = *cells_;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (ignored && truth[i] == *ignored) continue;
    for (const std::int64_t label : {truth[i], predicted[i]})
      check(label >= 0 && label < classes, "[", name(), "] expected classes from 0 to ", classes - 1, ", received ",
            label, "; probabilities need sparse_y_pred = false or a threshold (OneHotIoU, BinaryIoU)");
    cells[static_cast<std::size_t>(truth[i] * classes + predicted[i])] += weights[i];
  }
  *cells_ = std::move(cells);
}

Tensor OverlapMetric::result() const {
  const auto classes = static_cast<std::size_t>(plan_.num_classes);
  double total = 0, occurring = 0;
  for (const std::int64_t each : plan_.classes) {
    const auto id = static_cast<std::size_t>(each);
    const double both = (*cells_)[id * classes + id];
    double either = -both;
    for (std::size_t other = 0; other < classes; ++other)
      either += (*cells_)[id * classes + other] + (*cells_)[other * classes + id];
    total += both / (either + loss_epsilon);
    occurring += either > 1e-9 ? 1 : 0;
  }
  return scalar(total / (occurring + loss_epsilon));
}

namespace {
std::vector<std::int64_t> all_classes(std::int64_t count) {
  check(count > 0 && count <= 1 << 15, "[MeanIoU] expected num_classes from 1 to ", 1 << 15, ", received ", count);
  std::vector<std::int64_t> ids(static_cast<std::size_t>(count));
  std::iota(ids.begin(), ids.end(), 0);
  return ids;
}
}  // namespace

IoU::IoU(Options o)
    : OverlapMetric(o.name, {o.num_classes, o.target_class_ids, o.ignore_class, o.sparse_y_true, o.sparse_y_pred,
                             o.axis, o.dtype}),
      options_(std::move(o)) {}
Config IoU::config() const { return write_config(options_); }

MeanIoU::MeanIoU(Options o)
    : OverlapMetric(o.name, {o.num_classes, all_classes(o.num_classes), o.ignore_class, o.sparse_y_true,
                             o.sparse_y_pred, o.axis, o.dtype}),
      options_(std::move(o)) {}
Config MeanIoU::config() const { return write_config(options_); }

OneHotIoU::OneHotIoU(Options o)
    : OverlapMetric(o.name,
                    {o.num_classes, o.target_class_ids, o.ignore_class, false, o.sparse_y_pred, o.axis, o.dtype}),
      options_(std::move(o)) {}
Config OneHotIoU::config() const { return write_config(options_); }

OneHotMeanIoU::OneHotMeanIoU(Options o)
    : OverlapMetric(
          o.name, {o.num_classes, all_classes(o.num_classes), o.ignore_class, false, o.sparse_y_pred, o.axis, o.dtype}),
      options_(std::move(o)) {}
Config OneHotMeanIoU::config() const { return write_config(options_); }

BinaryIoU::BinaryIoU(Options o)
    : OverlapMetric(o.name, {2, o.target_class_ids, {}, true, true, -1, o.dtype, o.threshold}),
      options_(std::move(o)) {}
Config BinaryIoU::config() const { return write_config(options_); }

}  // namespace linnet::metrics
