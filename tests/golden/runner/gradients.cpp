#include "gradients.h"

#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/tensor/autograd.h"

namespace golden {

void want_gradients(Tensors& inputs) {
  for (Tensor& x : inputs)
    if (is_floating(x.dtype())) x.set_requires_grad();
}

void compare_gradient(Case& c, const std::string& what, const Tensor& x, const Tensor& want) {
  if (!want.defined()) return;
  const Tensor got = x.grad();
  c.compare(what, got.defined() ? got : zeros_like(x), want);
}

void compare_gradients(Case& c, const Tensors& outputs, const Tensors& inputs) {
  if (!c.has("output_gradients")) return;
  const Tensors cotangents = c.tensors("output_gradients"), want = c.tensors("input_gradients");
  c.expect(cotangents.size() == outputs.size(), "as many outputs as cotangents expected");
  c.expect(want.size() == inputs.size(), "as many input gradients as inputs expected");
  if (cotangents.size() != outputs.size() || want.size() != inputs.size()) return;
  Tensor total;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!cotangents[i].defined() || !outputs[i].requires_grad()) continue;
    const Tensor part = sum(outputs[i] * cotangents[i]);
    total = total.defined() ? total + part : part;
  }
  if (total.defined()) total.backward();
  for (std::size_t i = 0; i < inputs.size(); ++i)
    compare_gradient(c, "gradient of input " + std::to_string(i), inputs[i], want[i]);
}

}  // namespace golden
