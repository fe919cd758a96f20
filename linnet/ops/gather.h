// Picking elements by position.
#pragma once

#include "linnet/tensor/tensor.h"

namespace linnet {

/// x[indices] along `axis`: indices of any shape; result shape x[:axis] + indices + x[axis+1:]. Negative positions
/// count from the end; out of range throws. Keras: keras.ops.take.
Tensor take(const Tensor& x, const Tensor& indices, int axis = 0);
/// Element-wise positions along `axis`: NumPy's take_along_axis.
Tensor take_along_axis(const Tensor& x, const Tensor& indices, int axis = -1);
/// [...] integers -> [..., classes]; out of range gives zeros, as Keras.
Tensor one_hot(const Tensor& indices, std::int64_t classes, DType dtype = float32);

}  // namespace linnet
