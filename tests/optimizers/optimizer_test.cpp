#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"
#include "linnet/optimizers/optimizers.h"
#include "linnet/optimizers/registry.h"
#include "linnet/optimizers/schedules.h"
#include "linnet/optimizers/wrappers.h"

namespace linnet {
namespace {

Gradients gradient(const Variable& w, double value) { return {{w, full(w.shape(), value, w.dtype())}}; }
double first(const Variable& w) { return w.value().to_vector<double>()[0]; }

TEST(Optimizer, SGDWithMomentumKeepsTheLearningRateInTheVelocity) {
  Variable w("kernel", tensor({1}));
  SGD sgd({.learning_rate = 0.1, .momentum = 0.5});
  sgd.apply(gradient(w, 1));
  EXPECT_NEAR(first(w), 0.9, 1e-6);
  sgd.set_learning_rate(0.01);
  sgd.apply(gradient(w, 1));
  EXPECT_NEAR(first(w), 0.9 - 0.05 - 0.01, 1e-6);
  EXPECT_EQ(sgd.iterations(), 2);
}

TEST(Optimizer, AdamsFirstStepIsTheLearningRate) {
  Variable w("kernel", tensor({1}));
  Adam adam({.learning_rate = 0.01});
  adam.apply(gradient(w, 5));
  EXPECT_NEAR(first(w), 0.99, 1e-5);
  const Variables variables = adam.variables();
  ASSERT_EQ(variables.size(), 4u);
  EXPECT_EQ(variables[0].name(), "iteration");
  EXPECT_EQ(variables[1].name(), "learning_rate");
  EXPECT_EQ(variables[2].name(), "adam/kernel_momentum");
  EXPECT_EQ(variables[3].name(), "adam/kernel_velocity");
}

TEST(Optimizer, ClipsDecaysAndAverages) {
  Variable a("a", tensor({3})), b("b", tensor({4}));
  SGD global({.learning_rate = 1, .global_clipnorm = 1});
  global.apply({{a, tensor({3})}, {b, tensor({4})}});
  EXPECT_NEAR(first(a), 2.4, 1e-6);
  EXPECT_NEAR(first(b), 3.2, 1e-6);

  Variable c("c", tensor({1}));
  SGD decayed({.learning_rate = 0.1, .weight_decay = 0.5, .clipvalue = 2});
  decayed.apply(gradient(c, 100));
  EXPECT_NEAR(first(c), 0.95 - 0.2, 1e-6);

  Variable d("d", tensor({1}));
  SGD averaged({.learning_rate = 1, .use_ema = true, .ema_momentum = 0.5});
  averaged.apply(gradient(d, 1));
  averaged.apply(gradient(d, 1));
  EXPECT_NEAR(first(d), -1, 1e-6);
  averaged.finalize_variable_values({d});
  EXPECT_NEAR(first(d), -0.5, 1e-6);
}

TEST(Optimizer, AccumulatesGradients) {
  Variable w("w", tensor({1}));
  SGD sgd({.learning_rate = 1, .gradient_accumulation_steps = 2});
  sgd.apply(gradient(w, 1));
  EXPECT_EQ(first(w), 1);
  sgd.apply(gradient(w, 3));
  EXPECT_NEAR(first(w), -1, 1e-6);
  EXPECT_EQ(sgd.iterations(), 1);
}

TEST(Optimizer, AppliesConstraintsAndSharesStateAmongCopies) {
  Variable w("w", tensor({1}));
  w.state().constraint = [](const Tensor& x) { return full(x.shape(), 7, x.dtype()); };
  SGD sgd;
  SGD copy = sgd;
  copy.apply(gradient(w, 1));
  EXPECT_EQ(first(w), 7);
  EXPECT_EQ(sgd.iterations(), 1);
}

TEST(Optimizer, AFailedCallChangesNothing) {
  Variable w("w", tensor({1})), other("other", tensor({1}));
  SGD sgd({.learning_rate = 1});
  sgd.build({w});
  EXPECT_THROW(sgd.apply({{w, tensor({1})}, {other, tensor({1})}}), InvalidArgument);
  EXPECT_THROW(sgd.apply({{w, Tensor()}}), InvalidArgument);
  EXPECT_THROW(sgd.apply({{w, zeros({2})}}), InvalidArgument);
  EXPECT_EQ(first(w), 1);
  EXPECT_EQ(sgd.iterations(), 0);
  EXPECT_THROW(SGD({.clipnorm = 1, .clipvalue = 1}), InvalidArgument);
}

TEST(Optimizer, EveryRuleDescends) {
  for (const char* name : {"sgd", "rmsprop", "adam", "adamw", "nadam", "adamax", "adagrad", "adadelta", "lion"}) {
    Variable w("w", tensor({1}));
    const AnyOptimizer optimizer = name;
    for (int step = 0; step < 3; ++step) optimizer->apply(gradient(w, 2));
    EXPECT_LT(first(w), 1) << name;
    EXPECT_EQ(Optimizer::from_config(object_config(optimizer->class_name(), optimizer->config()))->config(),
              optimizer->config())
        << name;
  }
}

TEST(Optimizer, FollowsASchedule) {
  Variable w("w", tensor({0}));
  SGD sgd({.learning_rate = PiecewiseConstantDecay({.boundaries = {0}, .values = {1, 0.5}})});
  sgd.apply(gradient(w, 1));
  sgd.apply(gradient(w, 1));
  EXPECT_NEAR(first(w), -1.5, 1e-6);
  EXPECT_THROW(sgd.set_learning_rate(1), InvalidArgument);
  const auto again = Optimizer::from_config(object_config("SGD", sgd.config()));
  EXPECT_EQ(again->config(), sgd.config());
}

TEST(Optimizer, AScheduleCountsCallsAlsoWhereGradientsAreAccumulated) {
  Variable w("w", tensor({0}));
  SGD sgd({.learning_rate = PiecewiseConstantDecay({.boundaries = {0}, .values = {1, 0.5}}),
           .gradient_accumulation_steps = 2});
  sgd.apply(gradient(w, 1));
  sgd.apply(gradient(w, 1));
  EXPECT_NEAR(first(w), -0.5, 1e-6);  // the first update is the second call
  EXPECT_EQ(sgd.iterations(), 1);
}

TEST(Optimizer, GetsAScheduleLater) {
  SGD sgd({.learning_rate = 1.0});
  LossScaleOptimizer around({.inner_optimizer = sgd});
  around.set_schedule(PiecewiseConstantDecay({.boundaries = {}, .values = {0.25}}));
  EXPECT_TRUE(sgd.has_schedule());
  EXPECT_EQ(sgd.learning_rate(), 0.25);
  EXPECT_EQ(sgd.variables().size(), 1u);
  EXPECT_THROW(sgd.set_schedule(nullptr), InvalidArgument);
  EXPECT_THROW(SGD({.learning_rate = std::shared_ptr<LearningRateSchedule>()}), InvalidArgument);
}

TEST(Optimizer, UpdatesOneWeightByItsRuleAlone) {
  Variable w("w", tensor({1}));
  SGD sgd({.weight_decay = 0.5, .clipnorm = 0.1, .momentum = 0.5});
  sgd.build({w});
  sgd.update_weight(w, tensor({1}), 0.25, 0);
  sgd.update_weight(w, tensor({1}), 0.25, 1);
  EXPECT_NEAR(first(w), 1 - 0.25 - 0.375, 1e-6);
  EXPECT_EQ(sgd.iterations(), 0);
  EXPECT_THROW(sgd.update_weight(w, tensor({1, 2}), 0.25, 0), InvalidArgument);
}

TEST(Schedule, Formulas) {
  const ExponentialDecay exponential({.initial_learning_rate = 0.1, .decay_steps = 10, .decay_rate = 0.5});
  EXPECT_NEAR(exponential(5), 0.1 * std::sqrt(0.5), 1e-8);
  const InverseTimeDecay inverse({.initial_learning_rate = 0.1, .decay_steps = 10, .decay_rate = 1, .staircase = true});
  EXPECT_NEAR(inverse(25), 0.1 / 3, 1e-8);
  const PolynomialDecay polynomial({.initial_learning_rate = 1, .decay_steps = 10, .end_learning_rate = 0, .power = 2});
  EXPECT_NEAR(polynomial(5), 0.25, 1e-7);
  EXPECT_NEAR(polynomial(50), 0, 1e-7);
  const CosineDecay warm({.initial_learning_rate = 0, .decay_steps = 10, .warmup_target = 1.0, .warmup_steps = 4});
  EXPECT_NEAR(warm(2), 0.5, 1e-7);
  EXPECT_NEAR(warm(4), 1, 1e-7);
  EXPECT_NEAR(warm(9), 0.5, 1e-7);
  const CosineDecayRestarts restarts({.initial_learning_rate = 1, .first_decay_steps = 10, .m_mul = 0.5});
  EXPECT_NEAR(restarts(10), 0.5, 1e-6);
  EXPECT_NEAR(restarts(20), 0.25, 1e-6);
  EXPECT_THROW(ExponentialDecay({.initial_learning_rate = 1}), InvalidArgument);
  EXPECT_THROW(CosineDecayRestarts({.initial_learning_rate = 1, .first_decay_steps = 10, .t_mul = 0}), InvalidArgument);
  const CosineDecayRestarts shrinking({.initial_learning_rate = 1, .first_decay_steps = 10, .t_mul = 0.5});
  EXPECT_NEAR(shrinking(10), 1, 1e-6);
  EXPECT_THROW(shrinking(20), InvalidArgument);  // 10 + 5 + 2.5 + …
}

TEST(Optimizer, DecaysAllButWhatIsExcluded) {
  Variable kernel("kernel", tensor({1})), bias("bias", tensor({1}));
  SGD sgd({.learning_rate = 0.1, .weight_decay = 0.5, .exclude_from_weight_decay = {{"bias"}}});
  sgd.apply({{kernel, zeros({1})}, {bias, zeros({1})}});
  EXPECT_NEAR(first(kernel), 0.95, 1e-6);
  EXPECT_EQ(first(bias), 1);
  const auto again = Optimizer::from_config(object_config("SGD", sgd.config()));
  EXPECT_EQ(again->config(), sgd.config());
  EXPECT_THROW(sgd.exclude_from_weight_decay({"kernel"}), InvalidArgument);  // too late
  EXPECT_THROW(SGD({.exclude_from_weight_decay = {{"("}}}), InvalidArgument);
}

TEST(Optimizer, SwapsAverages) {
  Variable w("w", tensor({1}));
  SGD sgd({.learning_rate = 1, .use_ema = true, .ema_momentum = 0.5});
  sgd.apply(gradient(w, 1));
  sgd.apply(gradient(w, 1));  // w = -1, the average -0.5
  sgd.swap_averages(true);
  EXPECT_NEAR(first(w), -0.5, 1e-6);
  sgd.swap_averages(false);
  EXPECT_NEAR(first(w), -1, 1e-6);
  sgd.swap_averages(true);
  sgd.finalize_variable_values({w});
  EXPECT_NEAR(first(w), -0.5, 1e-6);
  EXPECT_THROW(SGD().swap_averages(true), InvalidArgument);
}

TEST(Optimizer, LossScaleFollowsTheGradients) {
  Variable w("w", tensor({1}));
  LossScaleOptimizer scaled(
      {.inner_optimizer = SGD({.learning_rate = 0.1}), .initial_scale = 8, .dynamic_growth_steps = 2});
  EXPECT_EQ(scaled.scale_loss(scalar(2)).item(), 16);
  scaled.apply(gradient(w, 8));
  EXPECT_NEAR(first(w), 0.9, 1e-6);
  scaled.apply(gradient(w, 8));  // the second in a row: the scale doubles
  EXPECT_EQ(scaled.scale_loss(scalar(1)).item(), 16);
  scaled.apply(gradient(w, HUGE_VAL));
  EXPECT_NEAR(first(w), 0.8, 1e-6);
  EXPECT_EQ(scaled.scale_loss(scalar(1)).item(), 8);
  EXPECT_EQ(scaled.iterations(), 2);
  EXPECT_THROW(LossScaleOptimizer({}), InvalidArgument);
  EXPECT_THROW(LossScaleOptimizer({.inner_optimizer = SGD({.loss_scale_factor = 2})}), InvalidArgument);
}

TEST(Optimizer, SeveralForDifferentWeights) {
  Variable kernel("kernel", tensor({1})), bias("bias", tensor({1})), other("other", tensor({1}));
  const std::vector<OptimizerRule> rules = {{SGD({.learning_rate = 0.1}), "kernel"},
                                            {SGD({.learning_rate = 1}), "bias"}};
  MultiOptimizer several({.optimizer_map = rules});
  several.apply({{kernel, ones({1})}, {bias, ones({1})}, {other, ones({1})}});
  EXPECT_NEAR(first(kernel), 0.9, 1e-6);
  EXPECT_NEAR(first(bias), 0, 1e-6);
  EXPECT_EQ(first(other), 1);
  EXPECT_NEAR(several.learning_rate(), 0.1, 1e-6);
  EXPECT_EQ(several.iterations(), 1);
  const auto again = Optimizer::from_config(object_config("MultiOptimizer", several.config()));
  EXPECT_EQ(again->config(), several.config());
  MultiOptimizer twice({.optimizer_map = {{{SGD(), "kernel"}, {SGD(), "k"}}}});
  EXPECT_THROW(twice.build({kernel}), InvalidArgument);
  EXPECT_THROW(MultiOptimizer({}).build({kernel}), InvalidArgument);
}

TEST(Optimizer, ScheduleFreeSwapsBetweenTrainingAndPrediction) {
  Variable w("w", tensor({1}, float64));
  ScheduleFreeAdamW optimizer({.learning_rate = 0.1});
  for (int i = 0; i < 3; ++i) optimizer.apply(gradient(w, 1 + i));
  const double trained = first(w);
  optimizer.swap_to_eval();
  EXPECT_NE(first(w), trained);
  optimizer.swap_to_train();
  EXPECT_NEAR(first(w), trained, 1e-12);
}

TEST(Optimizer, MuonMakesOrthogonalSteps) {
  Variable w("kernel", zeros({2, 3}, float64));
  Muon muon({.learning_rate = 1, .weight_decay = std::nullopt, .rms_rate = std::nullopt});
  muon.apply({{w, tensor({{3, 0, 0}, {0, 0.1, 0}}, float64)}});
  const auto step = w.value().to_vector<double>();
  for (const double x : {-step[0], -step[4]}) {  // both directions have about the same length by now
    EXPECT_GT(x, 0.6);
    EXPECT_LT(x, 1.3);
  }
}

/// Every optimizer: its config makes an equal one, and with its variables copied that one goes on to the bit.
TEST(Optimizer, GoesOnToTheBitFromItsVariables) {
  const std::vector<AnyOptimizer> all = {SGD({.use_ema = true, .momentum = 0.9}),
                                         RMSprop({.centered = true}),
                                         Adam({.amsgrad = true}),
                                         AdamW(),
                                         Nadam(),
                                         Adamax(),
                                         Adagrad(),
                                         Adadelta(),
                                         Lion(),
                                         Ftrl({.learning_rate = 0.1, .beta = 0.5}),
                                         ScheduleFreeAdamW(),
                                         Lamb(),
                                         Adafactor(),
                                         Muon(),
                                         LossScaleOptimizer({.inner_optimizer = Adam()}),
                                         MultiOptimizer({.optimizer_map = {{{Adam(), "kernel"}, {Nadam(), "bias"}}}})};
  for (const AnyOptimizer& before : all) {
    Variable kernel("kernel", reshape(arange(1, 7), {2, 3})), bias("bias", tensor({1, -1, 2}));
    auto gradients_at = [](const Variable& a, const Variable& b, double t) {
      return Gradients{{a, cos(a.value() * t)}, {b, sin(b.value() * t)}};
    };
    for (int t = 1; t <= 3; ++t) before->apply(gradients_at(kernel, bias, t));

    Variable kernel_2("kernel", kernel.value().clone()), bias_2("bias", bias.value().clone());
    const AnyOptimizer after = Optimizer::from_config(object_config(before->class_name(), before->config()));
    after->build({kernel_2, bias_2});
    const Variables from = before->variables(), to = after->variables();
    ASSERT_EQ(from.size(), to.size()) << before->class_name();
    for (std::size_t i = 0; i < to.size(); ++i) {
      EXPECT_EQ(to[i].name(), from[i].name());
      Variable(to[i]).assign(from[i].value());
    }
    for (int t = 4; t <= 6; ++t) {
      before->apply(gradients_at(kernel, bias, t));
      after->apply(gradients_at(kernel_2, bias_2, t));
    }
    EXPECT_EQ(kernel_2.value().to_vector(), kernel.value().to_vector()) << before->class_name();
    EXPECT_EQ(bias_2.value().to_vector(), bias.value().to_vector()) << before->class_name();
  }
}

class SignSGD final : public Optimizer {
 public:
  explicit SignSGD(double rate) : Optimizer({.learning_rate = rate, .name = "sign_sgd"}) {}
  std::string class_name() const override { return "SignSGD"; }
  Config config() const override { return with_learning_rate({}); }
  static SignSGD from_config(const Config& config) { return SignSGD(config.at("learning_rate").as_double()); }

 protected:
  void update(std::span<Step> steps, double rate, std::int64_t) override {
    for (auto& [w, g, slots] : steps) w.assign(w.value() - rate * sign(g));
  }
};

TEST(Optimizer, OfOnesOwnIsFoundByName) {
  register_optimizer<SignSGD>("SignSGD");
  Variable w("w", tensor({1}));
  const AnyOptimizer optimizer = Optimizer::from_config(object_config("SignSGD", SignSGD(0.25).config()));
  optimizer->apply(gradient(w, -7));
  EXPECT_NEAR(first(w), 1.25, 1e-6);
}

}  // namespace
}  // namespace linnet
