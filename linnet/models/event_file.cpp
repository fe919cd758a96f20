#include "linnet/models/event_file.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <filesystem>

#include "linnet/base/check.h"

namespace linnet {
namespace {

// ---- little-endian numbers and protocol buffers

template <class Integer>
std::string little_endian(Integer number) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) bytes += static_cast<char>(number >> (8 * i) & 0xff);
  return bytes;
}

std::string varint(std::uint64_t number) {
  std::string bytes;
  for (; number >= 0x80; number >>= 7) bytes += static_cast<char>((number & 0x7f) | 0x80);
  return bytes += static_cast<char>(number);
}

enum Wire : std::uint8_t { integer = 0, eight_bytes = 1, counted = 2, four_bytes = 5 };
std::string key(int field, Wire wire) { return varint(static_cast<std::uint64_t>(field) << 3 | wire); }

std::string int64_field(int field, std::int64_t x) {
  return key(field, integer) + varint(static_cast<std::uint64_t>(x));
}
std::string double_field(int field, double x) {
  return key(field, eight_bytes) + little_endian(std::bit_cast<std::uint64_t>(x));
}
std::string float_field(int field, float x) {
  return key(field, four_bytes) + little_endian(std::bit_cast<std::uint32_t>(x));
}
std::string bytes_field(int field, const std::string& bytes) {
  return key(field, counted) + varint(bytes.size()) + bytes;
}
std::string doubles_field(int field, const std::vector<double>& numbers) {
  std::string packed;
  for (const double x : numbers) packed += little_endian(std::bit_cast<std::uint64_t>(x));
  return bytes_field(field, packed);
}

std::string summary_of(const std::string& tag, const std::string& value) {
  return bytes_field(5, bytes_field(1, bytes_field(1, tag) + value));
}

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::string new_path(const std::string& folder) {
  static std::atomic<int> count = 0;
  std::string host(256, '\0');
  host = gethostname(host.data(), host.size() - 1) == 0 ? host.substr(0, host.find('\0')) : "localhost";
  return concat(folder, "/events.out.tfevents.", static_cast<std::int64_t>(now()), ".", host, ".", getpid(), ".",
                count++, ".v2");
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> remainders{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      remainders[i] = i;
      for (int bit = 0; bit < 8; ++bit)
        remainders[i] = remainders[i] >> 1 ^ ((remainders[i] & 1) != 0 ? 0x82f63b78U : 0);
    }
    return remainders;
  }();
  std::uint32_t crc = ~0U;
  for (const char byte : bytes) crc = crc >> 8 ^ table[(crc ^ static_cast<std::uint8_t>(byte)) & 0xff];
  return ~crc;
}

std::string record_of(std::string_view bytes) {
  auto masked = [](std::string_view part) { return std::rotr(crc32c(part), 15) + 0xa282ead8U; };
  const std::string length = little_endian(static_cast<std::uint64_t>(bytes.size()));
  return length + little_endian(masked(length)) + std::string(bytes) + little_endian(masked(bytes));
}

EventFile::EventFile(const std::string& folder) : path_(new_path(folder)) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  file_.open(path_, std::ios::binary);
  if (!file_) fail<FileError>("[TensorBoard] expected to write \"", path_, "\", which cannot be made");
  write(bytes_field(3, "brain.Event:2"));
}

void EventFile::write(const std::string& event_fields) {
  file_ << record_of(double_field(1, now()) + event_fields);
  if (!file_) fail<FileError>("[TensorBoard] expected to write \"", path_, "\"; is the disk full?");
}

void EventFile::flush() {
  if (!file_.flush()) fail<FileError>("[TensorBoard] expected to write \"", path_, "\"; is the disk full?");
}

void EventFile::scalar(const std::string& tag, double value, std::int64_t step) {
  write(int64_field(2, step) + summary_of(tag, float_field(2, static_cast<float>(value))));
}

void EventFile::histogram(const std::string& tag, std::span<const float> values, std::int64_t step) {
  std::vector<double> finite;
  for (const float x : values)
    if (std::isfinite(x)) finite.push_back(static_cast<double>(x));
  if (finite.empty()) return;
  const auto [smallest, largest] = std::minmax_element(finite.begin(), finite.end());
  const double low = *smallest, high = *largest;
  constexpr std::size_t buckets = 30;
  const double width = (high - low) / buckets;
  std::vector<double> limits, counts(buckets, 0.0);
  for (std::size_t i = 1; i <= buckets; ++i)
    limits.push_back(i == buckets ? high : low + width * static_cast<double>(i));
  double sum = 0, squares = 0;
  for (const double x : finite) {
    const double place = width > 0 ? (x - low) / width : buckets - 1;
    counts[std::min(static_cast<std::size_t>(place), buckets - 1)] += 1;
    sum += x;
    squares += x * x;
  }
  const std::string histogram = double_field(1, low) + double_field(2, high) +
                                double_field(3, static_cast<double>(finite.size())) + double_field(4, sum) +
                                double_field(5, squares) + doubles_field(6, limits) + doubles_field(7, counts);
  write(int64_field(2, step) + summary_of(tag, bytes_field(5, histogram)));
}

}  // namespace linnet
