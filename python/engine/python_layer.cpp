#include "python_layer.h"

#include <algorithm>

#include "bindings.h"
#include "linnet/layers/circles.h"
#include "linnet/layers/registry.h"
#include "linnet/layers/step_metrics.h"
#include "python_steps.h"

namespace linnet::python {
namespace {

thread_local std::optional<Mode> mode_of_call;

py::list list_of(const Shapes& shapes) {
  py::list list;
  for (const Shape& shape : shapes) list.append(tuple_from(shape));
  return list;
}

PythonSide& python_side(Layer& layer) {
  auto* side = dynamic_cast<PythonSide*>(&layer);
  check(side != nullptr, "[", layer.class_name(), " \"", layer.name(), "\"] expected a layer written in Python");
  return *side;
}

void track(Layer& layer, const std::shared_ptr<Layer>& member) {
  const auto& known = layer.sublayers();
  if (holds(*member, layer)) return;  // an attribute that leads back (a parent): the member's weights are not below it
  auto is_it = [&](const AnyLayer& other) { return other->identity() == member->identity(); };
  if (std::none_of(known.begin(), known.end(), is_it)) python_side(layer).add_sublayer(member);
}

/// "variable", "variable_1", …: a layer's weights without a name of their own, which would have one path.
std::string free_name(const PythonSide& side, const std::string& name) {
  const auto is_taken = [&](const std::string& wanted) {
    const Variables& known = side.own_variables();
    return std::any_of(known.begin(), known.end(), [&](const Variable& weight) { return weight.name() == wanted; });
  };
  if (name != "variable" || !is_taken(name)) return name;
  int number = 1;
  while (is_taken(concat(name, "_", number))) ++number;
  return concat(name, "_", number);
}

void track_variable(Layer& layer, const Variable& variable) {
  const Variables known = layer.weights();
  if (std::find(known.begin(), known.end(), variable) != known.end()) return;
  variable.state().name = free_name(python_side(layer), variable.name());
  python_side(layer).add_variable(variable);
}

Variable add_weight(Layer& layer, const std::string& name, const Shape& shape,
                    const std::shared_ptr<Initializer>& initializer, const std::optional<DType>& dtype, bool trainable,
                    const std::shared_ptr<Regularizer>& regularizer, const std::shared_ptr<Constraint>& constraint) {
  return python_side(layer).add_weight_like(
      free_name(python_side(layer), name), shape, initializer,
      {.regularizer = regularizer, .constraint = constraint, .trainable = trainable, .dtype = dtype});
}

/// Layers that a layer makes itself have automatic names: after loading, those of the file.
class Names : public Layer {
 public:
  static void set(Layer& layer, const std::string& name) { (layer.*(&Names::state))().name = name; }
};

}  // namespace

std::optional<Mode> current_mode() { return mode_of_call; }

ModeScope::ModeScope(Mode mode) : before_(std::exchange(mode_of_call, mode)) {}
ModeScope::~ModeScope() { mode_of_call = before_; }

CallScope::CallScope(const PythonObject& object, const CallArguments& arguments) : object_(object) {
  const py::gil_scoped_acquire gil;
  const Value* call = arguments.values.find("call");
  before_ = PythonObject(object.get().attr("_begin_call")(call == nullptr ? py::none() : object_from(*call)));
}

CallScope::~CallScope() {
  const py::gil_scoped_acquire gil;
  object_.get().attr("_end_call")(before_.get());
}

void PythonSide::build_in_python(const Shapes& inputs) const {
  const py::gil_scoped_acquire gil;
  object_.get().attr("_build")(list_of(inputs));
}

Tensors PythonSide::call_in_python(const Tensors& xs, Mode mode) const {
  const py::gil_scoped_acquire gil;
  const ModeScope scope(mode);
  Tensors outputs;
  for (py::handle output : object_.get().attr("_call")(xs, mode == Mode::train)) outputs.push_back(tensor_from(output));
  return outputs;
}

Shapes PythonSide::output_shapes_in_python(const Shapes& inputs) const {
  const py::gil_scoped_acquire gil;
  return object_.get().attr("_output_shapes")(list_of(inputs)).cast<Shapes>();
}

Config PythonSide::config_in_python() const {
  const py::gil_scoped_acquire gil;
  return value_from(object_.get().attr("_config_for_files")()).as_config();
}

std::vector<DType> PythonSide::output_dtypes_in_python() const {
  const py::gil_scoped_acquire gil;
  std::vector<DType> dtypes;
  for (const py::handle dtype : object_.get().attr("_output_dtypes")) dtypes.push_back(dtype_from(dtype));
  return dtypes;
}

void bind_python_layers(py::module_& m) {
  py::class_<OwnMethods>(m, "OwnMethods").def(py::init<bool, bool>(), py::arg("output_shape"), py::arg("autocast"));
  m.def("python_layer",
        [](const py::object& object, std::string class_name, std::string name, bool trainable, const DTypePolicy& dtype,
           OwnMethods own) -> std::shared_ptr<Layer> {
          const LayerOptions options{.name = std::move(name), .trainable = trainable, .dtype = dtype};
          return std::make_shared<PythonLayerOf<Layer>>(object, std::move(class_name), options, own);
        });
  m.def("python_model",
        [](const py::object& object, std::string class_name, std::string name, bool trainable, const DTypePolicy& dtype,
           OwnMethods own) -> std::shared_ptr<Model> {
          const LayerOptions options{.name = std::move(name), .trainable = trainable, .dtype = dtype};
          return std::make_shared<PythonLayerOf<StepsOf<Model>>>(object, std::move(class_name), options, own);
        });
  m.def("register_layer", [](std::string class_name, const py::object& from_config) {
    register_layer(std::move(class_name), [f = PythonObject(from_config)](const Config& config) -> AnyLayer {
      const py::gil_scoped_acquire gil;
      return f.get()(object_from(config)).cast<std::shared_ptr<Layer>>();
    });
  });
  m.def("infer_output_shapes",
        [](Layer& layer, const Shapes& inputs) { return python_side(layer).infer_shapes(inputs); });
  m.def("rename", &Names::set);
  m.def("track", &track);
  m.def("track_variable", &track_variable);
  m.def("add_weight", &add_weight, py::arg("layer"), py::arg("name"), py::arg("shape"), py::arg("initializer"),
        py::arg("dtype"), py::arg("trainable"), py::arg("regularizer"), py::arg("constraint"));
  m.def("add_metric", [](const std::string& name, const AnyTensor& value) { add_metric(name, value.value); });
  m.def("add_loss", [](Layer& layer, const AnyTensor& scalar) { python_side(layer).add_penalty(scalar.value); });
}

/// What a layer written in Python is held by: its Python object and the engine's, each by the other. Python's collector
/// sees through this circle as long as nothing else, such as a model, holds the engine's object.
int traverse_layer(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  auto* instance = reinterpret_cast<py::detail::instance*>(self);
  if (!instance->get_value_and_holder().holder_constructed()) return 0;
  const auto layer = py::handle(self).cast<std::shared_ptr<Layer>>();
  const auto* side = dynamic_cast<const PythonSide*>(layer.get());
  if (side != nullptr && layer.use_count() == 2 && side->object().is_held_once()) Py_VISIT(side->object().get().ptr());
  return 0;
}

}  // namespace linnet::python
