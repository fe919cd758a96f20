// Tensors and NumPy's arrays on the same memory.
#include <pybind11/numpy.h>

#include <limits>

#include "linnet/tensor/foreign.h"
#include "linnet/tensor/record.h"
#include "linnet/tensor/variable.h"
#include "values.h"

namespace linnet::python {
namespace {

/// On whatever thread the last tensor lets go of an array. When Python has ended, so has the array.
void drop_reference(void* object) noexcept {
  if (Py_IsInitialized() == 0) return;
  const PyGILState_STATE state = PyGILState_Ensure();
  Py_DECREF(static_cast<PyObject*>(object));
  PyGILState_Release(state);
}

/// The engine's dtype for an array of NumPy's; for those that it does not have, the next that holds their numbers.
DType dtype_for(const py::dtype& dtype) {
  const auto bytes = dtype.itemsize();
  switch (dtype.kind()) {
    case 'f': return bytes == 8 ? float64 : float32;
    case 'i': return bytes == 8 ? int64 : int32;
    case 'u': return bytes == 1 ? uint8 : bytes == 2 ? int32 : int64;
    case 'b': return boolean;
    default: break;
  }
  fail("[tensor] expected numbers, received an array of dtype ", dtype.attr("name").cast<std::string>());
}

/// NumPy's uint64 becomes int64: only as long as that holds the numbers.
void check_range(const py::array& array) {
  if (array.dtype().kind() != 'u' || array.dtype().itemsize() < 8 || array.size() == 0) return;
  const py::object largest = array.attr("max")();
  check(largest.cast<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()},
        "[tensor] expected whole numbers below 2^63, received ", py::str(largest).cast<std::string>());
}

py::dtype numpy_dtype(DType dtype) { return py::dtype(std::string(name(dtype == bfloat16 ? float32 : dtype))); }

bool can_be_shared(const py::array& array, Sharing sharing) {
  constexpr int aligned = py::detail::npy_api::NPY_ARRAY_ALIGNED_;
  if ((array.flags() & aligned) == 0 || (sharing == Sharing::if_writable && !array.writeable())) return false;
  for (py::ssize_t axis = 0; axis < array.ndim(); ++axis)
    if (array.strides(axis) < 0 || array.strides(axis) % array.itemsize() != 0) return false;
  return true;
}

Tensor shared_tensor(const py::array& array, DType dtype) {
  Shape shape, strides;
  for (py::ssize_t axis = 0; axis < array.ndim(); ++axis) {
    shape.push_back(array.shape(axis));
    strides.push_back(array.strides(axis) / array.itemsize());
  }
  py::object owner = array;
  const Tensor tensor =
      foreign_tensor({const_cast<void*>(array.data()), owner.ptr(), drop_reference}, shape, strides, dtype);
  owner.release();  // the tensor has the reference now
  return tensor;
}

/// NumPy's message of rows of different lengths speaks of dimensions and sequences.
py::array array_of_lists(py::handle object) {
  try {
    return py::module_::import("numpy").attr("asarray")(object);
  } catch (const py::error_already_set& error) {
    const bool is_list = py::isinstance<py::list>(object) || py::isinstance<py::tuple>(object);
    if (!is_list || !error.matches(PyExc_ValueError)) throw;
  }
  fail("[tensor] expected lists of one length in each axis, received some of different lengths");
}

py::array as_array(py::handle object) {
  if (py::isinstance<py::array>(object)) return py::reinterpret_borrow<py::array>(object);
  const py::array array = array_of_lists(object);
  if (py::hasattr(object, "dtype")) return array;
  // Keras: numbers without a dtype are float32 and int32 (here int64 where they are too large for that).
  const char kind = array.dtype().kind();
  if (kind == 'f') return array.attr("astype")("float32");
  if (kind != 'i') return array;
  const py::array narrow = array.attr("astype")("int32");
  return py::module_::import("numpy").attr("array_equal")(narrow, array).cast<bool>() ? narrow : array;
}

}  // namespace

Tensor tensor_from(py::handle object, Sharing sharing) {
  if (py::isinstance<Tensor>(object)) return object.cast<const Tensor&>();
  if (py::isinstance<Variable>(object)) return object.cast<const Variable&>().value();
  py::array array = as_array(object);
  if (array.ndim() > Shape::max_rank)
    fail("[tensor] expected at most ", Shape::max_rank, " axes, received ", array.ndim());
  const DType dtype = dtype_for(array.dtype());
  check_range(array);
  const py::dtype wanted = numpy_dtype(dtype);
  if (!array.dtype().equal(wanted)) array = array.attr("astype")(wanted);
  if (!can_be_shared(array, sharing)) array = array.attr("copy")("C");
  return shared_tensor(array, dtype);
}

py::object array_from(const Tensor& tensor) {
  check_input("numpy", tensor);
  const Tensor source = tensor.dtype() == bfloat16 ? tensor.detach().to(float32) : tensor;
  std::vector<py::ssize_t> shape, strides;
  const py::dtype dtype = numpy_dtype(source.dtype());
  for (int axis = 0; axis < source.rank(); ++axis) {
    shape.push_back(source.shape()[axis]);
    strides.push_back(source.strides()[axis] * dtype.itemsize());
  }
  return py::array(dtype, shape, strides, view(source).data, py::cast(source));
}

Tensors tensors_of(const AnyTensors& arguments) {
  Tensors tensors;
  for (const AnyTensor& argument : arguments) tensors.push_back(argument.value);
  return tensors;
}

}  // namespace linnet::python
