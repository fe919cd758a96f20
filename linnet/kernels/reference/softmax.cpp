#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "linnet/kernels/reference/loop.h"
#include "linnet/kernels/reference/reference.h"

namespace linnet::kernels::reference {
namespace {

/// Element j of one row of a view; the rows lie along the last axis.
template <class T>
struct Row {
  T* first;
  std::int64_t stride;
  T& operator[](std::int64_t j) const { return first[j * stride]; }
};

/// Calls visit(row of the first view, row of the second, …) for all rows. A view gives rows of const elements.
template <class T, class Visitor, class... Views>
void for_each_row(Visitor visit, const Views&... views) {
  const View first = std::get<0>(std::tie(views...));
  const int axis = first.rank() - 1;
  auto row = []<class V>(const V& view, std::int64_t offset) {
    using Element = std::conditional_t<std::is_same_v<V, View>, const T, T>;
    return Row<Element>{view.template as<T>() + offset, view.strides.back()};
  };
  for_each_element(
      without_axis(first.shape, axis), [&](auto... offsets) { visit(row(views, offsets)...); },
      without_axis(views.strides, axis)...);
}

/// The largest element and log(sum(exp(x - largest))).
struct LogSum {
  double largest = -std::numeric_limits<double>::infinity(), log_sum = 0;

  template <class T>
  LogSum(const Row<const T>& row, std::int64_t n) {
    for (std::int64_t j = 0; j < n; ++j) largest = std::max(largest, static_cast<double>(row[j]));
    double sum = 0;
    for (std::int64_t j = 0; j < n; ++j) sum += std::exp(static_cast<double>(row[j]) - largest);
    log_sum = std::log(sum);
  }
  double log_softmax(double x) const { return x - largest - log_sum; }
};

}  // namespace

void softmax(const View& src, const MutableView& dst) {
  const std::int64_t n = src.shape.back();
  dispatch_floating(src.dtype, [&](auto zero) {
    using T = decltype(zero);
    for_each_row<T>(
        [&](Row<const T> x, Row<T> y) {
          const LogSum total(x, n);
          for (std::int64_t j = 0; j < n; ++j)
            y[j] = convert<T>(std::exp(total.log_softmax(static_cast<double>(x[j]))));
        },
        src, dst);
  });
}

void log_softmax(const View& src, const MutableView& dst) {
  const std::int64_t n = src.shape.back();
  dispatch_floating(src.dtype, [&](auto zero) {
    using T = decltype(zero);
    for_each_row<T>(
        [&](Row<const T> x, Row<T> y) {
          const LogSum total(x, n);
          for (std::int64_t j = 0; j < n; ++j) y[j] = convert<T>(total.log_softmax(static_cast<double>(x[j])));
        },
        src, dst);
  });
}

void softmax_backward(const View& dst, const View& diff_dst, const MutableView& diff_src) {
  const std::int64_t n = dst.shape.back();
  dispatch_floating(dst.dtype, [&](auto zero) {
    using T = decltype(zero);
    for_each_row<T>(
        [&](Row<const T> y, Row<const T> dy, Row<T> dx) {
          double dot = 0;
          for (std::int64_t j = 0; j < n; ++j) dot += static_cast<double>(y[j]) * static_cast<double>(dy[j]);
          for (std::int64_t j = 0; j < n; ++j)
            dx[j] = convert<T>(static_cast<double>(y[j]) * (static_cast<double>(dy[j]) - dot));
        },
        dst, diff_dst, diff_src);
  });
}

void log_softmax_backward(const View& dst, const View& diff_dst, const MutableView& diff_src) {
  const std::int64_t n = dst.shape.back();
  dispatch_floating(dst.dtype, [&](auto zero) {
    using T = decltype(zero);
    for_each_row<T>(
        [&](Row<const T> y, Row<const T> dy, Row<T> dx) {
          double sum = 0;
          for (std::int64_t j = 0; j < n; ++j) sum += static_cast<double>(dy[j]);
          for (std::int64_t j = 0; j < n; ++j)
            dx[j] = convert<T>(static_cast<double>(dy[j]) - std::exp(static_cast<double>(y[j])) * sum);
        },
        dst, diff_dst, diff_src);
  });
}

void sparse_softmax_cross_entropy(const View& logits, const View& labels, const MutableView& loss,
                                  const MutableView& softmax) {
  const std::int64_t n = logits.shape[0], classes = logits.shape[1];
  dispatch_floating(logits.dtype, [&](auto zero) {
    using T = decltype(zero);
    dispatch_indices(labels, [&](auto label) {
      for (std::int64_t i = 0; i < n; ++i) {
        const Row<const T> x{logits.as<T>() + i * logits.strides[0], logits.strides[1]};
        const Row<T> y{softmax.as<T>() + i * softmax.strides[0], softmax.strides[1]};
        const LogSum total(x, classes);
        const double truth = static_cast<double>(x[label(i * labels.strides[0])]);
        for (std::int64_t j = 0; j < classes; ++j)
          y[j] = convert<T>(std::exp(total.log_softmax(static_cast<double>(x[j]))));
        loss.as<T>()[i * loss.strides[0]] = convert<T>(-total.log_softmax(truth));
      }
    });
  });
}

void sparse_softmax_cross_entropy_backward(const View& softmax, const View& labels, const View& diff_loss,
                                           const MutableView& diff_logits) {
  const std::int64_t n = softmax.shape[0], classes = softmax.shape[1];
  dispatch_floating(softmax.dtype, [&](auto zero) {
    using T = decltype(zero);
    using C = Compute<T>;
    dispatch_indices(labels, [&](auto label) {
      for (std::int64_t i = 0; i < n; ++i) {
        const Row<const T> y{softmax.as<T>() + i * softmax.strides[0], softmax.strides[1]};
        const Row<T> dx{diff_logits.as<T>() + i * diff_logits.strides[0], diff_logits.strides[1]};
        const C scale = diff_loss.as<T>()[i * diff_loss.strides[0]];
        const std::int64_t truth = label(i * labels.strides[0]);
        for (std::int64_t j = 0; j < classes; ++j)
          dx[j] = static_cast<T>((static_cast<C>(y[j]) - static_cast<C>(j == truth)) * scale);
      }
    });
  });
}

}  // namespace linnet::kernels::reference
