#include "linnet/models/swap_ema_weights.h"

#include <gtest/gtest.h>

#include "linnet/models/callbacks.h"
#include "linnet/optimizers/optimizers.h"
#include "tests/models/small_models.h"

namespace linnet {
namespace {

using testing::all_weights;
using testing::class_data;
using testing::classifier;

Sequential averaged() {
  Sequential model = classifier();
  model.compile({.optimizer = Adam({.learning_rate = 0.1, .use_ema = true, .ema_momentum = 0.5}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true})});
  return model;
}

/// The weights at the ends of epochs and in validation, as a callback in the list sees them.
struct Seen {
  std::vector<std::vector<float>> in_epoch, in_test;
  LambdaCallback at_epoch_end(const Model& model) {
    LambdaCallback callback;
    callback.epoch_end = [this, &model](int, Logs&) { in_epoch.push_back(all_weights(model)); };
    return callback;
  }
};

class LooksInTest final : public Callback {
 public:
  explicit LooksInTest(Seen& seen) : seen_(seen) {}
  void on_test_batch_begin(std::int64_t) override { seen_.in_test.push_back(all_weights(model())); }

 private:
  Seen& seen_;
};

TEST(SwapEMAWeights, ValidatesWithTheAveragesAndTrainsOnWithTheWeights) {
  Seen plain, swapped;
  for (Seen* seen : {&plain, &swapped}) {
    Sequential model = averaged();
    std::vector<AnyCallback> callbacks;
    if (seen == &swapped) callbacks.emplace_back(SwapEMAWeights());
    callbacks.emplace_back(LooksInTest(*seen));
    callbacks.emplace_back(seen->at_epoch_end(model));
    model.fit(class_data(32),
              {.epochs = 2, .shuffle = false, .validation_data = class_data(8), .verbose = 0, .callbacks = callbacks});
    seen->in_epoch.push_back(all_weights(model));
  }
  EXPECT_EQ(swapped.in_epoch, plain.in_epoch);  // after fit, too: the averages either way
  EXPECT_NE(swapped.in_test, plain.in_test);
  EXPECT_EQ(swapped.in_test.back(), plain.in_epoch.back());  // the averages, which the model ends with
}

TEST(SwapEMAWeights, ShowsTheAveragesBetweenEpochs) {
  Seen plain, swapped;
  for (Seen* seen : {&plain, &swapped}) {
    Sequential model = averaged();
    std::vector<AnyCallback> callbacks;
    if (seen == &swapped) callbacks.emplace_back(SwapEMAWeights(true));
    callbacks.emplace_back(seen->at_epoch_end(model));
    model.fit(class_data(32), {.epochs = 2, .batch_size = 8, .shuffle = false, .verbose = 0, .callbacks = callbacks});
    seen->in_epoch.push_back(all_weights(model));
  }
  EXPECT_NE(swapped.in_epoch[0], plain.in_epoch[0]);
  EXPECT_EQ(swapped.in_epoch[1], plain.in_epoch[2]);  // the averages of the end
  EXPECT_EQ(swapped.in_epoch[2], plain.in_epoch[2]);
}

TEST(SwapEMAWeights, NeedsAverages) {
  Sequential model = classifier();
  EXPECT_THROW(model.fit(class_data(8), {.verbose = 0, .callbacks = {SwapEMAWeights()}}), InvalidArgument);
}

}  // namespace
}  // namespace linnet
