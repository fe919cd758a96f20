// Keras's activation functions beyond those in ops/nn.h. Each is elementwise and keeps shape and dtype unless it says
// otherwise; defaults are Keras's (keras.activations).
#pragma once

#include <optional>
#include <vector>

#include "linnet/ops/elementwise.h"
#include "linnet/ops/nn.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// x.
Tensor linear(const Tensor& x);
/// exp(x).
inline Tensor exponential(const Tensor& x) { return exp(x); }
/// Keras's three-parameter relu: max_value for x >= max_value, x for threshold < x < max_value, else
/// negative_slope * (x - threshold).
struct ReluOptions {
  double negative_slope = 0;
  std::optional<double> max_value = {};
  double threshold = 0;
};
///   relu(tensor({-10, 2, 8}), {.negative_slope = 0.1, .max_value = 6});  // -> {-1, 2, 6}
Tensor relu(const Tensor& x, const ReluOptions& options);
/// max(x, 0) + alpha * (exp(min(x, 0) / alpha) - 1). Barron, "Continuously differentiable exponential linear units".
Tensor celu(const Tensor& x, double alpha);
inline Tensor celu(const Tensor& x) { return celu(x, 1); }
/// a * sigmoid(b) where a and b are the halves of x along `axis`, whose size must be even and is halved.
Tensor glu(const Tensor& x, int axis);
inline Tensor glu(const Tensor& x) { return glu(x, -1); }
/// x where |x| > threshold, else 0.
Tensor hard_shrink(const Tensor& x, double threshold);
inline Tensor hard_shrink(const Tensor& x) { return hard_shrink(x, 0.5); }
/// relu6(x + 3) / 6.
Tensor hard_sigmoid(const Tensor& x);
/// x * hard_sigmoid(x); also called hard swish.
Tensor hard_silu(const Tensor& x);
inline Tensor hard_swish(const Tensor& x) { return hard_silu(x); }
/// x clipped to [-1, 1].
Tensor hard_tanh(const Tensor& x);
/// log(sigmoid(x)).
Tensor log_sigmoid(const Tensor& x);
/// x * tanh(softplus(x)). Misra, "Mish: a self regularized non-monotonic activation function".
Tensor mish(const Tensor& x);
/// x - threshold above threshold, x + threshold below -threshold, else 0.
Tensor soft_shrink(const Tensor& x, double threshold);
inline Tensor soft_shrink(const Tensor& x) { return soft_shrink(x, 0.5); }
/// x / (1 + |x|).
Tensor softsign(const Tensor& x);
/// 0 for x <= -1, (x + 1)² / 4 up to 1, then x.
Tensor sparse_plus(const Tensor& x);
/// 0 for x <= -1, (x + 1) / 2 up to 1, then 1.
Tensor sparse_sigmoid(const Tensor& x);
/// max(x - tau, 0) along `axis`, after Martins and Astudillo, "From softmax to sparsemax": with one value in the
/// support (the largest stands out by 1 or more) it is the one-hot vector of the paper. With more, tau is what Keras
/// computes, (the sum of all cumulated sums over the support - 1) / (size of the support), which is larger than the
/// paper's: then the result does not sum to 1.
Tensor sparsemax(const Tensor& x, int axis);
inline Tensor sparsemax(const Tensor& x) { return sparsemax(x, -1); }
/// (x + sqrt(x² + b)) / 2.
Tensor squareplus(const Tensor& x, double b);
inline Tensor squareplus(const Tensor& x) { return squareplus(x, 4); }
/// silu under its other name.
inline Tensor swish(const Tensor& x) { return silu(x); }
/// x - tanh(x).
Tensor tanh_shrink(const Tensor& x);
/// x where x > threshold, else default_value.
Tensor threshold(const Tensor& x, double threshold, double default_value);
/// softmax over several axes together: they sum to 1.
Tensor softmax(const Tensor& x, const std::vector<int>& axes);
Tensor log_softmax(const Tensor& x, const std::vector<int>& axes);

}  // namespace linnet
#pragma GCC visibility pop
