// The optimizers whose step is one kernel over all weights: SGD, RMSprop, Adam, AdamW.
#include <cmath>

#include "linnet/optimizers/fields.h"
#include "linnet/optimizers/optimizers.h"
#include "linnet/optimizers/views.h"

namespace linnet {

SGD::SGD(Options options) : Optimizer(common_options(options)), options_(std::move(options)) {
  check(options_.momentum >= 0 && options_.momentum <= 1, "[SGD] expected momentum from 0 to 1, received ",
        options_.momentum);
}
Config SGD::config() const { return with_learning_rate(write_config(options_)); }
std::vector<std::vector<std::string>> SGD::slot_groups() const {
  if (options_.momentum == 0) return {};
  return {{"momentum"}};
}
void SGD::update(std::span<Step> steps, double learning_rate, std::int64_t) {
  kernels::sgd_step(views_of(steps, parameters_), learning_rate, options_.momentum, options_.nesterov);
}

RMSprop::RMSprop(Options options) : Optimizer(common_options(options)), options_(std::move(options)) {}
Config RMSprop::config() const { return with_learning_rate(write_config(options_)); }
std::vector<std::vector<std::string>> RMSprop::slot_groups() const {
  std::vector<std::vector<std::string>> groups{{"velocity"}};
  if (options_.momentum > 0) groups.push_back({"momentum"});
  if (options_.centered) groups.push_back({"average_gradient"});
  return groups;
}
void RMSprop::update(std::span<Step> steps, double learning_rate, std::int64_t) {
  kernels::rmsprop_step(views_of(steps, parameters_), learning_rate, options_.rho, options_.momentum, options_.epsilon,
                        options_.centered);
}

Adam::Adam(Options options) : Optimizer(common_options(options)), options_(std::move(options)) {}
Config Adam::config() const { return with_learning_rate(write_config(options_)); }
std::vector<std::vector<std::string>> Adam::slot_groups() const {
  if (options_.amsgrad) return {{"momentum", "velocity"}, {"velocity_hat"}};
  return {{"momentum", "velocity"}};
}
void Adam::update(std::span<Step> steps, double learning_rate, std::int64_t iteration) {
  // In float32, as Keras: 1 - beta_2^t has few correct digits in the first steps, and they show.
  const auto t = static_cast<float>(iteration + 1);
  const float beta_1_power = std::pow(static_cast<float>(options_.beta_1), t);
  const float beta_2_power = std::pow(static_cast<float>(options_.beta_2), t);
  const float alpha = static_cast<float>(learning_rate) * std::sqrt(1 - beta_2_power) / (1 - beta_1_power);
  kernels::adam_step(views_of(steps, parameters_), static_cast<double>(alpha), options_.beta_1, options_.beta_2,
                     options_.epsilon, options_.amsgrad);
}

namespace {
AdamOptions adam_options(const AdamWOptions& o) {
  return {.learning_rate = o.learning_rate,
          .weight_decay = o.weight_decay,
          .clipnorm = o.clipnorm,
          .clipvalue = o.clipvalue,
          .global_clipnorm = o.global_clipnorm,
          .use_ema = o.use_ema,
          .ema_momentum = o.ema_momentum,
          .ema_overwrite_frequency = o.ema_overwrite_frequency,
          .loss_scale_factor = o.loss_scale_factor,
          .gradient_accumulation_steps = o.gradient_accumulation_steps,
          .exclude_from_weight_decay = o.exclude_from_weight_decay,
          .name = o.name,
          .beta_1 = o.beta_1,
          .beta_2 = o.beta_2,
          .epsilon = o.epsilon,
          .amsgrad = o.amsgrad};
}
}  // namespace

AdamW::AdamW(const Options& options) : Adam(adam_options(options)) {
  check(options.weight_decay.has_value(), "[AdamW] expected a weight_decay, received none; use Adam without one");
}

}  // namespace linnet
