// Files that TensorBoard reads: records of events with scalars and histograms. Internal.
//
// A record (TFRecord): length u64, masked CRC of the length u32, the bytes, masked CRC of the bytes u32, little-endian.
// The CRC is CRC-32C; masked: rotated right by 15 bits, plus 0xa282ead8. The bytes are an Event of protocol buffers; of
// its fields these are written: wall_time 1, step 2, file_version 3, summary 5 { value 1 { tag 1, simple_value 2,
// histo 5 } }.
#pragma once

#include <cstdint>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace linnet {

/// CRC-32C (Castagnoli).
std::uint32_t crc32c(std::string_view bytes);
/// The record that holds these bytes.
std::string record_of(std::string_view bytes);

/// An event file, appended to. Throws FileError when it cannot be made or written.
class EventFile {
 public:
  /// A new file events.out.tfevents.… in `folder`, which is made.
  explicit EventFile(const std::string& folder);
  void scalar(const std::string& tag, double value, std::int64_t step);
  /// 30 buckets of equal width from the smallest to the largest value.
  void histogram(const std::string& tag, std::span<const float> values, std::int64_t step);
  void flush();
  const std::string& path() const { return path_; }

 private:
  void write(const std::string& event_fields);
  std::string path_;
  std::ofstream file_;
};

}  // namespace linnet
