#include "linnet/losses/overlap.h"

#include "linnet/losses/fields.h"
#include "linnet/losses/targets.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"

namespace linnet {

namespace {
Axes axes_of(const std::optional<std::vector<int>>& axis) { return axis ? Axes(*axis) : Axes(); }
}  // namespace

Tensor Dice::call(const Tensor& y_true, const Tensor& y_pred) const {
  const auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  const Axes axes = axes_of(options_.axis);
  return 1.0 - 2.0 * sum(target * x, axes) / (sum(target, axes) + sum(x, axes) + loss_epsilon);
}
Config Dice::config() const { return write_config(options_); }

Tensor Tversky::call(const Tensor& y_true, const Tensor& y_pred) const {
  const auto [target, x] = match_targets(y_true, y_pred, class_name_of);
  const Axes axes = axes_of(options_.axis);
  const Tensor overlap = sum(target * x, axes);
  const Tensor wrong = sum((1.0 - target) * x, axes), missed = sum(target * (1.0 - x), axes);
  return 1.0 - overlap / (overlap + options_.alpha * wrong + options_.beta * missed + loss_epsilon);
}
Config Tversky::config() const { return write_config(options_); }

}  // namespace linnet
