// Errors become Python exceptions with the same text, warnings become warnings, and what is printed goes to sys.stdout.
#include "bindings.h"
#include "linnet/base/check.h"
#include "linnet/base/warning.h"
#include "linnet/models/progress_bar.h"
#include "linnet/tensor/out_of_memory.h"
#include "python_object.h"

namespace linnet::python {
namespace {

void warn_in_python(const std::string& text) {
  const py::gil_scoped_acquire gil;
  if (PyErr_WarnEx(PyExc_UserWarning, text.c_str(), 1) != 0) throw py::error_already_set();
}

void print_in_python(const std::string& text) {
  const py::gil_scoped_acquire gil;
  const py::object out = py::module_::import("sys").attr("stdout");
  if (out.is_none()) return;  // a program without a console
  out.attr("write")(text);
  out.attr("flush")();
}

}  // namespace

void bind_errors(py::module_& m) {
  // The latest is tried first: derived classes come after their base.
  const py::object error = py::register_exception<Error>(m, "Error");
  auto derived = [&](auto exception, const char* name, PyObject* builtin) {
    const py::tuple bases = py::make_tuple(error, py::reinterpret_borrow<py::object>(builtin));
    py::register_exception<decltype(exception)>(m, name, bases);
  };
  derived(InvalidArgument(""), "InvalidArgument", PyExc_ValueError);
  derived(FileError(""), "FileError", PyExc_OSError);
  derived(OutOfMemory(""), "OutOfMemory", PyExc_MemoryError);
  const std::pair<const char*, const char*> docs[] = {
      {"Error", "What Linnet raises, and what its other errors are."},
      {"InvalidArgument", "An argument or data that cannot be: a ValueError."},
      {"FileError", "A file that cannot be read or written: an OSError."},
      {"OutOfMemory", "Not as much memory as a tensor needs: a MemoryError."}};
  for (const auto& [name, doc] : docs) {
    m.attr(name).attr("__module__") = "linnet";
    m.attr(name).attr("__doc__") = doc;
  }

  set_warning_handler(warn_in_python);
  set_console({.print = print_in_python, .now = {}});
  m.def("set_print", [](const py::object& print) {
    set_console({.print =
                     [f = PythonObject(print)](const std::string& text) {
                       const py::gil_scoped_acquire gil;
                       f.get()(text);
                     },
                 .now = {}});
  });
}

}  // namespace linnet::python
