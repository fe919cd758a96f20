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

/// Is there a place in the weight's path (or name, where it has no path) that the regular expression matches? Throws
/// `[who] expected a regular expression …`.
bool path_matches(const Variable& weight, const std::string& pattern, const std::string& who);

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
  /// Weights whose path one of these regular expressions matches are not decayed: {"bias", "gamma$"}.
  std::optional<std::vector<std::string>> exclude_from_weight_decay = {};
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
  std::optional<std::vector<std::string>> exclude_from_weight_decay = {};                   \
  std::string name = default_name

/// What every optimizer is: apply() makes one step with the gradients of the weights. An object with state held by
/// handle: copies go on with the same slots, iterations and learning rate. Keras: keras.optimizers.Optimizer.
///   Variable w("w", tensor({3, 4}));
///   SGD optimizer({.learning_rate = 0.1});
///   optimizer.apply(gradients(sum(square(w)), Variables{w}));  // the gradient of w² is 2 w
///   w.value();                                                 // -> {2.4, 3.2}
class Optimizer {
 public:
  explicit Optimizer(OptimizerOptions options);
  virtual ~Optimizer() = default;

  /// Creates the slots for these weights (once; called by the first apply otherwise).
  virtual void build(const Variables& trainable);
  bool built() const;
  /// One step: accumulate, clip, decay, update, constrain, average, in Keras's order; then iterations += 1. Weights
  /// with an empty gradient are left as they are (a warning, once, if some; an error if all). Throws when the weights
  /// are not those it was built for.
  ///   Dense layer(1);
  ///   Tensor loss = mean(square(layer(ones({4, 2})) - 1));
  ///   SGD().apply(gradients(loss, layer.trainable_weights()));
  virtual void apply(const Gradients& gradients);
  /// The rule of this optimizer for one weight, and no more: without clipping, decay, accumulation, averages and
  /// constraints, and without counting. `iteration` counts from 0. For an optimizer that is built of another one.
  void update_weight(const Variable& weight, const Tensor& gradient, double learning_rate, std::int64_t iteration);
  /// loss * loss_scale_factor, where one is set (apply divides the gradients).
  virtual Tensor scale_loss(const Tensor& loss) const;
  /// Writes the averaged weights into the weights (use_ema; called at the end of fit).
  virtual void finalize_variable_values(const Variables& trainable);
  /// Exchanges the weights and their averages (use_ema). `shown`: are the averages in the model then?
  /// finalize_variable_values() has to know. Throws without use_ema or before build().
  virtual void swap_averages(bool shown);
  /// Adds to the option of that name; before build().
  void exclude_from_weight_decay(const std::vector<std::string>& patterns);

  virtual std::int64_t iterations() const;
  /// float32, as Keras keeps it; of a schedule: its value at the present iteration.
  virtual double learning_rate() const;
  /// Throws with a schedule.
  virtual void set_learning_rate(double value);
  virtual bool has_schedule() const;
  /// From now on the learning rate is that of a schedule; variables() has none any more.
  virtual void set_schedule(const Handle<LearningRateSchedule>& schedule);

  /// Keras's order: iteration (int64 scalar), learning_rate (float32 scalar, if not a schedule), then the slots, in the
  /// order in which Keras creates them. Paths as Keras: "adam/dense_kernel_momentum".
  virtual Variables variables() const;
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
  /// A slot: "adam/kernel_momentum" for the name "momentum", "adam/kernel" for none; and its first value.
  struct Slot {
    std::string name;
    Tensor initial;
  };
  /// The groups of slots of one weight. Default: slot_groups(), each of the weight's shape, initial_slot_value()
  /// everywhere. For an optimizer whose slots differ from weight to weight; the number of groups may not.
  virtual std::vector<std::vector<Slot>> slots_of(const Variable& weight) const;
  /// By how much this weight decays; the option, unless an optimizer has several.
  virtual std::optional<double> weight_decay_of(const Variable& weight) const;
  /// Variables that belong to no weight, after the slots in variables().
  virtual Variables extra_variables() const { return {}; }
  /// A weight, its gradient (of its dtype, dense) and its slots, in the order of slot_groups().
  struct Step {
    Variable weight;
    Tensor gradient;
    std::span<Variable> slots;
  };
  /// The weights it was built for, without gradients, and their slots.
  std::vector<Step> weights_and_slots() const;
  /// The rule of this optimizer, for all weights at once, without recording. `iteration` counts from 0.
  virtual void update(std::span<Step> steps, double learning_rate, std::int64_t iteration) = 0;
  /// Writes what may not be as it was given, the learning rate and the exclusions, into a config written from options.
  Config with_learning_rate(Config config) const;

 private:
  struct State;
  /// Adds the gradients up; true when this call is one that updates, with the means in their place.
  bool accumulate();
  void clip_gradients();
  void decay(double rate);
  void average(std::int64_t iteration);
  std::shared_ptr<State> state_;
};

extern template class Handle<Optimizer>;
using AnyOptimizer = Handle<Optimizer>;

}  // namespace linnet
#pragma GCC visibility pop
