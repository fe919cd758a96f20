#include "linnet/optimizers/schedules.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "linnet/base/class_table.h"
#include "linnet/optimizers/schedule_registry.h"

// All in float32, as Keras computes them, so that the steps of a staircase fall where they do there.
namespace linnet {

template <class Visitor>
void fields(Visitor& visit, ExponentialDecayOptions& o) {
  visit("initial_learning_rate", o.initial_learning_rate);
  visit("decay_steps", o.decay_steps);
  visit("decay_rate", o.decay_rate);
  visit("staircase", o.staircase);
  visit("name", o.name);
}
template <class Visitor>
void fields(Visitor& visit, InverseTimeDecayOptions& o) {
  visit("initial_learning_rate", o.initial_learning_rate);
  visit("decay_steps", o.decay_steps);
  visit("decay_rate", o.decay_rate);
  visit("staircase", o.staircase);
  visit("name", o.name);
}
template <class Visitor>
void fields(Visitor& visit, PolynomialDecayOptions& o) {
  visit("initial_learning_rate", o.initial_learning_rate);
  visit("decay_steps", o.decay_steps);
  visit("end_learning_rate", o.end_learning_rate);
  visit("power", o.power);
  visit("cycle", o.cycle);
  visit("name", o.name);
}
template <class Visitor>
void fields(Visitor& visit, PiecewiseConstantDecayOptions& o) {
  visit("boundaries", o.boundaries);
  visit("values", o.values);
  visit("name", o.name);
}
template <class Visitor>
void fields(Visitor& visit, CosineDecayOptions& o) {
  visit("initial_learning_rate", o.initial_learning_rate);
  visit("decay_steps", o.decay_steps);
  visit("alpha", o.alpha);
  visit("name", o.name);
  visit("warmup_target", o.warmup_target);
  visit("warmup_steps", o.warmup_steps);
}
template <class Visitor>
void fields(Visitor& visit, CosineDecayRestartsOptions& o) {
  visit("initial_learning_rate", o.initial_learning_rate);
  visit("first_decay_steps", o.first_decay_steps);
  visit("t_mul", o.t_mul);
  visit("m_mul", o.m_mul);
  visit("alpha", o.alpha);
  visit("name", o.name);
}

namespace {
void check_steps(const char* who, std::int64_t steps) {
  check(steps > 0, "[", who, "] expected decay_steps > 0, received ", steps);
}
float to_float(double x) { return static_cast<float>(x); }
float to_float(std::int64_t x) { return static_cast<float>(x); }
constexpr float pi = std::numbers::pi_v<float>;
}  // namespace

ExponentialDecay::ExponentialDecay(Options options) : options_(std::move(options)) {
  check_steps(class_name_of, options_.decay_steps);
}
double ExponentialDecay::operator()(std::int64_t step) const {
  const float p = to_float(step) / to_float(options_.decay_steps);
  return to_float(options_.initial_learning_rate) *
         std::pow(to_float(options_.decay_rate), options_.staircase ? std::floor(p) : p);
}
Config ExponentialDecay::config() const { return write_config(options_); }

InverseTimeDecay::InverseTimeDecay(Options options) : options_(std::move(options)) {
  check_steps(class_name_of, options_.decay_steps);
}
double InverseTimeDecay::operator()(std::int64_t step) const {
  const float p = to_float(step) / to_float(options_.decay_steps);
  return to_float(options_.initial_learning_rate) /
         (1 + to_float(options_.decay_rate) * (options_.staircase ? std::floor(p) : p));
}
Config InverseTimeDecay::config() const { return write_config(options_); }

PolynomialDecay::PolynomialDecay(Options options) : options_(std::move(options)) {
  check_steps(class_name_of, options_.decay_steps);
}
double PolynomialDecay::operator()(std::int64_t step) const {
  float at = to_float(step), length = to_float(options_.decay_steps);
  if (options_.cycle) {
    length *= step == 0 ? 1 : std::ceil(at / length);
  } else {
    at = std::min(at, length);
  }
  const float end = to_float(options_.end_learning_rate);
  return (to_float(options_.initial_learning_rate) - end) * std::pow(1 - at / length, to_float(options_.power)) + end;
}
Config PolynomialDecay::config() const { return write_config(options_); }

PiecewiseConstantDecay::PiecewiseConstantDecay(Options options) : options_(std::move(options)) {
  check(options_.values.size() == options_.boundaries.size() + 1, "[", class_name_of,
        "] expected one value more than boundaries, received ", options_.values.size(), " values and ",
        options_.boundaries.size(), " boundaries");
}
double PiecewiseConstantDecay::operator()(std::int64_t step) const {
  std::size_t piece = 0;
  while (piece < options_.boundaries.size() && static_cast<double>(step) > options_.boundaries[piece]) ++piece;
  return to_float(options_.values[piece]);
}
Config PiecewiseConstantDecay::config() const { return write_config(options_); }

CosineDecay::CosineDecay(Options options) : options_(std::move(options)) {
  check_steps(class_name_of, options_.decay_steps);
}
double CosineDecay::operator()(std::int64_t step) const {
  const float length = to_float(options_.decay_steps), alpha = to_float(options_.alpha);
  const float initial = to_float(options_.initial_learning_rate);
  auto decay = [&](float at, float from) {
    const float cosine = 0.5f * (1 + std::cos(pi * (at / length)));
    return from * ((1 - alpha) * cosine + alpha);
  };
  if (!options_.warmup_target) return decay(std::min(to_float(step), length), initial);
  const float warmup = to_float(options_.warmup_steps), target = to_float(*options_.warmup_target);
  const float at = std::min(to_float(step), length + warmup);
  return at < warmup ? (target - initial) * (at / warmup) + initial : decay(at - warmup, target);
}
Config CosineDecay::config() const { return write_config(options_); }

CosineDecayRestarts::CosineDecayRestarts(Options options) : options_(std::move(options)) {
  check_steps(class_name_of, options_.first_decay_steps);
  check(options_.t_mul > 0, "[CosineDecayRestarts] expected t_mul > 0, received ", options_.t_mul);
}
double CosineDecayRestarts::operator()(std::int64_t step) const {
  const float factor = to_float(options_.t_mul), alpha = to_float(options_.alpha);
  float at = to_float(step) / to_float(options_.first_decay_steps), restarts = 0;
  if (factor == 1) {
    restarts = std::floor(at);
    at -= restarts;
  } else {
    check(factor > 1 || at * (1 - factor) < 1, "[CosineDecayRestarts] expected a step before all periods have ended, ",
          "which with t_mul = ", options_.t_mul, " are shorter and shorter, received step ", step,
          "; with t_mul >= 1 they go on for ever");
    restarts = std::floor(std::log(1 - at * (1 - factor)) / std::log(factor));
    const float length = std::pow(factor, restarts);
    at = (at - (1 - length) / (1 - factor)) / length;
  }
  const float height = std::pow(to_float(options_.m_mul), restarts);
  const float cosine = 0.5f * height * (1 + std::cos(pi * at));
  return to_float(options_.initial_learning_rate) * ((1 - alpha) * cosine + alpha);
}
Config CosineDecayRestarts::config() const { return write_config(options_); }

namespace {
ClassTable<LearningRateSchedule>& table() {
  using Base = LearningRateSchedule;
  static ClassTable<Base> classes("schedule", {
                                                  class_entry<Base, ExponentialDecay>(),
                                                  class_entry<Base, InverseTimeDecay>(),
                                                  class_entry<Base, PolynomialDecay>(),
                                                  class_entry<Base, PiecewiseConstantDecay>(),
                                                  class_entry<Base, CosineDecay>(),
                                                  class_entry<Base, CosineDecayRestarts>(),
                                              });
  return classes;
}
}  // namespace

void register_schedule(const std::string& class_name, LearningRateScheduleFactory factory) {
  table().add(class_name, std::move(factory));
}
std::shared_ptr<LearningRateSchedule> LearningRateSchedule::get(std::string_view name) {
  fail("[schedule] expected a schedule with its arguments, received the name \"", name,
       "\" alone, e.g. ExponentialDecay({.initial_learning_rate = 0.1, .decay_steps = 100, .decay_rate = 0.9})");
}
std::shared_ptr<LearningRateSchedule> LearningRateSchedule::from_config(const Value& value) {
  return table().from_config(value);
}

LearningRate::LearningRate(std::shared_ptr<LearningRateSchedule> schedule) : schedule_(std::move(schedule)) {
  check(static_cast<bool>(schedule_), "[schedule] expected a number or a schedule as the learning rate, received none");
}

Value to_value(const LearningRate& rate) {
  if (!rate.is_schedule()) return rate.value(0);
  return object_config(rate.schedule()->class_name(), rate.schedule()->config());
}
void from_value(const Value& value, LearningRate& rate) {
  rate = value.is_number() ? LearningRate(value.as_double()) : LearningRate(LearningRateSchedule::from_config(value));
}

template class Handle<LearningRateSchedule>;

}  // namespace linnet
