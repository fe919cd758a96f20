// A regularizer of one's own by its class name: how a saved model finds it again.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "linnet/regularizers/regularizer.h"

#pragma GCC visibility push(default)
namespace linnet {

using RegularizerFactory = std::function<std::shared_ptr<Regularizer>(const Config&)>;
/// Makes a regularizer known by name: to load_model, which calls the factory with the config() that was saved, and
/// wherever names stand for objects. Throws for a name that the library has; a name of one's own is replaced.
///   register_regularizer("Smooth", [](const Config&) { return std::make_shared<L2>(1e-5); });
///   Regularizer::get("Smooth")->class_name();  // -> "L2"
void register_regularizer(const std::string& class_name, RegularizerFactory factory);
/// T has `static T from_config(const Config&)`: register_regularizer<Smooth>("Smooth").
template <std::derived_from<Regularizer> T>
void register_regularizer(const std::string& class_name) {
  register_regularizer(class_name, [](const Config& config) { return std::make_shared<T>(T::from_config(config)); });
}

}  // namespace linnet
#pragma GCC visibility pop
