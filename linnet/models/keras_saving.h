// Models as Keras 3 saves them. Internal: Model::save() and save_weights() know these files by their endings.
#pragma once

#include <string>

#include "linnet/models/model.h"

namespace linnet {

/// Does `path` end as files of Keras do: in .keras, .h5 or .hdf5?
bool has_keras_ending(const std::string& path);
/// A `.keras` archive, or an `.h5` file of the older kind. Throws InvalidArgument for what Keras could not read: a
/// model that is no Sequential or functional one, layers inside a layer whose places Keras does not say.
void save_keras_model(const Model& model, const std::string& path);
/// A `.weights.h5` file.
void save_keras_weights(const Model& model, const std::string& path);

}  // namespace linnet
