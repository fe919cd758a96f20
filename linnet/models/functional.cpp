// The structure of models: graphs of layers, and how they run. Their configs: functional_config.cpp.
#include <algorithm>
#include <map>
#include <set>

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

void check_names(const Model& model, const std::vector<std::string>& names, std::size_t count, const char* what) {
  check(count == 0 || names.empty() || names.size() == count, "[Model \"", model.name(), "\"] expected names for ",
        count, " ", what, ", received ", names.size());
  const std::set<std::string> different(names.begin(), names.end());
  check(different.size() == names.size(), "[Model \"", model.name(), "\"] expected a different name for each of the ",
        what);
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
    Step step{node->layer, {}, slot, node->output_shapes.size(), node->arguments};
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
  set_own_paths(*this);
}

void set_own_paths(const Model& model) {
  if (model.class_name() == "Functional")  // as in Keras, the name of a functional model is no part of its paths
    for (const AnyLayer& layer : model.layers()) layer->set_paths("");
  else
    model.handle()->set_paths("");
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
    if (step.sources.size() == 1 && step.output_count == 1 && step.arguments.empty() && !step.arguments.training) {
      slots[step.destination] = (*step.layer)(slots[step.sources[0]], mode);
    } else {
      Tensors sources;
      for (std::size_t slot : step.sources) sources.push_back(slots[slot]);
      Tensors outputs = step.layer->apply(sources, step.arguments, mode);
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
    sources.resize(sources.size() - step.arguments.tensors.size());
    const Shapes outputs = step.layer->compute_output_shapes_with(sources, step.arguments);
    std::copy(outputs.begin(), outputs.end(), slots.begin() + static_cast<std::ptrdiff_t>(step.destination));
  }
  Shapes outputs;
  for (std::size_t slot : graph_->output_slots) outputs.push_back(slots[slot]);
  return outputs;
}

const Tensors& Model::inputs() const { return graph_->inputs; }
const Tensors& Model::outputs() const { return graph_->outputs; }
const std::vector<std::shared_ptr<GraphNode>>& Model::nodes() const { return graph_->nodes; }

// ---- names

const std::vector<std::string>& Model::given_input_names() const { return graph_->input_names; }
const std::vector<std::string>& Model::given_output_names() const { return graph_->output_names; }

std::vector<std::string> Model::input_names() const {
  return graph_->input_names.empty() ? layer_names(inputs()) : graph_->input_names;
}
std::vector<std::string> Model::output_names() const {
  return graph_->output_names.empty() ? layer_names(outputs()) : graph_->output_names;
}

void Model::name_inputs(std::vector<std::string> names) {
  check_names(*this, names, inputs().size(), "inputs");
  graph_->input_names = std::move(names);
}

void Model::name_outputs(std::vector<std::string> names) {
  check_names(*this, names, outputs().size(), "outputs");
  graph_->output_names = std::move(names);
}

Layer& Model::layer(std::string_view wanted) const {
  std::string known;
  for (const AnyLayer& layer : layers()) {
    if (layer->name() == wanted) return *layer;
    known += (known.empty() ? "\"" : ", \"") + layer->name() + '"';
  }
  fail("[Model \"", name(), "\"] expected one of the layers ", known, "; received \"", wanted, "\"");
}

}  // namespace linnet
