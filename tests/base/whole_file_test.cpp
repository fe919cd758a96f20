#include "linnet/base/whole_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "linnet/base/check.h"
#include "tests/support/temporary_folder.h"

namespace linnet::detail {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(WholeFile, GivesEveryByte) {
  const TemporaryFolder folder;
  const std::string bytes("a\0b\r\n\xff", 6);
  write_text(folder / "bytes", bytes);
  write_text(folder / "empty", "");
  EXPECT_EQ(read_whole_file("test", folder / "bytes"), bytes);
  EXPECT_EQ(read_whole_file("test", folder / "empty"), "");
  EXPECT_EQ(read_file_if_any("test", folder / "bytes"), bytes);
}

TEST(WholeFile, SaysWhatIsThereInstead) {
  const TemporaryFolder folder;
  const auto error_of = [&](const std::string& name) {
    return message_of<FileError>([&] { read_whole_file("test", folder / name); });
  };
  EXPECT_THAT(error_of("none"), StartsWith("[test] cannot read"));
  EXPECT_THAT(error_of("none"), HasSubstr("No such file"));
  EXPECT_THAT(error_of("."), HasSubstr("expected a file"));
  EXPECT_FALSE(read_file_if_any("test", folder / "none"));
  EXPECT_THROW(read_file_if_any("test", folder.path()), FileError);
}

}  // namespace
}  // namespace linnet::detail
