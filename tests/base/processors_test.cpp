#include "linnet/base/processors.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace linnet::detail {
namespace {

namespace fs = std::filesystem;

/// A folder that looks like the root of a machine.
class Processors : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(root_); }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text << '\n';
  }
  void siblings(int processor, const std::string& list) {
    write("sys/devices/system/cpu/cpu" + std::to_string(processor) + "/topology/thread_siblings_list", list);
  }
  int threads(const std::vector<int>& allowed) { return polite_num_threads(allowed, root_.string()); }

 private:
  const std::string test_ = ::testing::UnitTest::GetInstance()->current_test_info()->name();
  const fs::path root_ =
      fs::path(::testing::TempDir()) / ("linnet_processors_" + test_ + "_" + std::to_string(getpid()));
};

TEST_F(Processors, CountsCoresOnce) {
  for (int p : {0, 1, 2, 3}) siblings(p, std::to_string(p % 2) + "," + std::to_string(p % 2 + 2));
  for (int p : {4, 5}) siblings(p, "4-5");
  siblings(6, "6");
  EXPECT_EQ(threads({0, 1, 2, 3, 4, 5, 6}), 4);
}

TEST_F(Processors, KeepsToTheAffinityMask) {
  for (int p : {0, 1, 2, 3}) siblings(p, p < 2 ? "0-1" : "2-3");
  EXPECT_EQ(threads({0, 1}), 1);
  EXPECT_EQ(threads({1, 2}), 2);
  EXPECT_EQ(threads({3}), 1);
}

TEST_F(Processors, CountsProcessorsWithoutTopologyAsCores) {
  EXPECT_EQ(threads({0, 1, 7}), 3);
  siblings(0, "0-1");
  siblings(1, "");
  EXPECT_EQ(threads({0, 1, 7}), 3);
  EXPECT_EQ(threads({}), 1);
}

TEST_F(Processors, KeepsToTheQuotaOfCgroups2) {
  write("proc/self/cgroup", "0::/user.slice/job");
  EXPECT_EQ(threads({0, 1, 2, 3}), 4) << "no cpu.max at all";
  write("sys/fs/cgroup/user.slice/job/cpu.max", "max 100000");
  EXPECT_EQ(threads({0, 1, 2, 3}), 4);
  write("sys/fs/cgroup/user.slice/job/cpu.max", "300000 100000");
  EXPECT_EQ(threads({0, 1, 2, 3}), 3);
  EXPECT_EQ(threads({0, 1}), 2);
  write("sys/fs/cgroup/user.slice/cpu.max", "80000 50000");
  EXPECT_EQ(threads({0, 1, 2, 3}), 2) << "1.6 processors of the group around it";
  write("sys/fs/cgroup/cpu.max", "20000 100000");
  EXPECT_EQ(threads({0, 1, 2, 3}), 1) << "a fifth of a processor";
}

TEST_F(Processors, KeepsToTheQuotaOfCgroups1) {
  write("proc/self/cgroup", "5:cpuset:/\n4:cpu,cpuacct:/docker/7f\n1:name=systemd:/docker/7f\n0::/");
  const std::string mount = "sys/fs/cgroup/cpu,cpuacct/";
  write(mount + "docker/7f/cpu.cfs_period_us", "100000");
  write(mount + "docker/7f/cpu.cfs_quota_us", "-1");
  EXPECT_EQ(threads({0, 1, 2, 3}), 4);
  write(mount + "docker/7f/cpu.cfs_quota_us", "200000");
  EXPECT_EQ(threads({0, 1, 2, 3}), 2);
  write(mount + "docker/cpu.cfs_period_us", "100000");
  write(mount + "docker/cpu.cfs_quota_us", "100000");
  EXPECT_EQ(threads({0, 1, 2, 3}), 1);
}

TEST_F(Processors, FindsTheQuotaOfAContainerThatSeesOnlyItself) {
  write("proc/self/cgroup", "4:cpu:/docker/7f");
  write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
  write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "250000");
  EXPECT_EQ(threads({0, 1, 2, 3}), 3);
}

TEST_F(Processors, IgnoresWhatItCannotRead) {
  write("proc/self/cgroup", "\n0::\nnonsense\n3:cpu\n0::/a");
  write("sys/fs/cgroup/a/cpu.max", "garbage");
  EXPECT_EQ(threads({0, 1}), 2);
  write("sys/fs/cgroup/a/cpu.max", "100000 0");
  EXPECT_EQ(threads({0, 1}), 2);
}

TEST(AllowedProcessors, AreThoseOfTheAffinityMask) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  const std::vector<int> all = allowed_processors();
  EXPECT_EQ(static_cast<int>(all.size()), CPU_COUNT(&before));
  for (int processor : all) EXPECT_TRUE(CPU_ISSET(processor, &before));
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(all.back(), &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(allowed_processors(), std::vector<int>{all.back()});
  EXPECT_EQ(polite_num_threads(allowed_processors()), 1);
  ASSERT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
}

}  // namespace
}  // namespace linnet::detail
