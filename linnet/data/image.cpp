#include "linnet/data/image.h"

#include <array>
#include <cmath>
#include <string_view>

#include "linnet/base/atomic_file.h"
#include "linnet/data/image_codecs.h"
#include "linnet/tensor/record.h"

namespace linnet {

namespace {

enum class Format { png, jpeg };

Format format_of(detail::FileReader& file) {
  std::array<char, 8> start = {};
  const std::string_view bytes(start.data(), file.read(start.data(), start.size()));
  file.rewind();
  if (bytes == "\x89PNG\r\n\x1a\n") return Format::png;
  if (bytes.starts_with("\xff\xd8\xff")) return Format::jpeg;
  const bool known = bytes.starts_with("GIF8") || bytes.starts_with("BM") || bytes.starts_with("RIFF") ||
                     bytes.starts_with("II*") || bytes.starts_with("MM\0*");
  file.reject(concat("expected a PNG or JPEG picture, received ", bytes.empty() ? "an empty file"
                                                                  : known       ? "another kind"
                                                                                : "something else"),
              known ? "save it as PNG" : "");
}

int channels_of(const std::string& color_mode) {
  if (color_mode == "grayscale") return 1;
  if (color_mode == "rgb") return 3;
  if (color_mode == "rgba") return 4;
  check(color_mode.empty(), "[read_image] expected color_mode \"grayscale\", \"rgb\", \"rgba\" or \"\", received \"",
        color_mode, "\"");
  return 0;
}

struct Colour {
  std::array<std::uint8_t, 3> rgb;
  std::uint8_t alpha;
};

Colour read_colour(const std::uint8_t* pixel, int channels) {
  const std::uint8_t alpha = channels % 2 == 0 ? pixel[channels - 1] : std::uint8_t{255};
  if (channels < 3) return {{pixel[0], pixel[0], pixel[0]}, alpha};
  return {{pixel[0], pixel[1], pixel[2]}, alpha};
}

void write_colour(Colour colour, const std::array<std::uint8_t, 3>& background, std::uint8_t* pixel, int channels) {
  if (channels != 4 && colour.alpha != 255)
    for (std::size_t i = 0; i < 3; ++i)
      colour.rgb[i] =
          static_cast<std::uint8_t>((colour.rgb[i] * colour.alpha + background[i] * (255 - colour.alpha) + 127) / 255);
  if (channels == 1) {  // 0.299 R + 0.587 G + 0.114 B in 1/65536
    pixel[0] = static_cast<std::uint8_t>(
        (19595u * colour.rgb[0] + 38470u * colour.rgb[1] + 7471u * colour.rgb[2] + 0x8000u) >> 16);
    return;
  }
  for (std::size_t i = 0; i < 3; ++i) pixel[i] = colour.rgb[i];
  if (channels == 4) pixel[3] = colour.alpha;
}

// In place when a pixel becomes smaller: a large picture should not need its memory twice.
Tensor convert(const Tensor& image, int channels, const ReadImageOptions& options, const detail::ByteReader& file) {
  const auto stored = static_cast<int>(image.shape()[2]);
  const Shape shape{image.shape()[0], image.shape()[1], channels};
  const bool grows = channels > stored;
  if (grows && static_cast<std::uint64_t>(image.size() + shape.size()) > file.allowed())
    file.reject_size(concat("a picture of ", shape[1], " x ", shape[0], " pixels in ", channels, " channels"));
  Tensor result = grows ? Tensor(shape, uint8) : alias(image, shape, {shape[1] * channels, channels, 1});
  const auto* from = view(image).as<std::uint8_t>();
  auto* to = mutable_view(result).as<std::uint8_t>();
  for (std::int64_t i = 0; i < shape[0] * shape[1]; ++i, from += stored, to += channels)
    write_colour(read_colour(from, stored), options.background, to, channels);
  return result;
}

}  // namespace

Tensor read_image(const std::string& path, const ReadImageOptions& options) {
  const int channels = channels_of(options.color_mode);
  detail::FileReader file("read_image", path, options.limits);
  Tensor image =
      format_of(file) == Format::png ? detail::decode_png(file) : detail::decode_jpeg(file, options.apply_orientation);
  if (channels != 0 && channels != image.shape()[2]) image = convert(image, channels, options, file);
  if (!options.target_size) return image;
  const auto [height, width] = *options.target_size;
  return resize(image, height, width, options.interpolation, true);
}

std::array<std::int64_t, 2> read_image_size(const std::string& path) {
  detail::FileReader file("read_image_size", path, {});
  return format_of(file) == Format::png ? detail::png_size(file) : detail::jpeg_size(file, true);
}

std::string encode_png(const Tensor& image) {
  check(image.defined() && (image.rank() == 2 || image.rank() == 3),
        "[encode_png] expected a picture (height, width) or (height, width, channels), received ",
        image.defined() ? concat("shape ", image.shape()) : "an empty tensor");
  const std::int64_t channels = image.rank() == 2 ? 1 : image.shape()[2];
  const std::int64_t height = image.shape()[0], width = image.shape()[1];
  check(channels >= 1 && channels <= 4 && height > 0 && width > 0 && height < 1'000'000 && width < 1'000'000,
        "[encode_png] expected 1 to 4 channels and a height and width of 1 to 999999, received shape ", image.shape());
  check(image.dtype() == uint8 || is_floating(image.dtype()),
        "[encode_png] expected uint8, or floating numbers from 0 to 255, received ", image.dtype());
  Tensor pixels({height, width, channels}, uint8);
  if (image.dtype() == uint8) {
    pixels.copy_(image.rank() == 2 ? alias(image, {height, width, 1}, {image.strides()[0], image.strides()[1], 1})
                                   : image);
  } else {
    auto* out = mutable_view(pixels).as<std::uint8_t>();
    for (float value : image.to_vector<float>()) {
      check(value >= 0 && value <= 255, "[encode_png] expected numbers from 0 to 255, received ", double{value},
            "; is the picture scaled to 0–1? Multiply by 255");
      *out++ = static_cast<std::uint8_t>(std::lround(value));
    }
  }
  return detail::png_bytes(pixels);
}

void write_png(const std::string& path, const Tensor& image) {
  write_file_atomically(path, encode_png(image), "write_png");
}

}  // namespace linnet
