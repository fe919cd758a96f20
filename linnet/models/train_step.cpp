// One step on one batch: forward, loss, backward, optimizer, metrics.
#include <cmath>

#include "linnet/base/profile_scope.h"
#include "linnet/models/checks.h"
#include "linnet/models/training.h"
#include "linnet/ops/elementwise.h"
#include "linnet/tensor/autograd.h"

namespace linnet {

using detail::Phase;

void forward(Model& model, const Tensors& x, Mode mode, Tensors& y) {
  const Phase phase("forward");
  y.clear();
  if (x.size() == 1 && model.outputs().size() == 1)
    y.push_back(model(x[0], mode));
  else
    y = model.apply(x, mode);
}

Tensor Model::compute_loss(const Batch& batch, const Tensors& y_pred) {
  const Phase phase("loss");
  Training& state = training();
  state.resolve(*this, batch.y, y_pred);
  Tensor total;
  auto add_term = [&total](const Tensor& term) { total = total.defined() ? total + term : term; };
  for (std::size_t i = 0; i < state.outputs.size(); ++i) {
    OutputTraining& output = state.outputs[i];
    if (!output.loss) continue;
    check(i < batch.y.size(), "[fit] expected targets for the output \"", output.name, "\", received ", batch.y.size(),
          " targets");
    Tensor value = (*output.loss)(batch.y[i], y_pred[i], batch.weight_of(i));
    if (value.size() != 1) [[unlikely]]  // the name is a text, made on failure only
      fail(
          "[fit] expected a loss with a reduction such as \"sum_over_batch_size\", which gives one number for a "
          "batch, ",
          "received ", output.loss->class_name(), "'s values of shape ", value.shape());
    if (state.has_several_losses()) output.loss_tracker.add(value.item(), static_cast<double>(batch.size()));
    add_term(output.loss_weight ? value * *output.loss_weight : value);
  }
  for (const Tensor& penalty : losses()) add_term(penalty);
  check(total.defined(), "[fit] expected a loss to minimize; received none: compile({.loss = …}) or add_loss()");
  return total;
}

/// Predictions of mixed precision as float32, in which metrics are computed, as in Keras.
Tensor for_metrics(const Tensor& y_pred) {
  if (y_pred.dtype() != bfloat16) return y_pred;
  const Tensor mask = y_pred.mask(), wide = y_pred.to(float32);
  return mask.defined() ? wide.with_mask(mask) : wide;
}

void Model::compute_metrics(const Batch& batch, const Tensors& y_pred) {
  NoGrad no_grad;
  const Phase phase("metrics");
  training().resolve(*this, batch.y, y_pred);
  std::vector<OutputTraining>& outputs = training().outputs;
  for (std::size_t i = 0; i < outputs.size() && i < batch.y.size(); ++i) {
    if (outputs[i].metrics.empty() && outputs[i].weighted_metrics.empty()) continue;
    const Tensor predictions = for_metrics(y_pred[i]);
    for (const AnyMetric& metric : outputs[i].metrics) metric->update_state(batch.y[i], predictions);
    for (const AnyMetric& metric : outputs[i].weighted_metrics)
      metric->update_state(batch.y[i], predictions, batch.weight_of(i));
  }
}

void update_reported(Model& model, const Batch& batch, const StepMetrics& reported) {
  std::map<std::string, WeightedMean> of_step;
  for (const auto& [name, value] : reported.values()) of_step[name].add(value, 1);
  for (const auto& [name, mean] : of_step)
    model.training().reported[name].add(mean.result(), static_cast<double>(batch.size()));
}

void Model::train_step(const Batch& batch) {
  const Phase step("train_step");
  Training& state = training();
  Tensors& y_pred = state.predictions;
  const StepMetrics reported;
  forward(*this, batch.x, Mode::train, y_pred);
  const Tensor loss = compute_loss(batch, y_pred);
  const double value = loss.item();
  if (!std::isfinite(value) && state.reports_non_finite) fail_non_finite(*this, batch, y_pred, value);
  state.loss_tracker.add(value, static_cast<double>(batch.size()));
  if (state.trainable_weights.empty()) state.trainable_weights = trainable_weights();
  if (!state.trainable_weights.empty()) {  // all may be frozen: begin() of fit has warned
    gradients(state.optimizer->scale_loss(loss), state.trainable_weights, state.gradients);
    state.optimizer->apply(state.gradients);
    state.gradients.clear();
  }
  compute_metrics(batch, y_pred);
  update_reported(*this, batch, reported);
  y_pred.clear();
}

void Model::test_step(const Batch& batch) {
  const Phase step("test_step");
  NoGrad no_grad;
  Tensors& y_pred = training().predictions;
  const StepMetrics reported;
  forward(*this, batch.x, Mode::inference, y_pred);
  if (!batch.y.empty()) {
    const double loss = compute_loss(batch, y_pred).item();
    training().loss_tracker.add(loss, static_cast<double>(batch.size()));
  }
  compute_metrics(batch, y_pred);
  update_reported(*this, batch, reported);
  y_pred.clear();
}

Tensors Model::predict_step(const Batch& batch) {
  Tensors y_pred;
  forward(*this, batch.x, Mode::inference, y_pred);
  return y_pred;
}

Logs Model::train_on_batch(const Batch& batch) {
  reset_metrics();
  training().trainable_weights.clear();
  train_step(batch);
  return metrics_result();
}

Logs Model::test_on_batch(const Batch& batch) {
  reset_metrics();
  test_step(batch);
  return metrics_result();
}

Tensor Model::predict_on_batch(const Tensor& x) {
  NoGrad no_grad;
  return (*this)(x, Mode::inference);
}

}  // namespace linnet
