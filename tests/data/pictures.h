// Small pictures of every kind, made by libpng and libjpeg directly.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "linnet/tensor/tensor.h"

namespace linnet {

/// uint8 (height, width, channels) in which every pixel differs from its neighbours.
Tensor test_picture(std::int64_t height, std::int64_t width, std::int64_t channels);

struct PngKind {
  int bits = 8;
  int color_type = 2;  // as in the header: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA
  bool interlaced = false;
  bool transparent = false;  // one colour is (tRNS), for types without alpha
};
/// A picture of 5 x 7 whose samples are `samples` (5, 7, channels), 0 to 2^bits - 1.
std::string png_of(const Tensor& samples, const PngKind& kind);

struct JpegKind {
  int components = 3;  // 1 grey, 3 RGB, 4 CMYK
  bool progressive = false;
  int orientation = 0;  // EXIF; 0: none
  int quality = 90;
};
std::string jpeg_of(const Tensor& pixels, const JpegKind& kind);

using NamedBytes = std::vector<std::pair<std::string, std::string>>;
NamedBytes png_kinds();
NamedBytes jpeg_kinds();

}  // namespace linnet
