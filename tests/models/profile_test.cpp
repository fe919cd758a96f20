// What a profile of a training shows.
#include <gtest/gtest.h>

#include <map>

#include "linnet/linnet.h"

namespace linnet {
namespace {

TEST(ProfileOfATraining, HasThePhasesLayersGradientsAndKernelsOfEveryStep) {
  set_random_seed(1);
  Sequential model({Dense(8, {.activation = relu, .name = "hidden"}), Dense(3, {.name = "scores"})});
  model.compile({.optimizer = Adam(), .loss = SparseCategoricalCrossentropy({.from_logits = true})});
  const Tensor x = ones({40, 4}), y = zeros({40}, int32);
  model.fit(x, y, {.batch_size = 10, .verbose = 0});  // builds

  Profiler profiler;
  model.fit(x, y, {.epochs = 2, .batch_size = 10, .verbose = 0});
  profiler.stop();
  std::map<std::string, std::int64_t> calls;
  for (const ProfileRow& row : profiler.rows()) calls[row.kind + " " + row.name] = row.calls;
  for (const char* phase : {"train_step", "backward", "optimizer", "metrics", "gather_batch"})
    EXPECT_EQ(calls[std::string("phase ") + phase], 8) << phase;
  EXPECT_EQ(calls["phase forward"], 9);  // fit looks at the first batch before it trains
  EXPECT_EQ(calls["layer hidden"], 9);
  EXPECT_EQ(calls["gradient linear"], 16);
  EXPECT_EQ(calls["kernel matmul 10x4x8"], 9);
  EXPECT_EQ(calls["kernel matmul 4x10x8"], 8);
  EXPECT_EQ(calls["kernel adam_step"], 8);
}

}  // namespace
}  // namespace linnet
