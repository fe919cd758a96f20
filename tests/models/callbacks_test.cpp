#include "linnet/models/callbacks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "linnet/metrics/confusion.h"
#include "linnet/models/progress_bar.h"
#include "tests/models/small_models.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::all_weights;
using testing::class_data;
using testing::classifier;

/// Puts values of our own into the logs, before the callbacks that follow it.
LambdaCallback scripted(std::vector<double> values) {
  LambdaCallback script;
  script.epoch_end = [values](int epoch, Logs& logs) {
    logs.set("val_loss", values.at(static_cast<std::size_t>(epoch)));
  };
  return script;
}

TEST(EarlyStopping, StopsAfterPatienceAndRestoresTheBestWeights) {
  Sequential model = classifier();
  std::vector<std::vector<float>> after_epoch;
  LambdaCallback remember;
  remember.epoch_end = [&](int, Logs&) { after_epoch.push_back(all_weights(model)); };
  const History history =
      model.fit(class_data(30), {.epochs = 9,
                                 .verbose = 0,
                                 .callbacks = {scripted({5, 3, 4, 3.5, 1, 1, 1, 1, 1}), remember,
                                               EarlyStopping({.patience = 2, .restore_best_weights = true})}});
  EXPECT_EQ(history.epoch, (std::vector<int>{0, 1, 2, 3}));
  EXPECT_EQ(all_weights(model), after_epoch[1]);
}

TEST(EarlyStopping, RestoresAtTheEndEvenIfItNeverStopped) {
  Sequential model = classifier();
  std::vector<float> best;
  LambdaCallback remember;
  remember.epoch_end = [&](int epoch, Logs&) {
    if (epoch == 0) best = all_weights(model);
  };
  model.fit(class_data(30),
            {.epochs = 2,
             .verbose = 0,
             .callbacks = {scripted({1, 2}), remember, EarlyStopping({.patience = 5, .restore_best_weights = true})}});
  EXPECT_EQ(all_weights(model), best);
}

TEST(EarlyStopping, AccuracyIsBetterWhenLarger) {
  Sequential model = classifier();
  LambdaCallback script;
  script.epoch_end = [](int epoch, Logs& logs) { logs.set("val_accuracy", epoch < 3 ? 0.1 * epoch : 0.1); };
  const History history = model.fit(
      class_data(30), {.epochs = 9, .verbose = 0, .callbacks = {script, EarlyStopping({.monitor = "val_accuracy"})}});
  EXPECT_EQ(history.epoch.back(), 3);
}

TEST(EarlyStopping, DirectionGoesByWholeWords) {
  Sequential model = classifier();
  LambdaCallback script;  // falls: an improvement, unless "iou" in "previous" were taken for a metric that should rise
  script.epoch_end = [](int epoch, Logs& logs) { logs.set("val_previous_error", 1.0 / (1 + epoch)); };
  const History history =
      model.fit(class_data(30),
                {.epochs = 4, .verbose = 0, .callbacks = {script, EarlyStopping({.monitor = "val_previous_error"})}});
  EXPECT_EQ(history.epoch.size(), 4U);
}

TEST(ReduceLROnPlateau, LowersTheRate) {
  Sequential model = classifier();
  std::string printed;
  set_console({[&](const std::string& text) { printed += text; }, {}});
  const History history = model.fit(
      class_data(30),
      {.epochs = 5,
       .verbose = 0,
       .callbacks = {scripted({3, 3, 3, 1, 1}), ReduceLROnPlateau({.factor = 0.5, .patience = 2, .verbose = 1})}});
  set_console({});
  const std::vector<double>& rates = history["learning_rate"];
  EXPECT_FLOAT_EQ(static_cast<float>(rates[2]), 0.01F);
  EXPECT_FLOAT_EQ(static_cast<float>(rates[3]), 0.005F);
  EXPECT_THAT(printed, ::testing::StartsWith("\nEpoch 3: ReduceLROnPlateau reducing learning rate to 0.00"));
}

TEST(LearningRateScheduler, SetsTheRateOfEachEpoch) {
  Sequential model = classifier();
  const History history =
      model.fit(class_data(30), {.epochs = 3, .verbose = 0, .callbacks = {LearningRateScheduler([](int epoch, double) {
                                                              return 0.1 / (1 + epoch);
                                                            })}});
  EXPECT_FLOAT_EQ(static_cast<float>(history["learning_rate"][2]), 0.1F / 3);
}

TEST(CSVLogger, WritesALineAnEpoch) {
  const std::string path = (std::filesystem::temp_directory_path() / "linnet_csv_logger_test.csv").string();
  Sequential model = classifier();
  const Dataset data = class_data(30);
  model.fit(data,
            {.epochs = 2, .validation_data = data, .validation_freq = 2, .verbose = 0, .callbacks = {CSVLogger(path)}});
  std::ifstream file(path);
  std::string header, first, second;
  std::getline(file, header);
  std::getline(file, first);
  std::getline(file, second);
  EXPECT_EQ(header, "epoch,accuracy,loss,val_accuracy,val_loss");
  EXPECT_TRUE(first.starts_with("0,")) << first;
  EXPECT_TRUE(first.ends_with(",NA,NA")) << first;
  EXPECT_EQ(second.find("NA"), std::string::npos) << second;
  std::filesystem::remove(path);
  EXPECT_THROW(model.fit(data, {.verbose = 0, .callbacks = {CSVLogger("/no/such/folder/log.csv")}}), FileError);
}

TEST(CSVLogger, WritesNumbersAsPythonDoes) {
  const TemporaryFolder folder;
  Sequential model({Dense(2, {.kernel_initializer = "zeros", .bias_initializer = "ones"})});
  model.compile({.optimizer = SGD({.learning_rate = 0.0}),
                 .loss = "mse",
                 .metrics = {metrics::Recall({.thresholds = {0.5, 1.0}})}});
  const Dataset data(ones({2, 1}), tensor({{0, 1}, {0, 1}}));
  model.fit(data, {.validation_data = data, .verbose = 0, .callbacks = {CSVLogger(folder / "log.csv")}});
  EXPECT_EQ(read_text(folder / "log.csv"),
            "epoch,loss,recall,val_loss,val_recall\n0,0.5,\"[1.0, 0.0]\",0.5,\"[1.0, 0.0]\"\n");
}

TEST(CSVLogger, LosesNoEarlierLines) {
  const TemporaryFolder folder;
  const std::string path = folder / "log.csv";
  Sequential model = classifier();
  const auto fit = [&](const AnyCallback& logger, int epochs) {
    model.fit(class_data(30), {.epochs = epochs, .verbose = 0, .callbacks = {logger}});
    const std::string text = read_text(path);
    return std::count(text.begin(), text.end(), '\n');
  };
  EXPECT_EQ(fit(CSVLogger(path), 2), 3);
  const std::string earlier = read_text(path);
  EXPECT_EQ(fit(CSVLogger(path, ",", true), 3), 6);
  EXPECT_THAT(read_text(path), ::testing::StartsWith(earlier + "0,"));
  EXPECT_EQ(fit(CSVLogger(path), 1), 2);

  LambdaCallback crash;  // before there is a line to take the place of those of the last training
  crash.epoch_end = [](int, Logs&) { throw std::runtime_error("crash"); };
  EXPECT_THROW(model.fit(class_data(30), {.verbose = 0, .callbacks = {crash, CSVLogger(path)}}), std::runtime_error);
  EXPECT_THAT(read_text(path), ::testing::StartsWith("epoch,"));
}

TEST(Callbacks, HooksRunInOrder) {
  Sequential model = classifier();
  std::string trace;
  LambdaCallback all;
  all.train_begin = [&] { trace += "B"; };
  all.epoch_begin = [&](int) { trace += "("; };
  all.train_batch_begin = [&](std::int64_t) { trace += "b"; };
  all.train_batch_end = [&](std::int64_t, const Logs& logs) { trace += logs.contains("loss") ? "e" : "?"; };
  all.epoch_end = [&](int, Logs&) { trace += ")"; };
  all.train_end = [&] { trace += "E"; };
  model.fit(class_data(20), {.epochs = 2, .batch_size = 10, .verbose = 0, .callbacks = {all}});
  EXPECT_EQ(trace, "B(bebe)(bebe)E");
}

}  // namespace
}  // namespace linnet
