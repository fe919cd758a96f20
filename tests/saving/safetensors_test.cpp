#include "linnet/saving/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <cmath>
#include <cstdio>

#include "linnet/ops/shape.h"
#include "tests/support/temporary_folder.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LINNET_UNDER_SANITIZER true
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LINNET_UNDER_SANITIZER true
#endif
#ifndef LINNET_UNDER_SANITIZER
#define LINNET_UNDER_SANITIZER false
#endif

namespace linnet {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string file_of(const std::string& header, const std::string& data) {
  const std::uint64_t length = header.size();
  return std::string(reinterpret_cast<const char*>(&length), sizeof(length)) + header + data;
}

class Safetensors : public testing::Test {
 protected:
  std::string error_of_reading(const std::string& bytes) {
    write_text(folder / "bad", bytes);
    return message_of<FileError>([&] { read_safetensors(folder / "bad"); });
  }
  TemporaryFolder folder;
};

TEST_F(Safetensors, RoundTripsEveryTypeAndShape) {
  TensorFile before;
  for (DType dtype : {uint8, float32, boolean, float64, bfloat16, int32, int64})
    before.tensors.emplace_back(std::string(name(dtype)), tensor({{0, 1, 1}, {1, 0, 1}}, dtype));
  before.tensors.emplace_back("scalar", scalar(7));
  before.tensors.emplace_back("empty", zeros({0, 3}));
  before.tensors.emplace_back("transposed", transpose(tensor({{1, 2, 3}, {4, 5, 6}})));
  before.metadata = {{"format", "linnet"}, {"text", "\u4e2d\u6587 \"quoted\"\n"}};
  write_safetensors(folder / "a.safetensors", before);

  const TensorFile after = read_safetensors(folder / "a.safetensors");
  EXPECT_EQ(after.metadata, before.metadata);
  ASSERT_EQ(after.tensors.size(), before.tensors.size());
  for (std::size_t i = 0; i < after.tensors.size(); ++i) {
    EXPECT_EQ(after.tensors[i].first, before.tensors[i].first);
    EXPECT_EQ(after.tensors[i].second.dtype(), before.tensors[i].second.dtype());
    EXPECT_EQ(after.tensors[i].second.shape(), before.tensors[i].second.shape());
    EXPECT_EQ(after.tensors[i].second.to_vector<double>(), before.tensors[i].second.to_vector<double>());
  }
  ASSERT_NE(after.find("scalar"), nullptr);
  EXPECT_EQ(after.find("scalar")->item(), 7);
  EXPECT_EQ(after.find("nothing"), nullptr);
  EXPECT_EQ(*after.find_metadata("format"), "linnet");
  EXPECT_EQ(after.find_metadata("nothing"), nullptr);
}

TEST_F(Safetensors, WritesTheDocumentedBytes) {
  TensorFile file;
  file.tensors.emplace_back("b", tensor({1}, uint8));
  file.tensors.emplace_back("a", tensor({2}, float32));
  file.metadata = {{"k", "v"}};
  write_safetensors(folder / "a", file);
  std::string header = R"({"__metadata__": {"linnet.checksum":"00000000","linnet.format_version":"1","k":"v"},)"
                       R"("b":{"dtype":"U8","shape":[1],"data_offsets":[4,5]},)"
                       R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const std::string data("\0\0\0\x40\1", 5), whole = file_of(header, data);
  char digits[9];
  std::snprintf(digits, sizeof(digits), "%08lx",
                crc32_z(0, reinterpret_cast<const Bytef*>(whole.data()), whole.size()));
  header.replace(header.find("00000000"), 8, digits);
  EXPECT_EQ(read_text(folder / "a"), file_of(header, data));
}

TEST_F(Safetensors, SameContentSameBytes) {
  TensorFile file;
  file.tensors.emplace_back("a", arange(0, 100));
  file.metadata = {{"k", "v"}};
  write_safetensors(folder / "a", file);
  write_safetensors(folder / "b", read_safetensors(folder / "a"));
  EXPECT_EQ(read_text(folder / "a"), read_text(folder / "b"));
}

TEST_F(Safetensors, ReadsHalfPrecisionAsFloat32) {
  const std::uint16_t halves[] = {0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x8000, 0x3555, 0x7e00};
  const std::string data(reinterpret_cast<const char*>(halves), sizeof(halves));
  write_text(folder / "half", file_of(R"({"h":{"dtype":"F16","shape":[8],"data_offsets":[0,16]}})", data));
  const TensorFile file = read_safetensors(folder / "half");
  const auto values = file.find("h")->to_vector();
  EXPECT_EQ(std::vector<float>(values.begin(), values.begin() + 5),
            (std::vector<float>{1, -2, 0x1p-24f, 65504, INFINITY}));
  EXPECT_TRUE(values[5] == 0 && std::signbit(values[5]));
  EXPECT_FLOAT_EQ(values[6], 0.333251953125f);
  EXPECT_TRUE(std::isnan(values[7]));
}

TEST_F(Safetensors, RejectsDamagedHeaders) {
  EXPECT_THAT(error_of_reading(""), HasSubstr("it has only 0 bytes"));
  EXPECT_THAT(error_of_reading("1234567"), HasSubstr("7 bytes"));
  EXPECT_THAT(error_of_reading(std::string(8, '\xff')), HasSubstr("it declares a header of 18446744073709551615"));
  EXPECT_THAT(error_of_reading(file_of("{}", "").substr(0, 9)), HasSubstr("it declares a header of 2 bytes"));
  EXPECT_THAT(error_of_reading(file_of("[]", "")), HasSubstr("does not start with {"));
  EXPECT_THAT(error_of_reading(file_of("{\"a\": ", "")), AllOf(HasSubstr("in its header [json]"), HasSubstr("bad")));
  EXPECT_THAT(error_of_reading(file_of(R"({"a":1})", "")), HasSubstr("not described by an object"));
  EXPECT_THAT(error_of_reading(file_of(R"({"__metadata__":{"a":1}})", "")), HasSubstr("not a text"));
  EXPECT_THAT(error_of_reading(file_of(R"({"__metadata__":[]})", "")), HasSubstr("is not an object"));
  EXPECT_THAT(error_of_reading(file_of(R"({"__metadata__":{},"__metadata__":{}})", "")), HasSubstr("twice"));
  EXPECT_THAT(error_of_reading(file_of(R"({"__metadata__":{"a":"","a":""}})", "")), HasSubstr("\"a\" twice"));
  EXPECT_THAT(error_of_reading(file_of("{\"\xff\":{}}", "")), HasSubstr("UTF-8"));
  EXPECT_THAT(error_of_reading(file_of("{} {}", "")), HasSubstr("in its header [json]"));
  EXPECT_EQ(error_of_reading(file_of("{}", "")), "");
  EXPECT_EQ(error_of_reading(file_of("{}     ", "")), "");
}

TEST_F(Safetensors, RejectsEntriesThatCannotBeTrue) {
  const auto error = [&](const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return error_of_reading(file_of(
        R"({"w":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}", "12345678"));
  };
  EXPECT_EQ(error("F32", "[2]", "[0,8]"), "");
  EXPECT_THAT(error("F8_E4M3", "[8]", "[0,8]"), HasSubstr("F8_E4M3"));
  EXPECT_THAT(error("F32", "[3]", "[0,8]"), HasSubstr("needs 12 bytes, its data_offsets are [0, 8]"));
  EXPECT_THAT(error("F32", "[2]", "[8,0]"), HasSubstr("data_offsets are [8, 0]"));
  EXPECT_THAT(error("F32", "[2]", "[0]"), HasSubstr("two data_offsets"));
  EXPECT_THAT(error("F32", "[-2]", "[0,8]"), HasSubstr("whole numbers"));
  EXPECT_THAT(error("F32", "[2.0]", "[0,8]"), HasSubstr("whole numbers"));
  EXPECT_THAT(error("F32", "[1,1,1,1,1,1,1,1,2]", "[0,8]"), HasSubstr("9 axes"));
  EXPECT_THAT(error("F32", "[4294967296,4294967296]", "[0,8]"), HasSubstr("too large"));
  EXPECT_THAT(error("F32", "[4611686018427387904,4]", "[0,0]"), HasSubstr("too large"));
  EXPECT_THAT(error("F32", "[0,4611686018427387904,4611686018427387904]", "[0,0]"), HasSubstr("too large"));
  EXPECT_THAT(error("F32", "[18446744073709551615]", "[0,8]"), HasSubstr("received 18446744073709551615"));
  EXPECT_THAT(error("F32", "[1e400]", "[0,8]"), HasSubstr("[json]"));
  EXPECT_THAT(error("F32", "[-0]", "[0,8]"), HasSubstr("received -0"));
  EXPECT_THAT(error("F32", "[[2]]", "[0,8]"), HasSubstr("received a list"));
  EXPECT_THAT(error("F32", "[\"2\"]", "[0,8]"), HasSubstr("received a text"));
  EXPECT_THAT(error("F32", "[2]", "[0,1e0]"), HasSubstr("whole numbers"));
  EXPECT_THAT(error("F32", "[2],\"shape\":[2]", "[0,8]"), HasSubstr("\"shape\" twice"));
  EXPECT_THAT(error("F32", "{}", "[0,8]"), HasSubstr("no list \"shape\""));
  EXPECT_THAT(error_of_reading(file_of(R"({"w":{}})", "")), HasSubstr("\"w\" has no dtype"));
  EXPECT_THAT(error_of_reading(file_of(R"({"w":{"dtype":"F32","shape":[0]}})", "")),
              HasSubstr("no list \"data_offsets\""));
  EXPECT_THAT(error_of_reading(file_of(R"({"w":{"dtype":1,"shape":[0],"data_offsets":[0,0]}})", "")),
              HasSubstr("no dtype but a number"));
  EXPECT_THAT(error("BOOL", "[8]", "[0,8]"), HasSubstr("must be 0 or 1"));
  EXPECT_THAT(error_of_reading(file_of(R"({"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"path":"/x"}})", "")),
              HasSubstr("unknown entry \"path\""));
}

TEST_F(Safetensors, RejectsHolesOverlapsDuplicatesAndStrayBytes) {
  const auto entry = [](const std::string& name, int first, int last) {
    return "\"" + name + R"(":{"dtype":"U8","shape":[)" + std::to_string(last - first) + R"(],"data_offsets":[)" +
           std::to_string(first) + "," + std::to_string(last) + "]}";
  };
  const auto error = [&](const std::string& one, const std::string& two) {
    return error_of_reading(file_of("{" + one + "," + two + "}", "12345678"));
  };
  EXPECT_EQ(error(entry("a", 4, 8), entry("b", 0, 4)), "");
  EXPECT_THAT(error(entry("a", 0, 4), entry("b", 3, 8)), HasSubstr("overlap"));
  EXPECT_THAT(error(entry("a", 0, 4), entry("b", 0, 8)), HasSubstr("overlap"));
  EXPECT_THAT(error(entry("a", 0, 4), entry("b", 5, 8)), HasSubstr("hole"));
  EXPECT_THAT(error(entry("a", 1, 4), entry("b", 4, 8)), HasSubstr("hole"));
  EXPECT_THAT(error(entry("a", 0, 4), entry("b", 4, 7)), HasSubstr("describes 7 bytes of data, there are 8"));
  EXPECT_THAT(error(entry("a", 0, 4), entry("b", 4, 12)), HasSubstr("describes 12 bytes of data, there are 8"));
  EXPECT_THAT(error(entry("a", 0, 4), entry("a", 4, 8)), HasSubstr("received \"a\" twice"));
}

TEST_F(Safetensors, EveryTruncationAndEveryChangedBitIsNoticed) {
  TensorFile file;
  file.tensors = {{"weights", arange(0, 6)}, {"mask", tensor({1, 0}, boolean)}, {"none", zeros({0, 4})}};
  file.metadata = {{"k", "v"}};
  write_safetensors(folder / "a", file);
  const std::string whole = read_text(folder / "a");
  EXPECT_EQ(message_of<FileError>([&] { parse_safetensors(whole, "whole"); }), "");
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_THAT(message_of<FileError>([&] { parse_safetensors(whole.substr(0, length), "cut"); }),
                HasSubstr("\"cut\" is damaged or no safetensors file: "))
        << length;
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = whole;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      EXPECT_THAT(message_of<FileError>([&] { parse_safetensors(changed, "changed"); }),
                  HasSubstr("\"changed\" is damaged or no safetensors file: "))
          << "bit " << bit << " of byte " << i;
    }
  EXPECT_THAT(error_of_reading(whole + "x"), HasSubstr("describes 26 bytes of data, there are 27"));
  std::string changed = whole;
  changed.back() = 1;
  EXPECT_THAT(error_of_reading(changed), HasSubstr("some bytes have changed since it was written"));
}

TEST_F(Safetensors, ChecksumIsOfLinnetsFilesOnly) {
  // What another program makes of one of ours: the entries copied, in its own order and spacing.
  const std::string copied = R"({"__metadata__":{"linnet.checksum":"12345678","linnet.format_version":"1","k":"v"}})";
  const TensorFile file = parse_safetensors(file_of(copied, ""));
  ASSERT_EQ(file.metadata.size(), 1u);
  EXPECT_EQ(file.metadata[0].first, "k");
  EXPECT_THAT(error_of_reading(file_of(R"({"__metadata__":{"linnet.checksum":"12345678"}})", "")),
              HasSubstr("only one is there"));
  EXPECT_THAT(error_of_reading(file_of(R"({"__metadata__":{"linnet.checksum":"1","linnet.format_version":"x"}})", "")),
              HasSubstr("its format version is \"x\""));
  EXPECT_THAT(error_of_reading(file_of(R"({"__metadata__":{"linnet.checksum":"1","linnet.format_version":"2"}})", "")),
              HasSubstr("has format version 2; this program reads versions up to 1: update Linnet"));
  TensorFile own;
  own.metadata = {{"linnet.checksum", "1"}};
  EXPECT_THAT(message_of<InvalidArgument>([&] { write_safetensors(folder / "a", own); }), HasSubstr("linnet."));
}

TEST_F(Safetensors, NamesAndMetadataMayTakeSoMuchMemory) {
  std::string header = "{";
  for (int i = 0; i < 1000; ++i)
    header += "\"" + std::to_string(i) + R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},)";
  header.back() = '}';
  EXPECT_EQ(parse_safetensors(file_of(header, "")).tensors.size(), 1000u);
  EXPECT_THAT(message_of<FileError>([&] { parse_safetensors(file_of(header, ""), "many", {.extra_bytes = 100'000}); }),
              AllOf(HasSubstr("\"many\" needs more memory"), HasSubstr("ReadLimits::extra_bytes")));
  const std::string text = R"({"__metadata__":{"k":")" + std::string(60'000, 'x') + "\"}}";
  EXPECT_THROW(parse_safetensors(file_of(text, ""), "text", {.extra_bytes = 100'000}), FileError);
}

TEST_F(Safetensors, HalvesTakeTwiceTheirBytesWithinTheLimit) {
  const std::string file =
      file_of(R"({"h":{"dtype":"F16","shape":[10000],"data_offsets":[0,20000]}})", std::string(20'000, '\0'));
  EXPECT_EQ(parse_safetensors(file, "halves", {.extra_bytes = 21'000}).tensors[0].second.dtype(), float32);
  EXPECT_THAT(message_of<FileError>([&] { parse_safetensors(file, "halves", {.extra_bytes = 19'000}); }),
              AllOf(HasSubstr("float32 of its F16 tensors"), HasSubstr("raise it")));
}

/// How much more memory than now `call` takes at its peak, in a process of its own.
template <class Call>
std::int64_t peak_growth(Call&& call) {
  int pipes[2];
  EXPECT_EQ(pipe(pipes), 0);
  const pid_t child = fork();
  if (child == 0) {
    struct rusage before = {}, after = {};
    getrusage(RUSAGE_SELF, &before);
    try {
      call();
    } catch (const FileError&) {
    }
    getrusage(RUSAGE_SELF, &after);
    const std::int64_t growth = (after.ru_maxrss - before.ru_maxrss) * 1024;
    _exit(write(pipes[1], &growth, sizeof(growth)) == sizeof(growth) ? 0 : 1);
  }
  std::int64_t growth = -1;
  EXPECT_EQ(read(pipes[0], &growth, sizeof(growth)), static_cast<ssize_t>(sizeof(growth)));
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  close(pipes[0]);
  close(pipes[1]);
  return growth;
}

TEST_F(Safetensors, HostileHeadersTakeNoMoreMemoryThanAllowed) {
  if (LINNET_UNDER_SANITIZER) GTEST_SKIP() << "the sanitizer's own memory would be counted";
  const std::int64_t allowed = 100'000'000;
  const auto growth_of = [&](const std::string& start, const std::string& repeated, std::size_t bytes,
                             const std::string& end) {
    std::string header = start;
    for (std::size_t i = 0; header.size() < bytes; ++i)
      for (char c : repeated)
        if (c == '#') {
          header += std::to_string(i);
        } else {
          header += c;
        }
    const std::string whole = file_of(header + end, "");
    write_text(folder / "hostile", whole);
    return peak_growth([&] { read_safetensors(folder / "hostile"); }) - static_cast<std::int64_t>(whole.size());
  };
  const std::size_t size = 12'000'000;
  EXPECT_LT(growth_of("{", R"("#":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},)", size, "\"\":0}"), allowed);
  EXPECT_LT(growth_of(R"({"__metadata__":{)", R"("#":"",)", size, "\"\":\"\"}}"), allowed);
  EXPECT_LT(growth_of(R"({"a":{"shape":[)", "0,", size, "0]}}"), allowed);
  EXPECT_LT(growth_of(R"({"a":)", "[", size, "]"), allowed);
  EXPECT_LT(growth_of(R"({"a":)", R"({"a":)", size, "}"), allowed);
}

TEST_F(Safetensors, MissingFilesAndFolders) {
  EXPECT_THAT(message_of<FileError>([&] { read_safetensors(folder / "none"); }), HasSubstr("No such file"));
  EXPECT_THAT(message_of<FileError>([&] { read_safetensors(folder.path()); }), HasSubstr("expected a file"));
  EXPECT_THAT(message_of<FileError>([&] { write_safetensors(folder / "no/such/a", {}); }),
              HasSubstr("is there such a folder?"));
}

TEST_F(Safetensors, RefusesNamesThatItCouldNotRead) {
  TensorFile file;
  file.tensors = {{"a", ones({1})}, {"a", ones({1})}};
  EXPECT_THAT(message_of<InvalidArgument>([&] { write_safetensors(folder / "a", file); }), HasSubstr("received \"a\""));
  file.tensors = {{"__metadata__", ones({1})}};
  EXPECT_THROW(write_safetensors(folder / "a", file), InvalidArgument);
  file.tensors = {{"a", Tensor()}};
  EXPECT_THROW(write_safetensors(folder / "a", file), InvalidArgument);
  EXPECT_FALSE(std::filesystem::exists(folder / "a"));
}

TEST_F(Safetensors, AFailureToWriteKeepsTheEarlierFile) {
  write_file_atomically(folder / "a", "earlier");
  TensorFile file;
  file.tensors = {{"a", ones({1})}};
  file.metadata = {{"not utf-8", "\xff"}};
  EXPECT_THROW(write_safetensors(folder / "a", file), InvalidArgument);
  EXPECT_EQ(read_text(folder / "a"), "earlier");
}

}  // namespace
}  // namespace linnet
