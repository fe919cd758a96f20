// Picking elements by position. Positions are int32, int64 or uint8.
#pragma once

#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// The rows `indices` of x along `axis`: result shape x[:axis] + indices.shape + x[axis+1:], x's dtype. Negative
/// positions count from the end; others out of range throw, saying which. The gradient adds up where a row was taken
/// twice. This is the embedding look-up. Keras: keras.ops.take.
///   take(tensor({10, 20, 30}), tensor({2, 0, 2}, int32));  // -> {30, 10, 30}
Tensor take(const Tensor& x, const Tensor& indices, int axis = 0);
/// Element-wise positions along `axis`: y[…, i, …] = x[…, indices[…, i, …], …]. x and indices have the same rank and
/// broadcast along the other axes. NumPy: take_along_axis.
///   Tensor probabilities = tensor({{0.2, 0.8}, {0.9, 0.1}}), labels = tensor({1, 0}, int32);
///   take_along_axis(probabilities, expand_dims(labels, -1));  // -> {{0.8}, {0.9}}
Tensor take_along_axis(const Tensor& x, const Tensor& indices, int axis = -1);
/// [...] -> [..., classes]: 1 at the position, 0 elsewhere; a position out of range gives a row of zeros, as in Keras.
/// No gradient.
///   one_hot(tensor({1, 0}, int32), 3);  // -> {{0, 1, 0}, {1, 0, 0}}
Tensor one_hot(const Tensor& indices, std::int64_t classes, DType dtype = float32);
/// [..., n] -> [..., size]: how often each position stands in the last axis, or the sum of the `weights` that stand
/// beside it, in `dtype`. Positions out of [0, size) throw. The gradient goes to the weights: each gets that of its
/// position. Keras: keras.ops.bincount, whose `minlength` is `size`.
///   bincount(tensor({{0, 2, 2}}, int32), 4);  // -> {{1, 0, 2, 0}}
Tensor bincount(const Tensor& indices, std::int64_t size, const Tensor& weights = {}, DType dtype = float32);

}  // namespace linnet
#pragma GCC visibility pop
