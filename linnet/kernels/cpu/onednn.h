// oneDNN, of which the rest of the library sees a few functions. It runs on the calling thread only; the blocks around
// it are what runs in parallel.
#pragma once

#include <array>
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

enum class ConvolutionPass : std::uint8_t { forward, backward_src, backward_weights };
/// What a convolution looks like in memory, whose sizes are above 0: src [batch, src…, groups * in], dst
/// [batch, dst…, groups * out], both dense. Lists have `axes` numbers.
struct ConvolutionShape {
  using List = std::array<std::int64_t, 3>;
  ConvolutionPass pass;
  int axes;
  std::int64_t batch, groups, in, out;
  List src, window, dst, strides, dilation, padding;
  bool has_bias = false, relu = false;
  std::int64_t layout_batch = batch;  // weights are packed as for this batch
  DType dtype = DType::float32;       // of src and dst; or bfloat16, whose products are summed in float32

  friend bool operator==(const ConvolutionShape&, const ConvolutionShape&) = default;
};
/// oneDNN reads and writes weights in an order of its own: packed, and rounded to the dtype where they are read. How
/// many floats of room they take; 0 if oneDNN has no fast way to compute this convolution, which then must not be run.
std::int64_t onednn_packed_size(const ConvolutionShape& shape);
/// weights [window…, in, groups * out], dense.
void onednn_pack(const ConvolutionShape& shape, const float* weights, float* packed);
void onednn_unpack(const ConvolutionShape& shape, const float* packed, float* weights);
/// Writes dst, src or the packed weights, whichever the pass computes, and reads the other two. bias [groups * out] and
/// relu belong to the forward pass.
void onednn_convolve(const ConvolutionShape& shape, void* src, float* packed, const float* bias, void* dst);

/// Whether this processor multiplies bfloat16 (AVX512-BF16 or AMX), and LINNET_MAX_CPU_ISA lets it.
bool onednn_multiplies_bfloat16();

}  // namespace linnet::kernels::cpu
