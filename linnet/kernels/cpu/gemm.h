// Matrix products of float32 that need no packed copy of their operands: what a small weight wants.
#pragma once

#include <cstdint>

namespace linnet::kernels::cpu {

/// c[i, j] = relu?(bias[j] + sum over p of a[i, p] * b[p, j]) for an m x n result. a has any strides (a transposed a
/// costs nothing), rows of b and c are dense.
struct Gemm {
  std::int64_t m, n, k;
  const float* a;
  std::int64_t a_row, a_column;
  const float* b;
  std::int64_t b_row;
  float* c;
  std::int64_t c_row;
  const float* bias = nullptr;  // [n] or null
  bool relu = false;
};
void gemm(const Gemm& problem);

/// c[i] = relu?(bias[i % n] + parts[0][i] + parts[1][i] + …) for the m * n elements of `parts` partial products.
void add_partial_products(const float* parts, std::int64_t count, std::int64_t m, std::int64_t n, const float* bias,
                          bool relu, float* c, std::int64_t c_row);

}  // namespace linnet::kernels::cpu
