#include <pybind11/stl.h>

#include "bindings.h"
#include "linnet/activations/activation.h"
#include "python_object.h"
#include "values.h"

namespace linnet::python {

void bind_activations(py::module_& m) {
  m.def("activation_names", &ActivationFunction::names);
  m.def(
      "activate",
      [](const std::string& name, const AnyTensor& x, const Config& arguments) {
        return ActivationFunction::get(name, arguments)(x.value);
      },
      py::arg("name"), py::arg("x"), py::arg("arguments"));
  m.def(
      "activate_as",
      [](const Value& name_or_config, const AnyTensor& x) { return ActivationFunction::get(name_or_config)(x.value); },
      py::arg("name_or_config"), py::arg("x"));
  m.def("register_activation", [](std::string name, const py::object& function) {
    register_activation(std::move(name), [f = PythonObject(function)](const Tensor& x) {
      const py::gil_scoped_acquire gil;
      return tensor_from(f.get()(x));
    });
  });
  m.def("check_activation", [](const Value& name_or_config) { ActivationFunction::get(name_or_config); });
}

}  // namespace linnet::python
