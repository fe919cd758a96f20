#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include "linnet/base/check.h"
#include "linnet/layers/operation_functions.h"
#include "linnet/models/keras_operation.h"

namespace linnet {
namespace {

constexpr std::string_view of_activations = "activations.";

/// The module of keras.src.ops that has the class of a function; empty where none says the same.
std::string_view module_with(std::string_view function) {
  constexpr std::array<std::string_view, 3> with_other_arguments{"full_like", "ones_like", "zeros_like"};
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> elsewhere{{{"softmax", "nn"},
                                                                                     {"log_softmax", "nn"},
                                                                                     {"one_hot", "nn"},
                                                                                     {"erf", "math"},
                                                                                     {"rsqrt", "math"},
                                                                                     {"logsumexp", "math"},
                                                                                     {"cast", "core"},
                                                                                     {"stop_gradient", "core"},
                                                                                     {"unstack", "core"},
                                                                                     {"norm", "linalg"}}};
  constexpr std::array<std::string_view, 10> activations{"relu", "relu6",       "sigmoid",      "softplus",  "softsign",
                                                         "silu", "log_sigmoid", "hard_sigmoid", "hard_silu", "selu"};
  const auto is_it = [&](std::string_view name) { return name == function; };
  if (std::any_of(with_other_arguments.begin(), with_other_arguments.end(), is_it)) return "";
  for (const auto& [name, module] : elsewhere)
    if (name == function) return module;
  if (std::any_of(activations.begin(), activations.end(), is_it)) return "nn";
  return operation_functions().contains(function) ? "numpy" : "";
}

/// "log_softmax" -> "LogSoftmax".
std::string class_of(std::string_view function) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> same{
      {{"abs", "absolute"}, {"amax", "max"}, {"amin", "min"}}};
  for (const auto& [name, other] : same)
    if (name == function) function = other;
  std::string result;
  bool begins = true;
  for (const char letter : function) {
    if (letter != '_') result += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(letter))) : letter;
    begins = letter == '_';
  }
  return result;
}

/// What the class is called with; its constructor has the others.
bool is_call_argument(std::string_view parameter) {
  constexpr std::array<std::string_view, 10> names{
      "x", "x1", "x2", "xs", "condition", "key", "indices", "variable", "constant_values", "*"};
  return std::find(names.begin(), names.end(), parameter) != names.end();
}

/// "x, axis" -> {"x", "axis"}.
std::vector<std::string> names_of(std::string_view parameters) {
  std::vector<std::string> names;
  for (std::size_t start = 0; start < parameters.size();) {
    const std::size_t end = std::min(parameters.find(", ", start), parameters.size());
    names.emplace_back(parameters.substr(start, end - start));
    start = end + 2;
  }
  return names;
}

/// Arguments of Operation as Keras has them; inputs become `tensors`.
class ArgumentWriter {
 public:
  explicit ArgumentWriter(const List& tensors) : tensors_(tensors) {}

  Value write(const Value& value) const {
    if (!value.is_config()) return value;
    const auto& [kind, content] = value.as_config().entries().at(0);
    if (kind == "input") return tensors_.at(static_cast<std::size_t>(content.as_int()));
    if (kind == "tuple" || kind == "list") return write_all(content.as_list());
    if (kind == "ellipsis") return object_config("__ellipsis__", {});
    if (kind == "float") return content;  // "inf", as Python's json reads it
    if (kind == "array") return array(value.as_config());
    const List& slice = content.as_list();
    return object_config("__slice__", {{"start", slice.at(0)}, {"stop", slice.at(1)}, {"step", slice.at(2)}});
  }

  List write_all(const List& values) const {
    List all;
    for (const Value& value : values) all.push_back(write(value));
    return all;
  }

 private:
  /// Numbers in order and their shape, as nested lists.
  static Value array(const Config& config) {
    List numbers = config.at("array").as_list();
    const List& shape = config.at("shape").as_list();
    for (std::size_t axis = shape.size(); axis-- > 1;) {
      const auto size = static_cast<std::ptrdiff_t>(shape[axis].as_int());
      List rows;
      for (auto row = numbers.begin(); size > 0 && row != numbers.end(); row += size)
        rows.emplace_back(List(row, row + size));
      numbers = std::move(rows);
    }
    const Value value = shape.empty() ? numbers.at(0) : Value(numbers);
    return object_config("__numpy__", {{"value", value}, {"dtype", config.at("dtype")}});
  }

  const List& tensors_;
};

/// The tensors of a call in their order, from its "args".
void collect_tensors(const Value& value, List& tensors) {
  if (!value.is_list()) return tensors.push_back(value);
  for (const Value& each : value.as_list()) collect_tensors(each, tensors);
}

/// One operation of a graph: what its class is constructed with, and what it is called with.
class OperationWriter {
 public:
  OperationWriter(const Config& config, std::vector<std::string> parameters)
      : arguments_(config.at("arguments").as_config().at("tuple").as_list()),
        options_(config.at("options").as_config().at("dict").as_config()),
        parameters_(std::move(parameters)) {}

  /// `node`: one of the inbound_nodes of Operation. The same for Keras.
  Config write_node(const Config& node) {
    List tensors, called_with;
    collect_tensors(node.at("args"), tensors);
    const ArgumentWriter writer(tensors);
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      const std::string& parameter = parameters_[std::min(i, parameters_.size() - 1)];  // "*": the rest
      if (is_call_argument(parameter))
        called_with.push_back(writer.write(arguments_[i]));
      else
        constructor_.set(parameter, writer.write(arguments_[i]));
    }
    Config keywords;
    for (const auto& [name, value] : options_.entries())
      (is_call_argument(name) ? keywords : constructor_).set(name, writer.write(value));
    return {{"args", called_with}, {"kwargs", keywords}};
  }

  /// Without a name, which not all of these constructors take: the node has it.
  const Config& constructor() const { return constructor_; }
  bool has_options() const { return !options_.empty(); }

 private:
  const List& arguments_;
  const Config& options_;
  std::vector<std::string> parameters_;
  Config constructor_;
};

}  // namespace

Config write_keras_operation(const Config& object) {
  const Config& config = object.at("config").as_config();
  std::string function = config.at("function").as_string();
  if (function.starts_with(of_activations)) function.erase(0, of_activations.size());
  const auto found = operation_functions().find(function);
  const bool is_activation = found == operation_functions().end();
  OperationWriter writer(config, names_of(is_activation ? "x" : found->second.parameters));
  const std::string_view module = module_with(function);
  if (module.empty() || (is_activation && writer.has_options()))
    fail("[save] expected operations that Keras's files hold, received keras.ops.", function,
         " in the graph; save the model as .safetensors");
  List nodes;
  for (const Value& node : object.at("inbound_nodes").as_list())
    nodes.emplace_back(writer.write_node(node.as_config()));
  const std::string class_name = class_of(function);
  return {{"module", concat("keras.src.ops.", module)},
          {"class_name", class_name},
          {"config", writer.constructor()},
          {"registered_name", class_name},
          {"name", config.at("name")},
          {"inbound_nodes", nodes}};
}

}  // namespace linnet
