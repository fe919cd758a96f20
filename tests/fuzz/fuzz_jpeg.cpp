// JPEG pictures.
#include "linnet/data/image.h"
#include "tests/data/pictures.h"
#include "tests/fuzz/fuzz.h"

namespace linnet::fuzz {

Files seeds(const TemporaryFolder& folder) {
  Files files;
  for (const auto& [name, bytes] : jpeg_kinds()) {
    files.push_back(folder / name);
    write_text(files.back(), bytes);
  }
  return files;
}

void read(const std::string& path) {
  read_image_size(path);
  read_image(path, {.color_mode = "grayscale"});
}

}  // namespace linnet::fuzz
