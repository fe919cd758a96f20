// HDF5 files as h5py writes them by default: what Keras reads weights from.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What hdf5_bytes makes a file of: a group of others, or, where `array` is defined, an array.
struct Hdf5Node {
  /// Of a group, by name. A name must not be empty and has no "/".
  std::map<std::string, Hdf5Node> children = {};
  /// Texts that belong to it, by name.
  std::map<std::string, std::string> texts = {};
  /// Lists of texts that belong to it, by name.
  std::map<std::string, std::vector<std::string>> lists = {};
  /// The numbers of an array, of any dtype but bool.
  Tensor array = {};

  /// What is at `path` below this, made if it is not there: "layers/dense/vars".
  Hdf5Node& at(std::string_view path);
};

/// The bytes of an HDF5 file that holds `root`, in the format of HDF5 1.8 and older (docs/notes/hdf5.md), which every
/// version of the library reads. float32, float64, uint8, int32 and int64 stay what they are; bfloat16 becomes two
/// opaque bytes with the attribute dtype = "bfloat16", as in Keras. Texts are UTF-8 of any length. The same `root`
/// gives the same bytes. Throws InvalidArgument for an array of bool, for a name that is no name and for a list
/// of more than some 4,000 texts, which no attribute of that format holds.
///   Hdf5Node root;
///   root.at("layers/dense/vars/0").array = ones({2, 3});
///   const Hdf5File file = Hdf5File::parse(hdf5_bytes(root));
///   file.root().find("layers/dense/vars/0")->array->shape;  // -> [2, 3]
std::string hdf5_bytes(const Hdf5Node& root);

}  // namespace linnet
#pragma GCC visibility pop
