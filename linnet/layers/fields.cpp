#include "linnet/layers/fields.h"

namespace linnet {

void read_layer_options(const Config& config, LayerOptions& options) {
  if (const Value* name = config.find("name"); name != nullptr && !name->is_null()) options.name = name->as_string();
  if (const Value* trainable = config.find("trainable")) options.trainable = trainable->as_bool();
  if (const Value* activity = config.find("activity_regularizer")) from_value(*activity, options.activity_regularizer);
  const Value* dtype = config.find("dtype");
  if (dtype == nullptr || dtype->is_null()) return;
  const Value& policy = dtype->is_config() ? dtype->as_config().at("config").as_config().at("name") : *dtype;
  options.dtype = policy.as_string();
}

LayerOptions read_layer_options(const Config& config, std::string_view who, const std::vector<std::string_view>& own) {
  check_all_seen({config, own}, who, common_keys);
  LayerOptions options;
  read_layer_options(config, options);
  return options;
}

}  // namespace linnet
