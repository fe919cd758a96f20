#include "linnet/ops/shape.h"

#include <algorithm>
#include <numeric>

#include "linnet/ops/common.h"

namespace linnet {

namespace {

// Strides that show the elements of a tensor in another shape, if there are any: each run of axes that is dense in
// memory may be cut anew.
bool strides_for(const Tensor& x, const Shape& target, Strides& result) {
  result = contiguous_strides(target);
  if (x.is_contiguous() || x.size() == 0) return true;
  Shape sizes;  // axes of size 1 do not matter
  Strides steps;
  for (int i = 0; i < x.rank(); ++i) {
    if (x.shape()[i] == 1) continue;
    sizes.push_back(x.shape()[i]);
    steps.push_back(x.strides()[i]);
  }
  int last = sizes.rank() - 1;
  std::int64_t room = last >= 0 ? sizes[last] : 1;  // elements of the current run not yet given away
  std::int64_t step = last >= 0 ? steps[last] : 1;
  const auto join = [&] {  // the next axis outwards, if it goes on where the run ends
    while (last > 0 && steps[last - 1] == steps[last] * sizes[last]) room *= sizes[--last];
  };
  if (last >= 0) join();
  for (int i = target.rank() - 1; i >= 0; --i) {
    if (target[i] == 1) continue;
    if (room == 1) {
      if (last <= 0) return false;
      step = steps[--last];
      room = sizes[last];
      join();
    }
    if (room % target[i] != 0) return false;
    result[i] = step;
    step *= target[i];
    room /= target[i];
  }
  return true;
}

Shape resolved(const Tensor& x, const Shape& shape) {
  Shape result = shape;
  int unknown = -1;
  std::int64_t known = 1;
  for (int i = 0; i < shape.rank(); ++i) {
    check(shape[i] >= -1, "[reshape] expected sizes >= 0, or one -1, received ", shape);
    check(shape[i] != -1 || unknown < 0, "[reshape] expected at most one -1, received ", shape);
    if (shape[i] == -1)
      unknown = i;
    else
      known *= shape[i];
  }
  const std::int64_t size = x.size();
  if (unknown >= 0) result[unknown] = known > 0 ? size / known : 0;
  check(result.size() == size, "[reshape] expected a shape with ", size, " elements, as ", x.shape(), " has, received ",
        shape);
  return result;
}

// x[first:first + count] along `axis`, as a view without history.
Tensor window(const Tensor& x, int axis, std::int64_t first, std::int64_t count) {
  Shape shape = x.shape();
  shape[axis] = count;
  return alias(x, shape, x.strides(), first * x.strides()[axis]);
}

}  // namespace

Tensor reshape(const Tensor& x, const Shape& shape) {
  check_input("reshape", x);
  const Shape target = resolved(x, shape);
  if (target == x.shape()) return x;
  Strides strides;
  if (!strides_for(x, target, strides)) return reshape(x.contiguous(), target);
  return record("reshape", alias(x, target, strides), {x},
                [shape = x.shape()](const Tensor& dy) -> Grads { return {reshape(dy, shape)}; });
}

Tensor flatten(const Tensor& x, int first_axis) {
  check_input("flatten", x);
  const int first = x.rank() == 0 ? 0 : normalize_axis(first_axis, x.rank(), "flatten");
  Shape shape = x.shape().slice(0, first);
  shape.push_back(x.shape().slice(first, x.rank()).size());
  return reshape(x, shape);
}

Tensor permute(const Tensor& x, const std::vector<int>& order) {
  check_input("permute", x);
  check(static_cast<int>(order.size()) == x.rank(), "[permute] expected ", x.rank(), " axes for shape ", x.shape(),
        ", received ", order.size());
  Shape shape = x.shape();
  Strides strides = x.strides();
  std::vector<int> inverse(order.size(), -1);
  for (int i = 0; i < x.rank(); ++i) {
    const int axis = normalize_axis(order[i], x.rank(), "permute");
    check(inverse[axis] < 0, "[permute] expected each axis once, received axis ", axis, " twice");
    inverse[axis] = i;
    shape[i] = x.shape()[axis];
    strides[i] = x.strides()[axis];
  }
  return record("permute", alias(x, shape, strides), {x},
                [inverse](const Tensor& dy) -> Grads { return {permute(dy, inverse)}; });
}

Tensor swapaxes(const Tensor& x, int a, int b) {
  check_input("swapaxes", x);
  Shape shape = x.shape();
  Strides strides = x.strides();
  const int i = normalize_axis(a, x.rank(), "swapaxes"), j = normalize_axis(b, x.rank(), "swapaxes");
  if (i == j) return x;
  std::swap(shape[i], shape[j]);
  std::swap(strides[i], strides[j]);
  return record("swapaxes", alias(x, shape, strides), {x},
                [i, j](const Tensor& dy) -> Grads { return {swapaxes(dy, i, j)}; });
}

Tensor transpose(const Tensor& x) {
  check_input("transpose", x);
  check(x.rank() >= 2, "[transpose] expected at least two axes, received shape ", x.shape());
  return swapaxes(x, -2, -1);
}

Tensor expand_dims(const Tensor& x, int axis) {
  check_input("expand_dims", x);
  Shape shape = x.shape();
  shape.insert(normalize_axis(axis, x.rank() + 1, "expand_dims"), 1);
  return reshape(x, shape);
}

Tensor squeeze(const Tensor& x, int axis) {
  check_input("squeeze", x);
  const int i = normalize_axis(axis, x.rank(), "squeeze");
  check(x.shape()[i] == 1, "[squeeze] expected size 1 along axis ", axis, ", received shape ", x.shape());
  Shape shape = x.shape();
  shape.erase(i);
  return reshape(x, shape);
}

Tensor squeeze(const Tensor& x) {
  check_input("squeeze", x);
  Shape shape;
  for (std::int64_t n : x.shape())
    if (n != 1) shape.push_back(n);
  return reshape(x, shape);
}

Tensor broadcast_to(const Tensor& x, const Shape& shape) {
  check_input("broadcast_to", x);
  if (x.shape() == shape) return x;
  check(broadcast_shapes(x.shape(), shape, "broadcast_to") == shape,
        "[broadcast_to] expected a shape that broadcasts to ", shape, ", received ", x.shape());
  return record("broadcast_to", alias(x, shape, broadcast_view(x, shape).strides), {x},
                [](const Tensor& dy) -> Grads { return {dy}; });
}

Tensor slice(const Tensor& x, int axis, std::int64_t first, std::int64_t last, std::int64_t step) {
  check_input("slice", x);
  check(step != 0, "[slice] expected a step other than 0");
  const int i = normalize_axis(axis, x.rank(), "slice");
  const std::int64_t n = x.shape()[i], lowest = step > 0 ? 0 : -1, highest = step > 0 ? n : n - 1;
  const auto clamped = [&](std::int64_t p) { return std::clamp(p < 0 ? p + n : p, lowest, highest); };
  const std::int64_t from = clamped(first), to = clamped(last);
  const std::int64_t count = step > 0 ? (to - from + step - 1) / step : (from - to - step - 1) / -step;
  Shape shape = x.shape();
  Strides strides = x.strides();
  shape[i] = std::max<std::int64_t>(count, 0);
  strides[i] *= step;
  const Tensor part = alias(x, shape, strides, shape[i] > 0 ? from * x.strides()[i] : 0);
  return record("slice", step > 0 ? part : part.clone(), {x},
                [whole = x.shape(), shape, i, from, step](const Tensor& dy) -> Grads {
                  Tensor dx = zeros(whole, dy.dtype());
                  Strides steps = dx.strides();
                  const std::int64_t offset = shape[i] > 0 ? from * steps[i] : 0;
                  steps[i] *= step;
                  kernels::copy(view(dy), mutable_view(alias(dx, shape, steps, offset)));
                  return {dx};
                });
}

Tensor flip(const Tensor& x, int axis) {
  check_input("flip", x);
  const std::int64_t n = x.shape()[normalize_axis(axis, x.rank(), "flip")];
  return slice(x, axis, n - 1, -n - 1, -1);
}

Tensor concatenate(const Tensors& xs, int axis) {
  check(!xs.empty(), "[concatenate] expected at least one tensor, received none");
  for (const Tensor& x : xs) check_input("concatenate", x);
  const int along = normalize_axis(axis, xs[0].rank(), "concatenate");
  Shape shape = xs[0].shape();
  DType dtype = xs[0].dtype();
  std::vector<std::int64_t> sizes{shape[along]};
  for (std::size_t i = 1; i < xs.size(); ++i) {
    Shape other = xs[i].shape();
    if (other.rank() == shape.rank()) other[along] = xs[0].shape()[along];
    check(other == xs[0].shape(), "[concatenate] expected shapes that differ along axis ", along, " only, received ",
          xs[0].shape(), " and ", xs[i].shape());
    sizes.push_back(xs[i].shape()[along]);
    shape[along] += sizes.back();
    dtype = promote(dtype, xs[i].dtype());
  }
  Tensor y(shape, dtype);
  std::int64_t first = 0;
  for (std::size_t i = 0; i < xs.size(); first += sizes[i++])
    kernels::copy(view(xs[i]), mutable_view(window(y, along, first, sizes[i])));
  return record("concatenate", y, xs, [sizes, along](const Tensor& dy) -> Grads {
    Grads parts;
    std::int64_t start = 0;
    for (std::int64_t size : sizes) parts.push_back(window(dy, along, std::exchange(start, start + size), size));
    return parts;
  });
}

Tensor stack(const Tensors& xs, int axis) {
  check(!xs.empty(), "[stack] expected at least one tensor, received none");
  Tensors expanded;
  for (const Tensor& x : xs) {
    check_input("stack", x);
    check(x.shape() == xs[0].shape(), "[stack] expected equal shapes, received ", xs[0].shape(), " and ", x.shape());
    expanded.push_back(expand_dims(x, axis));
  }
  return concatenate(expanded, axis);
}

Tensors split(const Tensor& x, const std::vector<std::int64_t>& sizes, int axis) {
  check_input("split", x);
  const int along = normalize_axis(axis, x.rank(), "split");
  Tensors parts;
  std::int64_t first = 0;
  for (std::int64_t size : sizes) {
    check(size >= 0 && first + size <= x.shape()[along], "[split] expected sizes that add up to ", x.shape()[along],
          " along axis ", along, " of shape ", x.shape(), ", received more or a negative one: ", size);
    parts.push_back(window(x, along, std::exchange(first, first + size), size));
  }
  check(first == x.shape()[along], "[split] expected sizes that add up to ", x.shape()[along], " along axis ", along,
        " of shape ", x.shape(), ", received a total of ", first);
  if (!is_floating(x.dtype())) return parts;
  return record_many("split", parts, {x}, [shape = x.shape(), sizes, along](const Tensors& dys, Needs) -> Grads {
    const auto known = std::find_if(dys.begin(), dys.end(), [](const Tensor& dy) { return dy.defined(); });
    Tensor dx = zeros(shape, known->dtype());
    std::int64_t start = 0;
    for (std::size_t i = 0; i < sizes.size(); start += sizes[i++])
      if (dys[i].defined()) kernels::copy(view(dys[i]), mutable_view(window(dx, along, start, sizes[i])));
    return {dx};
  });
}

Tensors split(const Tensor& x, std::int64_t parts, int axis) {
  check_input("split", x);
  const std::int64_t n = x.shape()[normalize_axis(axis, x.rank(), "split")];
  check(parts > 0 && n % parts == 0, "[split] expected a number of parts that divides ", n, " (axis ", axis,
        " of shape ", x.shape(), "), received ", parts);
  return split(x, std::vector<std::int64_t>(static_cast<std::size_t>(parts), n / parts), axis);
}

Tensors unstack(const Tensor& x, int axis) {
  check_input("unstack", x);
  const std::int64_t n = x.shape()[normalize_axis(axis, x.rank(), "unstack")];
  Tensors parts = n > 0 ? split(x, n, axis) : Tensors();
  for (Tensor& part : parts) part = squeeze(part, axis);
  return parts;
}

Tensor pad(const Tensor& x, const std::vector<std::pair<std::int64_t, std::int64_t>>& widths, double value) {
  check_input("pad", x);
  check(static_cast<int>(widths.size()) == x.rank(), "[pad] expected a pair of widths for each of ", x.rank(),
        " axes of shape ", x.shape(), ", received ", widths.size());
  Shape shape = x.shape(), before = x.shape();
  for (int i = 0; i < x.rank(); ++i) {
    const auto [left, right] = widths[i];
    check(left >= 0 && right >= 0, "[pad] expected widths >= 0, received (", left, ", ", right, ") for axis ", i);
    before[i] = left;
    shape[i] += left + right;
  }
  const auto inner = [before, sizes = x.shape()](const Tensor& whole) {
    std::int64_t offset = 0;
    for (int i = 0; i < sizes.rank(); ++i) offset += before[i] * whole.strides()[i];
    return alias(whole, sizes, whole.strides(), sizes.size() > 0 ? offset : 0);
  };
  Tensor y = full(shape, value, x.dtype());
  kernels::copy(view(x), mutable_view(inner(y)));
  return record("pad", y, {x}, [inner](const Tensor& dy) -> Grads { return {inner(dy)}; });
}

Tensor tile(const Tensor& x, const std::vector<std::int64_t>& counts) {
  check_input("tile", x);
  const int rank = std::max(x.rank(), static_cast<int>(counts.size()));
  Tensor y = x;
  while (y.rank() < rank) y = expand_dims(y, 0);
  for (int i = 1; i <= static_cast<int>(counts.size()); ++i) {
    const std::int64_t count = counts[counts.size() - static_cast<std::size_t>(i)], n = y.shape()[-i];
    check(count >= 0, "[tile] expected counts >= 0, received ", count);
    Shape repeated = y.shape(), merged = y.shape();
    repeated.insert(rank - i, count);
    merged[-i] = count * n;
    y = reshape(broadcast_to(expand_dims(y, rank - i), repeated), merged);
  }
  return y;
}

Tensor repeat(const Tensor& x, std::int64_t count, int axis) {
  check_input("repeat", x);
  check(count >= 0, "[repeat] expected count >= 0, received ", count);
  const int i = normalize_axis(axis, x.rank(), "repeat");
  Shape repeated = x.shape(), merged = x.shape();
  repeated.insert(i + 1, count);
  merged[i] *= count;
  return reshape(broadcast_to(expand_dims(x, i + 1), repeated), merged);
}

}  // namespace linnet
