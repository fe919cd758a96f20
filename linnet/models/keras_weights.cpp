#include "linnet/models/keras_weights.h"

#include <algorithm>
#include <map>
#include <set>

#include "linnet/base/class_table.h"
#include "linnet/models/keras_members.h"

namespace linnet {
namespace {

using Arrays = std::vector<const Hdf5Object*>;

const Hdf5Object* child_of(const Hdf5Object& group, const std::string& name) {
  const auto child = group.children.find(name);
  return child == group.children.end() ? nullptr : &child->second;
}

// ---- the weights of a layer, numbered

/// Where the layers of a layer lie, in the order of its weights: attributes of Keras's classes.
constexpr const char* parts[] = {"cell",           "cells",        "layer",         "forward_layer",
                                 "backward_layer", "query_dense",  "_query_dense",  "key_dense",
                                 "_key_dense",     "gate_dense",   "_gate_dense",   "value_dense",
                                 "_value_dense",   "output_dense", "_output_dense", "layers"};

const Config* config_in(const Config* object) {
  const Value* config = object == nullptr ? nullptr : object->find("config");
  return config != nullptr && config->is_config() ? &config->as_config() : nullptr;
}

/// The config of a part, where the layer's own one has it.
const Config* config_of_part(const Config* config, const std::string& part) {
  if (config == nullptr) return nullptr;
  const bool is_direction = part == "forward_layer" || part == "backward_layer";
  const Value* object = config->find(part);
  if (is_direction && (object == nullptr || object->is_null())) object = config->find("layer");
  return object != nullptr && object->is_config() ? config_in(&object->as_config()) : nullptr;
}

Arrays arrays_of(const Config* config, const Hdf5Object& group);

/// Of a part that is a list of layers, as `objects` describes them.
Arrays arrays_of_members(const List& objects, const Hdf5Object& group) {
  Arrays all;
  MemberNames names;
  for (const Value& object : objects)
    if (const Hdf5Object* member = child_of(group, names.next(object.as_config())))
      for (const Hdf5Object* array : arrays_of(config_in(&object.as_config()), *member)) all.push_back(array);
  return all;
}

/// First the layer's own, then those of its parts. `config`: the layer's, if it is known.
Arrays arrays_of(const Config* config, const Hdf5Object& group) {
  Arrays all;
  if (const Hdf5Object* own = child_of(group, "vars"))
    while (const Hdf5Object* array = child_of(*own, std::to_string(all.size()))) all.push_back(array);
  for (const std::string part : parts) {
    const Hdf5Object* found = child_of(group, part);
    if (found == nullptr) continue;
    const Value* list = config == nullptr ? nullptr : config->find(part);
    const Arrays arrays = list != nullptr && list->is_list() ? arrays_of_members(list->as_list(), *found)
                                                             : arrays_of(config_of_part(config, part), *found);
    all.insert(all.end(), arrays.begin(), arrays.end());
  }
  return all;
}

/// The weights in the order of arrays_of(): one that a layer inside has too is there twice.
Variables stored_weights(const Layer& layer) {
  Variables all = layer.own_weights();
  for (const AnyLayer& inside : layer.sublayers())
    for (const Variable& weight : stored_weights(*inside)) all.push_back(weight);
  return all;
}

// ---- models

class Assignment {
 public:
  explicit Assignment(std::string who) : who_(std::move(who)) {}

  void add_model(const Model& model, const Config& config, const Hdf5Object& root) {
    const Hdf5Object* layers = child_of(root, "layers");
    if (layers == nullptr)
      fail<FileError>(who_, " has no weights of layers, of the model \"", model.name(), "\": it is of another model");
    MemberNames names;
    for (const Value& value : config.at("layers").as_list()) {
      const Config& object = value.as_config();
      const std::string place = names.next(object);
      const Config& named = object.contains("name") ? object : object.at("config").as_config();  // in a graph, each is
      const Layer* layer = layer_called(model, named.at("name").as_string());
      if (layer == nullptr || layer->weights().empty() || !seen_.insert(layer->identity()).second) continue;
      const Hdf5Object* group = child_of(*layers, place);
      if (group == nullptr)
        fail<FileError>(who_, " has no \"layers/", place, "\", the weights of \"", layer->name(),
                        "\": it is of another model");
      const auto* nested = dynamic_cast<const Model*>(layer);
      const Config& inner = object.at("config").as_config();
      if (nested != nullptr && inner.contains("layers")) {
        add_model(*nested, inner, *group);
        continue;
      }
      add_layer(*layer, stored_weights(*layer), arrays_of(&inner, *group));
    }
  }

  void add_layer(const Layer& layer, const Variables& weights, const Arrays& arrays) {
    if (arrays.size() != weights.size())
      fail<FileError>(who_, ": ", layer.class_name(), " \"", layer.name(), "\" has ", weights.size(),
                      " weights, the file ", arrays.size(), " for it");
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (!arrays[i]->array)
        fail<FileError>(who_, ": expected an array for \"", weights[i].path(), "\", received a group");
      if (arrays[i]->array->shape != weights[i].shape())
        fail<FileError>(who_, ": \"", weights[i].path(), "\" expected shape ", weights[i].shape(), ", received ",
                        arrays[i]->array->shape);
      pairs_.emplace_back(weights[i], arrays[i]);
    }
  }

  WeightArrays take() { return std::move(pairs_); }
  const std::string& who() const { return who_; }

 private:
  static const Layer* layer_called(const Model& model, const std::string& name) {
    for (const AnyLayer& layer : model.layers())
      if (layer->name() == name) return &*layer;
    return nullptr;
  }

  std::string who_;
  std::set<const void*> seen_;  // a shared layer is written once
  WeightArrays pairs_;
};

// ---- the older kind

/// A list of names, which is cut in numbered attributes where it is longer than 64 kB.
std::vector<std::string> names_in(const Hdf5Object& group, const std::string& attribute) {
  const auto whole = group.attributes.find(attribute);
  if (whole != group.attributes.end()) return whole->second;
  std::vector<std::string> names;
  for (int i = 0;; ++i) {
    const auto part = group.attributes.find(concat(attribute, i));
    if (part == group.attributes.end()) return names;
    names.insert(names.end(), part->second.begin(), part->second.end());
  }
}

Arrays named_arrays(const std::string& who, const Hdf5Object& group) {
  Arrays arrays;
  for (const std::string& name : names_in(group, "weight_names")) {
    const Hdf5Object* array = group.find(name);
    if (array == nullptr) fail<FileError>(who, " names the weight \"", name, "\" and does not have it: it is damaged");
    arrays.push_back(array);
  }
  return arrays;
}

void add_older_model(const Model& model, const Hdf5Object& root, Assignment& assignment) {
  const Hdf5Object* weights = child_of(root, "model_weights");
  const Hdf5Object& group = weights != nullptr ? *weights : root;
  std::vector<std::pair<std::string, Arrays>> stored;
  for (const std::string& name : names_in(group, "layer_names"))
    if (const Hdf5Object* layer = group.find(name))
      if (Arrays arrays = named_arrays(assignment.who(), *layer); !arrays.empty()) stored.emplace_back(name, arrays);
  std::vector<const Layer*> layers;
  for (const AnyLayer& layer : model.layers())
    if (!layer->weights().empty()) layers.push_back(&*layer);
  if (stored.size() != layers.size())
    fail<FileError>(assignment.who(), " has weights of ", stored.size(), " layers, the model \"", model.name(), "\" ",
                    layers.size(), " layers with weights: it is of another model");
  auto place_of = [&](const Layer& layer) {
    return std::find_if(stored.begin(), stored.end(), [&](const auto& entry) { return entry.first == layer.name(); });
  };
  const bool are_named =
      std::all_of(layers.begin(), layers.end(), [&](const Layer* layer) { return place_of(*layer) != stored.end(); });
  for (std::size_t i = 0; i < layers.size(); ++i) {
    Variables ordered = layers[i]->trainable_weights();
    for (const Variable& weight : layers[i]->non_trainable_weights()) ordered.push_back(weight);
    assignment.add_layer(*layers[i], ordered, are_named ? place_of(*layers[i])->second : stored[i].second);
  }
}

bool is_older_kind(const Hdf5Object& root) {
  return child_of(root, "model_weights") != nullptr || !names_in(root, "layer_names").empty();
}

}  // namespace

WeightArrays keras_weights(const std::string& who, const Model& model, const Config& config, const Hdf5Object& root) {
  Assignment assignment(who);
  if (is_older_kind(root)) {
    add_older_model(model, root, assignment);
  } else {
    check(config.contains("layers"), who, " belongs to layers of a Sequential or functional model, received the ",
          model.class_name(), " \"", model.name(), "\"");
    assignment.add_model(model, config, root);
  }
  return assignment.take();
}

std::vector<const Hdf5Object*> keras_optimizer(const Hdf5Object& root) {
  if (const Hdf5Object* optimizer = child_of(root, "optimizer")) return arrays_of(nullptr, *optimizer);
  if (const Hdf5Object* older = child_of(root, "optimizer_weights"))
    return named_arrays("[load_model] the optimizer", *older);
  return {};
}

}  // namespace linnet
