// Batches that do not lie in memory: read, computed or received while a model trains.
#pragma once

#include <cstdint>
#include <optional>

#include "linnet/data/dataset.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What fit(), evaluate() and predict() take their batches from, pass after pass. Keras: keras.utils.PyDataset and
/// Python's generators.
///
///   struct Noise : BatchSource {
///     std::optional<Dataset> next() override {
///       const Tensor x = random_normal({64, 8});
///       return Dataset(x, x);
///     }
///   };
///   Noise noise;
///   Sequential model({Dense(4), Dense(8)});
///   model.compile({.loss = "mse"});
///   model.fit(noise, {.epochs = 3, .steps_per_epoch = 10, .verbose = 0});
///
/// It is called on the thread that trains, by one fit() at a time.
class BatchSource {
 public:
  virtual ~BatchSource() = default;

  /// The next batch: a small data set, whose samples are those of the batch. Nothing at the end of a pass; the call
  /// after that begins another pass, or says once more that there is nothing.
  virtual std::optional<Dataset> next() = 0;
  /// How many batches a pass has. Nothing when only its end will tell, or when it has no end.
  virtual std::optional<std::int64_t> size() const { return {}; }
  virtual void on_epoch_begin() {}  ///< before the first batch of an epoch of fit()
  virtual void on_epoch_end() {}    ///< behind the last
};

}  // namespace linnet
#pragma GCC visibility pop
