// An initializer of one's own by its class name: how a saved model finds it again.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "linnet/initializers/initializer.h"

#pragma GCC visibility push(default)
namespace linnet {

using InitializerFactory = std::function<std::shared_ptr<Initializer>(const Config&)>;
/// Makes an initializer known by name: to load_model, which calls the factory with the config() that was saved, and
/// wherever names stand for objects. Throws for a name that the library has; a name of one's own is replaced.
///   register_initializer("Fixed", [](const Config&) { return std::make_shared<Constant>(3); });
///   Initializer::get("Fixed")->class_name();  // -> "Constant"
void register_initializer(const std::string& class_name, InitializerFactory factory);
/// T has `static T from_config(const Config&)`: register_initializer<Fixed>("Fixed").
template <std::derived_from<Initializer> T>
void register_initializer(const std::string& class_name) {
  register_initializer(class_name, [](const Config& config) { return std::make_shared<T>(T::from_config(config)); });
}

}  // namespace linnet
#pragma GCC visibility pop
