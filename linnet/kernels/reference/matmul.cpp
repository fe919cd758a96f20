#include <cmath>
#include <functional>
#include <vector>

#include "linnet/kernels/reference/loop.h"
#include "linnet/kernels/reference/reference.h"

namespace linnet::kernels::reference {
namespace {

/// Products of T; a wider B is rounded to it first, a wider bias is not.
template <class T, class B, class Bias, class Dst>
void matmul_of(const View& a, const View& b, const View& bias, Activation activation, const MutableView& dst) {
  using A = std::conditional_t<is_floating_type<T>, double, std::int64_t>;
  const std::int64_t m = dst.shape[-2], n = dst.shape[-1], k = a.shape[-1];
  std::vector<A> row(static_cast<std::size_t>(n));
  auto leading = [](const Shape& sizes) { return sizes.slice(0, sizes.rank() - 2); };
  for_each_element(
      leading(dst.shape),
      [&](std::int64_t first_a, std::int64_t first_b, std::int64_t first_dst) {
        for (std::int64_t i = 0; i < m; ++i) {
          for (std::int64_t j = 0; j < n; ++j)
            row[static_cast<std::size_t>(j)] = bias.data ? static_cast<A>(bias.as<Bias>()[j * bias.strides[0]]) : A{0};
          for (std::int64_t p = 0; p < k; ++p) {
            const A x = static_cast<A>(a.as<T>()[first_a + i * a.strides[-2] + p * a.strides[-1]]);
            const B* y = b.as<B>() + first_b + p * b.strides[-2];
            for (std::int64_t j = 0; j < n; ++j) {
              A& total = row[static_cast<std::size_t>(j)];
              const A product = wrapping(x, static_cast<A>(convert<T>(y[j * b.strides[-1]])), std::multiplies<>());
              total = wrapping(total, product, std::plus<>());
            }
          }
          Dst* out = dst.as<Dst>() + first_dst + i * dst.strides[-2];
          for (std::int64_t j = 0; j < n; ++j)
            out[j * dst.strides[-1]] = store<Dst>(activate(activation, row[static_cast<std::size_t>(j)]));
        }
      },
      leading(a.strides), leading(b.strides), leading(dst.strides));
}

/// Calls visit(BFloat16{}) or visit(float{}).
template <class Visitor>
void dispatch_mixed(DType dtype, Visitor&& visit) {
  dtype == DType::bfloat16 ? visit(BFloat16()) : visit(float());
}

}  // namespace

void matmul(const View& a, const View& b, const View& bias, Activation activation, const MutableView& dst) {
  if (a.dtype != DType::bfloat16)
    return dispatch(dst.dtype, [&](auto zero) {
      using T = decltype(zero);
      matmul_of<T, T, T, T>(a, b, bias, activation, dst);
    });
  dispatch_mixed(b.dtype, [&](auto of_b) {
    dispatch_mixed(bias.dtype, [&](auto of_bias) {
      dispatch_mixed(dst.dtype, [&](auto of_dst) {
        matmul_of<BFloat16, decltype(of_b), decltype(of_bias), decltype(of_dst)>(a, b, bias, activation, dst);
      });
    });
  });
}

}  // namespace linnet::kernels::reference
