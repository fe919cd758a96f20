// Layers by class name: how saved models and Keras's configs become layers again. A closed list: unknown names are
// errors.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

using LayerFactory = std::function<AnyLayer(const Config&)>;
/// Registers a user's layer, before loading a model that has one. T has `static T from_config(const Config&)`.
///   register_layer("Twice", [](const Config&) -> AnyLayer { return Rescaling(2); });
///   layer_from_config({{"class_name", "Twice"}, {"config", Config()}})->class_name();  // -> "Rescaling"
void register_layer(std::string class_name, LayerFactory factory);
template <class T>
void register_layer(std::string class_name) {
  register_layer(std::move(class_name), [](const Config& config) -> AnyLayer { return T::from_config(config); });
}

/// A layer from {"class_name", "config"} (Keras's serialized form; other entries are ignored). Throws
/// `[load] unknown layer class "Foo"; …register_layer`.
AnyLayer layer_from_config(const Config& object);
/// {"class_name", "config"}.
Config layer_to_config(const Layer& layer);
bool is_registered(std::string_view class_name);
std::vector<std::string> registered_layers();

}  // namespace linnet
#pragma GCC visibility pop
