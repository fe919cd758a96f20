// DLPack: tensors of other libraries (PyTorch, JAX, CuPy, NumPy) on the same memory, without copies.
#pragma once

#include <pybind11/pybind11.h>

#include "linnet/tensor/tensor.h"

namespace linnet::python {

/// What Tensor.__dlpack__ returns: a capsule "dltensor" that keeps the tensor alive. Throws BufferError for a tensor
/// without numbers, or one whose gradient is recorded.
pybind11::capsule to_dlpack(const Tensor& tensor, const pybind11::object& stream);

}  // namespace linnet::python
