// Views and rearrangements. reshape, permute, slice, expand … share storage where strides can say it.
#pragma once

#include <utility>
#include <vector>

#include "linnet/tensor/tensor.h"

namespace linnet {

/// One size may be -1: it is what remains. A view where the strides allow, else a copy.
Tensor reshape(const Tensor& x, const Shape& shape);
/// (batch, …) -> (batch, product of the rest) for first_axis 1.
Tensor flatten(const Tensor& x, int first_axis = 0);
/// Axis i of the result is axis order[i] of x.
Tensor permute(const Tensor& x, const std::vector<int>& order);
/// The last two axes exchanged (a view).
Tensor transpose(const Tensor& x);
Tensor swapaxes(const Tensor& x, int a, int b);
Tensor expand_dims(const Tensor& x, int axis);
Tensor squeeze(const Tensor& x, int axis);
Tensor squeeze(const Tensor& x);
/// A view with stride 0 along broadcast axes.
Tensor broadcast_to(const Tensor& x, const Shape& shape);
/// x[first:last:step] along `axis`, Python's rules (negative positions count from the end, clamped). step != 0;
/// negative steps copy.
Tensor slice(const Tensor& x, int axis, std::int64_t first, std::int64_t last, std::int64_t step = 1);
Tensor concatenate(const Tensors& xs, int axis = -1);
Tensor stack(const Tensors& xs, int axis = 0);
/// `parts` equal pieces along `axis`.
Tensors split(const Tensor& x, std::int64_t parts, int axis = -1);
/// Pieces of the given sizes.
Tensors split(const Tensor& x, const std::vector<std::int64_t>& sizes, int axis = -1);
Tensors unstack(const Tensor& x, int axis = 0);
/// widths[i] = elements before and after along axis i.
Tensor pad(const Tensor& x, const std::vector<std::pair<std::int64_t, std::int64_t>>& widths, double value = 0);
/// Each element `count` times along `axis`.
Tensor repeat(const Tensor& x, std::int64_t count, int axis);
Tensor tile(const Tensor& x, const std::vector<std::int64_t>& counts);
Tensor flip(const Tensor& x, int axis);

}  // namespace linnet
