#include "linnet/metrics/metric.h"

#include "bindings.h"
#include "objects.h"
#include "python_object.h"

namespace linnet::python {
namespace {

/// A metric that is a Python object with update_state(), result() and reset_state().
class PythonMetric final : public Metric {
 public:
  PythonMetric(const py::object& object, std::string name) : Metric(std::move(name)), object_(object) {}
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) override {
    const py::gil_scoped_acquire gil;
    object_.get().attr("update_state")(y_true, y_pred, sample_weight.defined() ? py::cast(sample_weight) : py::none());
  }
  Tensor result() const override {
    const py::gil_scoped_acquire gil;
    return tensor_from(object_.get().attr("result")());
  }
  void reset_state() override {
    const py::gil_scoped_acquire gil;
    object_.get().attr("reset_state")();
  }
  std::string class_name() const override {
    const py::gil_scoped_acquire gil;
    return py::type::of(object_.get()).attr("__name__").cast<std::string>();
  }
  Config config() const override { return {{"name", name()}}; }

 private:
  PythonObject object_;
};

}  // namespace

void bind_metrics(py::module_& m) {
  bind_class<Metric>(m, "Metric")
      .def_property_readonly("name", &Metric::name)
      .def(
          "update_state",
          [](Metric& self, const AnyTensor& y_true, const AnyTensor& y_pred, const AnyTensor& sample_weight) {
            self.update_state(y_true.value, y_pred.value, sample_weight.value);
          },
          py::arg("y_true"), py::arg("y_pred"), py::arg("sample_weight") = py::none())
      .def("result", &Metric::result)
      .def("reset_state", &Metric::reset_state);
  m.def(
      "python_metric",
      [](const py::object& object, std::string name) -> std::shared_ptr<Metric> {
        return std::make_shared<PythonMetric>(object, std::move(name));
      },
      py::arg("object"), py::arg("name"));
  m.def(
      "metric_from_function",
      [](std::string name, const py::object& function) {
        return metric_from_function(std::move(name),
                                    [f = PythonObject(function)](const Tensor& y_true, const Tensor& y_pred) {
                                      const py::gil_scoped_acquire gil;
                                      return tensor_from(f.get()(y_true, y_pred));
                                    })
            .pointer();
      },
      py::arg("name"), py::arg("function"));
}

}  // namespace linnet::python
