#include "linnet/models/checks.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "linnet/base/warning.h"
#include "linnet/models/training.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"

namespace linnet {
namespace {

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* other) { return word == other; });
}

std::string name_of(const Dataset& data) {
  return data.name.empty() ? "the data set" : "data set \"" + data.name + '"';
}

/// The layer that computes output `index`, looked up through nested models; null where the graph is not known.
const Layer* output_layer(const Model& model, std::size_t index) {
  if (model.outputs().size() <= index) return nullptr;
  const GraphOrigin& origin = graph_origin(model.outputs()[index]);
  const Layer* layer = &*origin.node->layer;
  const auto* inner = dynamic_cast<const Model*>(layer);
  return inner ? output_layer(*inner, static_cast<std::size_t>(origin.index)) : layer;
}

/// "softmax", "sigmoid", "linear", …; empty where it is not known.
std::string output_activation(const Model& model, std::size_t index) {
  const Layer* layer = output_layer(model, index);
  if (layer == nullptr) return "";
  if (layer->class_name() == "Softmax") return "softmax";
  const Config config = layer->config();
  const Value* activation = config.find("activation");
  return activation != nullptr && activation->is_string() ? activation->as_string() : "";
}

AnyLoss planned_loss(const Model& model, std::size_t index) {
  const LossPlan& plan = model.training().options.loss;
  const std::vector<std::string> names = model.output_names();
  if (index < names.size())
    if (auto it = plan.by_name().find(names[index]); it != plan.by_name().end()) return it->second;
  if (plan.list().empty()) return nullptr;
  return plan.list()[std::min(index, plan.list().size() - 1)];
}

void check_logits(const Model& model, std::size_t index) {
  const AnyLoss loss = planned_loss(model, index);
  if (!loss || !loss->from_logits()) return;
  const std::string activation = output_activation(model, index);
  if (*loss->from_logits() && is_one_of(activation, {"softmax", "sigmoid"}))
    warn(concat("[fit] ", loss->class_name(), " with from_logits = true expects logits, but the last layer \"",
                output_layer(model, index)->name(), "\" applies ", activation,
                ": drop that activation, or set from_logits = false"));
  if (!*loss->from_logits() && activation == "linear")
    warn(concat("[fit] ", loss->class_name(), " with from_logits = false expects probabilities, but the last layer \"",
                output_layer(model, index)->name(),
                "\" has no activation: set from_logits = true, or end with softmax (sigmoid for two classes)"));
}

/// Labels of a sparse loss must be below the number of outputs.
void check_labels(const Model& model, const Dataset& data, std::size_t index) {
  const AnyLoss loss = planned_loss(model, index);
  if (!loss || loss->class_name() != "SparseCategoricalCrossentropy" || model.outputs().size() <= index) return;
  const Value ignored = loss->config().contains("ignore_class") ? loss->config().at("ignore_class") : Value();
  const std::int64_t classes = model.outputs()[index].shape().back();
  const std::vector<double> labels = data.y[index].to_vector<double>();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!ignored.is_null() && labels[i] == ignored.as_double()) continue;
    check(labels[i] >= 0 && labels[i] < static_cast<double>(classes), "[fit] ", name_of(data), ": label ", labels[i],
          " at position ", i, " is out of range: the model's last layer has ", classes, " outputs, for labels 0 to ",
          classes - 1, "; give the last layer as many units as there are classes");
  }
}

void check_scaled(const Model& model, const Dataset& data) {
  for (const AnyLayer& layer : model.layers())
    if (!is_one_of(layer->class_name(), {"Dense", "Flatten", "Reshape", "InputLayer", "Dropout", "Activation", "ReLU"}))
      return;  // it may well scale, embed or normalize
  for (const Tensor& x : data.x) {
    const Tensor some = slice(x, 0, 0, std::min<std::int64_t>(x.shape()[0], 256)).to(float32);
    if (some.size() == 0) continue;
    const double low = min(some).item(), high = max(some).item();
    if (std::max(std::abs(low), std::abs(high)) > 50)
      warn(concat("[fit] inputs range from ", low, " to ", high, ": networks train best on values around 0 to 1; put ",
                  low >= 0 && high <= 255 ? "Rescaling(1.0 / 255)" : "Normalization()", " first"));
  }
}

std::set<std::int64_t> classes_in(const Tensor& y) {
  const std::vector<std::int64_t> labels = y.to_vector<std::int64_t>();
  return {labels.begin(), labels.end()};
}

std::string list_of(const std::set<std::int64_t>& classes) {
  std::string text;
  for (std::int64_t c : classes) text += (text.empty() ? "" : ", ") + std::to_string(c);
  return text;
}

/// "sample 17" of the first value that is not finite; empty if all are.
std::string first_non_finite(const Tensor& x) {
  if (!x.defined() || !is_floating(x.dtype())) return "";
  const std::vector<double> values = x.to_vector<double>();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i])) return concat(values[i], " at position ", i, " of shape ", x.shape());
  return "";
}

/// Repeats the forward pass and names the first layer whose output is not finite. Sequential and functional models;
/// what a subclassed model calls is its own affair.
std::string first_bad_layer(Model& model, const Tensors& inputs) {
  NoGrad no_grad;
  auto describe = [](const Layer& layer, const std::string& bad) {
    return "the output of the layer \"" + layer.name() + "\" (" + bad + ")";
  };
  if (model.class_name() == "Sequential") {
    Tensor x = inputs[0];
    for (const AnyLayer& layer : model.layers()) {
      x = (*layer)(x, Mode::inference);
      if (std::string bad = first_non_finite(x); !bad.empty()) return describe(*layer, bad);
    }
    return "";
  }
  for (const auto& node : model.nodes())  // in the order of computation: what feeds a layer comes before it
    for (const Tensor& x : node->inputs) {
      const AnyLayer& source = graph_origin(x).node->layer;
      if (source->class_name() == "InputLayer") continue;
      Model part(model.inputs(), {x}, {.name = model.name()});
      if (std::string bad = first_non_finite(part.apply(inputs, Mode::inference)[0]); !bad.empty())
        return describe(*source, bad);
    }
  return "";
}

std::string first_bad_place(Model& model, const Batch& batch, const Tensors& y_pred) {
  for (const Tensor& x : batch.x)
    if (std::string bad = first_non_finite(x); !bad.empty()) return "the inputs (" + bad + ")";
  for (const Tensor& y : batch.y)
    if (std::string bad = first_non_finite(y); !bad.empty()) return "the targets (" + bad + ")";
  for (const Variable& weight : model.weights())
    if (std::string bad = first_non_finite(weight.value()); !bad.empty())
      return "the weight \"" + weight.path() + "\" (" + bad + "): an earlier step was too large";
  if (std::string bad = first_bad_layer(model, batch.x); !bad.empty()) return bad;
  for (const Tensor& y : y_pred)
    if (std::string bad = first_non_finite(y); !bad.empty()) return "the predictions (" + bad + ")";
  return "the loss itself";
}

}  // namespace

void check_before_fit(const Model& model, const Dataset& data) {
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    check_logits(model, i);
    check_labels(model, data, i);
  }
  check_scaled(model, data);
}

void check_first_predictions(const Model& model, const Tensors& y_pred) {
  for (std::size_t i = 0; i < y_pred.size(); ++i) {
    const AnyLoss loss = planned_loss(model, i);
    if (!loss || loss->from_logits() != std::optional<bool>(false) || y_pred[i].size() == 0) continue;
    const double low = min(y_pred[i]).item();
    check(!(low < 0), "[fit] ", loss->class_name(),
          " with from_logits = false expects probabilities in [0, 1], received ", low,
          " among the predictions; set from_logits = true, or end the model with softmax (sigmoid for two classes)");
  }
}

void check_validation_split(const Dataset& train, const Dataset& validation) {
  for (std::size_t i = 0; i < train.y.size(); ++i) {
    const Tensor& y = train.y[i];
    if (is_floating(y.dtype()) || y.size() != y.shape()[0]) continue;  // not class labels
    const std::set<std::int64_t> known = classes_in(y), held_out = classes_in(validation.y[i]);
    std::set<std::int64_t> missing;
    std::set_difference(held_out.begin(), held_out.end(), known.begin(), known.end(),
                        std::inserter(missing, missing.end()));
    if (!missing.empty())
      warn(concat("[fit] validation_split takes the last ", validation.size(), " samples, and their classes ",
                  list_of(missing), " do not occur in the ", train.size(),
                  " before them: the labels seem to be sorted; shuffle the data set first"));
  }
}

void fail_non_finite(Model& model, const Batch& batch, const Tensors& y_pred, double loss) {
  const Model::Training& state = model.training();
  fail(
      "[fit] the loss became ", loss, " in epoch ", state.progress.epoch + 1, ", batch ", state.progress.step + 1,
      "; the first value that is not finite is in ", first_bad_place(model, batch, y_pred),
      ". The weights were not changed by this batch. Try a smaller learning rate, clipnorm = 1.0, or look at the data");
}

}  // namespace linnet
