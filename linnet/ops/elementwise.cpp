#include "linnet/ops/elementwise.h"

#include <cmath>
#include <numbers>

#include "linnet/ops/common.h"
#include "linnet/tensor/deferred_rows.h"

namespace linnet {

using kernels::BinaryOp;
using kernels::UnaryOp;

namespace {

// A number beside a tensor: of the tensor's dtype, or float32 for a real number beside integers.
Tensor number(const char* who, double value, const Tensor& beside) {
  check_input(who, beside);
  if (is_floating(beside.dtype())) return scalar(value, beside.dtype());
  if (std::nearbyint(value) != value || std::abs(value) > 9e15) return scalar(value, float32);
  return scalar(value, beside.dtype() == boolean ? int32 : beside.dtype());
}

// op(a, b) as `result`, both converted to `common` first.
Tensor apply(BinaryOp op, const char* who, const Tensor& a, const Tensor& b, DType common, DType result) {
  Tensor y(broadcast_shapes(a.shape(), b.shape(), who), result);
  const Tensor left = a.dtype() == common ? a : a.detach().to(common);
  const Tensor right = b.dtype() == common ? b : b.detach().to(common);
  kernels::binary(op, broadcast_view(left, y.shape()), broadcast_view(right, y.shape()), mutable_view(y));
  return y;
}

DType arithmetic_dtype(DType a, DType b) {
  const DType common = promote(a, b);
  return common == boolean ? int32 : common;
}

Tensor arithmetic(BinaryOp op, const char* who, const Tensor& a, const Tensor& b) {
  check_input(who, a);
  check_input(who, b);
  const DType common = arithmetic_dtype(a.dtype(), b.dtype());
  return apply(op, who, a, b, common, common);
}

Tensor real_arithmetic(BinaryOp op, const char* who, const Tensor& a, const Tensor& b) {
  check_input(who, a);
  check_input(who, b);
  const DType common = promote(a.dtype(), b.dtype());
  const DType real = is_floating(common) ? common : float32;
  return apply(op, who, a, b, real, real);
}

Tensor comparison(BinaryOp op, const char* who, const Tensor& a, const Tensor& b) {
  check_input(who, a);
  check_input(who, b);
  return apply(op, who, a, b, promote(a.dtype(), b.dtype()), boolean);
}

Tensor logical(BinaryOp op, const char* who, const Tensor& a, const Tensor& b) {
  check_input(who, a);
  check_input(who, b);
  return apply(op, who, a, b, boolean, boolean);
}

Tensor apply(UnaryOp op, const Tensor& x, DType result) {
  Tensor y(x.shape(), result);
  kernels::unary(op, view(x), mutable_view(y));
  return y;
}

// A gradient that has a kernel: op(saved, dy).
Tensor gradient_kernel(BinaryOp op, const Tensor& saved, const Tensor& dy) {
  Tensor dx = empty_like(saved);
  kernels::binary(op, view(saved), view(dy), mutable_view(dx));
  return dx;
}

}  // namespace

// ---- arithmetic

Tensor add(const Tensor& a, const Tensor& b) {
  return record("add", arithmetic(BinaryOp::add, "add", a, b), {a, b}, [](const Tensor& dy) -> Grads {
    return {dy, dy};
  });
}

Tensor subtract(const Tensor& a, const Tensor& b) {
  return record("subtract", arithmetic(BinaryOp::subtract, "subtract", a, b), {a, b},
                [](const Tensor& dy, Needs needs) -> Grads {
                  return {dy, needs[1] ? -dy : Tensor()};
                });
}

Tensor multiply(const Tensor& a, const Tensor& b) {
  return record("multiply", arithmetic(BinaryOp::multiply, "multiply", a, b), {a, b},
                [a = save(a), b = save(b)](const Tensor& dy, Needs needs) -> Grads {
                  return {needs[0] ? dy * *b : Tensor(), needs[1] ? dy * *a : Tensor()};
                });
}

Tensor divide(const Tensor& a, const Tensor& b) {
  const Tensor y = real_arithmetic(BinaryOp::divide, "divide", a, b);
  return record("divide", y, {a, b}, [y = save(y), b = save(b)](const Tensor& dy, Needs needs) -> Grads {
    const Tensor da = dy / *b;  // db = -dy · a / b²
    return {da, needs[1] ? -(da * *y) : Tensor()};
  });
}

Tensor floor_divide(const Tensor& a, const Tensor& b) {
  return arithmetic(BinaryOp::floor_divide, "floor_divide", a, b).detach();
}

Tensor mod(const Tensor& a, const Tensor& b) {
  const Tensor y = arithmetic(BinaryOp::mod, "mod", a, b);
  return record("mod", y, {a, b}, [a = save(a), b = save(b)](const Tensor& dy, Needs needs) -> Grads {
    return {dy, needs[1] ? -(dy * floor_divide(*a, *b)) : Tensor()};  // y = a - b · floor(a / b)
  });
}

Tensor power(const Tensor& a, const Tensor& b) {
  const Tensor y = arithmetic(BinaryOp::power, "power", a, b);
  return record("power", y, {a, b}, [a = save(a), b = save(b), y = save(y)](const Tensor& dy, Needs needs) -> Grads {
    Tensor da, db;
    if (needs[0]) da = where(equal(*b, 0), 0, dy * *b * power(*a, *b - 1));  // b · a^(b-1), also where a = 0
    if (needs[1]) db = where(equal(*a, 0), 0, dy * *y * log(*a));            // y · log(a); 0 where a = 0
    return {da, db};
  });
}

namespace {

// dy where a is the extreme, half of it where both are.
Grads extreme_gradient(const Tensor& dy, const Tensor& a, const Tensor& b, bool a_wins, Needs needs) {
  const Tensor half = dy * 0.5, tie = where(equal(a, b), half, 0);
  const Tensor first = a_wins ? greater(a, b) : less(a, b), second = a_wins ? less(a, b) : greater(a, b);
  return {needs[0] ? where(first, dy, tie) : Tensor(), needs[1] ? where(second, dy, tie) : Tensor()};
}

}  // namespace

Tensor maximum(const Tensor& a, const Tensor& b) {
  return record("maximum", arithmetic(BinaryOp::maximum, "maximum", a, b), {a, b},
                [a = save(a), b = save(b)](const Tensor& dy, Needs needs) -> Grads {
                  return extreme_gradient(dy, *a, *b, true, needs);
                });
}

Tensor minimum(const Tensor& a, const Tensor& b) {
  return record("minimum", arithmetic(BinaryOp::minimum, "minimum", a, b), {a, b},
                [a = save(a), b = save(b)](const Tensor& dy, Needs needs) -> Grads {
                  return extreme_gradient(dy, *a, *b, false, needs);
                });
}

Tensor atan2(const Tensor& y, const Tensor& x) {
  return record("atan2", real_arithmetic(BinaryOp::atan2, "atan2", y, x), {y, x},
                [y = save(y), x = save(x)](const Tensor& dz, Needs needs) -> Grads {
                  const Tensor scaled = dz / (square(*x) + square(*y));  // dy = x / (x² + y²), dx = -y / (x² + y²)
                  return {needs[0] ? scaled * *x : Tensor(), needs[1] ? -(scaled * *y) : Tensor()};
                });
}

// ---- comparisons and logic: no gradient

Tensor equal(const Tensor& a, const Tensor& b) { return comparison(BinaryOp::equal, "equal", a, b); }
Tensor not_equal(const Tensor& a, const Tensor& b) { return comparison(BinaryOp::not_equal, "not_equal", a, b); }
Tensor less(const Tensor& a, const Tensor& b) { return comparison(BinaryOp::less, "less", a, b); }
Tensor less_equal(const Tensor& a, const Tensor& b) { return comparison(BinaryOp::less_equal, "less_equal", a, b); }
Tensor greater(const Tensor& a, const Tensor& b) { return comparison(BinaryOp::greater, "greater", a, b); }
Tensor greater_equal(const Tensor& a, const Tensor& b) {
  return comparison(BinaryOp::greater_equal, "greater_equal", a, b);
}
Tensor logical_and(const Tensor& a, const Tensor& b) { return logical(BinaryOp::logical_and, "logical_and", a, b); }
Tensor logical_or(const Tensor& a, const Tensor& b) { return logical(BinaryOp::logical_or, "logical_or", a, b); }
Tensor logical_xor(const Tensor& a, const Tensor& b) { return logical(BinaryOp::logical_xor, "logical_xor", a, b); }

Tensor operator+(const Tensor& a, const Tensor& b) { return add(a, b); }
Tensor operator-(const Tensor& a, const Tensor& b) { return subtract(a, b); }
Tensor operator*(const Tensor& a, const Tensor& b) { return multiply(a, b); }
Tensor operator/(const Tensor& a, const Tensor& b) { return divide(a, b); }

#define LINNET_WITH_NUMBER(name)                                                  \
  Tensor name(const Tensor& a, double b) { return name(a, number(#name, b, a)); } \
  Tensor name(double a, const Tensor& b) { return name(number(#name, a, b), b); }
LINNET_WITH_NUMBER(add)
LINNET_WITH_NUMBER(subtract)
LINNET_WITH_NUMBER(multiply)
LINNET_WITH_NUMBER(divide)
LINNET_WITH_NUMBER(floor_divide)
LINNET_WITH_NUMBER(mod)
LINNET_WITH_NUMBER(power)
LINNET_WITH_NUMBER(maximum)
LINNET_WITH_NUMBER(minimum)
LINNET_WITH_NUMBER(operator+)
LINNET_WITH_NUMBER(operator-)
LINNET_WITH_NUMBER(operator*)
LINNET_WITH_NUMBER(operator/)
LINNET_WITH_NUMBER(equal)
LINNET_WITH_NUMBER(not_equal)
LINNET_WITH_NUMBER(less)
LINNET_WITH_NUMBER(less_equal)
LINNET_WITH_NUMBER(greater)
LINNET_WITH_NUMBER(greater_equal)
#undef LINNET_WITH_NUMBER

// ---- choosing, clipping, scaling

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  check_input("where", condition);
  check_input("where", a);
  check_input("where", b);
  const DType common = promote(a.dtype(), b.dtype());
  const Shape shape = broadcast_shapes(condition.shape(), broadcast_shapes(a.shape(), b.shape(), "where"), "where");
  const Tensor chosen = condition.dtype() == boolean ? condition : condition.to(boolean);
  const Tensor left = a.dtype() == common ? a : a.detach().to(common);
  const Tensor right = b.dtype() == common ? b : b.detach().to(common);
  Tensor y(shape, common);
  kernels::where(broadcast_view(chosen, shape), broadcast_view(left, shape), broadcast_view(right, shape),
                 mutable_view(y));
  return record("where", y, {a, b}, [chosen = save(chosen)](const Tensor& dy, Needs needs) -> Grads {
    return {needs[0] ? where(*chosen, dy, 0) : Tensor(), needs[1] ? where(*chosen, 0, dy) : Tensor()};
  });
}
Tensor where(const Tensor& condition, const Tensor& a, double b) { return where(condition, a, number("where", b, a)); }
Tensor where(const Tensor& condition, double a, const Tensor& b) { return where(condition, number("where", a, b), b); }

Tensor clip(const Tensor& x, double low, double high) {
  check_input("clip", x);
  check(low <= high, "[clip] expected low <= high, received ", low, " and ", high);
  Tensor y = empty_like(x);
  kernels::clip(view(x), low, high, mutable_view(y));
  return record("clip", y, {x}, [x = save(x), low, high](const Tensor& dy) -> Grads {
    return {where(logical_and(greater_equal(*x, low), less_equal(*x, high)), dy, 0)};
  });
}

Tensor rescale(const Tensor& x, double scale, double offset, DType dtype) {
  check_input("rescale", x);
  check(is_floating(dtype), "[rescale] expected a floating dtype, received ", dtype);
  if (const auto* rows = detail::deferred_rows(x);
      rows != nullptr && x.dtype() == uint8 && dtype == float32)  // the pass that gathers them will scale them
    return detail::defer_rows(rows->src(), rows->indices(), scale, offset, x.shape(), dtype);
  Tensor y(x.shape(), dtype);
  kernels::rescale(view(x), scale, offset, mutable_view(y));
  return record("rescale", y, {x}, [scale](const Tensor& dy) -> Grads { return {rescale(dy, scale, 0, dy.dtype())}; });
}

// ---- one input

namespace {

// Ops on real numbers. The derivative is written with the input or with the output, and that alone is saved.
template <class Rule>
Tensor from_input(UnaryOp op, const char* who, const Tensor& x, Rule rule) {
  const Tensor real = ops::as_floating(who, x);
  return record(who, apply(op, real, real.dtype()), {real},
                [x = save(real), rule](const Tensor& dy) -> Grads { return {rule(dy, *x)}; });
}

template <class Rule>
Tensor from_output(UnaryOp op, const char* who, const Tensor& x, Rule rule) {
  const Tensor real = ops::as_floating(who, x);
  const Tensor y = apply(op, real, real.dtype());
  return record(who, y, {real}, [y = save(y), rule](const Tensor& dy) -> Grads { return {rule(dy, *y)}; });
}

// Flat almost everywhere: no gradient flows, as if it were zero.
Tensor flat_unary(UnaryOp op, const char* who, const Tensor& x) {
  check_input(who, x);
  return record(who, apply(op, x, x.dtype()), {x}, [](const Tensor& dy) -> Grads { return {zeros_like(dy)}; });
}

Tensor predicate(UnaryOp op, const char* who, const Tensor& x) {
  check_input(who, x);
  return apply(op, x, boolean);
}

}  // namespace

Tensor negative(const Tensor& x) {
  check_input("negative", x);
  return record("negative", apply(UnaryOp::negative, x, x.dtype()), {x},
                [](const Tensor& dy) -> Grads { return {-dy}; });
}
Tensor operator-(const Tensor& x) { return negative(x); }

Tensor abs(const Tensor& x) {
  check_input("abs", x);
  return record("abs", apply(UnaryOp::absolute, x, x.dtype()), {x},
                [x = save(x)](const Tensor& dy) -> Grads { return {dy * sign(*x)}; });
}

Tensor square(const Tensor& x) {
  check_input("square", x);
  return record("square", apply(UnaryOp::square, x, x.dtype()), {x},
                [x = save(x)](const Tensor& dy) -> Grads { return {dy * *x * 2}; });
}

using T = const Tensor&;
Tensor exp(T x) {
  return from_output(UnaryOp::exp, "exp", x, [](T dy, T y) { return dy * y; });
}
Tensor expm1(T x) {
  return from_output(UnaryOp::expm1, "expm1", x, [](T dy, T y) { return dy * (y + 1); });
}
Tensor log(T x) {
  return from_input(UnaryOp::log, "log", x, [](T dy, T in) { return dy / in; });
}
Tensor log1p(T x) {
  return from_input(UnaryOp::log1p, "log1p", x, [](T dy, T in) { return dy / (in + 1); });
}
Tensor sqrt(T x) {
  return from_output(UnaryOp::sqrt, "sqrt", x, [](T dy, T y) { return dy / (y * 2); });
}
Tensor rsqrt(T x) {
  return from_output(UnaryOp::rsqrt, "rsqrt", x, [](T dy, T y) { return dy * y * square(y) * -0.5; });
}
Tensor reciprocal(T x) {
  return from_output(UnaryOp::reciprocal, "reciprocal", x, [](T dy, T y) { return -(dy * square(y)); });
}
Tensor sin(T x) {
  return from_input(UnaryOp::sin, "sin", x, [](T dy, T in) { return dy * cos(in); });
}
Tensor cos(T x) {
  return from_input(UnaryOp::cos, "cos", x, [](T dy, T in) { return -(dy * sin(in)); });
}
Tensor tan(T x) {
  return from_output(UnaryOp::tan, "tan", x, [](T dy, T y) { return dy * (square(y) + 1); });
}
Tensor asin(T x) {
  return from_input(UnaryOp::asin, "asin", x, [](T dy, T in) { return dy * rsqrt(1 - square(in)); });
}
Tensor acos(T x) {
  return from_input(UnaryOp::acos, "acos", x, [](T dy, T in) { return -(dy * rsqrt(1 - square(in))); });
}
Tensor atan(T x) {
  return from_input(UnaryOp::atan, "atan", x, [](T dy, T in) { return dy / (square(in) + 1); });
}
Tensor sinh(T x) {
  return from_input(UnaryOp::sinh, "sinh", x, [](T dy, T in) { return dy * cosh(in); });
}
Tensor cosh(T x) {
  return from_input(UnaryOp::cosh, "cosh", x, [](T dy, T in) { return dy * sinh(in); });
}
Tensor tanh(T x) {
  return from_output(UnaryOp::tanh, "tanh", x,
                     [](T dy, T y) { return gradient_kernel(BinaryOp::tanh_gradient, y, dy); });
}
Tensor erf(T x) {
  return from_input(UnaryOp::erf, "erf", x,
                    [](T dy, T in) { return dy * exp(-square(in)) * (2 * std::numbers::inv_sqrtpi); });
}

Tensor sign(T x) { return flat_unary(UnaryOp::sign, "sign", x); }
Tensor floor(T x) { return flat_unary(UnaryOp::floor, "floor", x); }
Tensor ceil(T x) { return flat_unary(UnaryOp::ceil, "ceil", x); }
Tensor round(T x) { return flat_unary(UnaryOp::round, "round", x); }
Tensor logical_not(T x) {
  check_input("logical_not", x);
  return predicate(UnaryOp::logical_not, "logical_not", x.detach().to(boolean));
}
Tensor isnan(T x) { return predicate(UnaryOp::is_nan, "isnan", x); }
Tensor isinf(T x) { return predicate(UnaryOp::is_inf, "isinf", x); }
Tensor isfinite(T x) { return predicate(UnaryOp::is_finite, "isfinite", x); }

}  // namespace linnet
