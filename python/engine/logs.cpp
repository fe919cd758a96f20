#include "logs.h"

namespace linnet::python {

py::dict dict_of(const Logs& logs) {
  py::dict dict;
  for (const auto& [name, value] : logs) {
    const Tensor* array = logs.array(name);
    dict[py::str(name)] = array != nullptr ? array_from(*array) : py::float_(value);
  }
  return dict;
}

py::dict dict_of(const History& history) {
  py::dict dict;
  for (const auto& [name, values] : history.history) dict[py::str(name)] = values;
  for (const auto& [name, epochs] : history.arrays) {
    py::list list;
    for (const Tensor& array : epochs) list.append(array_from(array));
    dict[py::str(name)] = list;
  }
  return dict;
}

void add_to(Logs& logs, const py::dict& dict) {
  for (auto [key, value] : dict) {
    const auto name = key.cast<std::string>();
    const bool is_array = py::hasattr(value, "shape") && py::len(value.attr("shape")) > 0;
    if (is_array)
      logs.set(name, tensor_from(value));
    else if (py::isinstance<py::float_>(value) || py::isinstance<py::int_>(value) || py::hasattr(value, "__float__"))
      logs.set(name, py::float_(py::reinterpret_borrow<py::object>(value)).cast<double>());
  }
}

}  // namespace linnet::python
