#include "python_steps.h"

#include <algorithm>

#include "bindings.h"
#include "linnet/models/training.h"
#include "linnet/tensor/autograd.h"
#include "logs.h"

namespace linnet::python {
namespace {

py::object or_none(const Tensor& x) { return x.defined() ? py::cast(x) : py::none(); }

/// The engine's own step of a model: of one that was made in Python, or was loaded and has no other.
template <class OfPython, class OfEngine>
auto own_step(Model& model, OfPython of_python, OfEngine of_engine) {
  const py::gil_scoped_release no_gil;
  auto* steps = dynamic_cast<PythonSteps*>(&model);
  return steps != nullptr ? of_python(*steps) : of_engine();
}

/// What a step is given back by Python: tensors by their places, and what is missing left out. Without inputs, the
/// predictions tell how many samples there are.
Batch batch_of(const AnyTensors& x, const AnyTensors& y, const AnyTensor& weight, const AnyTensors& target_weights,
               const AnyTensors& y_pred = {}) {
  return {tensors_of(x.empty() ? y_pred : x), tensors_of(y), weight.value, tensors_of(target_weights)};
}

/// Of the samples, or, in a list, of the samples of each target.
py::object weights_of(const Batch& batch) {
  if (batch.target_weights.empty()) return or_none(batch.sample_weight);
  py::list list;
  for (const Tensor& weight : batch.target_weights) list.append(or_none(weight));
  return list;
}

}  // namespace

void PythonSteps::set_steps(const py::object& model, OwnSteps own) {
  model_ = PythonObject(py::weakref(model));
  own_ = own;
}

py::object PythonSteps::model() const {
  py::object object = model_.get()();
  check(!object.is_none(), "[Model] expected the Python object, whose steps are to be called, to be there still");
  return object;
}

void PythonSteps::call_step(const char* name, const Batch& batch) const {
  const py::gil_scoped_acquire gil;
  model().attr("_run_step")(name, batch.x, batch.y, weights_of(batch));
}

Tensors PythonSteps::call_predict_step(const Batch& batch) const {
  const py::gil_scoped_acquire gil;
  Tensors outputs;
  for (py::handle output : model().attr("_run_predict_step")(batch.x)) outputs.push_back(tensor_from(output));
  return outputs;
}

Tensor PythonSteps::call_compute_loss(const Batch& batch, const Tensors& y_pred) const {
  const py::gil_scoped_acquire gil;
  return tensor_from(model().attr("_run_compute_loss")(batch.x, batch.y, y_pred, weights_of(batch), is_grad_enabled()));
}

void PythonSteps::call_compute_metrics(const Batch& batch, const Tensors& y_pred) const {
  const py::gil_scoped_acquire gil;
  model().attr("_run_compute_metrics")(batch.x, batch.y, y_pred, weights_of(batch));
}

Logs PythonSteps::call_metrics_result() const {
  const py::gil_scoped_acquire gil;
  Logs logs;
  add_to(logs, model().attr("_step_results")());
  return logs;
}

void PythonSteps::call_reset_metrics() const {
  const py::gil_scoped_acquire gil;
  model().attr("_begin_pass")();
}

void bind_python_steps(py::module_& m) {
  m.def("set_steps", [](Model& model, const py::object& object, const std::vector<std::string>& own) {
    auto* steps = dynamic_cast<PythonSteps*>(&model);
    check(steps != nullptr, "[Model \"", model.name(), "\"] expected a model that was made in Python");
    auto has = [&own](const char* name) { return std::find(own.begin(), own.end(), name) != own.end(); };
    steps->set_steps(object, {.train_step = has("train_step"),
                              .test_step = has("test_step"),
                              .predict_step = has("predict_step"),
                              .compute_loss = has("compute_loss"),
                              .compute_metrics = has("compute_metrics"),
                              .metrics = has("metrics") || has("reset_metrics") || has("get_metrics_result")});
  });
  m.def("default_train_step",
        [](Model& model, const AnyTensors& x, const AnyTensors& y, const AnyTensor& weight, const AnyTensors& weights) {
          const Batch batch = batch_of(x, y, weight, weights);
          own_step(
              model, [&](PythonSteps& steps) { steps.default_train_step(batch); }, [&] { model.train_step(batch); });
        });
  m.def("default_test_step",
        [](Model& model, const AnyTensors& x, const AnyTensors& y, const AnyTensor& weight, const AnyTensors& weights) {
          const Batch batch = batch_of(x, y, weight, weights);
          own_step(
              model, [&](PythonSteps& steps) { steps.default_test_step(batch); }, [&] { model.test_step(batch); });
        });
  m.def("default_predict_step", [](Model& model, const AnyTensors& x) {
    const Batch batch = batch_of(x, {}, {}, {});
    return own_step(
        model, [&](PythonSteps& steps) { return steps.default_predict_step(batch); },
        [&] { return model.predict_step(batch); });
  });
  m.def("default_compute_loss", [](Model& model, const AnyTensors& x, const AnyTensors& y, const AnyTensors& y_pred,
                                   const AnyTensor& weight, const AnyTensors& weights) {
    const Batch batch = batch_of(x, y, weight, weights, y_pred);
    const Tensors predictions = tensors_of(y_pred);
    return own_step(
        model, [&](PythonSteps& steps) { return steps.default_compute_loss(batch, predictions); },
        [&] { return model.compute_loss(batch, predictions); });
  });
  m.def("default_compute_metrics", [](Model& model, const AnyTensors& x, const AnyTensors& y, const AnyTensors& y_pred,
                                      const AnyTensor& weight, const AnyTensors& weights) {
    const Batch batch = batch_of(x, y, weight, weights, y_pred);
    const Tensors predictions = tensors_of(y_pred);
    own_step(
        model, [&](PythonSteps& steps) { steps.default_compute_metrics(batch, predictions); },
        [&] { model.compute_metrics(batch, predictions); });
  });
  m.def("default_metrics_result", [](Model& model) {
    const Logs logs = own_step(
        model, [&](PythonSteps& steps) { return steps.default_metrics_result(); },
        [&] { return model.metrics_result(); });
    return dict_of(logs);
  });
  m.def("default_reset_metrics", [](Model& model) {
    own_step(
        model, [&](PythonSteps& steps) { steps.default_reset_metrics(); }, [&] { model.reset_metrics(); });
  });
  m.def("add_to_loss",
        [](Model& model, double loss, double samples) { model.training().loss_tracker.add(loss, samples); });
}

}  // namespace linnet::python
