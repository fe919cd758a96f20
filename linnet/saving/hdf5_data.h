// The elements of an array of an HDF5 file. Internal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "linnet/saving/hdf5.h"
#include "linnet/saving/hdf5_messages.h"
#include "linnet/saving/hdf5_record.h"

namespace linnet::detail::hdf5 {

/// Where the elements of an array are, what they are, and how they are packed.
struct Storage {
  Datatype datatype;
  Layout layout;
  std::vector<Filter> filters;
  std::string fill;  // an element, for where nothing was written; empty for zero
  std::string path;  // of the array, for errors

  /// Of one chunk, unpacked.
  std::uint64_t chunk_bytes() const;
};

/// The dtype of the tensor that such elements become; none if they are not supported.
std::optional<DType> dtype_of(const Datatype& datatype);

/// The elements as a tensor. What the array says of itself has been checked against the file, its chunks have not.
Tensor read_elements(const Source& source, const Hdf5Array& array);

}  // namespace linnet::detail::hdf5
