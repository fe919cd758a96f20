#include "linnet/reports/inspection.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "linnet/models/training.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"

namespace linnet::detail {
namespace {

AnyLoss loss_of(const Model& model) {
  if (!model.compiled()) return {};
  const Model::Training& training = model.training();
  if (!training.outputs.empty()) return training.outputs[0].loss;
  const LossPlan& plan = training.options.loss;
  if (!plan.list().empty()) return plan.list()[0];
  return plan.by_name().empty() ? AnyLoss() : plan.by_name().begin()->second;
}

bool is_relu(const Layer& layer) {
  if (layer.class_name() == "ReLU") return layer.config().at("negative_slope").as_double() == 0;
  const Config config = layer.config();
  const Value* activation = config.find("activation");
  return activation != nullptr && (*activation == Value("relu") || *activation == Value("relu6"));
}

/// Which units of each layer with a ReLU have ever been above 0.
class Activity {
 public:
  void see(const std::string& layer, const Tensor& y) {
    std::vector<bool>& alive = alive_[layer];
    if (alive.empty()) order_.push_back(layer);
    const auto highest = max(reshape(y, {-1, y.shape().back()}), 0).to_vector<float>();
    alive.resize(highest.size());
    for (std::size_t unit = 0; unit < highest.size(); ++unit)
      if (highest[unit] > 0) alive[unit] = true;
  }
  std::vector<DeadUnits> layers() const {
    std::vector<DeadUnits> all;
    for (const std::string& name : order_) {
      const std::vector<bool>& alive = alive_.at(name);
      all.push_back({name, std::count(alive.begin(), alive.end(), false), static_cast<std::int64_t>(alive.size())});
    }
    return all;
  }

 private:
  std::vector<std::string> order_;
  std::map<std::string, std::vector<bool>> alive_;
};

/// A model with the same layers that gives, after the answer, the output of every layer with a ReLU.
struct Probe {
  Model model;
  std::vector<std::string> relu_layers;  // of the outputs after the first
};

Probe probe_of(const Model& model) {
  Tensors outputs = model.outputs();
  std::vector<std::string> relu_layers;
  std::set<const GraphNode*> met;  // several layers may read one output
  const auto look_at = [&](const Tensor& x) {
    const GraphNode& node = *graph_origin(x).node;
    if (node.output_shapes.size() != 1 || !is_relu(*node.layer) || !met.insert(&node).second) return;
    outputs.push_back(x);
    relu_layers.push_back(node.layer->name());
  };
  for (const auto& node : model.nodes())
    for (const Tensor& x : node->inputs) look_at(x);
  look_at(model.outputs()[0]);
  return {Model(model.inputs(), outputs, {.name = model.name(), .dtype = model.dtype()}), relu_layers};
}

/// Scores as probabilities of all classes; one probability becomes those of two classes.
Tensor probabilities(const Tensor& scores, const AnyLoss& loss) {
  const bool logits = loss && loss->from_logits().value_or(false);
  if (scores.shape().back() > 1) return logits ? softmax(scores) : scores;
  const Tensor yes = logits ? sigmoid(scores) : scores;
  return concatenate({1 - yes, yes}, -1);
}

/// Labels (samples,) of targets that may be labels, one-hot rows or a column.
Tensor labels(const Tensor& y, std::int64_t samples) {
  return y.size() == samples ? reshape(y, {samples}) : argmax(y, -1);
}

}  // namespace

std::string loss_name(const Model& model) {
  const AnyLoss loss = loss_of(model);
  return loss ? loss->class_name() : "";
}

Task task_of(const Model& model) {
  const std::string name = loss_name(model);
  const bool classes = name.find("rossentropy") != std::string::npos || name.find("Hinge") != std::string::npos;
  return classes ? Task::classification : Task::regression;
}

std::int64_t Answers::guess(std::int64_t sample) const {
  const auto first = values.begin() + sample * outputs;
  return std::max_element(first, first + outputs) - first;
}

Answers answers(Model& model, const Dataset& data) {
  if (data.size() == 0 || data.x.size() != 1 || data.y.size() != 1) return {};
  build_for_data(model, data);
  const bool has_graph = !model.inputs().empty();  // what a call() of a model's own does is not known
  if (has_graph && (model.inputs().size() != 1 || model.outputs().size() != 1)) return {};
  std::optional<Probe> probe;
  if (has_graph) {
    probe = probe_of(model);
    set_own_paths(model);  // not those of the probe
  }
  const NoGrad no_grad;
  Answers all{task_of(model)};
  Activity activity;
  constexpr std::int64_t at_once = 1000;
  for (std::int64_t first = 0; first < data.size(); first += at_once) {
    const Dataset part = data.slice(first, std::min(first + at_once, data.size()));
    const Tensors outputs = probe ? probe->model.apply(part.x) : Tensors{model.predict_on_batch(part.x[0])};
    for (std::size_t i = 1; i < outputs.size(); ++i) activity.see(probe->relu_layers[i - 1], outputs[i]);
    Tensor y = outputs[0];
    if (y.rank() == 1) y = expand_dims(y, -1);
    if (y.rank() != 2) return {};
    if (all.task == Task::classification) y = probabilities(y, loss_of(model));
    all.outputs = y.shape()[1];
    const auto values = y.to_vector<float>();
    all.values.insert(all.values.end(), values.begin(), values.end());
  }
  if (!std::all_of(all.values.begin(), all.values.end(), [](float value) { return std::isfinite(value); })) return {};
  const bool classes = all.task == Task::classification;
  all.truth = (classes ? labels(data.y[0], data.size()) : data.y[0]).to_vector<float>();
  const std::size_t expected = classes ? static_cast<std::size_t>(data.size()) : all.values.size();
  if (all.truth.size() != expected) return {};
  all.samples = data.size();
  all.relu_layers = activity.layers();
  return all;
}

namespace {

/// The crossentropy of giving each class the probability with which it occurs.
double entropy(const Answers& answers) {
  std::vector<double> counts(static_cast<std::size_t>(answers.outputs), 0);
  for (std::int64_t i = 0; i < answers.samples; ++i)
    if (answers.label(i) >= 0 && answers.label(i) < answers.outputs)
      ++counts[static_cast<std::size_t>(answers.label(i))];
  double sum = 0;
  for (double count : counts)
    if (count > 0) sum -= count / double(answers.samples) * std::log(count / double(answers.samples));
  return sum;
}

/// The mean of (truth - center)² or |truth - center|, output by output.
double spread(const Answers& answers, bool squared) {
  double total = 0;
  for (std::int64_t output = 0; output < answers.outputs; ++output) {
    std::vector<double> column;
    for (std::int64_t i = 0; i < answers.samples; ++i)
      column.push_back(answers.truth[static_cast<std::size_t>(i * answers.outputs + output)]);
    double center = 0;
    for (double value : column) center += value / double(column.size());
    const auto middle = column.begin() + static_cast<std::ptrdiff_t>(column.size() / 2);
    std::nth_element(column.begin(), middle, column.end());
    if (!squared) center = *middle;
    for (double value : column) total += squared ? (value - center) * (value - center) : std::abs(value - center);
  }
  return total / static_cast<double>(answers.samples * answers.outputs);
}

}  // namespace

std::optional<double> baseline_loss(const Model& model, const Answers& answers) {
  const std::string name = loss_name(model);
  if (answers.samples == 0) return {};
  if (name == "SparseCategoricalCrossentropy" || name == "CategoricalCrossentropy" || name == "BinaryCrossentropy")
    return entropy(answers);
  if (name == "MeanSquaredError") return spread(answers, true);
  if (name == "MeanAbsoluteError") return spread(answers, false);
  return {};
}

}  // namespace linnet::detail
