// Pictures: PNG and JPEG files to tensors, tensors to PNG. (Resizing is in ops/images.h.)
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "linnet/base/read_limits.h"
#include "linnet/ops/images.h"  // resize
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

struct ReadImageOptions {
  /// "rgb", "grayscale" or "rgba"; "" leaves the channels as they are stored (1, 2 with alpha, 3, or 4 with alpha).
  std::string color_mode = "rgb";
  /// (height, width) to resize to; default: the size of the picture.
  std::optional<std::array<std::int64_t, 2>> target_size = {};
  /// How to resize, see resize(). As in Keras's load_img, shrinking averages with every method but "nearest".
  std::string interpolation = "nearest";
  /// What shows through where a picture is transparent and color_mode has no alpha channel. (Keras drops the alpha
  /// channel, which shows whatever colour the transparent pixels happen to have.)
  std::array<std::uint8_t, 3> background = {255, 255, 255};
  /// Turns photographs as their EXIF orientation says. (Keras does not.)
  bool apply_orientation = true;
  ReadLimits limits = {};
};

/// Reads a PNG or JPEG file, told apart by content. Returns uint8 (height, width, channels).
/// PNG of every kind: palettes and 1, 2, 4 bits become 8, 16 bits are rounded to 8, interlacing and transparency are
/// understood. JPEG: grey, colour, CMYK (converted without colour profiles), baseline and progressive.
/// Grey is 0.299 R + 0.587 G + 0.114 B. Throws FileError naming the file when it is missing, damaged, cut short, of
/// another kind, or larger than `limits` allows. Keras: keras.utils.load_img.
///   write_png("seven.png", zeros({56, 56, 3}));
///   read_image("seven.png", {.color_mode = "grayscale", .target_size = {{28, 28}}});  // -> [28, 28, 1]
Tensor read_image(const std::string& path, const ReadImageOptions& options = {});

/// (height, width) of the picture, read from the head of the file.
std::array<std::int64_t, 2> read_image_size(const std::string& path);

/// The bytes of a PNG file. `image`: (height, width) or (height, width, channels) with 1 (grey), 2 (grey and alpha),
/// 3 (RGB) or 4 (RGBA) channels; uint8, or floating 0–255, which is rounded.
std::string encode_png(const Tensor& image);
/// Writes them to `path`.
void write_png(const std::string& path, const Tensor& image);

}  // namespace linnet
#pragma GCC visibility pop
