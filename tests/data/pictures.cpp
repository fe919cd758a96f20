#include "tests/data/pictures.h"

#include <png.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

namespace linnet {

Tensor test_picture(std::int64_t height, std::int64_t width, std::int64_t channels) {
  Tensor picture({height, width, channels}, uint8);
  auto pixels = picture.mutable_data<std::uint8_t>();
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>((i * 37 + i / 11 * 5) % 256);
  return picture;
}

std::string png_of(const Tensor& samples, const PngKind& kind) {
  std::string bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &bytes,
      [](png_structp self, png_bytep data, std::size_t count) {
        static_cast<std::string*>(png_get_io_ptr(self))->append(reinterpret_cast<const char*>(data), count);
      },
      nullptr);
  const auto height = static_cast<png_uint_32>(samples.shape()[0]),
             width = static_cast<png_uint_32>(samples.shape()[1]);
  png_set_IHDR(png, info, width, height, kind.bits, kind.color_type,
               kind.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  std::array<png_color, 256> palette = {};
  for (std::size_t i = 0; i < palette.size(); ++i) {
    const auto level = static_cast<png_byte>(i);
    palette[i] = {level, static_cast<png_byte>(255 - level), static_cast<png_byte>(level / 2)};
  }
  if (kind.color_type == PNG_COLOR_TYPE_PALETTE) png_set_PLTE(png, info, palette.data(), 1 << kind.bits);
  const std::array<png_byte, 3> alpha = {0, 128, 255};
  png_color_16 transparent = {};
  if (kind.transparent) png_set_tRNS(png, info, alpha.data(), alpha.size(), &transparent);
  png_write_info(png, info);
  if (kind.bits < 8) png_set_packing(png);
  const auto values = samples.to_vector<int>();
  const std::size_t row = values.size() / height;
  std::vector<png_byte> rows;
  for (int value : values) {
    if (kind.bits == 16) rows.push_back(static_cast<png_byte>(value >> 8));
    rows.push_back(static_cast<png_byte>(value));
  }
  std::vector<png_bytep> starts;
  for (std::size_t y = 0; y < height; ++y) starts.push_back(rows.data() + y * row * (kind.bits == 16 ? 2 : 1));
  png_write_image(png, starts.data());
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

namespace {

std::string exif_segment(int orientation) {
  const char tag = static_cast<char>(orientation);
  const std::array<char, 32> tiff = {'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42,  0, 8, 0, 0, 0, 1, 0,
                                     18,  1,   3,   0,   1, 0, 0,   0,   tag, 0, 0, 0, 0, 0, 0, 0};
  return {tiff.data(), tiff.size()};
}

}  // namespace

std::string jpeg_of(const Tensor& pixels, const JpegKind& kind) {
  jpeg_compress_struct jpeg = {};
  jpeg_error_mgr errors = {};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &memory, &size);
  jpeg.image_height = static_cast<JDIMENSION>(pixels.shape()[0]);
  jpeg.image_width = static_cast<JDIMENSION>(pixels.shape()[1]);
  jpeg.input_components = kind.components;
  jpeg.in_color_space = kind.components == 1 ? JCS_GRAYSCALE : kind.components == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, kind.quality, TRUE);
  if (kind.progressive) jpeg_simple_progression(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  const std::string exif = exif_segment(kind.orientation);
  if (kind.orientation != 0)
    jpeg_write_marker(&jpeg, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(exif.data()),
                      static_cast<unsigned>(exif.size()));
  auto rows = pixels.to_vector<std::uint8_t>();
  const std::size_t row = rows.size() / jpeg.image_height;
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW line = rows.data() + jpeg.next_scanline * row;
    jpeg_write_scanlines(&jpeg, &line, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  std::string bytes(reinterpret_cast<char*>(memory), size);
  std::free(memory);
  return bytes;
}

NamedBytes png_kinds() {
  Tensor small({5, 7, 1}, uint8);
  auto values = small.mutable_data<std::uint8_t>();
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::uint8_t>(i % 2);
  const Tensor grey = test_picture(5, 7, 1), colour = test_picture(5, 7, 3), all = test_picture(5, 7, 4);
  return {{"one-bit", png_of(small, {.bits = 1, .color_type = 0})},
          {"palette", png_of(small, {.bits = 2, .color_type = 3, .transparent = true})},
          {"grey-transparent", png_of(grey, {.color_type = 0, .transparent = true})},
          {"sixteen", png_of(colour, {.bits = 16, .color_type = 2})},
          {"interlaced", png_of(colour, {.color_type = 2, .interlaced = true})},
          {"rgba-interlaced", png_of(all, {.color_type = 6, .interlaced = true})}};
}

NamedBytes jpeg_kinds() {
  return {{"grey", jpeg_of(test_picture(9, 11, 1), {.components = 1})},
          {"colour", jpeg_of(test_picture(9, 11, 3), {})},
          {"progressive", jpeg_of(test_picture(20, 17, 3), {.progressive = true})},
          {"cmyk", jpeg_of(test_picture(9, 11, 4), {.components = 4})},
          {"turned", jpeg_of(test_picture(9, 11, 3), {.orientation = 6})}};
}

}  // namespace linnet
