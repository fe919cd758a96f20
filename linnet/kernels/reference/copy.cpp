#include <algorithm>

#include "linnet/kernels/reference/loop.h"
#include "linnet/kernels/reference/reference.h"

namespace linnet::kernels::reference {

void copy(const View& src, const MutableView& dst) {
  dispatch(src.dtype, [&](auto from) {
    dispatch(dst.dtype, [&](auto to) {
      using From = decltype(from);
      using To = decltype(to);
      for_each_element(
          dst.shape, [&](std::int64_t s, std::int64_t d) { dst.as<To>()[d] = convert<To>(src.as<From>()[s]); },
          src.strides, dst.strides);
    });
  });
}

void fill(double value, const MutableView& dst) {
  dispatch(dst.dtype, [&](auto zero) {
    using T = decltype(zero);
    for_each_element(
        dst.shape, [&, element = convert<T>(value)](std::int64_t d) { dst.as<T>()[d] = element; }, dst.strides);
  });
}

void accumulate(double scale, const View& src, const MutableView& dst) {
  dispatch_floating(dst.dtype, [&](auto zero) {
    using T = decltype(zero);
    using C = Compute<T>;
    for_each_element(
        dst.shape,
        [&, factor = static_cast<C>(scale)](std::int64_t s, std::int64_t d) {
          dst.as<T>()[d] = static_cast<T>(static_cast<C>(dst.as<T>()[d]) + factor * static_cast<C>(src.as<T>()[s]));
        },
        src.strides, dst.strides);
  });
}

void rescale(const View& src, double scale, double offset, const MutableView& dst) {
  dispatch(src.dtype, [&](auto from) {
    dispatch_floating(dst.dtype, [&](auto to) {
      using From = decltype(from);
      using To = decltype(to);
      using C = Compute<To>;
      const C factor = static_cast<C>(scale), shift = static_cast<C>(offset);
      for_each_element(
          dst.shape,
          [&](std::int64_t s, std::int64_t d) {
            dst.as<To>()[d] = static_cast<To>(convert<C>(src.as<From>()[s]) * factor + shift);
          },
          src.strides, dst.strides);
    });
  });
}

void clip(const View& src, double low, double high, const MutableView& dst) {
  dispatch(src.dtype, [&](auto zero) {
    using T = decltype(zero);
    using C = Compute<T>;
    const C bottom = convert<C>(low), top = convert<C>(high);
    for_each_element(
        dst.shape,
        [&](std::int64_t s, std::int64_t d) {
          const C x = src.as<T>()[s];
          dst.as<T>()[d] = static_cast<T>(x < bottom ? std::min(bottom, top) : x > top ? top : x);  // NaN stays NaN
        },
        src.strides, dst.strides);
  });
}

}  // namespace linnet::kernels::reference
