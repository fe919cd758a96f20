// The optimizers that look at a whole weight at once, as compositions of operations: Lamb, Adafactor, Muon.
#include <algorithm>
#include <cmath>

#include "linnet/kernels/kernels.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/optimizers/fields.h"
#include "linnet/optimizers/optimizers.h"
#include "linnet/optimizers/views.h"

namespace linnet {

namespace {
double length(const Tensor& x) { return std::sqrt(kernels::sum_of_squares(view(x))); }
double root_mean_square(const Tensor& x) {
  return x.size() == 0 ? 0 : length(x) / std::sqrt(static_cast<double>(x.size()));
}

/// Adam's rate with both bias corrections, in float32, as Keras computes it.
double corrected_rate(double learning_rate, double beta_1, double beta_2, std::int64_t iteration) {
  const auto t = static_cast<float>(iteration + 1);
  const float power_1 = std::pow(static_cast<float>(beta_1), t), power_2 = std::pow(static_cast<float>(beta_2), t);
  return static_cast<double>(static_cast<float>(learning_rate) * std::sqrt(1 - power_2) / (1 - power_1));
}
}  // namespace

Lamb::Lamb(Options options) : Optimizer(common_options(options)), options_(std::move(options)) {}
Config Lamb::config() const { return with_learning_rate(write_config(options_)); }
void Lamb::update(std::span<Step> steps, double learning_rate, std::int64_t iteration) {
  const auto t = static_cast<float>(iteration + 1);
  const double correction_1 = static_cast<double>(1 - std::pow(static_cast<float>(options_.beta_1), t));
  const double correction_2 = static_cast<double>(1 - std::pow(static_cast<float>(options_.beta_2), t));
  for (auto& [w, g, slots] : steps) {
    Variable &m = slots[0], &v = slots[1];
    m.assign(m.value() + (g - m.value()) * (1 - options_.beta_1));
    v.assign(v.value() + (square(g) - v.value()) * (1 - options_.beta_2));
    const Tensor u = m.value() / correction_1 / (sqrt(v.value() / correction_2) + options_.epsilon);
    const double of_weight = length(w.value()), of_step = length(u);
    w.assign(w.value() - learning_rate * (of_weight > 0 && of_step > 0 ? of_weight / of_step : 1.0) * u);
  }
}

Adafactor::Adafactor(Options options) : Optimizer(common_options(options)), options_(std::move(options)) {}
Config Adafactor::config() const { return with_learning_rate(write_config(options_)); }
std::vector<std::vector<Optimizer::Slot>> Adafactor::slots_of(const Variable& weight) const {
  const Shape& shape = weight.shape();
  const Slot velocity{"velocity", zeros(shape, weight.dtype())};
  if (shape.rank() < 2) return {{velocity}};
  const Shape rows = shape.slice(0, shape.rank() - 1);
  Shape columns = shape.slice(0, shape.rank() - 2);
  columns.push_back(shape.back());
  return {{{"", zeros(rows, weight.dtype())}, {"", zeros(columns, weight.dtype())}, velocity}};
}
void Adafactor::update(std::span<Step> steps, double learning_rate, std::int64_t iteration) {
  const auto t = static_cast<double>(iteration + 1);
  const double rate = std::min(learning_rate, 1 / std::sqrt(t));
  const double keep = 1 - std::pow(t, options_.beta_2_decay);
  for (auto& [w, g, slots] : steps) {
    const double step = std::max(options_.epsilon_2, root_mean_square(w.value())) * rate;
    const Tensor squares = square(g) + options_.epsilon_1;
    Variable& v = slots.back();
    if (w.shape().rank() < 2) {
      v.assign(keep * v.value() + (1 - keep) * squares);
    } else {
      Variable &r = slots[0], &c = slots[1];
      r.assign(keep * r.value() + (1 - keep) * mean(squares, -1));
      c.assign(keep * c.value() + (1 - keep) * mean(squares, -2));
      v.assign(expand_dims(r.value() / mean(r.value(), -1, true), -1) * expand_dims(c.value(), -2));
    }
    const Tensor u = g / sqrt(v.value());
    w.assign(w.value() - step / std::max(1.0, root_mean_square(u) / options_.clip_threshold) * u);
  }
}

Muon::Muon(Options options) : Optimizer(common_options(options)), options_(std::move(options)) {
  check(options_.ns_steps >= 0, "[Muon] expected ns_steps >= 0, received ", options_.ns_steps);
}
Config Muon::config() const { return with_learning_rate(write_config(options_)); }

bool Muon::uses_adam(const Variable& weight) const {
  if (weight.shape().rank() != 2) return true;
  if (options_.exclude_embeddings && path_matches(weight, "[Ee][Mm][Bb][Ee][Dd][Dd][Ii][Nn][Gg]", "Muon")) return true;
  const std::vector<std::string> patterns = options_.exclude_layers.value_or(std::vector<std::string>());
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return path_matches(weight, pattern, "Muon"); });
}

std::vector<std::vector<Optimizer::Slot>> Muon::slots_of(const Variable& weight) const {
  std::vector<Slot> slots{{"momentum", zeros(weight.shape(), weight.dtype())}};
  if (uses_adam(weight)) slots.push_back({"velocity", zeros(weight.shape(), weight.dtype())});
  return {slots};
}

std::optional<double> Muon::weight_decay_of(const Variable& weight) const {
  return uses_adam(weight) ? options_.adam_weight_decay : options_.weight_decay;
}

/// Nearly U Vᵀ of the singular value decomposition U S Vᵀ, by Newton and Schulz's iteration of degree five.
Tensor Muon::orthogonalized(Tensor x) const {
  const bool tall = x.shape()[0] > x.shape()[1];  // the smaller square is cheaper
  if (tall) x = transpose(x);
  x = x / (length(x.contiguous()) + 1e-7);
  for (std::int64_t i = 0; i < options_.ns_steps; ++i) {
    const Tensor square = matmul(x, transpose(x));
    const Tensor polynomial = options_.muon_b * square + options_.muon_c * matmul(square, square);
    x = options_.muon_a * x + matmul(polynomial, x);
  }
  return tall ? transpose(x) : x;
}

void Muon::update(std::span<Step> steps, double learning_rate, std::int64_t iteration) {
  std::vector<Step> by_adam;
  for (Step& step : steps) {
    if (step.slots.size() == 2) {
      by_adam.push_back(step);
      continue;
    }
    const Tensor& g = step.gradient;
    Variable &w = step.weight, &m = step.slots[0];
    m.assign(m.value() + (g + m.value() * (options_.momentum - 1)));
    const Tensor x = orthogonalized(options_.nesterov ? g + options_.momentum * m.value() : m.value());
    const auto larger = static_cast<double>(std::max(w.shape()[0], w.shape()[1]));
    w.assign(w.value() - learning_rate * (options_.rms_rate ? std::sqrt(larger) * *options_.rms_rate : 1.0) * x);
  }
  std::vector<kernels::Parameter> parameters;
  const double rate = learning_rate * options_.adam_lr_ratio;
  kernels::adam_step(views_of(by_adam, parameters),
                     corrected_rate(rate, options_.adam_beta_1, options_.adam_beta_2, iteration), options_.adam_beta_1,
                     options_.adam_beta_2, options_.epsilon, false);
}

}  // namespace linnet
