// HDF5: the files of named arrays in which Keras keeps weights (.weights.h5, .h5, and model.weights.h5 in a .keras).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/read_limits.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

namespace detail::hdf5 {
struct Storage;
}

/// What a file says of an array; Hdf5File::tensor reads its elements.
struct Hdf5Array {
  Shape shape;
  /// Of the tensor: the file may hold a smaller type.
  DType dtype = float32;
  /// Where its bytes are, and how they are packed; for Hdf5File::tensor.
  std::shared_ptr<const detail::hdf5::Storage> storage;
};

/// A group or an array of an HDF5 file.
struct Hdf5Object {
  /// Of a group, by name.
  std::map<std::string, Hdf5Object> children;
  /// Those that are text, by name: one string is a list of one. An attribute of no elements is an empty list, whatever
  /// its type (Keras's weight_names of a layer that has none); others are left out.
  std::map<std::string, std::vector<std::string>> attributes;
  /// What it holds, if it is no group.
  std::optional<Hdf5Array> array;

  /// What is at `path` below this: "layers/dense/vars". Null when absent; the object itself for "".
  const Hdf5Object* find(std::string_view path) const;
};

/// An HDF5 file that Keras or h5py wrote with default settings; docs/notes/hdf5.md says what is read and what is
/// refused.
///
/// Elements become what Linnet has: float16 float32, int8, int16 and uint16 int32, uint32 and uint64 int64, h5py's enum
/// of FALSE and TRUE bool, and Keras's bfloat16 bfloat16; float32, float64, uint8, int32 and int64 stay. Numbers of the
/// other byte order are turned round. Groups and attributes are read at once, the elements of an array by tensor(), so
/// that weights are not held twice.
///
/// read, parse and tensor throw FileError with the path and the reason: for a damaged file, and for what is not
/// supported (links to other places or files, compound types, filters other than deflate and shuffle), by its name. No
/// size, count or place that the file declares is believed before it is checked; objects, names and texts may need
/// limits.extra_bytes together, and all arrays together the size of the file and limits.extra_bytes.
///   auto first_kernel = [](const std::string& path) {
///     const Hdf5File file = Hdf5File::read(path);
///     const Hdf5Object* kernel = file.root().find("layers/dense/vars/0");
///     return kernel == nullptr ? Tensor() : file.tensor(*kernel);
///   };
class Hdf5File {
 public:
  /// Reads the structure and the attributes of the file at `path`.
  static Hdf5File read(const std::string& path, const ReadLimits& limits = {});
  /// The same from bytes in memory; `name` is what errors call them.
  static Hdf5File parse(std::string bytes, const std::string& name = "bytes", const ReadLimits& limits = {});

  /// The group that holds everything.
  const Hdf5Object& root() const { return root_; }
  /// The elements of an array of this file. Throws InvalidArgument if `object` is a group.
  Tensor tensor(const Hdf5Object& object) const;

 private:
  Hdf5File() = default;

  std::string name_, bytes_;
  Hdf5Object root_;
};

}  // namespace linnet
#pragma GCC visibility pop
