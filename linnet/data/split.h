// A data set in two parts.
#pragma once

#include <cstdint>
#include <optional>

#include "linnet/data/dataset.h"

#pragma GCC visibility push(default)
namespace linnet {

struct SplitOptions {
  /// The part of the samples (below 1), or their number, that goes to the second half: the test set.
  double right_size = 0.2;
  bool shuffle = true;
  std::optional<std::uint64_t> seed = {};  // default: the global seed
};

/// Two data sets without a common sample; the same for the same seed. Keras: keras.utils.split_dataset.
///   Dataset data(arange(0, 8), arange(0, 8));
///   auto [train, test] = split_dataset(data, {.right_size = 0.25, .seed = 1});
///   train.size();                      // -> 6
///   sum(train.x[0]) + sum(test.x[0]);  // -> 28
TrainTest split_dataset(const Dataset& data, const SplitOptions& options = {});

}  // namespace linnet
#pragma GCC visibility pop
