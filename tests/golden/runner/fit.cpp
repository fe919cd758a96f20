#include <algorithm>

#include "kinds.h"
#include "linnet/base/fields.h"
#include "linnet/ops/elementwise.h"
#include "network.h"

namespace golden {

namespace {

/// uint8 inputs are pixels: x * input_scale.
Tensors scaled(Tensors inputs, double scale) {
  for (Tensor& x : inputs)
    if (x.dtype() == uint8) x = rescale(x, scale);
  return inputs;
}

/// The tolerances of a training run, set from how sensitive the run is.
struct FitTolerance {
  explicit FitTolerance(const Case& c) : fields(c.at("tolerance").as_config(), "\"tolerance\"") {
    const double rtol = fields.at("rtol").as_double();
    weights = {rtol, fields.at("atol").as_double()};
    predict = {rtol, fields.number("predict_atol", weights.atol)};
  }
  Tolerance history(const std::string& key) const {
    const Value& atol = fields.at("history_atol");
    const Value* of_key = atol.is_config() ? atol.as_config().find(key) : &atol;
    if (of_key == nullptr) throw std::runtime_error("no history_atol for " + key);
    return {fields.number("history_rtol", weights.rtol), of_key->as_double()};
  }

  Fields fields;
  Tolerance weights, predict;
};

void compare_history(Case& c, const History& history, const FitTolerance& tolerance) {
  const Config& want = c.at("history").as_config();
  for (const auto& [key, values] : history.history)
    c.expect(want.contains(key), "history has \"" + key + "\", which was not expected");
  for (const auto& [key, values] : want.entries()) {
    const auto found = history.history.find(key);
    c.expect(found != history.history.end(), "history lacks \"" + key + "\"");
    if (found == history.history.end()) continue;
    const List& list = values.as_list();
    c.expect(found->second.size() == list.size(),
             concat("history of ", key, ": ", found->second.size(), " epochs, expected ", list.size()));
    for (std::size_t i = 0; i < std::min(found->second.size(), list.size()); ++i)
      c.compare(concat(key, " of epoch ", i), found->second[i], list[i].as_double(), tolerance.history(key));
  }
  std::vector<int> epochs;
  from_value(c.at("epochs"), epochs);
  c.expect(history.epoch == epochs, "the epochs are not " + to_string(c.at("epochs")));
}

void compare_final_weights(Case& c, const Model& model, const FitTolerance& tolerance) {
  const List& list = c.at("final_weights").as_list();
  const Variables weights = model.weights();
  c.expect(weights.size() == list.size(), concat(weights.size(), " weights, expected ", list.size()));
  for (std::size_t i = 0; i < std::min(weights.size(), list.size()); ++i) {
    const Fields entry(list[i].as_config(), "a final weight");
    Tolerance allowed = tolerance.weights;
    if (c.has("loose_weights"))
      for (const Value& loose : c.at("loose_weights").as_list())
        if (loose.as_config().at("name") == entry.at("name")) allowed.atol = loose.as_config().at("atol").as_double();
    c.compare("final " + entry.text("name"), weights[i].value(), c.tensor(entry.at("tensor")), allowed);
    entry.done();
  }
}

void compare_evaluation(Case& c, Model& model, const Dataset& data, const FitTolerance& tolerance) {
  const Fields evaluate(c.at("evaluate").as_config(), "\"evaluate\"");
  const Logs logs = model.evaluate(data, {.batch_size = evaluate.at("batch_size").as_int(), .verbose = 0});
  const Config& want = evaluate.at("result").as_config();
  c.expect(logs.size() == want.size(), concat("evaluate gives ", logs.size(), " numbers, expected ", want.size()));
  for (const auto& [key, value] : want.entries()) {
    const double* found = logs.find(key);
    c.expect(found != nullptr, "evaluate gives no \"" + key + "\"");
    if (found != nullptr) c.compare("evaluate: " + key, *found, value.as_double(), tolerance.history(key));
  }
  evaluate.done();
}

void compare_prediction(Case& c, Model& model, const Dataset& data, const FitTolerance& tolerance) {
  const Fields predict(c.at("predict").as_config(), "\"predict\"");
  Dataset rows = data.slice(0, predict.at("rows").as_int());
  rows.y.clear();
  rows.y_names.clear();
  const Tensors outputs = model.predict(rows, {.batch_size = predict.at("batch_size").as_int(), .verbose = 0});
  const Tensors want = c.tensors("outputs");
  c.expect(outputs.size() == want.size(), "predict: another number of outputs");
  const std::vector<std::string> names = model.output_names();
  for (std::size_t i = 0; i < std::min(outputs.size(), want.size()); ++i) {
    std::size_t place = i;  // named outputs are listed as the targets are
    if (!data.y_names.empty())
      place = static_cast<std::size_t>(std::find(names.begin(), names.end(), data.y_names.at(i)) - names.begin());
    c.compare("prediction " + std::to_string(i), outputs.at(place), want[i], tolerance.predict);
  }
  predict.done();
}

Dataset data_of(const Case& c, const Value& inputs, const Value& targets) {
  return dataset_of(scaled(c.listed(inputs), c.number("input_scale", 1)), c.listed(targets), c.find("input_names"),
                    c.find("target_names"));
}

}  // namespace

void run_fit(Case& c) {
  c.ignore({"class", "training", "config"});
  const std::shared_ptr<Model> model = model_of(c);
  const Dataset data = data_of(c, c.at("inputs"), c.at("targets"));
  Shapes shapes;
  for (const Tensor& x : data.x) shapes.push_back(x.shape());
  model->build_for(shapes);
  load_weights(c, *model);
  model->compile(compile_options(c.at("compile").as_config()));

  FitOptions options = fit_options(c.at("fit").as_config());
  if (c.has("sample_weight")) options.sample_weight = c.tensor(c.at("sample_weight"));
  if (c.has("validation")) {
    const Fields validation(c.at("validation").as_config(), "\"validation\"");
    options.validation_data = data_of(c, validation.at("inputs"), validation.at("targets"));
    if (validation.has("sample_weight"))
      options.validation_data.sample_weight = c.tensor(validation.at("sample_weight"));
    validation.done();
  }
  const History history = model->fit(data, options);

  const FitTolerance tolerance(c);
  compare_history(c, history, tolerance);
  compare_final_weights(c, *model, tolerance);
  const std::int64_t iterations = model->optimizer().iterations();
  c.expect(iterations == c.at("optimizer_iterations").as_int(),
           concat("optimizer iterations: ", iterations, ", expected ", c.at("optimizer_iterations")));
  c.compare("final learning rate", model->optimizer().learning_rate(), c.at("final_learning_rate").as_double(),
            {1e-6, 1e-12});
  compare_evaluation(c, *model, data, tolerance);
  compare_prediction(c, *model, data, tolerance);
  tolerance.fields.ignore({"history_rtol"});
  tolerance.fields.done();
}

}  // namespace golden
