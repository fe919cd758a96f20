// Operations on tensors, with Keras's names (keras.ops), and the operators of tensors and weights.
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <algorithm>

#include "bindings.h"
#include "linnet/layers/layers.h"
#include "linnet/ops/attention.h"
#include "linnet/ops/einsum.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/variable.h"
#include "nn_ops.h"
#include "values.h"

namespace linnet::python {
namespace {

/// None: all axes; a number; or a tuple or list of numbers.
Axes axes_from(const py::object& axis) {
  const auto integer = [&](py::handle each) {
    if (PyIndex_Check(each.ptr()) == 0)
      throw py::type_error("expected None, an integer or several as axis, received " +
                           py::repr(axis).cast<std::string>());
    const py::object index = py::reinterpret_steal<py::object>(PyNumber_Index(each.ptr()));
    if (!index) throw py::error_already_set();
    return index.cast<int>();
  };
  if (axis.is_none()) return {};
  if (!py::isinstance<py::tuple>(axis) && !py::isinstance<py::list>(axis)) return integer(axis);
  std::vector<int> axes;
  for (py::handle each : axis) axes.push_back(integer(each));
  return Axes(axes);
}

bool is_number(py::handle object) { return PyFloat_Check(object.ptr()) != 0 || PyLong_Check(object.ptr()) != 0; }

/// What stands beside a number: real numbers make float32 of integers, whole or not.
Tensor beside(py::handle number, const py::object& x) {
  const Tensor tensor = tensor_from(x);
  return PyFloat_Check(number.ptr()) != 0 && !is_floating(tensor.dtype()) ? tensor.to(float32) : tensor;
}

/// An integer that a real number would round, where it stands beside integers; else an empty tensor.
Tensor exact(py::handle number, const Tensor& beside) {
  if (PyLong_Check(number.ptr()) == 0 || is_floating(beside.dtype())) return {};
  constexpr long long largest = 9'000'000'000'000'000;  // what an operation takes a number for an integer to
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(number.ptr(), &overflow);
  if (overflow != 0 || (-largest <= value && value <= largest)) return {};
  return from_vector(std::vector<std::int64_t>{value}, {});
}

/// A number beside a tensor takes the tensor's dtype: it must not become a tensor first. True and False are truth
/// values.
template <class Operation>
Tensor with_numbers(Operation operation, const py::object& a, const py::object& b) {
  if (PyBool_Check(a.ptr()) != 0 || PyBool_Check(b.ptr()) != 0) return operation(tensor_from(a), tensor_from(b));
  if (is_number(b)) {
    const Tensor x = beside(b, a), whole = exact(b, x);
    return whole.defined() ? operation(x, whole) : operation(x, b.cast<double>());
  }
  if (is_number(a)) {
    const Tensor x = beside(a, b), whole = exact(a, x);
    return whole.defined() ? operation(whole, x) : operation(a.cast<double>(), x);
  }
  return operation(tensor_from(a), tensor_from(b));
}

bool is_symbolic(py::handle object) {
  return py::isinstance<Tensor>(object) && object.cast<const Tensor&>().is_symbolic();
}

/// Whether there is a symbolic tensor in a list or tuple, or in those inside.
bool has_symbolic(py::handle values) {
  const bool is_list = PyList_CheckExact(values.ptr()) != 0;
  if (!is_list && PyTuple_Check(values.ptr()) == 0) return is_symbolic(values);
  const py::ssize_t size = is_list ? PyList_GET_SIZE(values.ptr()) : PyTuple_GET_SIZE(values.ptr());
  for (py::ssize_t i = 0; i < size; ++i)
    if (has_symbolic(is_list ? PyList_GET_ITEM(values.ptr(), i) : PyTuple_GET_ITEM(values.ptr(), i))) return true;
  return false;
}

/// What an operator between a symbolic tensor and another one, or a number, adds to a functional graph: (a, b) -> a
/// layer's output, or an empty tensor where there is no layer for it.
using InGraph = Tensor (*)(const py::object& a, const py::object& b);

/// The dtypes in which layers compute.
bool is_of_layers(DType dtype) { return dtype == float32 || dtype == bfloat16; }

template <class MergeLayer>
Tensor merged(const py::object& a, const py::object& b) {
  if (!is_symbolic(a) || !is_symbolic(b)) return {};
  const DType dtype = a.cast<const Tensor&>().dtype();
  if (!is_of_layers(dtype) || b.cast<const Tensor&>().dtype() != dtype) return {};
  return MergeLayer()({a.cast<Tensor>(), b.cast<Tensor>()});
}
/// `is_real`: whether integers become real numbers, as by Rescaling.
Tensor scaled(const py::object& x, double scale, double offset, bool is_real) {
  const Tensor tensor = x.cast<Tensor>();
  const bool fits = is_floating(tensor.dtype()) ? is_of_layers(tensor.dtype()) : is_real;
  return fits ? Rescaling(scale, {.offset = offset})(tensor) : Tensor();
}
bool is_real(const py::object& number) { return PyFloat_Check(number.ptr()) != 0; }

Tensor add_in_graph(const py::object& a, const py::object& b) {
  if (is_number(b)) return scaled(a, 1, b.cast<double>(), is_real(b));
  return is_number(a) ? scaled(b, 1, a.cast<double>(), is_real(a)) : merged<Add>(a, b);
}
Tensor subtract_in_graph(const py::object& a, const py::object& b) {
  if (is_number(b)) return scaled(a, 1, -b.cast<double>(), is_real(b));
  return is_number(a) ? scaled(b, -1, a.cast<double>(), is_real(a)) : merged<Subtract>(a, b);
}
Tensor multiply_in_graph(const py::object& a, const py::object& b) {
  if (is_number(b)) return scaled(a, b.cast<double>(), 0, is_real(b));
  return is_number(a) ? scaled(b, a.cast<double>(), 0, is_real(a)) : merged<Multiply>(a, b);
}
Tensor divide_in_graph(const py::object& a, const py::object& b) {
  return is_number(b) ? scaled(a, 1 / b.cast<double>(), 0, true) : Tensor();
}

/// The output of the layer that an operation of keras.ops adds to a functional graph.
template <class... Arguments>
Tensor operation_in_graph(const char* name, const Arguments&... arguments) {
  return py::module_::import("linnet.keras._operation").attr("in_graph")(name, arguments...).template cast<Tensor>();
}

template <class Operation>
Tensor operate(Operation operation, const char* name, InGraph in_graph, const py::object& a, const py::object& b) {
  if (!is_symbolic(a) && !is_symbolic(b)) return with_numbers(operation, a, b);
  if (in_graph != nullptr)
    if (Tensor y = in_graph(a, b); y.defined()) return y;
  return operation_in_graph(name, a, b);
}

template <class Operation>
void operators(py::module_& m, const char* method, const char* reflected, Operation operation, const char* name,
               InGraph in_graph = nullptr) {
  for (const char* of : {"Tensor", "Variable"}) {
    const py::object type = m.attr(of);
    auto add = [&](const char* which, auto function) {
      py::setattr(type, which, py::cpp_function(function, py::name(which), py::is_method(type), py::is_operator()));
    };
    add(method, [=](const py::object& a, const py::object& b) { return operate(operation, name, in_graph, a, b); });
    if (reflected != nullptr)
      add(reflected,
          [=](const py::object& a, const py::object& b) { return operate(operation, name, in_graph, b, a); });
  }
}

Tensor product_of(const py::object& a, const py::object& b) {
  if (is_symbolic(a) || is_symbolic(b)) return operation_in_graph("matmul", a, b);
  const Tensor x = tensor_from(a), y = tensor_from(b);
  if (is_floating(x.dtype()) && is_floating(y.dtype())) return matmul(x, y);
  return py::module_::import("linnet.keras.ops").attr("matmul")(x, y).cast<Tensor>();  // of integers, by NumPy
}

/// Keras: the sum and the product of truth values are truth values.
template <class A, class B>
Tensor sum_of(const A& a, const B& b) {
  if constexpr (std::is_same_v<A, Tensor> && std::is_same_v<B, Tensor>)
    if (a.dtype() == boolean && b.dtype() == boolean) return logical_or(a, b);
  return add(a, b);
}
template <class A, class B>
Tensor multiple_of(const A& a, const B& b) {
  if constexpr (std::is_same_v<A, Tensor> && std::is_same_v<B, Tensor>)
    if (a.dtype() == boolean && b.dtype() == boolean) return logical_and(a, b);
  return multiply(a, b);
}

#define LINNET_CALL(name) [](const auto& a, const auto& b) { return name(a, b); }

void bind_operators(py::module_& m) {
  operators(m, "__add__", "__radd__", LINNET_CALL(sum_of), "add", add_in_graph);
  operators(m, "__sub__", "__rsub__", LINNET_CALL(subtract), "subtract", subtract_in_graph);
  operators(m, "__mul__", "__rmul__", LINNET_CALL(multiple_of), "multiply", multiply_in_graph);
  operators(m, "__truediv__", "__rtruediv__", LINNET_CALL(divide), "divide", divide_in_graph);
  operators(m, "__floordiv__", "__rfloordiv__", LINNET_CALL(floor_divide), "floor_divide");
  operators(m, "__mod__", "__rmod__", LINNET_CALL(mod), "mod");
  operators(m, "__pow__", "__rpow__", LINNET_CALL(power), "power");
  operators(m, "__lt__", nullptr, LINNET_CALL(less), "less");
  operators(m, "__le__", nullptr, LINNET_CALL(less_equal), "less_equal");
  operators(m, "__gt__", nullptr, LINNET_CALL(greater), "greater");
  operators(m, "__ge__", nullptr, LINNET_CALL(greater_equal), "greater_equal");
  for (const char* of : {"Tensor", "Variable"}) {
    const py::object type = m.attr(of);
    auto add = [&](const char* method, auto function) {
      py::setattr(type, method, py::cpp_function(function, py::name(method), py::is_method(type), py::is_operator()));
    };
    add("__matmul__", [](const py::object& a, const py::object& b) { return product_of(a, b); });
    add("__rmatmul__", [](const py::object& a, const py::object& b) { return product_of(b, a); });
    add("__neg__", [](const py::object& a) {
      return is_symbolic(a) ? operation_in_graph("negative", a) : negative(tensor_from(a));
    });
    add("__abs__",
        [](const py::object& a) { return is_symbolic(a) ? operation_in_graph("abs", a) : abs(tensor_from(a)); });
    py::setattr(type, "__array_priority__", py::int_(100));  // array + tensor is a tensor
  }
  const py::object tensor = m.attr("Tensor");
  auto equality = [&](const char* method, auto operation, const char* name) {
    auto function = [=](const py::object& a, const py::object& b) -> py::object {
      if (b.is_none()) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
      // As in Keras: so that `x in inputs` looks for x itself.
      if (std::string_view(name) == "equal" && is_symbolic(a) && is_symbolic(b)) return py::bool_(a.is(b));
      return py::cast(operate(operation, name, nullptr, a, b));
    };
    py::setattr(tensor, method, py::cpp_function(function, py::name(method), py::is_method(tensor), py::is_operator()));
  };
  equality("__eq__", LINNET_CALL(equal), "equal");
  equality("__ne__", LINNET_CALL(not_equal), "not_equal");
  auto identity = [](const Tensor& x) { return std::hash<const void*>()(x.impl()); };
  py::setattr(tensor, "__hash__", py::cpp_function(identity, py::name("__hash__"), py::is_method(tensor)));
}

/// One of the indices of x[…]: a number or a slice; `axis` moves on to the next one.
Tensor index_axis(const Tensor& x, py::handle index, int& axis) {
  const std::int64_t size = x.shape()[axis];
  if (py::isinstance<py::slice>(index)) {
    py::ssize_t first = 0, last = 0, step = 0, length = 0;
    if (!py::reinterpret_borrow<py::slice>(index).compute(size, &first, &last, &step, &length))
      throw py::error_already_set();
    if (length == 0) return slice(x, axis++, 0, 0);
    if (step < 0 && last < 0) last = -size - 1;  // to the beginning: -1 would be the last place
    return slice(x, axis++, first, last, step);
  }
  const auto i = index.cast<std::int64_t>();
  if (i < -size || i >= size) throw py::index_error(concat("index ", i, " is out of range for an axis of size ", size));
  const std::int64_t from = i < 0 ? i + size : i;
  return squeeze(slice(x, axis, from, from + 1), axis);
}

/// A number, also NumPy's, a slice, None or `…`, as against arrays, lists and booleans. (Arrays of NumPy and tensors
/// say that they could be a number.)
bool is_basic(py::handle index) {
  if (index.is_none() || index.is(py::ellipsis()) || py::isinstance<py::slice>(index)) return true;
  return PyIndex_Check(index.ptr()) != 0 && PyBool_Check(index.ptr()) == 0 && !py::hasattr(index, "__array__");
}

Tensor get_item(const Tensor& x, const py::object& index) {
  const py::tuple indices = py::isinstance<py::tuple>(index) ? py::tuple(index) : py::make_tuple(index);
  const bool basic = std::all_of(indices.begin(), indices.end(), is_basic);
  if (x.is_symbolic() || !basic)
    return py::module_::import("linnet._indexing").attr("get_item")(x, index).cast<Tensor>();
  int used = 0, ellipses = 0;
  for (py::handle each : indices) {
    ellipses += each.is(py::ellipsis()) ? 1 : 0;
    used += each.is(py::ellipsis()) || each.is_none() ? 0 : 1;
  }
  if (ellipses > 1) throw py::index_error("expected one ... in an index at most");
  if (used > x.rank()) throw py::index_error(concat("too many indices for a tensor with ", x.rank(), " axes"));
  Tensor y = x;
  int axis = 0;
  for (py::handle each : indices) {
    if (each.is(py::ellipsis()))
      axis += x.rank() - used;
    else if (each.is_none())
      y = expand_dims(y, axis++);
    else
      y = index_axis(y, each, axis);
  }
  return y;
}

using Unary = Tensor (*)(const Tensor&);
void bind_unary(py::module_& ops) {
  const std::pair<const char*, Unary> functions[] = {{"negative", negative},
                                                     {"abs", abs},
                                                     {"absolute", abs},
                                                     {"sign", sign},
                                                     {"square", square},
                                                     {"floor", floor},
                                                     {"ceil", ceil},
                                                     {"round", round},
                                                     {"exp", exp},
                                                     {"expm1", expm1},
                                                     {"log", log},
                                                     {"log1p", log1p},
                                                     {"sqrt", sqrt},
                                                     {"rsqrt", rsqrt},
                                                     {"reciprocal", reciprocal},
                                                     {"sin", sin},
                                                     {"cos", cos},
                                                     {"tan", tan},
                                                     {"arcsin", asin},
                                                     {"arccos", acos},
                                                     {"arctan", atan},
                                                     {"sinh", sinh},
                                                     {"cosh", cosh},
                                                     {"tanh", tanh},
                                                     {"erf", erf},
                                                     {"isnan", isnan},
                                                     {"isinf", isinf},
                                                     {"isfinite", isfinite},
                                                     {"logical_not", logical_not},
                                                     {"zeros_like", zeros_like},
                                                     {"ones_like", ones_like}};
  for (const auto& [name, function] : functions)
    ops.def(
        name, [function = function](const AnyTensor& x) { return function(x.value); }, py::arg("x"));
}

void bind_binary(py::module_& ops) {
  auto add_binary = [&](const char* name, auto operation) {
    ops.def(
        name, [operation](const py::object& a, const py::object& b) { return with_numbers(operation, a, b); },
        py::arg("x1"), py::arg("x2"));
  };
  add_binary("add", LINNET_CALL(sum_of));
  add_binary("subtract", LINNET_CALL(subtract));
  add_binary("multiply", LINNET_CALL(multiple_of));
  add_binary("divide", LINNET_CALL(divide));
  add_binary("floor_divide", LINNET_CALL(floor_divide));
  add_binary("mod", LINNET_CALL(mod));
  add_binary("power", LINNET_CALL(power));
  add_binary("maximum", LINNET_CALL(maximum));
  add_binary("minimum", LINNET_CALL(minimum));
  add_binary("equal", LINNET_CALL(equal));
  add_binary("not_equal", LINNET_CALL(not_equal));
  add_binary("less", LINNET_CALL(less));
  add_binary("less_equal", LINNET_CALL(less_equal));
  add_binary("greater", LINNET_CALL(greater));
  add_binary("greater_equal", LINNET_CALL(greater_equal));
  auto add_tensors = [&](const char* name, Tensor (*function)(const Tensor&, const Tensor&)) {
    ops.def(
        name, [function](const AnyTensor& a, const AnyTensor& b) { return function(a.value, b.value); }, py::arg("x1"),
        py::arg("x2"));
  };
  add_tensors("matmul", matmul);
  add_tensors("logical_and", logical_and);
  add_tensors("logical_or", logical_or);
  add_tensors("logical_xor", logical_xor);
  add_tensors("arctan2", atan2);
}
#undef LINNET_CALL

using Reduction = Tensor (*)(const Tensor&, const Axes&, bool);
void bind_reductions(py::module_& ops) {
  const std::pair<const char*, Reduction> functions[] = {
      {"sum", sum}, {"mean", mean}, {"prod", prod},    {"max", max},    {"min", min},
      {"any", any}, {"all", all},   {"var", variance}, {"std", stddev}, {"logsumexp", logsumexp}};
  for (const auto& [name, function] : functions)
    ops.def(
        name,
        [function = function](const AnyTensor& x, const py::object& axis, bool keepdims) {
          return function(x.value, axes_from(axis), keepdims);
        },
        py::arg("x"), py::arg("axis") = py::none(), py::arg("keepdims") = false);
  auto position = [&](const char* name, Tensor (*function)(const Tensor&, int, bool)) {
    ops.def(
        name,
        [function](const AnyTensor& x, std::optional<int> axis, bool keepdims) {
          return function(axis ? x.value : flatten(x.value), axis.value_or(-1), keepdims);
        },
        py::arg("x"), py::arg("axis") = py::none(), py::arg("keepdims") = false);
  };
  position("argmax", argmax);
  position("argmin", argmin);
  ops.def(
      "norm",
      [](const AnyTensor& x, const py::object& axis, bool keepdims) { return norm(x, axes_from(axis), keepdims); },
      py::arg("x"), py::arg("axis") = py::none(), py::arg("keepdims") = false);
  ops.def(
      "cumsum", [](const AnyTensor& x, int axis) { return cumsum(x.value, axis); }, py::arg("x"), py::arg("axis"));
  ops.def(
      "sort", [](const AnyTensor& x, int axis) { return sort(x.value, axis); }, py::arg("x"), py::arg("axis") = -1);
  ops.def(
      "argsort", [](const AnyTensor& x, int axis) { return argsort(x.value, axis); }, py::arg("x"),
      py::arg("axis") = -1);
  ops.def(
      "top_k", [](const AnyTensor& x, std::int64_t k) { return top_k(x, k); }, py::arg("x"), py::arg("k"));
}

void bind_shapes(py::module_& ops) {
  ops.def(
      "reshape", [](const AnyTensor& x, const Shape& shape) { return reshape(x.value, shape); }, py::arg("x"),
      py::arg("newshape"));
  ops.def(
      "permute", [](const AnyTensor& x, const std::vector<int>& order) { return permute(x, order); }, py::arg("x"),
      py::arg("order"));
  ops.def(
      "expand_dims", [](const AnyTensor& x, int axis) { return expand_dims(x.value, axis); }, py::arg("x"),
      py::arg("axis"));
  ops.def(
      "squeeze",
      [](const AnyTensor& x, std::optional<int> axis) { return axis ? squeeze(x.value, *axis) : squeeze(x.value); },
      py::arg("x"), py::arg("axis") = py::none());
  ops.def(
      "broadcast_to", [](const AnyTensor& x, const Shape& shape) { return broadcast_to(x.value, shape); }, py::arg("x"),
      py::arg("shape"));
  ops.def(
      "concatenate", [](const AnyTensors& xs, int axis) { return concatenate(tensors_of(xs), axis); }, py::arg("xs"),
      py::arg("axis") = 0);
  ops.def(
      "stack", [](const AnyTensors& xs, int axis) { return stack(tensors_of(xs), axis); }, py::arg("x"),
      py::arg("axis") = 0);
  ops.def(
      "slice",
      [](const AnyTensor& x, int axis, std::int64_t first, std::int64_t last) { return slice(x, axis, first, last); },
      py::arg("x"), py::arg("axis"), py::arg("first"), py::arg("last"));
  ops.def(
      "pad",
      [](const AnyTensor& x, const std::vector<std::pair<std::int64_t, std::int64_t>>& widths, double value) {
        return pad(x, widths, value);
      },
      py::arg("x"), py::arg("widths"), py::arg("value") = 0.0);
  ops.def(
      "tile", [](const AnyTensor& x, const std::vector<std::int64_t>& counts) { return tile(x, counts); }, py::arg("x"),
      py::arg("counts"));
  ops.def(
      "flip", [](const AnyTensor& x, int axis) { return flip(x.value, axis); }, py::arg("x"), py::arg("axis"));
  ops.def(
      "shape", [](const AnyTensor& x) { return x.value.shape(); }, py::arg("x"));
  ops.def(
      "cast", [](const AnyTensor& x, DType dtype) { return x.value.to(dtype); }, py::arg("x"), py::arg("dtype"));
}

void bind_gathering(py::module_& ops) {
  ops.def(
      "take", [](const AnyTensor& x, const AnyTensor& indices, int axis) { return take(x, indices, axis); },
      py::arg("x"), py::arg("indices"), py::arg("axis"));
  ops.def(
      "take_along_axis",
      [](const AnyTensor& x, const AnyTensor& indices, int axis) { return take_along_axis(x, indices, axis); },
      py::arg("x"), py::arg("indices"), py::arg("axis"));
  ops.def(
      "one_hot", [](const AnyTensor& x, std::int64_t classes, DType dtype) { return one_hot(x.value, classes, dtype); },
      py::arg("x"), py::arg("num_classes"), py::arg("dtype") = "float32");
  ops.def(
      "bincount",
      [](const AnyTensor& x, std::int64_t size, const AnyTensor& weights, DType dtype) {
        return bincount(x, size, weights, dtype);
      },
      py::arg("x"), py::arg("size"), py::arg("weights"), py::arg("dtype"));
}

Tensor dot_product_attention(const AnyTensor& query, const AnyTensor& key, const AnyTensor& value,
                             const py::object& mask, std::optional<double> scale, bool is_causal) {
  const Tensor visible = mask.is_none() ? Tensor() : tensor_from(mask).to(boolean);
  return scaled_dot_product_attention(query, key, value, {.mask = visible, .scale = scale, .is_causal = is_causal});
}

void bind_sums_of_products(py::module_& ops) {
  ops.def("einsum", [](const std::string& subscripts, const py::args& operands) {
    Tensors tensors;
    for (py::handle operand : operands) tensors.push_back(tensor_from(operand));
    return einsum(subscripts, tensors);
  });
  ops.def(
      "tensordot",
      [](const AnyTensor& a, const AnyTensor& b, const std::vector<int>& a_axes, const std::vector<int>& b_axes) {
        return tensordot(a, b, a_axes, b_axes);
      },
      py::arg("x1"), py::arg("x2"), py::arg("axes1"), py::arg("axes2"));
  ops.def("dot_product_attention", &dot_product_attention, py::arg("query"), py::arg("key"), py::arg("value"),
          py::arg("mask") = py::none(), py::arg("scale") = py::none(), py::arg("is_causal") = false);
}

void bind_others(py::module_& ops) {
  ops.def(
      "where",
      [](const AnyTensor& condition, const py::object& a, const py::object& b) {
        return with_numbers([&](const auto& x, const auto& y) { return where(condition, x, y); }, a, b);
      },
      py::arg("condition"), py::arg("x1"), py::arg("x2"));
  ops.def(
      "clip", [](const AnyTensor& x, double low, double high) { return clip(x.value, low, high); }, py::arg("x"),
      py::arg("x_min"), py::arg("x_max"));
  ops.def(
      "stop_gradient", [](const AnyTensor& x) { return x.value.detach(); }, py::arg("variable"));
  ops.def("zeros", &zeros, py::arg("shape"), py::arg("dtype") = "float32");
  ops.def("ones", &ones, py::arg("shape"), py::arg("dtype") = "float32");
  ops.def("full", &full, py::arg("shape"), py::arg("fill_value"), py::arg("dtype") = "float32");
  ops.def("promote", &promote, py::arg("dtype1"), py::arg("dtype2"), "The dtype of an operation on two dtypes.");
}

}  // namespace

void bind_ops(py::module_& m) {
  bind_operators(m);
  for (const char* of : {"Tensor", "Variable"}) {
    const py::object type = m.attr(of);
    auto get = [](const AnyTensor& x, const py::object& index) { return get_item(x, index); };
    py::setattr(type, "__getitem__", py::cpp_function(get, py::name("__getitem__"), py::is_method(type)));
  }
  m.def("has_symbolic", &has_symbolic, py::arg("values"));
  py::module_ ops = m.def_submodule("ops");
  bind_unary(ops);
  bind_binary(ops);
  bind_reductions(ops);
  bind_shapes(ops);
  bind_gathering(ops);
  bind_sums_of_products(ops);
  bind_others(ops);
  bind_nn_ops(ops);
}

}  // namespace linnet::python
