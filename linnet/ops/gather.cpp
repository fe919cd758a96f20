#include "linnet/ops/gather.h"

#include <numeric>

#include "linnet/ops/common.h"
#include "linnet/ops/shape.h"

namespace linnet {

namespace {

// `indices` as int32 or int64 with all positions in [0, n). Throws on others; negative ones count from the end, if they
// may.
Tensor checked_positions(const char* who, const Tensor& indices, std::int64_t n, bool from_end = true) {
  check_input(who, indices);
  const DType dtype = indices.dtype();
  check(!is_floating(dtype) && dtype != boolean, "[", who, "] expected integer indices, received dtype ", dtype);
  Tensor dense = (dtype == uint8 ? indices.to(int32) : indices).contiguous();
  const std::int64_t lowest = from_end ? -n : 0;
  bool negative = false;
  dispatch(dense.dtype(), [&](auto zero) {
    using Element = decltype(zero);
    const auto* positions = view(dense).as<Element>();
    for (std::int64_t i = 0, size = dense.size(); i < size; ++i) {
      const auto position = static_cast<std::int64_t>(positions[i]);
      check(position >= lowest && position < n, "[", who, "] expected indices in [", lowest, ", ", n, "), received ",
            position, " at position ", i);
      negative = negative || position < 0;
    }
  });
  if (!negative) return dense;
  Tensor wrapped = dense.to(int64).clone();
  for (std::int64_t& position : wrapped.mutable_data<std::int64_t>()) position += position < 0 ? n : 0;
  return wrapped;
}

}  // namespace

Tensor take(const Tensor& x, const Tensor& indices, int axis) {
  check_input("take", x);
  check(x.rank() >= 1, "[take] expected a tensor with at least one axis, received a scalar");
  const int along = normalize_axis(axis, x.rank(), "take");
  if (along != 0) {  // bring the axis to the front, and the new axes back to its place
    std::vector<int> to_front{along}, back;
    for (int i = 0; i < x.rank(); ++i)
      if (i != along) to_front.push_back(i);
    const int added = indices.rank();
    for (int i = 0; i < along; ++i) back.push_back(added + i);
    for (int i = 0; i < added; ++i) back.push_back(i);
    for (int i = along; i + 1 < x.rank(); ++i) back.push_back(added + i);
    return permute(take(permute(x, to_front), indices, 0), back);
  }
  const Tensor positions = reshape(checked_positions("take", indices, x.shape()[0]), {-1});
  Shape rows = x.shape().slice(1, x.rank()), shape = indices.shape();
  for (std::int64_t n : rows) shape.push_back(n);
  rows.insert(0, positions.size());
  const Tensor y(shape, x.dtype());
  kernels::gather_rows(view(x), view(positions), 1, 0, mutable_view(alias(y, rows, contiguous_strides(rows))));
  return record("take", y, {x}, [positions = save(positions), rows, shape = x.shape()](const Tensor& dy) -> Grads {
    Tensor dx = zeros(shape, dy.dtype());
    kernels::scatter_add_rows(view(reshape(dy, rows)), view(*positions), mutable_view(dx));
    return {dx};
  });
}

Tensor take_along_axis(const Tensor& x, const Tensor& indices, int axis) {
  check_input("take_along_axis", x);
  check_input("take_along_axis", indices);
  check(indices.rank() == x.rank(), "[take_along_axis] expected indices of rank ", x.rank(), " as x of shape ",
        x.shape(), ", received shape ", indices.shape());
  const int along = normalize_axis(axis, x.rank(), "take_along_axis");
  const std::int64_t length = x.shape()[along], count = indices.shape()[along];
  Shape source = x.shape(), picked = indices.shape();
  source[along] = picked[along] = 1;  // the other axes broadcast
  source = picked = broadcast_shapes(source, picked, "take_along_axis");
  source[along] = length;
  picked[along] = count;
  const Tensor positions = broadcast_to(checked_positions("take_along_axis", indices, length), picked);
  const Tensor y(picked, x.dtype());
  kernels::take_along_axis(broadcast_view(x, source), view(positions), along, mutable_view(y));
  return record("take_along_axis", y, {x}, [positions = save(positions), source, along](const Tensor& dy) -> Grads {
    Tensor dx = zeros(source, dy.dtype());
    kernels::add_along_axis(view(dy), view(*positions), along, mutable_view(dx));
    return {dx};
  });
}

Tensor one_hot(const Tensor& indices, std::int64_t classes, DType dtype) {
  check_input("one_hot", indices);
  check(!is_floating(indices.dtype()) && indices.dtype() != boolean,
        "[one_hot] expected integer indices, received dtype ", indices.dtype());
  check(classes >= 0, "[one_hot] expected classes >= 0, received ", classes);
  const Tensor positions = indices.dtype() == uint8 ? indices.to(int32) : indices;
  Shape shape = indices.shape();
  shape.push_back(classes);
  Tensor y(shape, dtype);
  kernels::one_hot(view(positions), mutable_view(y));
  return y;
}

Tensor bincount(const Tensor& indices, std::int64_t size, const Tensor& weights, DType dtype) {
  check_input("bincount", indices);
  check(indices.rank() > 0, "[bincount] expected positions along an axis, received a scalar");
  check(size >= 0, "[bincount] expected a size >= 0, received ", size);
  if (weights.defined())
    check(weights.shape() == indices.shape(), "[bincount] expected a weight for each of the positions of shape ",
          indices.shape(), ", received shape ", weights.shape());
  const Tensor positions = checked_positions("bincount", indices, size, false);
  Shape shape = indices.shape();
  shape.pop_back();
  shape.push_back(size);
  const Tensor y = zeros(shape, dtype), counted = weights.defined() ? weights.to(dtype) : ones(indices.shape(), dtype);
  kernels::add_along_axis(view(counted), view(positions), indices.rank() - 1, mutable_view(y));
  return record("bincount", y, {counted}, [positions = save(positions)](const Tensor& dy) -> Grads {
    return {take_along_axis(dy, *positions, -1)};
  });
}

}  // namespace linnet
