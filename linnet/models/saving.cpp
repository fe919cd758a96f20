// save and load_model: one safetensors file. docs/notes/file_format.md describes it.
//   metadata  format "linnet", model (class_name, config, input_shapes), training (compile state), random
//   tensors   weights/<path>, optimizer/<index>/<name>
#include "linnet/models/saving.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <new>
#include <set>

#include "linnet/base/fields.h"
#include "linnet/base/warning.h"
#include "linnet/layers/registry.h"
#include "linnet/models/checkpoint_files.h"
#include "linnet/models/compile_config.h"
#include "linnet/models/keras_file.h"
#include "linnet/models/keras_saving.h"
#include "linnet/models/training.h"
#include "linnet/saving/json.h"
#include "linnet/tensor/memory.h"
#include "linnet/tensor/out_of_memory.h"

namespace linnet {

Value word_to_value(std::uint64_t word) { return std::to_string(word); }

std::uint64_t word_from_value(const Value& value) {
  const std::string& text = value.as_string();
  std::uint64_t word = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), word);
  check(error == std::errc() && end == text.data() + text.size(), "[load_model] expected a 64-bit number, received \"",
        text, "\"");
  return word;
}

namespace {

Config training_to_config(const Model& model) {
  const Model::Training& state = model.training();
  Config config = compile_to_config(model);
  config.set("passes", word_to_value(state.passes));
  if (state.shuffle_seed) config.set("shuffle_seed", word_to_value(*state.shuffle_seed));
  return config;
}

// ---- weights

void add_tensor(TensorFile& file, std::set<std::string>& names, const std::string& name, const Tensor& value) {
  check(names.insert(name).second, "[save] expected a different path for each weight, received \"", name,
        "\" twice; give the layers names of their own");
  file.tensors.emplace_back(name, value.detach());
}

const Tensor& tensor_in(const TensorFile& file, const std::string& path, const std::string& name, const Shape& shape) {
  const Tensor* tensor = file.find(name);
  if (tensor == nullptr) fail<FileError>("[load] \"", path, "\" has no tensor \"", name, "\"; it is of another model");
  if (tensor->shape() != shape)
    fail<FileError>("[load] \"", path, "\": \"", name, "\" expected shape ", shape, ", received ", tensor->shape());
  return *tensor;
}

constexpr std::string_view weights_folder = "weights/";

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// The weights of the file in its order, if they are the model's but for the names of layers: automatic names count on
/// in a program, so that the same model made twice has different ones. Else nothing.
std::vector<const Tensor*> values_in_order(const TensorFile& file, const Variables& weights) {
  std::vector<const Tensor*> values;
  for (const auto& [name, tensor] : file.tensors) {
    if (!name.starts_with(weights_folder)) continue;
    if (values.size() == weights.size()) return {};
    const Variable& weight = weights[values.size()];
    if (last_part(name) != last_part(weight.path()) || tensor.shape() != weight.shape()) return {};
    values.push_back(&tensor);
  }
  return values.size() == weights.size() ? values : std::vector<const Tensor*>();
}

/// By their paths; else, as Keras does, by their places.
std::vector<const Tensor*> stored_values(const TensorFile& file, const std::string& path, const Variables& weights) {
  const auto name_of = [](const Variable& weight) { return concat(weights_folder, weight.path()); };
  const bool has_all = std::all_of(weights.begin(), weights.end(),
                                   [&](const Variable& weight) { return file.find(name_of(weight)) != nullptr; });
  if (!has_all)
    if (std::vector<const Tensor*> values = values_in_order(file, weights); !values.empty()) return values;
  std::vector<const Tensor*> values;
  for (const Variable& weight : weights) values.push_back(&tensor_in(file, path, name_of(weight), weight.shape()));
  return values;
}

/// Looks everything up before anything is changed.
void assign_weights(const TensorFile& file, const std::string& path, const Model& model) {
  set_own_paths(model);
  const Variables weights = model.weights();
  const std::vector<const Tensor*> values = stored_values(file, path, weights);
  for (std::size_t i = 0; i < weights.size(); ++i) Variable(weights[i]).assign(*values[i]);
}

std::string optimizer_key(std::size_t index, const Variable& variable) {
  return concat("optimizer/", index, "/", variable.name());
}

void restore_optimizer(const TensorFile& file, const std::string& path, Model& model) {
  if (file.find("optimizer/0/iteration") == nullptr) return;  // compiled, but never trained
  Optimizer& optimizer = model.optimizer();
  optimizer.build(model.trainable_weights());
  const Variables variables = optimizer.variables();
  for (std::size_t i = 0; i < variables.size(); ++i)
    Variable(variables[i]).assign(tensor_in(file, path, optimizer_key(i, variables[i]), variables[i].shape()));
}

}  // namespace

const std::string& metadata_of(const TensorFile& file, const std::string& path, const std::string& key,
                               const char* writer) {
  const std::string* text = file.find_metadata(key);
  if (text == nullptr)
    fail<FileError>("[load_model] \"", path, "\" has no metadata \"", key, "\": it was not written by ", writer);
  return *text;
}

void restore_random(const TensorFile& file, const std::string& path, Model& model) {
  const Value random = parse_json(metadata_of(file, path, "random"));
  const std::vector<SeedGenerator*> generators = model.seed_generators();
  check(random.as_list().size() == generators.size(), "[load_model] \"", path, "\" expected ", generators.size(),
        " random states, received ", random.as_list().size());
  for (std::size_t i = 0; i < generators.size(); ++i) {
    const List& state = random.as_list()[i].as_list();
    check(state.size() == 2, "[load_model] \"", path, "\": expected pairs (seed, stream) as random states");
    generators[i]->seed = word_from_value(state[0]);
    generators[i]->stream = word_from_value(state[1]);
  }
}

void restore_sample_order(Model& model, const Config& training) {
  Model::Training& state = model.training();
  state.passes = word_from_value(training.at("passes"));
  if (const Value* seed = training.find("shuffle_seed")) state.shuffle_seed = word_from_value(*seed);
}

namespace {

TensorFile weights_to_file(const Model& model, std::set<std::string>& names) {
  check(model.built() || !model.weights().empty(),
        "[save] expected a built model: call it, fit it or build_for({shape}) before saving");
  TensorFile file;
  set_own_paths(model);
  for (const Variable& weight : model.weights())
    add_tensor(file, names, concat(weights_folder, weight.path()), weight.value());
  file.metadata = {{"format", "linnet"}};
  return file;
}

}  // namespace

TensorFile model_to_file(const Model& model) {
  std::set<std::string> names;
  TensorFile file = weights_to_file(model, names);
  Config architecture = layer_to_config(model);
  architecture.set("input_shapes", to_value(model.input_shapes()));
  List random;
  for (const SeedGenerator* generator : model.seed_generators())
    random.emplace_back(List{word_to_value(generator->seed), word_to_value(generator->stream)});
  file.metadata.emplace_back("model", to_json(architecture));
  file.metadata.emplace_back("random", to_json(random));
  if (!model.compiled()) return file;
  file.metadata.emplace_back("training", to_json(training_to_config(model)));
  if (!model.optimizer().built()) return file;
  const Variables variables = model.optimizer().variables();
  for (std::size_t i = 0; i < variables.size(); ++i)
    add_tensor(file, names, optimizer_key(i, variables[i]), variables[i].value());
  return file;
}

bool holds_model(const TensorFile& file) { return file.find_metadata("model") != nullptr; }

namespace {

void warn_without_layers(const Model& model) {
  if (!model.output_shapes().empty() && model.layers().empty() && model.weights().empty())
    warn(concat("[save] the model \"", model.name(),
                "\" has no layers and no weights: layers that are members become "
                "its own by track(): Dense hidden_ = track(Dense(64))"));
}

}  // namespace

void Model::save(const std::string& path) const {
  warn_without_layers(*this);
  if (has_keras_ending(path)) return save_keras_model(*this, path);
  write_safetensors(path, model_to_file(*this));
}

void Model::save_weights(const std::string& path) const {
  warn_without_layers(*this);
  if (has_keras_ending(path)) return save_keras_weights(*this, path);
  std::set<std::string> names;
  write_safetensors(path, weights_to_file(*this, names));
}

void Model::load_weights(const std::string& path) {
  check(built() || !weights().empty(),
        "[load_weights] expected a built model: call it, fit it or build_for({shape}) before loading");
  if (is_keras_file(path)) return load_keras_weights(*this, path);
  assign_weights(read_safetensors(path), path, *this);
}

std::shared_ptr<Model> model_from_config(const Config& object) {
  const AnyLayer layer = layer_from_config(object);
  auto model = std::dynamic_pointer_cast<Model>(layer.pointer());
  check(model != nullptr, "[load] expected a model, received the layer ", layer->class_name());
  return model;
}

/// Weights are made before their values are looked up.
std::shared_ptr<Model> built_model(const Config& object, const Shapes& input_shapes, std::int64_t stored,
                                   const std::string& path) {
  const std::int64_t initializers_take = 4, smallest = std::int64_t{64} << 20;
  try {
    const detail::MemoryBudget budget(smallest + initializers_take * stored);
    std::shared_ptr<Model> model = model_from_config(object);
    if (!model->built() || !input_shapes.empty()) model->build_for(input_shapes);
    return model;
  } catch (const OutOfMemory&) {
    fail<FileError>("[load_model] \"", path, "\" describes a model that is much larger than the ", stored,
                    " bytes of tensors it holds: it is damaged");
  }
}

bool restore_compile(Model& model, const Config& config, const std::string& path) {
  try {
    for (const char* key : {"optimizer", "loss"}) config.at(key);  // no defaults in their place
    model.compile(compile_from_config(config));
    return true;
  } catch (const InvalidArgument& error) {  // a loss or metric from a function of the user's program
    warn(concat("[load_model] \"", path, "\" is loaded, but not how it was compiled: ", error.what(),
                "; call compile()"));
    return false;
  }
}

std::shared_ptr<Model> model_from_file(const TensorFile& file, const std::string& path, const LoadOptions& options) {
  std::int64_t stored = 0;
  for (const auto& [name, tensor] : file.tensors)
    stored += tensor.size() * static_cast<std::int64_t>(size_of(tensor.dtype()));
  const Value architecture = parse_json(metadata_of(file, path, "model"), options.limits);
  Shapes input_shapes;
  from_value(architecture.as_config().at("input_shapes"), input_shapes);
  std::shared_ptr<Model> model = built_model(architecture.as_config(), input_shapes, stored, path);
  assign_weights(file, path, *model);
  restore_random(file, path, *model);

  const std::string* training = file.find_metadata("training");
  if (training == nullptr || !options.compile) return model;
  const Value config = parse_json(*training);
  if (!restore_compile(*model, config.as_config(), path)) return model;
  restore_sample_order(*model, config.as_config());
  restore_optimizer(file, path, *model);
  return model;
}

namespace {

/// A damaged file is not the end: another checkpoint may be beside it.
TensorFile read_model_file(const std::string& path, const ReadLimits& limits) {
  try {
    return read_safetensors(path, limits);
  } catch (const FileError& error) {
    const std::string other = std::filesystem::is_regular_file(path) ? newest_intact_model_beside(path) : "";
    if (other.empty()) throw;
    fail<FileError>(error.what(), "; an intact model beside it is \"", other, "\": load that one");
  }
}

}  // namespace

std::shared_ptr<Model> load_model(const std::string& path, const LoadOptions& options) {
  if (is_keras_file(path)) return load_keras_model(path, options);
  return model_from_file(read_model_file(path, options.limits), path, options);
}

}  // namespace linnet
