// NPZ archives.
#include "linnet/data/npy.h"
#include "tests/fuzz/fuzz.h"

namespace linnet::fuzz {

Files seeds(const TemporaryFolder& folder) {
  const NamedTensors tensors = {{"x", arange(0, 6)}, {"labels", zeros({2}, uint8)}, {"none", zeros({0, 3}, int64)}};
  Files files = {folder / "stored", folder / "deflated", folder / "empty"};
  write_npz(files[0], tensors);
  write_npz(files[1], tensors, {.compressed = true});
  write_npz(files[2], {});
  return files;
}

void read(const std::string& path) { read_npz(path); }

}  // namespace linnet::fuzz
