#include "linnet/base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>
#include <vector>

#include "linnet/base/check.h"

namespace linnet {
namespace {

class ThreadPool : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    before_ = num_threads();
    set_num_threads(GetParam());
  }
  void TearDown() override { set_num_threads(before_); }

 private:
  int before_ = 1;
};
INSTANTIATE_TEST_SUITE_P(Threads, ThreadPool, ::testing::Values(1, 2, 3, 4, 7));

TEST_P(ThreadPool, RunsEveryBlockOnce) {
  for (std::int64_t count : {0, 1, 2, 3, 4, 5, 16, 100, 100000}) {
    std::vector<std::atomic<int>> calls(static_cast<std::size_t>(count));
    parallel_blocks(count, [&](std::int64_t block) { ++calls[static_cast<std::size_t>(block)]; });
    for (const auto& n : calls) ASSERT_EQ(n, 1);
  }
}

TEST_P(ThreadPool, SurvivesManySmallJobs) {
  std::int64_t expected = 0;
  std::atomic<std::int64_t> total = 0;
  for (int job = 0; job < 50000; ++job) {
    const std::int64_t count = 1 + job % 5;
    parallel_blocks(count, [&](std::int64_t block) { total += block + job; });
    expected += count * job + count * (count - 1) / 2;
    ASSERT_EQ(total, expected) << "job " << job;  // run() returned before all blocks were done
  }
}

TEST_P(ThreadPool, WakesThreadsThatSleep) {
  for (int job = 0; job < 30; ++job) {
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    std::atomic<int> done = 0;
    parallel_blocks(8, [&](std::int64_t) {
      std::this_thread::sleep_for(std::chrono::microseconds(50));
      ++done;
    });
    ASSERT_EQ(done, 8);
  }
}

// Jobs with fewer blocks than threads leave some of these asleep; the next one may want them.
TEST_P(ThreadPool, RunsJobsOfAllSizesInTurns) {
  for (int job = 0; job < 3000; ++job) {
    const std::int64_t count = 2 + job * 7 % 15;
    if (job % 50 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
    std::atomic<std::int64_t> total = 0;
    parallel_blocks(count, [&](std::int64_t block) { total += block + 1; });
    ASSERT_EQ(total, count * (count + 1) / 2) << "job " << job;
  }
}

TEST_P(ThreadPool, ServesSeveralCallersAtOnce) {
  std::vector<std::thread> callers;
  std::atomic<int> wrong = 0;
  for (int caller = 0; caller < 3; ++caller)
    callers.emplace_back([&, caller] {
      for (int job = 0; job < 3000; ++job) {
        std::vector<int> values(4, -1);
        parallel_blocks(4, [&](std::int64_t block) { values[static_cast<std::size_t>(block)] = caller + job; });
        for (int value : values) wrong += value != caller + job;
      }
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(wrong, 0);
}

TEST_P(ThreadPool, RunsNestedCallsSerially) {
  std::atomic<int> total = 0, foreign = 0;
  parallel_blocks(4, [&](std::int64_t) {
    const auto thread = std::this_thread::get_id();
    parallel_blocks(5, [&](std::int64_t) {
      ++total;
      foreign += std::this_thread::get_id() != thread;
    });
  });
  EXPECT_EQ(total, 20);
  EXPECT_EQ(foreign, 0);
}

TEST_P(ThreadPool, FlushesSubnormalNumbersInBlocksOnly) {
  volatile float smallest_normal = 1.17549435e-38f;
  for (std::int64_t count : {1, 4, 64}) {
    std::atomic<int> kept = 0;
    parallel_blocks(count, [&](std::int64_t) { kept += smallest_normal / 2 != 0; });
#if defined(__SSE2__) || defined(__aarch64__)
    EXPECT_EQ(kept, 0);
#endif
  }
  EXPECT_NE(smallest_normal / 2, 0.0f);
}

TEST(ParallelRanges, CoverTheRangeInMultiplesOfTheAlignment) {
  for (std::int64_t n : {0, 1, 15, 16, 17, 100, 1000, 4096, 4097})
    for (std::int64_t grain : {1, 16, 1000})
      for (std::int64_t align : {1, 16}) {
        std::vector<std::atomic<int>> seen(static_cast<std::size_t>(n));
        parallel_ranges(n, grain, align, [&](std::int64_t first, std::int64_t last) {
          EXPECT_EQ(first % align, 0);
          EXPECT_LT(first, last);
          for (std::int64_t i = first; i < last; ++i) ++seen[static_cast<std::size_t>(i)];
        });
        for (const auto& count : seen) ASSERT_EQ(count, 1) << n << " " << grain << " " << align;
      }
}

TEST(SetNumThreads, ChecksItsArgument) {
  const int before = num_threads();
  EXPECT_THROW(set_num_threads(0), InvalidArgument);
  EXPECT_THROW(set_num_threads(-1), InvalidArgument);
  EXPECT_THROW(set_num_threads(1 << 20), InvalidArgument);
  EXPECT_EQ(num_threads(), before);
}

TEST(SetNumThreads, MayBeCalledWhileOthersWork) {
  const int before = num_threads();
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::thread worker([&] {
    while (!stop) {
      std::atomic<int> done = 0;
      parallel_blocks(6, [&](std::int64_t) { ++done; });
      wrong += done != 6;
    }
  });
  for (int i = 0; i < 60; ++i) set_num_threads(1 + i % 4);
  stop = true;
  worker.join();
  EXPECT_EQ(wrong, 0);
  set_num_threads(before);
}

}  // namespace
}  // namespace linnet
