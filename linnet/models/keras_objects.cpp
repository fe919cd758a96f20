#include "linnet/models/keras_objects.h"

#include <array>
#include <string_view>

#include "linnet/base/fields.h"
#include "linnet/base/warning.h"
#include "linnet/layers/fields.h"
#include "linnet/layers/list_argument.h"
#include "linnet/layers/multi_head_attention.h"
#include "linnet/layers/registry.h"
#include "linnet/models/compile_config.h"
#include "linnet/models/keras_operation.h"

namespace linnet {
namespace {

/// Where Keras has the classes of the objects that an option holds; of layers otherwise.
std::string_view module_of(std::string_view option, std::string_view class_name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> by_option{{
      {"initializer", "keras.initializers"},
      {"regularizer", "keras.regularizers"},
      {"constraint", "keras.constraints"},
      {"optimizer", "keras.optimizers"},
      {"learning_rate", "keras.optimizers.schedules"},
      {"loss", "keras.losses"},
      {"metrics", "keras.metrics"},
      {"activation", "keras.layers"},
      {"dtype", "keras"},
  }};
  for (const auto& [ending, module] : by_option)
    if (option.ends_with(ending)) return module;
  if (class_name == "Sequential") return "keras";
  return class_name == "Functional" ? "keras.src.models.functional" : "keras.layers";
}

/// The layer inside `outer` of that name, if there is one.
const Layer* layer_inside(const Layer* outer, const Config& config) {
  const Value* wanted = config.find("name");
  if (outer == nullptr || wanted == nullptr || !wanted->is_string()) return nullptr;
  for (const AnyLayer& layer : outer->sublayers())
    if (layer->name() == wanted->as_string()) return &*layer;
  return nullptr;
}

/// What Keras calls the arguments of build(), where a layer has several.
Value build_config(const Layer& layer) {
  if (layer.class_name() == "Functional") return Config{{"input_shape", nullptr}};
  const Shapes& shapes = layer.input_shapes();
  if (dynamic_cast<const BaseMultiHeadAttention*>(&layer) != nullptr) {
    constexpr std::array names{"query_shape", "value_shape", "key_shape"};
    Config by_name;
    for (std::size_t i = 0; i < shapes.size() && i < names.size(); ++i) by_name.set(names[i], to_value(shapes[i]));
    return Config{{"shapes_dict", by_name}};
  }
  const bool has_states = dynamic_cast<const ListArgument*>(&layer) != nullptr;  // beside the input
  return Config{{"input_shape", shapes.size() == 1 || has_states ? to_value(shapes[0]) : to_value(shapes)}};
}

Value written(const Value& value, std::string_view option, const Layer* outer);

/// `config` of the class `class_name`; `layer`: the layer it is of, if it is one.
Config written_config(const Config& config, std::string_view class_name, const Layer* layer) {
  Config result;
  for (const auto& [option, value] : config.entries()) {
    if (option == "exclude_from_weight_decay") {  // Keras keeps in no file what that method was called with
      if (!value.is_null())
        warn("[save] Keras's files do not keep exclude_from_weight_decay: call it again before training goes on");
      continue;
    }
    const bool is_policy = option == "dtype" && layer != nullptr && value.is_string() && class_name != "InputLayer";
    result.set(option, is_policy ? written(object_config("DTypePolicy", {{"name", value}}), option, nullptr)
                                 : written(value, option, layer));
  }
  return result;
}

Config written_object(const Config& object, std::string_view option, const Layer* layer) {
  const std::string& class_name = object.at("class_name").as_string();
  if (class_name == "Operation") return write_keras_operation(object);
  Config result{{"module", module_of(option, class_name)},
                {"class_name", class_name},
                {"config", written_config(object.at("config").as_config(), class_name, layer)},
                {"registered_name", class_name}};
  for (const auto& [key, value] : object.entries())
    if (!result.contains(key)) result.set(key, value);  // of a layer in a graph: name, inbound_nodes
  if (layer != nullptr && !layer->input_shapes().empty() && class_name != "InputLayer")
    result.set("build_config", build_config(*layer));
  return result;
}

Value written(const Value& value, std::string_view option, const Layer* outer) {
  if (value.is_list()) {
    List list;
    for (const Value& each : value.as_list()) list.push_back(written(each, option, outer));
    return list;
  }
  if (!value.is_config()) return value;
  const Config& config = value.as_config();
  const Value* kind = config.find("class_name");
  const Value* inner = config.find("config");
  if (kind != nullptr && inner != nullptr && inner->is_config() && !kind->as_string().starts_with("__"))
    return written_object(config, option, layer_inside(outer, inner->as_config()));
  Config by_name;
  for (const auto& [name, each] : config.entries()) by_name.set(name, written(each, option, outer));
  return by_name;
}

}  // namespace

Config keras_object(const Layer& layer) { return written_object(layer_to_config(layer), "", &layer); }

Config keras_compile_config(const Model& model) { return written_config(compile_to_config(model), "", nullptr); }

}  // namespace linnet
