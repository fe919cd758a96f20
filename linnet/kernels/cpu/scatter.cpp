// Adding rows where they came from: the gradient of an embedding. Blocks are ranges of columns, so that no two threads
// write to one element, and each element's sum is taken in the order of the rows.
#include <algorithm>

#include "linnet/kernels/cpu/bfloat16.h"
#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/split.h"
#include "linnet/kernels/cpu/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/scatter.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

/// dst += src.
void add_to_row(const float* src, std::int64_t n, float* dst) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(hn::Add(hn::LoadU(d, dst + i), hn::LoadU(d, src + i)), d, dst + i);
  for (; i < n; ++i) dst[i] += src[i];
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {
namespace {

HWY_EXPORT(add_to_row);

bool has_dense_rows(const View& view) {
  std::int64_t step = 1;
  for (int axis = view.rank() - 1; axis > 0; --axis) {
    if (view.shape[axis] != 1 && view.strides[axis] != step) return false;
    step *= view.shape[axis];
  }
  return view.dtype == DType::float32 || view.dtype == DType::bfloat16;
}

/// dst += src, each sum rounded.
void add_to_row(const BFloat16* src, std::int64_t n, BFloat16* dst) {
  float more[piece_size];
  for_each_piece(n, dst, [&](std::int64_t first, std::int64_t count, float* sums) {
    widen(dst + first, count, sums);
    widen(src + first, count, more);
    HWY_DYNAMIC_DISPATCH(add_to_row)(more, count, sums);
  });
}
void add_to_row(const float* src, std::int64_t n, float* dst) { HWY_DYNAMIC_DISPATCH(add_to_row)(src, n, dst); }

template <class T>
void add_rows(const View& src, const View& indices, const MutableView& dst) {
  constexpr std::int64_t grain = 16 * 1024;  // elements that are worth a block
  const std::int64_t rows = src.shape[0], columns = src.size() / rows;
  auto index = [&](std::int64_t row) -> std::int64_t {
    const std::int64_t at = row * indices.strides[0];
    return indices.dtype == DType::int32 ? indices.as<std::int32_t>()[at] : indices.as<std::int64_t>()[at];
  };
  parallel_split(columns, block_count(columns, rows * columns, grain), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t row = 0; row < rows; ++row)
      add_to_row(src.as<T>() + row * src.strides[0] + first, last - first,
                 dst.as<T>() + index(row) * dst.strides[0] + first);
  });
}

}  // namespace

bool scatter_add_rows(const View& src, const View& indices, const MutableView& dst) {
  if (src.size() == 0 || src.dtype != dst.dtype || !has_dense_rows(src) || !has_dense_rows(dst)) return false;
  src.dtype == DType::float32 ? add_rows<float>(src, indices, dst) : add_rows<BFloat16>(src, indices, dst);
  return true;
}

}  // namespace linnet::kernels::cpu
#endif
