// Keras's learning-rate schedules (keras.optimizers.schedules). The step counts from 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "linnet/optimizers/schedule.h"

#pragma GCC visibility push(default)
namespace linnet {

#define LINNET_SCHEDULE(Name)                                         \
  class Name final : public LearningRateSchedule {                    \
   public:                                                            \
    using Options = Name##Options;                                    \
    static constexpr const char* class_name_of = #Name;               \
    explicit Name(Options options);                                   \
    double operator()(std::int64_t step) const override;              \
    std::string class_name() const override { return class_name_of; } \
    Config config() const override;                                   \
                                                                      \
   private:                                                           \
    Options options_;                                                 \
  };

struct ExponentialDecayOptions {
  double initial_learning_rate = 0;
  std::int64_t decay_steps = 0;
  double decay_rate = 0;
  bool staircase = false;  // step / decay_steps rounded down
  std::string name = "ExponentialDecay";
};
/// initial_learning_rate * decay_rate^(step / decay_steps). Keras: keras.optimizers.schedules.ExponentialDecay.
///   ExponentialDecay rate({.initial_learning_rate = 0.1, .decay_steps = 100, .decay_rate = 0.9});
///   rate(100);  // -> 0.09
///   SGD sgd({.learning_rate = rate});
LINNET_SCHEDULE(ExponentialDecay)

struct InverseTimeDecayOptions {
  double initial_learning_rate = 0;
  std::int64_t decay_steps = 0;
  double decay_rate = 0;
  bool staircase = false;
  std::string name = "InverseTimeDecay";
};
/// initial_learning_rate / (1 + decay_rate * step / decay_steps). Keras: keras.optimizers.schedules.InverseTimeDecay.
///   InverseTimeDecay rate({.initial_learning_rate = 0.1, .decay_steps = 100, .decay_rate = 0.5});
///   rate(200);  // -> 0.05
LINNET_SCHEDULE(InverseTimeDecay)

struct PolynomialDecayOptions {
  double initial_learning_rate = 0;
  std::int64_t decay_steps = 0;
  double end_learning_rate = 0.0001, power = 1;
  bool cycle = false;  // past decay_steps, go on with the next multiple of it
  std::string name = "PolynomialDecay";
};
/// (initial - end) * (1 - min(step, decay_steps) / decay_steps)^power + end. Keras:
/// keras.optimizers.schedules.PolynomialDecay.
///   PolynomialDecay rate({.initial_learning_rate = 0.1, .decay_steps = 100, .end_learning_rate = 0.01});
///   rate(50);   // -> 0.055
///   rate(500);  // -> 0.01
LINNET_SCHEDULE(PolynomialDecay)

struct PiecewiseConstantDecayOptions {
  std::vector<double> boundaries = {}, values = {};
  std::string name = "PiecewiseConstant";
};
/// values[i] up to and including step boundaries[i]; the last value after all boundaries. Keras:
/// keras.optimizers.schedules.PiecewiseConstantDecay.
///   PiecewiseConstantDecay rate({.boundaries = {100, 200}, .values = {0.1, 0.01, 0.001}});
///   rate(100);  // -> 0.1
///   rate(101);  // -> 0.01
LINNET_SCHEDULE(PiecewiseConstantDecay)

struct CosineDecayOptions {
  double initial_learning_rate = 0;
  std::int64_t decay_steps = 0;
  double alpha = 0;  // the least rate, as a fraction
  std::string name = "CosineDecay";
  std::optional<double> warmup_target = {};
  std::int64_t warmup_steps = 0;
};
/// initial * ((1 - alpha) * (1 + cos(π step / decay_steps)) / 2 + alpha), constant after decay_steps. With a
/// warmup_target: first linearly from initial to the target over warmup_steps, then the decay from there. Keras:
/// keras.optimizers.schedules.CosineDecay.
///   CosineDecay rate({.initial_learning_rate = 0, .decay_steps = 100, .warmup_target = 0.1, .warmup_steps = 10});
///   rate(5);   // -> 0.05
///   rate(10);  // -> 0.1
///   rate(60);  // -> 0.05
LINNET_SCHEDULE(CosineDecay)

struct CosineDecayRestartsOptions {
  double initial_learning_rate = 0;
  std::int64_t first_decay_steps = 0;
  double t_mul = 2, m_mul = 1, alpha = 0;
  std::string name = "SGDRDecay";
};
/// Cosine decays one after another, each t_mul times as long and starting m_mul times as high as the one before.
/// Loshchilov and Hutter, "SGDR", 2016. Keras: keras.optimizers.schedules.CosineDecayRestarts.
///   CosineDecayRestarts rate({.initial_learning_rate = 0.1, .first_decay_steps = 100});
///   rate(50);   // -> 0.05
///   rate(100);  // -> 0.1
///   rate(200);  // -> 0.05
LINNET_SCHEDULE(CosineDecayRestarts)
#undef LINNET_SCHEDULE

}  // namespace linnet
#pragma GCC visibility pop
