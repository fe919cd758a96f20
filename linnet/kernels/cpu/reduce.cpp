// Sums, means, maxima and minima of float32 over one run of neighbouring axes of a dense view, seen as [outer, n,
// inner].
#include <algorithm>
#include <limits>

#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/dense.h"
#include "linnet/kernels/cpu/scratch.h"
#include "linnet/kernels/cpu/split.h"
#include "linnet/kernels/cpu/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/reduce.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

// float32 sums run over this many vectors or rows at most before they are added up in float64.
constexpr std::int64_t chunk = 64;

double sum_row(const float* src, std::int64_t n) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  double total = 0;
  for (std::int64_t first = 0; first < n; first += chunk * lanes) {
    const std::int64_t last = std::min(n, first + chunk * lanes);
    FloatVector sums[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    std::int64_t i = first;
    for (; i + 4 * lanes <= last; i += 4 * lanes)
      for (int s = 0; s < 4; ++s) sums[s] = hn::Add(sums[s], hn::LoadU(d, src + i + s * lanes));
    for (; i < last; i += lanes)
      sums[0] = hn::Add(sums[0], load_first(d, src + i, static_cast<std::size_t>(std::min(lanes, last - i))));
    const FloatVector sum = hn::Add(hn::Add(sums[0], sums[1]), hn::Add(sums[2], sums[3]));
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  }
  return total;
}

double sum_of_squares_row(const float* src, std::int64_t n) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> d_float;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  auto sum = hn::Zero(d), other = hn::Zero(d);
  std::int64_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    const auto x = hn::PromoteTo(d, hn::LoadU(d_float, src + i));
    const auto y = hn::PromoteTo(d, hn::LoadU(d_float, src + i + lanes));
    sum = hn::MulAdd(x, x, sum);
    other = hn::MulAdd(y, y, other);
  }
  double total = hn::GetLane(hn::SumOfLanes(d, hn::Add(sum, other)));
  for (; i < n; ++i) total += static_cast<double>(src[i]) * static_cast<double>(src[i]);
  return total;
}

/// totals[j] += sum over `rows` rows of src[i, j] for `width` neighbouring columns, at most four vectors; rows are
/// `inner` apart. Even and odd rows are added on their own.
void add_column_strip(const float* src, std::int64_t rows, std::int64_t inner, std::int64_t width, double* totals) {
  constexpr int vectors = 4;
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  FloatVector even[vectors], odd[vectors];
  for (int v = 0; v < vectors; ++v) even[v] = odd[v] = hn::Zero(d);
  if (width == vectors * lanes) {
    std::int64_t i = 0;
    for (; i + 2 <= rows; i += 2)
      for (int v = 0; v < vectors; ++v) {
        even[v] = hn::Add(even[v], hn::LoadU(d, src + i * inner + v * lanes));
        odd[v] = hn::Add(odd[v], hn::LoadU(d, src + (i + 1) * inner + v * lanes));
      }
    if (i < rows)
      for (int v = 0; v < vectors; ++v) even[v] = hn::Add(even[v], hn::LoadU(d, src + i * inner + v * lanes));
  } else {
    for (int v = 0; v * lanes < width; ++v) {
      const auto valid = static_cast<std::size_t>(std::min(lanes, width - v * lanes));
      for (std::int64_t i = 0; i < rows; ++i) {
        FloatVector& sum = i % 2 == 0 ? even[v] : odd[v];
        sum = hn::Add(sum, load_first(d, src + i * inner + v * lanes, valid));
      }
    }
  }
  HWY_ALIGN float partial[vectors * hn::MaxLanes(d)];
  for (int v = 0; v < vectors; ++v) hn::Store(hn::Add(even[v], odd[v]), d, partial + v * lanes);
  for (std::int64_t j = 0; j < width; ++j) totals[j] += static_cast<double>(partial[j]);
}

/// totals[j] = sum over n rows of src[i, j] for columns [first, last) of rows that are `inner` apart. All columns of a
/// chunk of rows before the next chunk: so memory is read in its order.
void sum_columns(const float* src, std::int64_t n, std::int64_t inner, std::int64_t first, std::int64_t last,
                 double* totals) {
  const auto strip = static_cast<std::int64_t>(4 * hn::Lanes(FloatTag()));
  std::fill_n(totals, last - first, 0.0);
  for (std::int64_t row = 0; row < n; row += chunk)
    for (std::int64_t j = first; j < last; j += strip)
      add_column_strip(src + row * inner + j, std::min(chunk, n - row), inner, std::min(strip, last - j),
                       totals + (j - first));
}

/// The largest or smallest element; NaN if one is.
float extreme_row(bool maximum, const float* src, std::int64_t n) {
  const FloatTag d;
  const float infinity = std::numeric_limits<float>::infinity();
  FloatVector best = hn::Set(d, maximum ? -infinity : infinity);
  auto is_nan = hn::IsNaN(best);
  for_each_part(n, [&](auto part, std::int64_t i) HWY_ATTR {
    const FloatVector x = part.load_or(best, src + i);
    best = maximum ? hn::Max(best, x) : hn::Min(best, x);
    is_nan = hn::Or(is_nan, hn::IsNaN(x));
  });
  if (!hn::AllFalse(d, is_nan)) return std::numeric_limits<float>::quiet_NaN();
  return hn::GetLane(maximum ? hn::MaxOfLanes(d, best) : hn::MinOfLanes(d, best));
}

/// Where the first one is.
std::int64_t extreme_place(bool maximum, const float* src, std::int64_t n) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const FloatVector best = hn::Set(d, extreme_row(maximum, src, n));
  const bool seeks_nan = !hn::AllFalse(d, hn::IsNaN(best));
  for (std::int64_t i = 0; i < n; i += lanes) {  // behind the end are zeros, but it is found before
    const FloatVector x = load_first(d, src + i, static_cast<std::size_t>(std::min(lanes, n - i)));
    const std::int64_t place = hn::FindFirstTrue(d, seeks_nan ? hn::IsNaN(x) : hn::Eq(x, best));
    if (place >= 0) return i + place;
  }
  return 0;
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {
namespace {

HWY_EXPORT(sum_row);
HWY_EXPORT(sum_of_squares_row);
HWY_EXPORT(sum_columns);
HWY_EXPORT(extreme_row);
HWY_EXPORT(extreme_place);

constexpr std::int64_t grain = 32 * 1024;

struct Reduction {
  std::int64_t outer = 1, n = 1, inner = 1;
};

static_assert(sizeof(double) == 2 * sizeof(float));
double* thread_doubles(std::int64_t size) { return reinterpret_cast<double*>(thread_scratch(2 * size)); }
double* caller_doubles(std::int64_t size) { return reinterpret_cast<double*>(caller_scratch(2 * size)); }

/// dst[j] = factor * (sum over n rows of src[i, j]): many rows of few columns in blocks of rows, whose sums are added
/// in their order, others in blocks of columns.
void reduce_columns(const float* src, std::int64_t n, std::int64_t inner, double factor, float* dst) {
  constexpr std::int64_t few = 256;
  if (inner <= few && n >= 4 * few) {
    const std::int64_t blocks = detail::worthwhile_blocks(n * inner / grain);
    double* totals = caller_doubles(blocks * inner);
    parallel_blocks(blocks, [&](std::int64_t block) {
      const std::int64_t first = n * block / blocks, last = n * (block + 1) / blocks;
      HWY_DYNAMIC_DISPATCH(sum_columns)(src + first * inner, last - first, inner, 0, inner, totals + block * inner);
    });
    for (std::int64_t j = 0; j < inner; ++j) {
      double total = 0;
      for (std::int64_t block = 0; block < blocks; ++block) total += totals[block * inner + j];
      dst[j] = static_cast<float>(total * factor);
    }
    return;
  }
  parallel_split(inner, block_count(inner, n * inner, grain), [&](std::int64_t first, std::int64_t last) {
    double* totals = thread_doubles(last - first);
    HWY_DYNAMIC_DISPATCH(sum_columns)(src, n, inner, first, last, totals);
    for (std::int64_t j = first; j < last; ++j) dst[j] = static_cast<float>(totals[j - first] * factor);
  });
}

/// False where the reduced axes are not neighbours.
bool find_reduction(const View& src, const View& dst, Reduction& r) {
  int first = src.rank(), last = -1;
  for (int axis = 0; axis < src.rank(); ++axis)
    if (src.shape[axis] != dst.shape[axis]) {
      first = std::min(first, axis);
      last = axis;
    }
  for (int axis = 0; axis < src.rank(); ++axis) {
    const bool reduced = src.shape[axis] != dst.shape[axis];
    if (axis >= first && axis <= last && !reduced && src.shape[axis] != 1) return false;
    (axis < first ? r.outer : axis > last ? r.inner : r.n) *= src.shape[axis];
  }
  return true;
}

/// One long row: a fixed number of parts, each summed on its own, added in their order.
template <class Sum>
double sum_in_parts(const float* src, std::int64_t n, Sum sum) {
  constexpr std::int64_t most = 16;
  double parts[most];
  const std::int64_t count = std::clamp<std::int64_t>(n / grain, 1, most);
  parallel_blocks(count, [&](std::int64_t block) {
    const std::int64_t first = n * block / count, last = n * (block + 1) / count;
    parts[block] = sum(src + first, last - first);
  });
  double total = 0;
  for (std::int64_t block = 0; block < count; ++block) total += parts[block];
  return total;
}

}  // namespace

bool reduce(ReduceOp op, const View& src, const MutableView& dst) {
  if (src.dtype == DType::bfloat16)
    return in_float32([op](const View& x, const MutableView& y) { return cpu::reduce(op, x, y); }, dst, src);
  const bool sums = op == ReduceOp::sum || op == ReduceOp::mean;
  const bool extremes = op == ReduceOp::maximum || op == ReduceOp::minimum;
  Reduction r;
  if (src.dtype != DType::float32 || !(sums || extremes) || src.size() == 0) return false;
  if (!src.is_contiguous() || !dst.is_contiguous() || !find_reduction(src, dst, r)) return false;
  if (extremes && r.inner != 1) return false;
  const float* in = src.as<float>();
  float* out = dst.as<float>();
  const double factor = op == ReduceOp::mean ? 1 / static_cast<double>(r.n) : 1;
  if (r.inner != 1) {
    for (std::int64_t i = 0; i < r.outer; ++i)
      reduce_columns(in + i * r.n * r.inner, r.n, r.inner, factor, out + i * r.inner);
  } else if (sums && r.outer == 1) {
    out[0] = static_cast<float>(factor * sum_in_parts(in, r.n, HWY_DYNAMIC_DISPATCH(sum_row)));
  } else {
    parallel_ranges(r.outer, grain / r.n + 1, 16, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t i = first; i < last; ++i)
        out[i] = sums ? static_cast<float>(factor * HWY_DYNAMIC_DISPATCH(sum_row)(in + i * r.n, r.n))
                      : HWY_DYNAMIC_DISPATCH(extreme_row)(op == ReduceOp::maximum, in + i * r.n, r.n);
    });
  }
  return true;
}

bool sum_of_squares(const View& src, double& sum) {
  if (src.dtype != DType::float32 || !src.is_contiguous()) return false;
  sum = sum_in_parts(src.as<float>(), src.size(), HWY_DYNAMIC_DISPATCH(sum_of_squares_row));
  return true;
}

bool arg_reduce(ArgOp op, const View& src, int axis, const MutableView& dst) {
  if (src.dtype != DType::float32 || src.size() == 0 || axis != src.rank() - 1) return false;
  if (!src.is_contiguous() || !dst.is_contiguous()) return false;
  const std::int64_t n = src.shape[axis];
  const bool maximum = op == ArgOp::maximum;
  parallel_ranges(src.size() / n, grain / n + 1, 16, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i)
      dst.as<std::int64_t>()[i] = HWY_DYNAMIC_DISPATCH(extreme_place)(maximum, src.as<float>() + i * n, n);
  });
  return true;
}

}  // namespace linnet::kernels::cpu
#endif
