// Objects of the engine that are written in Python: classes derived from keras.losses.Loss and the like.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "python_object.h"
#include "values.h"

namespace linnet::python {

/// Has the Python object whose methods are called.
class WrittenInPython {
 public:
  explicit WrittenInPython(const py::object& object) : object_(object) {}
  virtual ~WrittenInPython() = default;
  WrittenInPython(const WrittenInPython&) = default;
  WrittenInPython& operator=(const WrittenInPython&) = default;
  const PythonObject& object() const { return object_; }

 protected:
  PythonObject object_;
};

/// A class derived from Base whose name and config are those of the Python object.
template <class Base>
class Written : public Base, public WrittenInPython {
 public:
  template <class... Arguments>
  explicit Written(const py::object& object, Arguments&&... arguments)
      : Base(std::forward<Arguments>(arguments)...), WrittenInPython(object) {}
  std::string class_name() const override {
    const py::gil_scoped_acquire gil;
    return object_.get().attr("_class_name")().template cast<std::string>();
  }
  Config config() const override {
    const py::gil_scoped_acquire gil;
    return value_from(object_.get().attr("get_config")()).as_config();
  }
};

/// from_config(config), in Python, makes an object of the engine.
template <class Base>
auto factory_of(const py::object& from_config) {
  return [f = PythonObject(from_config)](const Config& config) {
    const py::gil_scoped_acquire gil;
    return f.get()(object_from(config)).template cast<std::shared_ptr<Base>>();
  };
}

}  // namespace linnet::python
