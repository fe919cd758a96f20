// Models that Keras saved: `.keras` archives, `.h5` files of the older kind, and `.weights.h5`. Internal: load_model()
// and Model::load_weights() know them by how they begin.
#pragma once

#include <memory>
#include <string>

#include "linnet/models/model.h"

namespace linnet {

/// Does `path` begin as an archive or as an HDF5 file?
bool is_keras_file(const std::string& path);
/// What load_model() gives for such a file.
std::shared_ptr<Model> load_keras_model(const std::string& path, const LoadOptions& options);
/// All weights or, where it throws, none; of a compiled model, as in Keras, also the state of the optimizer, if the
/// file has it.
void load_keras_weights(Model& model, const std::string& path);

}  // namespace linnet
