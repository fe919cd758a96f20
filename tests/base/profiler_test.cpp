#include "linnet/base/profiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "linnet/base/check.h"
#include "linnet/base/profile_scope.h"
#include "linnet/base/thread_pool.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using detail::Phase;
using detail::ProfileKind;
using detail::ProfileScope;
using testing::HasSubstr;
using testing::Not;

const ProfileRow* find(const std::vector<ProfileRow>& rows, const std::string& kind, const std::string& name) {
  const auto it = std::find_if(rows.begin(), rows.end(),
                               [&](const ProfileRow& row) { return row.kind == kind && row.name == name; });
  return it == rows.end() ? nullptr : &*it;
}

void multiply() { const ProfileScope scope(ProfileKind::kernel, "matmul", {64, 784, 64}); }

TEST(Profiler, CountsCallsByKindNameAndSizes) {
  const Profiler profiler;
  for (int i = 0; i < 3; ++i) {
    const Phase step("train_step");
    multiply();
    const ProfileScope smaller(ProfileKind::kernel, "matmul", {64, 64, 10});
  }
  const std::vector<ProfileRow> rows = profiler.rows();
  ASSERT_EQ(rows.size(), 3u);
  ASSERT_NE(find(rows, "phase", "train_step"), nullptr);
  ASSERT_NE(find(rows, "kernel", "matmul 64x784x64"), nullptr);
  EXPECT_EQ(find(rows, "kernel", "matmul 64x784x64")->calls, 3);
  EXPECT_EQ(find(rows, "kernel", "matmul 64x64x10")->calls, 3);
  const ProfileRow& step = *find(rows, "phase", "train_step");
  EXPECT_GE(step.seconds, find(rows, "kernel", "matmul 64x784x64")->seconds);
  EXPECT_GE(profiler.seconds(), step.seconds);
}

TEST(Profiler, AKernelWithinAnotherIsPartOfIt) {
  const Profiler profiler;
  {
    const ProfileScope outer(ProfileKind::kernel, "matmul");
    const ProfileScope inner(ProfileKind::kernel, "tanh");
  }
  const ProfileScope after(ProfileKind::kernel, "ended later");
  multiply();  // within `after`
  EXPECT_EQ(profiler.rows().size(), 1u);
  EXPECT_EQ(profiler.rows()[0].name, "matmul");
}

TEST(Profiler, RecordsFromItsBeginningToStop) {
  multiply();
  Profiler profiler;
  multiply();
  profiler.stop();
  const double seconds = profiler.seconds();
  multiply();
  EXPECT_EQ(profiler.rows().at(0).calls, 1);
  EXPECT_EQ(profiler.seconds(), seconds);
}

TEST(Profiler, SeveralRecordAtOnce) {
  const Profiler outer;
  multiply();
  const Profiler inner;
  multiply();
  EXPECT_EQ(outer.rows().at(0).calls, 2);
  EXPECT_EQ(inner.rows().at(0).calls, 1);
}

TEST(Profiler, OneLineForWhatSeveralThreadsDid) {
  const Profiler profiler;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([] {
      for (int i = 0; i < 100; ++i) multiply();
    });
  while (profiler.rows().empty()) std::this_thread::yield();  // reading does not disturb who records
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(profiler.rows().size(), 1u);
  EXPECT_EQ(profiler.rows()[0].calls, 300);
}

TEST(Profiler, ANameNeedsToLiveOnlyAsLongAsItsScope) {
  const Profiler profiler;
  for (int i = 0; i < 2; ++i) {
    const std::string name = "a layer with a name of its own, " + std::string(100, 'x');
    const ProfileScope scope(ProfileKind::layer, name);
  }
  ASSERT_EQ(profiler.rows().size(), 1u);
  EXPECT_EQ(profiler.rows()[0].calls, 2);
}

TEST(Profiler, TableSaysWhatAStepTook) {
  const Profiler profiler;
  for (int i = 0; i < 4; ++i) {
    const Phase step("train_step");
    multiply();
  }
  EXPECT_THAT(profiler.table(), HasSubstr("training steps: 4"));
  EXPECT_THAT(profiler.table(), HasSubstr("us a step"));
  const Profiler none;
  EXPECT_THAT(none.table(), Not(HasSubstr("step")));
}

TEST(Profiler, TableSaysWhatATraceDoesNotHold) {
  const Profiler profiler;
  for (int i = 0; i < 1'000'000; ++i) multiply();
  EXPECT_THAT(profiler.table(), Not(HasSubstr("A trace holds")));
  multiply();
  EXPECT_THAT(profiler.table(), HasSubstr("A trace holds the first 1000000 of 1000001 entries."));
  EXPECT_EQ(profiler.rows().at(0).calls, 1'000'001);
}

TEST(Profiler, TraceIsChromesFormatWithTheBlocksOfAllThreads) {
  const TemporaryFolder folder;
  Profiler profiler;
  {
    const ProfileScope scope(ProfileKind::kernel, "a \"quoted\" name");
    parallel_blocks(4, [](std::int64_t) {});
  }
  profiler.stop();
  profiler.write_trace(folder / "trace.json");
  const nlohmann::json trace = nlohmann::json::parse(read_text(folder / "trace.json"));
  int blocks = 0;
  for (const nlohmann::json& event : trace["traceEvents"]) {
    EXPECT_EQ(event["ph"], "X");
    EXPECT_GE(event["dur"].get<double>(), 0);
    blocks += event["cat"] == "block";
  }
  EXPECT_EQ(trace["traceEvents"].back()["name"], "a \"quoted\" name");
  EXPECT_EQ(blocks, num_threads() > 1 ? 4 : 0);  // with one thread there are no blocks to hand out
  EXPECT_THROW(profiler.write_trace(folder / "none/trace.json"), FileError);
}

TEST(Profiler, TraceOfNothingIsValidToo) {
  const TemporaryFolder folder;
  Profiler().write_trace(folder / "trace.json");
  EXPECT_TRUE(nlohmann::json::parse(read_text(folder / "trace.json"))["traceEvents"].empty());
}

}  // namespace
}  // namespace linnet
