// Decoding of PNG and JPEG files. Each function has two bodies: png.cpp and jpeg.cpp, or no_images.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "linnet/data/file_reader.h"
#include "linnet/tensor/tensor.h"

namespace linnet::detail {

/// The pixels as they are stored, from the file's beginning: uint8 (height, width, 1 to 4 channels).
Tensor decode_png(ByteReader& file);
/// The same; 1 or 3 channels, turned by the EXIF orientation if wanted.
Tensor decode_jpeg(ByteReader& file, bool apply_orientation);
/// (height, width) from the head of the file.
std::array<std::int64_t, 2> png_size(ByteReader& file);
std::array<std::int64_t, 2> jpeg_size(ByteReader& file, bool apply_orientation);

/// A PNG file of contiguous uint8 (height, width, channels).
std::string png_bytes(const Tensor& pixels);

}  // namespace linnet::detail
