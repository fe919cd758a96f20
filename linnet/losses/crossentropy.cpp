#include "linnet/losses/crossentropy.h"

#include "linnet/losses/fields.h"
#include "linnet/losses/targets.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {

namespace {
void check_smoothing(const char* who, double smoothing) {
  check(smoothing >= 0 && smoothing <= 1, "[", who, "] expected label_smoothing from 0 to 1, received ", smoothing);
}

Tensor smooth(const Tensor& y_true, double smoothing, double classes) {
  return smoothing == 0 ? y_true : y_true * (1 - smoothing) + smoothing / classes;
}

Tensor clip_probability(const Tensor& p) { return clip(p, loss_epsilon, 1 - loss_epsilon); }

/// The probabilities of several classes, made to sum to 1 along `axis`.
Tensor normalized(const Tensor& p, int axis) { return clip_probability(p / sum(p, axis, true)); }

Tensor binary_crossentropy(const Tensor& target, const Tensor& probability) {
  const Tensor p = clip_probability(probability);
  return -(target * log(p) + (1.0 - target) * log(1.0 - p));
}

std::pair<Tensor, Tensor> match_classes(const Tensor& y_true, const Tensor& y_pred, const char* who) {
  check(y_true.shape() == y_pred.shape(), "[", who, "] expected y_true of y_pred's shape ", y_pred.shape(),
        ", one-hot, received ", y_true.shape(), "; class numbers go with SparseCategoricalCrossentropy");
  return match_targets(y_true, y_pred, who);
}
}  // namespace

BinaryCrossentropy::BinaryCrossentropy(Options options)
    : Loss(options.name, options.reduction), options_(std::move(options)) {
  check_smoothing(class_name_of, options_.label_smoothing);
}

Tensor BinaryCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
  auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  target = smooth(target, options_.label_smoothing, 2);
  // -(t log σ(x) + (1 - t) log(1 - σ(x))) = softplus(x) - t x
  return mean(options_.from_logits ? softplus(x) - target * x : binary_crossentropy(target, x), options_.axis);
}
Config BinaryCrossentropy::config() const { return write_config(options_); }

CategoricalCrossentropy::CategoricalCrossentropy(Options options)
    : Loss(options.name, options.reduction), options_(std::move(options)) {
  check_smoothing(class_name_of, options_.label_smoothing);
}

Tensor CategoricalCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
  auto [target, x] = match_classes(y_true, y_pred, class_name_of);
  const int axis = normalize_axis(options_.axis, x.rank(), class_name_of);
  target = smooth(target, options_.label_smoothing, static_cast<double>(x.shape().back()));
  return -sum(target * (options_.from_logits ? log_softmax(x, axis) : log(normalized(x, axis))), axis);
}
Config CategoricalCrossentropy::config() const { return write_config(options_); }

Tensor SparseCategoricalCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
  const Tensor x = move_to_end(y_pred, options_.axis);
  const std::int64_t* ignored = options_.ignore_class ? &*options_.ignore_class : nullptr;
  Tensor labels = check_labels(y_true, x.shape(), class_name_of, ignored), valid;
  if (ignored != nullptr) {
    valid = not_equal(labels, static_cast<double>(*ignored));
    labels = where(valid, labels, 0.0).to(int64);
  }
  Tensor values = options_.from_logits
                      ? sparse_softmax_cross_entropy(labels, x)
                      : -log(squeeze(take_along_axis(normalized(x, -1), expand_dims(labels, -1), -1), -1));
  return ignored == nullptr ? values : where(valid, values, 0.0).with_mask(valid);
}
Config SparseCategoricalCrossentropy::config() const { return write_config(options_); }

BinaryFocalCrossentropy::BinaryFocalCrossentropy(Options options)
    : Loss(options.name, options.reduction), options_(std::move(options)) {
  check_smoothing(class_name_of, options_.label_smoothing);
}

Tensor BinaryFocalCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
  auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  target = smooth(target, options_.label_smoothing, 2);
  const Tensor p = options_.from_logits ? sigmoid(x) : x;
  const Tensor truth = target * p + (1.0 - target) * (1.0 - p);
  Tensor values = power(1.0 - truth, options_.gamma) * binary_crossentropy(target, p);
  if (options_.apply_class_balancing)
    values = values * (target * options_.alpha + (1.0 - target) * (1 - options_.alpha));
  return mean(values, options_.axis);
}
Config BinaryFocalCrossentropy::config() const { return write_config(options_); }

Value to_value(const ClassFactors& factors) {
  return factors.list.size() == 1 ? Value(factors.list[0]) : linnet::to_value(factors.list);
}
void from_value(const Value& value, ClassFactors& factors) {
  if (value.is_list()) return from_value(value, factors.list);
  factors = value.as_double();
}

CategoricalFocalCrossentropy::CategoricalFocalCrossentropy(Options options)
    : Loss(options.name, options.reduction), options_(std::move(options)) {
  check_smoothing(class_name_of, options_.label_smoothing);
}

Tensor CategoricalFocalCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
  auto [target, x] = match_classes(y_true, y_pred, class_name_of);
  const int axis = normalize_axis(options_.axis, x.rank(), class_name_of);
  target = smooth(target, options_.label_smoothing, static_cast<double>(x.shape().back()));
  const Tensor p = normalized(options_.from_logits ? softmax(x, axis) : x, axis);
  const std::vector<double>& alpha = options_.alpha.list;
  check(alpha.size() == 1 || static_cast<std::int64_t>(alpha.size()) == x.shape().back(), "[", class_name_of,
        "] expected an alpha for each of the ", x.shape().back(), " classes, or one for all, received ", alpha.size());
  const Tensor values = power(1.0 - p, options_.gamma) * target * log(p);
  return -sum(alpha.size() == 1 ? alpha[0] * values : from_vector(alpha).to(p.dtype()) * values, axis);
}
Config CategoricalFocalCrossentropy::config() const { return write_config(options_); }

CategoricalGeneralizedCrossEntropy::CategoricalGeneralizedCrossEntropy(Options options)
    : Loss(options.name, options.reduction), options_(std::move(options)) {
  check(options_.q > 0 && options_.q <= 1, "[", class_name_of, "] expected q in (0, 1], received ", options_.q);
}

Tensor CategoricalGeneralizedCrossEntropy::call(const Tensor& y_true, const Tensor& y_pred) const {
  const Tensor labels = check_labels(y_true, y_pred.shape(), class_name_of);
  const Tensor p = squeeze(take_along_axis(y_pred, expand_dims(labels, -1), -1), -1);
  return (1.0 - power(p, options_.q)) / options_.q;
}
Config CategoricalGeneralizedCrossEntropy::config() const { return write_config(options_); }

}  // namespace linnet
