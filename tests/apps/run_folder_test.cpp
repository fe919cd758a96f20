#include "cli/run_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linnet/base/atomic_file.h"
#include "tests/support/temporary_folder.h"

namespace linnet::cli {
namespace {

using testing::ElementsAre;

class RunFolder : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::filesystem::path claim() {
    return claim_run_folder({.out = folder / "run"}, "mnist", {"train", "mnist", "--checkpoint"});
  }
};

TEST_F(RunFolder, IsGivenBackWhenNothingCameAbout) {
  const auto run = claim();
  EXPECT_TRUE(std::filesystem::exists(run / "command.json"));
  give_back_run_folder(run);
  EXPECT_FALSE(std::filesystem::exists(run));
}

TEST_F(RunFolder, KeepsItsCommandBesideABackup) {
  const auto run = claim();
  std::filesystem::create_directory(run / "backup");
  give_back_run_folder(run);
  EXPECT_THAT(command_of_run(run), ElementsAre("train", "mnist", "--checkpoint"));
  EXPECT_THAT(with_resumed_options({"train", "--resume", run, "--threads", "1"}),
              ElementsAre("train", "mnist", "--checkpoint", "--resume", run.string(), "--threads", "1"));
}

TEST_F(RunFolder, KeepsItsCommandBesideTheReportOfAFailure) {
  const auto run = claim();
  write_file_atomically(run / "report.html", "<html>");
  give_back_run_folder(run);
  EXPECT_THAT(command_of_run(run), ElementsAre("train", "mnist", "--checkpoint"));
}

}  // namespace
}  // namespace linnet::cli
