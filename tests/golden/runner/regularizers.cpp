#include "linnet/regularizers/regularizer.h"

#include "gradients.h"
#include "kinds.h"
#include "linnet/constraints/constraint.h"

namespace golden {

namespace {
template <class Base>
void run_function(Case& c) {
  c.ignore({"weights", "training"});
  const auto object = Base::from_config(object_config(c.text("class"), c.at("config").as_config()));
  Tensors inputs = c.tensors("inputs");
  want_gradients(inputs);
  const Tensors outputs = {(*object)(inputs.at(0))};
  c.compare("value", outputs, c.tensors("outputs"));
  compare_gradients(c, outputs, inputs);
}
}  // namespace

void run_regularizer(Case& c) { run_function<Regularizer>(c); }
void run_constraint(Case& c) { run_function<Constraint>(c); }

}  // namespace golden
