// Linnet without libpng and libjpeg.
#include "linnet/data/image_codecs.h"

namespace linnet::detail {

namespace {

[[noreturn]] void absent(const ByteReader& file) {
  file.reject("this Linnet was built without libpng and libjpeg (LINNET_IMAGES=OFF) and cannot read the picture",
              "build Linnet with libpng-dev and libjpeg62-turbo-dev");
}

}  // namespace

Tensor decode_png(ByteReader& file) { absent(file); }
Tensor decode_jpeg(ByteReader& file, bool) { absent(file); }
std::array<std::int64_t, 2> png_size(ByteReader& file) { absent(file); }
std::array<std::int64_t, 2> jpeg_size(ByteReader& file, bool) { absent(file); }

std::string png_bytes(const Tensor&) {
  fail(
      "[encode_png] this Linnet was built without libpng (LINNET_IMAGES=OFF); build it with libpng-dev and "
      "libjpeg62-turbo-dev");
}

}  // namespace linnet::detail
