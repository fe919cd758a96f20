// The engine's classes for Python: one file for each folder of the library. What Keras's users see is written in
// Python, in python/linnet; here are handles on C++ objects and functions on them.
#pragma once

#include <pybind11/pybind11.h>

namespace linnet::python {

namespace py = pybind11;

void bind_errors(py::module_& m);
void bind_tensor(py::module_& m);
void bind_ops(py::module_& m);
void bind_activations(py::module_& m);
void bind_weights(py::module_& m);  // initializers, regularizers, constraints
void bind_losses(py::module_& m);
void bind_metrics(py::module_& m);
void bind_optimizers(py::module_& m);
void bind_data(py::module_& m);
void bind_layers(py::module_& m);
void bind_texts(py::module_& m);  // layers that read text
void bind_python_layers(py::module_& m);
void bind_python_cells(py::module_& m);
void bind_python_steps(py::module_& m);
/// For Python's collector of circles (python_layer.cpp).
int traverse_layer(PyObject* self, visitproc visit, void* arg);
void bind_callbacks(py::module_& m);
void bind_models(py::module_& m);
void bind_tuning(py::module_& m);

}  // namespace linnet::python
