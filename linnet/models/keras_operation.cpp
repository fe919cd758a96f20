#include "linnet/models/keras_operation.h"

#include <string>
#include <utility>

#include "linnet/base/check.h"
#include "linnet/layers/names.h"

namespace linnet {
namespace {

Config listed(const char* kind, List elements) { return {{kind, std::move(elements)}}; }

/// Keras's serialized arguments as those of Operation; tensors of the graph become inputs.
class ArgumentReader {
 public:
  explicit ArgumentReader(List& sources) : sources_(sources) {}

  Value read(const Value& value) {
    if (value.is_list()) return listed("list", read_all(value.as_list()));
    if (!value.is_config()) return value;
    const Value* class_name = value.as_config().find("class_name");
    if (class_name == nullptr || !class_name->is_string()) return value;
    return read_object(class_name->as_string(), value.as_config());
  }

  List read_all(const List& values) {
    List all;
    for (const Value& value : values) all.push_back(read(value));
    return all;
  }

 private:
  Value read_object(const std::string& class_name, const Config& object) {
    if (class_name == "__tuple__") return listed("tuple", read_all(object.at("items").as_list()));
    if (class_name == "__ellipsis__") return Config{{"ellipsis", true}};
    const Config& config = object.at("config").as_config();
    if (class_name == "__keras_tensor__") {
      sources_.push_back(config.at("keras_history"));
      return Config{{"input", static_cast<std::int64_t>(sources_.size()) - 1}};
    }
    if (class_name == "__slice__") return listed("slice", {config.at("start"), config.at("stop"), config.at("step")});
    if (class_name == "__tensor__" || class_name == "__numpy__") return array(config);
    fail("[load] expected an argument that Linnet can read, received ", Value(object));
  }

  /// Nested lists, as the numbers in order and the shape.
  static Value array(const Config& config) {
    List numbers, shape;
    for (const Value* part = &config.at("value"); part->is_list() && !part->as_list().empty();
         part = &part->as_list()[0])
      shape.emplace_back(static_cast<std::int64_t>(part->as_list().size()));
    flatten(config.at("value"), numbers);
    return Config{{"array", numbers}, {"dtype", config.at("dtype")}, {"shape", shape}};
  }

  static void flatten(const Value& value, List& numbers) {
    if (!value.is_list()) return numbers.push_back(value);
    for (const Value& part : value.as_list()) flatten(part, numbers);
  }

  List& sources_;
};

/// Keras's files have lists for tuples, which matters in x[0, 1].
Value as_tuple(const Value& value) {
  const Value* list = value.is_config() ? value.as_config().find("list") : nullptr;
  return list == nullptr ? value : Value(listed("tuple", list->as_list()));
}

}  // namespace

bool is_keras_operation(const Config& object) {
  const Value* module = object.find("module");
  return module != nullptr && module->is_string() && module->as_string().starts_with("keras.src.ops");
}

KerasOperationCall read_keras_operation(const Config& object, const Config& node) {
  KerasOperationCall call;
  ArgumentReader reader(call.sources);
  List arguments = reader.read_all(node.at("args").as_list());
  Config options;
  if (const Value* keywords = node.find("kwargs"))
    for (const auto& [name, value] : keywords->as_config().entries()) options.set(name, reader.read(value));
  for (const auto& [name, value] : object.at("config").as_config().entries()) {
    if (name == "subscripts")
      arguments.insert(arguments.begin(), value);  // of einsum, before the operands
    else if (name != "name")
      options.set(name, reader.read(value));
  }
  const std::string function = to_snake_case(object.at("class_name").as_string());
  if (function == "get_item" && arguments.size() > 1) arguments[1] = as_tuple(arguments[1]);
  call.config = {{"function", function},
                 {"arguments", listed("tuple", std::move(arguments))},
                 {"options", Config{{"dict", std::move(options)}}}};
  return call;
}

}  // namespace linnet
