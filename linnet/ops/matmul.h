// Matrix products. Operands are floating, of the wider of their dtypes; integers throw.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// NumPy's matmul: a [..., m, k] · b [..., k, n] -> [..., m, n]; leading axes broadcast. A vector on the left is a row,
/// on the right a column, and its axis is dropped from the result. Transposed views are read in place. da = dy · bᵀ, db
/// = aᵀ · dy, summed over broadcast axes. Throws, naming both shapes, when k differs.
///   matmul(tensor({{1, 2}}), tensor({{3, 4}, {5, 6}}));  // -> {{13, 16}}
Tensor matmul(const Tensor& a, const Tensor& b);
/// Sums over the axes `a_axes` of a and `b_axes` of b, pair by pair; the result has a's other axes, then b's. No axes:
/// the outer product. NumPy: tensordot.
///   Tensor a = tensor({{1, 2}}), b = tensor({{3, 4}, {5, 6}});
///   tensordot(a, b, {-1}, {0});  // -> {{13, 16}}
Tensor tensordot(const Tensor& a, const Tensor& b, const std::vector<int>& a_axes, const std::vector<int>& b_axes);

/// Activations that a matrix product can apply while its result is in registers.
enum class FusedActivation : std::uint8_t { none, relu, sigmoid, tanh };
/// y = activation(x · kernel + bias) in one pass: x [..., in], kernel [in, units], bias [units] or an empty tensor
/// -> [..., units]. With dz = dy · activation'(y): dkernel = xᵀ · dz, dbias = Σ dz, dx = dz · kernelᵀ, each only if
/// asked for. Computed in `compute_dtype`, which y has; without one, in the widest dtype of the operands. For bfloat16,
/// kernel and bias may be float32: the kernel is rounded for the products, while sums, the bias and the gradients of
/// both stay float32 (mixed precision).
///   Tensor x = tensor({{1, 2}}), kernel = tensor({{3, -4}, {5, -6}}), bias = tensor({1, 1});
///   linear(x, kernel, bias, FusedActivation::relu);  // -> {{14, 0}}
Tensor linear(const Tensor& x, const Tensor& kernel, const Tensor& bias = {},
              FusedActivation activation = FusedActivation::none, std::optional<DType> compute_dtype = {});

}  // namespace linnet
#pragma GCC visibility pop
