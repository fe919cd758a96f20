#include "linnet/data/npy.h"

#include "linnet/base/atomic_file.h"
#include "linnet/base/suggest.h"
#include "linnet/data/npy_format.h"

namespace linnet {

Tensor read_npy(const std::string& path, const ReadLimits& limits) {
  detail::FileReader file("read_npy", path, limits);
  return detail::read_npy_array(file);
}

void write_npy(const std::string& path, const Tensor& tensor) {
  write_file_atomically(path, detail::npy_bytes("write_npy", tensor), "write_npy");
}

const Tensor& find_tensor(const NamedTensors& tensors, std::string_view name) {
  std::vector<std::string> names;
  std::string known;
  for (const auto& [each, tensor] : tensors) {
    if (each == name) return tensor;
    known += (known.empty() ? "\"" : ", \"") + each + "\"";
    names.push_back(each);
  }
  fail("[find_tensor] expected one of ", known.empty() ? "no arrays" : known, ", received \"", name, "\"",
       did_you_mean(name, names));
}

}  // namespace linnet
