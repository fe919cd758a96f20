#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "linnet/kernels/reference/loop.h"
#include "linnet/kernels/reference/reference.h"

namespace linnet::kernels::reference {
namespace {

template <class T, class R, class Function>
void map(const View& src, const MutableView& dst, Function function) {
  const T* in = src.as<T>();
  R* out = dst.as<R>();
  for_each_element(
      dst.shape, [&](std::int64_t s, std::int64_t d) { out[d] = store<R>(function(static_cast<Compute<T>>(in[s]))); },
      src.strides, dst.strides);
}

template <class C>
C sigmoid(C x) {
  const C e = std::exp(-std::abs(x));  // in (0, 1]: never overflows
  return (x >= 0 ? C{1} : e) / (C{1} + e);
}

/// In float64: -x / sqrt(2) rounded to float32 would cost digits where the result is small.
double gelu(double x) { return x * std::erfc(-x / std::numbers::sqrt2) / 2; }
double gelu_tanh(double x) {  // (1 + tanh(u)) / 2 = 1 / (1 + exp(-2u)), where nothing cancels
  return x / (1 + std::exp(-2 * std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
}

/// The ops of real numbers. Integers go through float64.
template <class C>
C real(UnaryOp op, C x) {
  using enum UnaryOp;
  switch (op) {
    case exp: return std::exp(x);
    case expm1: return std::expm1(x);
    case log: return std::log(x);
    case log1p: return std::log1p(x);
    case sqrt: return std::sqrt(x);
    case rsqrt: return C{1} / std::sqrt(x);
    case reciprocal: return C{1} / x;
    case sin: return std::sin(x);
    case cos: return std::cos(x);
    case tan: return std::tan(x);
    case asin: return std::asin(x);
    case acos: return std::acos(x);
    case atan: return std::atan(x);
    case sinh: return std::sinh(x);
    case cosh: return std::cosh(x);
    case tanh: return std::tanh(x);
    case erf: return std::erf(x);
    case sigmoid: return reference::sigmoid(x);
    case gelu: return static_cast<C>(reference::gelu(static_cast<double>(x)));
    case gelu_tanh: return static_cast<C>(reference::gelu_tanh(static_cast<double>(x)));
    case softplus: return std::max(x, C{0}) + std::log1p(std::exp(-std::abs(x)));
    case floor: return std::floor(x);
    case ceil: return std::ceil(x);
    case round: return std::nearbyint(x);
    default: return x;
  }
}

template <class C>
C absolute_value(C x) {
  if constexpr (std::is_integral_v<C>)
    return x < 0 ? wrapping(C{0}, x, std::minus<>()) : x;
  else
    return std::abs(x);
}

template <class T>
void unary_of(UnaryOp op, const View& src, const MutableView& dst) {
  using C = Compute<T>;
  using enum UnaryOp;
  switch (op) {
    case negative:
      return map<T, T>(src, dst, [](C x) {
        if constexpr (std::is_integral_v<C>)
          return wrapping(C{0}, x, std::minus<>());
        else
          return -x;
      });
    case absolute: return map<T, T>(src, dst, [](C x) { return absolute_value(x); });
    case sign: return map<T, T>(src, dst, [](C x) { return x > 0 ? C{1} : x < 0 ? C{-1} : x; });
    case square: return map<T, T>(src, dst, [](C x) { return wrapping(x, x, std::multiplies<>()); });
    case relu: return map<T, T>(src, dst, [](C x) { return x < 0 ? C{0} : x; });  // NaN stays NaN
    case logical_not: return map<T, bool>(src, dst, [](C x) { return x == 0; });
    case is_nan: return map<T, bool>(src, dst, [](C x) { return x != x; });
    case is_inf: return map<T, bool>(src, dst, [](C x) { return std::isinf(static_cast<double>(x)); });
    case is_finite: return map<T, bool>(src, dst, [](C x) { return std::isfinite(static_cast<double>(x)); });
    default:
      if constexpr (is_floating_type<T>)
        map<T, T>(src, dst, [op](C x) { return real(op, x); });
      else
        map<T, T>(src, dst, [op](C x) { return real(op, static_cast<double>(x)); });
  }
}

}  // namespace

void unary(UnaryOp op, const View& src, const MutableView& dst) {
  dispatch(src.dtype, [&](auto zero) { unary_of<decltype(zero)>(op, src, dst); });
}

}  // namespace linnet::kernels::reference
