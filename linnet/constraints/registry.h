// A constraint of one's own by its class name: how a saved model finds it again.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "linnet/constraints/constraint.h"

#pragma GCC visibility push(default)
namespace linnet {

using ConstraintFactory = std::function<std::shared_ptr<Constraint>(const Config&)>;
/// Makes a constraint known by name: to load_model, which calls the factory with the config() that was saved, and
/// wherever names stand for objects. Throws for a name that the library has; a name of one's own is replaced.
///   register_constraint("Bounded", [](const Config&) { return std::make_shared<NonNeg>(); });
///   Constraint::get("Bounded")->class_name();  // -> "NonNeg"
void register_constraint(const std::string& class_name, ConstraintFactory factory);
/// T has `static T from_config(const Config&)`: register_constraint<Bounded>("Bounded").
template <std::derived_from<Constraint> T>
void register_constraint(const std::string& class_name) {
  register_constraint(class_name, [](const Config& config) { return std::make_shared<T>(T::from_config(config)); });
}

}  // namespace linnet
#pragma GCC visibility pop
