// A Python object inside an object of the engine, which may be copied and destroyed without Python's lock.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>

namespace linnet::python {

class PythonObject {
 public:
  PythonObject() = default;
  explicit PythonObject(const pybind11::object& object) : object_(new pybind11::object(object), drop) {}
  /// With Python's lock only.
  const pybind11::object& get() const { return *object_; }
  bool is_held_once() const { return object_.use_count() == 1; }

 private:
  static void drop(pybind11::object* object) {
    if (Py_IsInitialized() == 0) return;  // it ended with Python
    const pybind11::gil_scoped_acquire gil;
    delete object;
  }
  std::shared_ptr<pybind11::object> object_;
};

}  // namespace linnet::python
