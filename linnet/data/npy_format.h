// One array in NumPy's format, from any bytes: a .npy file, or an entry of a .npz archive.
#pragma once

#include <string>

#include "linnet/data/file_reader.h"
#include "linnet/tensor/tensor.h"

namespace linnet::detail {

/// Reads the array whose bytes begin here, and checks that they end with it. `name` is put before what is said of it:
/// "" or "x: ".
Tensor read_npy_array(ByteReader& file, const std::string& name = "");
/// The bytes that numpy.save writes. `who` begins the error for a dtype that NumPy has not.
std::string npy_bytes(const std::string& who, const Tensor& tensor);

}  // namespace linnet::detail
