#include "expectation.h"
#include "gradients.h"
#include "kinds.h"
#include "linnet/layers/list_argument.h"
#include "linnet/layers/registry.h"
#include "linnet/layers/stateful.h"
#include "network.h"

namespace golden {

namespace {

AnyLayer layer_of(const Case& c) {
  const Config object = object_config(c.text("class"), c.at("config").as_config());
  const std::string class_name = c.text("class");
  if (class_name == "Sequential" || class_name == "Functional") return AnyLayer(model_from_config(object));
  return layer_from_config(object);
}

/// "arguments": a mask rides on its input in Linnet, weights of integers are an input; what Keras takes as a list of
/// further tensors are inputs, and other tensors are inputs with a name.
CallArguments take_arguments(const Case& c, const Layer& layer, Tensors& inputs) {
  CallArguments arguments;
  if (!c.has("arguments")) return arguments;
  const auto* takes_list = dynamic_cast<const ListArgument*>(&layer);
  for (const auto& [name, value] : c.at("arguments").as_config().entries()) {
    const List list = value.is_list() ? value.as_list() : List{value};
    if (takes_list != nullptr && name == takes_list->list_argument()) {
      for (const Value& each : list) inputs.push_back(c.tensor(each.as_config().at("tensor")));
    } else if (name == "count_weights") {
      inputs.push_back(c.tensor(value.as_config().at("tensor")));
    } else if (name == "mask") {
      for (std::size_t i = 0; i < list.size() && i < inputs.size(); ++i)
        if (!list[i].is_null()) inputs[i] = inputs[i].with_mask(c.tensor(list[i].as_config().at("tensor")));
    } else if (value.is_config() && value.as_config().contains("tensor")) {
      inputs.push_back(c.tensor(value.as_config().at("tensor")));
      arguments.tensors.push_back(name);
    } else if (value.is_bool() || value.is_number()) {
      arguments.values.set(name, value);
    } else {
      throw Unsupported("the call argument \"" + name + "\" of " + c.text("class", "the model"));
    }
  }
  return arguments;
}

Shapes shapes_of(const Tensors& tensors) {
  Shapes shapes;
  for (const Tensor& tensor : tensors) shapes.push_back(tensor.shape());
  return shapes;
}

void compare_losses(Case& c, const Layer& layer) {
  const Tensors losses = layer.losses();
  const List& want = c.at("losses").as_list();
  c.expect(losses.size() == want.size(), concat(losses.size(), " losses, expected ", want.size()));
  for (std::size_t i = 0; i < std::min(losses.size(), want.size()); ++i)
    c.compare("loss " + std::to_string(i), losses[i].item(), want[i].as_double(), c.tolerance());
}

void compare_weight_gradients(Case& c, const Layer& layer) {
  if (!c.has("weight_gradients")) return;
  const Variables weights = layer.weights();
  const Tensors want = c.tensors("weight_gradients");
  c.expect(want.size() == weights.size(), "as many weight gradients as weights expected");
  for (std::size_t i = 0; i < std::min(want.size(), weights.size()); ++i)
    compare_gradient(c, "gradient of " + weights[i].name(), weights[i].value(), want[i]);
}

/// One call of a layer or model that has been built: outputs, mask, losses, changed weights, gradients.
void run_call(Case& c, Layer& layer) {
  Tensors leaves = c.tensors("inputs");
  want_gradients(leaves);
  Tensors inputs = leaves;
  const CallArguments arguments = take_arguments(c, layer, inputs);
  const Tensors outputs = layer.apply(inputs, arguments, c.flag("training") ? Mode::train : Mode::inference);
  c.compare("output", outputs, c.tensors("outputs"));
  if (c.has("output_mask")) c.compare("output mask", outputs.at(0).mask(), c.tensor(c.at("output_mask")));
  if (c.has("losses")) compare_losses(c, layer);
  if (c.has("weights_after")) compare_weights(c, layer, c.at("weights_after"), "after the call: ");
  compare_gradients(c, outputs, leaves);
  compare_weight_gradients(c, layer);
}

/// A stateful layer goes on where the first call has ended, and starts anew after a reset.
void run_second_call(Case& c, Layer& layer) {
  if (!c.has("second_call")) return;
  const Fields second(c.at("second_call").as_config(), "the second call");
  const Tensors inputs = c.listed(second.at("inputs"));
  c.compare("output of the second call", layer.apply(inputs), c.listed(second.at("outputs")));
  reset_states(layer);
  c.compare("output after the reset", layer.apply(inputs), c.listed(second.at("outputs_after_reset")));
  second.done();
}

}  // namespace

void run_layer(Case& c) {
  const std::string call = c.text("call", "args");
  if (call != "args" && call != "list") throw Unsupported("the way of calling \"" + call + "\"");
  const AnyLayer layer = layer_of(c);
  layer->build_for(shapes_of(c.tensors("inputs")));
  if (c.has("adapt")) {
    adapt(*layer, c.tensor(c.at("adapt")));
    compare_weights(c, *layer, c.at("weights"), "after adapt: ");
  } else {
    load_weights(c, *layer);
  }
  run_call(c, *layer);
  run_second_call(c, *layer);
  if (c.has("training_expectation")) compare_expectation(c, *layer);
}

void run_model(Case& c) {
  c.ignore({"class", "config"});
  const std::shared_ptr<Model> model = model_of(c);
  model->build_for(shapes_of(c.tensors("inputs")));
  load_weights(c, *model);
  run_call(c, *model);
}

}  // namespace golden
