// Operations of neural networks: activations that have a kernel or a fused form, softmax, cross-entropy, dropout.
// Integers become float32 unless said otherwise. The full list of Keras's activations, by name, is in activations/.
//
// Convolution, pooling, normalization, recurrence and attention are families of their own: convolution.h, pooling.h,
// normalize.h, recurrent.h, attention.h.
#pragma once

#include "linnet/base/random.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// max(x, 0), in x's dtype; dx = dy · [y > 0], so 0 at 0.
Tensor relu(const Tensor& x);
/// 1 / (1 + exp(-x)); dx = dy · y · (1 - y).
Tensor sigmoid(const Tensor& x);
/// log(1 + exp(x)), without overflow; dx = dy · sigmoid(x).
Tensor softplus(const Tensor& x);
/// x · sigmoid(x), also called swish.
Tensor silu(const Tensor& x);
/// x · Φ(x) with the Gaussian distribution function Φ(x) = (1 + erf(x / √2)) / 2; `approximate`:
/// x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). Hendrycks and Gimpel, "Gaussian error linear units", 2016.
Tensor gelu(const Tensor& x, bool approximate);
inline Tensor gelu(const Tensor& x) { return gelu(x, false); }
/// x where x > 0, else negative_slope · x. Keras's default slope is 0.2.
Tensor leaky_relu(const Tensor& x, double negative_slope);
inline Tensor leaky_relu(const Tensor& x) { return leaky_relu(x, 0.2); }
/// x where x > 0, else alpha · (exp(x) - 1). Clevert et al., "Fast and accurate deep network learning by ELUs", 2015.
Tensor elu(const Tensor& x, double alpha);
inline Tensor elu(const Tensor& x) { return elu(x, 1.0); }
/// 1.0507… · elu(x, 1.6732…), which keeps mean 0 and variance 1 through layers. Klambauer et al., 2017.
Tensor selu(const Tensor& x);
/// min(max(x, 0), 6), in x's dtype.
Tensor relu6(const Tensor& x);

/// exp(x) / Σ exp(x) along `axis`, without overflow; dx = y · (dy - Σ dy · y).
///   softmax(tensor({1, 1}));  // -> {0.5, 0.5}
Tensor softmax(const Tensor& x, int axis);
inline Tensor softmax(const Tensor& x) { return softmax(x, -1); }
/// x - log Σ exp(x) along `axis`, without overflow; dx = dy - exp(y) · Σ dy.
Tensor log_softmax(const Tensor& x, int axis);
inline Tensor log_softmax(const Tensor& x) { return log_softmax(x, -1); }

/// -log softmax(logits)[label] of each sample, in one pass: labels [...] integer, logits [..., classes] -> [...].
/// dlogits = (softmax(logits) - onehot(labels)) · dy. Throws on a label that is out of range, saying which and where:
/// `[sparse_softmax_cross_entropy] expected labels in [0, 10), received 12 at position 3`.
///   sparse_softmax_cross_entropy(tensor({3}, int32), zeros({1, 10}));  // -> {2.3026}
Tensor sparse_softmax_cross_entropy(const Tensor& labels, const Tensor& logits);

/// Each element is 0 with probability `rate` in [0, 1], else x / (1 - rate), so that the mean stays. Takes one stream
/// of `generator`; element i of the mask depends on (seed, stream, i) only. `noise_shape` (empty: x's) is broadcast:
/// axes of size 1 share one draw. Srivastava et al., "Dropout", 2014.
Tensor dropout(const Tensor& x, double rate, SeedGenerator& generator, const Shape& noise_shape = {});

}  // namespace linnet
#pragma GCC visibility pop
