// What all classes that are made from Keras's configs have in common: one line binds them.
#pragma once

#include <memory>

#include "values.h"

namespace linnet::python {

/// Class `name` of the engine with class_name, get_config() and the static from_config(name or {"class_name",
/// "config"}); class members are the caller's.
template <class Base>
py::class_<Base, std::shared_ptr<Base>> bind_class(py::module_& m, const char* name) {
  return py::class_<Base, std::shared_ptr<Base>>(m, name)
      .def_property_readonly("class_name", &Base::class_name)
      .def("get_config", &Base::config)
      .def_static(
          "from_config", [](const Value& value) { return Base::from_config(value); }, py::arg("value"));
}

}  // namespace linnet::python
