// Keras's operations in functional graphs, read and written: what becomes of `x[:, 0]` and of keras.ops.mean(x).
// Internal.
#pragma once

#include "linnet/base/config.h"

namespace linnet {

/// Is this, among the layers of a model's config, an operation that Keras wrote (module "keras.src.ops…")?
bool is_keras_operation(const Config& object);

/// A call of it: what Operation is made of, and the keras_history of each of its inputs.
struct KerasOperationCall {
  Config config;  // of Operation, without its name and the dtypes of its inputs
  List sources;
};
/// `object`: {"class_name": "Mean", "config": {"axis": 1}, …}; `node`: one of its inbound_nodes, with what the function
/// was called with.
KerasOperationCall read_keras_operation(const Config& object, const Config& node);

/// `object`, the layer Operation among those of a model's config, as Keras writes that operation. Throws
/// InvalidArgument for the few that Keras has no class for, or one that says other things.
Config write_keras_operation(const Config& object);

}  // namespace linnet
