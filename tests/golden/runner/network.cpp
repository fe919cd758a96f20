#include "network.h"

#include <algorithm>

#include "linnet/base/fields.h"
#include "linnet/models/compile_config.h"

namespace golden {

namespace {

/// Reference weights are named by their layers and variables, but not always from the model's name on: the end of the
/// path has to agree.
bool is_named(const Variable& variable, const std::string& name) {
  const std::string& path = variable.path().empty() ? variable.name() : variable.path();
  return path == name || path.ends_with("/" + name);
}

bool contains(const Variables& variables, const Variable& variable) {
  return std::find(variables.begin(), variables.end(), variable) != variables.end();
}

}  // namespace

void load_weights(Case& c, Layer& layer) {
  const List& list = c.at("weights").as_list();
  const Variables weights = layer.weights(), trainable = layer.trainable_weights();
  if (weights.size() != list.size()) {
    std::string names;
    for (const Variable& weight : weights) names += " " + weight.name();
    fail("expected ", list.size(), " weights, there are ", weights.size(), ":", names);
  }
  std::vector<Tensor> values;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Fields entry(list[i].as_config(), "a weight");
    const std::string name = entry.text("name");
    c.expect(is_named(weights[i], name), "weight " + std::to_string(i) + " is " + weights[i].path() + " (" +
                                             weights[i].name() + "), expected " + name);
    if (entry.has("trainable"))
      c.expect(contains(trainable, weights[i]) == entry.flag("trainable"), "weight " + name + ": wrong trainability");
    values.push_back(c.tensor(entry.at("tensor")));
    entry.done();
  }
  layer.set_weights(values);
}

void compare_weights(Case& c, const Layer& layer, const Value& list, const std::string& what) {
  const Variables weights = layer.weights();
  const List& entries = list.as_list();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Fields entry(entries[i].as_config(), "a weight");
    const auto index = entry.has("index") ? static_cast<std::size_t>(entry.at("index").as_int()) : i;
    const std::string name = entry.text("name");
    entry.ignore({"trainable"});
    c.expect(index < weights.size() && is_named(weights[index], name), "no weight " + name + " at its place");
    if (index < weights.size()) c.compare(what + name, weights[index].value(), c.tensor(entry.at("tensor")));
    entry.done();
  }
}

std::shared_ptr<Model> model_of(const Case& c) { return model_from_config(c.at("model").as_config()); }

CompileOptions compile_options(const Config& compile) {
  const Fields fields(compile, "\"compile\"");
  for (const char* key : {"optimizer", "loss", "loss_weights", "metrics", "weighted_metrics"})
    if (fields.has(key)) fields.at(key);
  fields.done();
  return compile_from_config(compile);
}

FitOptions fit_options(const Config& fit) {
  const Fields fields(fit, "\"fit\"");
  FitOptions options;
  auto read = [&](const char* key, auto& option) {
    if (fields.has(key)) from_value(fields.at(key), option);
  };
  options.verbose = 0;
  read("epochs", options.epochs);
  read("initial_epoch", options.initial_epoch);
  read("batch_size", options.batch_size);
  read("shuffle", options.shuffle);
  read("validation_split", options.validation_split);
  read("steps_per_epoch", options.steps_per_epoch);
  read("validation_steps", options.validation_steps);
  read("validation_batch_size", options.validation_batch_size);
  read("verbose", options.verbose);
  if (fields.has("validation_freq")) {
    const Value& frequency = fields.at("validation_freq");
    std::vector<int> epochs;
    if (frequency.is_list()) from_value(frequency, epochs);
    options.validation_freq =
        frequency.is_list() ? ValidationFrequency(epochs) : ValidationFrequency(static_cast<int>(frequency.as_int()));
  }
  if (fields.has("class_weight"))
    for (const auto& [label, weight] : fields.at("class_weight").as_config().entries())
      options.class_weight.emplace(std::stoi(label), weight.as_double());
  if (fields.has("callbacks")) options.callbacks = callbacks_from(fields.at("callbacks"));
  fields.done();
  return options;
}

Dataset dataset_of(const Tensors& x, const Tensors& y, const Value* x_names, const Value* y_names) {
  Dataset data(x, y);
  if (x_names != nullptr && !x_names->is_null()) from_value(*x_names, data.x_names);
  if (y_names != nullptr && !y_names->is_null()) from_value(*y_names, data.y_names);
  return data;
}

}  // namespace golden
