// Multiply-add chains that never leave the registers, in the widest instructions that this processor has.
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <cstdint>

#include "machine.h"
#include "timing.h"

namespace linnet::bench {
namespace {

constexpr int chains = 12;  // enough to hide the latency of two units; they fit into sixteen registers

// A loop of `rounds`, each of which multiplies and adds in all chains, and how many operations that is.
struct Loop {
  void (*run)(std::int64_t rounds) = nullptr;
  std::int64_t operations = 0;
};

// The empty assembly keeps the results and so the chains; they begin differently, or one would do for all.
#if defined(__x86_64__)
[[gnu::target("avx512f")]] void run_avx512(std::int64_t rounds) {
  __m512 sums[chains];
  for (int i = 0; i < chains; ++i) sums[i] = _mm512_set1_ps(static_cast<float>(i));
  const __m512 factor = _mm512_set1_ps(0.999f), addend = _mm512_set1_ps(1e-4f);
  for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 12
    for (__m512& sum : sums) sum = _mm512_fmadd_ps(sum, factor, addend);
  }
  for (__m512& sum : sums) asm volatile("" : : "v"(sum));
}

[[gnu::target("avx2,fma")]] void run_avx2(std::int64_t rounds) {
  __m256 sums[chains];
  for (int i = 0; i < chains; ++i) sums[i] = _mm256_set1_ps(static_cast<float>(i));
  const __m256 factor = _mm256_set1_ps(0.999f), addend = _mm256_set1_ps(1e-4f);
  for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 12
    for (__m256& sum : sums) sum = _mm256_fmadd_ps(sum, factor, addend);
  }
  for (__m256& sum : sums) asm volatile("" : : "x"(sum));
}

[[gnu::target("avx512bf16,avx512f,avx512vl")]] void run_bfloat16(std::int64_t rounds) {
  __m512 sums[chains];
  for (int i = 0; i < chains; ++i) sums[i] = _mm512_set1_ps(static_cast<float>(i));
  const __m512bh factor = _mm512_cvtne2ps_pbh(_mm512_set1_ps(0.5f), _mm512_set1_ps(0.5f));
  for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 12
    for (__m512& sum : sums) sum = _mm512_dpbf16_ps(sum, factor, factor);
  }
  for (__m512& sum : sums) asm volatile("" : : "v"(sum));
}
#endif

// What every compiler makes of four floats: NEON's fused instruction, SSE's two.
using Four [[gnu::vector_size(16)]] = float;
void run_portable(std::int64_t rounds) {
  Four sums[chains];
  for (int i = 0; i < chains; ++i) sums[i] = Four{} + static_cast<float>(i);
  const Four factor = Four{} + 0.999f, addend = Four{} + 1e-4f;
  for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 12
    for (Four& sum : sums) sum = sum * factor + addend;
  }
  for (const Four& sum : sums) {
    const Four last = sum;  // a copy, so that the sums need no addresses
    asm volatile("" : : "m"(last));
  }
}

Loop loop_for(DType dtype) {
#if defined(__x86_64__)
  if (dtype == bfloat16)  // a lane adds two products
    return __builtin_cpu_supports("avx512bf16") ? Loop{run_bfloat16, chains * 16 * 4} : Loop{};
  if (__builtin_cpu_supports("avx512f")) return {run_avx512, chains * 16 * 2};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return {run_avx2, chains * 8 * 2};
#endif
  return dtype == bfloat16 ? Loop{} : Loop{run_portable, chains * 4 * 2};
}

}  // namespace

double measure_peak(DType dtype, int threads) {
  const Loop loop = loop_for(dtype);
  if (loop.run == nullptr) return not_measured;
  constexpr std::int64_t rounds = 10'000'000;
  const double seconds = seconds_together(threads, [&](int) { loop.run(rounds); });
  return static_cast<double>(rounds * loop.operations * threads) / seconds;
}

}  // namespace linnet::bench
