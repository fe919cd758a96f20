// Learning-rate schedules: the rate as a function of the step. Keras: keras.optimizers.schedules.
#pragma once

#include <memory>
#include <string>

#include "linnet/base/config.h"
#include "linnet/base/handle.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What every schedule is: the learning rate as a function of the step, which counts from 0. Keras:
/// keras.optimizers.schedules.LearningRateSchedule.
///   class Halving final : public LearningRateSchedule {
///    public:
///     double operator()(std::int64_t step) const override { return 0.1 * std::pow(0.5, static_cast<double>(step)); }
///     std::string class_name() const override { return "Halving"; }
///     Config config() const override { return {}; }
///   };
///   SGD sgd({.learning_rate = Halving()});
///   Variable w("w", ones({1}));
///   sgd.apply({{w, tensor({0.5})}});
///   sgd.learning_rate();  // -> 0.05
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

/// A number or a schedule.
///   LearningRate(1e-3).value(0);  // -> 0.001
///   Adam adam({.learning_rate = CosineDecay({.initial_learning_rate = 0.1, .decay_steps = 1000})});
class LearningRate {
 public:
  LearningRate(double value) : value_(value) {}
  template <std::derived_from<LearningRateSchedule> Schedule>
  LearningRate(Schedule schedule) : schedule_(std::move(schedule)) {}
  /// Throws for none.
  LearningRate(std::shared_ptr<LearningRateSchedule> schedule);

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
