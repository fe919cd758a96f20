// Copies of a piece of a matrix in the order in which a matrix product reads it.
#include <algorithm>
#include <cstdint>

#include "linnet/kernels/cpu/simd-inl.h"

#if defined(LINNET_KERNELS_CPU_PACK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LINNET_KERNELS_CPU_PACK_INL_H_
#undef LINNET_KERNELS_CPU_PACK_INL_H_
#else
#define LINNET_KERNELS_CPU_PACK_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

/// `count` lines of `length` elements: element p of line i is data[i * line + p * step].
struct Lines {
  const float* data;
  std::int64_t line, step;
  std::int64_t count, length;
};

/// Step p of the lines [line, width), one element after the other; zeros for the lines that src does not have.
HWY_INLINE void pack_elements(const Lines& src, std::int64_t p, std::int64_t line, std::int64_t width, float* dst) {
  for (; line < width; ++line)
    dst[p * width + line] = line < src.count ? src.data[line * src.line + p * src.step] : 0.0F;
}

#if HWY_TARGET != HWY_SCALAR
using FourFloats = hn::FixedTag<float, 4>;
using TwoFloats = hn::FixedTag<float, 2>;
using FourVector = hn::Vec<FourFloats>;

/// Columns of four rows, which become rows.
HWY_INLINE void transpose(FourVector rows[4]) {
  const FourFloats d;
  const hn::RepartitionToWide<FourFloats> pairs;
  auto as_pairs = [&](FourVector x) HWY_ATTR { return hn::BitCast(pairs, x); };
  const auto low01 = as_pairs(hn::InterleaveLower(d, rows[0], rows[1])),
             high01 = as_pairs(hn::InterleaveUpper(d, rows[0], rows[1])),
             low23 = as_pairs(hn::InterleaveLower(d, rows[2], rows[3])),
             high23 = as_pairs(hn::InterleaveUpper(d, rows[2], rows[3]));
  rows[0] = hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23));
  rows[1] = hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23));
  rows[2] = hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23));
  rows[3] = hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23));
}

/// One step of lines that lie side by side.
HWY_INLINE void pack_step(const Lines& src, std::int64_t p, std::int64_t width, float* dst) {
  std::int64_t line = 0;
  auto copy = [&](auto d) HWY_ATTR {
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    for (; line + lanes <= src.count; line += lanes)
      hn::StoreU(hn::LoadU(d, src.data + p * src.step + line), d, dst + p * width + line);
  };
  copy(FloatTag());
  copy(FourFloats());
  copy(TwoFloats());
  pack_elements(src, p, line, width, dst);
}

/// All steps of lines that lie side by side and fill the width, which is whole pairs of vectors.
HWY_INLINE void pack_whole_steps(const Lines& src, float* dst) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  for (std::int64_t p = 0; p < src.length; ++p, dst += src.count)
    for (std::int64_t line = 0; line < src.count; line += 2 * lanes) {
      const float* from = src.data + p * src.step + line;
      hn::StoreU(hn::LoadU(d, from), d, dst + line);
      hn::StoreU(hn::LoadU(d, from + lanes), d, dst + line + lanes);
    }
}

/// All steps but the last length % 4 of lines whose steps lie side by side; four lines, or two, at a time: more of
/// them, whole pages apart, would drive each other from the cache.
HWY_INLINE void pack_transposed(const Lines& src, std::int64_t width, float* dst) {
  std::int64_t line = 0;
  const std::int64_t length = src.length / 4 * 4;
  auto transpose_lines = [&](auto d) HWY_ATTR {
    constexpr auto lines = static_cast<std::int64_t>(hn::MaxLanes(d));
    for (; line + lines <= src.count; line += lines)
      for (std::int64_t p = 0; p < length; p += 4) {
        FourVector rows[4];
        for (std::int64_t i = 0; i < 4; ++i)
          rows[i] = hn::LoadU(FourFloats(), src.data + (line + std::min(i, lines - 1)) * src.line + p);
        transpose(rows);
        for (std::int64_t i = 0; i < 4; ++i) {
          float* out = dst + (p + i) * width + line;
          if constexpr (lines == 4)
            hn::StoreU(rows[i], d, out);
          else
            hn::StoreU(hn::LowerHalf(rows[i]), d, out);
        }
      }
  };
  transpose_lines(FourFloats());
  transpose_lines(TwoFloats());
  if (line < width)
    for (std::int64_t p = 0; p < length; ++p) pack_elements(src, p, line, width, dst);
}

/// Six lines, the rows of a tile, with one pass over them: all steps but the last length % 4.
HWY_INLINE void pack_six_transposed(const Lines& src, float* dst) {
  const FourFloats d;
  const hn::RepartitionToWide<FourFloats> pairs;
  auto as_pairs = [&](FourVector x) HWY_ATTR { return hn::BitCast(pairs, x); };
  for (std::int64_t p = 0; p + 4 <= src.length; p += 4, dst += 24) {
    FourVector rows[6];
    for (std::int64_t i = 0; i < 6; ++i) rows[i] = hn::LoadU(d, src.data + i * src.line + p);
    transpose(rows);
    const FourVector last[2] = {hn::InterleaveLower(d, rows[4], rows[5]), hn::InterleaveUpper(d, rows[4], rows[5])};
    for (std::int64_t i = 0; i < 4; i += 2) {  // two steps are three vectors
      const auto two = as_pairs(last[i / 2]), next = as_pairs(rows[i + 1]);
      hn::StoreU(rows[i], d, dst + i * 6);
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, two, next)), d, dst + i * 6 + 4);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, next, two)), d, dst + i * 6 + 8);
    }
  }
}

/// As many steps as vectors copy well, and how many these are.
HWY_INLINE std::int64_t pack_vectors(const Lines& src, std::int64_t width, float* dst) {
  if (src.line == 1 && src.count == width && width % (2 * hn::Lanes(FloatTag())) == 0) {
    pack_whole_steps(src, dst);
    return src.length;
  }
  if (src.line == 1) {
    for (std::int64_t p = 0; p < src.length; ++p) pack_step(src, p, width, dst);
    return src.length;
  }
  if (src.step != 1) return 0;
  if (src.count == 6 && width == 6)
    pack_six_transposed(src, dst);
  else
    pack_transposed(src, width, dst);
  return src.length / 4 * 4;
}
#else
HWY_INLINE std::int64_t pack_vectors(const Lines&, std::int64_t, float*) { return 0; }
#endif

/// dst[p * width + i] = element p of line i, or zero for the lines that src does not have.
HWY_INLINE void pack(const Lines& src, std::int64_t width, float* dst) {
  for (std::int64_t p = pack_vectors(src, width, dst); p < src.length; ++p) pack_elements(src, p, 0, width, dst);
}

/// Brings lines into the cache, an equal part with each call of advance().
class Prefetch {
 public:
  Prefetch(const Lines& src, std::int64_t parts)
      : side_by_side_(src.line == 1),
        src_(src),
        outer_(side_by_side_ ? src.length : src.count),
        part_((outer_ + parts - 1) / parts) {}
  void advance() {
    constexpr std::int64_t in_a_cache_line = 16;
    const std::int64_t stride = side_by_side_ ? src_.step : src_.line, inner = side_by_side_ ? src_.count : src_.length;
    for (const std::int64_t last = std::min(at_ + part_, outer_); at_ < last; ++at_)
      for (std::int64_t i = 0; i < inner; i += in_a_cache_line) __builtin_prefetch(src_.data + at_ * stride + i);
  }

 private:
  bool side_by_side_;
  Lines src_;
  std::int64_t outer_, part_, at_ = 0;
};

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#endif  // LINNET_KERNELS_CPU_PACK_INL_H_
