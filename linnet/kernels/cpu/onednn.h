// oneDNN, of which the rest of the library sees one function. It runs on the calling thread only; the blocks around it
// are what runs in parallel.
#pragma once

#include <cstdint>

namespace linnet::kernels::cpu {

/// What a float32 product m x k times k x n looks like in memory; one compiled primitive serves all of its data.
struct MatmulShape {
  std::int64_t m, n, k;
  std::int64_t a_row, a_column, b_row, b_column, c_row;  // strides
  bool has_bias, relu;

  friend bool operator==(const MatmulShape&, const MatmulShape&) = default;
};

/// c = relu?(a · b + bias). bias: [n], null without has_bias.
void onednn_matmul(const MatmulShape& shape, const float* a, const float* b, const float* bias, float* c);

}  // namespace linnet::kernels::cpu
