// oneDNN, of which the rest of the library sees two functions. It runs on the calling thread only; the blocks around it
// are what runs in parallel.
#pragma once

#include <cstdint>

#include "linnet/base/dtype.h"

namespace linnet::kernels::cpu {

/// What a product m x k times k x n looks like in memory; one compiled primitive serves all of its data.
struct MatmulShape {
  std::int64_t m, n, k;
  std::int64_t a_row, a_column, b_row, b_column, c_row;  // strides
  bool has_bias, relu;
  DType dtype = DType::float32;    // of a and b; or bfloat16, which is summed in float32
  DType c_dtype = DType::float32;  // of c; for bfloat16 products either of the two

  friend bool operator==(const MatmulShape&, const MatmulShape&) = default;
};

/// c = relu?(a · b + bias). bias: [n] in float32, null without has_bias.
void onednn_matmul(const MatmulShape& shape, const void* a, const void* b, const float* bias, void* c);

/// Whether this processor multiplies bfloat16 (AVX512-BF16 or AMX), and LINNET_MAX_CPU_ISA lets it.
bool onednn_multiplies_bfloat16();

}  // namespace linnet::kernels::cpu
