// A data set in two parts.
#pragma once

#include <cstdint>
#include <optional>

#include "linnet/data/dataset.h"

#pragma GCC visibility push(default)
namespace linnet {

struct SplitOptions {
  /// The part of the samples (below 1), or their number, that goes to the first half: the training set. None: what
  /// right_size leaves.
  std::optional<double> left_size = {};
  /// The same for the second half, the test set, at the end of the data. None: what left_size leaves.
  std::optional<double> right_size = {};
  bool shuffle = false;                    // put the samples in a random order first
  std::optional<std::uint64_t> seed = {};  // of that order; default: the global seed
};

/// Two data sets without a common sample; the same for the same seed. Samples that fit into neither size are left out.
/// Throws unless there is a size, and samples in both halves. Keras: keras.utils.split_dataset.
///   Dataset data(arange(0, 8), arange(0, 8));
///   auto [train, test] = split_dataset(data, {.right_size = 0.25, .shuffle = true, .seed = 1});
///   train.size();                      // -> 6
///   sum(train.x[0]) + sum(test.x[0]);  // -> 28
TrainTest split_dataset(const Dataset& data, const SplitOptions& options = {});

}  // namespace linnet
#pragma GCC visibility pop
