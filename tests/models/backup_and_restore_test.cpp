#include "linnet/models/backup_and_restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "linnet/base/random_state.h"
#include "linnet/base/warning.h"
#include "linnet/metrics/metrics.h"
#include "linnet/models/callbacks.h"
#include "linnet/models/model_checkpoint.h"
#include "linnet/models/progress_bar.h"
#include "linnet/optimizers/schedules.h"
#include "tests/models/small_models.h"
#include "tests/support/small_disk.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::all_weights;
using ::testing::AllOf;
using testing::class_data;
using testing::classifier;
using ::testing::EndsWith;
using ::testing::HasSubstr;

struct Crash : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws after so many batches, before anything is backed up after them; never for 0.
LambdaCallback crash_after(int batches) {
  LambdaCallback crash;
  crash.train_batch_end = [batches, seen = 0](std::int64_t, const Logs&) mutable {
    if (++seen == batches) throw Crash("crash");
  };
  return crash;
}

/// What a training leaves behind.
struct Outcome {
  std::vector<float> weights;
  History history;
  std::string console, csv, file;
  std::uint64_t next_random_stream = 0;
};

class BackupAndRestoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    set_console({[this](const std::string& text) { console_ += text; }, [] { return 0.0; }});
    set_warning_handler([this](const std::string& text) { warnings_.push_back(text); });
  }
  void TearDown() override {
    set_console({});
    set_warning_handler({});
  }

  /// A program that is started again and again: everything that a training can have, in the folder `name`.
  Outcome run_program(const std::string& name, int crash_after_batches, SaveFrequency save_freq) {
    const std::string folder = folder_ / name;
    console_.clear();
    Sequential model = classifier(0.4);
    model.compile({.optimizer = Adam({.learning_rate = 0.02}),
                   .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                   .metrics = {"accuracy", metrics::SparseTopKCategoricalAccuracy({.k = 2})}});
    std::filesystem::create_directories(folder);
    const std::string checkpoints = folder + "/{epoch:02d}-{batch}.safetensors";
    Outcome outcome;
    outcome.history = model.fit(
        class_data(50),
        {.epochs = 6,
         .batch_size = 16,
         .validation_data = class_data(20),
         .verbose = 2,
         .callbacks = {BackupAndRestore(folder + "/backup", {.save_freq = save_freq}),
                       EarlyStopping({.patience = 2, .restore_best_weights = true, .start_from_epoch = 1}),
                       ReduceLROnPlateau({.factor = 0.5, .patience = 1, .min_delta = 0.05}),
                       CSVLogger(folder + "/log.csv"), ModelCheckpoint(checkpoints, {.save_freq = 3, .keep_last = 2}),
                       crash_after(crash_after_batches)}});
    outcome.weights = all_weights(model);
    outcome.console = console_;
    outcome.csv = read_text(folder + "/log.csv");
    outcome.next_random_stream = next_random_stream();
    model.save(folder + "/final.safetensors");
    outcome.file = read_text(folder + "/final.safetensors");
    return outcome;
  }

  std::vector<std::string> files_in(const std::string& name) const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / name))
      files.push_back(entry.path().filename().string());
    std::sort(files.begin(), files.end());
    return files;
  }

  TemporaryFolder folder_;
  std::string console_;
  std::vector<std::string> warnings_;
};

TEST_F(BackupAndRestoreTest, AResumedTrainingEqualsAnUnbrokenOneToTheBit) {
  const Outcome unbroken = run_program("unbroken", 0, "epoch");
  const auto checkpoints = files_in("unbroken");
  for (const SaveFrequency& save_freq : {SaveFrequency("epoch"), SaveFrequency(1), SaveFrequency(3)})
    for (int batches : {1, 2, 4, 5, 6, 8, 11, 12}) {  // four batches an epoch
      const std::string name = concat("every ", save_freq.batches(), ", crash after ", batches);
      EXPECT_THROW(run_program(name, batches, save_freq), Crash) << name;
      EXPECT_THROW(run_program(name, 2, save_freq), Crash) << name;
      const Outcome resumed = run_program(name, 0, save_freq);
      EXPECT_EQ(resumed.weights, unbroken.weights) << name;
      EXPECT_EQ(resumed.history.epoch, unbroken.history.epoch) << name;
      EXPECT_EQ(resumed.history.history, unbroken.history.history) << name;
      EXPECT_EQ(resumed.csv, unbroken.csv) << name;
      EXPECT_EQ(resumed.file, unbroken.file) << name;
      EXPECT_EQ(resumed.next_random_stream, unbroken.next_random_stream) << name;
      EXPECT_THAT(unbroken.console, EndsWith(resumed.console)) << name;
      EXPECT_EQ(files_in(name), checkpoints) << name;  // the same checkpoints are kept, and the backup is gone
      set_random_seed(999);                            // what the process draws otherwise must not matter
    }
  EXPECT_TRUE(warnings_.empty());
}

/// Trains twice: unbroken, and with a crash in the second epoch, resumed.
template <class MakeModel>
void expect_resumable(const std::string& folder, MakeModel&& make_model, FitOptions options) {
  options.verbose = 0;
  options.epochs = 3;
  const Dataset data = class_data(40);
  std::vector<std::vector<float>> weights;
  std::vector<std::map<std::string, std::vector<double>>> histories;
  const std::vector<AnyCallback> callbacks = options.callbacks;
  for (int crash : {0, 6, 0}) {
    Sequential model = make_model();
    options.callbacks = callbacks;
    options.callbacks.emplace_back(crash_after(crash));
    if (weights.size() == 1) options.callbacks.emplace_back(BackupAndRestore(folder, {.save_freq = 1}));
    if (crash > 0) {
      EXPECT_THROW(model.fit(data, options), Crash);
      continue;
    }
    histories.push_back(model.fit(data, options).history);
    weights.push_back(all_weights(model));
  }
  EXPECT_EQ(weights[0], weights[1]);
  EXPECT_EQ(histories[0], histories[1]);
}

TEST_F(BackupAndRestoreTest, SchedulesMomentumAndAverages) {
  expect_resumable(
      folder_ / "backup",
      [] {
        Sequential model = classifier(0.2);
        model.compile({.optimizer = SGD({.learning_rate = ExponentialDecay(
                                             {.initial_learning_rate = 0.1, .decay_steps = 5, .decay_rate = 0.5}),
                                         .use_ema = true,
                                         .ema_momentum = 0.8,
                                         .momentum = 0.9}),
                       .loss = SparseCategoricalCrossentropy({.from_logits = true})});
        return model;
      },
      {.batch_size = 10});
}

TEST_F(BackupAndRestoreTest, ARateThatGoesByTheLastOneIsNotLoweredTwice) {
  expect_resumable(
      folder_ / "backup", [] { return classifier(); },
      {.batch_size = 10, .callbacks = {LearningRateScheduler([](int, double rate) { return rate * 0.5; })}});
}

TEST_F(BackupAndRestoreTest, EpochsOfAGivenNumberOfSteps) {
  expect_resumable(folder_ / "backup", [] { return classifier(0.3); },
                   {.batch_size = 16, .validation_split = 0.2, .steps_per_epoch = 3, .seed = 5});
}

TEST_F(BackupAndRestoreTest, ATrainingThatHadEndedIsNotTrainedFurther) {
  const auto fit = [&](bool keep) {
    Sequential model = classifier();
    LambdaCallback worse;  // from epoch to epoch: stops in the second
    worse.epoch_end = [](int epoch, Logs& logs) { logs.set("val_loss", epoch); };
    const History history =
        model.fit(class_data(20), {.epochs = 5,
                                   .verbose = 0,
                                   .callbacks = {worse, EarlyStopping({.patience = 1}),
                                                 BackupAndRestore(folder_ / "backup", {.delete_checkpoint = !keep})}});
    return std::pair(all_weights(model), history.epoch);
  };
  const auto first = fit(true), second = fit(true), third = fit(false);
  EXPECT_EQ(first.second, (std::vector<int>{0, 1}));
  EXPECT_EQ(first, second);
  EXPECT_EQ(first, third);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "backup"));
}

TEST_F(BackupAndRestoreTest, CtrlCKeepsABackupOfTheLastBatch) {
  const auto fit = [&](int interrupt_after) {
    Sequential model = classifier(0.3);
    LambdaCallback interrupt;
    interrupt.train_batch_begin = [interrupt_after, seen = 0](std::int64_t) mutable {
      if (++seen == interrupt_after) std::raise(SIGINT);
    };
    const auto backup = std::make_shared<BackupAndRestore>(folder_ / "backup");
    model.fit(class_data(40), {.epochs = 2, .batch_size = 8, .verbose = 0, .callbacks = {backup, interrupt}});
    return std::pair(all_weights(model), backup->resumed());
  };
  const auto unbroken = fit(0);
  EXPECT_FALSE(unbroken.second);
  EXPECT_FALSE(fit(7).second);
  EXPECT_THAT(console_, HasSubstr("Stopped by Ctrl-C in epoch 2 after batch 2"));
  EXPECT_EQ(files_in("backup"),
            (std::vector<std::string>{"epoch0002-batch000000.safetensors", "epoch0002-batch000002.safetensors"}));
  const auto resumed = fit(0);
  EXPECT_TRUE(resumed.second);
  EXPECT_EQ(resumed.first, unbroken.first);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "backup"));
}

class DamagedBackups : public BackupAndRestoreTest {
 protected:
  std::vector<float> fit(int crash, std::int64_t batch_size = 10, std::int64_t units = 3) {
    Sequential model = classifier(0.3);
    if (units != 3) {
      clear_session();
      model = Sequential({Dense(8), Dense(units)});
      model.compile({.optimizer = "adam", .loss = SparseCategoricalCrossentropy({.from_logits = true})});
    }
    model.fit(class_data(40),
              {.epochs = 2,
               .batch_size = batch_size,
               .verbose = 0,
               .callbacks = {crash_after(crash), BackupAndRestore(folder_ / "backup", {.save_freq = 1})}});
    return all_weights(model);
  }
  std::string newest() const { return folder_ / "backup/epoch0002-batch000002.safetensors"; }
  std::string older() const { return folder_ / "backup/epoch0002-batch000001.safetensors"; }
  void damage(const std::string& path) const {
    std::string bytes = read_text(path);
    bytes[bytes.size() - 3] = static_cast<char>(bytes[bytes.size() - 3] ^ 4);
    write_text(path, bytes);
  }
};

TEST_F(DamagedBackups, ThePreviousOneIsUsedAndAWarningSaysSo) {
  const std::vector<float> unbroken = fit(0);
  EXPECT_THROW(fit(7), Crash);
  ASSERT_EQ(files_in("backup").size(), 2u);
  damage(newest());
  EXPECT_EQ(fit(0), unbroken);
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_THAT(warnings_[0], AllOf(HasSubstr("[BackupAndRestore] goes on from \"" + older()),
                                  HasSubstr("\"" + newest() + "\" is damaged"), HasSubstr("its checksum is")));
}

TEST_F(DamagedBackups, WithoutAnIntactOneTheErrorSaysWhatToDo) {
  EXPECT_THROW(fit(7), Crash);
  damage(newest());
  write_text(older(), "");
  EXPECT_THAT(message_of<FileError>([&] { fit(0); }),
              AllOf(HasSubstr("is intact; remove the folder to begin anew"), HasSubstr("its checksum is"),
                    HasSubstr("it has only 0 bytes")));
}

TEST_F(DamagedBackups, AFullDiskEndsTheTrainingAndLosesNoBackup) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can mount a small disk";
  const std::vector<float> unbroken = fit(0);
  const SmallDisk disk(folder_ / "backup", "size=64k");
  ASSERT_TRUE(disk.mounted());
  EXPECT_THROW(fit(6), Crash);
  const std::vector<std::string> before = files_in("backup");
  ASSERT_EQ(before.size(), 2u);
  write_text(folder_ / "backup/filler", std::string(1 << 20, 'f'));  // as much as there is room for
  EXPECT_THAT(message_of<FileError>([&] { fit(0); }), HasSubstr("no space left on the disk"));
  std::filesystem::remove(folder_ / "backup/filler");
  EXPECT_EQ(files_in("backup"), before);
  EXPECT_EQ(fit(0), unbroken);
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(DamagedBackups, ABackupOfAnotherTrainingIsRefused) {
  EXPECT_THROW(fit(7), Crash);
  EXPECT_THAT(message_of<InvalidArgument>([&] { fit(0, 20); }),
              HasSubstr("is of an epoch with 40 samples in batches of 10, this fit has 40 in batches of 20"));
  EXPECT_THAT(message_of<InvalidArgument>([&] { fit(0, 10, 4); }), HasSubstr("the present model (8, 4)"));
  Sequential model = classifier(0.3);
  const std::vector<float> before = all_weights(model);
  const auto fit_with = [&](const AnyCallback& callback) {
    return message_of<InvalidArgument>([&] {
      model.fit(class_data(40), {.batch_size = 10,
                                 .verbose = 0,
                                 .callbacks = {callback, BackupAndRestore(folder_ / "backup"), TerminateOnNaN()}});
    });
  };
  EXPECT_THAT(fit_with(TerminateOnNaN()), HasSubstr("has the states of 2 callbacks, this fit has 3"));
  EXPECT_EQ(all_weights(model), before);
}

TEST_F(DamagedBackups, ABackupIsAModelToo) {
  EXPECT_THROW(fit(7), Crash);
  EXPECT_EQ(load_model(newest())->count_params(), load_latest_checkpoint(folder_ / "backup")->count_params());
}

TEST_F(BackupAndRestoreTest, MetricsWithoutAStateAreNamed) {
  Sequential model = classifier();
  class Silent final : public Metric {
   public:
    Silent() : Metric("silent") {}
    void update_state(const Tensor&, const Tensor&, const Tensor&) override {}
    Tensor result() const override { return scalar(0); }
    void reset_state() override {}
    std::string class_name() const override { return "Silent"; }
    Config config() const override { return {}; }
  };
  model.compile({.optimizer = "sgd",
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {MetricChoice(Silent())}});
  model.fit(class_data(20), {.verbose = 0, .callbacks = {BackupAndRestore(folder_ / "backup", {.save_freq = 1})}});
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_THAT(warnings_[0], HasSubstr("the metric \"silent\" does not say what it has added up"));
}

TEST(SaveFrequency, IsAnEpochOrANumberOfBatches) {
  EXPECT_TRUE(SaveFrequency("epoch").every_epoch());
  EXPECT_EQ(SaveFrequency(5).batches(), 5);
  EXPECT_THROW(SaveFrequency("batch"), InvalidArgument);
  EXPECT_THROW(SaveFrequency(0), InvalidArgument);
  EXPECT_THROW(BackupAndRestore(""), InvalidArgument);
}

}  // namespace
}  // namespace linnet
