// Optimizers around other optimizers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "linnet/optimizers/optimizer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct LossScaleOptimizerOptions {
  AnyOptimizer inner_optimizer = {};  // required; without a loss_scale_factor of its own
  double initial_scale = 32768;
  std::int64_t dynamic_growth_steps = 2000;
  std::string name = "loss_scale_optimizer";
};
/// Multiplies the loss by a scale, so that small gradients do not vanish in numbers of few digits, and divides the
/// gradients again. A gradient that is not finite halves the scale, and the step is left out; after
/// dynamic_growth_steps finite ones the scale is doubled. Keras: keras.optimizers.LossScaleOptimizer.
///   Variable w("w", ones({1}));
///   LossScaleOptimizer optimizer({.inner_optimizer = SGD({.learning_rate = 0.1}), .initial_scale = 1024});
///   optimizer.build({w});
///   Tensor loss = optimizer.scale_loss(sum(w * 0.5));  // -> 512
///   optimizer.apply(gradients(loss, Variables{w}));
///   w.value();                                         // -> {0.95}
class LossScaleOptimizer final : public Optimizer {
 public:
  using Options = LossScaleOptimizerOptions;
  static constexpr const char* class_name_of = "LossScaleOptimizer";
  explicit LossScaleOptimizer(Options options);
  /// The one inside, which makes the steps.
  const AnyOptimizer& inner_optimizer() const { return options_.inner_optimizer; }
  void build(const Variables& trainable) override;
  void apply(const Gradients& gradients) override;
  Tensor scale_loss(const Tensor& loss) const override;
  void finalize_variable_values(const Variables& trainable) override;
  void swap_averages(bool shown) override { options_.inner_optimizer->swap_averages(shown); }
  std::int64_t iterations() const override { return options_.inner_optimizer->iterations(); }
  double learning_rate() const override { return options_.inner_optimizer->learning_rate(); }
  void set_learning_rate(double value) override { options_.inner_optimizer->set_learning_rate(value); }
  bool has_schedule() const override { return options_.inner_optimizer->has_schedule(); }
  void set_schedule(const Handle<LearningRateSchedule>& schedule) override {
    options_.inner_optimizer->set_schedule(schedule);
  }
  Variables variables() const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  void update(std::span<Step>, double, std::int64_t) override {}

 private:
  Options options_;
  Variable step_counter_, scale_;
};

/// Which weights an optimizer of a MultiOptimizer is for.
struct OptimizerRule {
  AnyOptimizer optimizer;  ///< for the weights that match
  std::string pattern;     ///< a regular expression that matches somewhere in their paths: "dense_1/", "bias$"
};
struct MultiOptimizerOptions {
  std::optional<std::vector<OptimizerRule>> optimizer_map = {};  // required
  std::string name = "multi_optimizer";
};
/// Different optimizers for different weights. A weight that no rule matches stays as it is; one that several match is
/// an error. The learning rate is the first optimizer's; set_learning_rate() sets that. Keras:
/// keras.optimizers.MultiOptimizer.
///   Variable body("body", ones({1})), head("head", ones({1}));
///   SGD slow({.learning_rate = 0.1}), fast({.learning_rate = 1.0});
///   MultiOptimizer optimizer({.optimizer_map = {{{slow, "^body"}, {fast, "^head"}}}});
///   optimizer.apply({{body, tensor({0.5})}, {head, tensor({0.5})}});
///   body.value();  // -> {0.95}
///   head.value();  // -> {0.5}
class MultiOptimizer final : public Optimizer {
 public:
  using Options = MultiOptimizerOptions;
  static constexpr const char* class_name_of = "MultiOptimizer";
  explicit MultiOptimizer(Options options);
  void build(const Variables& trainable) override;
  void apply(const Gradients& gradients) override;
  void finalize_variable_values(const Variables& trainable) override;
  void swap_averages(bool shown) override;
  std::int64_t iterations() const override { return first().iterations(); }
  double learning_rate() const override { return first().learning_rate(); }
  void set_learning_rate(double value) override { first().set_learning_rate(value); }
  bool has_schedule() const override { return first().has_schedule(); }
  void set_schedule(const Handle<LearningRateSchedule>& schedule) override { first().set_schedule(schedule); }
  Variables variables() const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  void update(std::span<Step>, double, std::int64_t) override {}

 private:
  Optimizer& first() const;
  std::vector<OptimizerRule> rules() const { return options_.optimizer_map.value_or(std::vector<OptimizerRule>()); }
  /// The place of its rule, if there is one.
  std::optional<std::size_t> rule_of(const Variable& weight) const;
  /// What build() finds out; shared by copies.
  struct Plan {
    Variables weights;
    std::vector<std::optional<std::size_t>> rules;  // one a weight
    std::vector<Gradients> shares;                  // by rule: kept for their memory
  };
  Options options_;
  std::shared_ptr<Plan> plan_ = std::make_shared<Plan>();
};

}  // namespace linnet
#pragma GCC visibility pop
