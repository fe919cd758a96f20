#include "linnet/optimizers/optimizer.h"

#include "kinds.h"

namespace golden {

namespace {

Variables start_variables(Case& c) {
  const Tensors start = c.tensors("inputs");
  const List& names = c.at("variable_names").as_list();
  Variables variables;
  for (std::size_t i = 0; i < start.size(); ++i) variables.emplace_back(names.at(i).as_string(), start[i]);
  return variables;
}

/// The optimizer's variables but counters and learning rates (and those of an optimizer inside of it).
Variables slots_of(const Optimizer& optimizer) {
  Variables slots;
  for (const Variable& variable : optimizer.variables()) {
    const std::string& name = variable.name();
    const std::string last = name.substr(name.find_last_of('/') + 1);
    if (last != "iteration" && last != "learning_rate" && last != "step_counter") slots.push_back(variable);
  }
  return slots;
}

void compare_slots(Case& c, const Optimizer& optimizer) {
  const Variables variables = slots_of(optimizer);
  const List& slots = c.at("slots").as_list();
  c.expect(variables.size() == slots.size(), concat("slots: ", variables.size(), ", expected ", slots.size()));
  if (variables.size() != slots.size()) return;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const Fields slot(slots[i].as_config(), "a slot");
    c.compare_text("slot name", variables[i].name(), slot.text("name"));
    c.compare("slot " + slot.text("name"), variables[i].value(), c.tensor(slot.at("tensor")));
    slot.done();
  }
}

}  // namespace

void run_optimizer(Case& c) {
  c.ignore({"weights", "training"});
  const auto optimizer = Optimizer::from_config(object_config(c.text("class"), c.at("config").as_config()));
  const Variables variables = start_variables(c);
  const Tensors step_gradients = c.tensors("gradients"), want = c.tensors("outputs");
  c.expect(step_gradients.size() == variables.size() && want.size() == variables.size(),
           "expected gradients and values for each variable");
  optimizer->build(variables);

  const List& rates = c.at("learning_rate_before_step").as_list();
  const std::int64_t steps = want.at(0).shape()[0];
  for (std::int64_t step = 0; step < steps; ++step) {
    const std::string at = " after step " + std::to_string(step);
    c.compare("learning rate before step " + std::to_string(step), optimizer->learning_rate(),
              rates.at(static_cast<std::size_t>(step)).as_double(), {1e-6, 1e-12});
    Gradients gradients;
    for (std::size_t i = 0; i < variables.size(); ++i) gradients.push_back({variables[i], step_gradients[i][step]});
    optimizer->apply(gradients);
    for (std::size_t i = 0; i < variables.size(); ++i)
      c.compare(variables[i].name() + at, variables[i].value(), want[i][step]);
  }
  c.expect(optimizer->iterations() == c.at("iterations").as_int(),
           concat("iterations: ", optimizer->iterations(), ", expected ", c.at("iterations")));
  compare_slots(c, *optimizer);
  if (c.has("final_values")) {
    optimizer->finalize_variable_values(variables);
    const Tensors final_values = c.tensors("final_values");
    for (std::size_t i = 0; i < variables.size(); ++i)
      c.compare("final " + variables[i].name(), variables[i].value(), final_values.at(i));
  }
}

}  // namespace golden
