#include "linnet/models/model_checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linnet/base/warning.h"
#include "linnet/models/callbacks.h"
#include "linnet/models/checkpoint_name.h"
#include "linnet/models/progress_bar.h"
#include "tests/models/small_models.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::all_weights;
using ::testing::AllOf;
using testing::class_data;
using testing::classifier;
using ::testing::HasSubstr;

class ModelCheckpointTest : public ::testing::Test {
 protected:
  void SetUp() override {
    set_console({[this](const std::string& text) { console_ += text; }, {}});
    set_warning_handler([this](const std::string& text) { warnings_.push_back(text); });
  }
  void TearDown() override {
    set_console({});
    set_warning_handler({});
  }

  /// Two batches an epoch; "val_loss" is scripted.
  Sequential fit(const ModelCheckpoint& checkpoint, const std::vector<double>& losses) {
    Sequential model = classifier();
    LambdaCallback script;
    script.epoch_end = [&losses](int epoch, Logs& logs) {
      logs.set("val_loss", losses[static_cast<std::size_t>(epoch)]);
    };
    const int epochs = static_cast<int>(losses.size());
    model.fit(class_data(20), {.epochs = epochs, .batch_size = 10, .verbose = 0, .callbacks = {script, checkpoint}});
    return model;
  }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path()))
      if (entry.is_regular_file()) names.push_back(std::filesystem::relative(entry.path(), folder_.path()).string());
    std::sort(names.begin(), names.end());
    return names;
  }
  using Names = std::vector<std::string>;

  TemporaryFolder folder_;
  std::string console_;
  std::vector<std::string> warnings_;
};

TEST_F(ModelCheckpointTest, SavesAfterEveryEpochAndMakesFolders) {
  const Sequential model =
      fit(ModelCheckpoint(folder_ / "new/{epoch:02d}-{val_loss:.2f}.safetensors", {.verbose = 1}), {0.5, 0.25});
  EXPECT_EQ(files(), (Names{"new/01-0.50.safetensors", "new/02-0.25.safetensors"}));
  EXPECT_EQ(all_weights(*load_model(folder_ / "new/02-0.25.safetensors")), all_weights(model));
  const std::string first = folder_ / "new/01-0.50.safetensors", second = folder_ / "new/02-0.25.safetensors";
  EXPECT_EQ(console_, "\nEpoch 1: saving model to " + first + "\n\nEpoch 1: finished saving model to " + first +
                          "\n\nEpoch 2: saving model to " + second + "\n\nEpoch 2: finished saving model to " + second +
                          "\n");
}

TEST_F(ModelCheckpointTest, SavesTheBestOnly) {
  const std::string path = folder_ / "best.safetensors";
  std::vector<float> best;
  fit(ModelCheckpoint(path, {.verbose = 1, .save_best_only = true}), {0.5, 0.25, 0.75});
  EXPECT_EQ(console_, "\nEpoch 1: val_loss improved from None to 0.50000, saving model to " + path +
                          "\n\nEpoch 1: finished saving model to " + path +
                          "\n\nEpoch 2: val_loss improved from 0.50000 to 0.25000, saving model to " + path +
                          "\n\nEpoch 2: finished saving model to " + path +
                          "\n\nEpoch 3: val_loss did not improve from 0.25000\n");
  EXPECT_EQ(load_model(path)->optimizer().iterations(), 4);  // of two epochs
}

TEST_F(ModelCheckpointTest, BestHasADirectionAndAThreshold) {
  fit(ModelCheckpoint(folder_ / "max{epoch}.safetensors", {.save_best_only = true, .mode = "max"}), {1, 3, 2});
  fit(ModelCheckpoint(folder_ / "low{epoch}.safetensors", {.save_best_only = true, .initial_value_threshold = 1.5}),
      {3, 2, 1});
  EXPECT_EQ(files(), (Names{"low3.safetensors", "max1.safetensors", "max2.safetensors"}));
}

TEST_F(ModelCheckpointTest, SavesEveryNBatchesAcrossEpochs) {
  fit(ModelCheckpoint(folder_ / "{epoch}-{batch}.safetensors", {.save_freq = 3}), {1, 1, 1});
  EXPECT_EQ(files(), (Names{"2-1.safetensors", "3-2.safetensors"}));
  fit(ModelCheckpoint(folder_ / "logs-{loss:.1f}.safetensors", {.save_freq = 6}), {1, 1, 1});
  EXPECT_EQ(files().size(), 3u);
}

TEST_F(ModelCheckpointTest, KeepsTheLastOnesOfItsOwn) {
  write_text(folder_ / "0.safetensors", "of somebody else");
  fit(ModelCheckpoint(folder_ / "{epoch}.safetensors", {.keep_last = 2}), {1, 1, 1, 1});
  EXPECT_EQ(files(), (Names{"0.safetensors", "3.safetensors", "4.safetensors"}));
  fit(ModelCheckpoint(folder_ / "same.safetensors", {.keep_last = 1}), {1, 1});
  EXPECT_EQ(files().back(), "same.safetensors");
}

TEST_F(ModelCheckpointTest, SavesWeightsAlone) {
  const std::string path = folder_ / "weights.safetensors";
  Sequential model = fit(ModelCheckpoint(path, {.save_weights_only = true}), {1});
  EXPECT_THAT(message_of<FileError>([&] { load_model(path); }), HasSubstr("no metadata \"model\""));
  Sequential other = classifier();
  other.load_weights(path);
  EXPECT_EQ(all_weights(other), all_weights(model));
}

TEST_F(ModelCheckpointTest, SaysWhatIsWrong) {
  EXPECT_THAT(message_of<InvalidArgument>([] { ModelCheckpoint("best.pt"); }),
              HasSubstr("ends in .safetensors, or in .keras or .h5"));
  EXPECT_THROW(ModelCheckpoint("a.safetensors", {.mode = "least"}), InvalidArgument);
  EXPECT_THROW(ModelCheckpoint("a.safetensors", {.keep_last = 0}), InvalidArgument);
  EXPECT_THAT(message_of<InvalidArgument>([&] { fit(ModelCheckpoint(folder_ / "{val_mae:.2f}.safetensors"), {1}); }),
              AllOf(HasSubstr("{val_mae:.2f}"), HasSubstr("the names there are: epoch, accuracy, loss, val_loss")));
  EXPECT_THROW(fit(ModelCheckpoint("/proc/no/{epoch}.safetensors"), {1}), FileError);
  fit(ModelCheckpoint(folder_ / "a.safetensors", {.monitor = "val_mae", .save_best_only = true}), {1});
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_THAT(warnings_[0], HasSubstr("Can save best model only with val_mae available."));
}

TEST_F(ModelCheckpointTest, TheLatestIsFoundAndTheOneBeforeItWhenItIsDamaged) {
  const std::string pattern = folder_ / "{epoch}-{val_loss:.1f}.safetensors";
  fit(ModelCheckpoint(pattern), {3, 2, 1});
  const auto damage = [&](const std::string& name) {
    std::string bytes = read_text(folder_ / name);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    const auto time = std::filesystem::last_write_time(folder_ / name);
    write_text(folder_ / name, bytes);
    std::filesystem::last_write_time(folder_ / name, time);
  };
  EXPECT_EQ(load_latest_checkpoint(folder_.path())->optimizer().iterations(), 6);
  EXPECT_EQ(load_latest_checkpoint(pattern)->optimizer().iterations(), 6);
  EXPECT_EQ(load_latest_checkpoint(folder_ / "1-{x}.safetensors")->optimizer().iterations(), 2);
  EXPECT_TRUE(warnings_.empty());

  damage("3-1.0.safetensors");
  EXPECT_EQ(load_latest_checkpoint(pattern)->optimizer().iterations(), 4);
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_THAT(warnings_[0],
              AllOf(HasSubstr("loaded \"" + folder_ / "2-2.0.safetensors"), HasSubstr("its checksum is")));
  EXPECT_THAT(
      message_of<FileError>([&] { load_model(folder_ / "3-1.0.safetensors"); }),
      AllOf(HasSubstr("is damaged"), HasSubstr("an intact model beside it is \"" + folder_ / "2-2.0.safetensors")));

  damage("2-2.0.safetensors");
  damage("1-3.0.safetensors");
  EXPECT_THAT(message_of<FileError>([&] { load_latest_checkpoint(folder_.path()); }),
              AllOf(HasSubstr("found damaged ones only"), HasSubstr("1-3.0.safetensors\" is damaged")));
  EXPECT_THAT(message_of<FileError>([&] { load_latest_checkpoint(folder_ / "none"); }), HasSubstr("found none"));
}

TEST(CheckpointName, FormatsAsPythonDoes) {
  const std::vector<std::pair<std::string, double>> values{{"epoch", 7}, {"loss", 0.123456}, {"batch", 12}};
  EXPECT_EQ(fill_in("{epoch:03d}-{loss:.4f}-{batch}", values), "007-0.1235-12");
  EXPECT_EQ(fill_in("{epoch:4d}|{loss:08.2f}|{loss:.1e}|{loss:.2g}|{loss}|{epoch:.1f}", values),
            "   7|00000.12|1.2e-01|0.12|0.123456|7.0");
  EXPECT_EQ(fill_in("{{epoch}} and }", values), "{epoch} and }");
  EXPECT_EQ(fill_in("plain", {}), "plain");
  for (const char* wrong :
       {"{epoch:x}", "{loss:d}", "{loss:.f}", "{loss:999f}", "{loss:%s}", "{acc}", "{}", "{epoch:02d:}"})
    EXPECT_THROW(fill_in(wrong, values), InvalidArgument) << wrong;
}

TEST(CheckpointName, MatchesWhatItCouldHaveMade) {
  EXPECT_TRUE(matches_pattern("07-0.5.safetensors", "{epoch:02d}-{loss:.1f}.safetensors"));
  EXPECT_TRUE(matches_pattern("a.safetensors", "a.safetensors"));
  EXPECT_FALSE(matches_pattern("b.safetensors", "a.safetensors"));
  EXPECT_FALSE(matches_pattern("07.safetensors", "{epoch}-{loss}.safetensors"));
  EXPECT_FALSE(matches_pattern("07.safetensors.tmp1-2", "{epoch}.safetensors"));
  EXPECT_FALSE(matches_pattern("aba", "ab{x}ba"));
}

}  // namespace
}  // namespace linnet
