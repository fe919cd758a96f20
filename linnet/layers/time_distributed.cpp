#include "linnet/layers/time_distributed.h"

#include "linnet/layers/fields.h"
#include "linnet/layers/registry.h"
#include "linnet/ops/shape.h"

namespace linnet {

TimeDistributed::TimeDistributed(const AnyLayer& layer, const LayerOptions& options)
    : LayerOf("TimeDistributed", options), layer_(layer) {
  check(static_cast<bool>(layer_), "[TimeDistributed \"", name(), "\"] expected a layer, received none");
  state().sublayers.push_back(layer_);
}

/// Of a batch of one step.
Shape TimeDistributed::step_shape(const Shape& input) const {
  check(input.rank() >= 3, "[TimeDistributed \"", name(), "\"] expected inputs of shape (batch, time, …), received ",
        input);
  Shape shape = input;
  shape.erase(1);
  return shape;
}

void TimeDistributed::build(const Shape& input) { layer_->build_for({step_shape(input)}); }

namespace {

Tensor masked(const Tensor& x, const Tensor& mask) { return mask.defined() ? x.with_mask(mask) : x; }

/// [batch, time, …] -> [batch * time, …]
Tensor joined(const Tensor& x) {
  if (!x.defined()) return {};
  Shape shape = x.shape();
  shape.erase(1);
  shape[0] = x.shape()[0] * x.shape()[1];
  return reshape(x, shape);
}

}  // namespace

Tensor TimeDistributed::call(const Tensor& x, Mode mode) {
  step_shape(x.shape());  // throws for too few axes
  const std::int64_t batch = x.shape()[0], time = x.shape()[1];
  const Tensor mask = x.mask();
  check(!mask.defined() || (mask.rank() >= 2 && mask.shape()[0] == batch && mask.shape()[1] == time),
        "[TimeDistributed \"", name(), "\"] expected a mask of shape (", batch, ", ", time, ", …), received ",
        mask.defined() ? mask.shape() : Shape());
  if (mode == Mode::train && layer_->trainable() && !layer_->non_trainable_weights().empty()) {
    const Tensors steps = unstack(x, 1), masks = mask.defined() ? unstack(mask, 1) : Tensors(steps.size());
    Tensors outputs;
    for (std::size_t t = 0; t < steps.size(); ++t) outputs.push_back((*layer_)(masked(steps[t], masks[t]), mode));
    return stack(outputs, 1);
  }
  const Tensor y = (*layer_)(masked(joined(x), joined(mask)), mode);
  Shape shape = y.shape();
  shape[0] = batch;
  shape.insert(1, time);
  return reshape(y, shape);
}

Shape TimeDistributed::compute_output_shape(const Shape& input) const {
  Shape shape = layer_->compute_output_shapes({step_shape(input)}).at(0);
  shape.insert(1, input[1]);
  return shape;
}

Config TimeDistributed::config() const {
  Config config = base_config();
  config.set("layer", layer_to_config(*layer_));
  return config;
}

AnyLayer TimeDistributed::from_config(const Config& config) {
  return TimeDistributed(layer_from_config(config.at("layer").as_config()),
                         read_layer_options(config, "TimeDistributed", {"layer"}));
}

}  // namespace linnet
