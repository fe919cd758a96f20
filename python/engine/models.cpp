#include "linnet/models/model.h"

#include "bindings.h"
#include "linnet/models/compile_config.h"
#include "linnet/models/feed.h"
#include "linnet/models/interrupt.h"
#include "linnet/models/loops.h"
#include "linnet/models/model_checkpoint.h"
#include "linnet/models/sequential.h"
#include "linnet/models/training.h"
#include "linnet/tensor/autograd.h"
#include "logs.h"
#include "python_steps.h"
#include "values.h"

namespace linnet::python {
namespace {

// ---- what compile() is given: for every output, in a list, or by the outputs' names

template <class T>
using ListOrNames = std::variant<std::vector<T>, std::map<std::string, T>>;
using SharedLoss = std::shared_ptr<Loss>;
using MetricArgument = std::variant<std::string, std::shared_ptr<Metric>>;
using MetricArguments = std::vector<MetricArgument>;
using MetricPlanArgument =
    std::variant<MetricArguments, std::vector<MetricArguments>, std::map<std::string, MetricArguments>>;

/// One for all outputs is given as such, not as a list.
LossPlan loss_plan(const std::variant<SharedLoss, ListOrNames<SharedLoss>>& given) {
  if (const auto* one = std::get_if<0>(&given)) return AnyLoss(*one);
  const auto& losses = std::get<1>(given);
  if (const auto* list = std::get_if<0>(&losses)) return std::vector<AnyLoss>(list->begin(), list->end());
  const auto& named = std::get<1>(losses);
  return std::map<std::string, AnyLoss>(named.begin(), named.end());
}

LossWeights loss_weights(const std::variant<double, std::vector<double>, std::map<std::string, double>>& weights) {
  return std::visit([](const auto& given) { return LossWeights(given); }, weights);
}

std::vector<MetricChoice> choices(const MetricArguments& metrics) {
  std::vector<MetricChoice> list;
  for (const MetricArgument& metric : metrics) std::visit([&](const auto& given) { list.emplace_back(given); }, metric);
  return list;
}

MetricPlan metric_plan(const MetricPlanArgument& metrics) {
  if (const auto* list = std::get_if<0>(&metrics)) return choices(*list);
  if (const auto* lists = std::get_if<1>(&metrics)) {
    std::vector<std::vector<MetricChoice>> by_output;
    for (const MetricArguments& list : *lists) by_output.push_back(choices(list));
    return by_output;
  }
  std::map<std::string, std::vector<MetricChoice>> named;
  for (const auto& [name, list] : std::get<2>(metrics)) named[name] = choices(list);
  return named;
}

void bind_compile_options(py::module_& m) {
  py::class_<CompileOptions>(m, "CompileOptions")
      .def(py::init<>())
      .def_property("optimizer", nullptr, [](CompileOptions& o, std::shared_ptr<Optimizer> x) { o.optimizer = x; })
      .def_property(
          "loss", nullptr,
          [](CompileOptions& o, const std::variant<SharedLoss, ListOrNames<SharedLoss>>& x) { o.loss = loss_plan(x); })
      .def_property(
          "loss_weights", nullptr,
          [](CompileOptions& o, const std::variant<double, std::vector<double>, std::map<std::string, double>>& x) {
            o.loss_weights = loss_weights(x);
          })
      .def_property("metrics", nullptr,
                    [](CompileOptions& o, const MetricPlanArgument& x) { o.metrics = metric_plan(x); })
      .def_property("weighted_metrics", nullptr,
                    [](CompileOptions& o, const MetricPlanArgument& x) { o.weighted_metrics = metric_plan(x); });
}

// ---- what fit(), evaluate() and predict() are given

std::vector<AnyCallback> callbacks_of(const std::vector<std::shared_ptr<Callback>>& callbacks) {
  return {callbacks.begin(), callbacks.end()};
}

void bind_fit_options(py::module_& m) {
  py::class_<FitOptions>(m, "FitOptions")
      .def(py::init<>())
      .def_readwrite("epochs", &FitOptions::epochs)
      .def_readwrite("initial_epoch", &FitOptions::initial_epoch)
      .def_readwrite("batch_size", &FitOptions::batch_size)
      .def_readwrite("shuffle", &FitOptions::shuffle)
      .def_readwrite("validation_data", &FitOptions::validation_data)
      .def_readwrite("validation_batches", &FitOptions::validation_batches)
      .def_readwrite("validation_split", &FitOptions::validation_split)
      .def_readwrite("class_weight", &FitOptions::class_weight)
      .def_property("sample_weight", nullptr, [](FitOptions& o, const AnyTensor& x) { o.sample_weight = x.value; })
      .def_readwrite("steps_per_epoch", &FitOptions::steps_per_epoch)
      .def_readwrite("validation_steps", &FitOptions::validation_steps)
      .def_readwrite("validation_batch_size", &FitOptions::validation_batch_size)
      .def_property("validation_freq", nullptr,
                    [](FitOptions& o, const std::variant<int, std::vector<int>>& x) {
                      o.validation_freq = std::visit([](const auto& f) { return ValidationFrequency(f); }, x);
                    })
      .def_readwrite("verbose", &FitOptions::verbose)
      .def_property("callbacks", nullptr, [](FitOptions& o, const std::vector<std::shared_ptr<Callback>>& x) {
        o.callbacks = callbacks_of(x);
      });
}

// ---- running

/// Ctrl-C between two batches of evaluate() and predict(), as Python wants it. (fit() looks after itself.)
class CheckSignals final : public Callback {
 public:
  void on_test_batch_end(std::int64_t, const Logs&) override { check(); }
  void on_predict_batch_end(std::int64_t, const Tensors&) override { check(); }
  bool needs_batch_logs() const override { return false; }

 private:
  static void check() {
    const py::gil_scoped_acquire gil;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
  }
};

/// A fit that failed half-way must not keep the callbacks, which know the model: that would be a circle.
struct ForgetProgress {
  Model& model;
  ~ForgetProgress() { model.training().progress = {}; }
};

/// (epochs, history, was it ended by Ctrl-C?)
template <class Data>
py::tuple fit(Model& model, Data& data, const FitOptions& options) {
  model.training();  // throws before compile
  History history;
  bool interrupted = false;
  {
    const py::gil_scoped_release no_gil;
    const ForgetProgress forget{model};
    const InterruptGuard guard;
    history = model.fit(data, options);
    interrupted = InterruptGuard::interrupted();
  }
  if (interrupted && PyErr_CheckSignals() != 0) PyErr_Clear();  // Python may have heard of the same Ctrl-C
  return py::make_tuple(history.epoch, dict_of(history), interrupted);
}

template <class Data>
py::dict evaluate(Model& model, Data& data, std::int64_t batch_size, int verbose, std::optional<std::int64_t> steps,
                  const std::vector<std::shared_ptr<Callback>>& callbacks) {
  EvaluateOptions options{
      .batch_size = batch_size, .verbose = verbose, .steps = steps, .callbacks = callbacks_of(callbacks)};
  options.callbacks.emplace_back(CheckSignals());
  Logs logs;
  {
    const py::gil_scoped_release no_gil;
    logs = model.evaluate(data, options);
  }
  return dict_of(logs);
}

template <class Data>
Tensors predict(Model& model, Data& data, std::int64_t batch_size, int verbose, std::optional<std::int64_t> steps,
                const std::vector<std::shared_ptr<Callback>>& callbacks) {
  PredictOptions options{
      .batch_size = batch_size, .verbose = verbose, .steps = steps, .callbacks = callbacks_of(callbacks)};
  options.callbacks.emplace_back(CheckSignals());
  const py::gil_scoped_release no_gil;
  return model.predict(data, options);
}

template <class Step>
py::dict on_batch(Model& model, Step step) {
  Logs logs;
  {
    const py::gil_scoped_release no_gil;
    logs = step(model);
  }
  return dict_of(logs);
}

/// One batch by hand, in the order of the model's inputs and outputs.
Batch batch_of(Model& model, const Dataset& data, const char* who) {
  check_weights(data, who);
  build_for_data(model, data);
  const Dataset matched = match_names(model, data);
  return {matched.x, matched.y, matched.sample_weight, matched.target_weights};
}

Dataset with_class_weights(Dataset data, const std::map<int, double>& class_weight) {
  if (class_weight.empty()) return data;
  check(!is_weighted(data), "[train_on_batch] expected class_weight or sample_weight, received both");
  data.sample_weight = weights_of_classes(data, class_weight);
  return data;
}

/// The symbolic inputs and outputs of the first call of a layer in a model's graph; empty if it is not called there.
std::pair<Tensors, Tensors> graph_ends(const Model& model, const Layer& layer) {
  for (const std::shared_ptr<GraphNode>& node : model.nodes()) {
    if (node->layer->identity() != layer.identity()) continue;
    std::map<int, Tensor> outputs;  // known are those that something uses
    auto add_from = [&](const Tensors& tensors) {
      for (const Tensor& x : tensors)
        if (const GraphOrigin& origin = graph_origin(x); origin.node == node) outputs.emplace(origin.index, x);
    };
    for (const std::shared_ptr<GraphNode>& user : model.nodes()) add_from(user->inputs);
    add_from(model.outputs());
    add_from(model.inputs());
    Tensors list;
    for (const auto& [index, output] : outputs) list.push_back(output);
    return {node->inputs, list};
  }
  return {};
}

/// Of the outputs' losses, where there are several: "a_loss", "b_loss".
std::vector<std::string> loss_names(const Model& model) {
  std::vector<std::string> names;
  const std::vector<OutputTraining>& outputs = model.training().outputs;
  for (const OutputTraining& output : outputs)
    if (outputs.size() > 1 && output.loss) names.push_back(output.name + "_loss");
  return names;
}

/// The metrics of compile() by their own names, in Keras's order.
std::vector<std::string> metric_names(const Model& model) {
  std::vector<std::string> names;
  for (auto list : {&OutputTraining::metrics, &OutputTraining::weighted_metrics})
    for (const OutputTraining& output : model.training().outputs)
      for (const AnyMetric& metric : output.*list) names.push_back(metric->name());
  return names;
}

std::string summary(const Model& model, std::optional<int> line_length, bool expand_nested, bool show_trainable) {
  return model.summary_text(
      {.line_length = line_length, .expand_nested = expand_nested, .show_trainable = show_trainable});
}

}  // namespace

void bind_models(py::module_& m) {
  bind_compile_options(m);
  bind_fit_options(m);
  py::class_<Model, Layer, std::shared_ptr<Model>>(m, "Model")
      .def("compile", &Model::compile)
      .def_property_readonly("compiled", &Model::compiled)
      .def("fit", &fit<const Dataset>)
      .def("fit", &fit<BatchSource>)
      .def("evaluate", &evaluate<const Dataset>)
      .def("evaluate", &evaluate<BatchSource>)
      .def("predict", &predict<const Dataset>)
      .def("predict", &predict<BatchSource>)
      .def("train_on_batch",
           [](Model& model, const Dataset& data, const std::map<int, double>& class_weight) {
             return on_batch(model, [&](Model& to_train) {
               const Dataset weighted = with_class_weights(data, class_weight);
               return to_train.train_on_batch(batch_of(to_train, weighted, "train_on_batch"));
             });
           })
      .def("test_on_batch",
           [](Model& model, const Dataset& data) {
             return on_batch(model, [&](Model& to_test) {
               return to_test.test_on_batch(batch_of(to_test, data, "test_on_batch"));
             });
           })
      .def("predict_on_batch",
           [](Model& model, const Dataset& data) {
             const py::gil_scoped_release no_gil;
             const NoGrad no_grad;
             const Batch batch = batch_of(model, data, "predict_on_batch");
             return model.predict_step(batch);
           })
      .def("stop_training", &Model::stop_training, py::arg("stop") = true)
      .def("is_stopping", &Model::is_stopping)
      .def("reset_metrics", &Model::reset_metrics)
      .def("summary", &summary)
      .def_property_readonly("inputs", &Model::inputs)
      .def_property_readonly("outputs", &Model::outputs)
      .def_property_readonly("input_names", &Model::input_names)
      .def_property_readonly("output_names", &Model::output_names)
      .def_property("given_input_names", &Model::given_input_names, &Model::name_inputs)
      .def_property("given_output_names", &Model::given_output_names, &Model::name_outputs)
      .def("compile_config", [](const Model& model) { return compile_to_config(model); })
      .def("compile_from_config",
           [](Model& model, const Config& config) { model.compile(compile_from_config(config)); })
      .def("loss_names", &loss_names)
      .def("has_metrics",
           [](const Model& model) {
             const CompileOptions& options = model.training().options;
             return !options.metrics.empty() || !options.weighted_metrics.empty();
           })
      .def("metric_names", &metric_names)
      .def_property_readonly("optimizer", [](const Model& model) { return model.training().optimizer.pointer(); })
      .def("save", &Model::save, py::call_guard<py::gil_scoped_release>())
      .def("save_weights", &Model::save_weights, py::call_guard<py::gil_scoped_release>())
      .def("load_weights", &Model::load_weights, py::call_guard<py::gil_scoped_release>());
  py::class_<Sequential, Model, std::shared_ptr<Sequential>>(m, "Sequential")
      .def("add", [](Sequential& model, const std::shared_ptr<Layer>& layer) { model.add(layer); })
      .def("pop", &Sequential::pop);
  m.def("sequential", [](std::string name) -> std::shared_ptr<Sequential> {
    return std::make_shared<StepsOf<Sequential>>(LayerOptions{.name = std::move(name)});
  });
  m.def("functional", [](const Tensors& inputs, const Tensors& outputs, std::string name) -> std::shared_ptr<Model> {
    return std::make_shared<StepsOf<Model>>(inputs, outputs, LayerOptions{.name = std::move(name)});
  });
  m.def(
      "load_model", [](const std::string& path, bool compile) { return load_model(path, {.compile = compile}); },
      py::arg("path"), py::arg("compile") = true, py::call_guard<py::gil_scoped_release>());
  m.def("graph_ends", &graph_ends);
  m.def("load_latest_checkpoint", &load_latest_checkpoint, py::call_guard<py::gil_scoped_release>());
}

}  // namespace linnet::python
