// Learning-rate schedules: the rate as a function of the step. Keras: keras.optimizers.schedules.
#pragma once

#include <memory>
#include <string>

#include "linnet/base/config.h"
#include "linnet/base/handle.h"

#pragma GCC visibility push(default)
namespace linnet {

class LearningRateSchedule {
 public:
  virtual ~LearningRateSchedule() = default;
  /// The learning rate at `step`, computed in float32 as Keras does.
  virtual double operator()(std::int64_t step) const = 0;
  virtual std::string class_name() const = 0;
  virtual Config config() const = 0;
  static std::shared_ptr<LearningRateSchedule> get(std::string_view name);  // throws: a schedule needs arguments
  static std::shared_ptr<LearningRateSchedule> from_config(const Value& value);
};

extern template class Handle<LearningRateSchedule>;

/// A number or a schedule:  Adam({.learning_rate = 1e-3})   Adam({.learning_rate = ExponentialDecay({…})}).
class LearningRate {
 public:
  LearningRate(double value) : value_(value) {}
  template <std::derived_from<LearningRateSchedule> Schedule>
  LearningRate(Schedule schedule) : schedule_(std::move(schedule)) {}
  LearningRate(std::shared_ptr<LearningRateSchedule> schedule) : schedule_(std::move(schedule)) {}

  bool is_schedule() const { return static_cast<bool>(schedule_); }
  double value(std::int64_t step) const { return schedule_ ? (*schedule_)(step) : value_; }
  const Handle<LearningRateSchedule>& schedule() const { return schedule_; }

 private:
  double value_ = 0;
  Handle<LearningRateSchedule> schedule_;
};

Value to_value(const LearningRate& rate);
void from_value(const Value& value, LearningRate& rate);

}  // namespace linnet
#pragma GCC visibility pop
