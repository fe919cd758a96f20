#include "values.h"

namespace linnet::python {
namespace {

bool is_numpy_scalar(py::handle object) { return py::hasattr(object, "dtype") && py::hasattr(object, "item"); }

std::string type_name(py::handle object) { return Py_TYPE(object.ptr())->tp_name; }

Value list_from(py::handle sequence) {
  List list;
  for (py::handle item : sequence) list.push_back(value_from(item));
  return list;
}

Value config_from(const py::dict& dict) {
  Config config;
  for (auto [key, value] : dict) config.set(py::str(key).cast<std::string>(), value_from(value));
  return config;
}

/// A function by its name: one of linnet.keras has its own, one of the user's gets one (keras/activations.py).
Value function_from(py::handle function) {
  return py::module_::import("linnet.keras.activations").attr("_name_of")(function).cast<std::string>();
}

/// An object of a class that has a config, such as an initializer; a class by its name; a function.
Value named_from(py::handle object) {
  if (PyType_Check(object.ptr()) != 0) return object.attr("__name__").cast<std::string>();
  if (py::hasattr(object, "_register_class")) object.attr("_register_class")();  // the engine finds it by its name
  if (py::hasattr(object, "get_config"))
    return object_config(py::type::of(object).attr("__name__").cast<std::string>(),
                         value_from(object.attr("get_config")()).as_config());
  if (PyCallable_Check(object.ptr()) != 0) return function_from(object);
  throw py::type_error("expected None, a number, text, a list, a dict or an object with get_config(), received " +
                       type_name(object));
}

}  // namespace

Value value_from(py::handle object) {
  if (object.is_none()) return {};
  if (PyBool_Check(object.ptr()) != 0) return object.cast<bool>();
  if (PyLong_Check(object.ptr()) != 0) return object.cast<std::int64_t>();
  if (PyFloat_Check(object.ptr()) != 0) return object.cast<double>();
  if (py::isinstance<py::str>(object)) return object.cast<std::string>();
  if (py::isinstance<py::dict>(object)) return config_from(py::reinterpret_borrow<py::dict>(object));
  if (py::isinstance<py::list>(object) || py::isinstance<py::tuple>(object)) return list_from(object);
  if (is_numpy_scalar(object)) return value_from(object.attr("tolist")());
  return named_from(object);
}

py::object object_from(const Value& value) {
  if (value.is_null()) return py::none();
  if (value.is_bool()) return py::bool_(value.as_bool());
  if (value.is_int()) return py::int_(value.as_int());
  if (value.is_number()) return py::float_(value.as_double());
  if (value.is_string()) return py::str(value.as_string());
  if (value.is_list()) {
    py::list list;
    for (const Value& item : value.as_list()) list.append(object_from(item));
    return list;
  }
  py::dict dict;
  for (const auto& [key, item] : value.as_config().entries()) dict[py::str(key)] = object_from(item);
  return dict;
}

Shape shape_from(py::handle object) {
  Shape shape;
  auto add = [&](py::handle size) {
    if (shape.rank() == Shape::max_rank) fail("[shape] expected at most ", Shape::max_rank, " axes");
    const py::object index = py::reinterpret_steal<py::object>(size.is_none() ? nullptr : PyNumber_Index(size.ptr()));
    if (!size.is_none() && !index) throw py::error_already_set();
    shape.push_back(index ? index.cast<std::int64_t>() : -1);
  };
  const bool has_axes = py::hasattr(object, "ndim") && object.attr("ndim").cast<int>() > 0;  // a tensor of sizes
  if ((PyIndex_Check(object.ptr()) != 0 && !has_axes) || object.is_none()) {
    add(object);
    return shape;
  }
  if (PySequence_Check(object.ptr()) == 0 || py::isinstance<py::str>(object))
    throw py::type_error("expected a shape such as (28, 28), received " + type_name(object));
  for (const py::object size : py::reinterpret_borrow<py::sequence>(object)) add(size);  // perhaps made for this moment
  return shape;
}

py::tuple tuple_from(const Shape& shape) {
  py::tuple tuple(static_cast<std::size_t>(shape.rank()));
  for (int i = 0; i < shape.rank(); ++i) {
    const py::object size = shape[i] < 0 ? py::object(py::none()) : py::int_(shape[i]);
    tuple[static_cast<std::size_t>(i)] = size;
  }
  return tuple;
}

DType dtype_from(py::handle object) {
  if (py::isinstance<py::str>(object)) return dtype_from_name(object.cast<std::string>());
  for (const char* key : {"name", "__name__"})
    if (py::hasattr(object, key)) return dtype_from_name(object.attr(key).cast<std::string>());
  throw py::type_error("expected a dtype such as \"float32\", received " + type_name(object));
}

}  // namespace linnet::python
