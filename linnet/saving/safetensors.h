// safetensors: named tensors and text metadata in one file (u64 header length, JSON header, raw little-endian data).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "linnet/tensor/tensor.h"

namespace linnet {

struct TensorFile {
  std::vector<std::pair<std::string, Tensor>> tensors;
  std::vector<std::pair<std::string, std::string>> metadata;

  /// Null when absent.
  const Tensor* find(const std::string& name) const;
  const std::string* find_metadata(const std::string& key) const;
};

/// Reads a whole file. dtypes F32, F64, BF16, F16 (as float32), I32, I64, U8, BOOL. Throws FileError with the path and
/// the reason: declared sizes are checked against the bytes there are before anything is allocated.
TensorFile read_safetensors(const std::string& path);
/// Writes to a temporary beside `path`, syncs, renames: an earlier file survives a failure.
void write_safetensors(const std::string& path, const TensorFile& file);
/// The same for any bytes.
void write_file_atomically(const std::string& path, std::string_view bytes);

}  // namespace linnet
