#include "linnet/models/sequential.h"

#include <algorithm>

#include "linnet/base/fields.h"
#include "linnet/layers/circles.h"
#include "linnet/layers/fields.h"
#include "linnet/layers/input.h"
#include "linnet/layers/registry.h"
#include "linnet/models/graph_plan.h"

namespace linnet {

Sequential::Sequential(const LayerOptions& options) : LayerOf("Sequential", options) {}

Sequential::Sequential(std::initializer_list<AnyLayer> layers, const LayerOptions& options)
    : Sequential(std::vector<AnyLayer>(layers), options) {}

Sequential::Sequential(const std::vector<AnyLayer>& layers, const LayerOptions& options) : Sequential(options) {
  for (const AnyLayer& layer : layers) add(layer);
}

void Sequential::add(const AnyLayer& layer) {
  check(static_cast<bool>(layer), "[Sequential \"", name(), "\"] expected a layer, received none");
  check(!holds(*layer, *this), "[Sequential \"", name(), "\"] expected another layer, received ",
        layer->identity() == identity() ? "itself" : "one that holds it");
  for (const AnyLayer& other : layers())
    check(other->name() != layer->name() || other->identity() == layer->identity(), "[Sequential \"", name(),
          "\"] expected layers with different names, received \"", layer->name(),
          "\" for two; give one a name of its own: {.name = \"…\"}");
  if (const auto* input = dynamic_cast<const InputLayer*>(&*layer)) {
    check(layers().empty() && inputs().empty(), "[Sequential \"", name(),
          "\"] expected an InputLayer in the first place only");
    const Tensor x = symbolic_input(*input);
    set_graph({x}, {x});
    return;
  }
  if (outputs().empty()) {  // the input shape is not known yet
    state().sublayers.push_back(layer);
    return;
  }
  const Tensor y = (*layer)(outputs()[0]);  // throws before anything is changed
  state().sublayers.push_back(layer);
  set_graph(inputs(), {y});
  set_paths("");
}

void Sequential::pop() {
  check(!layers().empty(), "[Sequential \"", name(), "\"] has no layer to take away");
  state().sublayers.pop_back();
  if (inputs().empty()) return;
  Tensor y = inputs()[0];
  for (const AnyLayer& layer : layers()) y = (*layer)(y);
  set_graph(inputs(), {y});
}

void Sequential::build_many(const Shapes& inputs_shapes) {
  if (!outputs().empty()) return;
  check(inputs_shapes.size() == 1, "[Sequential \"", name(), "\"] expected one input, received ", inputs_shapes.size());
  Shape shape = inputs_shapes[0];
  check(shape.rank() >= 1, "[Sequential \"", name(), "\"] expected an input with a batch axis, received ", shape);
  shape[0] = -1;
  const Tensor x = symbolic_input(InputLayer({.batch_shape = shape}));
  Tensor y = x;
  for (const AnyLayer& layer : layers()) y = (*layer)(y);
  set_graph({x}, {y});
}

Tensor Sequential::call(const Tensor& x, Mode mode) {
  Tensor y = prepared_input(x);
  for (const AnyLayer& layer : layers()) y = (*layer)(y, mode);
  return y;
}

Tensors Sequential::call_many(const Tensors& xs, Mode mode) {
  check(xs.size() == 1, "[Sequential \"", name(), "\"] expected one input, received ", xs.size());
  return {call(xs[0], mode)};
}

Config Sequential::config() const {
  Config config = base_config();
  List list;
  if (!inputs().empty()) list.push_back(layer_to_config(*graph_origin(inputs()[0]).node->layer));
  for (const AnyLayer& layer : layers()) list.push_back(layer_to_config(*layer));
  config.set("layers", list);
  if (!inputs().empty()) config.set("build_input_shape", to_value(inputs()[0].shape()));
  return config;
}

AnyLayer Sequential::from_config(const Config& config) {
  LayerOptions options;
  read_layer_options(config, options);
  Sequential model(options);
  for (const Value& object : config.at("layers").as_list()) model.add(layer_from_config(object.as_config()));
  const Value* shape = config.find("build_input_shape");
  if (shape != nullptr && shape->is_list() && !model.built() && !model.layers().empty()) {
    Shape input;
    from_value(*shape, input);
    model.build_for({input});
  }
  return model;
}

}  // namespace linnet
