// A schedule of one's own by its class name: how a saved model finds it again.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "linnet/optimizers/schedule.h"

#pragma GCC visibility push(default)
namespace linnet {

using LearningRateScheduleFactory = std::function<std::shared_ptr<LearningRateSchedule>(const Config&)>;
/// Makes a schedule known by name: to load_model, which calls the factory with the config() that was saved, and
/// wherever names stand for objects. Throws for a name that the library has; a name of one's own is replaced.
///   register_schedule("Warmup", [](const Config& config) {
///     const double target = config.at("target").as_double();
///     return std::make_shared<CosineDecay>(CosineDecayOptions{.decay_steps = 100, .warmup_target = target});
///   });
void register_schedule(const std::string& class_name, LearningRateScheduleFactory factory);
/// T has `static T from_config(const Config&)`: register_schedule<Warmup>("Warmup").
template <std::derived_from<LearningRateSchedule> T>
void register_schedule(const std::string& class_name) {
  register_schedule(class_name, [](const Config& config) { return std::make_shared<T>(T::from_config(config)); });
}

}  // namespace linnet
#pragma GCC visibility pop
