// bfloat16 rows of elementwise kernels: widened to float32, computed and rounded in pieces that stay in the first-level
// cache.
#pragma once

#include <algorithm>
#include <cstdint>

#include "linnet/base/dtype.h"

namespace linnet::kernels::cpu {

void widen(const BFloat16* src, std::int64_t n, float* dst);
/// Rounds to nearest, ties to even.
void narrow(const float* src, std::int64_t n, BFloat16* dst);

constexpr std::int64_t piece_size = 1024;

/// Calls compute(first, count, result) for pieces of a row of n elements and rounds each result into dst.
template <class Compute>
void for_each_piece(std::int64_t n, BFloat16* dst, Compute compute) {
  float result[piece_size];
  for (std::int64_t first = 0; first < n; first += piece_size) {
    const std::int64_t count = std::min(piece_size, n - first);
    compute(first, count, result);
    narrow(result, count, dst + first);
  }
}

}  // namespace linnet::kernels::cpu
