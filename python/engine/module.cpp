#include "bindings.h"

PYBIND11_MODULE(_engine, m) {
  using namespace linnet::python;
  bind_errors(m);
  bind_tensor(m);
  bind_ops(m);
  bind_activations(m);
  bind_weights(m);
  bind_losses(m);
  bind_metrics(m);
  bind_optimizers(m);
  bind_data(m);
  bind_layers(m);
  bind_texts(m);
  bind_callbacks(m);
  bind_models(m);
  bind_python_layers(m);
  bind_python_cells(m);
  bind_python_steps(m);
  bind_tuning(m);
}
