// A loss of one's own by its class name: how a saved model finds it again.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "linnet/losses/loss.h"

#pragma GCC visibility push(default)
namespace linnet {

using LossFactory = std::function<std::shared_ptr<Loss>(const Config&)>;
/// Makes a loss known by name: to load_model, which calls the factory with the config() that was saved, and wherever
/// names stand for objects. Throws for a name that the library has; a name of one's own is replaced.
///   register_loss("Quantile", [](const Config&) { return std::make_shared<MeanAbsoluteError>(); });
///   Loss::get("Quantile")->class_name();  // -> "MeanAbsoluteError"
void register_loss(const std::string& class_name, LossFactory factory);
/// T has `static T from_config(const Config&)`: register_loss<Quantile>("Quantile").
template <std::derived_from<Loss> T>
void register_loss(const std::string& class_name) {
  register_loss(class_name, [](const Config& config) { return std::make_shared<T>(T::from_config(config)); });
}

}  // namespace linnet
#pragma GCC visibility pop
