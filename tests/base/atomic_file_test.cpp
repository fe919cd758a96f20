#include "linnet/base/atomic_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "linnet/base/check.h"
#include "tests/support/small_disk.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class AtomicFile : public testing::Test {
 protected:
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder.path()), {}));
  }
  std::string error_of_writing(const std::string& path, const std::string& bytes = "new") {
    return message_of<FileError>([&] { write_file_atomically(path, bytes); });
  }
  TemporaryFolder folder;
};

TEST_F(AtomicFile, ReplacesAWholeFileAndKeepsItsPermissions) {
  write_file_atomically(folder / "a", "earlier");
  chmod((folder / "a").c_str(), 0640);
  write_file_atomically(folder / "a", "later");
  EXPECT_EQ(read_text(folder / "a"), "later");
  struct stat status = {};
  ASSERT_EQ(stat((folder / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0640u);
  EXPECT_EQ(files(), 1u);
}

TEST_F(AtomicFile, WithoutCommitNothingHappens) {
  write_file_atomically(folder / "a", "earlier");
  {
    detail::AtomicFile file(folder / "a");
    file.write("half", 4);
    EXPECT_EQ(files(), 2u);
  }
  EXPECT_EQ(read_text(folder / "a"), "earlier");
  EXPECT_EQ(files(), 1u);
}

TEST_F(AtomicFile, FollowsLinks) {
  write_text(folder / "a", "earlier");
  std::filesystem::create_symlink("a", folder / "link");
  std::filesystem::create_symlink("nothing yet", folder / "dangling");
  std::filesystem::create_symlink("circle", folder / "circle");
  write_file_atomically(folder / "link", "later");
  write_file_atomically(folder / "dangling", "new");
  EXPECT_EQ(read_text(folder / "a"), "later");
  EXPECT_EQ(read_text(folder / "nothing yet"), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "dangling"));
}

TEST_F(AtomicFile, LongNamesHaveRoomForTheTemporary) {
  const std::string name(255, 'n');
  write_file_atomically(folder / name, "bytes");
  EXPECT_EQ(read_text(folder / name), "bytes");
  EXPECT_THAT(error_of_writing(folder / (name + "n")), HasSubstr("name too long"));
}

TEST_F(AtomicFile, SaysWhatIsWrong) {
  EXPECT_THAT(error_of_writing(folder / "no/such/a"),
              AllOf(HasSubstr("[save] cannot write"), HasSubstr("such a folder")));
  EXPECT_THAT(error_of_writing(folder.path()), HasSubstr("directory"));
  EXPECT_THAT(message_of<FileError>([&] { write_file_atomically(folder / "no/a", "", "CSVLogger"); }),
              HasSubstr("[CSVLogger] cannot write"));
  EXPECT_EQ(error_of_writing("/dev/null"), "");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST_F(AtomicFile, DoesNotReplaceWhatMustNotBeWritten) {
  write_text(folder / "a", "earlier");
  chmod((folder / "a").c_str(), 0444);
  chmod(folder.path().c_str(), 0777);
  const uid_t user = geteuid(), nobody = 65534;
  ASSERT_TRUE(user != 0 || seteuid(nobody) == 0);  // root may write everything
  const std::string error = error_of_writing(folder / "a");
  ASSERT_TRUE(user != 0 || seteuid(user) == 0);
  EXPECT_THAT(error, HasSubstr("may this user write there?"));
  EXPECT_EQ(read_text(folder / "a"), "earlier");
}

TEST_F(AtomicFile, RemovesTemporariesOfTheDeadAndThoseOnly) {
  write_text(folder / "a.tmp1-0", "of a process that is gone");
  write_text(folder / concat("a.tmp", getpid(), "-0"), "of one that had our number");
  write_text(folder / "a.tmp", "no temporary");
  write_text(folder / "a.tmp1-x", "no temporary");
  write_text(folder / "b.tmp1-0", "of another file");
  detail::AtomicFile living(folder / "a");
  living.write("living", 6);
  write_file_atomically(folder / "a", "second");
  EXPECT_FALSE(std::filesystem::exists(folder / "a.tmp1-0"));
  EXPECT_TRUE(std::filesystem::exists(folder / "a.tmp"));
  EXPECT_TRUE(std::filesystem::exists(folder / "a.tmp1-x"));
  EXPECT_TRUE(std::filesystem::exists(folder / "b.tmp1-0"));
  EXPECT_EQ(files(), 5u);  // those three, "a", and the temporary of the living
  living.commit();
  EXPECT_EQ(read_text(folder / "a"), "living");
  EXPECT_EQ(files(), 4u);
}

TEST_F(AtomicFile, AKilledWriterLeavesTheEarlierFileAndALittleLitter) {
  write_file_atomically(folder / "a", "earlier");
  const pid_t child = fork();
  if (child == 0) {
    detail::AtomicFile file(folder / "a");
    file.write("half", 4);
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(read_text(folder / "a"), "earlier");
  EXPECT_EQ(files(), 2u);
  write_file_atomically(folder / "a", "later");
  EXPECT_EQ(read_text(folder / "a"), "later");
  EXPECT_EQ(files(), 1u);
}

TEST_F(AtomicFile, ManyWritersOfOneFileAllSucceed) {
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i)
    writers.emplace_back([this, i] {
      for (int turn = 0; turn < 25; ++turn)
        write_file_atomically(folder / "a", std::string(10'000, static_cast<char>('a' + i)));
    });
  for (std::thread& writer : writers) writer.join();
  const std::string text = read_text(folder / "a");
  EXPECT_EQ(text, std::string(10'000, text[0]));
  EXPECT_EQ(files(), 1u);
}

// A pipe that is full makes write() wait, and signals interrupt the waiting.
TEST_F(AtomicFile, GoesOnAfterInterruptedAndPartialWrites) {
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  const std::string bytes(500'000, 'x');
  std::string received;
  sigset_t alarms, unblocked;
  sigemptyset(&alarms);
  sigaddset(&alarms, SIGALRM);
  pthread_sigmask(SIG_BLOCK, &alarms, &unblocked);  // the reader inherits this: the writer alone is interrupted
  std::thread reader([&] {
    const int pipe = open((folder / "pipe").c_str(), O_RDONLY);
    char buffer[4096];
    for (ssize_t got = 1; got > 0;) {
      std::this_thread::sleep_for(std::chrono::microseconds(100));
      got = read(pipe, buffer, sizeof(buffer));
      if (got > 0) received.append(buffer, static_cast<std::size_t>(got));
    }
    close(pipe);
  });
  pthread_sigmask(SIG_SETMASK, &unblocked, nullptr);
  struct sigaction action = {}, before = {};
  action.sa_handler = [](int) {};
  sigaction(SIGALRM, &action, &before);
  const struct itimerval often = {{0, 1000}, {0, 1000}}, never = {};
  setitimer(ITIMER_REAL, &often, nullptr);
  write_file_atomically(folder / "pipe", bytes);
  setitimer(ITIMER_REAL, &never, nullptr);
  reader.join();
  sigaction(SIGALRM, &before, nullptr);
  EXPECT_EQ(received, bytes);
}

TEST_F(AtomicFile, AFullDiskKeepsTheEarlierFileAndSaysSo) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can mount a small disk";
  const SmallDisk disk(folder / "disk", "size=64k");
  ASSERT_TRUE(disk.mounted()) << "mount: " << std::strerror(errno);
  const std::string path = folder / "disk/a", bytes(30'000, 'e');
  EXPECT_THAT(error_of_writing(path, std::string(100'000, 'x')),
              AllOf(HasSubstr("[save] no space left on the disk for"), Not(HasSubstr("earlier"))));
  write_file_atomically(path, bytes);
  EXPECT_THAT(error_of_writing(path, std::string(60'000, 'x')),
              AllOf(HasSubstr("[save] no space left on the disk for"), HasSubstr("the earlier file is untouched")));
  EXPECT_EQ(read_text(path), bytes);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "disk"), {}), 1);  // no temporary is left
  write_file_atomically(path, std::string(28'000, 'l'));  // there is room for a second one of this size
  EXPECT_EQ(read_text(path), std::string(28'000, 'l'));
}

TEST_F(AtomicFile, ADiskWithoutRoomForAnotherNameKeepsTheEarlierFile) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can mount a small disk";
  const SmallDisk disk(folder / "disk", "size=64k,nr_inodes=2");  // the folder itself and one file
  ASSERT_TRUE(disk.mounted()) << "mount: " << std::strerror(errno);
  write_file_atomically(folder / "disk/a", "earlier");
  EXPECT_THAT(error_of_writing(folder / "disk/a"), HasSubstr("the earlier file is untouched"));
  EXPECT_EQ(read_text(folder / "disk/a"), "earlier");
}

}  // namespace
}  // namespace linnet
