#include "linnet/data/npy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// A file of format version 1 with this header and these bytes behind it.
std::string npy(const std::string& header, const std::string& data) {
  std::string text("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(header.size() & 0xff);
  text += static_cast<char>(header.size() >> 8);
  return text + header + data;
}
std::string npy(const std::string& descr, const std::string& shape, const std::string& data) {
  return npy("{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }", data);
}

class Npy : public testing::Test {
 protected:
  Tensor read(const std::string& bytes, const ReadLimits& limits = {}) {
    write_text(path, bytes);
    return read_npy(path, limits);
  }
  std::string error_of(const std::string& bytes, const ReadLimits& limits = {}) {
    const std::string error = message_of<FileError>([&] { read(bytes, limits); });
    EXPECT_THAT(error, HasSubstr(path));
    return error;
  }
  TemporaryFolder folder;
  std::string path = folder / "x.npy";
};

TEST_F(Npy, RoundTripsEveryDtypeAndShape) {
  for (DType dtype : {boolean, uint8, int32, int64, float32, float64})
    for (const Shape& shape : {Shape{}, Shape{3}, Shape{2, 3}, Shape{0, 4}, Shape{1, 2, 1, 2}}) {
      Tensor before = zeros(shape, dtype);
      if (before.size() > 0) before.fill_(1);
      write_npy(path, before);
      const Tensor after = read_npy(path);
      EXPECT_EQ(after.dtype(), dtype);
      EXPECT_EQ(after.shape(), shape);
      EXPECT_EQ(after.to_vector<double>(), before.to_vector<double>());
    }
}

TEST_F(Npy, WritesTheDocumentedBytes) {
  write_npy(path, from_vector(std::vector<std::int32_t>{1, -2}));
  const std::string bytes = read_text(path);
  EXPECT_EQ(bytes.size(), 128u + 8u);
  EXPECT_EQ(bytes.substr(0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  EXPECT_EQ(bytes.substr(10, 58), "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), } ");
  EXPECT_EQ(bytes[127], '\n');
  EXPECT_EQ(bytes.substr(128), std::string("\1\0\0\0\xfe\xff\xff\xff", 8));
  write_npy(path, zeros({2, 3}).contiguous());
  EXPECT_THAT(read_text(path), HasSubstr("'shape': (2, 3), }"));
}

TEST_F(Npy, ReadsTypesThatTensorsDoNotHave) {
  EXPECT_THAT(read(npy("|i1", "(2,)", "\x01\x80")).to_vector<int>(), ElementsAre(1, -128));
  EXPECT_THAT(read(npy("<i2", "(2,)", std::string("\x01\x00\xff\xff", 4))).to_vector<int>(), ElementsAre(1, -1));
  EXPECT_THAT(read(npy(">u2", "(1,)", std::string("\xff\xfe", 2))).to_vector<int>(), ElementsAre(0xfffe));
  EXPECT_THAT(read(npy("<u4", "(1,)", "\xff\xff\xff\xff")).to_vector<std::int64_t>(), ElementsAre(4294967295));
  EXPECT_THAT(read(npy("<u8", "()", std::string("\x05\0\0\0\0\0\0\0", 8))).item<std::int64_t>(), 5);
  EXPECT_THAT(error_of(npy("<u8", "()", std::string(8, '\xff'))), HasSubstr("does not fit into int64"));
  // 1, -2, smallest, infinity
  EXPECT_THAT(read(npy("<f2", "(4,)", std::string("\x00\x3c\x00\xc0\x01\x00\x00\x7c", 8))).to_vector<float>(),
              ElementsAre(1, -2, 0x1p-24f, std::numeric_limits<float>::infinity()));
  EXPECT_THAT(read(npy("|b1", "(3,)", std::string("\0\1\2", 3))).to_vector<int>(), ElementsAre(0, 1, 1));
}

TEST_F(Npy, ReadsFortranOrderAndOtherByteOrders) {
  const Tensor x = read(npy("{\"shape\": (2, 3), 'descr': '|u1', 'fortran_order': True}", "\1\4\2\5\3\6"));
  EXPECT_EQ(x.shape(), Shape({2, 3}));
  EXPECT_THAT(x.to_vector<int>(), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(read(npy(">f4", "(1,)", std::string("\x3f\x80\x00\x00", 4))).item<float>(), 1);
}

TEST_F(Npy, RefusesByName) {
  EXPECT_THAT(error_of(""), HasSubstr("it starts with \\x93NUMPY"));
  EXPECT_THAT(error_of("PK\3\4"), HasSubstr("it starts with \\x93NUMPY"));
  EXPECT_THAT(error_of(std::string("\x93NUMPY\x04\x00", 8)), HasSubstr("received 4.0"));
  EXPECT_THAT(error_of(std::string("\x93NUMPY\x01\x00\x10", 9)), HasSubstr("the header ends too early"));
  EXPECT_THAT(error_of(std::string("\x93NUMPY\x02\x00\xff\xff\xff\x7f", 12)),
              HasSubstr("a header of at most 65536 bytes"));
  EXPECT_THAT(error_of(npy("|O", "(2,)", "x")), AllOf(HasSubstr("Python objects"), HasSubstr("pickles")));
  EXPECT_THAT(error_of(npy("<c8", "(1,)", "12345678")), HasSubstr("type \"<c8\""));
  EXPECT_THAT(error_of(npy("<U5", "(1,)", "")), HasSubstr("type \"<U5\""));
  EXPECT_THAT(error_of(npy("<M8[ns]", "(1,)", "")), HasSubstr("type \"<M8[ns]\""));
  EXPECT_THAT(error_of(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "1234")),
              HasSubstr("records"));
  for (const std::string header :
       {"", "{", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': 1}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x"})
    EXPECT_THAT(error_of(npy(header, "1234")), HasSubstr("malformed")) << header;
}

TEST_F(Npy, ChecksSizesBeforeItAllocates) {
  EXPECT_THAT(error_of(npy("<f4", "(3,)", "12345678")), HasSubstr("shape (3,) needs 12 bytes of data, there are 8"));
  EXPECT_THAT(error_of(npy("<f4", "(1,)", "12345")), HasSubstr("more data than shape (1,) needs"));
  EXPECT_THAT(error_of(npy("<f8", "(1000000000,)", "")), HasSubstr("more data than the file can hold"));
  EXPECT_THAT(error_of(npy("<f8", "(4294967296, 4294967296)", "")), HasSubstr("more data than the file can hold"));
  EXPECT_THAT(error_of(npy("<f8", "(4294967296, 4294967296, 0)", "")), HasSubstr("more data than the file can hold"));
  EXPECT_THAT(error_of(npy("|i1", "(1, 1, 1, 1, 1, 1, 1, 1, 1)", "1")), HasSubstr("at most 8 axes"));
  // int8 takes four times its bytes here
  EXPECT_THAT(error_of(npy("|i1", "(10000,)", std::string(10000, 'x')), {.extra_bytes = 100}),
              AllOf(HasSubstr("needs more than the 10.1 kB allowed"), HasSubstr("raise ReadLimits::extra_bytes")));
}

TEST_F(Npy, SaysWhatItCannotWrite) {
  EXPECT_THAT(message_of<InvalidArgument>([&] { write_npy(path, zeros({1}, bfloat16)); }), HasSubstr("x.to(float32)"));
  EXPECT_THAT(message_of<FileError>([&] { write_npy(folder / "no/such", zeros({1})); }), HasSubstr("cannot write"));
}

TEST_F(Npy, ArchivesKeepNamesAndOrder) {
  const NamedTensors before = {{"weights", arange(0, 1000)}, {"a/b", zeros({2, 2}, uint8)}, {"数", scalar(7, int64)}};
  for (const bool compressed : {false, true}) {
    const std::string archive = folder / "x.npz";
    write_npz(archive, before, {.compressed = compressed});
    const NamedTensors after = read_npz(archive);
    ASSERT_EQ(after.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(after[i].first, before[i].first);
      EXPECT_EQ(after[i].second.shape(), before[i].second.shape());
      EXPECT_EQ(after[i].second.to_vector<double>(), before[i].second.to_vector<double>());
    }
    EXPECT_EQ(find_tensor(after, "数").item<int>(), 7);
    EXPECT_THAT(message_of<InvalidArgument>([&] { find_tensor(after, "wieghts"); }),
                HasSubstr("did you mean \"weights\"?"));
    EXPECT_LT(std::filesystem::file_size(archive), compressed ? 3000u : 6000u);
  }
  write_npz(folder / "none.npz", {});
  EXPECT_TRUE(read_npz(folder / "none.npz").empty());
}

TEST_F(Npy, ArchivesGiveTheSameBytesEachTime) {
  write_npz(folder / "a.npz", {{"x", arange(0, 5)}});
  write_npz(folder / "b.npz", {{"x", arange(0, 5)}});
  EXPECT_EQ(read_text(folder / "a.npz"), read_text(folder / "b.npz"));
}

TEST_F(Npy, RefusesArchivesThatCannotBeTrue) {
  const auto error_of_archive = [&](const ReadLimits& limits = {}) {
    return message_of<FileError>([&] { read_npz(folder / "x.npz", limits); });
  };
  write_text(folder / "x.npz", "no archive");
  EXPECT_THAT(error_of_archive(), HasSubstr("expected a .npz archive"));
  EXPECT_THAT(message_of<InvalidArgument>([&] {
                write_npz(folder / "x.npz", {{"x", zeros({1})}, {"x", ones({1})}});
              }),
              HasSubstr("\"x\" twice"));
  write_npz(folder / "x.npz", {{"zeros", zeros({1 << 20}, uint8)}}, {.compressed = true});
  EXPECT_LT(std::filesystem::file_size(folder / "x.npz"), 5000u);
  EXPECT_THAT(error_of_archive({.extra_bytes = 1 << 19}), HasSubstr("what the archive declares needs more than"));
  EXPECT_EQ(read_npz(folder / "x.npz").size(), 1u);
  std::string bytes = read_text(folder / "x.npz");
  bytes.insert(bytes.size() - 22, "PK\x06\x07");
  write_text(folder / "x.npz", bytes);
  EXPECT_THAT(error_of_archive(), HasSubstr("65,535 entries"));
}

TEST_F(Npy, FindsDamageInArchives) {
  write_npz(folder / "x.npz", {{"x", arange(0, 100)}});
  std::string bytes = read_text(folder / "x.npz");
  bytes[300] = static_cast<char>(bytes[300] ^ 1);
  write_text(folder / "x.npz", bytes);
  EXPECT_THAT(message_of<FileError>([&] { read_npz(folder / "x.npz"); }), HasSubstr("damaged entry \"x.npy\""));
}

}  // namespace
}  // namespace linnet
