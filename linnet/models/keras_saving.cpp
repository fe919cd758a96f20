#include "linnet/models/keras_saving.h"

#include <array>
#include <ctime>

#include "linnet/base/atomic_file.h"
#include "linnet/data/zip_members.h"
#include "linnet/layers/lookup.h"
#include "linnet/layers/multi_head_attention.h"
#include "linnet/layers/rnn.h"
#include "linnet/models/keras_members.h"
#include "linnet/models/keras_objects.h"
#include "linnet/models/training.h"
#include "linnet/saving/hdf5_writer.h"
#include "linnet/saving/json.h"

namespace linnet {
namespace {

constexpr const char* keras_version = "3.16.0";  // whose layout this is

// ---- weights, as Keras 3 has them

/// The attribute of Keras's class that holds sublayer `index`.
std::string attribute_of(const Layer& layer, std::size_t index) {
  const std::string& class_name = layer.class_name();
  if (class_name == "Bidirectional") return index == 0 ? "forward_layer" : "backward_layer";
  if (dynamic_cast<const BaseRNN*>(&layer) != nullptr) return "cell";
  if (class_name == "TimeDistributed" || class_name == "SpectralNormalization") return "layer";
  if (dynamic_cast<const BaseMultiHeadAttention*>(&layer) != nullptr) {
    const std::string& name = layer.sublayers()[index]->name();
    const char* before = class_name == "MultiHeadAttention" ? "" : "_";
    return concat(before, name == "attention_output" ? "output" : name, "_dense");
  }
  fail("[save] expected layers whose weights Keras knows a place for, received ", class_name, " \"", layer.name(),
       "\", which has layers inside; save it as .safetensors");
}

void add_variables(const Variables& variables, Hdf5Node& group) {
  for (std::size_t i = 0; i < variables.size(); ++i)
    group.children[std::to_string(i)].array = variables[i].value().detach();
}

void add_layer(const Layer& layer, Hdf5Node& group);

/// Layers in a list: of a model, of StackedRNNCells.
void add_members(const Layer& layer, Hdf5Node& group) {
  MemberNames names;
  for (const AnyLayer& member : layer.sublayers()) {
    const std::string name = names.next(member->class_name());
    if (member->class_name() != "InputLayer") add_layer(*member, group.children[name]);
  }
}

void add_layer(const Layer& layer, Hdf5Node& group) {
  Hdf5Node& own = group.children["vars"];
  own.texts["name"] = layer.name();
  add_variables(layer.own_weights(), own);
  if (const auto* lookup = dynamic_cast<const IntegerLookup*>(&layer); lookup && !lookup->idf_weights().empty())
    own.children["idf_weights"].array = from_vector(lookup->idf_weights());
  if (dynamic_cast<const Model*>(&layer) != nullptr) return add_members(layer, group.children["layers"]);
  if (layer.class_name() == "StackedRNNCells") return add_members(layer, group.children["cells"]);
  for (std::size_t i = 0; i < layer.sublayers().size(); ++i)
    if (const AnyLayer& inside = layer.sublayers()[i]; !inside->weights().empty())
      add_layer(*inside, group.children[attribute_of(layer, i)]);
}

bool has_trained(const Model& model) { return model.compiled() && model.optimizer().built(); }

std::string weights_file(const Model& model) {
  Hdf5Node root;
  add_layer(model, root);
  if (has_trained(model)) {
    Hdf5Node& optimizer = root.at("optimizer/vars");
    optimizer.texts["name"] = to_snake_case(model.optimizer().class_name());
    add_variables(model.optimizer().variables(), optimizer);
  }
  return hdf5_bytes(root);
}

// ---- the older kind: by the names of layers and weights

/// Arrays below `group`, under the names that its list weight_names says.
void add_named(const Variables& variables, Hdf5Node& group) {
  std::vector<std::string>& names = group.lists["weight_names"];
  for (const Variable& variable : variables) {
    names.push_back(variable.path());
    Tensor& array = group.at(names.back()).array;
    check(!array.defined(), "[save] expected a different path for each weight, received \"", names.back(), "\" twice");
    array = variable.value().detach();
  }
}

std::string older_file(const Model& model, const Config& object) {
  set_own_paths(model);
  Hdf5Node root;
  Hdf5Node& weights = root.children["model_weights"];
  for (Hdf5Node* node : {&root, &weights}) node->texts = {{"backend", "linnet"}, {"keras_version", keras_version}};
  root.texts["model_config"] = to_json(object);
  std::vector<std::string>& names = weights.lists["layer_names"];
  for (const AnyLayer& layer : model.layers()) {
    names.push_back(layer->name());
    Variables ordered = layer->trainable_weights();
    for (const Variable& weight : layer->non_trainable_weights()) ordered.push_back(weight);
    add_named(ordered, weights.children[layer->name()]);
  }
  add_named({}, weights.children["top_level_model_weights"]);
  if (!model.compiled()) return hdf5_bytes(root);
  Config training = keras_compile_config(model);
  training.set("optimizer_config", training.at("optimizer"));
  training.erase("optimizer");
  root.texts["training_config"] = to_json(training);
  if (has_trained(model)) add_named(model.optimizer().variables(), root.children["optimizer_weights"]);
  return hdf5_bytes(root);
}

// ---- models

Config described(const Model& model) {
  check(model.class_name() == "Sequential" || model.class_name() == "Functional",
        "[save] expected a Sequential or functional model for Keras's formats, received the ", model.class_name(),
        " \"", model.name(), "\": Keras would need the program it is from; save it as .safetensors");
  check(model.built(), "[save] expected a built model: call it, fit it or build_for({shape}) before saving");
  return keras_object(model);
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d@%H:%M:%S", &local)};
}

void write_archive(const Model& model, Config object, const std::string& path) {
  object.set("compile_config", model.compiled() ? keras_compile_config(model) : Config());
  const Config about{{"keras_version", keras_version}, {"date_saved", today()}};
  write_zip(
      "save", path,
      {{"metadata.json", to_json(about)}, {"config.json", to_json(object)}, {"model.weights.h5", weights_file(model)}});
}

}  // namespace

bool has_keras_ending(const std::string& path) {
  return path.ends_with(".keras") || path.ends_with(".h5") || path.ends_with(".hdf5");
}

void save_keras_model(const Model& model, const std::string& path) {
  check(!path.ends_with(".weights.h5"), "[save] expected a file for a model, received \"", path,
        "\", which Keras keeps weights alone in: save_weights()");
  Config object = described(model);
  if (path.ends_with(".keras")) return write_archive(model, std::move(object), path);
  write_file_atomically(path, older_file(model, object), "save");
}

void save_keras_weights(const Model& model, const std::string& path) {
  check(path.ends_with(".weights.h5"),
        "[save_weights] expected a path that ends in .weights.h5 or .safetensors, received \"", path, "\"");
  write_file_atomically(path, weights_file(model), "save_weights");
}

}  // namespace linnet
