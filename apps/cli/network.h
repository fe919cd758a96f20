// The network that `linnet train` makes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/training_data.h"
#include "linnet/models/sequential.h"

namespace linnet::cli {

/// What is not asked for is chosen for the data: see network_defaults().
struct NetworkOptions {
  std::string model = "dense";  // or "cnn": convolutions before the hidden layers, for pictures
  std::optional<std::vector<std::int64_t>> hidden;
  std::optional<std::int64_t> batch_size;
  std::optional<int> epochs;
  std::optional<double> learning_rate, dropout, l2;
  std::optional<int> patience;  // epochs without a better validation loss, after which training ends; 0: never
  std::string optimizer = "adam";
  std::string activation = "relu";  // of the hidden layers
  std::string decay = {};  // of the learning rate to 0 over the whole training: "none" or "cosine"; empty: as it suits
  std::string dtype = "float32";  // the policy of all layers but the last
};

/// For images what the first network has, for cnn fewer epochs of smaller steps whose learning rate falls; fewer than
/// 10,000 of one's own get more and smaller steps, and so do tables, which end when the validation loss no longer gets
/// better.
NetworkOptions network_defaults(const TrainingData& data, NetworkOptions asked);

/// Images: 0-255 to 0-1, with the model "cnn" convolutions, then flat. Tables: standardized by Normalization. Then the
/// hidden layers, then a score for each class, or one number in the units of the target. Compiled. All options must be
/// set. Throws UsageError for a model that there is not, or that does not go with the data.
Sequential make_network(const NetworkOptions& options, const TrainingData& data);

}  // namespace linnet::cli
