// The optimizers whose step is a rule of the kernels for each element.
#include <algorithm>
#include <cmath>

#include "linnet/ops/elementwise.h"
#include "linnet/optimizers/fields.h"
#include "linnet/optimizers/optimizers.h"
#include "linnet/optimizers/views.h"
#include "linnet/tensor/autograd.h"

namespace linnet {

void ElementwiseOptimizer::step(std::span<Step> steps, const kernels::UpdateRule& rule) {
  kernels::update_step(views_of(steps, parameters_), rule);
}

Nadam::Nadam(Options options)
    : ElementwiseOptimizer(common_options(options)),
      options_(std::move(options)),
      product_("variable", scalar(1), false) {}
Config Nadam::config() const { return with_learning_rate(write_config(options_)); }
void Nadam::update(std::span<Step> steps, double learning_rate, std::int64_t iteration) {
  const auto t = static_cast<double>(iteration + 1);
  auto schedule = [this](double step) { return options_.beta_1 * (1 - 0.5 * std::pow(0.96, step)); };
  const double u = schedule(t), u_next = schedule(t + 1);
  const double product = product_.value().item() * u;
  product_.assign(scalar(product));
  step(steps, kernels::NadamRule{.rate = learning_rate,
                                 .beta_1 = options_.beta_1,
                                 .beta_2 = options_.beta_2,
                                 .epsilon = options_.epsilon,
                                 .of_momentum = u_next / (1 - product * u_next),
                                 .of_gradient = (1 - u) / (1 - product),
                                 .correction = 1 - std::pow(options_.beta_2, t)});
}

Adamax::Adamax(Options options) : ElementwiseOptimizer(common_options(options)), options_(std::move(options)) {}
Config Adamax::config() const { return with_learning_rate(write_config(options_)); }
void Adamax::update(std::span<Step> steps, double learning_rate, std::int64_t iteration) {
  const double rate = learning_rate / (1 - std::pow(options_.beta_1, static_cast<double>(iteration + 1)));
  step(steps, kernels::AdamaxRule{rate, options_.beta_1, options_.beta_2, options_.epsilon});
}

Adagrad::Adagrad(Options options) : ElementwiseOptimizer(common_options(options)), options_(std::move(options)) {}
Config Adagrad::config() const { return with_learning_rate(write_config(options_)); }
void Adagrad::update(std::span<Step> steps, double learning_rate, std::int64_t) {
  step(steps, kernels::AdagradRule{learning_rate, options_.epsilon});
}

Adadelta::Adadelta(Options options) : ElementwiseOptimizer(common_options(options)), options_(std::move(options)) {}
Config Adadelta::config() const { return with_learning_rate(write_config(options_)); }
void Adadelta::update(std::span<Step> steps, double learning_rate, std::int64_t) {
  step(steps, kernels::AdadeltaRule{learning_rate, options_.rho, options_.epsilon});
}

Lion::Lion(Options options) : ElementwiseOptimizer(common_options(options)), options_(std::move(options)) {
  check(options_.beta_1 > 0 && options_.beta_1 <= 1, "[Lion] expected beta_1 in (0, 1], received ", options_.beta_1);
}
Config Lion::config() const { return with_learning_rate(write_config(options_)); }
void Lion::update(std::span<Step> steps, double learning_rate, std::int64_t) {
  step(steps, kernels::LionRule{learning_rate, options_.beta_1, options_.beta_2});
}

Ftrl::Ftrl(Options options) : ElementwiseOptimizer(common_options(options)), options_(std::move(options)) {
  check(options_.learning_rate_power <= 0, "[Ftrl] expected learning_rate_power <= 0, received ",
        options_.learning_rate_power);
  for (const auto& [name, value] :
       {std::pair{"initial_accumulator_value", options_.initial_accumulator_value},
        std::pair{"l1_regularization_strength", options_.l1_regularization_strength},
        std::pair{"l2_regularization_strength", options_.l2_regularization_strength},
        std::pair{"l2_shrinkage_regularization_strength", options_.l2_shrinkage_regularization_strength}})
    check(value >= 0, "[Ftrl] expected ", name, " >= 0, received ", value);
}
Config Ftrl::config() const { return with_learning_rate(write_config(options_)); }
std::vector<std::vector<Optimizer::Slot>> Ftrl::slots_of(const Variable& weight) const {
  return {{{"accumulator", full(weight.shape(), options_.initial_accumulator_value, weight.dtype())},
           {"linear", zeros(weight.shape(), weight.dtype())}}};
}
void Ftrl::update(std::span<Step> steps, double learning_rate, std::int64_t) {
  step(steps, kernels::FtrlRule{.rate = learning_rate,
                                .power = -options_.learning_rate_power,
                                .l1 = options_.l1_regularization_strength,
                                .l2 = options_.l2_regularization_strength + options_.beta / (2 * learning_rate),
                                .shrinkage = options_.l2_shrinkage_regularization_strength});
}

ScheduleFreeAdamW::ScheduleFreeAdamW(Options options)
    : ElementwiseOptimizer(common_options(options)), options_(std::move(options)) {
  check(options_.beta_1 > 0 && options_.beta_1 <= 1, "[ScheduleFreeAdamW] expected beta_1 in (0, 1], received ",
        options_.beta_1);
  check(options_.warmup_steps >= 0, "[ScheduleFreeAdamW] expected warmup_steps >= 0, received ", options_.warmup_steps);
}
Config ScheduleFreeAdamW::config() const { return with_learning_rate(write_config(options_)); }
std::vector<std::vector<Optimizer::Slot>> ScheduleFreeAdamW::slots_of(const Variable& weight) const {
  return {{{"momentum", weight.value().detach().clone()}, {"velocity", zeros(weight.shape(), weight.dtype())}}};
}
void ScheduleFreeAdamW::update(std::span<Step> steps, double learning_rate, std::int64_t iteration) {
  const auto t = static_cast<double>(iteration + 1), warmup = static_cast<double>(options_.warmup_steps);
  // In float32, as Keras: 1 - beta_2^t has few correct digits in the first steps, and they show.
  const float power = std::pow(static_cast<float>(options_.beta_2), static_cast<float>(t));
  step(steps, kernels::ScheduleFreeRule{.rate = learning_rate * (warmup > 0 ? std::min(t / warmup, 1.0) : 1.0),
                                        .beta_1 = options_.beta_1,
                                        .beta_2 = options_.beta_2,
                                        .epsilon = options_.epsilon,
                                        .correction = static_cast<double>(1 - power),
                                        .share = 1 / t});
}
void ScheduleFreeAdamW::swap_to_train() {
  const NoGrad no_grad;
  for (auto& [w, none, slots] : weights_and_slots())
    w.assign((1 - options_.beta_1) * slots[0].value() + options_.beta_1 * w.value());
}
void ScheduleFreeAdamW::swap_to_eval() {
  const NoGrad no_grad;
  for (auto& [w, none, slots] : weights_and_slots())
    w.assign((w.value() - (1 - options_.beta_1) * slots[0].value()) / options_.beta_1);
}

}  // namespace linnet
