// The engine's callbacks from configs, and callbacks that are Python objects.
#include "linnet/models/callbacks.h"

#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include <functional>
#include <map>

#include "bindings.h"
#include "linnet/base/fields.h"
#include "linnet/models/backup_and_restore.h"
#include "linnet/models/model.h"
#include "linnet/models/model_checkpoint.h"
#include "linnet/models/progress_bar.h"
#include "linnet/models/swap_ema_weights.h"
#include "linnet/models/tensorboard.h"
#include "linnet/models/training.h"
#include "logs.h"
#include "python_object.h"
#include "values.h"

namespace linnet {

Value to_value(const SaveFrequency& frequency) {
  return frequency.every_epoch() ? Value("epoch") : Value(frequency.batches());
}
void from_value(const Value& value, SaveFrequency& frequency) {
  if (value.is_string() && value.as_string() == "batch")  // TensorBoard
    frequency = 1;
  else
    frequency = value.is_string() ? SaveFrequency(value.as_string().c_str()) : SaveFrequency(value.as_int());
}

template <class Visitor>
void fields(Visitor& visit, EarlyStoppingOptions& o) {
  visit("monitor", o.monitor);
  visit("min_delta", o.min_delta);
  visit("patience", o.patience);
  visit("verbose", o.verbose);
  visit("mode", o.mode);
  visit("baseline", o.baseline);
  visit("restore_best_weights", o.restore_best_weights);
  visit("start_from_epoch", o.start_from_epoch);
}
template <class Visitor>
void fields(Visitor& visit, ReduceLROnPlateauOptions& o) {
  visit("monitor", o.monitor);
  visit("factor", o.factor);
  visit("patience", o.patience);
  visit("verbose", o.verbose);
  visit("mode", o.mode);
  visit("min_delta", o.min_delta);
  visit("cooldown", o.cooldown);
  visit("min_lr", o.min_lr);
}
template <class Visitor>
void fields(Visitor& visit, ModelCheckpointOptions& o) {
  visit("monitor", o.monitor);
  visit("verbose", o.verbose);
  visit("save_best_only", o.save_best_only);
  visit("save_weights_only", o.save_weights_only);
  visit("mode", o.mode);
  visit("save_freq", o.save_freq);
  visit("initial_value_threshold", o.initial_value_threshold);
  visit("keep_last", o.keep_last);
}
template <class Visitor>
void fields(Visitor& visit, TensorBoardOptions& o) {
  visit("log_dir", o.log_dir);
  visit("histogram_freq", o.histogram_freq);
  visit("write_steps_per_second", o.write_steps_per_second);
  visit("update_freq", o.update_freq);
}
template <class Visitor>
void fields(Visitor& visit, BackupAndRestoreOptions& o) {
  visit("save_freq", o.save_freq);
  visit("delete_checkpoint", o.delete_checkpoint);
}

namespace python {
namespace {

using Shared = std::shared_ptr<Callback>;

template <class Options>
Options options_of(const Config& config, const char* who, const std::vector<std::string_view>& arguments = {}) {
  Options options;
  read_config(config, options, who, arguments);
  return options;
}

std::string text_at(const Config& config, const char* key) { return config.at(key).as_string(); }

Shared csv_logger(const Config& config) {
  const Value *separator = config.find("separator"), *append = config.find("append");
  return std::make_shared<CSVLogger>(text_at(config, "filename"), separator != nullptr ? separator->as_string() : ",",
                                     append != nullptr && append->as_bool());
}

/// Of the engine's callbacks, by their names.
Shared make_callback(const std::string& class_name, const Config& config) {
  using Make = Shared (*)(const Config&);
  static const std::map<std::string, Make, std::less<>> classes = {
      {"EarlyStopping",
       [](const Config& c) -> Shared {
         return std::make_shared<EarlyStopping>(options_of<EarlyStoppingOptions>(c, "EarlyStopping"));
       }},
      {"ReduceLROnPlateau",
       [](const Config& c) -> Shared {
         return std::make_shared<ReduceLROnPlateau>(options_of<ReduceLROnPlateauOptions>(c, "ReduceLROnPlateau"));
       }},
      {"ModelCheckpoint",
       [](const Config& c) -> Shared {
         return std::make_shared<ModelCheckpoint>(
             text_at(c, "filepath"), options_of<ModelCheckpointOptions>(c, "ModelCheckpoint", {"filepath"}));
       }},
      {"BackupAndRestore",
       [](const Config& c) -> Shared {
         return std::make_shared<BackupAndRestore>(
             text_at(c, "backup_dir"), options_of<BackupAndRestoreOptions>(c, "BackupAndRestore", {"backup_dir"}));
       }},
      {"CSVLogger", csv_logger},
      {"SwapEMAWeights",
       [](const Config& c) -> Shared {
         const Value* on_epoch = c.find("swap_on_epoch");
         return std::make_shared<SwapEMAWeights>(on_epoch != nullptr && on_epoch->as_bool());
       }},
      {"TensorBoard",
       [](const Config& c) -> Shared {  // write_graph: there is no graph to write
         return std::make_shared<TensorBoard>(options_of<TensorBoardOptions>(c, "TensorBoard", {"write_graph"}));
       }},
      {"ProgbarLogger", [](const Config&) -> Shared { return std::make_shared<ProgressBarLogger>(); }},
      {"TerminateOnNaN", [](const Config&) -> Shared { return std::make_shared<TerminateOnNaN>(); }},
  };
  const auto it = classes.find(class_name);
  check(it != classes.end(), "[callback] unknown name \"", class_name, "\"");
  return it->second(config);
}

Shared learning_rate_scheduler(const py::object& schedule, int verbose) {
  auto rate_at = [f = PythonObject(schedule)](int epoch, double rate) {
    const py::gil_scoped_acquire gil;
    const py::object chosen = f.get()(epoch, rate);
    if (!py::hasattr(chosen, "__float__"))
      fail<InvalidArgument>("[LearningRateScheduler] expected schedule(epoch, rate) to return a number, received ",
                            py::repr(chosen).cast<std::string>(), " in epoch ", epoch + 1);
    return py::float_(chosen).cast<double>();
  };
  return std::make_shared<LearningRateScheduler>(rate_at, verbose);
}

/// A callback whose hooks are Python functions, by their names; those it does not have cost nothing.
class PythonCallback final : public Callback {
 public:
  /// `is_added`: by fit() itself, not by the user: backups do not count it among the callbacks.
  PythonCallback(const py::dict& hooks, bool needs_logs, bool is_added)
      : hooks_(hooks), needs_logs_(needs_logs), is_added_(is_added) {
    for (auto [name, hook] : hooks) names_[name.cast<std::string>()] = true;
  }

  void on_train_begin() override {
    if (is_added_)
      std::erase_if(model().training().progress.callbacks,
                    [this](const AnyCallback& other) { return &*other == this; });
    set_params();
    call_with_logs("on_train_begin", {});
  }
  void on_train_end(const Logs& logs) override { call_with_logs("on_train_end", logs); }
  void on_epoch_begin(int epoch) override { call_with_logs("on_epoch_begin", {}, epoch); }
  void on_epoch_end(int epoch, Logs& logs) override {
    if (!has("on_epoch_end")) return;
    const py::gil_scoped_acquire gil;
    const py::dict dict = dict_of(logs);
    hook("on_epoch_end")(epoch, dict);
    add_to(logs, dict);  // what it has added
  }
  void on_train_batch_begin(std::int64_t batch) override { call_with_logs("on_train_batch_begin", {}, batch); }
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override {
    call_with_logs("on_train_batch_end", logs, batch);
  }
  void on_test_begin() override {
    set_params();
    call_with_logs("on_test_begin", {});
  }
  void on_test_end(const Logs& logs) override { call_with_logs("on_test_end", logs); }
  void on_test_batch_begin(std::int64_t batch) override { call_with_logs("on_test_batch_begin", {}, batch); }
  void on_test_batch_end(std::int64_t batch, const Logs& logs) override {
    call_with_logs("on_test_batch_end", logs, batch);
  }
  void on_predict_begin() override {
    set_params();
    call_with_logs("on_predict_begin", {});
  }
  void on_predict_end() override { call_with_logs("on_predict_end", {}); }
  void on_predict_batch_begin(std::int64_t batch) override { call_with_logs("on_predict_batch_begin", {}, batch); }
  void on_predict_batch_end(std::int64_t batch, const Tensors& outputs) override {
    call("on_predict_batch_end", batch, outputs);
  }
  bool needs_batch_logs() const override { return needs_logs_; }

  CallbackState state() const override {
    if (!has("get_state")) return {};
    const py::gil_scoped_acquire gil;
    return CallbackState(value_from(hook("get_state")()).as_config());
  }
  void set_state(const CallbackState& state) override {
    check(has("set_state"), "[BackupAndRestore] expected a callback with set_state(state), as it had get_state()");
    const py::gil_scoped_acquire gil;
    hook("set_state")(object_from(state.values));
  }

 private:
  bool has(const char* name) const { return names_.find(name) != names_.end(); }
  py::object hook(const char* name) const { return hooks_.get()[name]; }
  py::dict params() const {
    using py::literals::operator""_a;
    const std::int64_t steps = parameters().steps;
    return py::dict("verbose"_a = parameters().verbose, "epochs"_a = parameters().epochs,
                    "steps"_a = steps < 0 ? py::object(py::none()) : py::int_(steps));
  }
  void set_params() const {
    if (!has("set_params")) return;
    const py::gil_scoped_acquire gil;
    hook("set_params")(params());
  }
  template <class... Arguments>
  void call(const char* name, const Arguments&... arguments) const {
    if (!has(name)) return;
    const py::gil_scoped_acquire gil;
    hook(name)(arguments...);
  }
  template <class... Arguments>
  void call_with_logs(const char* name, const Logs& logs, const Arguments&... arguments) const {
    if (!has(name)) return;
    const py::gil_scoped_acquire gil;
    hook(name)(arguments..., dict_of(logs));
  }

  PythonObject hooks_;
  std::map<std::string, bool, std::less<>> names_;
  bool needs_logs_, is_added_;
};

}  // namespace

namespace {

Logs logs_of(const py::dict& dict) {
  Logs logs;
  add_to(logs, dict);
  return logs;
}

/// The hooks of the engine's callbacks, for training loops of one's own: all take logs, few look at them.
void bind_hooks(py::class_<Callback, Shared>& callback) {
  callback
      .def("attach",
           [](Callback& c, Model& model, int epochs, std::optional<std::int64_t> steps, int verbose) {
             c.attach(model, {.epochs = epochs, .steps = steps.value_or(-1), .verbose = verbose});
           })
      .def("on_train_begin", [](Callback& c, const py::dict&) { c.on_train_begin(); })
      .def("on_train_end", [](Callback& c, const py::dict& logs) { c.on_train_end(logs_of(logs)); })
      .def("on_epoch_begin", [](Callback& c, int epoch, const py::dict&) { c.on_epoch_begin(epoch); })
      .def("on_epoch_end",
           [](Callback& c, int epoch, const py::dict& dict) {
             Logs logs = logs_of(dict);
             c.on_epoch_end(epoch, logs);
             for (auto [name, value] : dict_of(logs)) dict[name] = value;
           })
      .def("on_train_batch_begin", [](Callback& c, int batch, const py::dict&) { c.on_train_batch_begin(batch); })
      .def("on_train_batch_end",
           [](Callback& c, int batch, const py::dict& logs) { c.on_train_batch_end(batch, logs_of(logs)); })
      .def("on_test_begin", [](Callback& c, const py::dict&) { c.on_test_begin(); })
      .def("on_test_end", [](Callback& c, const py::dict& logs) { c.on_test_end(logs_of(logs)); })
      .def("on_test_batch_begin", [](Callback& c, int batch, const py::dict&) { c.on_test_batch_begin(batch); })
      .def("on_test_batch_end",
           [](Callback& c, int batch, const py::dict& logs) { c.on_test_batch_end(batch, logs_of(logs)); })
      .def("on_predict_begin", [](Callback& c, const py::dict&) { c.on_predict_begin(); })
      .def("on_predict_end", [](Callback& c, const py::dict&) { c.on_predict_end(); })
      .def("on_predict_batch_begin", [](Callback& c, int batch, const py::dict&) { c.on_predict_batch_begin(batch); })
      .def("on_predict_batch_end", [](Callback& c, int batch, const py::dict&) { c.on_predict_batch_end(batch, {}); });
}

}  // namespace

void bind_callbacks(py::module_& m) {
  py::class_<Callback, Shared> callback(m, "Callback");
  bind_hooks(callback);
  py::class_<EarlyStopping, Callback, std::shared_ptr<EarlyStopping>>(m, "EarlyStopping")
      .def_property_readonly("stopped_epoch", &EarlyStopping::stopped_epoch)
      .def_property_readonly("best", &EarlyStopping::best)
      .def_property_readonly("best_epoch", &EarlyStopping::best_epoch)
      .def_property_readonly("best_weights",
                             [](const EarlyStopping& early) -> py::object {
                               py::list weights;
                               for (const Tensor& weight : early.best_weights()) weights.append(array_from(weight));
                               return weights.empty() ? py::object(py::none()) : weights;
                             })
      .def_property_readonly("wait", &EarlyStopping::wait);
  py::class_<ReduceLROnPlateau, Callback, std::shared_ptr<ReduceLROnPlateau>>(m, "ReduceLROnPlateau")
      .def_property_readonly("best", &ReduceLROnPlateau::best)
      .def_property_readonly("wait", &ReduceLROnPlateau::wait)
      .def_property_readonly("cooldown_counter", &ReduceLROnPlateau::cooldown_left);
  py::class_<ModelCheckpoint, Callback, std::shared_ptr<ModelCheckpoint>>(m, "ModelCheckpoint")
      .def_property_readonly("best", &ModelCheckpoint::best);
  py::class_<BackupAndRestore, Callback, std::shared_ptr<BackupAndRestore>>(m, "BackupAndRestore")
      .def_property_readonly("resumed", &BackupAndRestore::resumed);
  m.def("make_callback", &make_callback, py::arg("class_name"), py::arg("config"));
  m.def("learning_rate_scheduler", &learning_rate_scheduler, py::arg("schedule"), py::arg("verbose"));
  m.def("python_callback", [](const py::dict& hooks, bool needs_logs, bool is_added) -> Shared {
    return std::make_shared<PythonCallback>(hooks, needs_logs, is_added);
  });
  py::class_<ProgressBar>(m, "ProgressBar")
      .def(py::init([](std::optional<std::int64_t> target, int width, int verbose, double interval,
                       const std::vector<std::string>& stateful_metrics, const std::string& unit_name,
                       const std::function<double()>& now) {
             return ProgressBar({.target = target,
                                 .width = width,
                                 .verbose = verbose,
                                 .stateful_metrics = stateful_metrics,
                                 .interval = interval,
                                 .unit_name = unit_name,
                                 .console = {.print = {}, .now = now}});
           }),
           py::arg("target"), py::arg("width"), py::arg("verbose"), py::arg("interval"), py::arg("stateful_metrics"),
           py::arg("unit_name"), py::arg("now"))
      .def("update", &ProgressBar::update, py::arg("current"), py::arg("values"), py::arg("finalize"))
      .def_property_readonly("seen", &ProgressBar::seen);
}

}  // namespace python
}  // namespace linnet
