// Operations of neural networks: activations that have a kernel or a fused form, softmax, cross-entropy, dropout.
// The full list of Keras's activations, by name, is in activations/.
#pragma once

#include "linnet/base/random.h"
#include "linnet/tensor/tensor.h"

namespace linnet {

Tensor relu(const Tensor& x);      // max(x, 0); derivative 0 at 0
Tensor sigmoid(const Tensor& x);   // 1 / (1 + exp(-x))
Tensor softplus(const Tensor& x);  // log(1 + exp(x))
Tensor silu(const Tensor& x);      // x * sigmoid(x)
/// x Φ(x) with the exact Gaussian distribution function; `approximate`: the tanh formula.
Tensor gelu(const Tensor& x, bool approximate);
inline Tensor gelu(const Tensor& x) { return gelu(x, false); }
Tensor leaky_relu(const Tensor& x, double negative_slope);
inline Tensor leaky_relu(const Tensor& x) { return leaky_relu(x, 0.2); }
Tensor elu(const Tensor& x, double alpha);
inline Tensor elu(const Tensor& x) { return elu(x, 1.0); }
Tensor selu(const Tensor& x);
Tensor relu6(const Tensor& x);

Tensor softmax(const Tensor& x, int axis);
inline Tensor softmax(const Tensor& x) { return softmax(x, -1); }
Tensor log_softmax(const Tensor& x, int axis);
inline Tensor log_softmax(const Tensor& x) { return log_softmax(x, -1); }

/// -log softmax(logits)[label] per sample: labels [...] integer in range, logits [..., classes] -> [...]. One pass.
Tensor sparse_softmax_cross_entropy(const Tensor& labels, const Tensor& logits);

/// Each element is 0 with probability `rate`, else x / (1 - rate). `noise_shape` (empty: x's) is broadcast: axes of
/// size 1 share one draw. Element i of the mask depends on (generator.seed, its stream, i) only.
Tensor dropout(const Tensor& x, double rate, SeedGenerator& generator, const Shape& noise_shape = {});

}  // namespace linnet
