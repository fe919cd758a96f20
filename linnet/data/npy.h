// NumPy's files: .npy holds one array, .npz several with names.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "linnet/base/read_limits.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

/// Reads an array of format version 1–3, row-major or Fortran order, either byte order. bool, uint8, int32, int64,
/// float32 and float64 keep their dtype; float16 becomes float32; int8, int16, uint16 become int32; uint32 and uint64
/// int64 (an error above its range). Throws FileError naming the file for everything else: Python objects (pickles are
/// programs and are never run), complex numbers, texts, dates, records, damage, sizes that the bytes do not hold.
///   write_npy("x.npy", ones({2, 3}));
///   read_npy("x.npy");  // -> {{1, 1, 1}, {1, 1, 1}}
Tensor read_npy(const std::string& path, const ReadLimits& limits = {});
/// Writes float32, float64, int32, int64, uint8 or bool as numpy.save does.
void write_npy(const std::string& path, const Tensor& tensor);

/// Reads all arrays of an archive in its order, stored or deflated, with 64-bit sizes as numpy.savez writes them, up to
/// 65,535 arrays and 4 GB; larger archives are refused. Names are without ".npy".
/// `limits` is for all of them together. Throws as read_npy does.
///   write_npz("data.npz", {{"x", ones({2, 3})}, {"y", zeros({2})}});
///   for (const auto& [name, tensor] : read_npz("data.npz")) std::cout << name << ' ' << tensor << '\n';
///   find_tensor(read_npz("data.npz"), "y");  // -> {0, 0}
NamedTensors read_npz(const std::string& path, const ReadLimits& limits = {});
struct WriteNpzOptions {
  bool compressed = false;  // numpy.savez or numpy.savez_compressed
};
/// Writes an archive that numpy.load reads. Names must differ.
void write_npz(const std::string& path, const NamedTensors& tensors, const WriteNpzOptions& options = {});
/// The array of that name; throws listing the names there are.
const Tensor& find_tensor(const NamedTensors& tensors, std::string_view name);

}  // namespace linnet
#pragma GCC visibility pop
