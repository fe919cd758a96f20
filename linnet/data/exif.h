// EXIF: what cameras write into a JPEG file.
#pragma once

#include <cstdint>
#include <span>

namespace linnet::detail {

/// How the camera was held, 1 (upright) to 8, from the data of an APP1 segment; 1 where they do not say.
int exif_orientation(std::span<const std::uint8_t> segment);

}  // namespace linnet::detail
