#include "linnet/tensor/tensor.h"

#include "bindings.h"
#include "dlpack.h"
#include "linnet/base/random.h"
#include "linnet/base/thread_pool.h"
#include "linnet/layers/graph.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/tensor/autograd.h"
#include "linnet/tensor/keep_tape.h"
#include "linnet/tensor/memory.h"
#include "linnet/tensor/variable.h"
#include "values.h"

namespace linnet::python {
namespace {

/// What the weight holds afterwards.
Tensor assigned(Variable& variable, const Tensor& value) {
  variable.assign(value);
  return variable.value();
}

/// The buffer of a tensor is that of the NumPy array on its memory.
int get_buffer(PyObject* tensor, Py_buffer* buffer, int flags) {
  try {
    const py::object array = array_from(py::handle(tensor).cast<const Tensor&>());
    return PyObject_GetBuffer(array.ptr(), buffer, flags);
  } catch (const std::exception& error) {
    buffer->obj = nullptr;
    PyErr_SetString(PyExc_BufferError, error.what());
    return -1;
  }
}

void add_buffer(PyHeapTypeObject* type) {
  type->as_buffer.bf_getbuffer = get_buffer;
  type->ht_type.tp_as_buffer = &type->as_buffer;
}

/// `copy` is NumPy 2's: True, False, or None for "if it has to be".
py::object array_of(const Tensor& x, const py::object& dtype, const py::object& copy) {
  const bool wants_copy = !copy.is_none() && copy.cast<bool>();
  const py::object array = array_from(x);
  if (!dtype.is_none()) return array.attr("astype")(dtype, py::arg("copy") = wants_copy);
  return wants_copy ? array.attr("copy")() : array;
}

py::object item_of(const Tensor& x) {
  if (x.is_symbolic())
    fail("[item] received a symbolic tensor from Input(), of shape ", x.shape(),
         "; it has no numbers yet: keras.ops.where and cond choose inside a graph");
  check(x.size() == 1, "[item] expected a tensor with one element, received shape ", x.shape());
  return array_from(x).attr("item")();
}

/// Symbolic tensors have no numbers to print.
std::string text_of(const Tensor& x) {
  const std::string shape = py::repr(tuple_from(x.shape())).cast<std::string>();
  if (!x.is_symbolic()) return concat("<Tensor shape=", shape, " dtype=", x.dtype(), "\n", to_string(x), ">");
  return concat("<KerasTensor shape=", shape, ", dtype=", x.dtype(), ", name=", graph_origin(x).node->layer->name(),
                ">");
}

/// range(x), list[x], x as a size: of a whole number.
py::object index_of(const Tensor& x) {
  if (is_floating(x.dtype()) || x.dtype() == boolean || x.rank() > 0)
    throw py::type_error(concat("only a tensor of a whole number, without axes, can be an index; received dtype ",
                                x.dtype(), " and shape ", x.shape()));
  return item_of(x);
}

bool truth_of(const Tensor& x) { return item_of(x).cast<bool>(); }

std::string variable_text(const Variable& v) {
  const std::string shape = py::repr(tuple_from(v.shape())).cast<std::string>();
  return concat("<Variable path=", v.path(), ", shape=", shape, ", dtype=", v.dtype(), ", value=\n",
                to_string(v.value()), ">");
}

/// Numbers, or an initializer (an object, a function, a name) for a shape.
Tensor first_value(const py::object& initializer, const py::object& shape, const py::object& dtype) {
  const bool makes_numbers = py::isinstance<py::str>(initializer) || PyCallable_Check(initializer.ptr()) != 0;
  if (!makes_numbers) {
    const Tensor numbers = tensor_from(initializer).clone();
    check(shape.is_none() || shape.cast<Shape>() == numbers.shape(), "[Variable] expected numbers of shape ",
          shape.is_none() ? Shape() : shape.cast<Shape>(), ", received shape ", numbers.shape());
    return dtype.is_none() ? numbers : numbers.to(dtype_from(dtype)).clone();
  }
  check(!shape.is_none(), "[Variable] expected a shape beside an initializer, received none");
  const py::object name = dtype.is_none() ? py::object(py::str("float32")) : py::object(py::cast(dtype_from(dtype)));
  const py::object make = py::isinstance<py::str>(initializer)
                              ? py::module_::import("linnet.keras.initializers").attr("get")(initializer)
                              : initializer;
  return tensor_from(make(shape, name)).clone();
}

/// Keras's second argument is a shape, Linnet's a name.
Variable variable_from(const py::object& initializer, const py::object& name, bool trainable, const py::object& shape,
                       const py::object& dtype, bool, const std::string&) {
  const bool named = py::isinstance<py::str>(name);
  const Tensor value = first_value(initializer, named || name.is_none() ? shape : name, dtype);
  return {named ? name.cast<std::string>() : "variable", value, trainable};
}

void bind_variable(py::module_& m) {
  py::class_<Variable>(m, "Variable", "A weight: a tensor with a name and a path, that optimizers change.")
      .def(py::init(&variable_from), py::arg("initializer"), py::arg("name") = py::none(), py::arg("trainable") = true,
           py::arg("shape") = py::none(), py::arg("dtype") = py::none(), py::arg("autocast") = true,
           py::arg("aggregation") = "none")
      .def_property_readonly("name", &Variable::name)
      .def_property_readonly("path", [](const Variable& v) { return v.path().empty() ? v.name() : v.path(); })
      .def_property_readonly("shape", &Variable::shape)
      .def_property_readonly("dtype", &Variable::dtype)
      .def_property_readonly("trainable", &Variable::trainable)
      .def_property_readonly("value", [](const Variable& v) { return v.value(); })
      .def_property_readonly("ndim", [](const Variable& v) { return v.value().rank(); })
      .def(
          "numpy", [](const Variable& v) { return array_from(v.value().clone()); }, "A copy.")
      .def(
          "__array__",
          [](const Variable& v, const py::object& dtype, const py::object& copy) {
            return array_of(v.value(), dtype, copy);
          },
          py::arg("dtype") = py::none(), py::arg("copy") = py::none())
      .def(
          "assign", [](Variable& v, const AnyTensor& x) { return assigned(v, x.value.to(v.dtype())); },
          py::arg("value"))
      .def(
          "assign_add",
          [](Variable& v, const AnyTensor& x) { return assigned(v, (v.stored().detach() + x.value).to(v.dtype())); },
          py::arg("value"))
      .def(
          "assign_sub",
          [](Variable& v, const AnyTensor& x) { return assigned(v, (v.stored().detach() - x.value).to(v.dtype())); },
          py::arg("value"))
      .def(
          "__eq__", [](const Variable& a, const Variable& b) { return a == b; }, py::is_operator())
      .def("__float__", [](const Variable& v) { return item_of(v.value()).attr("__float__")(); })
      .def("__int__", [](const Variable& v) { return item_of(v.value()).attr("__int__")(); })
      .def("__index__", [](const Variable& v) { return index_of(v.value()); })
      .def("__hash__", [](const Variable& v) { return std::hash<const void*>()(&v.state()); })
      .def("__reduce__",
           [](const py::object& v) {
             const Variable& variable = v.cast<const Variable&>();
             return py::make_tuple(py::type::of(v),
                                   py::make_tuple(variable.value(), variable.name(), variable.trainable()));
           })
      .def("__repr__", variable_text);
}

void bind_autograd(py::module_& m) {
  m.def(
      "gradients",
      [](const Tensor& loss, const Variables& weights, bool keep_tape) {
        const auto keep = keep_tape ? std::make_unique<KeepTape>() : nullptr;
        std::vector<py::object> list;
        for (const Gradient& gradient : gradients(loss, weights))
          list.push_back(gradient.value.defined() ? py::cast(gradient.value) : py::none());
        return list;
      },
      py::arg("loss"), py::arg("variables"), py::arg("keep_tape") = false,
      "The gradients of a scalar with respect to weights; None where it does not depend on them.");
  m.def(
      "gradients",
      [](const Tensor& loss, const std::vector<py::object>& tensors_and_weights, const AnyTensor& seed,
         bool keep_tape) {
        const auto keep = keep_tape ? std::make_unique<KeepTape>() : nullptr;
        Tensors xs;
        for (const py::object& each : tensors_and_weights) {
          if (py::isinstance<Variable>(each))
            xs.push_back(each.cast<const Variable&>().stored());
          else if (py::isinstance<Tensor>(each))
            xs.push_back(each.cast<Tensor>());
          else
            throw py::type_error("[gradients] expected tensors and weights, received " +
                                 py::type::of(each).attr("__name__").cast<std::string>());
        }
        return gradients(loss, xs, seed.value);
      },
      py::arg("loss"), py::arg("xs"), py::arg("seed") = py::none(), py::arg("keep_tape") = false);
}

void bind_random(py::module_& m) {
  py::class_<SeedGenerator>(m, "SeedGenerator", "A source of random numbers: other numbers for each call that has it.")
      .def(py::init([](const py::object& seed) {
             if (seed.is_none()) return SeedGenerator();
             check(PyIndex_Check(seed.ptr()) != 0 && py::int_(seed) >= py::int_(0),
                   "[SeedGenerator] expected seed None or an integer of 0 or more, received ",
                   py::repr(seed).cast<std::string>());
             return SeedGenerator(seed.cast<std::uint64_t>());
           }),
           py::arg("seed") = py::none())
      .def(
          "next",
          [](SeedGenerator& generator, bool) {
            return random_uniform({2}, 0, 4294967296.0, float64, &generator).to(int64);
          },
          py::arg("ordered") = true, "Two whole numbers below 2^32, other ones for each call.");
  m.def("random_normal", [](const Shape& shape, double mean, double stddev, DType dtype, SeedGenerator* generator) {
    return random_normal(shape, mean, stddev, dtype, generator);
  });
  m.def("random_uniform", [](const Shape& shape, double low, double high, DType dtype, SeedGenerator* generator) {
    return random_uniform(shape, low, high, dtype, generator);
  });
}

void bind_process(py::module_& m) {
  m.def("set_random_seed", &set_random_seed, py::arg("seed"));
  m.def("num_threads", &num_threads);
  m.def("set_num_threads", &set_num_threads, py::arg("threads"));
  m.def("release_cached_memory", &release_cached_memory);
  m.def("memory_statistics", [] {
    const MemoryStatistics memory = memory_statistics();
    return py::dict(py::arg("live_bytes") = memory.live_bytes, py::arg("peak_bytes") = memory.peak_bytes,
                    py::arg("cached_bytes") = memory.cached_bytes);
  });
}

}  // namespace

void bind_tensor(py::module_& m) {
  py::class_<Tensor>(m, "Tensor", "An array of numbers, whose gradients Linnet knows; or a symbolic one, of a graph.",
                     py::custom_type_setup(add_buffer))
      .def(py::init([](const AnyTensor& x, const py::object& dtype) {
             return dtype.is_none() ? x.value : x.value.to(dtype_from(dtype));
           }),
           py::arg("numbers"), py::arg("dtype") = py::none(),
           "Shares the memory of a writable NumPy array; other numbers are copied.")
      .def_property_readonly("shape", &Tensor::shape)
      .def_property_readonly("dtype", &Tensor::dtype)
      .def_property_readonly("ndim", &Tensor::rank)
      .def_property_readonly("size", &Tensor::size)
      .def_property_readonly("is_symbolic", &Tensor::is_symbolic)
      .def_property_readonly("mask",
                             [](const Tensor& x) { return x.mask().defined() ? py::cast(x.mask()) : py::none(); })
      .def_property_readonly("_keras_mask",
                             [](const Tensor& x) { return x.mask().defined() ? py::cast(x.mask()) : py::none(); })
      .def_property_readonly("name",
                             [](const Tensor& x) {
                               if (!x.is_symbolic()) throw py::attribute_error("a tensor with values has no name");
                               return graph_origin(x).node->layer->name();
                             })
      .def_property("requires_grad", &Tensor::requires_grad,
                    [](Tensor& x, bool wanted) { x.set_requires_grad(wanted); })
      .def_property_readonly("grad",
                             [](const Tensor& x) { return x.grad().defined() ? py::cast(x.grad()) : py::none(); })
      .def(
          "backward", [](const Tensor& x) { x.backward(); },
          "Adds the gradients of this scalar to `grad` of every leaf.")
      .def("clear_grad", &Tensor::clear_grad, "Empties `grad`.")
      .def("numpy", &array_from, "A NumPy array on the same memory.")
      .def("__array__", &array_of, py::arg("dtype") = py::none(), py::arg("copy") = py::none())
      .def("__dlpack__", &to_dlpack, py::arg("stream") = py::none())
      .def("__dlpack_device__", [](const Tensor&) { return py::make_tuple(1, 0); })
      .def("item", &item_of)
      .def("tolist", [](const Tensor& x) { return array_from(x).attr("tolist")(); })
      .def(
          "astype", [](const Tensor& x, const py::object& dtype) { return x.to(dtype_from(dtype)); }, py::arg("dtype"))
      .def(
          "with_mask", [](const Tensor& x, const AnyTensor& mask) { return x.with_mask(mask.value); }, py::arg("mask"))
      .def("__reduce__",
           [](const py::object& x) {
             const Tensor& tensor = x.cast<const Tensor&>();
             return py::make_tuple(py::type::of(x), py::make_tuple(array_from(tensor), py::cast(tensor.dtype())));
           })
      .def("detach", &Tensor::detach)
      .def("__len__",
           [](const Tensor& x) {
             if (x.rank() == 0) throw py::type_error("len() of a tensor without axes");
             if (x.shape()[0] < 0) throw py::type_error("len() of a symbolic tensor whose first axis has no size yet");
             return x.shape()[0];
           })
      .def("__iter__",
           [](const py::object& x) {
             if (x.cast<const Tensor&>().is_symbolic())
               throw py::type_error("a symbolic tensor has no elements yet to go through: use keras.ops.unstack");
             return py::reinterpret_steal<py::object>(PySeqIter_New(x.ptr()));
           })
      .def("__float__", [](const Tensor& x) { return item_of(x).attr("__float__")(); })
      .def("__int__", [](const Tensor& x) { return item_of(x).attr("__int__")(); })
      .def("__index__", &index_of)
      .def("__bool__", &truth_of)
      .def("__format__",
           [](const Tensor& x, const std::string& spec) {
             return spec.empty() ? py::str(py::cast(x)) : py::str(item_of(x).attr("__format__")(spec));
           })
      .def("__repr__", &text_of);
  m.def(
      "shared_tensor", [](const py::object& array) { return tensor_from(array, Sharing::always); },
      "A tensor on the memory of an array, even if NumPy forbids to write to it.");
  bind_variable(m);
  bind_autograd(m);
  bind_random(m);
  bind_process(m);
}

}  // namespace linnet::python
