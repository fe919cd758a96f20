// Recurrent networks: all steps of a sequence in one operation, with one gradient. Step after step with operations of
// your own is what layers/rnn.h does.
//
// x [batch, time, features], h and c [batch, units] before the first step. The operands are floating; the widest of
// their dtypes is computed in, bfloat16 in float32. `mask`, which may be empty, is [batch, time]: where it is 0 or
// false, a step leaves the states as they are. The results are h of all steps [batch, time, units], then the states
// after the last step [batch, units]. Throws, naming the shapes, when operands do not fit, and when there is no step.
//
// The product of x and the kernel is one for all steps, and so are those that give the gradients of x and of all
// weights; only the product with the recurrent kernel waits for the step before (docs/notes/recurrence.md).
#pragma once

#include "linnet/ops/matmul.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// h = activation(x · kernel + bias + h₋₁ · recurrent_kernel): kernel [features, units], recurrent_kernel [units,
/// units], bias [units] or empty. Results {h of all steps, last h}. With da = dh · activation'(h): dh₋₁ = da ·
/// recurrent_kernelᵀ, drecurrent_kernel = Σ h₋₁ᵀ · da, dkernel = Σ xᵀ · da, dbias = Σ da, dx = da · kernelᵀ.
///   Tensor x = zeros({2, 5, 3}), kernel = zeros({3, 8}), recurrent_kernel = zeros({8, 8}), bias = zeros({8});
///   simple_rnn(x, kernel, recurrent_kernel, bias, zeros({2, 8}))[0];  // -> [2, 5, 8]
Tensors simple_rnn(const Tensor& x, const Tensor& kernel, const Tensor& recurrent_kernel, const Tensor& bias,
                   const Tensor& h, const Tensor& mask = {}, FusedActivation activation = FusedActivation::tanh);

/// With a = x · kernel + bias + h₋₁ · recurrent_kernel, cut into four: i = σ(a₀), f = σ(a₁), g = tanh(a₂), o = σ(a₃),
/// c = f · c₋₁ + i · g, h = o · tanh(c). kernel [features, 4 units], recurrent_kernel [units, 4 units], bias [4 units]
/// or empty. Results {h of all steps, last h, last c}. With dc = dh · o · (1 - tanh²(c)) + dc₊₁: da = (dc · g · i(1 -
/// i), dc · c₋₁ · f(1 - f), dc · i · (1 - g²), dh · tanh(c) · o(1 - o)), dc₋₁ = dc · f, and the rest as in simple_rnn.
///   Tensor x = zeros({2, 5, 3}), kernel = zeros({3, 32}), recurrent_kernel = zeros({8, 32}), bias = zeros({32});
///   lstm(x, kernel, recurrent_kernel, bias, zeros({2, 8}), zeros({2, 8}))[2];  // -> [2, 8]
Tensors lstm(const Tensor& x, const Tensor& kernel, const Tensor& recurrent_kernel, const Tensor& bias, const Tensor& h,
             const Tensor& c, const Tensor& mask = {});

/// With a = x · kernel + bias[0] and b = h₋₁ · recurrent_kernel + bias[1], each cut into three: z = σ(a₀ + b₀),
/// r = σ(a₁ + b₁), g = tanh(a₂ + r · b₂), h = z · h₋₁ + (1 - z) · g. kernel [features, 3 units], recurrent_kernel
/// [units, 3 units], bias [2, 3 units] or empty. Results {h of all steps, last h}. da = (dh · (h₋₁ - g) · z(1 - z),
/// da₂ · b₂ · r(1 - r), dh · (1 - z) · (1 - g²)), db = (da₀, da₁, da₂ · r), dh₋₁ = dh · z + db · recurrent_kernelᵀ.
///   Tensor x = zeros({2, 5, 3}), kernel = zeros({3, 24}), recurrent_kernel = zeros({8, 24}), bias = zeros({2, 24});
///   gru(x, kernel, recurrent_kernel, bias, zeros({2, 8}))[0];  // -> [2, 5, 8]
Tensors gru(const Tensor& x, const Tensor& kernel, const Tensor& recurrent_kernel, const Tensor& bias, const Tensor& h,
            const Tensor& mask = {});

}  // namespace linnet
#pragma GCC visibility pop
