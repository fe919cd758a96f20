#include "linnet/optimizers/wrappers.h"

#include <algorithm>
#include <cmath>

#include "linnet/kernels/kernels.h"
#include "linnet/ops/elementwise.h"
#include "linnet/optimizers/fields.h"
#include "linnet/tensor/autograd.h"
#include "linnet/tensor/record.h"

namespace linnet {

Value to_value(const AnyOptimizer& optimizer) {
  return optimizer ? Value(object_config(optimizer->class_name(), optimizer->config())) : Value();
}
void from_value(const Value& value, AnyOptimizer& optimizer) {
  optimizer = value.is_null() ? AnyOptimizer() : AnyOptimizer(Optimizer::from_config(value));
}
Value to_value(const OptimizerRule& rule) {
  return Config{{"optimizer", to_value(rule.optimizer)}, {"pattern", rule.pattern}};
}
void from_value(const Value& value, OptimizerRule& rule) {
  from_value(value.as_config().at("optimizer"), rule.optimizer);
  rule.pattern = value.as_config().at("pattern").as_string();
}

LossScaleOptimizer::LossScaleOptimizer(Options options)
    : Optimizer({.learning_rate = 0.0, .name = options.name}),
      options_(std::move(options)),
      step_counter_(name() + "/step_counter", zeros({}, int64), false),
      scale_(name() + "/dynamic_scale", scalar(options_.initial_scale), false) {
  check(static_cast<bool>(options_.inner_optimizer), "[LossScaleOptimizer] expected an inner_optimizer, received none");
  const Config inner = options_.inner_optimizer->config();
  const Value* factor = inner.find("loss_scale_factor");
  check(factor == nullptr || factor->is_null(),
        "[LossScaleOptimizer] expected an inner_optimizer without a loss_scale_factor of its own");
  check(options_.initial_scale > 0, "[LossScaleOptimizer] expected initial_scale > 0, received ",
        options_.initial_scale);
  check(options_.dynamic_growth_steps >= 1, "[LossScaleOptimizer] expected dynamic_growth_steps >= 1, received ",
        options_.dynamic_growth_steps);
}

Config LossScaleOptimizer::config() const { return write_config(options_); }

void LossScaleOptimizer::build(const Variables& trainable) {
  options_.inner_optimizer->build(trainable);
  Optimizer::build(trainable);
}

Tensor LossScaleOptimizer::scale_loss(const Tensor& loss) const { return loss * scale_.value().item(); }

void LossScaleOptimizer::finalize_variable_values(const Variables& trainable) {
  options_.inner_optimizer->finalize_variable_values(trainable);
}

void LossScaleOptimizer::apply(const Gradients& gradients) {
  if (!built()) {
    Variables weights;
    for (const Gradient& each : gradients) weights.push_back(each.variable);
    build(weights);
  }
  const NoGrad no_grad;
  auto is_finite = [](const Gradient& each) {
    return !each.value.defined() || std::isfinite(kernels::sum_of_squares(view(each.value)));
  };
  const double scale = scale_.value().item();
  if (!std::all_of(gradients.begin(), gradients.end(), is_finite)) {
    scale_.assign(scalar(scale / 2));
    step_counter_.assign(zeros({}, int64));
    return;
  }
  Gradients divided = gradients;
  for (Gradient& each : divided)
    if (each.value.defined()) each.value = each.value / scale;
  options_.inner_optimizer->apply(divided);
  const bool grows = step_counter_.value().item() + 1 >= static_cast<double>(options_.dynamic_growth_steps);
  step_counter_.assign(grows ? zeros({}, int64) : step_counter_.value() + 1);
  if (grows) scale_.assign(scalar(scale * 2));
}

Variables LossScaleOptimizer::variables() const {
  Variables all = Optimizer::variables();
  all.push_back(step_counter_);
  all.push_back(scale_);
  const Variables inner = options_.inner_optimizer->variables();
  all.insert(all.end(), inner.begin(), inner.end());
  return all;
}

MultiOptimizer::MultiOptimizer(Options options)
    : Optimizer({.learning_rate = 0.0, .name = options.name}), options_(std::move(options)) {
  for (const OptimizerRule& rule : rules()) {
    check(static_cast<bool>(rule.optimizer), "[MultiOptimizer] expected an optimizer for \"", rule.pattern,
          "\", received none");
    path_matches(Variable("weight", scalar(0)), rule.pattern, "MultiOptimizer");  // throws unless it can be read
  }
}

Config MultiOptimizer::config() const { return write_config(options_); }

Optimizer& MultiOptimizer::first() const {
  check(options_.optimizer_map && !options_.optimizer_map->empty(),
        "[MultiOptimizer] expected an optimizer_map, received none; e.g. {{Adam(), \"kernel\"}, {SGD(), \"bias\"}}");
  return *options_.optimizer_map->front().optimizer;
}

std::optional<std::size_t> MultiOptimizer::rule_of(const Variable& weight) const {
  std::optional<std::size_t> found;
  const std::vector<OptimizerRule> all = rules();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!path_matches(weight, all[i].pattern, "MultiOptimizer")) continue;
    check(!found, "[MultiOptimizer] expected one optimizer for \"", weight.path(), "\", received several: \"",
          found ? all[*found].pattern : "", "\" and \"", all[i].pattern, "\" match");
    found = i;
  }
  return found;
}

void MultiOptimizer::build(const Variables& trainable) {
  if (built()) return;
  first();
  std::vector<Variables> shares(rules().size());
  for (const Variable& weight : trainable) {
    plan_->rules.push_back(rule_of(weight));
    if (const auto rule = plan_->rules.back()) shares[*rule].push_back(weight);
  }
  for (std::size_t i = 0; i < shares.size(); ++i) (*options_.optimizer_map)[i].optimizer->build(shares[i]);
  plan_->weights = trainable;
  plan_->shares.resize(shares.size());
  Optimizer::build(trainable);
}

void MultiOptimizer::apply(const Gradients& gradients) {
  if (!built()) {
    Variables weights;
    for (const Gradient& each : gradients) weights.push_back(each.variable);
    build(weights);
  }
  auto& [known, rule_of_weight, shares] = *plan_;
  for (Gradients& share : shares) share.clear();
  for (const Gradient& each : gradients) {
    const auto found = std::find(known.begin(), known.end(), each.variable);
    check(found != known.end(), "[MultiOptimizer] expected a gradient of a weight this optimizer was built for, ",
          "received \"", each.variable.path(), "\"");
    if (const auto rule = rule_of_weight[static_cast<std::size_t>(found - known.begin())])
      shares[*rule].push_back(each);
  }
  for (std::size_t i = 0; i < shares.size(); ++i)
    if (!shares[i].empty()) (*options_.optimizer_map)[i].optimizer->apply(shares[i]);
  for (Gradients& share : shares) share.clear();  // frees the gradients
}

void MultiOptimizer::finalize_variable_values(const Variables& trainable) {
  for (std::size_t i = 0; i < plan_->shares.size(); ++i) {
    Variables share;
    for (const Variable& weight : trainable)
      if (rule_of(weight) == i) share.push_back(weight);
    if (!share.empty()) (*options_.optimizer_map)[i].optimizer->finalize_variable_values(share);
  }
}

void MultiOptimizer::swap_averages(bool shown) {
  for (const OptimizerRule& rule : rules()) rule.optimizer->swap_averages(shown);
}

Variables MultiOptimizer::variables() const {
  Variables all = Optimizer::variables();
  for (const OptimizerRule& rule : rules()) {
    const Variables inner = rule.optimizer->variables();
    all.insert(all.end(), inner.begin(), inner.end());
  }
  return all;
}

}  // namespace linnet
