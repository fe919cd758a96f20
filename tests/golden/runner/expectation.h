// Layers that learn from data, and layers that are random in training.
#pragma once

#include "case.h"
#include "linnet/layers/layer.h"

namespace golden {

/// layer.adapt(data), for a layer that has it.
void adapt(Layer& layer, const Tensor& data);
/// "training_expectation": what the random training mode must do on average.
void compare_expectation(Case& c, Layer& layer);

}  // namespace golden
