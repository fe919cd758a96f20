// Initializers, regularizers and constraints: what a weight has around it.
#include "bindings.h"
#include "linnet/constraints/constraint.h"
#include "linnet/initializers/initializer.h"
#include "linnet/regularizers/regularizer.h"
#include "objects.h"

namespace linnet::python {

void bind_weights(py::module_& m) {
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
}

}  // namespace linnet::python
