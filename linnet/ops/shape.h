// Views and rearrangements of tensors of any dtype. reshape, permute, slice, expand … share storage where strides can
// say it: writing to a view changes the original. Axes may be negative.
#pragma once

#include <utility>
#include <vector>

#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// The same elements in row-major order in another shape; one size may be -1: it is what remains. A view where the
/// strides allow, else a copy. Throws unless the sizes agree.   reshape(images, {-1, 784})
Tensor reshape(const Tensor& x, const Shape& shape);
/// The axes from `first_axis` on become one: (batch, …) -> (batch, product of the rest) for 1. A scalar gives shape
/// (1,).
Tensor flatten(const Tensor& x, int first_axis = 0);
/// Axis i of the result is axis order[i] of x; a view. Throws unless `order` names each axis once.
Tensor permute(const Tensor& x, const std::vector<int>& order);
/// The last two axes exchanged; a view. Throws below two axes.
Tensor transpose(const Tensor& x);
/// Two axes exchanged; a view.
Tensor swapaxes(const Tensor& x, int a, int b);
/// A new axis of size 1 at position `axis` of the result.
Tensor expand_dims(const Tensor& x, int axis);
/// Without `axis`, which must have size 1.
Tensor squeeze(const Tensor& x, int axis);
/// Without all axes of size 1.
Tensor squeeze(const Tensor& x);
/// Repeated to `shape` by NumPy's rules; a view with stride 0 along the repeated axes. Throws when x does not fit.
Tensor broadcast_to(const Tensor& x, const Shape& shape);
/// x[first:last:step] along `axis` by Python's rules: negative positions count from the end, and both are clamped. A
/// view for positive steps, a copy for negative ones; step 0 throws.   slice(x, 0, -10, x.shape()[0])   the last ten
/// rows
Tensor slice(const Tensor& x, int axis, std::int64_t first, std::int64_t last, std::int64_t step = 1);
/// One after another along `axis`; the other sizes must agree. The dtype is the widest.
Tensor concatenate(const Tensors& xs, int axis = -1);
/// Tensors of equal shape along a new axis.
Tensor stack(const Tensors& xs, int axis = 0);
/// `parts` equal pieces along `axis`, as views; throws unless the size can be divided.
Tensors split(const Tensor& x, std::int64_t parts, int axis = -1);
/// Pieces of the given sizes along `axis`, as views; throws unless they add up to the axis.
Tensors split(const Tensor& x, const std::vector<std::int64_t>& sizes, int axis = -1);
/// The slices along `axis`, without that axis, as views.
Tensors unstack(const Tensor& x, int axis = 0);
/// `value` around x: widths[i] = how many elements before and after along axis i.   pad(x, {{0, 0}, {1, 1}})
Tensor pad(const Tensor& x, const std::vector<std::pair<std::int64_t, std::int64_t>>& widths, double value = 0);
/// Each element `count` times along `axis`.   repeat([1 2], 2, 0) == [1 1 2 2]
Tensor repeat(const Tensor& x, std::int64_t count, int axis);
/// The whole tensor counts[i] times along axis i; missing leading axes are added. NumPy: tile.   tile([1 2], {2}) == [1
/// 2 1 2]
Tensor tile(const Tensor& x, const std::vector<std::int64_t>& counts);
/// In reverse order along `axis`; a copy.
Tensor flip(const Tensor& x, int axis);

}  // namespace linnet
#pragma GCC visibility pop
