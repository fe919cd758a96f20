#include "linnet/optimizers/optimizers.h"

#include <algorithm>

#include "bindings.h"
#include "linnet/optimizers/fields.h"
#include "linnet/optimizers/registry.h"
#include "linnet/optimizers/schedule_registry.h"
#include "objects.h"

namespace linnet::python {
namespace {

class PythonSchedule final : public Written<LearningRateSchedule> {
 public:
  using Written::Written;
  double operator()(std::int64_t step) const override {
    const py::gil_scoped_acquire gil;
    return py::float_(object_.get()(step)).cast<double>();
  }
};

/// An optimizer whose build(variables) and update_step(gradient, variable, learning_rate) are written in Python, and
/// perhaps apply(gradients, variables).
class PythonOptimizer final : public Written<Optimizer> {
 public:
  using Written::Written;
  void apply(const Gradients& gradients) override {
    const py::gil_scoped_acquire gil;
    if (!object_.get().attr("_has_own_apply").cast<bool>()) return Optimizer::apply(gradients);
    py::list values, weights;
    for (const Gradient& each : gradients) {
      values.append(each.value.defined() ? py::cast(each.value) : py::none());
      weights.append(each.variable);
    }
    object_.get().attr("apply")(values, weights);
  }
  void apply_here(const Gradients& gradients) { Optimizer::apply(gradients); }
  void build(const Variables& trainable) override {
    if (built()) return;
    const py::gil_scoped_acquire gil;
    object_.get().attr("build")(trainable);
    check(built(), "[", name(), "] expected build() to call super().build(variables)");
  }
  void build_slots(const Variables& trainable) {
    weights_ = trainable;
    Optimizer::build(trainable);
  }
  void add_variable(const Variable& variable) { own_.push_back(variable); }
  std::size_t index_of(const Variable& weight) const {
    const auto found = std::find(weights_.begin(), weights_.end(), weight);
    check(found != weights_.end(), "[", name(), "] expected a weight it was built for, received \"", weight.path(),
          "\"");
    return static_cast<std::size_t>(found - weights_.begin());
  }
  /// The options that all optimizers have, as they are now.
  Config common_config() const { return with_learning_rate(write_config(options_)); }
  void set_options(const OptimizerOptions& options) { options_ = options; }

 protected:
  Variables extra_variables() const override { return own_; }
  void update(std::span<Step> steps, double learning_rate, std::int64_t) override {
    const py::gil_scoped_acquire gil;
    const py::object update_step = object_.get().attr("update_step");
    for (const Step& step : steps) update_step(step.gradient, step.weight, learning_rate);
  }

 private:
  Variables weights_, own_;
  OptimizerOptions options_;
};

std::shared_ptr<Optimizer> python_optimizer(const py::object& object, const Config& config) {
  OptimizerOptions options;
  read_config(config, options, options.name);
  auto optimizer = std::make_shared<PythonOptimizer>(object, options);
  optimizer->set_options(options);
  return optimizer;
}

/// What Python's own apply() calls: apply() itself, if it is written there, would call that again.
void apply(Optimizer& self, const AnyTensors& values, const Variables& weights) {
  check(values.size() == weights.size(), "[", self.name(), "] expected a gradient for each variable, received ",
        values.size(), " and ", weights.size());
  Gradients gradients;
  for (std::size_t i = 0; i < weights.size(); ++i) gradients.push_back({weights[i], values[i].value});
  if (auto* python = dynamic_cast<PythonOptimizer*>(&self)) return python->apply_here(gradients);
  self.apply(gradients);
}

PythonOptimizer& written(Optimizer& optimizer) {
  auto* python = dynamic_cast<PythonOptimizer*>(&optimizer);
  check(python != nullptr, "[", optimizer.name(), "] expected an optimizer written in Python");
  return *python;
}

/// An optimizer written in Python is held by its Python object and by the engine's, each by the other. Python's
/// collector sees through this circle as long as nothing else, such as a model, holds the engine's object.
int traverse_optimizer(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  auto* instance = reinterpret_cast<py::detail::instance*>(self);
  if (!instance->get_value_and_holder().holder_constructed()) return 0;
  const auto optimizer = py::handle(self).cast<std::shared_ptr<Optimizer>>();
  const auto* python = dynamic_cast<const WrittenInPython*>(optimizer.get());
  if (python != nullptr && optimizer.use_count() == 2 && python->object().is_held_once())
    Py_VISIT(python->object().get().ptr());
  return 0;
}

void add_collector(PyHeapTypeObject* type) {
  type->ht_type.tp_flags |= Py_TPFLAGS_HAVE_GC;
  type->ht_type.tp_traverse = traverse_optimizer;
}

void bind_written(py::module_& m) {
  m.def("python_schedule", [](const py::object& object) -> std::shared_ptr<LearningRateSchedule> {
    return std::make_shared<PythonSchedule>(object);
  });
  m.def("register_schedule", [](const std::string& class_name, const py::object& from_config) {
    register_schedule(class_name, factory_of<LearningRateSchedule>(from_config));
  });
  m.def("python_optimizer", &python_optimizer, py::arg("object"), py::arg("config"));
  m.def("register_optimizer", [](const std::string& class_name, const py::object& from_config) {
    register_optimizer(class_name, factory_of<Optimizer>(from_config));
  });
  m.def("build_slots", [](Optimizer& optimizer, const Variables& weights) { written(optimizer).build_slots(weights); });
  m.def("add_optimizer_variable",
        [](Optimizer& optimizer, const Variable& variable) { written(optimizer).add_variable(variable); });
  m.def("optimizer_index",
        [](Optimizer& optimizer, const Variable& weight) { return written(optimizer).index_of(weight); });
  m.def("common_config", [](Optimizer& optimizer) { return written(optimizer).common_config(); });
}

}  // namespace

void bind_optimizers(py::module_& m) {
  register_schedule(Named<LearningRateSchedule>::class_name, &Named<LearningRateSchedule>::take);
  register_optimizer(Named<Optimizer>::class_name, &Named<Optimizer>::take);
  bind_class<LearningRateSchedule>(m, "LearningRateSchedule")
      .def(
          "__call__", [](const LearningRateSchedule& self, std::int64_t step) { return self(step); }, py::arg("step"));
  bind_class<Optimizer>(m, "Optimizer", py::custom_type_setup(add_collector))
      .def_property_readonly("name", &Optimizer::name)
      .def_property("learning_rate", &Optimizer::learning_rate, &Optimizer::set_learning_rate)
      .def_property_readonly("iterations", &Optimizer::iterations)
      .def_property_readonly("variables", &Optimizer::variables)
      .def_property_readonly("built", &Optimizer::built)
      .def("build", &Optimizer::build, py::arg("variables"))
      .def("finalize_variable_values", &Optimizer::finalize_variable_values, py::arg("variables"))
      .def("exclude_from_weight_decay", &Optimizer::exclude_from_weight_decay, py::arg("patterns"))
      .def("scale_loss", [](const Optimizer& self, const AnyTensor& loss) { return self.scale_loss(loss.value); })
      .def("swap_to_train",
           [](Optimizer& self) {
             if (auto* free = dynamic_cast<ScheduleFreeAdamW*>(&self)) free->swap_to_train();
           })
      .def("swap_to_eval",
           [](Optimizer& self) {
             if (auto* free = dynamic_cast<ScheduleFreeAdamW*>(&self)) free->swap_to_eval();
           })
      .def(
          "set_schedule",
          [](Optimizer& self, const std::shared_ptr<LearningRateSchedule>& schedule) { self.set_schedule(schedule); },
          py::arg("schedule"))
      .def_property_readonly("has_schedule", &Optimizer::has_schedule)
      .def_property_readonly("inner_optimizer",
                             [](const Optimizer& self) {
                               return dynamic_cast<const LossScaleOptimizer&>(self).inner_optimizer().pointer();
                             })
      .def(
          "update_weight",
          [](Optimizer& self, const Variable& weight, const AnyTensor& gradient, double rate, std::int64_t iteration) {
            self.update_weight(weight, gradient.value, rate, iteration);
          },
          py::arg("variable"), py::arg("gradient"), py::arg("learning_rate"), py::arg("iteration"))
      .def("apply", &apply, py::arg("gradients"), py::arg("variables"));
  bind_written(m);
}

}  // namespace linnet::python
