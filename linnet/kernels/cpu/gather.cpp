// Mini-batches: gathering rows, converting uint8 to float32 and scaling, in one pass. Blocks are ranges of columns, so
// that the thread that owns some rows of the first weight writes the columns of the input that it will read.
#include <algorithm>
#include <cstring>

#include "linnet/kernels/cpu/bfloat16.h"
#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/split.h"
#include "linnet/kernels/cpu/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/gather.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

void rescale_bytes(const std::uint8_t* src, std::int64_t n, float scale, float offset, float* dst) {
  const FloatTag d;
  const hn::Rebind<std::int32_t, FloatTag> d_int;
  const hn::Rebind<std::uint8_t, FloatTag> d_byte;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const FloatVector factor = hn::Set(d, scale), shift = hn::Set(d, offset);
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const FloatVector x = hn::ConvertTo(d, hn::PromoteTo(d_int, hn::LoadU(d_byte, src + i)));
    hn::StoreU(hn::Add(hn::Mul(x, factor), shift), d, dst + i);
  }
  for (; i < n; ++i) dst[i] = static_cast<float>(src[i]) * scale + offset;
}

void rescale_floats(const float* src, std::int64_t n, float scale, float offset, float* dst) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const FloatVector factor = hn::Set(d, scale), shift = hn::Set(d, offset);
  for (std::int64_t i = 0; i < n; i += lanes) {
    const auto valid = static_cast<std::size_t>(std::min(lanes, n - i));
    store_first(hn::Add(hn::Mul(load_first(d, src + i, valid), factor), shift), d, dst + i, valid);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {
namespace {

HWY_EXPORT(rescale_bytes);
HWY_EXPORT(rescale_floats);

constexpr std::int64_t grain = 16 * 1024;  // elements that are worth a block

/// Calls body(row, first column, last column) for blocks of columns, row by row. Each block begins at another row: at
/// the end of its part of a row a processor asks for the lines ahead, on which its neighbour would be working.
template <class Body>
void for_each_row_segment(std::int64_t rows, std::int64_t columns, Body body) {
  parallel_split(columns, block_count(columns, rows * columns, grain), [&](std::int64_t first, std::int64_t last) {
    const std::int64_t start = rows * first / columns;
    for (std::int64_t row = start; row < rows; ++row) body(row, first, last);
    for (std::int64_t row = 0; row < start; ++row) body(row, first, last);
  });
}

/// The rows of a mini-batch lie anywhere in a large data set: what comes a few rows later is asked for in advance.
void prefetch(const std::byte* first, std::int64_t bytes) {
  for (std::int64_t i = 0; i < bytes; i += 64) __builtin_prefetch(first + i);
}

bool rows_are_dense(const View& view) {
  std::int64_t step = 1;
  for (int i = view.rank() - 1; i > 0; --i) {
    if (view.shape[i] != 1 && view.strides[i] != step) return false;
    step *= view.shape[i];
  }
  return true;
}

/// The rows that a mini-batch takes from a data set; those that follow are asked for in advance.
class SourceRows {
 public:
  SourceRows(const View& src, const View& indices) : src_(src), indices_(indices) {}

  std::int64_t rows() const { return indices_.shape[0]; }
  /// The elements [first, last) of a row.
  const std::byte* segment(std::int64_t row, std::int64_t first, std::int64_t last) const {
    constexpr std::int64_t ahead = 8;
    const auto size = static_cast<std::int64_t>(size_of(src_.dtype));
    if (row + ahead < rows()) prefetch(begin(row + ahead) + first * size, (last - first) * size);
    return begin(row) + first * size;
  }

 private:
  const std::byte* begin(std::int64_t row) const {
    const std::int64_t at = row * indices_.strides[0];
    const std::int64_t index =
        indices_.dtype == DType::int32 ? indices_.as<std::int32_t>()[at] : indices_.as<std::int64_t>()[at];
    return src_.as<std::byte>() + index * src_.strides[0] * static_cast<std::int64_t>(size_of(src_.dtype));
  }

  const View& src_;
  const View& indices_;
};

/// convert(source, elements, destination) runs on each segment of each gathered row.
template <class Convert>
void gather(const View& src, const View& indices, const MutableView& dst, Convert convert) {
  const std::int64_t columns = dst.size() / dst.shape[0];
  const auto size = static_cast<std::int64_t>(size_of(dst.dtype));
  const SourceRows source(src, indices);
  for_each_row_segment(dst.shape[0], columns, [&](std::int64_t row, std::int64_t first, std::int64_t last) {
    convert(source.segment(row, first, last), last - first,
            dst.as<std::byte>() + (row * dst.strides[0] + first) * size);
  });
}

}  // namespace

bool gather_rows(const View& src, const View& indices, double scale, double offset, const MutableView& dst) {
  if (dst.size() == 0 || !rows_are_dense(src) || !rows_are_dense(dst)) return false;
  if (src.dtype == dst.dtype) {
    gather(src, indices, dst, [size = size_of(src.dtype)](const std::byte* in, std::int64_t n, std::byte* out) {
      std::memcpy(out, in, static_cast<std::size_t>(n) * size);
    });
    return true;
  }
  if (src.dtype != DType::uint8 || dst.dtype != DType::float32) return false;
  gather(src, indices, dst,
         [factor = static_cast<float>(scale), shift = static_cast<float>(offset)](const std::byte* in, std::int64_t n,
                                                                                  std::byte* out) {
           HWY_DYNAMIC_DISPATCH(rescale_bytes)
           (reinterpret_cast<const std::uint8_t*>(in), n, factor, shift, reinterpret_cast<float*>(out));
         });
  return true;
}

}  // namespace linnet::kernels::cpu

std::int64_t linnet::kernels::ColumnBlocks::stride() const {
  constexpr std::int64_t page = 4096 / sizeof(float);
  const std::int64_t widest = columns / blocks + 2 * cpu::Split::align;  // borders are rounded
  return (rows * widest + page - 1) / page * page;
}

namespace linnet::kernels::cpu {

void gather_column_blocks(const View& src, const View& indices, double scale, double offset, const ColumnBlocks& dst) {
  const SourceRows source(src, indices);
  const auto factor = static_cast<float>(scale), shift = static_cast<float>(offset);
  parallel_blocks(dst.blocks, [&](std::int64_t block) {
    const Split split{dst.columns, dst.blocks};
    const std::int64_t first = split.first(block), last = split.last(block), width = last - first;
    float* out = dst.data + block * dst.stride();
    for (std::int64_t row = 0; row < dst.rows; ++row, out += width) {
      const std::byte* in = source.segment(row, first, last);
      if (src.dtype == DType::uint8)
        HWY_DYNAMIC_DISPATCH(rescale_bytes)(reinterpret_cast<const std::uint8_t*>(in), width, factor, shift, out);
      else
        std::memcpy(out, in, static_cast<std::size_t>(width) * sizeof(float));
    }
  });
}

namespace {

/// float32 from n elements of uint8, float32 or bfloat16.
void rescale_row(const View& src, std::int64_t at, std::int64_t n, float scale, float offset, float* dst) {
  if (src.dtype == DType::uint8) {
    HWY_DYNAMIC_DISPATCH(rescale_bytes)(src.as<std::uint8_t>() + at, n, scale, offset, dst);
  } else if (src.dtype == DType::float32) {
    HWY_DYNAMIC_DISPATCH(rescale_floats)(src.as<float>() + at, n, scale, offset, dst);
  } else {
    widen(src.as<BFloat16>() + at, n, dst);
    HWY_DYNAMIC_DISPATCH(rescale_floats)(dst, n, scale, offset, dst);
  }
}

}  // namespace

bool rescale(const View& src, double scale, double offset, const MutableView& dst) {
  auto is_float = [](DType dtype) { return dtype == DType::float32 || dtype == DType::bfloat16; };
  if (!is_float(dst.dtype) || (src.dtype != DType::uint8 && !is_float(src.dtype))) return false;
  if (dst.size() == 0 || !dst.is_contiguous()) return false;
  if (dst.rank() > 1 ? !rows_are_dense(src) : !src.is_contiguous()) return false;
  // Bytes are the pixels of a batch, whose columns belong to threads; numbers are often large weights.
  const bool by_row = dst.rank() > 1 && (src.dtype == DType::uint8 || !src.is_contiguous());
  const std::int64_t rows = by_row ? dst.shape[0] : 1, columns = dst.size() / rows;
  const std::int64_t src_row = by_row ? src.strides[0] : 0;
  const auto factor = static_cast<float>(scale), shift = static_cast<float>(offset);
  for_each_row_segment(rows, columns, [&](std::int64_t row, std::int64_t first, std::int64_t last) {
    const std::int64_t from = row * src_row + first, to = row * columns + first, size = last - first;
    if (dst.dtype == DType::float32) return rescale_row(src, from, size, factor, shift, dst.as<float>() + to);
    for_each_piece(size, dst.as<BFloat16>() + to, [&](std::int64_t at, std::int64_t count, float* result) {
      rescale_row(src, from + at, count, factor, shift, result);
    });
  });
  return true;
}

}  // namespace linnet::kernels::cpu
#endif
