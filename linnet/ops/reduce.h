// Reductions over any axes, and scans.
#pragma once

#include <initializer_list>
#include <utility>
#include <vector>

#include "linnet/tensor/tensor.h"

namespace linnet {

/// Which axes: `{}` means all, `-1`, `{0, 2}`.
class Axes {
 public:
  Axes() = default;
  Axes(int axis) : axes_{axis} {}
  Axes(std::initializer_list<int> axes) : axes_(axes) {}
  explicit Axes(std::vector<int> axes) : axes_(std::move(axes)) {}
  const std::vector<int>& list() const { return axes_; }
  bool all() const { return axes_.empty(); }

 private:
  std::vector<int> axes_;
};

Tensor sum(const Tensor& x, const Axes& axes = {}, bool keepdims = false);   // integers: int64; boolean: int64
Tensor mean(const Tensor& x, const Axes& axes = {}, bool keepdims = false);  // integers: float32
Tensor prod(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
Tensor max(const Tensor& x, const Axes& axes = {}, bool keepdims = false);  // equal maxima share the gradient
Tensor min(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
Tensor any(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
Tensor all(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// Biased: mean((x - mean(x))²).
Tensor variance(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
Tensor stddev(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// log(sum(exp(x))), computed so that it does not overflow.
Tensor logsumexp(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// sqrt(sum(x²)).
Tensor norm(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// int64 positions of the first extreme.
Tensor argmax(const Tensor& x, int axis = -1, bool keepdims = false);
Tensor argmin(const Tensor& x, int axis = -1, bool keepdims = false);
Tensor cumsum(const Tensor& x, int axis, bool reverse = false);
/// Stable; NaN last.
Tensor sort(const Tensor& x, int axis = -1, bool descending = false);
Tensor argsort(const Tensor& x, int axis = -1, bool descending = false);
/// The k largest along the last axis, largest first: {values, int64 indices}.
std::pair<Tensor, Tensor> top_k(const Tensor& x, std::int64_t k);

}  // namespace linnet
