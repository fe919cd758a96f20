// Standardization of float32: of the rows or the columns of dense matrices. Other layouts are copied first.
#include <algorithm>
#include <cmath>
#include <optional>
#include <type_traits>

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

/// The mean of numbers and the sum of their squared distances from it, when `added` numbers come to `before` others
/// (Chan, Golub, LeVeque, 1983).
class MomentsMerge {
 public:
  MomentsMerge(std::int64_t before, std::int64_t added)
      : share_(static_cast<double>(added) / static_cast<double>(before + added)),
        weight_(static_cast<double>(before) * share_) {}
  void operator()(double added_mean, double added_squares, double& mean, double& squares) const {
    const double difference = added_mean - mean;
    mean += difference * share_;
    squares += added_squares + difference * difference * weight_;
  }

 private:
  double share_, weight_;
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

/// What is added up in float32 before it is added to a sum in float64: elements of a row, rows of a column.
constexpr std::int64_t row_chunk = 1024, column_chunk = 64;

/// Σ term(Whole or Partial, i) over the vectors of n elements, four of them side by side.
template <class Term>
HWY_INLINE double sum_of(std::int64_t n, Term term) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  double total = 0;
  for (std::int64_t first = 0; first < n; first += row_chunk) {
    const std::int64_t last = std::min(n, first + row_chunk);
    FloatVector sums[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    std::int64_t i = first;
    for (; i + 4 * lanes <= last; i += 4 * lanes)
      for (int s = 0; s < 4; ++s) sums[s] = hn::Add(sums[s], term(Whole(), i + s * lanes));
    for (; i + lanes <= last; i += lanes) sums[0] = hn::Add(sums[0], term(Whole(), i));
    if (i < last) {
      const auto count = static_cast<std::size_t>(last - i);
      sums[0] = hn::Add(sums[0], hn::IfThenElseZero(hn::FirstN(d, count), term(Partial{d, count}, i)));
    }
    const FloatVector sum = hn::Add(hn::Add(sums[0], sums[1]), hn::Add(sums[2], sums[3]));
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  }
  return total;
}

double sum_on_target(const float* x, std::int64_t n) {
  return sum_of(n, [&](auto part, std::int64_t i) HWY_ATTR { return part.load(x + i); });
}

double sum_of_squared_distances_on_target(const float* x, std::int64_t n, float center) {
  const FloatVector middle = hn::Set(FloatTag(), center);
  return sum_of(n, [&](auto part, std::int64_t i) HWY_ATTR {
    const FloatVector distance = hn::Sub(part.load(x + i), middle);
    return hn::Mul(distance, distance);
  });
}

/// Σ dy and Σ dy · y.
TwoSums gradient_sums_on_target(const float* dy, const float* y, std::int64_t n) {
  return {sum_on_target(dy, n),
          sum_of(n, [&](auto part, std::int64_t i) HWY_ATTR { return hn::Mul(part.load(dy + i), part.load(y + i)); })};
}

void write_row_on_target(const float* x, std::int64_t n, float center, float scale, float* y) {
  const FloatTag d;
  const FloatVector middle = hn::Set(d, center), factor = hn::Set(d, scale);
  for_each_part(n, [&](auto part, std::int64_t i)
                       HWY_ATTR { part.store(hn::Mul(hn::Sub(part.load(x + i), middle), factor), y + i); });
}

/// dx = scale · (dy - mean - y · product).
void write_row_gradient_on_target(const float* dy, const float* y, std::int64_t n, float mean, float product,
                                  float scale, float* dx) {
  const FloatTag d;
  const FloatVector a = hn::Set(d, mean), b = hn::Set(d, product), factor = hn::Set(d, scale);
  for_each_part(n, [&](auto part, std::int64_t i) HWY_ATTR {
    const FloatVector rest = hn::Sub(hn::Sub(part.load(dy + i), a), hn::Mul(part.load(y + i), b));
    part.store(hn::Mul(rest, factor), dx + i);
  });
}

/// Two sums for each of a few vectors of columns.
template <int vectors>
struct ColumnSums {
  FloatVector first[vectors], second[vectors];

  ColumnSums() {
    for (int v = 0; v < vectors; ++v) first[v] = second[v] = hn::Zero(FloatTag());
  }
};

/// Calls body(constant number of vectors, Whole or Partial, first column) for strips of columns that cover n.
template <class Body>
HWY_INLINE void for_each_strip(std::int64_t n, Body body) {
  constexpr int wide = 4;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(FloatTag()));
  std::int64_t j = 0;
  for (; j + wide * lanes <= n; j += wide * lanes) body(std::integral_constant<int, wide>(), Whole(), j);
  for_each_part(n - j,
                [&](auto part, std::int64_t i) HWY_ATTR { body(std::integral_constant<int, 1>(), part, j + i); });
}

/// The mean of a strip of columns of a few rows, and the sum of the squared distances from it.
template <int vectors, class Part>
HWY_INLINE void chunk_moments(const float* x, Columns c, Part part, float* means, float* squares) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const FloatVector share = hn::Set(d, 1 / static_cast<float>(c.rows));
  ColumnSums<vectors> sums;
  for (std::int64_t i = 0; i < c.rows; ++i)
    for (int v = 0; v < vectors; ++v) sums.first[v] = hn::Add(sums.first[v], part.load(x + i * c.n + v * lanes));
  for (int v = 0; v < vectors; ++v) sums.first[v] = hn::Mul(sums.first[v], share);
  for (std::int64_t i = 0; i < c.rows; ++i)
    for (int v = 0; v < vectors; ++v) {
      const FloatVector distance = hn::Sub(part.load(x + i * c.n + v * lanes), sums.first[v]);
      sums.second[v] = hn::Add(sums.second[v], hn::Mul(distance, distance));
    }
  for (int v = 0; v < vectors; ++v) {
    hn::StoreU(sums.first[v], d, means + v * lanes);
    hn::StoreU(sums.second[v], d, squares + v * lanes);
  }
}

/// means[j] and squares[j] of each column j, as chunk_moments, of any number of rows: chunk by chunk, so that memory is
/// read once.
void column_moments_on_target(const float* x, Columns c, double* means, double* squares) {
  HWY_ALIGN float chunk_means[4 * hn::MaxLanes(FloatTag())], chunk_squares[4 * hn::MaxLanes(FloatTag())];
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(FloatTag()));
  std::fill_n(means, c.n, 0.0);
  std::fill_n(squares, c.n, 0.0);
  for (std::int64_t first = 0; first < c.rows; first += column_chunk) {
    const Columns chunk{std::min(column_chunk, c.rows - first), c.n};
    for_each_strip(c.n, [&](auto vectors, auto part, std::int64_t j) HWY_ATTR {
      chunk_moments<vectors()>(x + first * c.n + j, chunk, part, chunk_means, chunk_squares);
      const MomentsMerge merge(first, chunk.rows);
      for (std::int64_t i = 0; i < std::min(vectors() * lanes, c.n - j); ++i)
        merge(static_cast<double>(chunk_means[i]), static_cast<double>(chunk_squares[i]), means[j + i], squares[j + i]);
    });
  }
}

/// sums[j] = Σ dy[i, j], products[j] = Σ dy[i, j] · y[i, j].
void sum_column_gradients_on_target(const float* dy, const float* y, Columns c, double* sums, double* products) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  HWY_ALIGN float first_sums[4 * hn::MaxLanes(d)], second_sums[4 * hn::MaxLanes(d)];
  std::fill_n(sums, c.n, 0.0);
  std::fill_n(products, c.n, 0.0);
  for (std::int64_t first = 0; first < c.rows; first += column_chunk)
    for_each_strip(c.n, [&](auto vectors, auto part, std::int64_t j) HWY_ATTR {
      ColumnSums<vectors()> chunk;
      for (std::int64_t i = first; i < std::min(c.rows, first + column_chunk); ++i)
        for (int v = 0; v < vectors(); ++v) {
          const FloatVector g = part.load(dy + i * c.n + j + v * lanes);
          chunk.first[v] = hn::Add(chunk.first[v], g);
          chunk.second[v] = hn::Add(chunk.second[v], hn::Mul(g, part.load(y + i * c.n + j + v * lanes)));
        }
      for (int v = 0; v < vectors(); ++v) {
        hn::Store(chunk.first[v], d, first_sums + v * lanes);
        hn::Store(chunk.second[v], d, second_sums + v * lanes);
      }
      for (std::int64_t i = 0; i < std::min(vectors() * lanes, c.n - j); ++i) {
        sums[j + i] += static_cast<double>(first_sums[i]);
        products[j + i] += static_cast<double>(second_sums[i]);
      }
    });
}

void write_columns_on_target(const float* x, Columns c, const float* center, const float* scale, float* y) {
  for (std::int64_t i = 0; i < c.rows; ++i)
    for_each_part(c.n, [&](auto part, std::int64_t j) HWY_ATTR {
      const FloatVector distance = hn::Sub(part.load(x + i * c.n + j), part.load(center + j));
      part.store(hn::Mul(distance, part.load(scale + j)), y + i * c.n + j);
    });
}

void write_column_gradients_on_target(const float* dy, const float* y, Columns c, const float* mean,
                                      const float* product, const float* scale, float* dx) {
  for (std::int64_t i = 0; i < c.rows; ++i)
    for_each_part(c.n, [&](auto part, std::int64_t j) HWY_ATTR {
      const FloatVector share = hn::Mul(part.load(y + i * c.n + j), part.load(product + j));
      const FloatVector rest = hn::Sub(hn::Sub(part.load(dy + i * c.n + j), part.load(mean + j)), share);
      part.store(hn::Mul(rest, part.load(scale + j)), dx + i * c.n + j);
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
HWY_EXPORT(column_moments_on_target);
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
      : rows_(layout.rows), count_(detail::worthwhile_blocks(layout.rows * layout.n / grain)) {
    while (count_ > 4 && rows_ < count_ * 64) count_ /= 2;  // their sums have to be added
    count_ = std::min(count_, rows_);
  }
  std::int64_t count() const { return count_; }
  std::int64_t first(std::int64_t block) const { return rows_ * block / count_; }
  template <class Body>
  void for_each(Body body) const {
    parallel_blocks(count_, [&](std::int64_t block) { body(block, first(block), first(block + 1) - first(block)); });
  }

 private:
  std::int64_t rows_, count_;
};

/// Room for float64 numbers of all blocks on the calling thread.
double* caller_doubles(std::int64_t size) { return reinterpret_cast<double*>(caller_scratch(2 * size)); }

/// means[j] = (parts[0, j] + parts[1, j] + …) / rows.
void average_parts(const double* parts, std::int64_t count, const Layout& layout, float* means) {
  for (std::int64_t j = 0; j < layout.n; ++j) {
    double total = 0;
    for (std::int64_t part = 0; part < count; ++part) total += parts[part * layout.n + j];
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
  const std::int64_t n = layout.n, size = n * blocks.count();
  double *means = caller_doubles(2 * size + n), *squares = means + size;
  auto* scale = reinterpret_cast<float*>(squares + size);
  blocks.for_each([&](std::int64_t block, std::int64_t first, std::int64_t rows) {
    HWY_DYNAMIC_DISPATCH(column_moments_on_target)
    (x + first * n, Columns{rows, n}, means + block * n, squares + block * n);
  });
  for (std::int64_t block = 1; block < blocks.count(); ++block) {
    const MomentsMerge merge(blocks.first(block), blocks.first(block + 1) - blocks.first(block));
    for (std::int64_t j = 0; j < n; ++j) merge(means[block * n + j], squares[block * n + j], means[j], squares[j]);
  }
  for (std::int64_t j = 0; j < n; ++j) {
    mean[j] = static_cast<float>(means[j]);
    variance[j] = static_cast<float>(squares[j] / static_cast<double>(layout.rows));
    scale[j] = inverse_root(static_cast<double>(variance[j]), epsilon);
  }
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
  double *sums = caller_doubles(2 * size + 2 * n), *products = sums + size;
  auto* mean = reinterpret_cast<float*>(products + size);
  float *product = mean + n, *scale = product + n;
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
