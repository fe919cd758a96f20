#include "linnet/models/compile_config.h"

#include <algorithm>

#include "linnet/base/fields.h"
#include "linnet/layers/fields.h"
#include "linnet/models/training.h"

namespace linnet {
namespace {

// ---- as configs

template <class Object>
Value object_to_value(const Handle<Object>& object) {
  return object ? Value(object_config(object->class_name(), object->config())) : Value();
}

/// Keras has no class for what is chosen by shapes, and keeps the name.
Value loss_to_value(const AnyLoss& loss) {
  return loss && loss->class_name() == "crossentropy" ? Value("crossentropy") : object_to_value(loss);
}

Value losses_to_value(const LossPlan& plan) {
  if (!plan.by_name().empty()) {
    Config by_name;
    for (const auto& [name, loss] : plan.by_name()) by_name.set(name, loss_to_value(loss));
    return Value(by_name);
  }
  if (plan.for_all()) return loss_to_value(plan.list()[0]);
  List list;
  for (const AnyLoss& loss : plan.list()) list.push_back(loss_to_value(loss));
  return list;
}

Value choices_to_value(const std::vector<MetricChoice>& choices) {
  List list;
  for (const MetricChoice& choice : choices)
    list.push_back(choice.name().empty() ? object_to_value(choice.metric()) : Value(choice.name()));
  return list;
}

Value metrics_to_value(const MetricPlan& plan) {
  if (!plan.by_output().empty()) {
    List lists;
    for (const auto& choices : plan.by_output()) lists.push_back(choices_to_value(choices));
    return lists;
  }
  if (plan.by_name().empty()) return choices_to_value(plan.list());
  Config by_name;
  for (const auto& [name, choices] : plan.by_name()) by_name.set(name, choices_to_value(choices));
  return Value(by_name);
}

Value weights_to_value(const LossWeights& weights) {
  if (weights.empty()) return {};
  if (weights.for_all()) return weights.list()[0];
  if (weights.by_name().empty()) return to_value(weights.list());
  Config by_name;
  for (const auto& [name, weight] : weights.by_name()) by_name.set(name, weight);
  return by_name;
}

// ---- from configs

bool is_by_name(const Value& value) { return value.is_config() && !value.as_config().contains("class_name"); }

/// The name, where Keras says no more of an object than that: a text, or one of its functions.
const std::string* name_in(const Value& value) {
  if (value.is_string()) return &value.as_string();
  const Value* kind = value.is_config() ? value.as_config().find("class_name") : nullptr;
  const bool is_function = kind != nullptr && *kind == Value("function");
  return is_function ? &value.as_config().at("config").as_string() : nullptr;
}

AnyLoss loss_from_value(const Value& value) {
  if (value.is_null()) return {};  // an output that is not trained
  const std::string* name = name_in(value);
  return name != nullptr ? AnyLoss(*name) : AnyLoss(Loss::from_config(value));
}

LossPlan losses_from_value(const Value& value) {
  if (is_by_name(value)) {
    std::map<std::string, AnyLoss> by_name;
    for (const auto& [name, loss] : value.as_config().entries()) by_name[name] = loss_from_value(loss);
    return by_name;
  }
  if (!value.is_list()) return value.is_null() ? LossPlan() : LossPlan(loss_from_value(value));
  std::vector<AnyLoss> list;
  for (const Value& loss : value.as_list()) list.push_back(loss_from_value(loss));
  return list.size() == 1 ? LossPlan(list[0]) : LossPlan(list);
}

std::vector<MetricChoice> choices_from_value(const Value& value) {
  if (value.is_null()) return {};
  std::vector<MetricChoice> choices;
  for (const Value& choice : value.is_list() ? value.as_list() : List{value}) {
    const std::string* name = name_in(choice);
    if (choice.is_null())
      choices.emplace_back(nullptr);
    else
      choices.push_back(name != nullptr ? MetricChoice(*name) : MetricChoice(AnyMetric(Metric::from_config(choice))));
  }
  return choices;
}

MetricPlan metrics_from_value(const Value& value) {
  const bool is_by_output = value.is_list() && std::any_of(value.as_list().begin(), value.as_list().end(),
                                                           [](const Value& item) { return item.is_list(); });
  if (is_by_output) {
    std::vector<std::vector<MetricChoice>> lists;
    for (const Value& choices : value.as_list()) lists.push_back(choices_from_value(choices));
    return lists;
  }
  if (!is_by_name(value)) return choices_from_value(value);
  std::map<std::string, std::vector<MetricChoice>> by_name;
  for (const auto& [name, choices] : value.as_config().entries()) by_name[name] = choices_from_value(choices);
  return by_name;
}

LossWeights weights_from_value(const Value& value) {
  if (value.is_list()) {
    std::vector<double> list;
    from_value(value, list);
    return list;
  }
  if (value.is_number()) return value.as_double();
  std::map<std::string, double> by_name;
  if (value.is_config())
    for (const auto& [name, weight] : value.as_config().entries()) by_name[name] = weight.as_double();
  return by_name;
}

}  // namespace

Config compile_to_config(const Model& model) {
  const CompileOptions& options = model.training().options;
  return {{"optimizer", object_to_value(model.training().optimizer)},
          {"loss", losses_to_value(options.loss)},
          {"loss_weights", weights_to_value(options.loss_weights)},
          {"metrics", metrics_to_value(options.metrics)},
          {"weighted_metrics", metrics_to_value(options.weighted_metrics)}};
}

CompileOptions compile_from_config(const Config& config) {
  CompileOptions options;
  const Value none;
  auto entry = [&](const char* key) -> const Value& {
    const Value* value = config.find(key);
    return value != nullptr ? *value : none;
  };
  if (const Value& optimizer = entry("optimizer"); !optimizer.is_null())
    options.optimizer =
        optimizer.is_string() ? AnyOptimizer(optimizer.as_string()) : AnyOptimizer(Optimizer::from_config(optimizer));
  options.loss = losses_from_value(entry("loss"));
  options.loss_weights = weights_from_value(entry("loss_weights"));
  options.metrics = metrics_from_value(entry("metrics"));
  options.weighted_metrics = metrics_from_value(entry("weighted_metrics"));
  return options;
}

}  // namespace linnet
