// Highway helpers, compiled once for each instruction set.
#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"

#if defined(LINNET_KERNELS_CPU_SIMD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LINNET_KERNELS_CPU_SIMD_INL_H_
#undef LINNET_KERNELS_CPU_SIMD_INL_H_
#else
#define LINNET_KERNELS_CPU_SIMD_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::ScalableTag<float>;
using FloatVector = hn::Vec<FloatTag>;

/// x where it is positive, else 0; NaN stays NaN, which NEON's maximum of a number and NaN would not keep.
HWY_INLINE FloatVector positive_part(FloatTag d, FloatVector x) {
  return hn::IfThenZeroElse(hn::Lt(x, hn::Zero(d)), x);
}

/// The vectors of AVX2 and AVX-512 skip masked elements; on other targets a masked access may touch them, so that a
/// partial vector goes through a buffer.
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
HWY_INLINE FloatVector load_first(FloatTag d, const float* p, std::size_t count) {
  return hn::MaskedLoad(hn::FirstN(d, count), d, p);
}
HWY_INLINE void store_masked(FloatVector v, FloatTag d, float* p, std::size_t count) {
  hn::BlendedStore(v, hn::FirstN(d, count), d, p);
}
#else
HWY_INLINE FloatVector load_first(FloatTag d, const float* p, std::size_t count) {
  HWY_ALIGN float buffer[hn::MaxLanes(d)] = {};
  for (std::size_t i = 0; i < count; ++i) buffer[i] = p[i];
  return hn::Load(d, buffer);
}
HWY_INLINE void store_masked(FloatVector v, FloatTag d, float* p, std::size_t count) {
  HWY_ALIGN float buffer[hn::MaxLanes(d)];
  hn::Store(v, d, buffer);
  for (std::size_t i = 0; i < count; ++i) p[i] = buffer[i];
}
#endif

/// The first `count` elements of v. In halves with AVX2, of which AMD's processors take a dozen cycles and more for a
/// masked store; store_masked takes fewer registers.
HWY_INLINE void store_first(FloatVector v, FloatTag d, float* p, std::size_t count) {
#if HWY_TARGET == HWY_AVX2
  if (count >= hn::Lanes(d)) return hn::StoreU(v, d, p);
  const hn::FixedTag<float, 4> four;
  const hn::FixedTag<float, 2> two;
  const hn::FixedTag<float, 1> one;
  auto rest = hn::LowerHalf(four, v);
  if ((count & 4) != 0) {
    hn::StoreU(rest, four, p);
    rest = hn::UpperHalf(four, v);
    p += 4;
  }
  auto pair = hn::LowerHalf(two, rest);
  if ((count & 2) != 0) {
    hn::StoreU(pair, two, p);
    pair = hn::UpperHalf(two, rest);
    p += 2;
  }
  if ((count & 1) != 0) hn::StoreU(hn::LowerHalf(one, pair), one, p);
#else
  store_masked(v, d, p, count);
#endif
}

/// A whole vector in memory, or the first `valid` elements of one.
struct Whole {
  FloatTag d;
  HWY_INLINE FloatVector load(const float* p) const { return hn::LoadU(d, p); }
  HWY_INLINE FloatVector load_or(FloatVector, const float* p) const { return hn::LoadU(d, p); }
  HWY_INLINE void store(FloatVector v, float* p) const { hn::StoreU(v, d, p); }
};
struct Partial {
  FloatTag d;
  std::size_t valid;
  HWY_INLINE FloatVector load(const float* p) const { return load_first(d, p, valid); }
  /// With `rest` behind the elements that are there.
  HWY_INLINE FloatVector load_or(FloatVector rest, const float* p) const {
    return hn::IfThenElse(hn::FirstN(d, valid), load(p), rest);
  }
  HWY_INLINE void store(FloatVector v, float* p) const { store_first(v, d, p, valid); }
};

/// Calls body(Whole or Partial, first element) for the vectors of n elements.
template <class Body>
HWY_INLINE void for_each_part(std::int64_t n, Body body) {
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(FloatTag()));
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) body(Whole(), i);
  if (i < n) body(Partial{FloatTag(), static_cast<std::size_t>(n - i)}, i);
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#endif  // LINNET_KERNELS_CPU_SIMD_INL_H_
