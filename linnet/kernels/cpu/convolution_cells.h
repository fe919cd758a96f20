// A convolution as products of matrices, one for each cell of its window: forward, and the gradient of the weights.
#pragma once

#include "linnet/kernels/cpu/onednn.h"

namespace linnet::kernels::cpu {

/// Whether this way is faster than oneDNN's, on this processor and for this shape.
bool prefers_cells(const ConvolutionShape& shape);

/// Elements of packed weights, which the forward pass reads.
std::int64_t cells_packed_size(const ConvolutionShape& shape);
/// weights [window…, in, out], dense.
void cells_pack(const ConvolutionShape& shape, const float* weights, float* packed);
/// dst = relu?(bias + …), where the shape asks for it. bias: [out] or null.
void cells_forward(const ConvolutionShape& shape, const float* src, const float* packed, const float* bias, float* dst);
/// diff_weights [window…, in, out], dense.
void cells_backward_weights(const ConvolutionShape& shape, const float* src, const float* diff_dst,
                            float* diff_weights);

}  // namespace linnet::kernels::cpu
