#include "linnet/models/keras_file.h"

#include <filesystem>
#include <fstream>
#include <new>

#include "linnet/base/fields.h"
#include "linnet/base/warning.h"
#include "linnet/data/zip_members.h"
#include "linnet/layers/fields.h"
#include "linnet/layers/registry.h"
#include "linnet/models/keras_vocabulary.h"
#include "linnet/models/keras_weights.h"
#include "linnet/models/saving.h"
#include "linnet/saving/json.h"

namespace linnet {
namespace {

constexpr std::string_view archive_begins = "PK\x03\x04", hdf5_begins = "\x89HDF\r\n\x1a\n";

std::string beginning_of(const std::string& path) {
  std::string bytes(hdf5_begins.size(), '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

bool is_archive(const std::string& path) { return beginning_of(path).starts_with(archive_begins); }

/// What a file says of a model.
struct KerasModel {
  Config object;             // class_name, config
  Config compile = {};       // empty: it was not compiled
  Shapes input_shapes = {};  // of a model that says nothing of them itself
  Hdf5File weights;
};

std::string member_of(const std::string& path, const char* name, const ReadLimits& limits) {
  std::optional<std::string> bytes = read_zip_member("load_model", path, name, limits);
  if (!bytes)
    fail<FileError>("[load_model] \"", path, "\" has no member \"", name, "\": it was not written by Keras 3");
  return std::move(*bytes);
}

KerasModel read_archive(const std::string& path, const ReadLimits& limits) {
  const Value description = parse_json(member_of(path, "config.json", limits), limits);
  KerasModel model{
      description.as_config(), {}, {}, Hdf5File::parse(member_of(path, "model.weights.h5", limits), path, limits)};
  model.object = with_vocabularies(
      concat("[load_model] \"", path, "\""), model.object,
      [&](const std::string& name) { return read_zip_member("load_model", path, name, limits); }, model.weights);
  if (const Value* compile = model.object.find("compile_config"); compile != nullptr && compile->is_config())
    model.compile = compile->as_config();
  const Value* build = model.object.find("build_config");
  const Value* shape = build != nullptr && build->is_config() ? build->as_config().find("input_shape") : nullptr;
  if (shape != nullptr && shape->is_list()) from_value(*shape, model.input_shapes.emplace_back());
  return model;
}

/// The older kind calls the optimizer "optimizer_config".
Config older_compile_config(const Value& training) {
  Config compile = training.as_config();
  if (const Value* optimizer = compile.find("optimizer_config")) compile.set("optimizer", *optimizer);
  return compile;
}

KerasModel read_hdf5(const std::string& path, const ReadLimits& limits) {
  Hdf5File file = Hdf5File::read(path, limits);
  auto text = [&](const char* attribute) -> const std::string* {
    const auto found = file.root().attributes.find(attribute);
    return found == file.root().attributes.end() || found->second.empty() ? nullptr : &found->second[0];
  };
  const std::string* description = text("model_config");
  if (description == nullptr)
    fail<FileError>("[load_model] \"", path, "\" holds weights and no model: make the model and call load_weights()");
  const std::string* training = text("training_config");
  Config compile = training == nullptr ? Config() : older_compile_config(parse_json(*training, limits));
  return {parse_json(*description, limits).as_config(), std::move(compile), {}, std::move(file)};
}

/// Checks everything before anything is changed.
void assign(const std::string& who, const Model& model, const Config& config, const Hdf5File& file) {
  const WeightArrays pairs = keras_weights(who, model, config, file.root());
  std::vector<Tensor> values;
  for (const auto& [weight, array] : pairs) values.push_back(file.tensor(*array));
  for (std::size_t i = 0; i < pairs.size(); ++i) Variable(pairs[i].first).assign(values[i]);
}

void restore_optimizer(const std::string& who, Model& model, const Hdf5File& file) {
  const std::vector<const Hdf5Object*> arrays = keras_optimizer(file.root());
  constexpr std::size_t of_no_weight = 2;  // iteration and learning rate: compiled, but never trained
  if (arrays.size() <= of_no_weight) return;
  Optimizer& optimizer = model.optimizer();
  optimizer.build(model.trainable_weights());
  const Variables variables = optimizer.variables();
  bool fits = arrays.size() == variables.size();
  for (std::size_t i = 0; fits && i < arrays.size(); ++i)
    fits = arrays[i]->array && arrays[i]->array->shape == variables[i].shape();
  if (!fits)
    return warn(concat(who, " is loaded, but not the state of its optimizer: ", optimizer.class_name(), " has ",
                       variables.size(), " variables, the file ", arrays.size(), " or of other shapes"));
  for (std::size_t i = 0; i < arrays.size(); ++i) Variable(variables[i]).assign(file.tensor(*arrays[i]));
}

}  // namespace

bool is_keras_file(const std::string& path) {
  const std::string bytes = beginning_of(path);
  return bytes.starts_with(archive_begins) || bytes == hdf5_begins;
}

std::shared_ptr<Model> load_keras_model(const std::string& path, const LoadOptions& options) {
  const KerasModel read = is_archive(path) ? read_archive(path, options.limits) : read_hdf5(path, options.limits);
  const auto stored = static_cast<std::int64_t>(std::filesystem::file_size(path));
  const std::shared_ptr<Model> model = built_model(read.object, read.input_shapes, stored, path);
  const std::string who = concat("[load_model] \"", path, "\"");
  assign(who, *model, read.object.at("config").as_config(), read.weights);
  if (read.compile.empty() || !options.compile) return model;
  if (restore_compile(*model, read.compile, path)) restore_optimizer(who, *model, read.weights);
  return model;
}

void load_keras_weights(Model& model, const std::string& path) {
  const Hdf5File file =
      is_archive(path) ? Hdf5File::parse(member_of(path, "model.weights.h5", {}), path) : Hdf5File::read(path);
  const Config object = layer_to_config(model);
  const std::string who = concat("[load_weights] \"", path, "\"");
  assign(who, model, object.at("config").as_config(), file);
  if (model.compiled()) restore_optimizer(who, model, file);
}

}  // namespace linnet
