// safetensors: named tensors and text metadata in one file (u64 header length, JSON header, raw little-endian data).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "linnet/base/atomic_file.h"
#include "linnet/base/read_limits.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

struct TensorFile {
  std::vector<std::pair<std::string, Tensor>> tensors;
  std::vector<std::pair<std::string, std::string>> metadata;

  /// Null when absent.
  const Tensor* find(const std::string& name) const;
  const std::string* find_metadata(const std::string& key) const;
};

/// Reads a whole file. dtypes F32, F64, BF16, F16 (as float32, in twice its bytes), I32, I64, U8, BOOL.
///
/// Throws FileError with the path and the reason. Declared sizes are checked against the bytes there are before
/// anything is allocated; names, metadata and what F16 takes more as float32 may need limits.extra_bytes together. A
/// file that write_safetensors wrote carries a checksum: any bit of it that has changed is an error, and so is a format
/// version that is newer than this program. Files of other programs have neither, and are read as they are.
///   write_safetensors("weights.safetensors", {.tensors = {{"weight", ones({2, 3})}}, .metadata = {}});
///   TensorFile file = read_safetensors("weights.safetensors");
///   file.find("weight")->shape();  // -> [2, 3]
TensorFile read_safetensors(const std::string& path, const ReadLimits& limits = {});
/// The same from bytes in memory; `name` is what errors call them.
TensorFile parse_safetensors(std::string_view bytes, const std::string& name = "bytes", const ReadLimits& limits = {});
/// Writes to a temporary beside `path`, syncs, renames: an earlier file survives a failure. Format version and checksum
/// are added to the metadata; reading takes them out again.
void write_safetensors(const std::string& path, const TensorFile& file);

}  // namespace linnet
#pragma GCC visibility pop
