// Weights, gradients and slots as kernels see them. Internal.
#pragma once

#include <span>
#include <vector>

#include "linnet/kernels/kernels.h"
#include "linnet/tensor/record.h"

namespace linnet {

/// The kernel's view of an optimizer's steps, in a vector that keeps its memory.
template <class Steps>
std::span<const kernels::Parameter> views_of(const Steps& steps, std::vector<kernels::Parameter>& parameters) {
  parameters.resize(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    parameters[i].value = mutable_view(steps[i].weight.value());
    parameters[i].gradient = view(steps[i].gradient);
    for (std::size_t slot = 0; slot < steps[i].slots.size(); ++slot) {
      const Tensor& value = steps[i].slots[slot].value();
      parameters[i].slots[slot] = mutable_view(value);
      mark_changed(value);
    }
  }
  return parameters;
}

}  // namespace linnet
