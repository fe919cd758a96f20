#include "linnet/kernels/cpu/bfloat16.h"

#include "linnet/kernels/cpu/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/bfloat16.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

using WordTag = hn::Rebind<std::uint32_t, FloatTag>;
using HalfTag = hn::Rebind<std::uint16_t, FloatTag>;

void widen_on_target(const BFloat16* src, std::int64_t n, float* dst) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto halves = hn::LoadU(HalfTag(), &src[i].bits);
    hn::StoreU(hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(WordTag(), halves))), d, dst + i);
  }
  for (; i < n; ++i) dst[i] = src[i];
}

void narrow_on_target(const float* src, std::int64_t n, BFloat16* dst) {
  const FloatTag d;
  const WordTag d_word;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const auto one = hn::Set(d_word, 1u), half = hn::Set(d_word, 0x7fffu), quiet = hn::Set(d_word, 0x40u);
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const FloatVector x = hn::LoadU(d, src + i);
    const auto word = hn::BitCast(d_word, x), upper = hn::ShiftRight<16>(word);
    const auto rounded = hn::ShiftRight<16>(hn::Add(hn::Add(word, half), hn::And(upper, one)));  // ties to even
    const auto is_nan = hn::RebindMask(d_word, hn::IsNaN(x));
    const auto result = hn::IfThenElse(is_nan, hn::Or(upper, quiet), rounded);
    // Below 2^16: the saturating conversion from signed words changes nothing.
    hn::StoreU(hn::DemoteTo(HalfTag(), hn::BitCast(hn::Rebind<std::int32_t, FloatTag>(), result)), HalfTag(),
               &dst[i].bits);
  }
  for (; i < n; ++i) dst[i] = src[i];
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {

HWY_EXPORT(widen_on_target);
HWY_EXPORT(narrow_on_target);

void widen(const BFloat16* src, std::int64_t n, float* dst) { HWY_DYNAMIC_DISPATCH(widen_on_target)(src, n, dst); }
void narrow(const float* src, std::int64_t n, BFloat16* dst) { HWY_DYNAMIC_DISPATCH(narrow_on_target)(src, n, dst); }

}  // namespace linnet::kernels::cpu
#endif
