#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>

#include "linnet/kernels/reference/loop.h"
#include "linnet/kernels/reference/reference.h"

namespace linnet::kernels::reference {
namespace {

/// The type of running sums and products: float64 for reals, int64 for integers (they wrap around).
template <class T>
using Total = std::conditional_t<is_floating_type<T>, double, std::int64_t>;

template <class A>
struct Sum {
  static constexpr A start{0};
  A operator()(A total, A x) const { return wrapping(total, x, std::plus<>()); }
};
template <class A>
struct Product {
  static constexpr A start{1};
  A operator()(A total, A x) const { return wrapping(total, x, std::multiplies<>()); }
};
template <class A>
struct Maximum {
  static constexpr A start =
      std::is_integral_v<A> ? std::numeric_limits<A>::min() : -std::numeric_limits<A>::infinity();
  A operator()(A best, A x) const { return x > best || x != x ? x : best; }  // NaN wins, and stays
};
template <class A>
struct Minimum {
  static constexpr A start = std::is_integral_v<A> ? std::numeric_limits<A>::max() : std::numeric_limits<A>::infinity();
  A operator()(A best, A x) const { return x < best || x != x ? x : best; }
};
template <class A>
struct Any {
  static constexpr A start{0};
  A operator()(A found, A x) const { return found != 0 || x != 0; }
};
template <class A>
struct All {
  static constexpr A start{1};
  A operator()(A found, A x) const { return found != 0 && x != 0; }
};

/// dst[i] = finish(fold of the elements that belong to i).
template <class T, class R, class Operation, class Finish>
void fold(const View& src, const MutableView& dst, Operation operation, Finish finish) {
  using A = Total<T>;
  Shape reduced = src.shape;  // the elements of one fold
  for (int i = 0; i < src.rank(); ++i)
    if (dst.shape[i] == src.shape[i]) reduced[i] = 1;
  for_each_element(
      dst.shape,
      [&](std::int64_t first, std::int64_t d) {
        A total = Operation::start;
        for_each_element(
            reduced, [&](std::int64_t s) { total = operation(total, static_cast<A>(src.as<T>()[first + s])); },
            src.strides);
        dst.as<R>()[d] = store<R>(finish(total));
      },
      src.strides, dst.strides);
}

template <class T>
void reduce_of(ReduceOp op, const View& src, const MutableView& dst) {
  using A = Total<T>;
  auto same = [](A total) { return total; };
  switch (op) {
    case ReduceOp::sum: return fold<T, T>(src, dst, Sum<A>(), same);
    case ReduceOp::mean: {
      const double count = static_cast<double>(src.size()) / static_cast<double>(dst.size());
      return fold<T, T>(src, dst, Sum<A>(), [count](A total) { return static_cast<double>(total) / count; });
    }
    case ReduceOp::product: return fold<T, T>(src, dst, Product<A>(), same);
    case ReduceOp::maximum: return fold<T, T>(src, dst, Maximum<A>(), same);
    case ReduceOp::minimum: return fold<T, T>(src, dst, Minimum<A>(), same);
    case ReduceOp::any: return fold<T, bool>(src, dst, Any<A>(), same);
    case ReduceOp::all: return fold<T, bool>(src, dst, All<A>(), same);
  }
}

}  // namespace

void reduce(ReduceOp op, const View& src, const MutableView& dst) {
  dispatch(src.dtype, [&](auto zero) { reduce_of<decltype(zero)>(op, src, dst); });
}

void arg_reduce(ArgOp op, const View& src, int axis, const MutableView& dst) {
  dispatch(src.dtype, [&](auto zero) {
    using T = decltype(zero);
    using C = Compute<T>;
    const T* in = src.as<T>();
    for_each_element(
        dst.shape,
        [&](std::int64_t s, std::int64_t d) {
          std::int64_t best = 0;
          for (std::int64_t i = 1; i < src.shape[axis]; ++i) {
            const C x = in[s + i * src.strides[axis]], y = in[s + best * src.strides[axis]];
            if (y != y) break;
            if (x != x || (op == ArgOp::maximum ? x > y : x < y)) best = i;
          }
          dst.as<std::int64_t>()[d] = best;
        },
        src.strides, dst.strides);
  });
}

void cumulative_sum(const View& src, int axis, bool reverse, const MutableView& dst) {
  dispatch(src.dtype, [&](auto zero) {
    using T = decltype(zero);
    using A = Total<T>;
    for_each_element(
        without_axis(src.shape, axis),
        [&](std::int64_t s, std::int64_t d) {
          A total = 0;
          for (std::int64_t k = 0, n = src.shape[axis]; k < n; ++k) {
            const std::int64_t i = reverse ? n - 1 - k : k;
            total = Sum<A>()(total, static_cast<A>(src.as<T>()[s + i * src.strides[axis]]));
            dst.as<T>()[d + i * dst.strides[axis]] = store<T>(total);
          }
        },
        without_axis(src.strides, axis), without_axis(dst.strides, axis));
  });
}

void sort(const View& src, bool descending, const MutableView& values, const MutableView& indices) {
  const int axis = src.rank() - 1;
  std::vector<std::int64_t> order(static_cast<std::size_t>(src.shape[axis]));
  auto strides_of = [&](const MutableView& view) { return view.data ? view.strides : Strides(src.strides); };
  dispatch(src.dtype, [&](auto zero) {
    using T = decltype(zero);
    using C = Compute<T>;
    for_each_element(
        without_axis(src.shape, axis),
        [&](std::int64_t s, std::int64_t v, std::int64_t x) {
          auto element = [&](std::int64_t i) { return static_cast<C>(src.as<T>()[s + i * src.strides[axis]]); };
          std::iota(order.begin(), order.end(), std::int64_t{0});
          std::stable_sort(order.begin(), order.end(), [&](std::int64_t i, std::int64_t j) {
            const C a = element(i), b = element(j);
            if (a != a || b != b) return a == a && b != b;
            return descending ? a > b : a < b;
          });
          std::int64_t position = 0;
          for (const std::int64_t i : order) {
            if (values.data) values.as<T>()[v + position * values.strides[axis]] = static_cast<T>(element(i));
            if (indices.data) indices.as<std::int64_t>()[x + position * indices.strides[axis]] = i;
            ++position;
          }
        },
        without_axis(src.strides, axis), without_axis(strides_of(values), axis),
        without_axis(strides_of(indices), axis));
  });
}

double sum_of_squares(const View& src) {
  double total = 0;
  dispatch(src.dtype, [&](auto zero) {
    using T = decltype(zero);
    for_each_element(
        src.shape,
        [&](std::int64_t s) {
          const double x = static_cast<double>(src.as<T>()[s]);
          total += x * x;
        },
        src.strides);
  });
  return total;
}

}  // namespace linnet::kernels::reference
