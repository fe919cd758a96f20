// safetensors files: with a checksum, which most changes do not survive, and without.
#include "linnet/saving/safetensors.h"
#include "tests/fuzz/fuzz.h"

namespace linnet::fuzz {

Files seeds(const TemporaryFolder& folder) {
  TensorFile file;
  for (DType dtype : {boolean, uint8, int32, int64, float32, float64, bfloat16})
    file.tensors.emplace_back(concat(dtype), arange(0, 2, 1).to(dtype));
  file.tensors.emplace_back("scalar", scalar(1));
  file.tensors.emplace_back("empty", zeros({0, 3}));
  file.metadata = {{"format", "linnet"}, {"text", "\u4e2d\u6587"}};
  Files files{folder / "linnet"};
  write_safetensors(files[0], file);
  const auto add = [&](const std::string& name, std::string header, std::size_t data_bytes) {  // of other programs
    header.resize((header.size() + 7) / 8 * 8, ' ');
    const std::uint64_t length = header.size();
    files.push_back(folder / name);
    write_text(files.back(), std::string(reinterpret_cast<const char*>(&length), sizeof(length)) + header +
                                 std::string(data_bytes, '\1'));
  };
  add("none", "{}", 0);
  add("metadata", R"({"__metadata__":{"a":"b","linnet.checksum":"0","linnet.format_version":"1"}})", 0);
  add("half", R"({"h":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]}})", 12);
  add("several",
      R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[4,6]},"b":{"dtype":"BOOL","shape":[],"data_offsets":[6,7]},)"
      R"("c":{"dtype":"BF16","shape":[0,5],"data_offsets":[4,4]},"d":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
      7);
  return files;
}

void read(const std::string& path) { read_safetensors(path); }

}  // namespace linnet::fuzz
