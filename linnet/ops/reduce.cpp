#include "linnet/ops/reduce.h"

#include "linnet/ops/common.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"

namespace linnet {

using kernels::ReduceOp;
using ops::AxisSet;

AxisSet::AxisSet(const char* who, const Shape& shape, const Axes& axes) {
  for (int axis : axes.list()) {
    const int i = normalize_axis(axis, shape.rank(), who);
    check(!reduced[i], "[", who, "] expected each axis once, received axis ", axis, " twice");
    reduced[i] = true;
  }
  for (int i = 0; i < shape.rank(); ++i) {
    reduced[i] = reduced[i] || axes.all();
    kept.push_back(reduced[i] ? 1 : shape[i]);
    if (reduced[i])
      count *= shape[i];
    else
      squeezed.push_back(shape[i]);
  }
}

namespace {

// The reduced tensor; the axes go away unless `keepdims`.
Tensor apply(ReduceOp op, const Tensor& x, const AxisSet& axes, bool keepdims, DType dtype) {
  Tensor y(keepdims ? axes.kept : axes.squeezed, dtype);
  kernels::reduce(op, view(x), {y.impl()->data, dtype, axes.kept, contiguous_strides(axes.kept)});
  return y;
}

// The opposite: every element of x sees the number it went into (stride 0 along the axes; nothing is copied).
Tensor spread(const Tensor& y, const AxisSet& axes, const Shape& shape, bool keepdims) {
  Strides strides = Shape::filled(shape.rank(), 0);
  for (int i = 0, j = 0; i < shape.rank(); ++i) {
    if (!axes.reduced[i]) strides[i] = y.strides()[j];
    if (!axes.reduced[i] || keepdims) ++j;
  }
  return alias(y, shape, strides);
}

Tensor widened(const char* who, const Tensor& x) {  // sums of integers are int64
  check_input(who, x);
  return is_floating(x.dtype()) ? x : x.to(int64);
}

// x as a floating tensor, for compositions: what is wrong is said in their name.
Tensor checked(const char* who, const Tensor& x, const Axes& over) {
  Tensor real = ops::as_floating(who, x);
  static_cast<void>(AxisSet(who, x.shape(), over));
  return real;
}

// max and min: equal extremes share the gradient.
Tensor extreme(ReduceOp op, const char* who, const Tensor& x, const Axes& over, bool keepdims) {
  check_input(who, x);
  const AxisSet axes(who, x.shape(), over);
  check(axes.count > 0, "[", who, "] expected at least one element, received shape ", x.shape());
  const Tensor y = apply(op, x, axes, keepdims, x.dtype());
  return record(who, y, {x}, [x = save(x), y = save(y), axes, keepdims](const Tensor& dy) -> Grads {
    const Tensor chosen = equal(*x, spread(*y, axes, x->shape(), keepdims)).to(dy.dtype());
    const Tensor share = dy / apply(ReduceOp::sum, chosen, axes, keepdims, dy.dtype());
    return {chosen * spread(share, axes, x->shape(), keepdims)};
  });
}

Tensor truth(ReduceOp op, const char* who, const Tensor& x, const Axes& over, bool keepdims) {
  check_input(who, x);
  return apply(op, x.detach().to(boolean), AxisSet(who, x.shape(), over), keepdims, boolean);
}

Tensor position(kernels::ArgOp op, const char* who, const Tensor& x, int axis, bool keepdims) {
  check_input(who, x);
  const AxisSet axes(who, x.shape(), normalize_axis(axis, x.rank(), who));
  check(axes.count > 0, "[", who, "] expected at least one element along axis ", axis, ", received shape ", x.shape());
  Tensor y(keepdims ? axes.kept : axes.squeezed, int64);
  kernels::arg_reduce(op, view(x), normalize_axis(axis, x.rank(), who),
                      {y.impl()->data, int64, axes.kept, contiguous_strides(axes.kept)});
  return y;
}

}  // namespace

Tensor sum(const Tensor& x, const Axes& over, bool keepdims) {
  const Tensor wide = widened("sum", x);
  const AxisSet axes("sum", x.shape(), over);
  return record(
      "sum", apply(ReduceOp::sum, wide, axes, keepdims, wide.dtype()), {wide},
      [axes, keepdims, shape = x.shape()](const Tensor& dy) -> Grads { return {spread(dy, axes, shape, keepdims)}; });
}

Tensor mean(const Tensor& x, const Axes& over, bool keepdims) {
  const Tensor real = ops::as_floating("mean", x);
  const AxisSet axes("mean", x.shape(), over);
  return record("mean", apply(ReduceOp::mean, real, axes, keepdims, real.dtype()), {real},
                [axes, keepdims, shape = x.shape()](const Tensor& dy) -> Grads {
                  return {spread(dy / static_cast<double>(axes.count), axes, shape, keepdims)};
                });
}

Tensor prod(const Tensor& x, const Axes& over, bool keepdims) {
  const Tensor wide = widened("prod", x);
  const AxisSet axes("prod", x.shape(), over);
  const Tensor y = apply(ReduceOp::product, wide, axes, keepdims, wide.dtype());
  return record("prod", y, {wide}, [x = save(wide), over, axes, keepdims](const Tensor& dy) -> Grads {
    // dx_i = dy · product of the others, which is 0 where another factor is 0.
    const Tensor zero = equal(*x, 0), zeros_in = sum(zero, over, true);
    const Tensor others = prod(where(zero, 1, *x), over, true);
    const Tensor at_zero = where(equal(zeros_in, 1), others, 0), elsewhere = where(equal(zeros_in, 0), others, 0) / *x;
    return {spread(dy, axes, x->shape(), keepdims) * where(zero, at_zero, elsewhere)};
  });
}

Tensor max(const Tensor& x, const Axes& axes, bool keepdims) {
  return extreme(ReduceOp::maximum, "max", x, axes, keepdims);
}
Tensor min(const Tensor& x, const Axes& axes, bool keepdims) {
  return extreme(ReduceOp::minimum, "min", x, axes, keepdims);
}
Tensor any(const Tensor& x, const Axes& axes, bool keepdims) { return truth(ReduceOp::any, "any", x, axes, keepdims); }
Tensor all(const Tensor& x, const Axes& axes, bool keepdims) { return truth(ReduceOp::all, "all", x, axes, keepdims); }

namespace {

Tensor mean_square_deviation(const char* who, const Tensor& x, const Axes& axes, bool keepdims) {
  const Tensor real = checked(who, x, axes);
  return mean(square(real - mean(real, axes, true)), axes, keepdims);
}

}  // namespace

Tensor variance(const Tensor& x, const Axes& axes, bool keepdims) {
  return mean_square_deviation("variance", x, axes, keepdims);
}

Tensor stddev(const Tensor& x, const Axes& axes, bool keepdims) {
  return sqrt(mean_square_deviation("stddev", x, axes, keepdims));
}

Tensor logsumexp(const Tensor& x, const Axes& over, bool keepdims) {
  const Tensor real = checked("logsumexp", x, over);
  const AxisSet axes("logsumexp", x.shape(), over);
  check(axes.count > 0, "[logsumexp] expected at least one element, received shape ", x.shape());
  const Tensor largest = max(stop_gradient(real), over, true);
  const Tensor shift = where(isfinite(largest), largest, 0);
  const Tensor y = log(sum(exp(real - shift), over, true)) + shift;
  return keepdims ? y : reshape(y, axes.squeezed);
}

Tensor norm(const Tensor& x, const Axes& axes, bool keepdims) {
  return sqrt(sum(square(checked("norm", x, axes)), axes, keepdims));
}

Tensor argmax(const Tensor& x, int axis, bool keepdims) {
  return position(kernels::ArgOp::maximum, "argmax", x, axis, keepdims);
}
Tensor argmin(const Tensor& x, int axis, bool keepdims) {
  return position(kernels::ArgOp::minimum, "argmin", x, axis, keepdims);
}

Tensor cumsum(const Tensor& x, int axis, bool reverse) {
  check_input("cumsum", x);
  const int along = normalize_axis(axis, x.rank(), "cumsum");
  const Tensor numbers = x.dtype() == boolean ? x.to(int32) : x;
  Tensor y = empty_like(numbers);
  kernels::cumulative_sum(view(numbers), along, reverse, mutable_view(y));
  return record("cumsum", y, {x},
                [along, reverse](const Tensor& dy) -> Grads { return {cumsum(dy, along, !reverse)}; });
}

namespace {

// {sorted values, their positions} along the last axis; either may be left out (null data).
std::pair<Tensor, Tensor> sorted(const Tensor& x, bool descending, bool values, bool positions) {
  Tensor y = values ? empty_like(x) : Tensor(), order = positions ? Tensor(x.shape(), int64) : Tensor();
  kernels::sort(view(x), descending, values ? mutable_view(y) : kernels::MutableView(),
                positions ? mutable_view(order) : kernels::MutableView());
  return {y, order};
}

}  // namespace

Tensor sort(const Tensor& x, int axis, bool descending) {
  check_input("sort", x);
  const int along = normalize_axis(axis, x.rank(), "sort"), last = x.rank() - 1;
  if (along != last) return swapaxes(sort(swapaxes(x, along, last), last, descending), along, last);
  const bool tape = x.requires_grad() && is_grad_enabled();
  const auto [y, order] = sorted(x, descending, true, tape);
  return record("sort", y, {x}, [order = save(order), last](const Tensor& dy) -> Grads {
    Tensor dx = zeros_like(dy);
    kernels::add_along_axis(view(dy), view(*order), last, mutable_view(dx));
    return {dx};
  });
}

Tensor argsort(const Tensor& x, int axis, bool descending) {
  check_input("argsort", x);
  const int along = normalize_axis(axis, x.rank(), "argsort"), last = x.rank() - 1;
  if (along != last) return swapaxes(argsort(swapaxes(x, along, last), last, descending), along, last);
  return sorted(x, descending, false, true).second;
}

std::pair<Tensor, Tensor> top_k(const Tensor& x, std::int64_t k) {
  check_input("top_k", x);
  check(x.rank() >= 1, "[top_k] expected a tensor with at least one axis, received a scalar");
  check(k >= 0 && k <= x.shape().back(), "[top_k] expected k in [0, ", x.shape().back(), "] for shape ", x.shape(),
        ", received ", k);
  const Tensor positions = slice(argsort(x, -1, true), -1, 0, k);
  return {take_along_axis(x, positions, -1), positions};
}

}  // namespace linnet
