#include "linnet/activations/activation.h"

#include "gradients.h"
#include "kinds.h"

namespace golden {

void run_activation(Case& c) {
  c.ignore({"weights", "training"});
  const Config& arguments = c.at("config").as_config();
  const std::string name = c.text("name");
  const ActivationFunction activation =
      ActivationFunction::get(arguments.empty() ? Value(name) : object_config(name, arguments));
  Tensors inputs = c.tensors("inputs");
  if (inputs.size() != 1) throw Unsupported("an activation of several inputs");
  want_gradients(inputs);
  const Tensors outputs = {activation(inputs[0])};
  c.compare("output", outputs, c.tensors("outputs"));
  if (c.flag("gradients_optional"))  // corners: any subgradient is right
    c.ignore({"output_gradients", "input_gradients"});
  else
    compare_gradients(c, outputs, inputs);
}

}  // namespace golden
