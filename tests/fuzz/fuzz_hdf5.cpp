// HDF5 files. Linnet writes none, so it begins with those of its tests that libFuzzer does not cut (-max_len).
#include "linnet/saving/hdf5.h"
#include "tests/fuzz/fuzz.h"

namespace linnet::fuzz {

Files seeds(const TemporaryFolder&) {
  Files files;
  for (const char* name : {"attributes.h5", "chunks.h5", "compact.h5", "latest.h5", "tracked.h5",
                           "refused_hard_link.h5", "refused_lzf.h5", "refused_soft_link.h5"})
    files.push_back(std::string(LINNET_SOURCE_DIR "/tests/saving/hdf5/") + name);
  return files;
}

static void read_arrays(const Hdf5File& file, const Hdf5Object& object) {
  if (object.array) file.tensor(object);
  for (const auto& [name, child] : object.children) read_arrays(file, child);
}

void read(const std::string& path) {
  const Hdf5File file = Hdf5File::read(path);
  read_arrays(file, file.root());
}

}  // namespace linnet::fuzz
