// NPY files.
#include "linnet/data/npy.h"
#include "tests/fuzz/fuzz.h"

namespace linnet::fuzz {

Files seeds(const TemporaryFolder& folder) {
  Files files;
  for (DType dtype : {boolean, uint8, int32, int64, float32, float64}) {
    files.push_back(folder / concat(dtype));
    write_npy(files.back(), arange(0, 12, 1).to(dtype));
  }
  const std::string header = "', 'fortran_order': True, 'shape': (2, 3), }";
  for (const std::string type : {"<f2", "|i1", ">i2", "<u2", ">u4", "<u8"}) {  // what Linnet reads but does not write
    const std::string text = "{'descr': '" + type + header;
    files.push_back(folder / type.substr(1));
    write_text(files.back(), std::string("\x93NUMPY\x02\x00", 8) + static_cast<char>(text.size()) +
                                 std::string(3, '\0') + text +
                                 std::string(6u * static_cast<unsigned>(type[2] - '0'), '\1'));
  }
  return files;
}

void read(const std::string& path) { read_npy(path); }

}  // namespace linnet::fuzz
