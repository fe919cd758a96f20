// Logs as dicts, and back: numbers as floats, metrics with several results as NumPy arrays.
#pragma once

#include "linnet/models/history.h"
#include "values.h"

namespace linnet::python {

py::dict dict_of(const Logs& logs);
/// By the names of `history`, a list for each: one number, or array, an epoch.
py::dict dict_of(const History& history);
/// Sets what is a number or an array of them; other values are left out.
void add_to(Logs& logs, const py::dict& dict);

}  // namespace linnet::python
