#include "linnet/layers/layers.h"

#include <map>
#include <mutex>
#include <set>

#include <pybind11/operators.h>

#include "bindings.h"
#include "python_layer.h"
#include "values.h"

namespace linnet::python {
namespace {

using Shared = std::shared_ptr<Layer>;

/// Where nobody says and no call is running, Keras's default: layers that change images at random train.
Mode mode_of(const Layer& layer, const Tensors& xs, std::optional<bool> training) {
  if (training) return *training ? Mode::train : Mode::inference;
  if (!xs.empty() && xs[0].is_symbolic()) return Mode::unspecified;
  const bool augments =
      dynamic_cast<const Augmentation*>(&layer) != nullptr || dynamic_cast<const Pipeline*>(&layer) != nullptr;
  return current_mode().value_or(augments ? Mode::train : Mode::unspecified);
}

void add_collector(PyHeapTypeObject* type) {
  type->ht_type.tp_flags |= Py_TPFLAGS_HAVE_GC;
  type->ht_type.tp_traverse = traverse_layer;
}

void add_source_inputs(const Tensor& x, std::set<const GraphNode*>& seen, Tensors& inputs) {
  const std::shared_ptr<GraphNode> node = graph_origin(x).node;
  if (!seen.insert(node.get()).second) return;
  if (node->inputs.empty()) inputs.push_back(x);
  for (const Tensor& input : node->inputs) add_source_inputs(input, seen, inputs);
}

Tensors source_inputs(const Tensor& x) {
  std::set<const GraphNode*> seen;
  Tensors inputs;
  add_source_inputs(x, seen, inputs);
  return inputs;
}

std::vector<Shared> pointers(const std::vector<AnyLayer>& layers) {
  std::vector<Shared> list;
  for (const AnyLayer& layer : layers) list.push_back(layer.pointer());
  return list;
}

/// Call arguments: flags and numbers, and what can be a tensor, which joins the inputs.
CallArguments arguments_from(const py::dict& given, Tensors& xs) {
  CallArguments arguments;
  for (const auto& [name, value] : given) {
    if (value.is_none()) continue;
    if (PyBool_Check(value.ptr()) != 0 || PyLong_Check(value.ptr()) != 0 || PyFloat_Check(value.ptr()) != 0 ||
        py::isinstance<py::str>(value) || py::isinstance<py::dict>(value)) {
      arguments.values.set(name.cast<std::string>(), value_from(value));
    } else {
      xs.push_back(tensor_from(value));
      arguments.tensors.push_back(name.cast<std::string>());
    }
  }
  return arguments;
}

Tensors apply(Layer& layer, const AnyTensors& inputs, std::optional<bool> training, const py::dict& given) {
  Tensors xs = tensors_of(inputs);
  const CallArguments arguments = arguments_from(given, xs);
  const py::gil_scoped_release no_gil;
  return layer.apply(xs, arguments, mode_of(layer, xs, training));
}

std::vector<py::object> weight_arrays(const Layer& layer) {
  std::vector<py::object> arrays;
  for (const Tensor& weight : layer.get_weights()) arrays.push_back(array_from(weight));
  return arrays;
}

/// Of inputs with these masks, each of which may be none.
Tensor compute_mask(const Layer& layer, const AnyTensors& inputs, const std::vector<py::object>& masks) {
  Tensors xs = tensors_of(inputs);
  for (std::size_t i = 0; i < masks.size() && i < xs.size(); ++i)
    if (!masks[i].is_none()) xs[i] = xs[i].with_mask(tensor_from(masks[i]));
  return layer.compute_mask(xs);
}

/// `next` gives arrays, then None.
void adapt_to_batches(Layer& layer, const py::function& next) {
  const NextBatch<Tensor> batches = [&]() -> std::optional<Tensor> {
    const py::object batch = next();
    return batch.is_none() ? std::nullopt : std::optional(tensor_from(batch));
  };
  if (auto* normalization = dynamic_cast<Normalization*>(&layer)) return normalization->adapt(batches);
  if (auto* discretization = dynamic_cast<Discretization*>(&layer)) return discretization->adapt(batches);
  if (auto* lookup = dynamic_cast<IntegerLookup*>(&layer)) return lookup->adapt(batches);
  fail("[", layer.class_name(), " \"", layer.name(),
       "\"] expected a layer with something to adapt to numbers: Normalization, Discretization, IntegerLookup");
}

std::optional<std::string> list_argument(const Layer& layer) {
  const auto* list = dynamic_cast<const ListArgument*>(&layer);
  return list == nullptr ? std::nullopt : std::optional(std::string(list->list_argument()));
}

/// Of a cell, or of that of a recurrent layer.
RNNCell& cell_of(Layer& layer) {
  if (auto* cell = dynamic_cast<RNNCell*>(&layer)) return *cell;
  const auto* recurrent = dynamic_cast<const BaseRNN*>(&layer);
  return as_cell(recurrent != nullptr ? recurrent->cell() : AnyLayer(), layer);
}

/// Layers that a config names instead of describing them: what a wrapper is made around is the layer itself, not
/// another one with the same options.
class Named {
 public:
  static Config name(const Shared& layer) {
    const std::lock_guard lock(mutex());
    layers()[layer->identity()] = layer;
    const auto identity = reinterpret_cast<std::intptr_t>(layer->identity());
    return object_config("_Layer", {{"identity", static_cast<std::int64_t>(identity)}});
  }
  static AnyLayer take(const Config& config) {
    const std::lock_guard lock(mutex());
    const auto it = layers().find(reinterpret_cast<const void*>(config.at("identity").as_int()));
    check(it != layers().end(), "[load] the layer that this config names is not there");
    const Shared layer = it->second.lock();
    layers().erase(it);
    check(layer != nullptr, "[load] the layer that this config names is gone");
    return layer;
  }

 private:
  static std::mutex& mutex() {
    static std::mutex instance;
    return instance;
  }
  static std::map<const void*, std::weak_ptr<Layer>>& layers() {
    static std::map<const void*, std::weak_ptr<Layer>> instance;
    return instance;
  }
};

}  // namespace

void bind_layers(py::module_& m) {
  py::class_<DTypePolicy>(m, "DTypePolicy",
                          "What a layer computes in and keeps its weights in, such as mixed_bfloat16.")
      .def(py::init<>())
      .def(py::init<std::string>(), py::arg("name"))
      .def_property_readonly("name", &DTypePolicy::name)
      .def_property_readonly("compute_dtype", &DTypePolicy::compute_dtype)
      .def_property_readonly("variable_dtype", &DTypePolicy::variable_dtype)
      .def("get_config",
           [](const DTypePolicy& policy) {
             return Config{{"name", policy.name()}};
           })
      .def(py::self == py::self)
      .def("__repr__", [](const DTypePolicy& policy) { return "<DTypePolicy \"" + policy.name() + "\">"; });
  py::implicitly_convertible<std::string, DTypePolicy>();
  m.def("set_dtype_policy",
        [](const std::string& name) { set_dtype_policy(DTypePolicy(name)); });  // whose error names it
  m.def("set_dtype_policy", &set_dtype_policy);
  m.def("dtype_policy", &dtype_policy);
  py::class_<Layer, Shared>(m, "Layer", py::custom_type_setup(add_collector))
      .def_property_readonly("name", &Layer::name)
      .def_property_readonly("class_name", &Layer::class_name)
      .def_property_readonly("identity",
                             [](const Layer& layer) { return reinterpret_cast<std::uintptr_t>(layer.identity()); })
      .def_property_readonly("built", &Layer::built)
      .def_property("trainable", &Layer::trainable, &Layer::set_trainable)
      .def_property_readonly("dtype", &Layer::dtype)
      .def_property_readonly("dtype_policy", &Layer::dtype_policy, py::return_value_policy::copy)
      .def_property_readonly("compute_dtype", &Layer::compute_dtype)
      .def_property_readonly("weights", &Layer::weights)
      .def_property_readonly("trainable_weights", &Layer::trainable_weights)
      .def_property_readonly("non_trainable_weights", &Layer::non_trainable_weights)
      .def_property_readonly("sublayers", [](const Layer& layer) { return pointers(layer.sublayers()); })
      .def_property_readonly("losses", &Layer::losses)
      .def_property_readonly("input_shapes", &Layer::input_shapes)
      .def_property_readonly("output_shapes", &Layer::output_shapes)
      .def("count_params", &Layer::count_params)
      .def("get_weights", &weight_arrays)
      .def("set_weights", [](Layer& layer, const AnyTensors& values) { layer.set_weights(tensors_of(values)); })
      .def("get_config", &Layer::config)
      .def("build_for", &Layer::build_for)
      .def("compute_output_shapes", &Layer::compute_output_shapes)
      .def("apply", &apply, py::arg("inputs"), py::arg("training") = py::none(), py::arg("arguments") = py::dict())
      .def("adapt_to_batches", &adapt_to_batches)
      .def("compute_mask",
           [](const Layer& layer, const AnyTensors& inputs, const std::vector<py::object>& masks) {
             const Tensor mask = compute_mask(layer, inputs, masks);
             return mask.defined() ? py::cast(mask) : py::none();
           })
      .def_property_readonly("supports_masking",
                             [](const Layer& layer) { return layer.supports_masking() || layer.makes_mask(); })
      .def_property(
          "activity_regularizer", [](const Layer& layer) { return layer.activity_regularizer().pointer(); },
          [](Layer& layer, const std::shared_ptr<Regularizer>& regularizer) {
            layer.set_activity_regularizer(regularizer);
          })
      .def_property_readonly("list_argument", &list_argument)
      .def_property_readonly("call_argument_names", &Layer::call_argument_names)
      .def_property_readonly("state_shapes", [](Layer& layer) { return cell_of(layer).state_shapes(); })
      .def("initial_states", [](Layer& layer, std::int64_t size) { return cell_of(layer).initial_states(size); })
      .def_property_readonly("states",
                             [](const Layer& layer) {
                               const auto* recurrent = dynamic_cast<const BaseRNN*>(&layer);
                               return recurrent == nullptr ? Tensors() : recurrent->states();
                             })
      .def("reset_states", [](Layer& layer) { reset_states(layer); });
  register_layer("_Layer", &Named::take);
  m.def("name_of_layer", &Named::name);
  m.def("pipeline", [](const std::vector<Shared>& layers, std::string name) {
    return AnyLayer(Pipeline({layers.begin(), layers.end()}, {.name = std::move(name)})).pointer();
  });
  m.def("layer_from_config", [](const Config& object) { return layer_from_config(object).pointer(); });
  m.def("registered_layers", [] {
    std::vector<std::string> names = registered_layers();
    std::erase(names, "_Layer");
    return names;
  });
  m.def("symbolic_input", [](const Shape& batch_shape, DType dtype, std::string name) {
    return symbolic_input(InputLayer({.batch_shape = batch_shape, .dtype = dtype, .name = std::move(name)}));
  });
  m.def(
      "layer_of", [](const Tensor& x) { return graph_origin(x).node->layer.pointer(); },
      "The layer whose output a symbolic tensor is.");
  m.def("source_inputs", &source_inputs, "The Inputs that a symbolic tensor is computed from.");
  m.def("to_snake_case", [](const std::string& class_name) { return to_snake_case(class_name); });
  m.def("unique_name", [](const std::string& class_name) { return unique_name(class_name); });
  m.def("clear_session", &clear_session);
}

}  // namespace linnet::python
