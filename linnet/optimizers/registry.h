// An optimizer of one's own by its class name: how a saved model finds it again.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "linnet/optimizers/optimizer.h"

#pragma GCC visibility push(default)
namespace linnet {

using OptimizerFactory = std::function<std::shared_ptr<Optimizer>(const Config&)>;
/// Makes an optimizer known by name: to load_model, which calls the factory with the config() that was saved, and
/// wherever names stand for objects. Throws for a name that the library has; a name of one's own is replaced.
///   register_optimizer("SignSGD", [](const Config&) { return std::make_shared<Lion>(); });
///   Optimizer::get("SignSGD")->class_name();  // -> "Lion"
void register_optimizer(const std::string& class_name, OptimizerFactory factory);
/// T has `static T from_config(const Config&)`: register_optimizer<SignSGD>("SignSGD").
template <std::derived_from<Optimizer> T>
void register_optimizer(const std::string& class_name) {
  register_optimizer(class_name, [](const Config& config) { return std::make_shared<T>(T::from_config(config)); });
}

}  // namespace linnet
#pragma GCC visibility pop
