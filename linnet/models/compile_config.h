// How a model was compiled, as Keras and Linnet write it: a loss or a metric by name, as an object, in a list or by the
// names of the outputs. Internal.
#pragma once

#include "linnet/base/config.h"
#include "linnet/models/model.h"

namespace linnet {

/// How a compiled model was compiled.
Config compile_to_config(const Model& model);
/// Reads "optimizer", "loss", "loss_weights", "metrics" and "weighted_metrics"; other keys are left alone. Throws for
/// unknown names and classes.
CompileOptions compile_from_config(const Config& config);

}  // namespace linnet
