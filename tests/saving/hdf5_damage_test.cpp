// HDF5 files that are damaged, or made to do harm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>

#include "linnet/saving/hdf5.h"
#include "linnet/tensor/memory.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

void read_all(const Hdf5File& file, const Hdf5Object& object) {
  if (object.array) file.tensor(object);
  for (const auto& [name, child] : object.children) read_all(file, child);
}

// Whether it reads; FileError is the only other way it may end. All tensors together stay within the limit.
bool reads(const std::string& bytes) {
  const ReadLimits limits{.extra_bytes = 100'000};
  const std::int64_t rounding = 64 * 64;  // of the size of each tensor
  const detail::MemoryBudget budget(static_cast<std::int64_t>(bytes.size()) + limits.extra_bytes + rounding);
  try {
    const Hdf5File file = Hdf5File::parse(bytes, "damaged", limits);
    read_all(file, file.root());
  } catch (const FileError& error) {
    EXPECT_THAT(error.what(), StartsWith("[read_hdf5] \"damaged\": "));
    return false;
  }
  return true;
}

class DamagedHdf5 : public testing::TestWithParam<const char*> {
 protected:
  const std::string whole = read_text(std::string(LINNET_SOURCE_DIR) + "/tests/" + GetParam());
};

TEST_P(DamagedHdf5, EveryChangedByteReadsOrIsAFileError) {
  ASSERT_TRUE(reads(whole));
  int refused = 0;
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (const char changed : {'\0', '\xff', static_cast<char>(~whole[i])}) {
      std::string bytes = whole;
      bytes[i] = changed;
      refused += reads(bytes) ? 0 : 1;
    }
  EXPECT_GT(refused, 300);
}

TEST_P(DamagedHdf5, EveryTruncationIsAFileError) {
  for (std::size_t length = 0; length < whole.size(); ++length) EXPECT_FALSE(reads(whole.substr(0, length))) << length;
  EXPECT_TRUE(reads(whole + "more"));
}

INSTANTIATE_TEST_SUITE_P(Files, DamagedHdf5,
                         testing::Values("golden/keras/files/weights_h5_mlp_001.weights.h5", "saving/hdf5/chunks.h5",
                                         "saving/hdf5/attributes.h5", "saving/hdf5/latest.h5",
                                         "saving/hdf5/compact.h5"));

// A small writer of the new format, which needs no trees: what it is told to write, it writes.
std::string number(std::uint64_t value, int width) {
  std::string bytes;
  for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i) & 255);
  return bytes;
}
constexpr std::uint64_t undefined = ~std::uint64_t{0};

std::string message(int type, const std::string& data) {
  return number(static_cast<std::uint64_t>(type), 1) + number(data.size(), 2) + number(0, 1) + data;
}
std::string link(const std::string& name, std::uint64_t address) {
  return message(0x06, number(1, 1) + number(0, 1) + number(name.size(), 1) + name + number(address, 8));
}
const std::string link_info = message(0x02, number(0, 2) + number(undefined, 8) + number(undefined, 8));

const std::string type_float32 = number(0x11, 1) + number(0x1f20, 3) + number(4, 4) + number(0, 2) + number(32, 2) +
                                 number(0x17000817, 4) + number(127, 4);

std::string dataspace(const std::vector<std::uint64_t>& sizes) {
  std::string data = number(2, 1) + number(sizes.size(), 1) + number(0, 1) + number(sizes.empty() ? 0 : 1, 1);
  for (std::uint64_t size : sizes) data += number(size, 8);
  return data;
}
std::string contiguous(std::uint64_t address, std::uint64_t bytes) {
  return number(3, 1) + number(1, 1) + number(address, 8) + number(bytes, 8);
}
std::string integer_type(std::uint64_t bytes, bool is_signed) {
  return number(0x10, 1) + number(is_signed ? 8 : 0, 3) + number(bytes, 4) + number(0, 2) + number(8 * bytes, 2);
}
std::string array(const std::string& type, const std::vector<std::uint64_t>& sizes, const std::string& layout) {
  return message(0x01, dataspace(sizes)) + message(0x03, type) + message(0x08, layout);
}

class File {
 public:
  // Its address.
  std::uint64_t add(const std::string& bytes) {
    bytes_ += bytes;
    return bytes_.size() - bytes.size();
  }
  std::uint64_t add_object(const std::string& messages) {
    return add("OHDR" + number(2, 1) + number(2, 1) + number(messages.size(), 4) + messages + number(0, 4));
  }
  std::uint64_t next() const { return bytes_.size(); }
  // With the root group `messages`.
  std::string finish(const std::string& messages) {
    const std::uint64_t root = add_object(link_info + messages);
    const std::string superblock = "\x89HDF\r\n\x1a\n" + number(2, 1) + number(8, 1) + number(8, 1) + number(0, 1) +
                                   number(0, 8) + number(undefined, 8) + number(bytes_.size(), 8) + number(root, 8) +
                                   number(0, 4);
    return superblock + bytes_.substr(superblock.size());
  }

 private:
  std::string bytes_ = std::string(48, '\0');
};

// Of a file whose only member is this.
std::string file_of(const std::string& messages) {
  File file;
  const std::uint64_t address = file.add_object(messages);
  return file.finish(link("a", address));
}

std::string error_of(const std::string& bytes, const ReadLimits& limits = {}) {
  return message_of<FileError>([&] {
    const Hdf5File file = Hdf5File::parse(bytes, "hostile", limits);
    read_all(file, file.root());
  });
}

TEST(HostileHdf5, TheWriterOfTheseTestsWrites) {
  File file;
  const std::uint64_t data = file.add(std::string("\0\0\x80\x3f\0\0\0\x40", 8));
  const std::uint64_t address = file.add_object(array(type_float32, {2}, contiguous(data, 8)));
  const Hdf5File read = Hdf5File::parse(file.finish(link("a", address)));
  EXPECT_THAT(read.tensor(*read.root().find("a")).to_vector(), testing::ElementsAre(1, 2));
}

TEST(HostileHdf5, RefusesCirclesAndDepth) {
  File circle;
  EXPECT_THAT(error_of(circle.finish(link("a", circle.next()))),
              HasSubstr("in \"a\" the object header at byte 48 lies on"));
  File deep;
  std::uint64_t inner = deep.add_object(link_info);
  for (int i = 0; i < 1000; ++i) inner = deep.add_object(link_info + link("a", inner));
  EXPECT_THAT(error_of(deep.finish(link("a", inner))), HasSubstr("groups within groups at most 200 deep"));
}

TEST(HostileHdf5, RefusesNamesThatAreNone) {
  File file;
  const std::uint64_t one = file.add_object(link_info), two = file.add_object(link_info);
  for (const std::string name : {"", ".", "a/b", "/"})
    EXPECT_THAT(error_of(File(file).finish(link(name, one))), HasSubstr("a member's name is \"" + name + "\""));
  EXPECT_THAT(error_of(File(file).finish(link("a", one) + link("a", two))), HasSubstr("two members are called \"a\""));
}

TEST(HostileHdf5, RefusesPlacesAndSizesThatCannotBeTrue) {
  const std::uint64_t huge = std::uint64_t{1} << 62;
  EXPECT_THAT(error_of(file_of(array(type_float32, {huge, 4}, contiguous(undefined, 0)))),
              HasSubstr("number of elements is too large"));
  EXPECT_THAT(error_of(file_of(array(type_float32, {0, huge, huge}, contiguous(undefined, 0)))),
              HasSubstr("number of elements is too large"));
  EXPECT_THAT(error_of(file_of(array(type_float32, {undefined}, contiguous(undefined, 0)))),
              HasSubstr("number of elements is too large"));
  EXPECT_THAT(error_of(file_of(array(type_float32, {2}, contiguous(1000, 8)))), HasSubstr("the data at byte 1000"));
  EXPECT_THAT(error_of(file_of(array(type_float32, {2}, contiguous(undefined - 3, 8)))), HasSubstr("the data at byte"));
  EXPECT_THAT(error_of(file_of(array(type_float32, {3}, contiguous(48, 8)))), HasSubstr("3 elements of 4 bytes in 8"));
  EXPECT_THAT(error_of(file_of(array(type_float32, {2}, contiguous(48, 8)))), HasSubstr("lies on something else"));
  EXPECT_THAT(error_of(file_of(array(type_float32, std::vector<std::uint64_t>(9, 1), contiguous(undefined, 0)))),
              HasSubstr("it has 9 axes; at most 8"));
  EXPECT_THAT(error_of(file_of(array(integer_type(3, true), {1}, contiguous(undefined, 0)))),
              HasSubstr("integers of an unusual size"));
}

TEST(HostileHdf5, RefusesElementsWithoutAPlace) {
  File file;
  const std::uint64_t data = file.add(std::string(8, '\xff'));
  const std::uint64_t address = file.add_object(array(integer_type(8, false), {1}, contiguous(data, 8)));
  EXPECT_THAT(error_of(file.finish(link("a", address))), HasSubstr("in \"a\" a uint64 of 2^63 or more"));
}

TEST(HostileHdf5, ZerosThatNobodyWroteAreWithinTheLimit) {
  const std::string file = file_of(array(type_float32, {1'000'000}, contiguous(undefined, 0)));
  EXPECT_EQ(error_of(file), "");
  EXPECT_THAT(error_of(file, {.extra_bytes = 3'000'000}),
              AllOf(HasSubstr("in \"a\" "), HasSubstr("ReadLimits::extra_bytes")));
  File many;
  std::string links;
  for (const char* name : {"a", "b", "c", "d"})
    links += link(name, many.add_object(array(type_float32, {1'000'000}, contiguous(undefined, 0))));
  const std::string bytes = many.finish(links);
  EXPECT_EQ(error_of(bytes, {.extra_bytes = 17'000'000}), "");
  EXPECT_THAT(error_of(bytes, {.extra_bytes = 15'000'000}), HasSubstr("in \"d\" "));
}

// An array of one chunk, deflated.
std::string deflated(const std::string& content, std::uint64_t elements, std::uint64_t chunk) {
  uLongf size = compressBound(content.size());
  std::string packed(size, '\0');
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(content.data()),
           content.size());
  packed.resize(size);
  File file;
  const std::uint64_t data = file.add(packed);
  const std::string key = number(packed.size(), 4) + number(0, 4) + number(0, 8) + number(0, 8);
  const std::uint64_t tree = file.add("TREE" + number(1, 1) + number(0, 1) + number(1, 2) + number(undefined, 8) +
                                      number(undefined, 8) + key + number(data, 8) + key);
  const std::string layout =
      number(3, 1) + number(2, 1) + number(2, 1) + number(tree, 8) + number(chunk, 4) + number(4, 4);
  const std::string filter = number(2, 1) + number(1, 1) + number(1, 2) + number(0, 2) + number(1, 2) + number(6, 4);
  const std::uint64_t address = file.add_object(array(type_float32, {elements}, layout) + message(0x0b, filter));
  return file.finish(link("a", address));
}

TEST(HostileHdf5, DeflatedChunksHaveTheirSize) {
  EXPECT_EQ(error_of(deflated(std::string(400, '\0'), 100, 100)), "");
  EXPECT_EQ(error_of(deflated(std::string(400, '\0'), 90, 100)), "");
  EXPECT_THAT(error_of(deflated(std::string(396, '\0'), 100, 100)), HasSubstr("cannot be unpacked to its size"));
  EXPECT_THAT(error_of(deflated(std::string(404, '\0'), 100, 100)), HasSubstr("cannot be unpacked to its size"));
  EXPECT_THAT(error_of(deflated(std::string(400, '\0'), 1'000'000, 1'000'000)), HasSubstr("it is too small"));
  const std::string zeros = deflated(std::string(4'000'000, '\0'), 1'000'000, 1'000'000);
  EXPECT_EQ(error_of(zeros), "");
  EXPECT_THAT(error_of(zeros, {.extra_bytes = 11'000'000}), HasSubstr("shape and chunks need more memory"));
}

TEST(HostileHdf5, TextsThatAreTakenOftenAreWithinTheLimit) {
  File file;
  const std::string text(10'000, 'x');
  const std::uint64_t heap =
      file.add("GCOL" + number(1, 4) + number(16 + 16 + text.size(), 8) + number(1, 8) + number(text.size(), 8) + text);
  std::string references;
  for (int i = 0; i < 2000; ++i) references += number(text.size(), 4) + number(heap, 8) + number(1, 4);
  const std::string type = number(0x19, 1) + number(1, 3) + number(16, 4);
  const std::string space = dataspace({2000});
  const std::string attribute = number(3, 1) + number(0, 1) + number(2, 2) + number(type.size(), 2) +
                                number(space.size(), 2) + number(0, 1) + std::string("t\0", 2) + type + space +
                                references;
  const std::string bytes = file.finish(message(0x0c, attribute));
  EXPECT_EQ(error_of(bytes), "");
  EXPECT_THAT(error_of(bytes, {.extra_bytes = 19'000'000}), HasSubstr("need more memory than ReadLimits::extra_bytes"));
}

TEST(HostileHdf5, ManyObjectsAreWithinTheLimit) {
  File file;
  std::string links;
  for (int i = 0; i < 2000; ++i) links += link(std::to_string(i), file.add_object(link_info));
  const std::string bytes = file.finish(links);
  EXPECT_EQ(error_of(bytes), "");
  EXPECT_THAT(error_of(bytes, {.extra_bytes = 100'000}), HasSubstr("need more memory than ReadLimits::extra_bytes"));
}

TEST(HostileHdf5, RefusesObjectsWithinObjects) {
  File file;
  const std::string inner = "OHDR" + number(2, 1) + number(0, 1) + number(0, 1) + number(0, 4);
  const std::uint64_t outer = file.add_object(link_info + message(0, inner));
  const std::uint64_t inside = file.next() - 4 - inner.size();
  EXPECT_THAT(error_of(file.finish(link("outer", outer) + link("inside", inside))),
              HasSubstr("in \"inside\" the object header at byte"));
}

}  // namespace
}  // namespace linnet
