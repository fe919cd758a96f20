#include "linnet/layers/input.h"

#include "linnet/layers/fields.h"

namespace linnet {

InputLayer::InputLayer(InputLayerOptions options)
    : LayerOf("InputLayer", {.name = options.name, .dtype = options.dtype}), options_(std::move(options)) {
  check(options_.batch_shape.rank() >= 1, "[InputLayer] expected a shape with a batch axis, received ",
        options_.batch_shape);
  state().built = true;
  state().input_shapes = state().output_shapes = {options_.batch_shape};
}

Config InputLayer::config() const {
  return {{"batch_shape", to_value(options_.batch_shape)},
          {"dtype", linnet::name(dtype())},
          {"sparse", false},
          {"ragged", false},
          {"name", name()},
          {"optional", false}};
}

AnyLayer InputLayer::from_config(const Config& config) {
  read_layer_options(config, "InputLayer", {"batch_shape"});
  InputLayerOptions options;
  from_value(config.at("batch_shape"), options.batch_shape);
  if (const Value* dtype = config.find("dtype")) from_value(*dtype, options.dtype);
  if (const Value* name = config.find("name")) from_value(*name, options.name);
  return InputLayer(options);
}

}  // namespace linnet
