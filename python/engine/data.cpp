#include <pybind11/stl.h>

#include "bindings.h"
#include "linnet/data/batch_source.h"
#include "linnet/data/dataset.h"
#include "linnet/data/datasets.h"
#include "linnet/data/image.h"
#include "linnet/models/interrupt.h"
#include "python_object.h"
#include "values.h"

namespace linnet::python {
namespace {

/// Data to train on or look at: NumPy's arrays are shared, even those that may not be written to; float64 becomes
/// float32, as in Keras.
Tensors data_of(const std::vector<py::object>& arrays) {
  Tensors tensors;
  for (const py::object& array : arrays) {
    const Tensor tensor = tensor_from(array, Sharing::always);
    const py::gil_scoped_release no_gil;
    tensors.push_back(tensor.dtype() == float64 ? tensor.to(float32) : tensor);
  }
  return tensors;
}

using Size = std::array<std::int64_t, 2>;

Tensor read_picture(const std::string& path, const std::string& color_mode, const std::optional<Size>& target_size,
                    const std::string& interpolation) {
  return read_image(path, {.color_mode = color_mode, .target_size = target_size, .interpolation = interpolation});
}

py::tuple pair_of(const Dataset& data) { return py::make_tuple(array_from(data.x[0]), array_from(data.y[0])); }

/// Batches of a Python object with next(), size(), on_epoch_begin() and on_epoch_end().
class PythonSource final : public BatchSource {
 public:
  explicit PythonSource(const py::object& object) : object_(object) {}
  /// Ctrl-C ends a wait for data: there is no batch then, and fit sees why.
  std::optional<Dataset> next() override {
    const ForwardInterrupts forward;
    const py::gil_scoped_acquire gil;
    try {
      return call<std::optional<Dataset>>("next");
    } catch (const py::error_already_set& error) {
      if (error.matches(PyExc_KeyboardInterrupt) && InterruptGuard::interrupted()) return std::nullopt;
      throw;
    }
  }
  std::optional<std::int64_t> size() const override { return call<std::optional<std::int64_t>>("size"); }
  void on_epoch_begin() override { call<void>("on_epoch_begin"); }
  void on_epoch_end() override { call<void>("on_epoch_end"); }

 private:
  template <class Result>
  Result call(const char* name) const {
    const py::gil_scoped_acquire gil;
    return object_.get().attr(name)().cast<Result>();
  }

  PythonObject object_;
};

}  // namespace

void bind_data(py::module_& m) {
  py::class_<Dataset>(m, "Dataset")
      .def(py::init([](const std::vector<py::object>& x, const std::vector<py::object>& y,
                       const AnyTensor& sample_weight, const std::vector<std::string>& x_names,
                       const std::vector<std::string>& y_names, const AnyTensors& target_weights) {
             Dataset data(data_of(x), data_of(y), sample_weight.value);
             data.x_names = x_names;
             data.y_names = y_names;
             data.target_weights = tensors_of(target_weights);
             return data;
           }),
           py::arg("x"), py::arg("y"), py::arg("sample_weight") = py::none(),
           py::arg("x_names") = std::vector<std::string>(), py::arg("y_names") = std::vector<std::string>(),
           py::arg("target_weights") = AnyTensors())
      .def("__len__", &Dataset::size);
  py::class_<BatchSource, std::shared_ptr<BatchSource>>(m, "BatchSource")
      .def(py::init([](const py::object& object) -> std::shared_ptr<BatchSource> {
        return std::make_shared<PythonSource>(object);
      }));
  m.def("load_data", [](const std::string& name, const std::string& folder) {
    const TrainTest sets = [&] {
      const py::gil_scoped_release no_gil;
      return datasets::load(name, folder);
    }();
    return py::make_tuple(pair_of(sets.train), pair_of(sets.test));
  });
  m.def("dataset_names", &datasets::names);
  m.def("read_image", &read_picture, py::call_guard<py::gil_scoped_release>());
  m.def("write_png", [](const std::string& path, const AnyTensor& image) { write_png(path, image.value); });
  m.def("resize_image", [](const AnyTensor& image, const Size& size, const std::string& interpolation) {
    return resize(image.value, size[0], size[1], interpolation, interpolation != "nearest");
  });
}

}  // namespace linnet::python
