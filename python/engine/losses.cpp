#include "linnet/losses/registry.h"

#include "bindings.h"
#include "linnet/losses/fields.h"
#include "linnet/losses/targets.h"
#include "objects.h"

namespace linnet::python {
namespace {

/// A loss whose method call(y_true, y_pred), in Python, gives the values.
class PythonLoss final : public Written<Loss> {
 public:
  using Written::Written;
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override {
    const py::gil_scoped_acquire gil;
    return tensor_from(object_.get().attr("call")(y_true, y_pred));
  }
};

}  // namespace

void bind_losses(py::module_& m) {
  bind_class<Loss>(m, "Loss")
      .def_property_readonly("name", &Loss::name)
      .def("call", [](const Loss& self, const AnyTensor& y_true,
                      const AnyTensor& y_pred) { return self.call(y_true.value, y_pred.value); })
      .def(
          "__call__",
          [](const Loss& self, const AnyTensor& y_true, const AnyTensor& y_pred, const AnyTensor& sample_weight) {
            return self(y_true.value, y_pred.value, sample_weight.value);
          },
          py::arg("y_true"), py::arg("y_pred"), py::arg("sample_weight") = py::none());
  m.def(
      "python_loss",
      [](const py::object& object, std::string name, const Value& reduction) -> std::shared_ptr<Loss> {
        Reduction chosen = Reduction::sum_over_batch_size;
        from_value(reduction, chosen);
        return std::make_shared<PythonLoss>(object, std::move(name), chosen);
      },
      py::arg("object"), py::arg("name"), py::arg("reduction"));
  m.def("circle", [](const AnyTensor& y_true, const AnyTensor& y_pred, const AnyTensor& ref_labels,
                     const AnyTensor& ref_embeddings, const Config& config) {
    CircleOptions options;
    read_config(config, options, "circle");
    return Circle(options).compare(y_true.value, y_pred.value, ref_labels.value, ref_embeddings.value);
  });
  m.def("match_ranks", [](const AnyTensor& a, const AnyTensor& b) { return match_ranks(a.value, b.value); });
  m.def("register_loss", [](const std::string& class_name, const py::object& from_config) {
    register_loss(class_name, factory_of<Loss>(from_config));
  });
}

}  // namespace linnet::python
