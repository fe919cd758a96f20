#include "linnet/optimizers/optimizer.h"

#include "bindings.h"
#include "linnet/optimizers/schedule.h"
#include "objects.h"

namespace linnet::python {

void bind_optimizers(py::module_& m) {
  bind_class<LearningRateSchedule>(m, "LearningRateSchedule")
      .def(
          "__call__", [](const LearningRateSchedule& self, std::int64_t step) { return self(step); }, py::arg("step"));
  bind_class<Optimizer>(m, "Optimizer")
      .def_property_readonly("name", &Optimizer::name)
      .def_property("learning_rate", &Optimizer::learning_rate, &Optimizer::set_learning_rate)
      .def_property_readonly("iterations", &Optimizer::iterations)
      .def_property_readonly("variables", &Optimizer::variables)
      .def_property_readonly("built", &Optimizer::built)
      .def("build", &Optimizer::build, py::arg("variables"))
      .def("finalize_variable_values", &Optimizer::finalize_variable_values, py::arg("variables"))
      .def(
          "apply",
          [](Optimizer& self, const AnyTensors& values, const Variables& weights) {
            check(values.size() == weights.size(), "[", self.name(),
                  "] expected a gradient for each variable, received ", values.size(), " and ", weights.size());
            Gradients gradients;
            for (std::size_t i = 0; i < weights.size(); ++i) gradients.push_back({weights[i], values[i].value});
            self.apply(gradients);
          },
          py::arg("gradients"), py::arg("variables"));
}

}  // namespace linnet::python
