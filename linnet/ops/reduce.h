// Reductions over any axes, and scans. Axes may be negative; one that is out of range or given twice throws.
// `keepdims` keeps the reduced axes with size 1, so that the result broadcasts against x.
#pragma once

#include <initializer_list>
#include <utility>
#include <vector>

#include "linnet/base/inline_vector.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Which axes: `{}` means all, `-1`, `{0, 2}`.
class Axes {
 public:
  Axes() = default;
  Axes(int axis) : axes_{axis} {}
  Axes(std::initializer_list<int> axes) : axes_(axes) {}
  explicit Axes(const std::vector<int>& axes) : axes_(axes.begin(), axes.end()) {}
  const InlineVector<int, Shape::max_rank>& list() const { return axes_; }
  bool all() const { return axes_.empty(); }

 private:
  InlineVector<int, Shape::max_rank> axes_;
};

/// Σ x, in x's dtype; integers and booleans give int64. Of nothing: 0.   sum(tensor({{1, 2}, {3, 4}}), 0) == [4. 6.]
Tensor sum(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// Σ x / n; integers and booleans give float32. Of nothing: NaN.
Tensor mean(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// Π x; integers and booleans give int64. Of nothing: 1. The gradient is exact where factors are 0.
Tensor prod(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// The largest element, NaN if one is; equal maxima share the gradient. Throws on nothing.
Tensor max(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// The smallest element, NaN if one is; equal minima share the gradient. Throws on nothing.
Tensor min(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// Is any element not 0? boolean. Of nothing: false.
Tensor any(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// Are all elements not 0? boolean. Of nothing: true.
Tensor all(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// mean((x - mean(x))²): divided by n, not n - 1. Integers give float32.
Tensor variance(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// √variance(x); no derivative where the variance is 0.
Tensor stddev(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// log Σ exp(x), without overflow; integers give float32. Throws on nothing.
Tensor logsumexp(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// √Σ x²; integers give float32. No derivative at 0.
Tensor norm(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// int64 position of the first largest element along `axis`; NaN counts as the largest. No gradient. Throws on nothing.
Tensor argmax(const Tensor& x, int axis = -1, bool keepdims = false);
/// int64 position of the first smallest element along `axis`; NaN counts as the smallest. No gradient. Throws on
/// nothing.
Tensor argmin(const Tensor& x, int axis = -1, bool keepdims = false);
/// y[i] = x[0] + … + x[i] along `axis`, or from the end: x[i] + … + x[n-1]. Keeps the dtype; booleans give int32.
Tensor cumsum(const Tensor& x, int axis, bool reverse = false);
/// Sorted along `axis`; equal elements keep their order, NaN comes last.
Tensor sort(const Tensor& x, int axis = -1, bool descending = false);
/// The int64 positions that sort x: take_along_axis(x, argsort(x)) == sort(x). No gradient.
Tensor argsort(const Tensor& x, int axis = -1, bool descending = false);
/// The k largest along the last axis, largest first, the earlier first among equals: {values, int64 positions}. Throws
/// unless 0 <= k <= size of the axis.
std::pair<Tensor, Tensor> top_k(const Tensor& x, std::int64_t k);

}  // namespace linnet
#pragma GCC visibility pop
