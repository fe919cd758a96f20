#include "linnet/optimizers/optimizer.h"

#include <algorithm>
#include <cmath>
#include <regex>

#include "linnet/base/fields.h"
#include "linnet/base/profile_scope.h"
#include "linnet/base/warning.h"
#include "linnet/kernels/kernels.h"
#include "linnet/ops/elementwise.h"
#include "linnet/tensor/autograd.h"
#include "linnet/tensor/record.h"

namespace linnet {

struct Optimizer::State {
  OptimizerOptions options;
  Variable iteration, learning_rate;
  Variables weights, averages, accumulators;
  std::vector<bool> decays;      // one a weight
  std::vector<Variables> slots;  // one list a weight
  Variables created;             // the slots in the order of their creation
  std::vector<Step> steps;       // kept between calls, so that none allocates
  bool built = false, warned = false, averages_shown = false;
};

namespace {
std::regex regular_expression(const std::string& pattern, const std::string& who) {
  try {
    return std::regex(pattern);
  } catch (const std::regex_error&) {
    fail("[", who, "] expected a regular expression for paths of weights, received \"", pattern, "\"");
  }
}

void check_options(const OptimizerOptions& o) {
  const int clips = o.clipnorm.has_value() + o.clipvalue.has_value() + o.global_clipnorm.has_value();
  check(clips <= 1, "[", o.name, "] expected at most one of clipnorm, clipvalue and global_clipnorm, received ", clips);
  for (const auto& clip : {o.clipnorm, o.clipvalue, o.global_clipnorm})
    check(!clip || *clip > 0, "[", o.name, "] expected a clipping bound > 0, received ", clip.value_or(0));
  check(!o.use_ema || (o.ema_momentum >= 0 && o.ema_momentum <= 1), "[", o.name,
        "] expected ema_momentum from 0 to 1, received ", o.ema_momentum);
  check(!o.ema_overwrite_frequency || *o.ema_overwrite_frequency >= 1, "[", o.name,
        "] expected ema_overwrite_frequency >= 1, received ", o.ema_overwrite_frequency.value_or(1));
  for (const std::string& pattern : o.exclude_from_weight_decay.value_or(std::vector<std::string>()))
    regular_expression(pattern, o.name);
  check(!o.gradient_accumulation_steps || *o.gradient_accumulation_steps >= 2, "[", o.name,
        "] expected gradient_accumulation_steps >= 2, received ", o.gradient_accumulation_steps.value_or(2));
}

Variable new_variable(const std::string& optimizer, std::string name, const Tensor& initial) {
  Variable variable(std::move(name), initial, false);
  variable.state().path = optimizer + "/" + variable.name();
  return variable;
}

/// A slot beside `weight`: "adam/kernel_momentum", with the weight's whole path where it has one.
Variable new_slot(const std::string& optimizer, const Variable& weight, const std::string& slot, const Tensor& value) {
  std::string name = weight.path().empty() ? weight.name() : weight.path();
  std::replace(name.begin(), name.end(), '/', '_');
  return Variable(optimizer + "/" + name + (slot.empty() ? "" : "_" + slot), value, false);
}
Variable new_slot(const std::string& optimizer, const Variable& weight, const std::string& slot) {
  return new_slot(optimizer, weight, slot, zeros(weight.shape(), weight.dtype()));
}

/// For each weight: is it decayed, matching none of the patterns?
std::vector<bool> decaying(const Variables& weights, const OptimizerOptions& options) {
  std::vector<bool> decays(weights.size(), true);
  for (const std::string& pattern : options.exclude_from_weight_decay.value_or(std::vector<std::string>()))
    for (std::size_t i = 0; i < weights.size(); ++i)
      if (path_matches(weights[i], pattern, options.name)) decays[i] = false;
  return decays;
}

/// dst = dst * scale + factor * src, in place.
void blend(const Tensor& dst, double scale, double factor, const Tensor& src) {
  kernels::rescale(view(dst), scale, 0, mutable_view(dst));
  kernels::accumulate(factor, view(src), mutable_view(dst));
  mark_changed(dst);
}
}  // namespace

bool path_matches(const Variable& weight, const std::string& pattern, const std::string& who) {
  return std::regex_search(weight.path().empty() ? weight.name() : weight.path(), regular_expression(pattern, who));
}

Optimizer::Optimizer(OptimizerOptions options) : state_(std::make_shared<State>()) {
  check_options(options);
  state_->options = std::move(options);
  const std::string& name = state_->options.name;
  state_->iteration = new_variable(name, "iteration", zeros({}, int64));
  if (!has_schedule())
    state_->learning_rate = new_variable(name, "learning_rate", scalar(state_->options.learning_rate.value(0)));
}

void Optimizer::build(const Variables& trainable) {
  State& state = *state_;
  if (state.built) return;
  const std::string& name = state.options.name;
  for (const Variable& weight : trainable) {
    check(weight.defined(), "[", name, "] expected weights that are built, received \"", weight.name(), "\"");
    check(is_floating(weight.dtype()), "[", name, "] expected floating weights, received \"", weight.name(), "\" of ",
          weight.dtype());
  }
  state.weights = trainable;
  if (state.options.use_ema)
    for (const Variable& weight : trainable) state.averages.push_back(new_slot(name, weight, "average"));
  if (state.options.gradient_accumulation_steps)
    for (const Variable& weight : trainable)
      state.accumulators.push_back(new_slot(name, weight, "gradient_accumulator"));
  state.decays = decaying(trainable, state.options);
  std::vector<std::vector<std::vector<Slot>>> planned;  // by weight, then by group
  for (const Variable& weight : trainable) planned.push_back(slots_of(weight));
  state.slots.resize(trainable.size());
  for (std::size_t group = 0; !planned.empty() && group < planned[0].size(); ++group)
    for (std::size_t i = 0; i < trainable.size(); ++i)
      for (const auto& [slot, initial] : planned[i].at(group)) {
        state.slots[i].push_back(new_slot(name, trainable[i], slot, initial));
        state.created.push_back(state.slots[i].back());
      }
  state.steps.reserve(trainable.size());
  state.built = true;
}

std::vector<std::vector<Optimizer::Slot>> Optimizer::slots_of(const Variable& weight) const {
  std::vector<std::vector<Slot>> groups;
  for (const auto& names : slot_groups()) {
    auto& group = groups.emplace_back();
    for (const std::string& slot : names)
      group.push_back({slot, full(weight.shape(), initial_slot_value(), weight.dtype())});
  }
  return groups;
}

std::optional<double> Optimizer::weight_decay_of(const Variable&) const { return state_->options.weight_decay; }

std::vector<Optimizer::Step> Optimizer::weights_and_slots() const {
  std::vector<Step> all;
  for (std::size_t i = 0; i < state_->weights.size(); ++i) all.push_back({state_->weights[i], {}, state_->slots[i]});
  return all;
}

void Optimizer::exclude_from_weight_decay(const std::vector<std::string>& patterns) {
  check(!built(), "[", name(), "] expected exclude_from_weight_decay before the weights are known (build, fit)");
  for (const std::string& pattern : patterns) regular_expression(pattern, name());
  auto& all = state_->options.exclude_from_weight_decay;
  if (!all) all.emplace();
  all->insert(all->end(), patterns.begin(), patterns.end());
}

bool Optimizer::built() const { return state_->built; }
bool Optimizer::has_schedule() const { return state_->options.learning_rate.is_schedule(); }
const std::string& Optimizer::name() const { return state_->options.name; }

std::int64_t Optimizer::iterations() const {
  const std::int64_t calls = state_->iteration.value().data<std::int64_t>()[0];
  return calls / state_->options.gradient_accumulation_steps.value_or(1);
}

double Optimizer::learning_rate() const {
  // Of a schedule: at the number of calls, also where gradients are accumulated, as in Keras.
  if (has_schedule()) return state_->options.learning_rate.value(state_->iteration.value().data<std::int64_t>()[0]);
  return static_cast<double>(state_->learning_rate.value().data<float>()[0]);
}

void Optimizer::set_learning_rate(double value) {
  check(!has_schedule(), "[", name(), "] expected a fixed learning rate to set, received a schedule (",
        has_schedule() ? state_->options.learning_rate.schedule()->class_name() : "", ")");
  Tensor rate = state_->learning_rate.value();
  rate.fill_(value);
}

void Optimizer::set_schedule(const Handle<LearningRateSchedule>& schedule) {
  check(static_cast<bool>(schedule), "[", name(), "] expected a schedule, received none");
  state_->options.learning_rate = LearningRate(schedule.pointer());
}

Variables Optimizer::variables() const {
  const State& state = *state_;
  Variables all{state.iteration};
  if (!has_schedule()) all.push_back(state.learning_rate);
  const Variables extra = state.built ? extra_variables() : Variables();
  for (const Variables* part : {&state.averages, &state.accumulators, &state.created, &extra})
    all.insert(all.end(), part->begin(), part->end());
  return all;
}

Tensor Optimizer::scale_loss(const Tensor& loss) const {
  const auto& factor = state_->options.loss_scale_factor;
  return factor ? loss * *factor : loss;
}

Config Optimizer::with_learning_rate(Config config) const {
  config.set("learning_rate", has_schedule() ? to_value(state_->options.learning_rate) : Value(learning_rate()));
  config.set("exclude_from_weight_decay", to_value(state_->options.exclude_from_weight_decay));
  return config;
}

namespace {
std::size_t position_of(const Variables& weights, const Variable& weight, std::size_t guess, const std::string& who) {
  if (guess < weights.size() && weights[guess] == weight) return guess;
  const auto found = std::find(weights.begin(), weights.end(), weight);
  check(found != weights.end(), "[", who, "] expected a gradient of a weight this optimizer was built for, received \"",
        weight.path(), "\"; use a new optimizer for other weights");
  return static_cast<std::size_t>(found - weights.begin());
}

void clip_gradient(Tensor& gradient, const OptimizerOptions& options) {
  if (options.clipvalue) gradient = clip(gradient, -*options.clipvalue, *options.clipvalue);
  if (options.clipnorm) {
    const double length = std::sqrt(kernels::sum_of_squares(view(gradient)));
    gradient = gradient * (*options.clipnorm / std::max(length, *options.clipnorm));
  }
}
}  // namespace

void Optimizer::apply(const Gradients& gradients) {
  const detail::Phase phase("optimizer");
  State& state = *state_;
  const OptimizerOptions& options = state.options;
  if (!state.built) {
    Variables weights;
    for (const Gradient& each : gradients) weights.push_back(each.variable);
    build(weights);
  }
  const NoGrad no_grad;
  // Everything is checked before the first weight changes.
  state.steps.clear();
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const auto& [weight, value] = gradients[i];
    const std::size_t position = position_of(state.weights, weight, i, options.name);
    if (!value.defined()) continue;
    check(value.shape() == weight.shape(), "[", options.name, "] expected a gradient of shape ", weight.shape(),
          " for \"", weight.path(), "\", received ", value.shape());
    Tensor gradient = value.to(weight.dtype()).contiguous();
    if (options.loss_scale_factor) gradient = gradient / *options.loss_scale_factor;
    state.steps.push_back({weight, std::move(gradient), state.slots[position]});
  }
  check(!state.steps.empty(), "[", options.name, "] expected a gradient for at least one weight, received none",
        "; does the loss depend on these weights?");
  if (state.steps.size() < gradients.size() && !std::exchange(state.warned, true))
    warn(concat("[", options.name, "] ", gradients.size() - state.steps.size(), " of ", gradients.size(),
                " weights have no gradient and stay as they are"));

  const std::int64_t iteration = iterations();
  if (!options.gradient_accumulation_steps || accumulate()) {
    clip_gradients();
    const double rate = learning_rate();
    decay(rate);
    update(state.steps, rate, iteration);
    for (const Step& step : state.steps) mark_changed(step.weight.value());
  }
  if (options.use_ema) average(iteration);
  for (const Step& step : state.steps)
    if (const auto& constraint = step.weight.state().constraint) {
      Variable weight = step.weight;
      weight.assign(constraint(weight.value()));
    }
  state.steps.clear();  // frees the gradients
  Tensor counter = state.iteration.value();
  counter.mutable_data<std::int64_t>()[0] += 1;
}

void Optimizer::update_weight(const Variable& weight, const Tensor& gradient, double learning_rate,
                              std::int64_t iteration) {
  const NoGrad no_grad;
  const std::size_t position = position_of(state_->weights, weight, 0, name());
  check(gradient.shape() == weight.shape(), "[", name(), "] expected a gradient of shape ", weight.shape(), " for \"",
        weight.path(), "\", received ", gradient.shape());
  Step step{weight, gradient.to(weight.dtype()).contiguous(), state_->slots[position]};
  update({&step, 1}, learning_rate, iteration);
  mark_changed(weight.value());
}

void Optimizer::decay(double rate) {
  const State& state = *state_;
  for (std::size_t i = 0; i < state.steps.size(); ++i) {
    const Variable& weight = state.steps[i].weight;
    const std::optional<double> weight_decay = weight_decay_of(weight);
    if (!weight_decay || !state.decays[position_of(state.weights, weight, i, state.options.name)]) continue;
    kernels::rescale(view(weight.value()), 1 - rate * *weight_decay, 0, mutable_view(weight.value()));
  }
}

bool Optimizer::accumulate() {
  State& state = *state_;
  const int every = *state.options.gradient_accumulation_steps;
  const bool is_update = (state.iteration.value().data<std::int64_t>()[0] + 1) % every == 0;
  for (std::size_t i = 0; i < state.steps.size(); ++i) {
    Step& step = state.steps[i];
    const Variable& accumulator = state.accumulators[position_of(state.weights, step.weight, i, state.options.name)];
    const Tensor& total = accumulator.value();
    if (!is_update) {
      blend(total, 1, 1, step.gradient);
      continue;
    }
    step.gradient = (step.gradient + total) / static_cast<double>(every);
    kernels::fill(0, mutable_view(total));
    mark_changed(total);
  }
  return is_update;
}

void Optimizer::clip_gradients() {
  State& state = *state_;
  if (!state.options.global_clipnorm) {
    for (Step& step : state.steps) clip_gradient(step.gradient, state.options);
    return;
  }
  double squares = 0;
  for (const Step& step : state.steps) squares += kernels::sum_of_squares(view(step.gradient));
  const double bound = *state.options.global_clipnorm, length = std::sqrt(squares);
  double scale = bound * std::min(1 / length, 1 / bound);
  if (!std::isfinite(length)) scale = std::nan("");  // as Keras: an infinite gradient shows
  for (Step& step : state.steps) step.gradient = step.gradient * scale;
}

void Optimizer::average(std::int64_t iteration) {
  State& state = *state_;
  const double momentum = iteration == 0 ? 0 : state.options.ema_momentum;
  const auto& every = state.options.ema_overwrite_frequency;
  const bool overwrite = every && (iteration + 1) % *every == 0;
  for (std::size_t i = 0; i < state.weights.size(); ++i) {
    blend(state.averages[i].value(), momentum, 1 - momentum, state.weights[i].value());
    if (overwrite) state.weights[i].assign(state.averages[i].value());
  }
}

void Optimizer::swap_averages(bool shown) {
  State& state = *state_;
  check(state.options.use_ema, "[", state.options.name, "] expected use_ema = true to have averages of the weights");
  check(state.built, "[", state.options.name, "] expected weights that have been trained before their averages");
  for (std::size_t i = 0; i < state.weights.size(); ++i) {
    const Tensor weight = state.weights[i].value().clone();
    state.weights[i].assign(state.averages[i].value());
    state.averages[i].assign(weight);
  }
  state.averages_shown = shown;
}

void Optimizer::finalize_variable_values(const Variables& trainable) {
  State& state = *state_;
  if (!state.options.use_ema || !state.built) return;
  if (state.averages_shown) swap_averages(false);
  for (std::size_t i = 0; i < trainable.size(); ++i) {
    Variable weight = trainable[i];
    weight.assign(state.averages[position_of(state.weights, weight, i, state.options.name)].value());
  }
}

template class Handle<Optimizer>;

}  // namespace linnet
