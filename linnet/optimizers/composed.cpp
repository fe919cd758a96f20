// The optimizers that are short compositions of operations: Nadam, Adamax, Adagrad, Adadelta, Lion.
#include <cmath>

#include "linnet/ops/elementwise.h"
#include "linnet/optimizers/fields.h"
#include "linnet/optimizers/optimizers.h"

namespace linnet {

Nadam::Nadam(Options options)
    : Optimizer(common_options(options)), options_(std::move(options)), product_("variable", scalar(1), false) {}
Config Nadam::config() const { return with_learning_rate(write_config(options_)); }
void Nadam::update(std::span<Step> steps, double learning_rate, std::int64_t iteration) {
  const auto t = static_cast<double>(iteration + 1);
  auto schedule = [this](double step) { return options_.beta_1 * (1 - 0.5 * std::pow(0.96, step)); };
  const double u = schedule(t), u_next = schedule(t + 1);
  const double product = product_.value().item() * u, product_next = product * u_next;
  product_.assign(scalar(product));
  for (auto& [w, g, slots] : steps) {
    Variable &m = slots[0], &v = slots[1];
    m.assign(m.value() + (g - m.value()) * (1 - options_.beta_1));
    v.assign(v.value() + (square(g) - v.value()) * (1 - options_.beta_2));
    const Tensor m_hat = u_next / (1 - product_next) * m.value() + (1 - u) / (1 - product) * g;
    const Tensor v_hat = v.value() / (1 - std::pow(options_.beta_2, t));
    w.assign(w.value() - learning_rate * m_hat / (sqrt(v_hat) + options_.epsilon));
  }
}

Adamax::Adamax(Options options) : Optimizer(common_options(options)), options_(std::move(options)) {}
Config Adamax::config() const { return with_learning_rate(write_config(options_)); }
void Adamax::update(std::span<Step> steps, double learning_rate, std::int64_t iteration) {
  const double rate = learning_rate / (1 - std::pow(options_.beta_1, static_cast<double>(iteration + 1)));
  for (auto& [w, g, slots] : steps) {
    Variable &m = slots[0], &u = slots[1];
    m.assign(m.value() + (g - m.value()) * (1 - options_.beta_1));
    u.assign(maximum(options_.beta_2 * u.value(), abs(g)));
    w.assign(w.value() - rate * m.value() / (u.value() + options_.epsilon));
  }
}

Adagrad::Adagrad(Options options) : Optimizer(common_options(options)), options_(std::move(options)) {}
Config Adagrad::config() const { return with_learning_rate(write_config(options_)); }
void Adagrad::update(std::span<Step> steps, double learning_rate, std::int64_t) {
  for (auto& [w, g, slots] : steps) {
    slots[0].assign(slots[0].value() + square(g));
    w.assign(w.value() - learning_rate * g / sqrt(slots[0].value() + options_.epsilon));
  }
}

Adadelta::Adadelta(Options options) : Optimizer(common_options(options)), options_(std::move(options)) {}
Config Adadelta::config() const { return with_learning_rate(write_config(options_)); }
void Adadelta::update(std::span<Step> steps, double learning_rate, std::int64_t) {
  const double rho = options_.rho, epsilon = options_.epsilon;
  for (auto& [w, g, slots] : steps) {
    Variable &squares = slots[0], &steps_squared = slots[1];
    squares.assign(rho * squares.value() + (1 - rho) * square(g));
    const Tensor step = -(sqrt(steps_squared.value() + epsilon) / sqrt(squares.value() + epsilon) * g);
    steps_squared.assign(rho * steps_squared.value() + (1 - rho) * square(step));
    w.assign(w.value() + learning_rate * step);
  }
}

Lion::Lion(Options options) : Optimizer(common_options(options)), options_(std::move(options)) {
  check(options_.beta_1 > 0 && options_.beta_1 <= 1, "[Lion] expected beta_1 in (0, 1], received ", options_.beta_1);
}
Config Lion::config() const { return with_learning_rate(write_config(options_)); }
void Lion::update(std::span<Step> steps, double learning_rate, std::int64_t) {
  for (auto& [w, g, slots] : steps) {
    Variable& m = slots[0];
    w.assign(w.value() - learning_rate * sign(options_.beta_1 * m.value() + (1 - options_.beta_1) * g));
    m.assign(options_.beta_2 * m.value() + (1 - options_.beta_2) * g);
  }
}

}  // namespace linnet
