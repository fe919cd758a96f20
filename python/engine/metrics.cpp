#include "linnet/metrics/means.h"

#include "bindings.h"
#include "linnet/metrics/registry.h"
#include "linnet/ops/reduce.h"
#include "objects.h"

namespace linnet::python {
namespace {

/// A metric whose update_state(), result() and reset_state() are written in Python.
class PythonMetric final : public Written<Metric> {
 public:
  using Written::Written;
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) override {
    const py::gil_scoped_acquire gil;
    object_.get().attr("update_state")(y_true, y_pred, sample_weight.defined() ? py::cast(sample_weight) : py::none());
  }
  Tensor result() const override {
    const py::gil_scoped_acquire gil;
    const py::object value = object_.get().attr("result")();
    check(!py::isinstance<py::dict>(value), "[", name(), "] expected a number or an array, received a dict of results");
    return tensor_from(value);
  }
  /// Where result() gives a dict, its entries.
  std::vector<std::pair<std::string, double>> named_results() const override {
    const py::gil_scoped_acquire gil;
    const py::object value = object_.get().attr("result")();
    if (!py::isinstance<py::dict>(value)) return {{name(), mean(tensor_from(value).to(float64)).item()}};
    std::vector<std::pair<std::string, double>> results;
    for (const auto& [key, number] : py::reinterpret_borrow<py::dict>(value))
      results.emplace_back(py::str(key).cast<std::string>(), mean(tensor_from(number).to(float64)).item());
    return results;
  }
  void reset_state() override {
    const py::gil_scoped_acquire gil;
    object_.get().attr("reset_state")();
  }
};

/// The average of fn(y_true, y_pred), in Python.
class PythonMean final : public Written<metrics::FunctionMetric> {
 public:
  PythonMean(const py::object& object, std::string name, const py::object& function)
      : Written(object, std::move(name), [f = PythonObject(function)](const Tensor& y_true, const Tensor& y_pred) {
          const py::gil_scoped_acquire gil;
          return tensor_from(f.get()(y_true, y_pred));
        }) {}
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
      .def_property_readonly("state", &Metric::state)
      .def("reset_state", &Metric::reset_state);
  m.def(
      "python_metric",
      [](const py::object& object, std::string name) -> std::shared_ptr<Metric> {
        return std::make_shared<PythonMetric>(object, std::move(name));
      },
      py::arg("object"), py::arg("name"));
  m.def(
      "python_mean",
      [](const py::object& object, std::string name, const py::object& function) -> std::shared_ptr<Metric> {
        return std::make_shared<PythonMean>(object, std::move(name), function);
      },
      py::arg("object"), py::arg("name"), py::arg("function"));
  m.def(
      "metric_values",
      [](const Metric& metric, const AnyTensor& y_true, const AnyTensor& y_pred) {
        return dynamic_cast<const metrics::FunctionMetric&>(metric).values(y_true.value, y_pred.value);
      },
      py::arg("metric"), py::arg("y_true"), py::arg("y_pred"));
  m.def("register_metric", [](const std::string& class_name, const py::object& from_config) {
    register_metric(class_name, factory_of<Metric>(from_config));
  });
}

}  // namespace linnet::python
