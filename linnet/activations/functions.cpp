#include "linnet/activations/functions.h"

#include <algorithm>

#include "linnet/base/check.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {

Tensor linear(const Tensor& x) { return x; }

Tensor relu(const Tensor& x, const ReluOptions& options) {
  const auto& [slope, max_value, threshold] = options;
  check(slope >= 0, "[relu] expected negative_slope >= 0, received ", slope);
  check(!max_value || *max_value >= 0, "[relu] expected max_value >= 0, received ", max_value.value_or(0));
  if (threshold == 0 && !max_value) return slope == 0 ? relu(x) : leaky_relu(x, slope);
  Tensor y = threshold == 0 ? relu(x) : where(greater(x, threshold), x, 0.0);
  if (max_value) y = clip(y, 0, *max_value);
  return slope == 0 ? y : y - slope * relu(threshold - x);
}

Tensor celu(const Tensor& x, double alpha) { return relu(x) + alpha * expm1(minimum(x, 0.0) / alpha); }

Tensor glu(const Tensor& x, int axis) {
  axis = normalize_axis(axis, x.rank(), "glu");
  check(x.shape()[axis] % 2 == 0, "[glu] expected an even size along axis ", axis, ", received shape ", x.shape());
  const Tensors halves = split(x, 2, axis);
  return halves[0] * sigmoid(halves[1]);
}

Tensor hard_shrink(const Tensor& x, double threshold) { return where(greater(abs(x), threshold), x, 0.0); }

Tensor hard_sigmoid(const Tensor& x) { return relu6(x + 3.0) / 6.0; }

Tensor hard_silu(const Tensor& x) { return x * hard_sigmoid(x); }

Tensor hard_tanh(const Tensor& x) { return clip(x, -1, 1); }

Tensor log_sigmoid(const Tensor& x) { return -softplus(-x); }

Tensor mish(const Tensor& x) { return x * tanh(softplus(x)); }

Tensor soft_shrink(const Tensor& x, double threshold) {
  return where(greater(abs(x), threshold), x - threshold * sign(x), 0.0);
}

Tensor softsign(const Tensor& x) { return x / (1.0 + abs(x)); }

Tensor sparse_plus(const Tensor& x) {
  return where(greater_equal(x, 1.0), x, 0.25 * square(relu(minimum(x, 1.0) + 1.0)));
}

Tensor sparse_sigmoid(const Tensor& x) { return clip(0.5 * (x + 1.0), 0, 1); }

Tensor sparsemax(const Tensor& x, int axis) {
  axis = normalize_axis(axis, x.rank(), "sparsemax");
  const Tensor sorted = sort(x, axis, true), cumulated = cumsum(sorted, axis);
  Shape ranks = Shape::filled(x.rank(), 1);
  ranks[axis] = x.shape()[axis];
  const Tensor k = reshape(arange(1, static_cast<double>(x.shape()[axis]) + 1, 1, x.dtype()), ranks);
  // The support: the first k sorted values z with 1 + k z_k > z_1 + … + z_k. The paper's tau takes the last of these
  // sums; Keras adds them all up, and so do we.
  const Tensor in_support = greater(1.0 + k * sorted, cumulated);
  const Tensor count = sum(in_support.to(x.dtype()), axis, true);
  const Tensor tau = (sum(where(in_support, cumulated, 0.0), axis, true) - 1.0) / count;
  return relu(x - tau);
}

Tensor squareplus(const Tensor& x, double b) { return 0.5 * (x + sqrt(square(x) + b)); }

Tensor tanh_shrink(const Tensor& x) { return x - tanh(x); }

Tensor threshold(const Tensor& x, double threshold, double default_value) {
  return where(greater(x, threshold), x, default_value);
}

namespace {
/// Moves `axes` to the end, applies `function` to them as one axis, and moves them back.
template <class Function>
Tensor over_axes(const Tensor& x, const std::vector<int>& axes, const char* who, Function function) {
  check(!axes.empty(), "[", who, "] expected at least one axis, received none");
  std::vector<int> last;
  for (const int axis : axes) last.push_back(normalize_axis(axis, x.rank(), who));
  std::vector<int> order;
  for (int axis = 0; axis < x.rank(); ++axis)
    if (std::find(last.begin(), last.end(), axis) == last.end()) order.push_back(axis);
  const int kept = static_cast<int>(order.size());
  order.insert(order.end(), last.begin(), last.end());
  check(static_cast<int>(order.size()) == x.rank(), "[", who, "] expected different axes, received one twice");
  const Tensor moved = permute(x, order);
  Shape merged = moved.shape().slice(0, kept);
  merged.push_back(-1);
  std::vector<int> back(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) back[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
  return permute(reshape(function(reshape(moved, merged)), moved.shape()), back);
}
}  // namespace

Tensor softmax(const Tensor& x, const std::vector<int>& axes) {
  return over_axes(x, axes, "softmax", [](const Tensor& merged) { return softmax(merged, -1); });
}

Tensor log_softmax(const Tensor& x, const std::vector<int>& axes) {
  return over_axes(x, axes, "log_softmax", [](const Tensor& merged) { return log_softmax(merged, -1); });
}

}  // namespace linnet
