// compile(): which loss and metrics belong to which output. Follows keras/src/trainers/compile_utils.py.
#include <algorithm>
#include <variant>

#include "linnet/models/training.h"

namespace linnet {

// ---- what CompileOptions is made of

#define LINNET_VALUE_MEMBERS(prefix, Type, Name)           \
  prefix Type::Name() = default;                           \
  prefix Type::Name(const Name&) = default;                \
  prefix Type::Name(Name&&) noexcept = default;            \
  prefix Type& Type::operator=(const Name&) = default;     \
  prefix Type& Type::operator=(Name&&) noexcept = default; \
  prefix Type::~Name() = default;
LINNET_VALUE_MEMBERS(template <class T>, PerOutput<T>, PerOutput)
LINNET_VALUE_MEMBERS(, MetricPlan, MetricPlan)
#undef LINNET_VALUE_MEMBERS

template <class T>
PerOutput<T>::PerOutput(std::vector<T> list) : list_(std::move(list)) {}
template <class T>
PerOutput<T>::PerOutput(std::map<std::string, T> by_name) : by_name_(std::move(by_name)) {}
template <class T>
PerOutput<T>::PerOutput(std::initializer_list<std::pair<const std::string, T>> by_name) : by_name_(by_name) {}
template class PerOutput<AnyLoss>;
template class PerOutput<double>;

MetricPlan::MetricPlan(std::initializer_list<MetricChoice> metrics) : list_(metrics) {}
MetricPlan::MetricPlan(std::vector<MetricChoice> metrics) : list_(std::move(metrics)) {}
MetricPlan::MetricPlan(std::vector<std::vector<MetricChoice>> metrics) : by_output_(std::move(metrics)) {}
MetricPlan::MetricPlan(std::map<std::string, std::vector<MetricChoice>> metrics) : by_name_(std::move(metrics)) {}
MetricPlan::MetricPlan(std::initializer_list<std::pair<const std::string, std::vector<MetricChoice>>> metrics)
    : by_name_(metrics) {}

namespace {

using Names = std::vector<std::string>;  // of the model's outputs

std::string quoted(const Names& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "\"" : ", \"") + name + '"';
  return list;
}

template <class T>
void check_names(const std::map<std::string, T>& given, const Names& outputs, const char* what) {
  for (const auto& [name, value] : given)
    check(std::find(outputs.begin(), outputs.end(), name) != outputs.end(), "[compile] ", what, " for the output \"",
          name, "\": expected one of the model's outputs ", quoted(outputs));
}

void check_count(std::size_t given, const Names& outputs, const char* what) {
  check(given == outputs.size(), "[compile] expected ", what, " for each of the model's outputs ", quoted(outputs),
        ", received ", given);
}

void check_metrics(const MetricPlan& plan, const Names& outputs, const char* what) {
  check_names(plan.by_name(), outputs, what);
  if (!plan.by_output().empty()) check_count(plan.by_output().size(), outputs, what);
  if (!plan.list().empty() && outputs.size() > 1) check_count(plan.list().size(), outputs, what);
}

AnyLoss loss_of(const LossPlan& plan, std::size_t index, const Names& outputs) {
  if (auto it = plan.by_name().find(outputs[index]); it != plan.by_name().end()) return it->second;
  if (plan.list().empty()) return nullptr;
  return plan.for_all() ? plan.list()[0] : plan.list()[index];
}

std::optional<double> weight_of(const LossWeights& weights, std::size_t index, const Names& outputs) {
  if (auto it = weights.by_name().find(outputs[index]); it != weights.by_name().end()) return it->second;
  if (weights.list().empty()) return std::nullopt;
  return weights.for_all() ? weights.list()[0] : weights.list()[index];
}

/// `partly`: are outputs without a loss taken as meant? Keras does for outputs that are a dict.
void check_losses(const CompileOptions& options, const Names& outputs, bool partly) {
  const LossPlan& losses = options.loss;
  const LossWeights& weights = options.loss_weights;
  check_names(losses.by_name(), outputs, "a loss");
  check_names(weights.by_name(), outputs, "a loss weight");
  if (!losses.for_all() && !losses.list().empty()) check_count(losses.list().size(), outputs, "a loss");
  if (!weights.for_all() && !weights.list().empty()) check_count(weights.list().size(), outputs, "a loss weight");
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    check(partly || losses.by_name().empty() || losses.by_name().contains(outputs[i]),
          "[compile] expected a loss for each of the outputs ", quoted(outputs), ", received none for \"", outputs[i],
          "\"; name it with an empty loss (nullptr, None) if it is not to be trained");
    check(weights.by_name().empty() || weights.by_name().contains(outputs[i]) || !loss_of(losses, i, outputs),
          "[compile] expected a loss weight for each output that has a loss, received none for \"", outputs[i], "\"");
  }
}

void check_plans(const CompileOptions& options, const Names& outputs, bool partly) {
  check_losses(options, outputs, partly);
  check_metrics(options.metrics, outputs, "metrics");
  check_metrics(options.weighted_metrics, outputs, "weighted metrics");
}

/// The metrics that the user asked for at output `index`.
std::vector<MetricChoice> choices_of(const MetricPlan& plan, std::size_t index, const Names& outputs) {
  if (auto it = plan.by_name().find(outputs[index]); it != plan.by_name().end()) return it->second;
  if (!plan.by_output().empty()) return plan.by_output()[index];
  if (plan.list().empty() || outputs.size() == 1) return plan.list();
  return {plan.list()[index]};
}

std::vector<AnyMetric> resolve_metrics(const std::vector<MetricChoice>& choices, const Shape& y_true,
                                       const Shape& y_pred) {
  std::vector<AnyMetric> metrics;
  for (const MetricChoice& choice : choices)
    if (!choice.is_none())
      metrics.push_back(choice.metric() ? choice.metric() : AnyMetric(resolve_metric(choice.name(), y_true, y_pred)));
  return metrics;
}

/// The names of the outputs, of which a subclassed model may have none: they are counted then.
Names names_of(const Model& model, std::size_t outputs) {
  Names names = model.output_names();
  if (names.size() != outputs) names.clear();
  for (std::size_t i = names.size(); i < outputs; ++i) names.push_back(concat("output_", i));
  return names;
}

}  // namespace

void Model::compile(const CompileOptions& options) {
  check(static_cast<bool>(options.optimizer), "[compile] expected an optimizer, received none; e.g. Adam()");
  if (built() && !outputs().empty()) check_plans(options, output_names(), !given_output_names().empty());
  Training fresh;
  fresh.options = options;
  fresh.optimizer = options.optimizer;
  fresh.shuffle_seed = training_->shuffle_seed;
  fresh.passes = training_->passes;
  *training_ = std::move(fresh);
}

bool Model::compiled() const { return static_cast<bool>(training_->optimizer); }

Model::Training& Model::training() const {
  check(compiled(), "[Model \"", name(),
        "\"] expected compile() before training; e.g. model.compile({.optimizer = Adam(), .loss = \"mse\"})");
  return *training_;
}

Optimizer& Model::optimizer() const { return *training().optimizer; }
void Model::stop_training(bool stop) { training().stop = stop; }
bool Model::is_stopping() const { return training().stop; }

void Model::Training::resolve(const Model& model, const Tensors& y_true, const Tensors& y_pred) {
  if (!outputs.empty()) return;
  const Names names = names_of(model, y_pred.size());
  check_plans(options, names, !model.given_output_names().empty());
  std::vector<OutputTraining> resolved;
  for (std::size_t i = 0; i < y_pred.size(); ++i) {
    const Shape target = i < y_true.size() ? y_true[i].shape() : y_pred[i].shape(), predicted = y_pred[i].shape();
    OutputTraining output;
    output.name = names[i];
    output.loss = loss_of(options.loss, i, names);
    output.loss_weight = weight_of(options.loss_weights, i, names);
    output.metrics = resolve_metrics(choices_of(options.metrics, i, names), target, predicted);
    output.weighted_metrics = resolve_metrics(choices_of(options.weighted_metrics, i, names), target, predicted);
    resolved.push_back(std::move(output));
  }
  outputs = std::move(resolved);
}

bool Model::Training::has_several_losses() const {
  return std::count_if(outputs.begin(), outputs.end(), [](const OutputTraining& o) { return bool(o.loss); }) > 1;
}

Logs Model::metrics_result() const {
  const Training& state = training();
  std::map<std::string, std::variant<double, Tensor>> values{{"loss", state.loss_tracker.result()}};
  std::map<std::string, int> uses;
  const bool prefixed = state.outputs.size() > 1, several_losses = state.has_several_losses();
  auto add = [&](const OutputTraining& output, const AnyMetric& metric, bool weighted) {
    const auto results = metric->named_results();
    if (results.size() != 1 || results[0].first != metric->name()) {  // names of its own: they stand as they are
      for (const auto& [name, value] : results) values[name] = value;
      return;
    }
    const std::string prefix = prefixed ? output.name + "_" : "";
    std::string key = prefix + metric->name();
    if (weighted && uses.contains(key)) key = prefix + "weighted_" + metric->name();
    const int earlier = uses[key]++;
    values[earlier == 0 ? key : key + "_" + std::to_string(earlier)] = metric->result();
  };
  for (const OutputTraining& output : state.outputs) {
    if (several_losses && output.loss) values[output.name + "_loss"] = output.loss_tracker.result();
    for (const AnyMetric& metric : output.metrics) add(output, metric, false);
  }
  for (const OutputTraining& output : state.outputs)
    for (const AnyMetric& metric : output.weighted_metrics) add(output, metric, true);
  for (const auto& [name, mean] : state.reported) values[name] = mean.result();
  Logs logs;
  for (const auto& [key, value] : values)
    std::visit([&logs, &name = key](const auto& result) { logs.set(name, result); }, value);
  return logs;
}

void Model::reset_metrics() {
  Training& state = training();
  state.loss_tracker.reset();
  state.reported.clear();
  for (OutputTraining& output : state.outputs) {
    output.loss_tracker.reset();
    for (const AnyMetric& metric : output.metrics) metric->reset_state();
    for (const AnyMetric& metric : output.weighted_metrics) metric->reset_state();
  }
}

}  // namespace linnet
