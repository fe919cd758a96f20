// Matrix products of float32: one that reads its operands where they lie, which a small weight wants, and one that
// copies them in pieces that fit the caches, which every other one wants.
#pragma once

#include <cstdint>

namespace linnet::kernels::cpu {

/// c[i, j] = relu?(bias[j] + sum over p of a[i, p] * b[p, j]) for an m x n result whose rows are dense. a has any
/// strides.
struct Gemm {
  std::int64_t m, n, k;
  const float* a;
  std::int64_t a_row, a_column;
  const float* b;
  std::int64_t b_row, b_column;
  float* c;
  std::int64_t c_row;
  const float* bias = nullptr;  // [n] or null
  bool relu = false;
  bool accumulate = false;  // to be added to what c holds; then there is no bias
};
/// Reads a and b where they lie (a transposed a costs nothing); b_column is 1.
void gemm(const Gemm& problem);
/// Copies a and b, of any strides, in pieces.
void packed_gemm(const Gemm& problem);
/// Whether the vectors of this processor hold 16 numbers (AVX-512).
bool has_wide_vectors();

/// c[i] = relu?(bias[i % n] + parts[0][i] + parts[1][i] + …) for the m * n elements of `parts` partial products.
void add_partial_products(const float* parts, std::int64_t count, std::int64_t m, std::int64_t n, const float* bias,
                          bool relu, float* c, std::int64_t c_row);

}  // namespace linnet::kernels::cpu
