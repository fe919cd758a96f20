// Groups, arrays and attributes of an HDF5 file as a tree. Internal.
#pragma once

#include "linnet/base/read_limits.h"
#include "linnet/saving/hdf5.h"
#include "linnet/saving/hdf5_record.h"

namespace linnet::detail::hdf5 {

/// Everything that the file says, its arrays' elements excepted.
Hdf5Object read_objects(const Source& whole, const ReadLimits& limits);

}  // namespace linnet::detail::hdf5
