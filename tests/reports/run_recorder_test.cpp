// What a RunRecorder keeps when a training fails or is interrupted.
#include "linnet/reports/run_recorder.h"

#include <gmock/gmock.h>

#include "linnet/models/callback_support.h"
#include "reports/small_trainings.h"

namespace linnet {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

TEST(RunRecorder, GoesOnFromItsState) {
  RunRecorder interrupted, resumed;
  Logs logs;
  logs.set("loss", 0.5);
  interrupted.on_train_begin();
  interrupted.on_epoch_begin(0);
  interrupted.on_epoch_end(0, logs);
  interrupted.on_epoch_begin(1);
  const CallbackState state = interrupted.state();
  resumed.on_train_begin();
  resumed.set_state(state);
  resumed.on_epoch_begin(1);
  resumed.on_epoch_end(1, logs);
  EXPECT_EQ(resumed.history().epoch, (std::vector<int>{0, 1}));
  EXPECT_EQ(resumed.history()["loss"], (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(resumed.history()["seconds"].front(), interrupted.history()["seconds"].front());
  EXPECT_GE(resumed.history()["seconds"].back(), exact_double(state.values.at("seconds")));  // and those since then
  EXPECT_THROW(resumed.set_state(CallbackState({{"class_name", "EarlyStopping"}})), Error);
}

TEST(RunRecorder, KeepsWhatItSawWhenFitThrows) {
  const Trained run = train_line(SGD({.learning_rate = 1.0}));
  EXPECT_NE(run.evidence.failure, "");
  EXPECT_THAT(run.evidence.history.epoch, Not(IsEmpty()));
  for (const auto& [name, values] : run.evidence.history.history)
    EXPECT_EQ(values.size(), run.evidence.history.epoch.size()) << name;
}

}  // namespace
}  // namespace linnet
