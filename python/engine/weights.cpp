// Initializers, regularizers and constraints: what a weight has around it.
#include "bindings.h"
#include "linnet/constraints/registry.h"
#include "linnet/initializers/initializers.h"
#include "linnet/initializers/registry.h"
#include "linnet/regularizers/registry.h"
#include "objects.h"

namespace linnet::python {
namespace {

class PythonInitializer final : public Written<Initializer> {
 public:
  using Written::Written;
  Tensor operator()(const Shape& shape, DType dtype) const override {
    const py::gil_scoped_acquire gil;
    const Tensor value =
        tensor_from(object_.get()(tuple_from(shape), py::arg("dtype") = std::string(name(dtype)))).to(dtype);
    check(value.shape() == shape, "[", class_name(), "] expected values of shape ", shape, ", received ",
          value.shape());
    return value.detach().clone();
  }
};

class PythonRegularizer final : public Written<Regularizer> {
 public:
  using Written::Written;
  Tensor operator()(const Tensor& x) const override {
    const py::gil_scoped_acquire gil;
    return tensor_from(object_.get()(x));
  }
};

class PythonConstraint final : public Written<Constraint> {
 public:
  using Written::Written;
  Tensor operator()(const Tensor& w) const override {
    const py::gil_scoped_acquire gil;
    return tensor_from(object_.get()(w));
  }
};

/// python_<kind>(object), an object of the engine, and register_<kind>(class name, from_config).
template <class Base, class PythonClass, class Register>
void bind_written(py::module_& m, const std::string& kind, Register register_class) {
  m.def(("python_" + kind).c_str(),
        [](const py::object& object) -> std::shared_ptr<Base> { return std::make_shared<PythonClass>(object); });
  m.def(("register_" + kind).c_str(), [=](const std::string& class_name, const py::object& from_config) {
    register_class(class_name, factory_of<Base>(from_config));
  });
}

}  // namespace

void bind_weights(py::module_& m) {
  register_initializer(Named<Initializer>::class_name, &Named<Initializer>::take);
  register_regularizer(Named<Regularizer>::class_name, &Named<Regularizer>::take);
  register_constraint(Named<Constraint>::class_name, &Named<Constraint>::take);
  m.def("constant", [](const AnyTensor& values) -> std::shared_ptr<Initializer> {
    return std::make_shared<Constant>(values.value);
  });
  m.def("constant_value",
        [](const Initializer& initializer) { return dynamic_cast<const Constant&>(initializer).value(); });
  bind_class<Initializer>(m, "Initializer")
      .def(
          "__call__", [](const Initializer& self, const Shape& shape, DType dtype) { return self(shape, dtype); },
          py::arg("shape"), py::arg("dtype") = "float32");
  bind_class<Regularizer>(m, "Regularizer").def("__call__", [](const Regularizer& self, const AnyTensor& x) {
    return self(x.value);
  });
  bind_class<Constraint>(m, "Constraint").def("__call__", [](const Constraint& self, const AnyTensor& w) {
    return self(w.value);
  });
  bind_written<Initializer, PythonInitializer>(m, "initializer", [](const auto&... x) { register_initializer(x...); });
  bind_written<Regularizer, PythonRegularizer>(m, "regularizer", [](const auto&... x) { register_regularizer(x...); });
  bind_written<Constraint, PythonConstraint>(m, "constraint", [](const auto&... x) { register_constraint(x...); });
}

}  // namespace linnet::python
