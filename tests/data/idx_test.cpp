#include "linnet/data/idx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::HasSubstr;

std::string bytes_of(std::initializer_list<int> values) {
  std::string text;
  for (int value : values) text += static_cast<char>(value);
  return text;
}

std::string error_of_reading(const std::string& path) {
  return message_of<FileError>([&] { read_idx(path); });
}

TEST(Idx, RoundTripsEveryTypeRawAndPacked) {
  const TemporaryFolder folder;
  for (DType dtype : {uint8, int32, float32, float64})
    for (const char* name : {"numbers", "numbers.gz"}) {
      const Tensor before = arange(0, 24, 1, dtype).contiguous();
      write_idx(folder / name, before);
      const Tensor after = read_idx(folder / name);
      EXPECT_EQ(after.dtype(), dtype);
      EXPECT_EQ(after.shape(), Shape({24}));
      EXPECT_EQ(after.to_vector<double>(), before.to_vector<double>());
    }
}

TEST(Idx, WritesTheDocumentedBytes) {
  const TemporaryFolder folder;
  write_idx(folder / "a", from_vector(std::vector<std::int32_t>{1, -2}, {1, 2}));
  EXPECT_EQ(read_text(folder / "a"),
            bytes_of({0, 0, 0x0C, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xfe}));
}

TEST(Idx, ReadsSmallIntegersAsInt32) {
  const TemporaryFolder folder;
  write_text(folder / "i8", bytes_of({0, 0, 0x09, 1, 0, 0, 0, 3, 1, 0xff, 0x80}));
  EXPECT_EQ(read_idx(folder / "i8").to_vector<int>(), (std::vector<int>{1, -1, -128}));
  write_text(folder / "i16", bytes_of({0, 0, 0x0B, 1, 0, 0, 0, 2, 0x01, 0x02, 0xff, 0xfe}));
  EXPECT_EQ(read_idx(folder / "i16").to_vector<int>(), (std::vector<int>{258, -2}));
}

TEST(Idx, ReadsEmptyAndScalar) {
  const TemporaryFolder folder;
  write_text(folder / "empty", bytes_of({0, 0, 0x08, 2, 0, 0, 0, 0, 0, 0, 0, 5}));
  EXPECT_EQ(read_idx(folder / "empty").shape(), Shape({0, 5}));
  write_text(folder / "scalar", bytes_of({0, 0, 0x08, 0, 7}));
  EXPECT_EQ(read_idx(folder / "scalar").item<int>(), 7);
}

TEST(Idx, RejectsWhatCannotBeTrue) {
  const TemporaryFolder folder;
  EXPECT_THAT(error_of_reading(folder / "none"), HasSubstr("No such file"));
  EXPECT_THAT(error_of_reading(folder.path()), HasSubstr("expected a file"));
  const auto rejects = [&](std::initializer_list<int> bytes, const char* reason) {
    write_text(folder / "bad", bytes_of(bytes));
    EXPECT_THAT(error_of_reading(folder / "bad"), testing::AllOf(HasSubstr(reason), HasSubstr(folder / "bad")));
  };
  rejects({}, "two zero bytes");
  rejects({'P', 'K', 8, 1}, "two zero bytes");
  rejects({0, 0, 0x0A, 1, 0, 0, 0, 1, 0}, "unknown element type 10");
  rejects({0, 0, 0x08, 9}, "at most 8 axes");
  rejects({0, 0, 0x08, 2, 0, 0, 0, 1, 0}, "header ends too early");
  rejects({0, 0, 0x08, 1, 0, 0, 0, 3, 1, 2}, "shape (3,) needs 3 bytes of data, there are 2");
  rejects({0, 0, 0x08, 1, 0, 1, 0, 0, 1, 2}, "more data than the file can hold");
  rejects({0, 0, 0x0E, 1, 0, 0, 0, 1, 1, 2, 3, 4}, "shape (1,) needs 8 bytes of data, there are 4");
  rejects({0, 0, 0x08, 1, 0, 0, 0, 1, 1, 2}, "more data than shape (1,) needs");
  const int f = 0xff;  // 2^96 elements of 8 bytes: the product does not fit into 64 bits
  rejects({0, 0, 0x0E, 3, f, f, f, f, f, f, f, f, f, f, f, f}, "more data than the file can hold");
  // With an axis of 0 there are no bytes, but no such tensor either.
  rejects({0, 0, 0x0E, 4, f, f, f, f, f, f, f, f, f, f, f, f, 0, 0, 0, 0}, "more data than the file can hold");
}

TEST(Idx, RejectsDamagedGzip) {
  const TemporaryFolder folder;
  std::vector<float> noise(5000);
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<float>((i * 2654435761u) % 10007u);
  write_idx(folder / "a.gz", from_vector(noise));
  const std::string whole = read_text(folder / "a.gz");
  write_text(folder / "short.gz", whole.substr(0, whole.size() / 2));
  EXPECT_THAT(error_of_reading(folder / "short.gz"), HasSubstr("damaged gzip data (it ends too early)"));
  std::string wrong_sum = whole;
  wrong_sum[whole.size() - 6] = static_cast<char>(~wrong_sum[whole.size() - 6]);
  write_text(folder / "sum.gz", wrong_sum);
  EXPECT_THAT(error_of_reading(folder / "sum.gz"), HasSubstr("damaged gzip data"));
}

TEST(Idx, DoesNotUnpackMoreThanDeclared) {
  const TemporaryFolder folder;
  write_idx(folder / "bomb.gz", zeros({8 << 20}, uint8));  // shrinks a thousandfold
  const std::string packed = read_text(folder / "bomb.gz");
  EXPECT_LT(packed.size(), std::size_t{100'000});
  // The same data behind a header of one element: two gzip members, as one file may have.
  write_text(folder / "head", bytes_of({0, 0, 0x08, 1, 0, 0, 0, 1}));
  write_idx(folder / "one.gz", zeros({1}, uint8));
  write_text(folder / "two.gz", read_text(folder / "one.gz") + packed);
  EXPECT_THAT(error_of_reading(folder / "two.gz"), HasSubstr("more data than shape (1,) needs"));
}

TEST(Idx, SaysWhatItCannotWrite) {
  const TemporaryFolder folder;
  EXPECT_THAT(message_of<InvalidArgument>([&] { write_idx(folder / "a", zeros({1}, int64)); }), HasSubstr("int64"));
  EXPECT_THAT(message_of<FileError>([&] { write_idx(folder / "no/such/a", zeros({1})); }), HasSubstr("cannot write"));
}

}  // namespace
}  // namespace linnet
