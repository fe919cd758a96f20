// IDX files, raw and gzipped.
#include "linnet/data/idx.h"
#include "tests/fuzz/fuzz.h"

namespace linnet::fuzz {

Files seeds(const TemporaryFolder& folder) {
  Files files;
  for (const char* ending : {"", ".gz"})
    for (DType dtype : {uint8, int32, float32, float64}) {
      files.push_back(folder / concat("cube-", dtype, ending));
      write_idx(files.back(), arange(0, 24, 1, dtype));
    }
  files.push_back(folder / "picture");
  write_idx(files.back(), full({2, 5, 4}, 7, uint8));
  return files;
}

void read(const std::string& path) { read_idx(path); }

}  // namespace linnet::fuzz
