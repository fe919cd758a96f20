// Cells of recurrent layers that are written in Python: layers with call(inputs, states), state_size, and perhaps
// output_size and get_initial_state(batch_size).
#include "bindings.h"
#include "linnet/layers/rnn_cell.h"
#include "python_layer.h"

namespace linnet::python {
namespace {

/// What state_size and output_size say: a number, or sizes without the batch axis.
Shape shape_of_size(py::handle size) {
  if (py::isinstance<py::int_>(size)) return {size.cast<std::int64_t>()};
  return shape_from(size);
}

Tensors tensors_in(py::handle objects) {
  Tensors tensors;
  for (py::handle each : objects) tensors.push_back(tensor_from(each));
  return tensors;
}

/// The engine's side of such a cell.
class PythonCell final : public LayerOf<PythonCell, RNNCell>, public PythonSide {
 public:
  PythonCell(const py::object& object, std::string class_name, const LayerOptions& options, OwnMethods own)
      : LayerOf(std::move(class_name), options), PythonSide(object, own) {}

  std::vector<Shape> state_shapes() const override;
  Shape output_shape() const override;
  Tensors initial_states(std::int64_t batch_size) const override;
  void build_many(const Shapes& inputs) override { build_in_python({inputs.at(0)}); }
  Tensors step(const Tensor& x, const Tensors& states, Mode mode) override;
  Config config() const override { return config_in_python(); }

  Variable add_weight_like(const std::string& name, const Shape& shape, const AnyInitializer& initializer,
                           const WeightOptions& options) override {
    Variable variable;
    add_weight(variable, name, shape, initializer, options);
    return variable;
  }
  void add_variable(const Variable& variable) override { state().own_weights.push_back(variable); }
  const Variables& own_variables() const override { return state().own_weights; }
  void add_sublayer(const AnyLayer& layer) override { state().sublayers.push_back(layer); }
  void add_penalty(const Tensor& scalar) override { add_loss(scalar); }
  Shapes infer_shapes(const Shapes& inputs) const override { return RNNCell::compute_output_shapes(inputs); }

 private:
  bool has(const char* attribute) const { return py::hasattr(object_.get(), attribute); }
};

std::vector<Shape> PythonCell::state_shapes() const {
  const py::gil_scoped_acquire gil;
  check(has("state_size"), "[", class_name(), " \"", name(),
        "\"] expected the attribute state_size, a number of units or a list of them");
  const py::object size = object_.get().attr("state_size");
  if (py::isinstance<py::int_>(size)) return {shape_of_size(size)};
  std::vector<Shape> shapes;
  for (py::handle each : size) shapes.push_back(shape_of_size(each));
  return shapes;
}

Shape PythonCell::output_shape() const {
  const py::gil_scoped_acquire gil;
  return has("output_size") ? shape_of_size(object_.get().attr("output_size")) : RNNCell::output_shape();
}

Tensors PythonCell::initial_states(std::int64_t batch_size) const {
  const py::gil_scoped_acquire gil;
  return has("get_initial_state") ? tensors_in(object_.get().attr("_initial_states")(batch_size))
                                  : RNNCell::initial_states(batch_size);
}

Tensors PythonCell::step(const Tensor& x, const Tensors& states, Mode mode) {
  const py::gil_scoped_acquire gil;
  const ModeScope scope(mode);
  return tensors_in(object_.get().attr("_step")(x, states, mode == Mode::train));
}

}  // namespace

void bind_python_cells(py::module_& m) {
  m.def("python_cell",
        [](const py::object& object, std::string class_name, std::string name, bool trainable, const DTypePolicy& dtype,
           OwnMethods own) -> std::shared_ptr<Layer> {
          const LayerOptions options{.name = std::move(name), .trainable = trainable, .dtype = dtype};
          return std::make_shared<PythonCell>(object, std::move(class_name), options, own);
        });
}

}  // namespace linnet::python
