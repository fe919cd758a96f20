#include "linnet/layers/fields.h"

namespace linnet {

void read_layer_options(const Config& config, LayerOptions& options) {
  if (const Value* name = config.find("name"); name != nullptr && !name->is_null()) options.name = name->as_string();
  if (const Value* trainable = config.find("trainable")) options.trainable = trainable->as_bool();
  const Value* dtype = config.find("dtype");
  if (dtype == nullptr || dtype->is_null()) return;
  const Value& policy = dtype->is_config() ? dtype->as_config().at("config").as_config().at("name") : *dtype;
  options.dtype = policy.as_string();
}

}  // namespace linnet
