// Errors become Python exceptions with the same text, warnings become warnings, and what is printed goes to sys.stdout.
#include <regex>

#include "bindings.h"
#include "linnet/base/check.h"
#include "linnet/base/warning.h"
#include "linnet/models/progress_bar.h"
#include "linnet/tensor/out_of_memory.h"
#include "python_object.h"

namespace linnet::python {
namespace {

/// `{.name = "a", .on = true}` as Python writes it: `name="a", on=True`.
std::string as_keywords(const std::string& braces) {
  std::string text = std::regex_replace(braces.substr(1, braces.size() - 2), std::regex(R"(\.(\w+) = )"), "$1=");
  text = std::regex_replace(text, std::regex(R"(=true\b)"), "=True");
  return std::regex_replace(text, std::regex(R"(=false\b)"), "=False");
}

/// What the engine says to write, in C++, as one writes it in Python.
std::string in_python(std::string text) {
  static const std::regex options(R"(\{\.\w+ = [^{}]*\})");
  for (std::smatch found; std::regex_search(text, found, options);)
    text = found.prefix().str() + as_keywords(found.str()) + found.suffix().str();
  text = std::regex_replace(text, std::regex(R"(build_for\(\{shape\}\))"), "build(shape)");
  return std::regex_replace(text, std::regex(R"(register_layer<(\w+)>\("\w+"\))"),
                            "@keras.saving.register_keras_serializable() or custom_objects={\"$1\": $1}");
}

void warn_in_python(const std::string& text) {
  const py::gil_scoped_acquire gil;
  if (PyErr_WarnEx(PyExc_UserWarning, in_python(text).c_str(), 1) != 0) throw py::error_already_set();
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
  py::register_exception_translator([](std::exception_ptr raised) {  // tried before those above
    const auto raise = [](const char* name, const std::exception& cause) {
      PyErr_SetString(py::module_::import("linnet._engine").attr(name).ptr(), in_python(cause.what()).c_str());
    };
    try {
      if (raised) std::rethrow_exception(raised);
    } catch (const InvalidArgument& cause) {
      raise("InvalidArgument", cause);
    } catch (const FileError& cause) {
      raise("FileError", cause);
    } catch (const OutOfMemory& cause) {
      raise("OutOfMemory", cause);
    } catch (const Error& cause) {
      raise("Error", cause);
    }
  });
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
