#include "linnet/losses/regression.h"

#include <numbers>

#include "linnet/losses/fields.h"
#include "linnet/losses/targets.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/reduce.h"

namespace linnet {

Tensor MeanSquaredError::call(const Tensor& y_true, const Tensor& y_pred) const {
  const auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  return mean(square(x - target), -1);
}

Tensor MeanAbsoluteError::call(const Tensor& y_true, const Tensor& y_pred) const {
  const auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  return mean(abs(x - target), -1);
}

Tensor MeanAbsolutePercentageError::call(const Tensor& y_true, const Tensor& y_pred) const {
  const auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  return 100.0 * mean(abs((target - x) / maximum(abs(target), loss_epsilon)), -1);
}

Tensor MeanSquaredLogarithmicError::call(const Tensor& y_true, const Tensor& y_pred) const {
  const auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  return mean(square(log(maximum(x, loss_epsilon) + 1.0) - log(maximum(target, loss_epsilon) + 1.0)), -1);
}

Tensor LogCosh::call(const Tensor& y_true, const Tensor& y_pred) const {
  const auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  const Tensor d = x - target;  // log(cosh(d)) = d + log(1 + exp(-2d)) - log(2), which does not overflow
  return mean(d + softplus(-2.0 * d) - std::numbers::ln2, -1);
}

namespace {
/// Labels 0 and 1 become -1 and 1; others stay.
Tensor hinge_labels(const Tensor& y_true) {
  const bool binary = all(logical_or(equal(y_true, 0.0), equal(y_true, 1.0))).item() != 0;
  return binary ? 2.0 * y_true - 1.0 : y_true;
}
}  // namespace

Tensor Hinge::call(const Tensor& y_true, const Tensor& y_pred) const {
  const auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  return mean(relu(1.0 - hinge_labels(target) * x), -1);
}

Tensor SquaredHinge::call(const Tensor& y_true, const Tensor& y_pred) const {
  const auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  return mean(square(relu(1.0 - hinge_labels(target) * x)), -1);
}

Tensor CategoricalHinge::call(const Tensor& y_true, const Tensor& y_pred) const {
  const auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  return relu(max((1.0 - target) * x, -1) - sum(target * x, -1) + 1.0);
}

Tensor Poisson::call(const Tensor& y_true, const Tensor& y_pred) const {
  const auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  return mean(x - target * log(x + loss_epsilon), -1);
}

Tensor KLDivergence::call(const Tensor& y_true, const Tensor& y_pred) const {
  const auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  const Tensor p = clip(target, loss_epsilon, 1);
  return sum(p * log(p / clip(x, loss_epsilon, 1)), -1);
}

Tensor Huber::call(const Tensor& y_true, const Tensor& y_pred) const {
  const auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  const Tensor d = x - target, size = abs(d);
  const double delta = options_.delta;
  return mean(where(less_equal(size, delta), 0.5 * square(d), delta * size - 0.5 * delta * delta), -1);
}
Config Huber::config() const { return write_config(options_); }

Tensor CosineSimilarity::call(const Tensor& y_true, const Tensor& y_pred) const {
  const auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  auto unit = [axis = options_.axis](const Tensor& v) {
    return v * rsqrt(maximum(sum(square(v), axis, true), loss_epsilon * loss_epsilon));
  };
  return -sum(unit(target) * unit(x), options_.axis);
}
Config CosineSimilarity::config() const { return write_config(options_); }

}  // namespace linnet
