#include "linnet/layers/activation_layers.h"

#include "linnet/layers/fields.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, ReLUOptions& o) {
  visit("max_value", o.max_value);
  visit("negative_slope", o.negative_slope);
  visit("threshold", o.threshold);
}
template <class Visitor>
void fields(Visitor& visit, LeakyReLUOptions& o) {
  visit("negative_slope", o.negative_slope);
}
template <class Visitor>
void fields(Visitor& visit, PReLUOptions& o) {
  visit("alpha_initializer", o.alpha_initializer);
  visit("alpha_regularizer", o.alpha_regularizer);
  visit("alpha_constraint", o.alpha_constraint);
  visit("shared_axes", o.shared_axes);
}
template <class Visitor>
void fields(Visitor& visit, ELUOptions& o) {
  visit("alpha", o.alpha);
}

Activation::Activation(ActivationFunction activation, LayerOptions options)
    : LayerOf("Activation", options), activation_(std::move(activation)) {
  state().built = true;
}

Config Activation::config() const {
  Config config = base_config();
  config.set("activation", activation_.config());
  return config;
}

AnyLayer Activation::from_config(const Config& config) {
  return Activation(ActivationFunction::get(config.at("activation")),
                    read_layer_options(config, "Activation", {"activation"}));
}

ReLU::ReLU(ReLUOptions options)
    : LayerOf("ReLU", layer_options(options)),
      options_(std::move(options)),
      function_(ActivationFunction::get("relu", write_config(options_))) {
  check(options_.max_value.value_or(0) >= 0, "[ReLU] expected max_value >= 0, received ",
        options_.max_value.value_or(0));
  check(options_.negative_slope >= 0, "[ReLU] expected negative_slope >= 0, received ", options_.negative_slope);
  check(options_.threshold >= 0, "[ReLU] expected threshold >= 0, received ", options_.threshold);
  state().built = true;
}
Tensor ReLU::call(const Tensor& x, Mode) { return function_(x); }
Config ReLU::config() const { return with_fields(base_config(), options_); }
AnyLayer ReLU::from_config(const Config& config) { return ReLU(read_options<ReLUOptions>(config, "ReLU")); }

LeakyReLU::LeakyReLU(LeakyReLUOptions options)
    : LayerOf("LeakyReLU", layer_options(options)), options_(std::move(options)) {
  state().built = true;
}
Tensor LeakyReLU::call(const Tensor& x, Mode) { return leaky_relu(x, options_.negative_slope); }
Config LeakyReLU::config() const { return with_fields(base_config(), options_); }
AnyLayer LeakyReLU::from_config(const Config& config) {
  Config renamed = config;
  if (const Value* alpha = config.find("alpha")) {  // Keras 2's name
    renamed.set("negative_slope", *alpha);
    renamed.erase("alpha");
  }
  return LeakyReLU(read_options<LeakyReLUOptions>(renamed, "LeakyReLU"));
}

PReLU::PReLU(PReLUOptions options) : LayerOf("PReLU", layer_options(options)), options_(std::move(options)) {}
void PReLU::build(const Shape& input) {
  Shape shape = input.slice(1, input.rank());
  for (int axis : options_.shared_axes.value_or(std::vector<int>{})) {
    check(axis >= 1 && axis < input.rank(), "[PReLU \"", name(), "\"] expected shared_axes from 1 to ",
          input.rank() - 1, ", received ", axis);
    shape[axis - 1] = 1;
  }
  add_weight(alpha_, "alpha", shape, options_.alpha_initializer,
             {options_.alpha_regularizer, options_.alpha_constraint, true, dtype()});
}
Tensor PReLU::call(const Tensor& x, Mode) { return relu(x) - alpha_.value() * relu(-x); }
Config PReLU::config() const { return with_fields(base_config(), options_); }
AnyLayer PReLU::from_config(const Config& config) {
  Config listed = config;
  if (const Value* axes = config.find("shared_axes"); axes != nullptr && axes->is_int()) {
    const Value only = *axes;
    listed.set("shared_axes", List{only});
  }
  return PReLU(read_options<PReLUOptions>(listed, "PReLU"));
}

ELU::ELU(ELUOptions options) : LayerOf("ELU", layer_options(options)), options_(std::move(options)) {
  state().built = true;
}
Tensor ELU::call(const Tensor& x, Mode) { return elu(x, options_.alpha); }
Config ELU::config() const { return with_fields(base_config(), options_); }
AnyLayer ELU::from_config(const Config& config) { return ELU(read_options<ELUOptions>(config, "ELU")); }

Softmax::Softmax(SoftmaxOptions options) : LayerOf("Softmax", layer_options(options)), options_(std::move(options)) {
  check(!options_.axis.empty(), "[Softmax] expected an axis, received none");
  state().built = true;
}
Tensor Softmax::call(const Tensor& x, Mode) {
  constexpr double hidden = -1e9;
  Tensor mask = x.mask();
  while (mask.defined() && mask.rank() < x.rank()) mask = expand_dims(mask, -1);  // of steps: (batch, time)
  const Tensor shown = mask.defined() ? x + (1.0 - mask.to(x.dtype())) * hidden : x;
  if (options_.axis.size() == 1) return softmax(shown, options_.axis[0]);
  return exp(shown - logsumexp(shown, Axes(options_.axis), true));
}
Config Softmax::config() const {
  Config config = base_config();
  config.set("axis", options_.axis.size() == 1 ? Value(options_.axis[0]) : to_value(options_.axis));
  return config;
}
AnyLayer Softmax::from_config(const Config& config) {
  SoftmaxOptions options;
  const LayerOptions common = read_layer_options(config, "Softmax", {"axis"});
  options.name = common.name;
  options.trainable = common.trainable;
  options.dtype = common.dtype;
  if (const Value* axis = config.find("axis")) {
    if (axis->is_list()) {
      from_value(*axis, options.axis);
    } else {
      options.axis.resize(1);
      from_value(*axis, options.axis[0]);
    }
  }
  return Softmax(options);
}

}  // namespace linnet
