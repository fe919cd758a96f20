#include "linnet/data/zip_members.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linnet/base/check.h"
#include "linnet/data/npy.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(ZipMembers, AreStoredOrDeflatedOrAbsent) {
  const TemporaryFolder folder;
  const std::string path = folder / "arrays.npz";
  for (const bool compressed : {false, true}) {
    write_npz(path, {{"a", ones({100})}}, {.compressed = compressed});
    const std::optional<std::string> member = read_zip_member("read", path, "a.npy");
    ASSERT_TRUE(member);
    EXPECT_EQ(member->size(), 128u + 400u);
    EXPECT_TRUE(member->starts_with("\x93NUMPY"));
    EXPECT_FALSE(read_zip_member("read", path, "b.npy"));
  }
}

TEST(ZipMembers, AreWrittenInTheirOrderAndWithoutADate) {
  const TemporaryFolder folder;
  const ZipMembers members{{"b.txt", "two"}, {"a.txt", std::string(1000, 'a')}, {"empty", ""}};
  for (const bool compressed : {false, true}) {
    write_zip("save", folder / "one.zip", members, compressed);
    write_zip("save", folder / "two.zip", members, compressed);
    EXPECT_EQ(read_text(folder / "one.zip"), read_text(folder / "two.zip"));
    for (const auto& [name, bytes] : members) EXPECT_EQ(read_zip_member("read", folder / "one.zip", name), bytes);
  }
  EXPECT_THAT(
      [&] {
        write_zip("save", folder / "one.zip", {{"a", ""}, {"a", ""}});
      },
      ThrowsMessage<InvalidArgument>(HasSubstr("[save] expected different names, received \"a\" twice")));
  EXPECT_EQ(read_text(folder / "one.zip"), read_text(folder / "two.zip"));
}

TEST(ZipMembers, MayNotBeMuchLargerThanTheArchive) {
  const TemporaryFolder folder;
  const std::string path = folder / "zeros.npz";
  write_npz(path, {{"zeros", zeros({1 << 18})}}, {.compressed = true});
  EXPECT_TRUE(read_zip_member("read", path, "zeros.npy"));
  EXPECT_THAT([&] { read_zip_member("read", path, "zeros.npy", {.extra_bytes = 1000}); },
              ThrowsMessage<FileError>(HasSubstr("[read] \"zeros.npy\"")));
}

TEST(ZipMembers, OfADamagedArchive) {
  const TemporaryFolder folder;
  const std::string path = folder / "damaged.npz";
  write_npz(path, {{"a", ones({100})}});
  std::string bytes = read_text(path);
  write_text(path, bytes.substr(0, 50));
  EXPECT_THAT(
      [&] { read_zip_member("read", path, "a.npy"); },
      ThrowsMessage<FileError>(HasSubstr("[read] expected an archive, received something else or a damaged one")));
  bytes[200] ^= 1;  // an element
  write_text(path, bytes);
  EXPECT_THAT([&] { read_zip_member("read", path, "a.npy"); },
              ThrowsMessage<FileError>(HasSubstr("damaged member \"a.npy\"")));
  EXPECT_THROW(read_zip_member("read", folder / "absent.npz", "a.npy"), FileError);
}

}  // namespace
}  // namespace linnet
