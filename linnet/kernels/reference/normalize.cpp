#include <cmath>

#include "linnet/kernels/reference/loop.h"
#include "linnet/kernels/reference/reference.h"

namespace linnet::kernels::reference {
namespace {

/// The axes that are reduced, with size 1 at the others.
Shape window_of(const Shape& src, const Shape& kept) {
  Shape window = src;
  for (int axis = 0; axis < src.rank(); ++axis)
    if (kept[axis] == src[axis]) window[axis] = 1;
  return window;
}

template <class T>
void standardize_of(const View& src, double epsilon, const MutableView& mean, const MutableView& variance,
                    const MutableView& dst) {
  const Shape window = window_of(src.shape, mean.shape);
  const auto count = static_cast<double>(window.size());
  for_each_element(
      mean.shape,
      [&](std::int64_t first, std::int64_t of_mean, std::int64_t of_variance, std::int64_t first_dst) {
        auto value = [&](std::int64_t i) { return static_cast<double>(src.as<T>()[first + i]); };
        double sum = 0, squares = 0;
        for_each_element(
            window, [&](std::int64_t i) { sum += value(i); }, src.strides);
        const double center = sum / count;
        for_each_element(
            window, [&](std::int64_t i) { squares += (value(i) - center) * (value(i) - center); }, src.strides);
        const double scale = 1 / std::sqrt(squares / count + epsilon);
        mean.as<T>()[of_mean] = store<T>(center);
        variance.as<T>()[of_variance] = store<T>(squares / count);
        for_each_element(
            window,
            [&](std::int64_t i, std::int64_t j) { dst.as<T>()[first_dst + j] = store<T>((value(i) - center) * scale); },
            src.strides, dst.strides);
      },
      src.strides, mean.strides, variance.strides, dst.strides);
}

template <class T>
void standardize_backward_of(const View& dst, const View& variance, double epsilon, const View& diff_dst,
                             const MutableView& diff_src) {
  const Shape window = window_of(dst.shape, variance.shape);
  const auto count = static_cast<double>(window.size());
  for_each_element(
      variance.shape,
      [&](std::int64_t first, std::int64_t of_variance, std::int64_t first_diff, std::int64_t first_src) {
        auto y = [&](std::int64_t i) { return static_cast<double>(dst.as<T>()[first + i]); };
        auto dy = [&](std::int64_t i) { return static_cast<double>(diff_dst.as<T>()[first_diff + i]); };
        double sum = 0, products = 0;
        for_each_element(
            window,
            [&](std::int64_t i, std::int64_t j) {
              sum += dy(j);
              products += dy(j) * y(i);
            },
            dst.strides, diff_dst.strides);
        const double scale = 1 / std::sqrt(static_cast<double>(variance.as<T>()[of_variance]) + epsilon);
        for_each_element(
            window,
            [&](std::int64_t i, std::int64_t j, std::int64_t k) {
              diff_src.as<T>()[first_src + k] = store<T>(scale * (dy(j) - sum / count - y(i) * products / count));
            },
            dst.strides, diff_dst.strides, diff_src.strides);
      },
      dst.strides, variance.strides, diff_dst.strides, diff_src.strides);
}

}  // namespace

void standardize(const View& src, double epsilon, const MutableView& mean, const MutableView& variance,
                 const MutableView& dst) {
  dispatch_floating(dst.dtype, [&](auto zero) { standardize_of<decltype(zero)>(src, epsilon, mean, variance, dst); });
}

void standardize_backward(const View& dst, const View& variance, double epsilon, const View& diff_dst,
                          const MutableView& diff_src) {
  dispatch_floating(diff_src.dtype, [&](auto zero) {
    standardize_backward_of<decltype(zero)>(dst, variance, epsilon, diff_dst, diff_src);
  });
}

}  // namespace linnet::kernels::reference
