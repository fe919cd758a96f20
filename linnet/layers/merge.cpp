#include "linnet/layers/merge.h"

#include <algorithm>

#include "linnet/layers/fields.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, ConcatenateOptions& o) {
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, DotOptions& o) {
  visit("normalize", o.normalize);
}

namespace {

int largest_rank(const Shapes& shapes) {
  int rank = 0;
  for (const Shape& shape : shapes) rank = std::max(rank, shape.rank());
  return rank;
}

/// Sizes that broadcast, where an unknown size goes with everything.
std::int64_t merged_size(std::int64_t a, std::int64_t b, const Layer& layer, const Shapes& inputs) {
  if (a == 1) return b;
  if (b == 1 || a == b) return a;
  if (a < 0 || b < 0) return std::max(a, b);
  fail("[", layer.class_name(), " \"", layer.name(), "\"] expected inputs of shapes that broadcast together, received ",
       inputs[0], " and ", inputs[1]);
}

Shape with_rank(Shape shape, int rank) {
  while (shape.rank() < rank) shape.insert(1, 1);
  return shape;
}

template <class Combine>
Tensor fold(const Tensors& xs, Combine combine) {
  Tensor y = xs[0];
  for (std::size_t i = 1; i < xs.size(); ++i) y = combine(y, xs[i]);
  return y;
}

/// The mask of x for each of its elements.
Tensor element_mask(const Tensor& x) {
  Tensor mask = x.mask();
  while (mask.rank() < x.rank()) mask = expand_dims(mask, -1);
  return broadcast_to(mask, x.shape());
}

bool any_masked(const Tensors& xs) {
  return std::any_of(xs.begin(), xs.end(), [](const Tensor& x) { return x.mask().defined(); });
}

/// The largest or smallest of the elements that no mask hides; where all are hidden, of all.
template <class Combine>
Tensor fold_visible(const Tensors& xs, Combine combine) {
  if (!any_masked(xs)) return fold(xs, combine);
  Tensor y, visible;
  for (const Tensor& x : xs) {
    const Tensor mask = x.mask().defined() ? element_mask(x) : Tensor();
    if (!y.defined()) {
      y = x;
      visible = mask;
      continue;
    }
    const Tensor next = mask.defined() ? where(mask, x, y) : x;
    if (visible.defined()) y = where(visible, y, next);
    visible = mask.defined() && visible.defined() ? logical_or(visible, mask) : Tensor();
    y = combine(y, next);
  }
  return y;
}

/// The product of the elements that no mask hides; 0 where every input hides it.
Tensor product_of_visible(const Tensors& xs) {
  auto multiplied = [](const Tensor& a, const Tensor& b) { return a * b; };
  if (!any_masked(xs)) return fold(xs, multiplied);
  Tensors factors;
  Tensor visible;
  bool all_masked = true;
  for (const Tensor& x : xs) {
    const Tensor mask = x.mask().defined() ? element_mask(x) : Tensor();
    all_masked = all_masked && mask.defined();
    factors.push_back(mask.defined() ? where(mask, x, 1.0) : x);
    if (all_masked) visible = visible.defined() ? logical_or(visible, mask) : mask;
  }
  const Tensor y = fold(factors, multiplied);
  return all_masked ? where(visible, y, 0.0) : y;
}

}  // namespace

void Merge::build_many(const Shapes& inputs) {
  check(!inputs.empty(), "[", class_name(), " \"", name(), "\"] expected at least one input, received none");
  check(class_name() != "Subtract" || inputs.size() == 2, "[Subtract \"", name(), "\"] expected two inputs, received ",
        inputs.size());
}

/// Sizes of batches do not broadcast.
void Merge::check_batch_sizes(const Shapes& inputs) const {
  std::int64_t batch = -1;
  for (const Shape& shape : inputs) {
    if (shape.rank() == 0 || shape[0] < 0) continue;
    if (batch < 0) batch = shape[0];
    check(shape[0] == batch, "[", class_name(), " \"", name(),
          "\"] expected inputs with batches of the same size, received ", batch, " and ", shape[0], " samples");
  }
}

Shapes Merge::compute_output_shapes(const Shapes& inputs) const {
  check_batch_sizes(inputs);
  const int rank = largest_rank(inputs);
  Shape merged = with_rank(inputs[0], rank);
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    const Shape next = with_rank(inputs[i], rank);
    for (int axis = 0; axis < rank; ++axis) merged[axis] = merged_size(merged[axis], next[axis], *this, inputs);
  }
  return {merged};
}

Tensors Merge::call_many(const Tensors& xs, Mode) {
  Shapes shapes;
  for (const Tensor& x : xs) shapes.push_back(x.shape());
  check_batch_sizes(shapes);
  const int rank = largest_rank(shapes);
  Tensors aligned;
  for (const Tensor& x : xs) aligned.push_back(x.rank() == rank ? x : reshape(x, with_rank(x.shape(), rank)));
  return {merge(aligned)};
}

/// A step counts if it counts in any input; without a mask of every input there is none.
Tensor Merge::compute_mask(const Tensors& inputs) const {
  Tensor merged;
  for (const Tensor& x : inputs) {
    const Tensor mask = x.mask();
    if (!mask.defined()) return {};
    merged = merged.defined() ? logical_or(merged, mask) : mask;
  }
  return merged;
}

#define LINNET_MERGE_LAYER(Name, expression)                         \
  Name::Name(LayerOptions options) : LayerOf(#Name, options) {}      \
  Tensor Name::merge(const Tensors& xs) const { return expression; } \
  AnyLayer Name::from_config(const Config& config) { return Name(read_layer_options(config, #Name)); }
LINNET_MERGE_LAYER(Add, fold(xs, [](const Tensor& a, const Tensor& b) { return a + b; }))
LINNET_MERGE_LAYER(Subtract, xs[0] - xs[1])
LINNET_MERGE_LAYER(Multiply, product_of_visible(xs))
LINNET_MERGE_LAYER(Average,
                   fold(xs, [](const Tensor& a, const Tensor& b) { return a + b; }) / static_cast<double>(xs.size()))
LINNET_MERGE_LAYER(Maximum, fold_visible(xs, [](const Tensor& a, const Tensor& b) { return maximum(a, b); }))
LINNET_MERGE_LAYER(Minimum, fold_visible(xs, [](const Tensor& a, const Tensor& b) { return minimum(a, b); }))
#undef LINNET_MERGE_LAYER

Concatenate::Concatenate(ConcatenateOptions options)
    : LayerOf("Concatenate", layer_options(options)), options_(std::move(options)) {}

void Concatenate::build_many(const Shapes& inputs) {
  check(!inputs.empty(), "[Concatenate \"", name(), "\"] expected inputs, received none");
  const int axis = normalize_axis(options_.axis, inputs[0].rank(), "Concatenate");
  for (const Shape& shape : inputs)
    for (int i = 0; i < inputs[0].rank(); ++i)
      check(shape.rank() == inputs[0].rank() &&
                (i == axis || i == 0 || shape[i] == inputs[0][i] || shape[i] < 0 || inputs[0][i] < 0),
            "[Concatenate \"", name(), "\"] expected inputs that differ along axis ", axis, " only, received ",
            inputs[0], " and ", shape);
}

Tensors Concatenate::call_many(const Tensors& xs, Mode) { return {concatenate(xs, options_.axis)}; }

Shapes Concatenate::compute_output_shapes(const Shapes& inputs) const {
  Shape output = inputs[0];
  const int axis = normalize_axis(options_.axis, output.rank(), "Concatenate");
  for (std::size_t i = 1; i < inputs.size(); ++i)
    output[axis] = output[axis] < 0 || inputs[i][axis] < 0 ? -1 : output[axis] + inputs[i][axis];
  return {output};
}

Tensor Concatenate::compute_mask(const Tensors& inputs) const {
  if (!any_masked(inputs)) return {};
  Tensors masks;
  for (const Tensor& x : inputs) masks.push_back(x.mask().defined() ? element_mask(x) : ones(x.shape(), boolean));
  return any(concatenate(masks, options_.axis), -1);  // any, not all: Keras from 3.4 on (keras pull request 19685)
}

Config Concatenate::config() const { return with_fields(base_config(), options_); }
AnyLayer Concatenate::from_config(const Config& config) {
  return Concatenate(read_options<ConcatenateOptions>(config, "Concatenate"));
}

Dot::Dot(std::pair<int, int> axes, DotOptions options)
    : LayerOf("Dot", layer_options(options)), axes_(axes), options_(std::move(options)) {}

std::pair<int, int> Dot::axes_of(const Shape& a, const Shape& b) const {
  return {normalize_axis(axes_.first, a.rank(), "Dot"), normalize_axis(axes_.second, b.rank(), "Dot")};
}

void Dot::build_many(const Shapes& inputs) {
  check(inputs.size() == 2, "[Dot \"", name(), "\"] expected two inputs, received ", inputs.size());
  check(inputs[0].rank() >= 2 && inputs[1].rank() >= 2, "[Dot \"", name(),
        "\"] expected inputs with at least two axes, received ", inputs[0], " and ", inputs[1]);
  const auto [i, j] = axes_of(inputs[0], inputs[1]);
  check(i > 0 && j > 0, "[Dot \"", name(), "\"] expected axes other than the batch axis");
  check(inputs[0][i] == inputs[1][j] || inputs[0][i] < 0 || inputs[1][j] < 0, "[Dot \"", name(),
        "\"] expected equal sizes along the axes ", i, " and ", j, ", received ", inputs[0], " and ", inputs[1]);
}

Shapes Dot::compute_output_shapes(const Shapes& inputs) const {
  const auto [i, j] = axes_of(inputs[0], inputs[1]);
  Shape output = inputs[0], rest = inputs[1];
  output.erase(i);
  rest.erase(j);
  for (int axis = 1; axis < rest.rank(); ++axis) output.push_back(rest[axis]);
  if (output.rank() == 1) output.push_back(1);
  return {output};
}

namespace {

Tensor l2_normalized(const Tensor& x, int axis) {
  constexpr double smallest = 1e-14;  // of a sum of squares; Keras: ops.normalize, whose factor is at most 1e7
  return x * rsqrt(maximum(sum(square(x), axis, true), smallest));
}

Tensor moved(const Tensor& x, int from, int to) {
  std::vector<int> order;
  for (int axis = 0; axis < x.rank(); ++axis)
    if (axis != from) order.push_back(axis);
  order.insert(order.begin() + to, from);
  return permute(x, order);
}

}  // namespace

Tensors Dot::call_many(const Tensors& xs, Mode) {
  const auto [i, j] = axes_of(xs[0].shape(), xs[1].shape());
  const Tensor a = options_.normalize ? l2_normalized(xs[0], i) : xs[0];
  const Tensor b = options_.normalize ? l2_normalized(xs[1], j) : xs[1];
  const std::int64_t batch = a.shape()[0], k = a.shape()[i];
  const Tensor left = reshape(moved(a, i, a.rank() - 1), {batch, -1, k}),
               right = reshape(moved(b, j, 1), {batch, k, -1});
  return {reshape(matmul(left, right), compute_output_shapes({a.shape(), b.shape()})[0])};
}

Config Dot::config() const {
  Config config = base_config();
  config.set("axes", axes_.first == axes_.second ? Value(axes_.first) : Value(List{axes_.first, axes_.second}));
  return with_fields(std::move(config), options_);
}

AnyLayer Dot::from_config(const Config& config) {
  Config rest = config;
  rest.erase("axes");
  const Value& axes = config.at("axes");
  std::vector<int> pair;
  from_value(axes.is_list() ? axes : Value(List{axes, axes}), pair);
  check(pair.size() == 2, "[Dot] expected one axis or a pair of axes, received ", axes);
  return Dot({pair[0], pair[1]}, read_options<DotOptions>(rest, "Dot"));
}

}  // namespace linnet
