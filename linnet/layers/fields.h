// Configs of layers: what all have (name, trainable, dtype) and the fields of each layer's options. Internal.
#pragma once

#include "linnet/activations/activation.h"
#include "linnet/base/fields.h"
#include "linnet/layers/layer.h"

namespace linnet {

/// The part of a layer's options that every layer has.
template <class Options>
LayerOptions layer_options(const Options& options) {
  return {.name = options.name, .trainable = options.trainable, .dtype = options.dtype};
}

/// Reads name, trainable, activity_regularizer and dtype, the name of a policy or Keras's policy object. Throws for
/// policies that Linnet does not have.
void read_layer_options(const Config& config, LayerOptions& options);
/// The same for a layer whose other options are `own`. Throws `[Reshape] does not support the option …` for others.
LayerOptions read_layer_options(const Config& config, std::string_view who,
                                const std::vector<std::string_view>& own = {});

/// What every layer's config may have beside the layer's own options. layer_from_config() sees to the regularizer of
/// layers that do not have it among their options.
inline const std::vector<std::string_view> common_keys = {"name", "trainable", "dtype", "batch_input_shape",
                                                          "activity_regularizer"};

/// All options of a layer, those of `fields` included. Throws `[Dense] does not support the option …` for others.
template <class Options>
Options read_options(const Config& config, const char* who) {
  Options options;
  LayerOptions common;
  read_layer_options(config, common);
  options.name = common.name;
  options.trainable = common.trainable;
  options.dtype = common.dtype;
  read_config(config, options, who, common_keys);
  return options;
}

/// base_config() and the fields of `options`.
template <class Options>
Config with_fields(Config config, const Options& options) {
  const Config more = write_config(options);  // named: a loop over a temporary's member would dangle
  for (const auto& [key, value] : more.entries()) config.set(key, value);
  return config;
}

}  // namespace linnet
