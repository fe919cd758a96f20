// The dropout mask, by far the most frequent draw: Philox in vectors, the same numbers as the reference to the bit.
#include <algorithm>

#include "linnet/base/random.h"
#include "linnet/base/thread_pool.h"
#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/dense.h"
#include "linnet/kernels/cpu/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/random.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR  // has no pairs of lanes
void mask_blocks(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter, std::int64_t counters,
                 std::uint32_t threshold, float dropped, float kept, float* dst) {
  for (std::int64_t done = 0; done < counters; ++done)
    for (std::uint32_t word : philox(seed, stream, counter + static_cast<std::uint64_t>(done)))
      *dst++ = word >> 8 < threshold ? dropped : kept;
}
#else
using WordTag = hn::ScalableTag<std::uint32_t>;
using Words = hn::Vec<WordTag>;

/// The two halves of the 64-bit products of all lanes with one factor.
HWY_INLINE void multiply_wide(WordTag d, Words x, Words factor, Words& high, Words& low) {
  const hn::RepartitionToWide<WordTag> d_wide;
  const auto even = hn::MulEven(x, factor);
  const auto odd = hn::MulEven(hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(d_wide, x))), factor);
  const Words even_words = hn::BitCast(d, even), odd_words = hn::BitCast(d, odd);
  low = hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(odd)), even_words);
  high = hn::OddEven(odd_words, hn::BitCast(d, hn::ShiftRight<32>(even)));
}

/// Elements of `counters` counters from `counter` on: `dropped` where the uniform number is below the threshold.
void mask_blocks(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter, std::int64_t counters,
                 std::uint32_t threshold, float dropped, float kept, float* dst) {
  const WordTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  HWY_ALIGN std::uint32_t words[4][hn::MaxLanes(d)];
  for (std::int64_t done = 0; done < counters; done += lanes) {
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
      const std::uint64_t c = counter + static_cast<std::uint64_t>(done + lane);
      words[0][lane] = static_cast<std::uint32_t>(c);
      words[1][lane] = static_cast<std::uint32_t>(c >> 32);
    }
    Words c0 = hn::Load(d, words[0]), c1 = hn::Load(d, words[1]);
    Words c2 = hn::Set(d, static_cast<std::uint32_t>(stream)),
          c3 = hn::Set(d, static_cast<std::uint32_t>(stream >> 32));
    auto k0 = static_cast<std::uint32_t>(seed), k1 = static_cast<std::uint32_t>(seed >> 32);
    for (int round = 0; round < 10; ++round) {
      Words high_0, low_0, high_1, low_1;
      multiply_wide(d, c0, hn::Set(d, 0xD2511F53u), high_0, low_0);
      multiply_wide(d, c2, hn::Set(d, 0xCD9E8D57u), high_1, low_1);
      c0 = hn::Xor(hn::Xor(high_1, c1), hn::Set(d, k0));
      c2 = hn::Xor(hn::Xor(high_0, c3), hn::Set(d, k1));
      c1 = low_1;
      c3 = low_0;
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    hn::Store(c0, d, words[0]);
    hn::Store(c1, d, words[1]);
    hn::Store(c2, d, words[2]);
    hn::Store(c3, d, words[3]);
    for (std::int64_t lane = 0; lane < std::min(lanes, counters - done); ++lane)
      for (std::int64_t i = 0; i < 4; ++i)
        dst[4 * (done + lane) + i] = words[i][lane] >> 8 < threshold ? dropped : kept;
  }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {

HWY_EXPORT(mask_blocks);

bool dropout_mask(std::uint64_t seed, std::uint64_t stream, double rate, const MutableView& dst) {
  if (dst.dtype == DType::bfloat16)
    return in_float32([=](const MutableView& mask) { return cpu::dropout_mask(seed, stream, rate, mask); }, dst);
  if (dst.dtype != DType::float32 || !dst.is_contiguous()) return false;
  const std::int64_t whole = dst.size() / 4;
  const auto kept = static_cast<float>(rate < 1 ? 1 / (1 - rate) : 0.0);
  // word / 2^24 < rate is word < ceil(rate * 2^24), with the rate in float32 as in the reference.
  const double scaled = std::clamp(static_cast<double>(static_cast<float>(rate)) * 0x1p24, 0.0, 0x1p24);
  auto threshold = static_cast<std::uint32_t>(scaled);
  if (static_cast<double>(threshold) < scaled) ++threshold;
  float* out = dst.as<float>();
  parallel_ranges(whole, 4 * 1024, 16, [&](std::int64_t first, std::int64_t last) {
    HWY_DYNAMIC_DISPATCH(mask_blocks)
    (seed, stream, static_cast<std::uint64_t>(first), last - first, threshold, 0.0f, kept, out + 4 * first);
  });
  const auto words = philox(seed, stream, static_cast<std::uint64_t>(whole));
  for (std::int64_t i = 4 * whole; i < dst.size(); ++i)
    out[i] = words[static_cast<std::size_t>(i - 4 * whole)] >> 8 < threshold ? 0.0f : kept;
  return true;
}

}  // namespace linnet::kernels::cpu
#endif
