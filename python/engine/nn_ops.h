// Operations of neural networks and on images: those that NumPy does not have.
#pragma once

#include <pybind11/pybind11.h>

namespace linnet::python {

/// Into the module of operations.
void bind_nn_ops(pybind11::module_& ops);

}  // namespace linnet::python
