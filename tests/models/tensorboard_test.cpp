#include "linnet/models/tensorboard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>

#include "linnet/models/event_file.h"
#include "tests/models/small_models.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::class_data;
using testing::classifier;

/// Little-endian.
std::uint64_t number_at(std::string_view bytes, std::size_t first, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = size; i-- > 0;) number = number << 8 | static_cast<std::uint8_t>(bytes[first + i]);
  return number;
}

/// A message of protocol buffers: the fields by number, as bytes or as their numbers.
struct Message {
  std::multimap<int, std::string> bytes;
  std::multimap<int, std::uint64_t> numbers;

  explicit Message(std::string_view text) {
    std::size_t at = 0;
    auto varint = [&] {
      std::uint64_t number = 0;
      for (int shift = 0;; shift += 7) {
        const auto byte = static_cast<std::uint8_t>(text.at(at++));
        number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return number;
      }
    };
    while (at < text.size()) {
      const std::uint64_t key = varint();
      const int field = static_cast<int>(key >> 3);
      const std::size_t size = (key & 7) == 1 ? 8 : (key & 7) == 5 ? 4 : 0;
      if ((key & 7) == 0) {
        numbers.emplace(field, varint());
      } else if (size > 0) {
        numbers.emplace(field, number_at(text, at, size));
        at += size;
      } else {
        const std::size_t length = varint();
        bytes.emplace(field, text.substr(at, length));
        at += length;
      }
    }
  }
};

std::vector<Message> events_in(const std::string& text) {
  std::vector<Message> events;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = number_at(text, at, 8);
    EXPECT_EQ(record_of(text.substr(at + 12, length)), text.substr(at, length + 16));  // both checksums
    events.emplace_back(std::string_view(text).substr(at + 12, length));
    at += length + 16;
  }
  return events;
}

/// The only file in a folder, as tags and the steps they have.
std::map<std::string, std::vector<std::uint64_t>> tags_in(const std::string& folder) {
  std::map<std::string, std::vector<std::uint64_t>> tags;
  for (const auto& file : std::filesystem::directory_iterator(folder))
    for (const Message& event : events_in(read_text(file.path().string()))) {
      if (!event.bytes.contains(5)) continue;
      const Message value(Message(event.bytes.find(5)->second).bytes.find(1)->second);
      tags[value.bytes.find(1)->second].push_back(event.numbers.find(2)->second);
    }
  return tags;
}

TEST(EventFile, HasTheChecksumsOfTFRecords) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);  // the check value of CRC-32C
  // How event files begin: a record of 24 bytes, whose masked checksum is 0x224b7fa3.
  EXPECT_EQ(record_of(std::string(24, 'x')).substr(0, 12), std::string("\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x22", 12));
}

TEST(EventFile, HoldsScalarsAndHistograms) {
  const TemporaryFolder folder;
  EventFile file(folder / "run");
  file.scalar("loss", 0.5, 7);
  const std::vector<float> values = {0, 1, 1, 3};
  file.histogram("kernel", values, 8);
  file.flush();
  const std::vector<Message> events = events_in(read_text(file.path()));
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].bytes.find(3)->second, "brain.Event:2");
  EXPECT_EQ(events[1].numbers.find(2)->second, 7U);
  const Message loss(Message(events[1].bytes.find(5)->second).bytes.find(1)->second);
  EXPECT_EQ(loss.bytes.find(1)->second, "loss");
  EXPECT_EQ(std::bit_cast<float>(static_cast<std::uint32_t>(loss.numbers.find(2)->second)), 0.5F);
  const Message histogram(
      Message(Message(events[2].bytes.find(5)->second).bytes.find(1)->second).bytes.find(5)->second);
  auto number = [&](int field) { return std::bit_cast<double>(histogram.numbers.find(field)->second); };
  EXPECT_EQ(number(1), 0);
  EXPECT_EQ(number(2), 3);
  EXPECT_EQ(number(3), 4);
  EXPECT_EQ(number(4), 5);
  EXPECT_EQ(number(5), 11);
  const std::string& counts = histogram.bytes.find(7)->second;
  ASSERT_EQ(counts.size(), 30 * sizeof(double));
  double total = 0;
  for (std::size_t i = 0; i < 30; ++i) total += std::bit_cast<double>(number_at(counts, 8 * i, 8));
  EXPECT_EQ(total, 4);
}

TEST(TensorBoard, WritesEpochsBatchesAndHistograms) {
  const TemporaryFolder folder;
  Sequential model = classifier();
  model.fit(
      class_data(40),
      {.epochs = 2,
       .batch_size = 10,
       .validation_data = class_data(10),
       .verbose = 0,
       .callbacks = {TensorBoard(
           {.log_dir = folder / "logs", .histogram_freq = 1, .write_steps_per_second = true, .update_freq = 2})}});
  using Steps = std::vector<std::uint64_t>;
  const auto train = tags_in(folder / "logs/train"), validation = tags_in(folder / "logs/validation");
  for (const char* tag : {"epoch_loss", "epoch_accuracy", "epoch_learning_rate", "epoch_steps_per_second"})
    EXPECT_EQ(train.at(tag), (Steps{0, 1})) << tag;
  EXPECT_EQ(train.at("batch_loss"), (Steps{2, 4, 6, 8}));
  EXPECT_EQ(train.at("sequential/dense/kernel/histogram"), (Steps{0, 1}));
  EXPECT_EQ(validation.at("epoch_loss"), (Steps{0, 1}));
  EXPECT_EQ(validation.at("evaluation_loss_vs_iterations"), (Steps{4, 8}));
  EXPECT_FALSE(train.contains("epoch_val_loss"));
}

TEST(TensorBoard, SaysWhatItCannotWrite) {
  const TemporaryFolder folder;
  write_text(folder / "file", "");
  Sequential model = classifier();
  EXPECT_THAT(message_of<FileError>([&] {
                model.fit(class_data(10), {.verbose = 0, .callbacks = {TensorBoard({.log_dir = folder / "file"})}});
              }),
              ::testing::HasSubstr("[TensorBoard] expected to write"));
  EXPECT_THROW(TensorBoard({.histogram_freq = -1}), InvalidArgument);
}

}  // namespace
}  // namespace linnet
