#include "linnet/losses/targets.h"

#include <cmath>
#include <vector>

#include "linnet/base/check.h"
#include "linnet/ops/shape.h"

namespace linnet {

TargetKind target_kind(const Shape& y_true, const Shape& y_pred) {
  if (y_pred.rank() > 0 && y_pred.back() == 1) return TargetKind::binary;
  const bool sparse = y_true.rank() < y_pred.rank() || (y_true.rank() > 0 && y_true.back() == 1);
  return sparse ? TargetKind::sparse : TargetKind::categorical;
}

std::pair<Tensor, Tensor> match_ranks(const Tensor& a, const Tensor& b) {
  if (a.rank() == b.rank() + 1 && a.shape().back() == 1) {
    if (b.rank() == 1) return {a, expand_dims(b, -1)};
    return {squeeze(a, -1), b};
  }
  if (b.rank() == a.rank() + 1 && b.shape().back() == 1) {
    if (a.rank() == 1) return {expand_dims(a, -1), b};
    return {a, squeeze(b, -1)};
  }
  return {a, b};
}

void check_weight(const Tensor& values, const Tensor& weight, std::string_view who) {
  bool fits = weight.rank() == 0 || weight.rank() == values.rank();
  for (int axis = 0; fits && axis < weight.rank(); ++axis)
    fits = weight.shape()[axis] == 1 || weight.shape()[axis] == values.shape()[axis];
  check(fits, "[", who, "] expected a sample_weight of the values' shape ", values.shape(), ", received ",
        weight.shape(), "; add axes of size 1 to a weight that has fewer");
}

std::pair<Tensor, Tensor> match_targets(const Tensor& y_true, const Tensor& y_pred, std::string_view who) {
  auto [targets, predictions] = match_ranks(y_true, is_floating(y_pred.dtype()) ? y_pred : y_pred.to(float32));
  check(targets.shape() == predictions.shape(), "[", who, "] expected y_true of y_pred's shape ", y_pred.shape(),
        ", received ", y_true.shape(),
        "; one target a prediction is needed (class numbers go with SparseCategoricalCrossentropy)");
  return {targets.to(predictions.dtype()), predictions};
}

namespace {
template <class T>
void check_range(const Tensor& labels, std::int64_t classes, std::string_view who, const std::int64_t* ignored) {
  const auto values = labels.data<T>();
  const auto limit = static_cast<std::uint64_t>(classes);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto label = static_cast<std::int64_t>(values[i]);
    if (static_cast<std::uint64_t>(label) < limit || (ignored != nullptr && label == *ignored)) continue;
    fail("[", who, "] expected labels from 0 to ", classes - 1, " for ", classes, " classes, received ", label,
         " at position ", i, "; count classes from 0, or give the last layer more units");
  }
}
}  // namespace

Tensor check_labels(const Tensor& y_true, const Shape& y_pred, std::string_view who, const std::int64_t* ignored) {
  check(y_pred.rank() >= 1, "[", who, "] expected y_pred of shape (..., classes), received ", y_pred);
  const Shape wanted = y_pred.slice(0, y_pred.rank() - 1);
  Tensor labels = y_true;
  if (labels.rank() == y_pred.rank() && labels.shape().back() == 1) labels = squeeze(labels, -1);
  check(labels.shape() == wanted, "[", who, "] expected one class number for each prediction, y_true of shape ", wanted,
        " for y_pred of shape ", y_pred, ", received ", y_true.shape(),
        labels.shape() == y_pred ? "; one-hot targets go with CategoricalCrossentropy" : "");
  labels = labels.contiguous();
  if (labels.dtype() == int32) {
    check_range<std::int32_t>(labels, y_pred.back(), who, ignored);
  } else {
    labels = labels.to(int64);
    check_range<std::int64_t>(labels, y_pred.back(), who, ignored);
  }
  return labels;
}

Tensor move_to_end(const Tensor& x, int axis) {
  axis = normalize_axis(axis, x.rank(), "loss");
  if (axis == x.rank() - 1) return x;
  std::vector<int> order;
  for (int i = 0; i < x.rank(); ++i)
    if (i != axis) order.push_back(i);
  order.push_back(axis);
  return permute(x, order);
}

}  // namespace linnet
