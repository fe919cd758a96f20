// PNG pictures, in all colours.
#include "linnet/data/image.h"
#include "tests/data/pictures.h"
#include "tests/fuzz/fuzz.h"

namespace linnet::fuzz {

Files seeds(const TemporaryFolder& folder) {
  Files files;
  for (std::int64_t channels = 1; channels <= 4; ++channels) {
    files.push_back(folder / std::to_string(channels));
    write_png(files.back(), test_picture(5, 7, channels));
  }
  for (const auto& [name, bytes] : png_kinds()) {
    files.push_back(folder / name);
    write_text(files.back(), bytes);
  }
  return files;
}

void read(const std::string& path) {
  read_image_size(path);
  for (const char* mode : {"", "grayscale", "rgba"}) read_image(path, {.color_mode = mode});
}

}  // namespace linnet::fuzz
