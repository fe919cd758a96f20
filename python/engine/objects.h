// What all classes that are made from Keras's configs have in common: one line binds them.
#pragma once

#include <memory>

#include "values.h"
#include "written.h"

namespace linnet::python {

/// Class `name` of the engine with class_name, get_config(), python_object, None unless it is written in Python, and
/// the static from_config(name or {"class_name", "config"}); class members are the caller's.
template <class Base, class... Extra>
py::class_<Base, std::shared_ptr<Base>> bind_class(py::module_& m, const char* name, const Extra&... extra) {
  return py::class_<Base, std::shared_ptr<Base>>(m, name, extra...)
      .def_property_readonly("class_name", &Base::class_name)
      .def("get_config", &Base::config)
      .def_property_readonly("python_object",
                             [](const Base& self) {
                               const auto* written = dynamic_cast<const WrittenInPython*>(&self);
                               return written == nullptr ? py::object(py::none()) : written->object().get();
                             })
      .def_static(
          "from_config", [](const Value& value) { return Base::from_config(value); }, py::arg("value"));
}

}  // namespace linnet::python
