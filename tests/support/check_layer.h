// check_layer: one call tests a layer completely. It compares the output with a plain float64 formula, and checks
//   - that the output has the shape and dtype that were announced, for any batch size, and the weights their names,
//   - that a layer made from the config, as JSON text, has the same config and, given the weights, the same output,
//   - every gradient of a weight or floating input with central differences, in float64, in inference and in training,
//   - that one step of SGD lowers a loss, if there are weights to train, and that a frozen layer has none,
//   - that masks pass if supports_masking() and end otherwise, and that the output differs in training only if it may,
//   - that under mixed_bfloat16 the output is nearly the same, in bfloat16, and the weights keep their dtypes,
//   - that copies share weights, that results do not depend on the number of threads, and that empty tensors throw.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "linnet/layers/layer.h"
#include "support/check_op.h"

namespace linnet::testing {

struct LayerCheck {
  std::string name;                       // of the case: "Dense_relu"
  std::function<AnyLayer()> make;         // a new layer, not built
  std::vector<Shape> inputs;              // with the batch axis
  std::vector<std::string> weights = {};  // names in order
  /// From the inputs and the weights to the output in inference mode, in plain loops.
  std::function<Array(const Arrays& inputs, const Arrays& weights)> formula = {};
  double low = -2, high = 2;    // inputs are uniform in [low, high)
  DType input_dtype = float32;  // an integer dtype: whole numbers in [low, high)
  bool whole_numbers = false;   // whole numbers in float32, without a gradient
  bool differs_in_training = false;
  bool rewrites_weights_in_training = false;  // so that no difference quotient and no loss can be measured then
  bool straight_through = false;              // the gradient is not that of the output, on purpose
};
void PrintTo(const LayerCheck& check,
             std::ostream* out);  // NOLINT(readability-identifier-naming): GoogleTest looks for it

void check_layer(const LayerCheck& check);

}  // namespace linnet::testing
