// Layers and how they are trained as Keras serializes them: what stands in config.json of a `.keras` archive. Internal.
#pragma once

#include "linnet/base/config.h"
#include "linnet/models/model.h"

namespace linnet {

/// {"module", "class_name", "config", "registered_name", "build_config"}, with the objects in the config (layers,
/// initializers, dtype policies, …) in the same form. Keras finds a class by its module, one that a program has
/// registered by registered_name, and builds a layer by build_config before it reads the weights.
Config keras_object(const Layer& layer);
/// "compile_config" of a compiled model, with which Keras compiles what it has read.
Config keras_compile_config(const Model& model);

}  // namespace linnet
