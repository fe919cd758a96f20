// Functional models as configs, in Keras's layout, and back.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "linnet/base/fields.h"
#include "linnet/layers/fields.h"
#include "linnet/layers/input.h"
#include "linnet/layers/list_argument.h"
#include "linnet/layers/multi_head_attention.h"
#include "linnet/layers/registry.h"
#include "linnet/models/graph_plan.h"
#include "linnet/models/keras_operation.h"

namespace linnet {
namespace {

/// Positions of a model's nodes among the calls of their layers that belong to the model: Keras counts these only.
using CallIndices = std::map<const GraphNode*, std::int64_t>;

CallIndices call_indices(const Model& model) {
  std::map<const void*, std::vector<const GraphNode*>> calls;
  for (const auto& node : model.nodes()) calls[node->layer->identity()].push_back(node.get());
  CallIndices indices;
  for (auto& [layer, nodes] : calls) {
    std::sort(nodes.begin(), nodes.end(), [](const GraphNode* a, const GraphNode* b) { return a->index < b->index; });
    for (std::size_t i = 0; i < nodes.size(); ++i) indices[nodes[i]] = static_cast<std::int64_t>(i);
  }
  return indices;
}

List history_of(const Tensor& x, const CallIndices& indices) {
  const GraphOrigin& origin = graph_origin(x);
  return {origin.node->layer->name(), indices.at(origin.node.get()), origin.index};
}

/// Where a model names its inputs and outputs, but not inside, Keras counts the calls of a nested functional model
/// from 1.
std::int64_t first_call_index(const Layer& layer) { return layer.class_name() == "Functional" ? 1 : 0; }

Value tensor_to_value(const Tensor& x, const CallIndices& indices) {
  return Config{
      {"class_name", "__keras_tensor__"},
      {"config",
       Config{{"shape", to_value(x.shape())}, {"dtype", name(x.dtype())}, {"keras_history", history_of(x, indices)}}}};
}

List inbound_nodes(const Model& model, const Layer& layer, const CallIndices& indices) {
  std::map<std::int64_t, Value> calls;
  for (const auto& node : model.nodes()) {
    if (node->layer->name() != layer.name() || node->inputs.empty()) continue;
    const std::vector<std::string>& named = node->arguments.tensors;
    const std::size_t unnamed = node->inputs.size() - named.size();
    List tensors;
    for (std::size_t i = 0; i < unnamed; ++i) tensors.push_back(tensor_to_value(node->inputs[i], indices));
    Config keywords = node->arguments.values;
    if (node->arguments.training) keywords.set("training", *node->arguments.training);
    if (const auto* list = dynamic_cast<const ListArgument*>(&layer); list != nullptr && tensors.size() > 1) {
      keywords.set(std::string(list->list_argument()), List(tensors.begin() + 1, tensors.end()));
      tensors.resize(1);
    }
    for (std::size_t i = 0; i < named.size(); ++i)
      keywords.set(named[i], tensor_to_value(node->inputs[unnamed + i], indices));
    const bool has_several = tensors.size() > 1 && dynamic_cast<const BaseMultiHeadAttention*>(&layer) == nullptr;
    const List arguments = has_several ? List{tensors} : tensors;  // call(list), or call(query, value, key)
    calls[indices.at(node.get())] = Config{{"args", arguments}, {"kwargs", keywords}};
  }
  List list;
  for (const auto& entry : calls) list.push_back(entry.second);
  return list;
}

/// With the names that were given, if they were.
Value histories(const Tensors& tensors, const std::vector<std::string>& names, const CallIndices& indices) {
  List list;
  for (const Tensor& x : tensors) {
    List history = history_of(x, indices);
    history[1] = history[1].as_int() + first_call_index(*graph_origin(x).node->layer);
    list.push_back(std::move(history));
  }
  if (names.empty()) return list.size() == 1 ? list[0] : Value(list);
  Config by_name;
  for (std::size_t i = 0; i < names.size(); ++i) by_name.set(names[i], list[i]);
  return by_name;
}

std::vector<std::string> names_in(const Value& structure) {
  std::vector<std::string> names;
  if (structure.is_config())
    for (const auto& entry : structure.as_config().entries()) names.push_back(entry.first);
  return names;
}

}  // namespace

Config Model::config() const {
  check(!graph_->inputs.empty(), "[", class_name(), " \"", name(),
        "\"] expected config() to be overridden: a subclassed model is saved by its class and what its constructor "
        "needs");
  const CallIndices indices = call_indices(*this);
  List layer_configs;
  for (const AnyLayer& layer : layers()) {
    Config object = layer_to_config(*layer);
    object.set("name", layer->name());
    object.set("inbound_nodes", inbound_nodes(*this, *layer, indices));
    layer_configs.push_back(object);
  }
  return {{"name", name()},
          {"trainable", trainable()},
          {"layers", layer_configs},
          {"input_layers", histories(inputs(), given_input_names(), indices)},
          {"output_layers", histories(outputs(), given_output_names(), indices)}};
}

namespace {

/// Rebuilds a graph from Keras's config: calls that wait for their inputs are tried again until all are done.
class GraphReader {
 public:
  explicit GraphReader(const Config& config) : config_(config) {
    for (const Value& object : config.at("layers").as_list())
      if (is_keras_operation(object.as_config())) operations_.insert(object.as_config().at("name").as_string());
    for (const Value& object : config.at("layers").as_list())
      is_keras_operation(object.as_config()) ? add_operation(object.as_config()) : add_layer(object.as_config());
    leave_out_operations();
    while (!waiting_.empty()) {
      const std::size_t before = waiting_.size();
      std::erase_if(waiting_, [this](const Call& call) { return try_call(call); });
      if (waiting_.size() == before)
        fail("[load] the graph of the model is not complete: \"", waiting_[0].name,
             "\" never gets its inputs");  // not check(): it would look at waiting_[0] even when empty
    }
  }

  Tensors tensors(const char* key) const {
    const Value& structure = config_.at(key);
    if (structure.is_config()) {  // named tensors: Keras takes them in the order of their names
      std::map<std::string, Tensor> by_name;
      for (const auto& [name, history] : structure.as_config().entries()) by_name[name] = tensor(history.as_list());
      Tensors all;
      for (const auto& entry : by_name) all.push_back(entry.second);
      return all;
    }
    const List& list = structure.as_list();
    if (!list.empty() && list[0].is_string()) return {tensor(list)};
    Tensors all;
    for (const Value& history : list) all.push_back(tensor(history.as_list()));
    return all;
  }

 private:
  struct Call {
    std::string name;
    std::int64_t index = 0;
    std::optional<AnyLayer> layer = {};  // none: an operation, which needs the dtypes of its inputs
    List sources = {};                   // keras_history of each input
    CallArguments arguments = {};
    Config operation = {};
  };
  using Key = std::tuple<std::string, std::int64_t, std::int64_t>;

  static Key key_of(const List& history) {
    check(history.size() >= 3, "[load] expected [layer, call, output] as keras_history, received ", Value(history));
    return {history[0].as_string(), history[1].as_int(), history[2].as_int()};
  }

  void add_layer(const Config& object) {
    const AnyLayer layer = layer_from_config(object);
    if (first_call_index(*layer) == 1) functional_.insert(layer->name());
    if (const auto* input = dynamic_cast<const InputLayer*>(&*layer)) {
      known_[{layer->name(), 0, 0}] = symbolic_input(*input);
      return;
    }
    std::int64_t index = 0;
    for (const Value& node : object.at("inbound_nodes").as_list()) {
      Call call{layer->name(), index++, layer};
      collect(node.as_config().at("args"), call.sources);
      if (const Value* keywords = node.as_config().find("kwargs")) read_keywords(keywords->as_config(), call);
      waiting_.push_back(std::move(call));
    }
  }

  void add_operation(const Config& object) {
    const std::string& name = object.at("name").as_string();
    std::int64_t index = 0;
    for (const Value& node : object.at("inbound_nodes").as_list()) {
      KerasOperationCall read = read_keras_operation(object, node.as_config());
      waiting_.push_back({name, index++, {}, std::move(read.sources), {}, std::move(read.config)});
    }
  }

  /// Keras writes how masks are computed as operations as well; here masks ride along with the tensors. So those remain
  /// that something else needs.
  void leave_out_operations() {
    std::set<Key> needed;
    for (const Value& history : histories_in(config_.at("output_layers"))) needed.insert(key_of(history.as_list()));
    const auto is_needed = [&](const Call& call) {
      const auto next = needed.lower_bound({call.name, call.index, 0});
      return next != needed.end() && std::get<0>(*next) == call.name && std::get<1>(*next) == call.index;
    };
    for (std::size_t before = 0; before != needed.size();) {
      before = needed.size();
      for (const Call& call : waiting_)
        if (call.layer || is_needed(call))
          for (const Value& history : call.sources) needed.insert(key_of(history.as_list()));
    }
    std::erase_if(waiting_, [&](const Call& call) { return !call.layer && !is_needed(call); });
  }

  /// Of one output, a list or named ones.
  static List histories_in(const Value& structure) {
    if (structure.is_list() && !structure.as_list().empty() && structure.as_list()[0].is_string()) return {structure};
    if (structure.is_list()) return structure.as_list();
    List all;
    for (const auto& entry : structure.as_config().entries()) all.push_back(entry.second);
    return all;
  }

  static bool is_tensor(const Value& value) {
    const Value* class_name = value.is_config() ? value.as_config().find("class_name") : nullptr;
    return class_name != nullptr && *class_name == Value("__keras_tensor__");
  }

  /// Inputs may have been given by name; then come flags, and tensors that are call arguments. What says nothing is
  /// left out, and so are masks that Keras has computed.
  void read_keywords(const Config& keywords, Call& call) const {
    const std::vector<std::string_view> inputs = {"inputs", "query", "value", "key"};
    for (std::string_view name : inputs)
      if (const Value* value = keywords.find(name); value != nullptr && is_tensor(*value))
        collect(*value, call.sources);
    const auto* list = dynamic_cast<const ListArgument*>(&**call.layer);
    for (const auto& [name, value] : keywords.entries()) {
      if (name == "training") {
        if (value.is_bool()) call.arguments.training = value.as_bool();
        continue;
      }
      if (list != nullptr && name == list->list_argument()) {
        collect(value, call.sources);
        continue;
      }
      const bool says_nothing = value.is_null() || (value.is_bool() && !value.as_bool());
      if (says_nothing || std::find(inputs.begin(), inputs.end(), name) != inputs.end()) continue;
      if (!is_tensor(value)) {
        call.arguments.values.set(name, value);
        continue;
      }
      const Value& history = value.as_config().at("config").as_config().at("keras_history");
      const bool computed = operations_.contains(history.as_list().at(0).as_string());
      if (computed && name.ends_with("mask") && name != "attention_mask") continue;
      call.sources.push_back(history);
      call.arguments.tensors.push_back(name);
    }
  }

  static void collect(const Value& value, List& sources) {
    if (value.is_list()) {
      for (const Value& item : value.as_list()) collect(item, sources);
    } else if (value.is_config()) {
      sources.push_back(value.as_config().at("config").as_config().at("keras_history"));
    }
  }

  bool try_call(const Call& call) {
    Tensors inputs;
    for (const Value& history : call.sources) {
      const auto it = known_.find(key_of(history.as_list()));
      if (it == known_.end()) return false;
      inputs.push_back(it->second);
    }
    const AnyLayer layer = call.layer ? *call.layer : operation_layer(call, inputs);
    const Tensors outputs = layer->apply(inputs, call.arguments);
    for (std::size_t i = 0; i < outputs.size(); ++i)
      known_[{call.name, call.index, static_cast<std::int64_t>(i)}] = outputs[i];
    return true;
  }

  /// Each call is a layer of its own, as its arguments are its config.
  static AnyLayer operation_layer(const Call& call, const Tensors& inputs) {
    List dtypes;
    for (const Tensor& x : inputs) dtypes.emplace_back(name(x.dtype()));
    Config config = call.operation;
    config.set("name", call.index == 0 ? call.name : concat(call.name, "_call_", call.index));
    config.set("input_dtypes", dtypes);
    return layer_from_config(object_config("Operation", config));
  }

  const Tensor& tensor(const List& history) const {
    Key key = key_of(history);
    if (functional_.contains(std::get<0>(key))) std::get<1>(key) -= 1;  // see first_call_index
    const auto it = known_.find(key);
    check(it != known_.end(), "[load] the model names the tensor ", Value(history), ", which its graph does not have");
    return it->second;
  }

  const Config& config_;
  std::map<Key, Tensor> known_;
  std::set<std::string> functional_;  // layers that are functional models themselves
  std::set<std::string> operations_;  // Keras's
  std::vector<Call> waiting_;
};

}  // namespace

AnyLayer Model::from_config(const Config& config) {
  LayerOptions options;
  read_layer_options(config, options);
  const GraphReader graph(config);
  Model model(graph.tensors("input_layers"), graph.tensors("output_layers"), options);
  model.name_inputs(names_in(config.at("input_layers")));
  model.name_outputs(names_in(config.at("output_layers")));
  return model;
}

}  // namespace linnet
