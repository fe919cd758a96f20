// What all reference kernels share: walking over strided elements, and the type in which a dtype computes.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "linnet/kernels/convert.h"
#include "linnet/kernels/kernels.h"
#include "linnet/kernels/view.h"

namespace linnet::kernels::reference {

/// Calls body(offset_1, offset_2, …), one offset for each of `strides`, for every element of `shape` in row-major
/// order.
template <class Body, class... StridesOfView>
void for_each_element(const Shape& shape, Body&& body, const StridesOfView&... strides) {
  constexpr std::size_t views = sizeof...(strides);
  const std::array<const Strides*, views> steps{&strides...};
  for (std::int64_t n : shape)
    if (n == 0) return;
  const int last = shape.rank() - 1;
  const std::int64_t inner = last < 0 ? 1 : shape[last];
  std::array<std::int64_t, views> offset{};
  std::int64_t position[Shape::max_rank] = {};
  auto call = [&]<std::size_t... View>(std::int64_t i, std::index_sequence<View...>) {
    body((offset[View] + (last < 0 ? 0 : i * (*steps[View])[last]))...);
  };
  for (;;) {
    for (std::int64_t i = 0; i < inner; ++i) call(i, std::make_index_sequence<views>());
    int axis = last - 1;
    for (; axis >= 0; --axis) {
      for (std::size_t v = 0; v < views; ++v) offset[v] += (*steps[v])[axis];
      if (++position[axis] < shape[axis]) break;
      for (std::size_t v = 0; v < views; ++v) offset[v] -= (*steps[v])[axis] * shape[axis];
      position[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/// The type in which a dtype's elements are computed: bfloat16 in float32, small integers in int.
template <class T>
struct ComputeOf {
  using type = T;
};
template <>
struct ComputeOf<BFloat16> {
  using type = float;
};
template <>
struct ComputeOf<std::uint8_t> {
  using type = std::int32_t;
};
template <>
struct ComputeOf<bool> {
  using type = std::int32_t;
};
template <class T>
using Compute = typename ComputeOf<T>::type;

/// Two's-complement arithmetic of integers, without the undefined overflow of signed types.
template <class T, class Operation>
T wrapping(T a, T b, Operation operation) {
  if constexpr (std::is_integral_v<T>) {
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(operation(static_cast<Unsigned>(a), static_cast<Unsigned>(b)));
  } else {
    return operation(a, b);
  }
}

/// Stores a computed value: uint8 wraps around, boolean is value != 0.
template <class T, class C>
T store(C value) {
  if constexpr (std::is_integral_v<T> && std::is_integral_v<C>)
    return static_cast<T>(std::is_same_v<T, bool> ? value != 0 : value);
  else
    return convert<T>(value);
}

/// Calls visit(float{}), visit(double{}) or visit(BFloat16{}).
template <class Visitor>
void dispatch_floating(DType dtype, Visitor&& visit) {
  if (dtype == DType::float64) return visit(double{});
  if (dtype == DType::bfloat16) return visit(BFloat16{});
  visit(float{});
}

/// Calls visit with a function that reads element `offset` of an int32 or int64 view.
template <class Visitor>
void dispatch_indices(const View& indices, Visitor&& visit) {
  if (indices.dtype == DType::int32)
    visit([data = indices.as<std::int32_t>()](std::int64_t offset) { return std::int64_t{data[offset]}; });
  else
    visit([data = indices.as<std::int64_t>()](std::int64_t offset) { return data[offset]; });
}

/// A view's shape and strides without one axis.
inline Shape without_axis(Shape sizes, int axis) {
  sizes.erase(axis);
  return sizes;
}

/// What products and convolutions apply to a sum.
template <class A>
A activate(Activation activation, A x) {
  if constexpr (!std::is_integral_v<A>) {
    if (activation == Activation::sigmoid) {
      const A e = std::exp(-std::abs(x));
      return (x >= 0 ? A{1} : e) / (1 + e);
    }
    if (activation == Activation::tanh) return std::tanh(x);
  }
  return activation == Activation::relu && x < 0 ? A{0} : x;
}

}  // namespace linnet::kernels::reference
