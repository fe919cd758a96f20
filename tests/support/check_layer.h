// check_layer: one call tests a layer completely. It checks
//   - the weights that build() makes, and that copies share them,
//   - output shape and dtype against compute_output_shapes() and compute_output_dtype(), also for unknown sizes and on
//     symbolic inputs,
//   - that config() and the registry make the same layer again, in float32 too,
//   - the gradient of every floating input and trainable weight by central differences in float64, in both modes unless
//     training is random; nothing may be without a gradient,
//   - that a step along the gradient lowers a loss, and that a frozen layer has no trainable weights,
//   - that a mask passes where it should, and that training differs from inference only where it should.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "linnet/layers/layer.h"

namespace linnet::testing {

struct LayerCheck {
  AnyLayer layer;      // not built, of dtype float64
  Shapes inputs = {};  // with the batch axis
  Shape output = {};
  std::vector<std::string> weights = {};  // "kernel (3, 4)": name and shape, in order
  std::optional<DType> input_dtype = {};  // where the layer takes integers: they are uniform in [low, high)
  double low = -2, high = 2;              // of the inputs
  bool random_in_training = false;        // Mode::train gives other values than Mode::inference
  bool differentiable = true;             // of its inputs
  bool has_config = true;                 // registered, with from_config()
  std::optional<bool> passes_mask = {};   // default: supports_masking()
};

void check_layer(const LayerCheck& check);

}  // namespace linnet::testing
