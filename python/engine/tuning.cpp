// Hyper-parameter search: the space and the trials are the engine's, the training of a trial is Python's.
#include "bindings.h"
#include "linnet/tuning/display.h"
#include "linnet/tuning/oracle.h"
#include "linnet/tuning/searches.h"
#include "linnet/tuning/space_tour.h"
#include "values.h"

namespace linnet::python {
namespace {

template <class T>
void read(const Config& config, const char* name, std::optional<T>& value) {
  const Value* given = config.find(name);
  if (given == nullptr) return;
  if (given->is_null())
    value.reset();
  else
    value = static_cast<T>(given->as_int());
}
void read(const Config& config, const char* name, int& value) {
  if (const Value* given = config.find(name)) value = static_cast<int>(given->as_int());
}
void read(const Config& config, const char* name, double& value) {
  if (const Value* given = config.find(name)) value = given->as_double();
}
void read(const Config& config, const char* name, bool& value) {
  if (const Value* given = config.find(name)) value = given->as_bool();
}

std::shared_ptr<const SearchAlgorithm> algorithm(const std::string& name, const Config& config) {
  if (name == "GridSearch") return grid_search();
  if (name == "Hyperband") {
    HyperbandOptions options;
    read(config, "max_epochs", options.max_epochs);
    read(config, "factor", options.factor);
    read(config, "hyperband_iterations", options.hyperband_iterations);
    return hyperband(options);
  }
  if (name == "BayesianOptimization") {
    BayesianOptimizationOptions options;
    read(config, "num_initial_points", options.num_initial_points);
    read(config, "alpha", options.alpha);
    read(config, "beta", options.beta);
    return bayesian_optimization(options);
  }
  check(name == "RandomSearch", "[keras_tuner] unknown search \"", name, "\"");
  return random_search();
}

std::unique_ptr<Oracle> make_oracle(const std::string& name, const Config& own, const Config& config,
                                    const HyperParameters* hyperparameters) {
  TunerOptions options;
  options.objective = Objective(config.at("objective").as_string(), config.at("direction").as_string());
  options.directory = config.at("directory").as_string();
  options.project_name = config.at("project_name").as_string();
  read(config, "max_trials", options.max_trials);
  read(config, "seed", options.seed);
  read(config, "max_retries_per_trial", options.max_retries_per_trial);
  read(config, "max_consecutive_failed_trials", options.max_consecutive_failed_trials);
  read(config, "tune_new_entries", options.tune_new_entries);
  read(config, "allow_new_entries", options.allow_new_entries);
  read(config, "overwrite", options.overwrite);
  if (hyperparameters != nullptr) options.hyperparameters = *hyperparameters;
  return std::make_unique<Oracle>(algorithm(name, own), std::move(options));
}

std::vector<Config> space_of(const HyperParameters& hp) {
  std::vector<Config> space;
  for (const HyperParameter& each : hp.space()) space.push_back(object_config(to_string(each.kind), each.config()));
  return space;
}

void bind_hyper_parameters(py::module_& m) {
  py::class_<HyperParameters>(m, "HyperParameters")
      .def(py::init<>())
      .def("copy", [](const HyperParameters& hp) { return hp; })
      .def("declare",
           [](HyperParameters& hp, const std::string& kind, const Config& config) {
             return hp.declare(HyperParameter::from_config(object_config(kind, config)));
           })
      .def("enter_condition", [](HyperParameters& hp, const std::string& name,
                                 const Value& values) { hp.enter_condition(name, values.as_list()); })
      .def("leave_condition", &HyperParameters::leave_condition)
      .def("enter_name", &HyperParameters::enter_name)
      .def("leave_name", &HyperParameters::leave_name)
      .def("get", &HyperParameters::get)
      .def("contains", &HyperParameters::contains)
      .def("is_active", [](const HyperParameters& hp, const std::string& name) { return hp.is_active(name); })
      .def("is_known",
           [](const HyperParameters& hp, const std::string& name) {
             return std::any_of(hp.space().begin(), hp.space().end(),
                                [&](const auto& each) { return each.name == name; });
           })
      .def("set_value", &HyperParameters::set_value)
      .def("set_values", &HyperParameters::set_values)
      .def("merge", [](HyperParameters& hp, const HyperParameters& other) { hp.merge(other.space()); })
      .def("ensure_active_values", &HyperParameters::ensure_active_values)
      .def_property_readonly("values", &HyperParameters::values)
      .def_property_readonly("space", &space_of)
      .def("get_config", &HyperParameters::config)
      .def_static("from_config", &HyperParameters::from_config);
}

void bind_space_tour(py::module_& m) {
  py::class_<detail::SpaceTour>(m, "SpaceTour")
      .def(py::init<HyperParameters&>(), py::keep_alive<1, 2>())
      .def("next", &detail::SpaceTour::next);
}

void bind_trials(py::module_& m) {
  py::class_<Trial>(m, "Trial")
      .def_readonly("trial_id", &Trial::trial_id)
      .def_readonly("number", &Trial::number)
      .def_readwrite("hyperparameters", &Trial::hyperparameters)
      .def_readwrite("metrics", &Trial::metrics)
      .def_readwrite("score", &Trial::score)
      .def_readwrite("best_step", &Trial::best_step)
      .def_readwrite("message", &Trial::message)
      .def_readwrite("seconds", &Trial::seconds)
      .def_readwrite("input_shapes", &Trial::input_shapes)
      .def_property(
          "status", [](const Trial& trial) { return std::string(to_string(trial.status)); },
          [](Trial& trial, const std::string& status) { trial.status = trial_status(status); })
      .def("summary_text", &Trial::summary_text);
  py::class_<Oracle>(m, "Oracle")
      .def(py::init(&make_oracle))
      .def("create_trial", &Oracle::create_trial)
      .def("end_trial", &Oracle::end_trial)
      .def("release", &Oracle::release)
      .def("update_space", &Oracle::update_space)
      .def("get_space", &Oracle::get_space)
      .def("get_trial", &Oracle::get_trial)
      .def("trials", &Oracle::trials)
      .def("get_best_trials", &Oracle::get_best_trials)
      .def("remaining_trials", &Oracle::remaining_trials)
      .def("training_seed", &Oracle::training_seed)
      .def("checkpoint", &Oracle::checkpoint)
      .def_property_readonly("project_dir", &Oracle::project_dir)
      .def("results_summary_text", &detail::results_summary_text);
  py::class_<detail::SearchDisplay>(m, "SearchDisplay")
      .def(py::init<Oracle&, int>(), py::keep_alive<1, 2>())
      .def("trial_begins", &detail::SearchDisplay::trial_begins)
      .def("trial_ended", &detail::SearchDisplay::trial_ended)
      .def("interrupted", &detail::SearchDisplay::interrupted);
}

}  // namespace

void bind_tuning(py::module_& m) {
  bind_hyper_parameters(m);
  bind_space_tour(m);
  bind_trials(m);
  m.def("infer_direction", [](const std::string& name) { return Objective(name).direction(); });
  m.def("search_space_summary_text", &detail::search_space_summary_text);
}

}  // namespace linnet::python
