#include "linnet/layers/operation_functions.h"

#include <algorithm>
#include <numeric>

#include "linnet/base/check.h"
#include "linnet/ops/einsum.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

using Arguments = OperationArguments;
using Functions = std::map<std::string, OperationFunction, std::less<>>;

/// Keras counts and numbers in int32.
Tensor as_int32(const Tensor& x) { return x.dtype() == int64 ? x.to(int32) : x; }
Tensor as_floating(const Tensor& x) { return is_floating(x.dtype()) ? x : x.to(float32); }

int axis_of(const Arguments& a, std::int64_t otherwise = -1) { return static_cast<int>(a.integer("axis", otherwise)); }

// ---- elementwise

template <Tensor (*f)(const Tensor&, const Tensor&)>
Tensors of_two(const Arguments& a) {
  const auto [x1, x2] = a.pair("x1", "x2");
  return {f(x1, x2)};
}

template <Tensor (*f)(const Tensor&)>
Tensors of_one(const Arguments& a) {
  return {f(a.tensor("x"))};
}

template <Tensor (*f)(const Tensor&)>
Tensors of_one_real(const Arguments& a) {
  return {f(as_floating(a.tensor("x")))};
}

/// Keras: the sum and the product of truth values are truth values.
template <Tensor (*f)(const Tensor&, const Tensor&), Tensor (*of_booleans)(const Tensor&, const Tensor&)>
Tensors of_two_or_booleans(const Arguments& a) {
  const auto [x1, x2] = a.pair("x1", "x2");
  return {x1.dtype() == boolean && x2.dtype() == boolean ? of_booleans(x1, x2) : f(x1, x2)};
}

Tensors where_of(const Arguments& a) {
  const auto [x1, x2] = a.pair("x1", "x2");
  return {where(a.tensor("condition"), x1, x2)};
}

void add_elementwise(Functions& f) {
  constexpr const char *two = "x1, x2", *one = "x";
  f["add"] = {two, of_two_or_booleans<add, logical_or>};
  f["subtract"] = {two, of_two<subtract>};
  f["multiply"] = {two, of_two_or_booleans<multiply, logical_and>};
  f["divide"] = f["true_divide"] = {two, of_two<divide>};
  f["floor_divide"] = {two, of_two<floor_divide>};
  f["mod"] = {two, of_two<mod>};
  f["power"] = {two, of_two<power>};
  f["maximum"] = {two, of_two<maximum>};
  f["minimum"] = {two, of_two<minimum>};
  f["equal"] = {two, of_two<equal>};
  f["not_equal"] = {two, of_two<not_equal>};
  f["less"] = {two, of_two<less>};
  f["less_equal"] = {two, of_two<less_equal>};
  f["greater"] = {two, of_two<greater>};
  f["greater_equal"] = {two, of_two<greater_equal>};
  f["logical_and"] = {two, of_two<logical_and>};
  f["logical_or"] = {two, of_two<logical_or>};
  f["logical_xor"] = {two, of_two<logical_xor>};
  f["logical_not"] = {one, of_one<logical_not>};
  f["negative"] = {one, of_one<negative>};
  f["abs"] = f["absolute"] = {one, of_one<abs>};
  f["sign"] = {one, of_one<sign>};
  f["square"] = {one, of_one<square>};
  f["isnan"] = {one, of_one<isnan>};
  f["isinf"] = {one, of_one<isinf>};
  f["isfinite"] = {one, of_one<isfinite>};
  f["floor"] = {one, of_one_real<floor>};
  f["ceil"] = {one, of_one_real<ceil>};
  f["exp"] = {one, of_one_real<exp>};
  f["expm1"] = {one, of_one_real<expm1>};
  f["log"] = {one, of_one_real<log>};
  f["log1p"] = {one, of_one_real<log1p>};
  f["sqrt"] = {one, of_one_real<sqrt>};
  f["rsqrt"] = {one, of_one_real<rsqrt>};
  f["reciprocal"] = {one, of_one_real<reciprocal>};
  f["sin"] = {one, of_one_real<sin>};
  f["cos"] = {one, of_one_real<cos>};
  f["tan"] = {one, of_one_real<tan>};
  f["tanh"] = {one, of_one_real<tanh>};
  f["erf"] = {one, of_one_real<erf>};
  f["where"] = {"condition, x1, x2", where_of};
  f["clip"] = {"x, x_min, x_max",
               [](const Arguments& a) { return Tensors{clip(a.tensor("x"), a.number("x_min"), a.number("x_max"))}; }};
  f["cast"] = {"x, dtype", [](const Arguments& a) { return Tensors{a.tensor("x").to(a.dtype(float32))}; }};
  f["stop_gradient"] = {"variable", [](const Arguments& a) { return Tensors{a.tensor("variable").detach()}; }};
  f["full_like"] = {"x, fill_value, dtype", [](const Arguments& a) {
                      const Tensor x = a.tensor("x");
                      return Tensors{full(x.shape(), a.number("fill_value"), a.dtype(x.dtype()))};
                    }};
  f["ones_like"] = {"x, dtype", [](const Arguments& a) {
                      return Tensors{full(a.tensor("x").shape(), 1, a.dtype(a.tensor("x").dtype()))};
                    }};
  f["zeros_like"] = {"x, dtype", [](const Arguments& a) {
                       return Tensors{zeros(a.tensor("x").shape(), a.dtype(a.tensor("x").dtype()))};
                     }};
}

// ---- reductions and products

template <Tensor (*f)(const Tensor&, const Axes&, bool)>
Tensors over_axes(const Arguments& a) {
  return {as_int32(f(a.tensor("x"), a.axes(), a.flag("keepdims")))};
}

/// The place of the extreme along an axis, or in the flattened tensor.
template <Tensor (*f)(const Tensor&, int, bool)>
Tensors place_over_axis(const Arguments& a) {
  const Tensor x = a.tensor("x");
  if (a.has("axis")) return {as_int32(f(x, axis_of(a), a.flag("keepdims")))};
  const Tensor place = as_int32(f(flatten(x), 0, false));
  const std::vector<std::int64_t> ones(static_cast<std::size_t>(x.rank()), 1);
  return {a.flag("keepdims") ? reshape(place, Shape(ones.begin(), ones.end())) : place};
}

template <Tensor (*f)(const Tensor&, int)>
Tensors along_axis(const Arguments& a) {
  return {f(as_floating(a.tensor("x")), axis_of(a))};
}

template <Tensor (*f)(const Tensor&, int, bool)>
Tensors in_order(const Arguments& a) {
  return {as_int32(f(a.tensor("x"), axis_of(a), false))};
}

void add_reductions(Functions& f) {
  constexpr const char* parameters = "x, axis, keepdims";
  f["sum"] = {parameters, over_axes<sum>};
  f["mean"] = {parameters, over_axes<mean>};
  f["prod"] = {parameters, over_axes<prod>};
  f["max"] = f["amax"] = {parameters, over_axes<max>};
  f["min"] = f["amin"] = {parameters, over_axes<min>};
  f["any"] = {parameters, over_axes<any>};
  f["all"] = {parameters, over_axes<all>};
  f["var"] = {parameters, over_axes<variance>};
  f["std"] = {parameters, over_axes<stddev>};
  f["logsumexp"] = {parameters, over_axes<logsumexp>};
  f["norm"] = {"x, ord, axis, keepdims", [](const Arguments& a) {
                 if (a.has("ord")) a.reject("ord", "None");
                 return over_axes<norm>(a);
               }};
  f["argmax"] = {parameters, place_over_axis<argmax>};
  f["argmin"] = {parameters, place_over_axis<argmin>};
  f["sort"] = {"x, axis", in_order<sort>};
  f["argsort"] = {"x, axis", in_order<argsort>};
  f["softmax"] = {"x, axis", along_axis<softmax>};
  f["log_softmax"] = {"x, axis", along_axis<log_softmax>};
  f["cumsum"] = {"x, axis", [](const Arguments& a) {
                   const Tensor x = a.tensor("x");
                   return Tensors{as_int32(a.has("axis") ? cumsum(x, axis_of(a)) : cumsum(flatten(x), 0))};
                 }};
  f["matmul"] = {"x1, x2", of_two<matmul>};
  f["einsum"] = {"subscripts, *", [](const Arguments& a) { return Tensors{einsum(a.text("subscripts"), a.rest())}; }};
}

// ---- shapes and places

std::vector<int> all_axes(const Tensor& x) {
  std::vector<int> axes(static_cast<std::size_t>(x.rank()));
  std::iota(axes.begin(), axes.end(), 0);
  return axes;
}

int checked_axis(const Arguments& a, std::int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) a.reject("axis", "an axis that there is");
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

Shape shape_argument(const Arguments& a, const char* name) {
  Shape shape;
  for (const std::int64_t size : a.integers(name)) shape.push_back(size);
  return shape;
}

Tensors transpose_of(const Arguments& a) {
  const Tensor x = a.tensor("x");
  std::vector<int> order = all_axes(x);
  std::reverse(order.begin(), order.end());
  if (a.has("axes")) {
    order.clear();
    for (const std::int64_t axis : a.integers("axes")) order.push_back(static_cast<int>(axis));
  }
  return {permute(x, order)};
}

Tensors expand_dims_of(const Arguments& a) {
  Tensor x = a.tensor("x");
  std::vector<std::int64_t> axes = a.integers("axis");
  const int rank = x.rank() + static_cast<int>(axes.size());
  for (std::int64_t& axis : axes) axis = checked_axis(a, axis, rank);
  std::sort(axes.begin(), axes.end());
  for (const std::int64_t axis : axes) x = expand_dims(x, static_cast<int>(axis));
  return {x};
}

Tensors squeeze_of(const Arguments& a) {
  Tensor x = a.tensor("x");
  if (!a.has("axis")) return {squeeze(x)};
  std::vector<std::int64_t> axes = a.integers("axis");
  for (std::int64_t& axis : axes) axis = checked_axis(a, axis, x.rank());
  std::sort(axes.rbegin(), axes.rend());
  for (const std::int64_t axis : axes) x = squeeze(x, static_cast<int>(axis));
  return {x};
}

Tensors split_of(const Arguments& a) {
  const Tensor x = a.tensor("x");
  const int axis = checked_axis(a, axis_of(a, 0), x.rank());
  if (a.value("indices_or_sections").is_int()) return split(x, a.integer("indices_or_sections"), axis);
  std::vector<std::int64_t> places = a.integers("indices_or_sections"), sizes;
  places.push_back(x.shape()[axis]);
  std::adjacent_difference(places.begin(), places.end(), std::back_inserter(sizes));
  return split(x, sizes, axis);
}

Tensors pad_of(const Arguments& a) {
  if (a.has("mode") && a.text("mode") != "constant") a.reject("mode", "\"constant\"");
  const Tensor x = a.tensor("x");
  const Value& given = a.value("pad_width");
  std::vector<std::pair<std::int64_t, std::int64_t>> widths;
  const List* axes = elements_of(given);
  for (int axis = 0; axis < x.rank(); ++axis) {
    const auto place = static_cast<std::size_t>(axis);
    const Value* width = axes == nullptr ? &given : place < axes->size() ? &(*axes)[place] : nullptr;
    const List* ends = width == nullptr ? nullptr : elements_of(*width);
    if (width != nullptr && width->is_int())
      widths.emplace_back(width->as_int(), width->as_int());
    else if (ends != nullptr && ends->size() == 2)
      widths.emplace_back((*ends)[0].as_int(), (*ends)[1].as_int());
    else
      a.reject("pad_width", "two numbers for each axis");
  }
  return {pad(x, widths, a.has("constant_values") ? a.number("constant_values") : 0)};
}

Tensors repeat_of(const Arguments& a) {
  const Tensor x = a.tensor("x");
  return {a.has("axis") ? repeat(x, a.integer("repeats"), axis_of(a)) : repeat(flatten(x), a.integer("repeats"), 0)};
}

Tensors flip_of(const Arguments& a) {
  Tensor x = a.tensor("x");
  const std::vector<std::int64_t> given = a.has("axis") ? a.integers("axis") : std::vector<std::int64_t>();
  std::vector<int> axes = a.has("axis") ? std::vector<int>(given.begin(), given.end()) : all_axes(x);
  for (const int axis : axes) x = flip(x, axis);
  return {x};
}

Tensors take_of(const Arguments& a) {
  const Tensor x = a.tensor("x"), indices = a.tensor("indices");
  return {a.has("axis") ? take(x, indices, axis_of(a)) : take(flatten(x), indices, 0)};
}

Tensors one_hot_of(const Arguments& a) {
  const Tensor y = one_hot(a.tensor("x"), a.integer("num_classes"), a.dtype(float32));
  std::vector<int> order = all_axes(y);
  const int axis = checked_axis(a, axis_of(a), y.rank());
  std::rotate(order.begin() + axis, order.end() - 1, order.end());
  return {permute(y, order)};
}

// ---- x[key]

std::int64_t bound_of(const Value& bound, std::int64_t otherwise) {
  return bound.is_null() ? otherwise : bound.as_int();
}

/// The key with as many full slices in place of its ellipsis as axes are left.
List whole_key(const Arguments& a, int rank) {
  const Value& given = a.value("key");
  const bool is_array = given.is_config() && given.as_config().contains("list");  // x[[0, 1]] is not x[0, 1]
  const List* elements = is_array ? nullptr : elements_of(given);
  const List key = elements == nullptr ? List{given} : *elements;
  const auto is_ellipsis = [](const Value& part) { return part.is_config() && part.as_config().contains("ellipsis"); };
  std::int64_t missing = rank;
  for (const Value& part : key) missing -= !part.is_null() && !is_ellipsis(part);
  if (missing < 0) a.reject("key", "at most an index for each axis");
  List whole;
  for (const Value& part : key) {
    if (!is_ellipsis(part))
      whole.push_back(part);
    else
      whole.insert(whole.end(), static_cast<std::size_t>(missing), Config{{"slice", List{Value(), Value(), Value()}}});
  }
  return whole;
}

Tensors get_item_of(const Arguments& a) {
  Tensor x = a.tensor("x");
  int axis = 0;
  for (const Value& part : whole_key(a, x.rank())) {
    const Value* bounds = part.is_config() ? part.as_config().find("slice") : nullptr;
    if (part.is_null()) {
      x = expand_dims(x, axis++);
    } else if (part.is_int()) {
      const std::int64_t size = x.shape()[axis], place = part.as_int() < 0 ? part.as_int() + size : part.as_int();
      if (place < 0 || place >= size) a.reject("key", "places that there are");
      x = squeeze(slice(x, axis, place, place + 1), axis);
    } else if (bounds != nullptr && bounds->is_list() && bounds->as_list().size() == 3) {
      const List& three = bounds->as_list();
      const std::int64_t step = bound_of(three[2], 1), size = x.shape()[axis];
      x = slice(x, axis, bound_of(three[0], step > 0 ? 0 : size - 1), bound_of(three[1], step > 0 ? size : -size - 1),
                step);
      ++axis;
    } else {
      a.reject("key", "numbers, slices, None and ...");
    }
  }
  return {x};
}

void add_shapes(Functions& f) {
  f["get_item"] = {"x, key", get_item_of};
  f["reshape"] = {"x, newshape",
                  [](const Arguments& a) { return Tensors{reshape(a.tensor("x"), shape_argument(a, "newshape"))}; }};
  f["broadcast_to"] = {
      "x, shape", [](const Arguments& a) { return Tensors{broadcast_to(a.tensor("x"), shape_argument(a, "shape"))}; }};
  f["ravel"] = {"x", [](const Arguments& a) { return Tensors{flatten(a.tensor("x"))}; }};
  f["transpose"] = {"x, axes", transpose_of};
  f["swapaxes"] = {"x, axis1, axis2", [](const Arguments& a) {
                     return Tensors{swapaxes(a.tensor("x"), static_cast<int>(a.integer("axis1")),
                                             static_cast<int>(a.integer("axis2")))};
                   }};
  f["expand_dims"] = {"x, axis", expand_dims_of};
  f["squeeze"] = {"x, axis", squeeze_of};
  f["concatenate"] = {"xs, axis",
                      [](const Arguments& a) { return Tensors{concatenate(a.tensors("xs"), axis_of(a, 0))}; }};
  f["stack"] = {"x, axis", [](const Arguments& a) { return Tensors{stack(a.tensors("x"), axis_of(a, 0))}; }};
  f["split"] = {"x, indices_or_sections, axis", split_of};
  f["unstack"] = {"x, num, axis", [](const Arguments& a) { return unstack(a.tensor("x"), axis_of(a, 0)); }};
  f["pad"] = {"x, pad_width, mode, constant_values", pad_of};
  f["repeat"] = {"x, repeats, axis", repeat_of};
  f["tile"] = {"x, repeats", [](const Arguments& a) { return Tensors{tile(a.tensor("x"), a.integers("repeats"))}; }};
  f["flip"] = {"x, axis", flip_of};
  f["take"] = {"x, indices, axis", take_of};
  f["one_hot"] = {"x, num_classes, axis, dtype", one_hot_of};
}

}  // namespace

const Functions& operation_functions() {
  static const Functions functions = [] {
    Functions all;
    add_elementwise(all);
    add_reductions(all);
    add_shapes(all);
    return all;
  }();
  return functions;
}

}  // namespace linnet
