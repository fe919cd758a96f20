#include <algorithm>
#include <cmath>
#include <vector>

#include "linnet/kernels/reference/loop.h"
#include "linnet/kernels/reference/reference.h"
#include "linnet/kernels/windows.h"

namespace linnet::kernels::reference {
namespace {

template <class T>
void pool_of(PoolOp op, const View& src, const Shape& window, const Windows& w, const MutableView& dst) {
  const Position cells = sizes_at(window, 0), from = sizes_at(src.shape, 1);
  for (std::int64_t n = 0; n < dst.shape[0]; ++n)
    for_each_position(sizes_at(dst.shape, 1), [&](const Position& y) {
      for (std::int64_t c = 0; c < dst.shape[4]; ++c) {
        double sum = 0, largest = 0, count = 0;
        for_each_cell(w, cells, from, y, [&](const Position&, const Position& x) {
          const auto value = static_cast<double>(src.as<T>()[offset_of(src, n, x, c)]);
          if (count == 0 || value > largest || std::isnan(value)) largest = value;
          sum += value;
          count += 1;
        });
        dst.as<T>()[offset_of(dst, n, y, c)] = store<T>(op == PoolOp::maximum ? largest : sum / count);
      }
    });
}

template <class T>
void pool_backward_of(PoolOp op, const View& src, const View& dst, const View& diff_dst, const Shape& window,
                      const Windows& w, const MutableView& diff_src) {
  const Position cells = sizes_at(window, 0), to = sizes_at(diff_src.shape, 1);
  const std::int64_t channels = diff_src.shape[4];
  std::vector<double> total(static_cast<std::size_t>(to[0] * to[1] * to[2] * channels));
  for (std::int64_t n = 0; n < diff_src.shape[0]; ++n) {
    std::fill(total.begin(), total.end(), 0);
    auto sum_at = [&](const Position& x, std::int64_t c) -> double& {
      return total[static_cast<std::size_t>(((x[0] * to[1] + x[1]) * to[2] + x[2]) * channels + c)];
    };
    for_each_position(sizes_at(diff_dst.shape, 1), [&](const Position& y) {
      double count = 0;
      for_each_cell(w, cells, to, y, [&](const Position&, const Position&) { count += 1; });
      for (std::int64_t c = 0; c < channels; ++c) {
        const auto d = static_cast<double>(diff_dst.as<T>()[offset_of(diff_dst, n, y, c)]);
        bool given = false;
        for_each_cell(w, cells, to, y, [&](const Position&, const Position& x) {
          if (op == PoolOp::average) {
            sum_at(x, c) += d / count;
            return;
          }
          const auto value = static_cast<double>(src.as<T>()[offset_of(src, n, x, c)]),
                     largest = static_cast<double>(dst.as<T>()[offset_of(dst, n, y, c)]);
          if (given || (value != largest && !std::isnan(value))) return;
          given = true;
          sum_at(x, c) += d;
        });
      }
    });
    for_each_position(to, [&](const Position& x) {
      for (std::int64_t c = 0; c < channels; ++c)
        diff_src.as<T>()[offset_of(diff_src, n, x, c)] = store<T>(sum_at(x, c));
    });
  }
}

}  // namespace

void pool(PoolOp op, const View& src, const Shape& window, const Windows& windows, const MutableView& dst) {
  dispatch_floating(dst.dtype, [&](auto zero) {
    pool_of<decltype(zero)>(op, as_volumes(src), as_volumes(window), as_volumes(windows), as_volumes(dst));
  });
}

void pool_backward(PoolOp op, const View& src, const View& dst, const View& diff_dst, const Shape& window,
                   const Windows& windows, const MutableView& diff_src) {
  dispatch_floating(diff_src.dtype, [&](auto zero) {
    const bool reads = op == PoolOp::maximum;
    pool_backward_of<decltype(zero)>(op, reads ? as_volumes(src) : View(), reads ? as_volumes(dst) : View(),
                                     as_volumes(diff_dst), as_volumes(window), as_volumes(windows),
                                     as_volumes(diff_src));
  });
}

}  // namespace linnet::kernels::reference
