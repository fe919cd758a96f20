// IDX: the file format of MNIST, raw or gzipped. Big-endian: 00 00 type rank, a u32 for each size, the data.
#pragma once

#include <string>

#include "linnet/base/read_limits.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Reads `path` (gzip is recognized by its content). Types u8, i32, f32, f64 (and i8, i16 as int32). Throws FileError
/// with the path when the file is missing, damaged, its sizes do not agree with its bytes, or `limits` forbid them.
Tensor read_idx(const std::string& path, const ReadLimits& limits = {});
/// Writes uint8, int32, float32 or float64; gzipped if `path` ends in ".gz".
void write_idx(const std::string& path, const Tensor& tensor);

}  // namespace linnet
#pragma GCC visibility pop
