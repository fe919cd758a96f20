// The gradients a case states: the loss is the sum of output * cotangent over all outputs.
#pragma once

#include "case.h"

namespace golden {

/// Marks what is floating as wanting a gradient.
void want_gradients(Tensors& inputs);
/// If the case has "output_gradients": runs backward from the outputs and compares x.grad() of the inputs with
/// "input_gradients"; nothing having arrived counts as zeros.
void compare_gradients(Case& c, const Tensors& outputs, const Tensors& inputs);
/// Compares a gradient after backward, if the case has a reference for it.
void compare_gradient(Case& c, const std::string& what, const Tensor& x, const Tensor& want);

}  // namespace golden
