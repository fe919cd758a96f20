// Optimizers: what is common to all. Keras: keras.optimizers.Optimizer (base_optimizer.py).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/config.h"
#include "linnet/base/handle.h"
#include "linnet/optimizers/schedule.h"
#include "linnet/tensor/variable.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Options every optimizer has; each optimizer's own options struct repeats these fields (so that designated
/// initializers name them directly) and copies them here.
struct OptimizerOptions {
  LearningRate learning_rate = 0.001;
  std::optional<double> weight_decay = {};  // decoupled: w -= lr * wd * w before the step
  std::optional<double> clipnorm = {};      // at most one of the three clips
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<int> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<int> gradient_accumulation_steps = {};  // at least 2
  std::string name = {};
};

/// The fields of OptimizerOptions at the head of an optimizer's own options struct, with its defaults.
#define LINNET_OPTIMIZER_OPTIONS(default_learning_rate, default_weight_decay, default_name) \
  LearningRate learning_rate = default_learning_rate;                                       \
  std::optional<double> weight_decay = default_weight_decay;                                \
  std::optional<double> clipnorm = {};                                                      \
  std::optional<double> clipvalue = {};                                                     \
  std::optional<double> global_clipnorm = {};                                               \
  bool use_ema = false;                                                                     \
  double ema_momentum = 0.99;                                                               \
  std::optional<int> ema_overwrite_frequency = {};                                          \
  std::optional<double> loss_scale_factor = {};                                             \
  std::optional<int> gradient_accumulation_steps = {};                                      \
  std::string name = default_name

/// An object with state held by handle: copies go on with the same slots, iterations and learning rate.
class Optimizer {
 public:
  explicit Optimizer(OptimizerOptions options);
  virtual ~Optimizer() = default;

  /// Creates the slots for these weights (once; called by the first apply otherwise).
  void build(const Variables& trainable);
  bool built() const;
  /// One step: accumulate, clip, decay, update, constrain, average, in Keras's order; then iterations += 1. Weights
  /// with an empty gradient are left as they are (a warning, once, if some; an error if all). Throws when the weights
  /// are not those it was built for.
  ///   optimizer.apply(gradients(loss, model.trainable_weights()));
  void apply(const Gradients& gradients);
  /// loss * loss_scale_factor, where one is set (apply divides the gradients).
  Tensor scale_loss(const Tensor& loss) const;
  /// Writes the averaged weights into the weights (use_ema; called at the end of fit).
  void finalize_variable_values(const Variables& trainable);

  std::int64_t iterations() const;
  /// float32, as Keras keeps it; of a schedule: its value at the present iteration.
  double learning_rate() const;
  /// Throws with a schedule.
  void set_learning_rate(double value);
  bool has_schedule() const;

  /// Keras's order: iteration (int64 scalar), learning_rate (float32 scalar, if not a schedule), then the slots, in the
  /// order in which Keras creates them. Paths as Keras: "adam/dense_kernel_momentum".
  Variables variables() const;
  const std::string& name() const;
  virtual std::string class_name() const = 0;
  virtual Config config() const = 0;

  /// "adam", "Adam", "rmsprop", …; throws `[optimizer] unknown …` listing the names.
  static std::shared_ptr<Optimizer> get(std::string_view name);
  static std::shared_ptr<Optimizer> from_config(const Value& value);

 protected:
  /// Names of the slots each weight gets: a group is created for all weights before the next one, as Keras does, e.g.
  /// {{"momentum", "velocity"}} or {{"velocity"}, {"momentum"}}. They start at initial_slot_value().
  virtual std::vector<std::vector<std::string>> slot_groups() const { return {}; }
  virtual double initial_slot_value() const { return 0; }
  /// Variables that belong to no weight, after the slots in variables().
  virtual Variables extra_variables() const { return {}; }
  /// A weight, its gradient (of its dtype, dense) and its slots, in the order of slot_groups().
  struct Step {
    Variable weight;
    Tensor gradient;
    std::span<Variable> slots;
  };
  /// The rule of this optimizer, for all weights at once, without recording. `iteration` counts from 0.
  virtual void update(std::span<Step> steps, double learning_rate, std::int64_t iteration) = 0;
  /// Writes the present learning rate, which may not be the one given, into a config written from options.
  Config with_learning_rate(Config config) const;

 private:
  struct State;
  /// Adds the gradients up; true when this call is one that updates, with the means in their place.
  bool accumulate();
  void clip_gradients();
  void average(std::int64_t iteration);
  std::shared_ptr<State> state_;
};

using AnyOptimizer = Handle<Optimizer>;

}  // namespace linnet
#pragma GCC visibility pop
