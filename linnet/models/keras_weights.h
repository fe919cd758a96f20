// Which array of a file that Keras wrote belongs to which weight of a model. Internal.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "linnet/models/model.h"
#include "linnet/saving/hdf5.h"

namespace linnet {

/// Pairs of weights and arrays, of equal shapes.
using WeightArrays = std::vector<std::pair<Variable, const Hdf5Object*>>;

/// Of a `.weights.h5` file or of what a `.keras` archive holds: groups are named by the classes of the layers, in the
/// order of `config`, the model's in Keras's layout; within one the weights of a layer are numbered. Of an `.h5` file
/// of the older kind: by the names of layers and weights, and by the order of the layers where these have other names.
/// `who` begins the errors, which say what the file lacks: `[load_model] "model.keras": …`.
WeightArrays keras_weights(const std::string& who, const Model& model, const Config& config, const Hdf5Object& root);
/// What Keras wrote of the optimizer, in the order of its variables; empty where it wrote nothing.
std::vector<const Hdf5Object*> keras_optimizer(const Hdf5Object& root);

}  // namespace linnet
