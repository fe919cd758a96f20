// The structure of models: graphs of layers, run, written as a Keras config and read back.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "linnet/base/fields.h"
#include "linnet/layers/fields.h"
#include "linnet/layers/input.h"
#include "linnet/layers/registry.h"
#include "linnet/models/graph_plan.h"
#include "linnet/models/sequential.h"
#include "linnet/models/training.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

// Models are layers too: saved models may hold them.
[[maybe_unused]] const bool registered = [] {
  register_layer<Sequential>("Sequential");
  register_layer<Model>("Functional");
  return true;
}();

std::vector<std::string> layer_names(const Tensors& tensors) {
  std::vector<std::string> names;
  for (const Tensor& x : tensors) names.push_back(graph_origin(x).node->layer->name());
  return names;
}

}  // namespace

void Model::Graph::set(const Tensors& new_inputs, const Tensors& new_outputs) {
  nodes = nodes_between(new_inputs, new_outputs);
  inputs = new_inputs;
  outputs = new_outputs;
  steps.clear();
  std::map<const GraphNode*, std::size_t> first_slot;
  slot_count = 0;
  for (const auto& node : nodes) {
    first_slot[node.get()] = slot_count;
    slot_count += node->output_shapes.size();
  }
  auto slot_of = [&](const Tensor& x) {
    const GraphOrigin& origin = graph_origin(x);
    return first_slot.at(origin.node.get()) + static_cast<std::size_t>(origin.index);
  };
  input_slots.clear();
  output_slots.clear();
  for (const Tensor& x : inputs) input_slots.push_back(slot_of(x));
  for (const Tensor& y : outputs) output_slots.push_back(slot_of(y));
  for (const auto& node : nodes) {
    const std::size_t slot = first_slot[node.get()];
    if (std::find(input_slots.begin(), input_slots.end(), slot) != input_slots.end()) continue;
    Step step{node->layer, {}, slot, node->output_shapes.size()};
    for (const Tensor& x : node->inputs) step.sources.push_back(slot_of(x));
    steps.push_back(std::move(step));
  }
  find_spent_slots();
  keeps_integers.clear();
  for (std::size_t slot : input_slots) keeps_integers.push_back(converts_integers(slot));
}

/// Activations are dropped after their last use, so that inference holds few at a time.
void Model::Graph::find_spent_slots() {
  std::vector<bool> read_later(slot_count, false);
  for (std::size_t slot : output_slots) read_later[slot] = true;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step)
    for (std::size_t slot : step->sources) {
      if (!read_later[slot]) step->spent.push_back(slot);
      read_later[slot] = true;
    }
}

bool Model::Graph::converts_integers(std::size_t slot) const {
  if (std::find(output_slots.begin(), output_slots.end(), slot) != output_slots.end()) return false;
  return std::all_of(steps.begin(), steps.end(), [&](const Step& step) {
    if (std::find(step.sources.begin(), step.sources.end(), slot) == step.sources.end()) return true;
    const IntegerInput input = step.layer->integer_input();
    return input == IntegerInput::converts || (input == IntegerInput::passes_on && converts_integers(step.destination));
  });
}

Tensor Model::Graph::prepared(const Layer& model, std::size_t i, const Tensor& x) const {
  const Tensor& expected = inputs[i];
  const Shape& wanted = expected.shape();
  Tensor y = x;
  if (x.rank() == wanted.rank() + 1 && x.shape().back() == 1) y = squeeze(x, -1);
  if (x.rank() == wanted.rank() - 1 && wanted.back() == 1) y = expand_dims(x, -1);
  bool fits = y.rank() == wanted.rank();
  for (int axis = 1; fits && axis < wanted.rank(); ++axis) fits = wanted[axis] < 0 || y.shape()[axis] == wanted[axis];
  if (!fits)
    fail("[", model.class_name(), " \"", model.name(), "\"] expected inputs of shape ", wanted, " for its input \"",
         graph_origin(expected).node->layer->name(), "\", received shape ", x.shape());
  const bool converts = y.dtype() != expected.dtype() && (is_floating(y.dtype()) || !keeps_integers[i]);
  if (converts) y = y.to(expected.dtype());
  const Tensor mask = x.mask();
  return mask.defined() && !y.mask().defined() ? y.with_mask(mask) : y;
}

Model::Model(std::string class_name, const LayerOptions& options)
    : LayerOf(std::move(class_name), options),
      graph_(std::make_shared<Graph>()),
      training_(std::make_shared<Training>()) {}

Model::Model(const Tensors& inputs, const Tensors& outputs, const LayerOptions& options)
    : Model("Functional", options) {
  check(!inputs.empty() && !outputs.empty(), "[Model \"", name(), "\"] expected inputs and outputs, received ",
        inputs.size(), " and ", outputs.size());
  for (const Tensor& x : inputs)
    check(graph_origin(x).node->inputs.empty(), "[Model \"", name(),
          "\"] expected inputs made by Input(), received the output of \"", graph_origin(x).node->layer->name(), "\"");
  set_graph(inputs, outputs);
  for (const auto& node : nodes()) {
    auto same = [&](const AnyLayer& layer) { return layer->identity() == node->layer->identity(); };
    if (std::any_of(layers().begin(), layers().end(), same)) continue;
    for (const AnyLayer& layer : layers())
      check(layer->name() != node->layer->name(), "[Model \"", name(),
            "\"] expected layers with different names, received two named \"", layer->name(), "\"");
    state().sublayers.push_back(node->layer);
  }
  for (const AnyLayer& layer : layers()) layer->set_paths("");
}

void Model::set_graph(const Tensors& inputs, const Tensors& outputs) {
  graph_->set(inputs, outputs);
  state().input_shapes.clear();
  state().output_shapes.clear();
  for (const Tensor& x : inputs) state().input_shapes.push_back(x.shape());
  for (const Tensor& y : outputs) state().output_shapes.push_back(y.shape());
  state().built = true;
}

void Model::build_many(const Shapes&) {}

Tensor Model::prepared_input(const Tensor& x) const {
  return graph_->inputs.empty() ? x : graph_->prepared(*this, 0, x);
}

IntegerInput Model::integer_input() const {
  return graph_->inputs.empty() ? IntegerInput::computes : IntegerInput::converts;
}

Tensors Model::call_many(const Tensors& xs, Mode mode) {
  if (graph_->inputs.empty()) return Layer::call_many(xs, mode);  // subclassed: call()
  check(xs.size() == graph_->inputs.size(), "[Model \"", name(), "\"] expected ", graph_->inputs.size(),
        " inputs, received ", xs.size());
  Tensors slots(graph_->slot_count);
  for (std::size_t i = 0; i < xs.size(); ++i) slots[graph_->input_slots[i]] = graph_->prepared(*this, i, xs[i]);
  for (const Graph::Step& step : graph_->steps) {
    if (step.sources.size() == 1 && step.output_count == 1) {
      slots[step.destination] = (*step.layer)(slots[step.sources[0]], mode);
    } else {
      Tensors sources;
      for (std::size_t slot : step.sources) sources.push_back(slots[slot]);
      Tensors outputs = step.layer->apply(sources, mode);
      std::move(outputs.begin(), outputs.end(), slots.begin() + static_cast<std::ptrdiff_t>(step.destination));
    }
    for (std::size_t slot : step.spent) slots[slot] = Tensor();
  }
  Tensors outputs;
  for (std::size_t slot : graph_->output_slots) outputs.push_back(slots[slot]);
  return outputs;
}

Tensor Model::call(const Tensor& x, Mode mode) {
  if (graph_->inputs.empty()) return Layer::call(x, mode);
  return call_many({x}, mode)[0];
}

/// The shapes of all tensors, from those of the inputs.
Shapes Model::compute_output_shapes(const Shapes& inputs) const {
  if (graph_->inputs.empty()) return Layer::compute_output_shapes(inputs);
  Shapes slots(graph_->slot_count);
  for (std::size_t i = 0; i < inputs.size() && i < graph_->input_slots.size(); ++i)
    slots[graph_->input_slots[i]] = inputs[i];
  for (const Graph::Step& step : graph_->steps) {
    Shapes sources;
    for (std::size_t slot : step.sources) sources.push_back(slots[slot]);
    const Shapes outputs = step.layer->compute_output_shapes(sources);
    std::copy(outputs.begin(), outputs.end(), slots.begin() + static_cast<std::ptrdiff_t>(step.destination));
  }
  Shapes outputs;
  for (std::size_t slot : graph_->output_slots) outputs.push_back(slots[slot]);
  return outputs;
}

const Tensors& Model::inputs() const { return graph_->inputs; }
const Tensors& Model::outputs() const { return graph_->outputs; }
const std::vector<std::shared_ptr<GraphNode>>& Model::nodes() const { return graph_->nodes; }
std::vector<std::string> Model::input_names() const { return layer_names(inputs()); }
std::vector<std::string> Model::output_names() const { return layer_names(outputs()); }

Layer& Model::layer(std::string_view wanted) const {
  std::string known;
  for (const AnyLayer& layer : layers()) {
    if (layer->name() == wanted) return *layer;
    known += (known.empty() ? "\"" : ", \"") + layer->name() + '"';
  }
  fail("[Model \"", name(), "\"] expected one of the layers ", known, "; received \"", wanted, "\"");
}

// ---- configs, in Keras's layout

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
    List tensors;
    for (const Tensor& x : node->inputs) tensors.push_back(tensor_to_value(x, indices));
    const List arguments = tensors.size() == 1 ? tensors : List{tensors};
    calls[indices.at(node.get())] = Config{{"args", arguments}, {"kwargs", Config()}};
  }
  List list;
  for (const auto& entry : calls) list.push_back(entry.second);
  return list;
}

Value histories(const Tensors& tensors, const CallIndices& indices) {
  List list;
  for (const Tensor& x : tensors) {
    List history = history_of(x, indices);
    history[1] = history[1].as_int() + first_call_index(*graph_origin(x).node->layer);
    list.push_back(std::move(history));
  }
  return list.size() == 1 ? list[0] : Value(list);
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
          {"input_layers", histories(inputs(), indices)},
          {"output_layers", histories(outputs(), indices)}};
}

namespace {

/// Rebuilds a graph from Keras's config: calls that wait for their inputs are tried again until all are done.
class GraphReader {
 public:
  explicit GraphReader(const Config& config) : config_(config) {
    for (const Value& object : config.at("layers").as_list()) add_layer(object.as_config());
    while (!waiting_.empty()) {
      const std::size_t before = waiting_.size();
      std::erase_if(waiting_, [this](const Call& call) { return try_call(call); });
      check(waiting_.size() < before, "[load] the graph of the model is not complete: \"", waiting_[0].layer->name(),
            "\" never gets its inputs");
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
    AnyLayer layer;
    List sources;  // keras_history of each input
    std::int64_t index = 0;
  };
  using Key = std::tuple<std::string, std::int64_t, std::int64_t>;

  static Key key_of(const List& history) {
    check(history.size() >= 3, "[load] expected [layer, call, output] as keras_history, received ", Value(history));
    return {history[0].as_string(), history[1].as_int(), history[2].as_int()};
  }

  void add_layer(const Config& object) {
    // Keras writes how masks are computed as operations of their own; here masks ride along with the tensors.
    const Value* module = object.find("module");
    if (module != nullptr && module->is_string() && module->as_string().starts_with("keras.src.ops")) return;
    const AnyLayer layer = layer_from_config(object);
    if (first_call_index(*layer) == 1) functional_.insert(layer->name());
    if (const auto* input = dynamic_cast<const InputLayer*>(&*layer)) {
      known_[{layer->name(), 0, 0}] = symbolic_input(*input);
      return;
    }
    std::int64_t index = 0;
    for (const Value& node : object.at("inbound_nodes").as_list()) {
      Call call{layer, {}, index++};
      collect(node.as_config().at("args"), call.sources);
      check_arguments(*layer, node.as_config());
      waiting_.push_back(std::move(call));
    }
  }

  static void collect(const Value& value, List& sources) {
    if (value.is_list()) {
      for (const Value& item : value.as_list()) collect(item, sources);
    } else if (value.is_config()) {
      sources.push_back(value.as_config().at("config").as_config().at("keras_history"));
    }
  }

  /// Keyword arguments of calls are not supported yet, except those that say what happens anyhow.
  static void check_arguments(const Layer& layer, const Config& node) {
    const Value* arguments = node.find("kwargs");
    if (arguments == nullptr) return;
    for (const auto& [key, value] : arguments->as_config().entries()) {
      const bool says_nothing = value.is_null() || (value.is_bool() && !value.as_bool()) || key == "mask";
      check(says_nothing, "[load] the layer \"", layer.name(), "\" does not support the call argument \"", key,
            "\" = ", value);
    }
  }

  bool try_call(const Call& call) {
    Tensors inputs;
    for (const Value& history : call.sources) {
      const auto it = known_.find(key_of(history.as_list()));
      if (it == known_.end()) return false;
      inputs.push_back(it->second);
    }
    const Tensors outputs = call.layer->apply(inputs);
    for (std::size_t i = 0; i < outputs.size(); ++i)
      known_[{call.layer->name(), call.index, static_cast<std::int64_t>(i)}] = outputs[i];
    return true;
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
  std::vector<Call> waiting_;
};

}  // namespace

AnyLayer Model::from_config(const Config& config) {
  LayerOptions options;
  read_layer_options(config, options);
  const GraphReader graph(config);
  return Model(graph.tensors("input_layers"), graph.tensors("output_layers"), options);
}

}  // namespace linnet
