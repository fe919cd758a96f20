#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "linnet/optimizers/optimizers.h"
#include "linnet/optimizers/schedules.h"

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
}

}  // namespace
}  // namespace linnet
