#include "linnet/optimizers/schedule.h"

#include "kinds.h"

namespace golden {

void run_schedule(Case& c) {
  c.ignore({"weights", "training"});
  const auto schedule = LearningRateSchedule::from_config(object_config(c.text("class"), c.at("config").as_config()));
  const Tensor steps = c.tensors("inputs").at(0), want = c.tensors("outputs").at(0);
  std::vector<float> rates;
  for (auto step : steps.to_vector<std::int64_t>()) rates.push_back(static_cast<float>((*schedule)(step)));
  c.compare("rate at step", from_vector(rates, steps.shape()), want);
}

}  // namespace golden
