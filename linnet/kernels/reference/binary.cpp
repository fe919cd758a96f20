#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "linnet/kernels/reference/loop.h"
#include "linnet/kernels/reference/reference.h"

namespace linnet::kernels::reference {
namespace {

template <class T, class R, class Function>
void map(const View& a, const View& b, const MutableView& dst, Function function) {
  const T* left = a.as<T>();
  const T* right = b.as<T>();
  R* out = dst.as<R>();
  using C = Compute<T>;
  for_each_element(
      dst.shape,
      [&](std::int64_t i, std::int64_t j, std::int64_t d) {
        out[d] = store<R>(function(static_cast<C>(left[i]), static_cast<C>(right[j])));
      },
      a.strides, b.strides, dst.strides);
}

template <class C>
C divide(C a, C b) {
  if constexpr (std::is_integral_v<C>) {
    if (b == 0) return 0;
    if (b == -1) return wrapping(C{0}, a, std::minus<>());  // the smallest integer has no opposite
  }
  return a / b;
}

/// Python's remainder: it has the sign of b.
template <class C>
C mod(C a, C b) {
  if constexpr (std::is_integral_v<C>) {
    if (b == 0 || b == -1) return 0;
    const C rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  } else {
    const C rest = std::fmod(a, b);
    if (rest == 0) return std::copysign(C{0}, b);
    return (rest < 0) != (b < 0) ? rest + b : rest;
  }
}

template <class C>
C floor_divide(C a, C b) {
  if constexpr (std::is_integral_v<C>) {
    const C quotient = divide(a, b);
    return b != 0 && b != -1 && a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
  } else {
    if (b == 0) return a / b;
    // a - mod is a multiple of b but for rounding, so the nearest integer is the quotient.
    return std::round((a - mod(a, b)) / b);
  }
}

template <class C>
C power(C a, C b) {
  if constexpr (std::is_integral_v<C>) {
    if (b < 0) return a == 1 ? 1 : a == -1 ? (b % 2 == 0 ? 1 : -1) : 0;
    C result = 1;
    for (; b > 0; b /= 2, a = wrapping(a, a, std::multiplies<>()))
      if (b % 2 == 1) result = wrapping(result, a, std::multiplies<>());
    return result;
  } else {
    return std::pow(a, b);
  }
}

template <class C>
C sigmoid(C x) {
  const C e = std::exp(-std::abs(x));
  return (x >= 0 ? C{1} : e) / (C{1} + e);
}

template <class C>
C gelu_derivative(C x) {
  const double z = static_cast<double>(x);
  const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
  return static_cast<C>(std::erfc(-z / std::numbers::sqrt2) / 2 + z * density);
}

template <class C>
C gelu_tanh_derivative(C x) {
  const double z = static_cast<double>(x), slope = std::sqrt(2 / std::numbers::pi), cubic = 0.044715;
  const double tanh = std::tanh(slope * (z + cubic * z * z * z));
  return static_cast<C>((1 + tanh) / 2 + z / 2 * (1 - tanh * tanh) * slope * (1 + 3 * cubic * z * z));
}

template <class T>
void arithmetic(BinaryOp op, const View& a, const View& b, const MutableView& dst) {
  using C = Compute<T>;
  auto map_to = [&](auto function) { map<T, T>(a, b, dst, function); };
  using enum BinaryOp;
  switch (op) {
    case add: return map_to([](C x, C y) { return wrapping(x, y, std::plus<>()); });
    case subtract: return map_to([](C x, C y) { return wrapping(x, y, std::minus<>()); });
    case multiply: return map_to([](C x, C y) { return wrapping(x, y, std::multiplies<>()); });
    case divide: return map_to([](C x, C y) { return reference::divide(x, y); });
    case floor_divide: return map_to([](C x, C y) { return reference::floor_divide(x, y); });
    case mod: return map_to([](C x, C y) { return reference::mod(x, y); });
    case power: return map_to([](C x, C y) { return reference::power(x, y); });
    case maximum: return map_to([](C x, C y) { return x > y || x != x ? x : y; });  // NaN wins
    case minimum: return map_to([](C x, C y) { return x < y || x != x ? x : y; });
    default: break;
  }
  if constexpr (is_floating_type<T>) switch (op) {
      case atan2: return map_to([](C x, C y) { return std::atan2(x, y); });
      case relu_gradient: return map_to([](C y, C dy) { return y > 0 ? dy : C{0}; });
      case sigmoid_gradient: return map_to([](C y, C dy) { return dy * (y * (1 - y)); });
      case tanh_gradient: return map_to([](C y, C dy) { return dy * (1 - y * y); });
      case softplus_gradient: return map_to([](C x, C dy) { return dy * sigmoid(x); });
      case gelu_gradient: return map_to([](C x, C dy) { return dy * gelu_derivative(x); });
      case gelu_tanh_gradient: return map_to([](C x, C dy) { return dy * gelu_tanh_derivative(x); });
      default: break;
    }
}

template <class T>
void comparison(BinaryOp op, const View& a, const View& b, const MutableView& dst) {
  using C = Compute<T>;
  auto map_to = [&](auto function) { map<T, bool>(a, b, dst, function); };
  using enum BinaryOp;
  switch (op) {
    case equal: return map_to([](C x, C y) { return x == y; });
    case not_equal: return map_to([](C x, C y) { return x != y; });
    case less: return map_to([](C x, C y) { return x < y; });
    case less_equal: return map_to([](C x, C y) { return x <= y; });
    case greater: return map_to([](C x, C y) { return x > y; });
    case greater_equal: return map_to([](C x, C y) { return x >= y; });
    case logical_and: return map_to([](C x, C y) { return x != 0 && y != 0; });
    case logical_or: return map_to([](C x, C y) { return x != 0 || y != 0; });
    default: return map_to([](C x, C y) { return (x != 0) != (y != 0); });
  }
}

}  // namespace

void binary(BinaryOp op, const View& a, const View& b, const MutableView& dst) {
  const bool compares = op >= BinaryOp::equal && op <= BinaryOp::logical_xor;
  dispatch(a.dtype, [&](auto zero) {
    using T = decltype(zero);
    compares ? comparison<T>(op, a, b, dst) : arithmetic<T>(op, a, b, dst);
  });
}

void where(const View& condition, const View& a, const View& b, const MutableView& dst) {
  const bool* choose = condition.as<bool>();
  dispatch(dst.dtype, [&](auto zero) {
    using T = decltype(zero);
    for_each_element(
        dst.shape,
        [&](std::int64_t c, std::int64_t i, std::int64_t j, std::int64_t d) {
          dst.as<T>()[d] = choose[c] ? a.as<T>()[i] : b.as<T>()[j];
        },
        condition.strides, a.strides, b.strides, dst.strides);
  });
}

}  // namespace linnet::kernels::reference
