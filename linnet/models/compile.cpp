// compile(): which loss and metrics belong to which output. Follows keras/src/trainers/compile_utils.py.
#include <algorithm>

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
MetricPlan::MetricPlan(std::map<std::string, std::vector<MetricChoice>> metrics) : by_name_(std::move(metrics)) {}
MetricPlan::MetricPlan(std::initializer_list<std::pair<const std::string, std::vector<MetricChoice>>> metrics)
    : by_name_(metrics) {}

namespace {

/// The metrics that the user asked for at output `index`, which is called `name`.
std::vector<MetricChoice> choices_of(const MetricPlan& plan, const std::string& name, std::size_t outputs) {
  if (auto it = plan.by_name().find(name); it != plan.by_name().end()) return it->second;
  check(plan.list().empty() || outputs == 1, "[compile] the model has ", outputs,
        " outputs: expected metrics by output name, .metrics = {{\"", name, "\", {\"accuracy\"}}, …}");
  return plan.list();
}

std::vector<AnyMetric> resolve_metrics(const std::vector<MetricChoice>& choices, const Shape& y_true,
                                       const Shape& y_pred) {
  std::vector<AnyMetric> metrics;
  for (const MetricChoice& choice : choices)
    metrics.push_back(choice.metric() ? choice.metric() : AnyMetric(resolve_metric(choice.name(), y_true, y_pred)));
  return metrics;
}

void check_names(const std::vector<std::string>& known, const std::string& name, const char* what) {
  std::string list;
  for (const std::string& other : known) list += (list.empty() ? "\"" : ", \"") + other + '"';
  check(std::find(known.begin(), known.end(), name) != known.end(), "[compile] ", what, " for the output \"", name,
        "\": expected one of the model's outputs ", list);
}

AnyLoss loss_of(const LossPlan& plan, std::size_t index, const std::string& name, std::size_t outputs) {
  if (auto it = plan.by_name().find(name); it != plan.by_name().end()) return it->second;
  if (plan.list().empty()) return nullptr;
  check(plan.list().size() == 1 || plan.list().size() == outputs, "[compile] expected one loss or one for each of the ",
        outputs, " outputs, received ", plan.list().size());
  return plan.list().size() == 1 ? plan.list()[0] : plan.list()[index];
}

std::optional<double> weight_of(const LossWeights& weights, std::size_t index, const std::string& name) {
  if (auto it = weights.by_name().find(name); it != weights.by_name().end()) return it->second;
  if (weights.list().empty()) return std::nullopt;
  check(index < weights.list().size(), "[compile] expected a loss weight for each output, received ",
        weights.list().size());
  return weights.list()[index];
}

}  // namespace

void Model::compile(const CompileOptions& options) {
  check(static_cast<bool>(options.optimizer), "[compile] expected an optimizer, received none; e.g. Adam()");
  if (built() && !outputs().empty()) {
    const std::vector<std::string> known = output_names();
    if (known.size() > 1)
      for (const auto& entry : options.loss.by_name()) check_names(known, entry.first, "a loss");
    for (const auto& entry : options.metrics.by_name()) check_names(known, entry.first, "metrics");
    for (const auto& entry : options.weighted_metrics.by_name()) check_names(known, entry.first, "weighted metrics");
  }
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
void Model::stop_training() { training().stop = true; }
bool Model::is_stopping() const { return training().stop; }

void Model::Training::resolve(const Model& model, const Tensors& y_true, const Tensors& y_pred) {
  if (!outputs.empty()) return;
  std::vector<std::string> names = model.output_names();
  names.resize(y_pred.size());
  std::vector<OutputTraining> resolved;
  for (std::size_t i = 0; i < y_pred.size(); ++i) {
    OutputTraining output;
    output.name = names[i].empty() ? concat("output_", i) : names[i];
    const Shape target = i < y_true.size() ? y_true[i].shape() : y_pred[i].shape();
    output.loss = loss_of(options.loss, i, names[i], y_pred.size());
    output.loss_weight = weight_of(options.loss_weights, i, names[i]);
    output.metrics = resolve_metrics(choices_of(options.metrics, names[i], y_pred.size()), target, y_pred[i].shape());
    output.weighted_metrics =
        resolve_metrics(choices_of(options.weighted_metrics, names[i], y_pred.size()), target, y_pred[i].shape());
    resolved.push_back(std::move(output));
  }
  outputs = std::move(resolved);
}

Logs Model::metrics_result() const {
  const Training& state = training();
  std::map<std::string, double> values{{"loss", state.loss_tracker.result()}};
  std::map<std::string, int> uses;
  const bool prefixed = state.outputs.size() > 1;
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
    values[earlier == 0 ? key : key + "_" + std::to_string(earlier)] = results[0].second;
  };
  for (const OutputTraining& output : state.outputs) {
    if (prefixed && output.loss) values[output.name + "_loss"] = output.loss_tracker.result();
    for (const AnyMetric& metric : output.metrics) add(output, metric, false);
  }
  for (const OutputTraining& output : state.outputs)
    for (const AnyMetric& metric : output.weighted_metrics) add(output, metric, true);
  for (const auto& [name, mean] : state.reported) values[name] = mean.result();
  Logs logs;
  for (const auto& [key, value] : values) logs.set(key, value);
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
