// Matrix products.
#pragma once

#include <cstdint>
#include <vector>

#include "linnet/tensor/tensor.h"

namespace linnet {

/// NumPy's matmul: a [..., m, k] · b [..., k, n] -> [..., m, n]; leading axes broadcast; rank 1 operands as NumPy.
/// Transposed views are read in place: matmul(x, transpose(w)).
Tensor matmul(const Tensor& a, const Tensor& b);
/// Sum over the last axis of a and axis `b_axis` of b … Keras: dot(axes). Composed of reshape, permute and matmul.
Tensor tensordot(const Tensor& a, const Tensor& b, const std::vector<int>& a_axes, const std::vector<int>& b_axes);

/// Activations that a matrix product can apply while its result is in registers.
enum class FusedActivation : std::uint8_t { none, relu, sigmoid, tanh };
/// activation(x · kernel + bias) in one pass: x [..., in], kernel [in, units], bias [units] or empty -> [..., units].
Tensor linear(const Tensor& x, const Tensor& kernel, const Tensor& bias = {},
              FusedActivation activation = FusedActivation::none);

}  // namespace linnet
