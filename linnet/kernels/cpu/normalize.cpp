// Standardization of float32: of the rows or the columns of dense matrices. Other layouts are copied first.
#include <algorithm>
#include <cmath>
#include <optional>

#include "linnet/base/thread_pool.h"
#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/dense.h"
#include "linnet/kernels/cpu/scratch.h"
#include "linnet/kernels/cpu/targets.h"

#ifndef LINNET_KERNELS_CPU_NORMALIZE_ONCE
#define LINNET_KERNELS_CPU_NORMALIZE_ONCE
namespace linnet::kernels::cpu {

struct TwoSums {
  double first, second;
};

/// Rows [rows, n] with dense columns.
struct Columns {
  std::int64_t rows, n;
};

}  // namespace linnet::kernels::cpu
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/normalize.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

/// Calls body(i, number of valid elements) for the vectors of n elements.
template <class Body>
HWY_INLINE void for_each_part(std::int64_t n, Body body) {
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(FloatTag()));
  for (std::int64_t i = 0; i < n; i += lanes) body(i, static_cast<std::size_t>(std::min(lanes, n - i)));
}

/// In float32 for so many elements of a row, or rows of a column; in float64, or once more in float32, beyond.
constexpr std::int64_t row_chunk = 1024, column_chunk = 32;

double sum_on_target(const float* x, std::int64_t n) {
  const FloatTag d;
  double total = 0;
  for (std::int64_t first = 0; first < n; first += row_chunk) {
    FloatVector sum = hn::Zero(d);
    for_each_part(std::min(row_chunk, n - first), [&](std::int64_t i, std::size_t valid) HWY_ATTR {
      sum = hn::Add(sum, hn::IfThenElseZero(hn::FirstN(d, valid), load_first(d, x + first + i, valid)));
    });
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  }
  return total;
}

double sum_of_squared_distances_on_target(const float* x, std::int64_t n, float center) {
  const FloatTag d;
  const FloatVector middle = hn::Set(d, center);
  double total = 0;
  for (std::int64_t first = 0; first < n; first += row_chunk) {
    FloatVector sum = hn::Zero(d);
    for_each_part(std::min(row_chunk, n - first), [&](std::int64_t i, std::size_t valid) HWY_ATTR {
      const FloatVector distance = hn::Sub(load_first(d, x + first + i, valid), middle);
      sum = hn::Add(sum, hn::IfThenElseZero(hn::FirstN(d, valid), hn::Mul(distance, distance)));
    });
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  }
  return total;
}

/// Σ dy and Σ dy · y.
TwoSums gradient_sums_on_target(const float* dy, const float* y, std::int64_t n) {
  const FloatTag d;
  TwoSums total{0, 0};
  for (std::int64_t first = 0; first < n; first += row_chunk) {
    FloatVector sum = hn::Zero(d), products = hn::Zero(d);
    for_each_part(std::min(row_chunk, n - first), [&](std::int64_t i, std::size_t valid) HWY_ATTR {
      const auto shown = hn::FirstN(d, valid);
      const FloatVector g = hn::IfThenElseZero(shown, load_first(d, dy + first + i, valid));
      const FloatVector value = hn::IfThenElseZero(shown, load_first(d, y + first + i, valid));
      sum = hn::Add(sum, g);
      products = hn::Add(products, hn::Mul(g, value));
    });
    total.first += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
    total.second += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, products)));
  }
  return total;
}

void write_row_on_target(const float* x, std::int64_t n, float center, float scale, float* y) {
  const FloatTag d;
  const FloatVector middle = hn::Set(d, center), factor = hn::Set(d, scale);
  for_each_part(n, [&](std::int64_t i, std::size_t valid) HWY_ATTR {
    store_first(hn::Mul(hn::Sub(load_first(d, x + i, valid), middle), factor), d, y + i, valid);
  });
}

/// dx = scale · (dy - mean - y · product).
void write_row_gradient_on_target(const float* dy, const float* y, std::int64_t n, float mean, float product,
                                  float scale, float* dx) {
  const FloatTag d;
  const FloatVector a = hn::Set(d, mean), b = hn::Set(d, product), factor = hn::Set(d, scale);
  for_each_part(n, [&](std::int64_t i, std::size_t valid) HWY_ATTR {
    const FloatVector rest = hn::Sub(hn::Sub(load_first(d, dy + i, valid), a), hn::Mul(load_first(d, y + i, valid), b));
    store_first(hn::Mul(rest, factor), d, dx + i, valid);
  });
}

/// sums[j] = Σ x[i, j], or, with a center, Σ (x[i, j] - center[j])².
void sum_columns_on_target(const float* x, Columns c, const float* center, float* sums) {
  const FloatTag d;
  for (std::int64_t first = 0; first < c.rows; first += column_chunk)
    for_each_part(c.n, [&](std::int64_t j, std::size_t valid) HWY_ATTR {
      const FloatVector middle = center == nullptr ? hn::Zero(d) : load_first(d, center + j, valid);
      FloatVector sum = hn::Zero(d);
      for (std::int64_t i = first; i < std::min(c.rows, first + column_chunk); ++i) {
        const FloatVector value = load_first(d, x + i * c.n + j, valid), distance = hn::Sub(value, middle);
        sum = hn::Add(sum, center == nullptr ? value : hn::Mul(distance, distance));
      }
      store_first(first == 0 ? sum : hn::Add(load_first(d, sums + j, valid), sum), d, sums + j, valid);
    });
}

/// sums[j] = Σ dy[i, j], products[j] = Σ dy[i, j] · y[i, j].
void sum_column_gradients_on_target(const float* dy, const float* y, Columns c, float* sums, float* products) {
  const FloatTag d;
  for (std::int64_t first = 0; first < c.rows; first += column_chunk)
    for_each_part(c.n, [&](std::int64_t j, std::size_t valid) HWY_ATTR {
      FloatVector sum = hn::Zero(d), product = hn::Zero(d);
      for (std::int64_t i = first; i < std::min(c.rows, first + column_chunk); ++i) {
        const FloatVector g = load_first(d, dy + i * c.n + j, valid);
        sum = hn::Add(sum, g);
        product = hn::Add(product, hn::Mul(g, load_first(d, y + i * c.n + j, valid)));
      }
      store_first(first == 0 ? sum : hn::Add(load_first(d, sums + j, valid), sum), d, sums + j, valid);
      store_first(first == 0 ? product : hn::Add(load_first(d, products + j, valid), product), d, products + j, valid);
    });
}

void write_columns_on_target(const float* x, Columns c, const float* center, const float* scale, float* y) {
  const FloatTag d;
  for (std::int64_t i = 0; i < c.rows; ++i)
    for_each_part(c.n, [&](std::int64_t j, std::size_t valid) HWY_ATTR {
      const FloatVector distance = hn::Sub(load_first(d, x + i * c.n + j, valid), load_first(d, center + j, valid));
      store_first(hn::Mul(distance, load_first(d, scale + j, valid)), d, y + i * c.n + j, valid);
    });
}

void write_column_gradients_on_target(const float* dy, const float* y, Columns c, const float* mean,
                                      const float* product, const float* scale, float* dx) {
  const FloatTag d;
  for (std::int64_t i = 0; i < c.rows; ++i)
    for_each_part(c.n, [&](std::int64_t j, std::size_t valid) HWY_ATTR {
      const FloatVector share = hn::Mul(load_first(d, y + i * c.n + j, valid), load_first(d, product + j, valid));
      const FloatVector rest =
          hn::Sub(hn::Sub(load_first(d, dy + i * c.n + j, valid), load_first(d, mean + j, valid)), share);
      store_first(hn::Mul(rest, load_first(d, scale + j, valid)), d, dx + i * c.n + j, valid);
    });
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {
namespace {

HWY_EXPORT(sum_on_target);
HWY_EXPORT(sum_of_squared_distances_on_target);
HWY_EXPORT(gradient_sums_on_target);
HWY_EXPORT(write_row_on_target);
HWY_EXPORT(write_row_gradient_on_target);
HWY_EXPORT(sum_columns_on_target);
HWY_EXPORT(sum_column_gradients_on_target);
HWY_EXPORT(write_columns_on_target);
HWY_EXPORT(write_column_gradients_on_target);

constexpr std::int64_t grain = 16 * 1024;  // elements that are worth a block

/// What is reduced: the columns of [rows, n] one by one, or its rows.
struct Layout {
  bool columns;
  std::int64_t rows, n;
};

/// The layout of a dense array whose axes are reduced where `kept` has size 1, if these are the first axes or the last.
std::optional<Layout> layout_of(const Shape& shape, const Shape& kept) {
  Layout layout{false, 1, 1};
  bool begun = false, first_is_reduced = false, second = false;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (shape[axis] == 1) continue;
    const bool reduced = kept[axis] == 1;
    if (!begun) first_is_reduced = reduced;
    begun = true;
    if (second && reduced == first_is_reduced) return std::nullopt;  // a third run of axes
    second = second || reduced != first_is_reduced;
    (second ? layout.n : layout.rows) *= shape[axis];
  }
  layout.columns = first_is_reduced && second;
  if (first_is_reduced && !second) std::swap(layout.rows, layout.n);  // everything: one row
  return layout;
}

/// The view with the axes that are reduced behind the others.
template <class AnyView>
AnyView reduced_last(const AnyView& view, const Shape& kept) {
  AnyView result = view;
  result.shape = result.strides = {};
  for (bool reduced : {false, true})
    for (int axis = 0; axis < view.rank(); ++axis)
      if ((kept[axis] == 1) == reduced) {
        result.shape.push_back(view.shape[axis]);
        result.strides.push_back(view.strides[axis]);
      }
  return result;
}

float inverse_root(double variance, double epsilon) { return static_cast<float>(1 / std::sqrt(variance + epsilon)); }

/// Calls body(block, first row, rows) for blocks of rows whose number depends on the layout alone.
class RowBlocks {
 public:
  explicit RowBlocks(const Layout& layout)
      : rows_(layout.rows), count_(std::clamp<std::int64_t>(layout.rows * layout.n / grain, 1, 4)) {
    count_ = std::min(count_, rows_);
  }
  std::int64_t count() const { return count_; }
  template <class Body>
  void for_each(Body body) const {
    parallel_blocks(count_, [&](std::int64_t block) {
      const std::int64_t first = rows_ * block / count_;
      body(block, first, rows_ * (block + 1) / count_ - first);
    });
  }

 private:
  std::int64_t rows_, count_;
};

/// means[j] = (parts[0, j] + parts[1, j] + …) / rows.
void average_parts(const float* parts, std::int64_t count, const Layout& layout, float* means) {
  for (std::int64_t j = 0; j < layout.n; ++j) {
    double total = 0;
    for (std::int64_t part = 0; part < count; ++part) total += static_cast<double>(parts[part * layout.n + j]);
    means[j] = static_cast<float>(total / static_cast<double>(layout.rows));
  }
}

void standardize_rows(const float* x, const Layout& layout, double epsilon, float* mean, float* variance, float* y) {
  const std::int64_t n = layout.n;
  parallel_ranges(layout.rows, grain / n + 1, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      const auto count = static_cast<double>(n);
      mean[i] = static_cast<float>(HWY_DYNAMIC_DISPATCH(sum_on_target)(x + i * n, n) / count);
      variance[i] =
          static_cast<float>(HWY_DYNAMIC_DISPATCH(sum_of_squared_distances_on_target)(x + i * n, n, mean[i]) / count);
      const float scale = inverse_root(static_cast<double>(variance[i]), epsilon);
      HWY_DYNAMIC_DISPATCH(write_row_on_target)(x + i * n, n, mean[i], scale, y + i * n);
    }
  });
}

void standardize_columns(const float* x, const Layout& layout, double epsilon, float* mean, float* variance, float* y) {
  const RowBlocks blocks(layout);
  const std::int64_t n = layout.n;
  float* parts = caller_scratch(n * (blocks.count() + 1));
  float* scale = parts + n * blocks.count();
  blocks.for_each([&](std::int64_t block, std::int64_t first, std::int64_t rows) {
    HWY_DYNAMIC_DISPATCH(sum_columns_on_target)(x + first * n, Columns{rows, n}, nullptr, parts + block * n);
  });
  average_parts(parts, blocks.count(), layout, mean);
  blocks.for_each([&](std::int64_t block, std::int64_t first, std::int64_t rows) {
    HWY_DYNAMIC_DISPATCH(sum_columns_on_target)(x + first * n, Columns{rows, n}, mean, parts + block * n);
  });
  average_parts(parts, blocks.count(), layout, variance);
  for (std::int64_t j = 0; j < n; ++j) scale[j] = inverse_root(static_cast<double>(variance[j]), epsilon);
  blocks.for_each([&](std::int64_t, std::int64_t first, std::int64_t rows) {
    HWY_DYNAMIC_DISPATCH(write_columns_on_target)(x + first * n, Columns{rows, n}, mean, scale, y + first * n);
  });
}

void backward_rows(const float* y, const float* variance, double epsilon, const float* dy, const Layout& layout,
                   float* dx) {
  const std::int64_t n = layout.n;
  parallel_ranges(layout.rows, grain / n + 1, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      const auto count = static_cast<double>(n);
      const TwoSums sums = HWY_DYNAMIC_DISPATCH(gradient_sums_on_target)(dy + i * n, y + i * n, n);
      HWY_DYNAMIC_DISPATCH(write_row_gradient_on_target)
      (dy + i * n, y + i * n, n, static_cast<float>(sums.first / count), static_cast<float>(sums.second / count),
       inverse_root(static_cast<double>(variance[i]), epsilon), dx + i * n);
    }
  });
}

void backward_columns(const float* y, const float* variance, double epsilon, const float* dy, const Layout& layout,
                      float* dx) {
  const RowBlocks blocks(layout);
  const std::int64_t n = layout.n, size = n * blocks.count();
  float* sums = caller_scratch(2 * size + 3 * n);
  float *products = sums + size, *mean = products + size, *product = mean + n, *scale = product + n;
  blocks.for_each([&](std::int64_t block, std::int64_t first, std::int64_t rows) {
    HWY_DYNAMIC_DISPATCH(sum_column_gradients_on_target)
    (dy + first * n, y + first * n, Columns{rows, n}, sums + block * n, products + block * n);
  });
  average_parts(sums, blocks.count(), layout, mean);
  average_parts(products, blocks.count(), layout, product);
  for (std::int64_t j = 0; j < n; ++j) scale[j] = inverse_root(static_cast<double>(variance[j]), epsilon);
  blocks.for_each([&](std::int64_t, std::int64_t first, std::int64_t rows) {
    HWY_DYNAMIC_DISPATCH(write_column_gradients_on_target)
    (dy + first * n, y + first * n, Columns{rows, n}, mean, product, scale, dx + first * n);
  });
}

}  // namespace

bool standardize(const View& src, double epsilon, const MutableView& mean, const MutableView& variance,
                 const MutableView& dst) {
  if (dst.dtype != DType::float32 || src.size() == 0) return false;
  const std::optional<Layout> layout = layout_of(src.shape, mean.shape);
  if (!layout) {
    const Shape& kept = mean.shape;
    return cpu::standardize(reduced_last(src, kept), epsilon, reduced_last(mean, kept), reduced_last(variance, kept),
                            reduced_last(dst, kept));
  }
  const DenseInput x(src);
  const DenseOutput y(dst), means(mean), variances(variance);
  const auto run = layout->columns ? standardize_columns : standardize_rows;
  run(x.data(), *layout, epsilon, means.data(), variances.data(), y.data());
  means.store();
  variances.store();
  y.store();
  return true;
}

bool standardize_backward(const View& dst, const View& variance, double epsilon, const View& diff_dst,
                          const MutableView& diff_src) {
  if (diff_src.dtype != DType::float32 || dst.size() == 0) return false;
  const std::optional<Layout> layout = layout_of(dst.shape, variance.shape);
  if (!layout) {
    const Shape& kept = variance.shape;
    return cpu::standardize_backward(reduced_last(dst, kept), reduced_last(variance, kept), epsilon,
                                     reduced_last(diff_dst, kept), reduced_last(diff_src, kept));
  }
  const DenseInput y(dst), dy(diff_dst), variances(variance);
  const DenseOutput dx(diff_src);
  const auto run = layout->columns ? backward_columns : backward_rows;
  run(y.data(), variances.data(), epsilon, dy.data(), *layout, dx.data());
  dx.store();
  return true;
}

}  // namespace linnet::kernels::cpu
#endif
