#include "linnet/losses/loss.h"

#include "gradients.h"
#include "kinds.h"

namespace golden {

void run_loss(Case& c) {
  c.ignore({"weights", "training"});
  const auto loss = Loss::from_config(object_config(c.text("class"), c.at("config").as_config()));
  Tensors inputs = c.tensors("inputs");  // y_true, y_pred
  c.expect(inputs.size() == 2, "expected y_true and y_pred as inputs");
  want_gradients(inputs);
  const Tensor weight = c.has("sample_weight") ? c.tensor(c.at("sample_weight")) : Tensor();
  const Tensor prediction = c.has("mask") ? inputs[1].with_mask(c.tensor(c.at("mask"))) : inputs[1];
  const Tensors outputs = {(*loss)(inputs[0], prediction, weight)};
  c.compare("output", outputs, c.tensors("outputs"));
  compare_gradients(c, outputs, inputs);
}

}  // namespace golden
