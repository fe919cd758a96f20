// Conversions between Python's values and the engine's: configs, shapes, dtypes, and what can be a tensor.
#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "linnet/base/config.h"
#include "linnet/base/dtype.h"
#include "linnet/base/shape.h"
#include "linnet/tensor/tensor.h"

namespace linnet::python {

namespace py = pybind11;

/// None, bool, numbers (also NumPy's), str, list, tuple, dict; objects with get_config() become {"class_name",
/// "config"}, functions and classes their names. Throws TypeError for others.
Value value_from(py::handle object);
py::object object_from(const Value& value);

/// Throws TypeError unless `object` is a number or a sequence of numbers and None.
Shape shape_from(py::handle object);
py::tuple tuple_from(const Shape& shape);

/// "float32", numpy.float32, or an object with a name.
DType dtype_from(py::handle object);

/// Does a conversion copy? Numbers that are only read may be shared even if NumPy forbids to write to them.
enum class Sharing { if_writable, always };
/// A tensor, a weight, or what numpy.asarray accepts. Arrays of a dtype and layout that the engine has are shared,
/// others converted. Lists and numbers become float32 and int32, as in Keras.
Tensor tensor_from(py::handle object, Sharing sharing = Sharing::if_writable);
/// A NumPy array on the tensor's memory; bfloat16, which NumPy does not have, becomes float32.
py::object array_from(const Tensor& tensor);

/// An argument that may be anything tensor_from() accepts, or None for an empty tensor.
struct AnyTensor {
  Tensor value;
  operator const Tensor&() const { return value; }
};
using AnyTensors = std::vector<AnyTensor>;
Tensors tensors_of(const AnyTensors& arguments);

}  // namespace linnet::python

namespace pybind11::detail {

template <>
struct type_caster<linnet::Value> {
  PYBIND11_TYPE_CASTER(linnet::Value, const_name("object"));
  bool load(handle source, bool) { return value = linnet::python::value_from(source), true; }
  static handle cast(const linnet::Value& source, return_value_policy, handle) {
    return linnet::python::object_from(source).release();
  }
};

template <>
struct type_caster<linnet::Config> {
  PYBIND11_TYPE_CASTER(linnet::Config, const_name("dict"));
  bool load(handle source, bool) {
    if (!isinstance<dict>(source)) return false;
    return value = linnet::python::value_from(source).as_config(), true;
  }
  static handle cast(const linnet::Config& source, return_value_policy, handle) {
    return linnet::python::object_from(source).release();
  }
};

template <>
struct type_caster<linnet::Shape> {
  PYBIND11_TYPE_CASTER(linnet::Shape, const_name("tuple"));
  bool load(handle source, bool) { return value = linnet::python::shape_from(source), true; }
  static handle cast(const linnet::Shape& source, return_value_policy, handle) {
    return linnet::python::tuple_from(source).release();
  }
};

template <>
struct type_caster<linnet::DType> {
  PYBIND11_TYPE_CASTER(linnet::DType, const_name("str"));
  bool load(handle source, bool) { return value = linnet::python::dtype_from(source), true; }
  static handle cast(linnet::DType source, return_value_policy, handle) {
    return pybind11::cast(std::string(linnet::name(source))).release();
  }
};

template <>
struct type_caster<linnet::python::AnyTensor> {
  PYBIND11_TYPE_CASTER(linnet::python::AnyTensor, const_name("Tensor"));
  bool load(handle source, bool) {
    if (!source.is_none()) value.value = linnet::python::tensor_from(source);
    return true;
  }
  static handle cast(const linnet::python::AnyTensor& source, return_value_policy policy, handle parent) {
    return make_caster<linnet::Tensor>::cast(source.value, policy, parent);
  }
};

}  // namespace pybind11::detail
