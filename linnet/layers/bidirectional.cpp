#include "linnet/layers/bidirectional.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "linnet/layers/fields.h"
#include "linnet/layers/registry.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

BaseRNN& as_recurrent(const AnyLayer& layer, const Layer& who) {
  auto* recurrent = layer ? dynamic_cast<BaseRNN*>(&*layer) : nullptr;
  check(recurrent != nullptr, "[Bidirectional \"", who.name(),
        "\"] expected a recurrent layer, such as LSTM(32) or RNN(cell), received ",
        layer ? layer->class_name() : "none");
  return *recurrent;
}

/// A layer with the options of `layer`, weights of its own, and a name that says its direction.
AnyLayer remade(const Layer& layer, const std::string& prefix, bool turns) {
  Config config = layer.config();
  const std::string& name = layer.name();
  config.set("name", name.starts_with(prefix) ? name : prefix + name);
  if (turns) config.set("go_backwards", true);
  return layer_from_config(object_config(layer.class_name(), config));
}

}  // namespace

Bidirectional::Bidirectional(const AnyLayer& layer, const BidirectionalOptions& options)
    : LayerOf("Bidirectional", {.name = options.name, .trainable = options.trainable, .dtype = options.dtype}),
      merge_mode_(options.merge_mode) {
  constexpr std::array modes = {"concat", "sum", "mul", "ave"};
  check(!merge_mode_ || std::find(modes.begin(), modes.end(), *merge_mode_) != modes.end(), "[Bidirectional \"", name(),
        "\"] expected merge_mode \"concat\", \"sum\", \"mul\", \"ave\" or none, received \"", merge_mode_.value_or(""),
        "\"");
  as_recurrent(layer, *this);
  if (options.backward_layer) as_recurrent(options.backward_layer, *this);
  forward_layer_ = remade(*layer, "forward_", false);
  backward_layer_ = options.backward_layer ? options.backward_layer : remade(*layer, "backward_", true);
  check_layers();
  for (const AnyLayer& each : {forward_layer_, backward_layer_}) {
    BaseRNN& recurrent = as_recurrent(each, *this);
    recurrent.set_zero_output_for_mask(recurrent.options().return_sequences);
    state().sublayers.push_back(each);
  }
}

void Bidirectional::check_layers() const {
  const RNNOptions &f = forward().options(), &b = backward().options();
  check(f.go_backwards != b.go_backwards, "[Bidirectional \"", name(),
        "\"] expected layers of opposite directions, received two with go_backwards = ",
        f.go_backwards ? "true" : "false");
  auto same = [&](const char* option, bool of_forward, bool of_backward) {
    check(of_forward == of_backward, "[Bidirectional \"", name(), "\"] expected the same ", option,
          " of both layers, received ", of_forward ? "true" : "false", " and ", of_backward ? "true" : "false");
  };
  same("return_sequences", f.return_sequences, b.return_sequences);
  same("return_state", f.return_state, b.return_state);
  same("stateful", f.stateful, b.stateful);
}

void Bidirectional::build_many(const Shapes& inputs) {
  check(!inputs.empty(), "[Bidirectional \"", name(), "\"] expected an input, received none");
  forward_layer_->build_for({inputs[0]});
  backward_layer_->build_for({inputs[0]});
}

Shapes Bidirectional::compute_output_shapes(const Shapes& inputs) const {
  const Shapes ahead = forward().compute_output_shapes({inputs.at(0)}),
               back = backward().compute_output_shapes({inputs[0]});
  Shapes shapes{ahead[0]};
  if (!merge_mode_) shapes.push_back(back[0]);
  if (merge_mode_ == "concat") shapes[0][-1] += back[0].back();
  shapes.insert(shapes.end(), ahead.begin() + 1, ahead.end());
  shapes.insert(shapes.end(), back.begin() + 1, back.end());
  return shapes;
}

Tensor Bidirectional::merged(const Tensor& y, const Tensor& reverse) const {
  if (merge_mode_ == "concat") return concatenate({y, reverse}, -1);
  if (merge_mode_ == "mul") return y * reverse;
  return merge_mode_ == "ave" ? (y + reverse) / 2.0 : y + reverse;
}

Tensors Bidirectional::call_many(const Tensors& xs, Mode mode) {
  check(xs.size() % 2 == 1, "[Bidirectional \"", name(),
        "\"] expected as many initial states for the backward layer as for the forward one, received ", xs.size() - 1);
  const auto half = static_cast<std::ptrdiff_t>(xs.size() / 2);
  Tensors of_forward{xs[0]}, of_backward{xs[0]};
  std::copy_n(xs.begin() + 1, half, std::back_inserter(of_forward));
  std::copy_n(xs.begin() + 1 + half, half, std::back_inserter(of_backward));
  Tensors ahead = forward_layer_->apply(of_forward, mode), back = backward_layer_->apply(of_backward, mode);
  if (forward().options().return_sequences) back[0] = flip(back[0], 1);

  Tensors outputs = merge_mode_ ? Tensors{merged(ahead[0], back[0])} : Tensors{ahead[0], back[0]};
  outputs.insert(outputs.end(), ahead.begin() + 1, ahead.end());
  outputs.insert(outputs.end(), back.begin() + 1, back.end());
  return outputs;
}

Config Bidirectional::config() const {
  Config config = base_config();
  config.set("merge_mode", merge_mode_ ? Value(*merge_mode_) : Value());
  config.set("layer", layer_to_config(*forward_layer_));
  config.set("backward_layer", layer_to_config(*backward_layer_));
  return config;
}

AnyLayer Bidirectional::from_config(const Config& config) {
  const LayerOptions common = read_layer_options(config, "Bidirectional", {"layer", "merge_mode", "backward_layer"});
  BidirectionalOptions options{.name = common.name, .trainable = common.trainable, .dtype = common.dtype};
  if (const Value* mode = config.find("merge_mode")) from_value(*mode, options.merge_mode);
  if (const Value* backward = config.find("backward_layer"); backward != nullptr && !backward->is_null())
    options.backward_layer = layer_from_config(backward->as_config());
  return Bidirectional(layer_from_config(config.at("layer").as_config()), options);
}

}  // namespace linnet
