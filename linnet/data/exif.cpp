#include "linnet/data/exif.h"

#include <algorithm>
#include <string_view>

namespace linnet::detail {

namespace {

// TIFF data, in either byte order. Reading beyond the end gives 0.
struct Tiff {
  std::span<const std::uint8_t> bytes;
  bool big_endian;

  std::uint32_t number(std::size_t at, std::size_t width) const {
    if (at > bytes.size() || bytes.size() - at < width) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value = value << 8 | bytes[at + (big_endian ? i : width - 1 - i)];
    return value;
  }
};

constexpr std::string_view name{"Exif\0\0", 6};
constexpr std::uint32_t orientation_tag = 0x0112, short_type = 3;

}  // namespace

int exif_orientation(std::span<const std::uint8_t> segment) {
  if (segment.size() < name.size() + 8 ||
      !std::equal(name.begin(), name.end(), segment.begin(),
                  [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; }))
    return 1;
  Tiff tiff{segment.subspan(name.size()), false};
  if (tiff.bytes[0] != tiff.bytes[1] || (tiff.bytes[0] != 'I' && tiff.bytes[0] != 'M')) return 1;
  tiff.big_endian = tiff.bytes[0] == 'M';
  const std::size_t directory = tiff.number(4, 4);
  const std::uint32_t entries = tiff.number(directory, 2);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + std::size_t{12} * i;
    if (tiff.number(entry, 2) != orientation_tag || tiff.number(entry + 2, 2) != short_type) continue;
    const std::uint32_t orientation = tiff.number(entry + 8, 2);
    return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
  }
  return 1;
}

}  // namespace linnet::detail
