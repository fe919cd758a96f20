#include <functional>

#include "linnet/kernels/reference/reference.h"
#include "linnet/kernels/update_rules.h"
#include "tests/kernels/views.h"

namespace linnet::kernels {
namespace {

using Layout = Generator::Layout;
using Step = std::function<void(std::span<const Parameter>)>;

/// Weights of several sizes with gradients and positive slots; all of it can be compared.
struct Weights {
  std::vector<Array> values, gradients, slots[3];

  Weights(DType dtype, int slot_count) {
    Generator generator(1);
    for (const Shape& shape :
         {Shape{784, 64}, Shape{64}, Shape{}, Shape{3, 0}, Shape{64, 10}, Shape{70001}, Shape{17, 4, 300}}) {
      values.push_back(generator.array(dtype, shape, Layout::dense));
      gradients.push_back(generator.array(dtype, shape, Layout::dense));
      for (int s = 0; s < slot_count; ++s)
        slots[s].push_back(generator.array(dtype, shape, Layout::dense, s == 0, s == 0 ? 2 : 0.5));
    }
  }
  std::vector<Parameter> parameters() {
    std::vector<Parameter> result;
    for (std::size_t i = 0; i < values.size(); ++i) {
      Parameter p{values[i].view(), gradients[i], {}};
      for (int s = 0; s < 3; ++s)
        if (!slots[s].empty()) p.slots[s] = slots[s][i].view();
      result.push_back(p);
    }
    return result;
  }
};

void expect_equal(Weights& actual, Weights& expected, double relative) {
  auto compare = [&](std::vector<Array>& a, std::vector<Array>& e) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      const auto x = elements(a[i]), y = elements(e[i]);
      for (std::size_t j = 0; j < x.size(); ++j) ASSERT_NEAR(x[j], y[j], relative * (1 + std::abs(y[j])));
    }
  };
  compare(actual.values, expected.values);
  for (int s = 0; s < 3; ++s) compare(actual.slots[s], expected.slots[s]);
}

void expect_same_step(int slots, const Step& fast, const Step& slow) {
  for (DType dtype : {float32, float64}) {
    Weights actual(dtype, slots), expected(dtype, slots);
    for (int step = 0; step < 3; ++step) {
      fast(actual.parameters());
      slow(expected.parameters());
    }
    expect_equal(actual, expected, 0);
  }
  const int before = num_threads();
  set_num_threads(1);
  Weights serial(float32, slots);
  fast(serial.parameters());
  for (int threads : {2, 3, 4}) {
    set_num_threads(threads);
    Weights parallel(float32, slots);
    fast(parallel.parameters());
    expect_equal(parallel, serial, 0);
  }
  set_num_threads(before);
}

TEST(Optimizers, EqualTheReferenceForAnyNumberOfThreads) {
  for (double momentum : {0.0, 0.9})
    for (bool nesterov : {false, true})
      expect_same_step(
          momentum > 0, [=](auto p) { sgd_step(p, 0.01, momentum, nesterov); },
          [=](auto p) { reference::sgd_step(p, 0.01, momentum, nesterov); });
  for (double momentum : {0.0, 0.9})
    for (bool centered : {false, true})
      expect_same_step(
          1 + (momentum > 0) + centered, [=](auto p) { rmsprop_step(p, 0.01, 0.9, momentum, 1e-7, centered); },
          [=](auto p) { reference::rmsprop_step(p, 0.01, 0.9, momentum, 1e-7, centered); });
  for (bool amsgrad : {false, true})
    expect_same_step(
        2 + amsgrad, [=](auto p) { adam_step(p, 0.001, 0.9, 0.999, 1e-7, amsgrad); },
        [=](auto p) { reference::adam_step(p, 0.001, 0.9, 0.999, 1e-7, amsgrad); });
}

TEST(Optimizers, RulesEqualTheirReference) {
  const std::vector<std::pair<int, UpdateRule>> rules = {
      {2, NadamRule{0.01, 0.9, 0.999, 1e-7, 1.2, 0.3, 0.2}},
      {2, AdamaxRule{0.01, 0.9, 0.999, 1e-7}},
      {1, AdagradRule{0.01, 1e-7}},
      {2, AdadeltaRule{0.5, 0.95, 1e-7}},
      {1, LionRule{0.01, 0.9, 0.99}},
      {2, FtrlRule{0.01, 0.5, 0.1, 0.2, 0.3}},
      {2, FtrlRule{0.01, 0.7, 0.1, 0.2, 0.3}},
      {2, ScheduleFreeRule{0.01, 0.9, 0.999, 1e-8, 0.5, 0.25}},
  };
  for (const auto& each : rules) {
    const UpdateRule& rule = each.second;
    expect_same_step(
        each.first, [&](auto p) { update_step(p, rule); }, [&](auto p) { reference::update_step(p, rule); });
  }
}

TEST(AdamStep, FollowsItsFormula) {
  Array w(float64, {1}), g(float64, {1}), m(float64, {1}), v(float64, {1});
  fill(1, w.view());
  fill(0.5, g.view());
  const Parameter parameter{w.view(), g, {m.view(), v.view(), {}}};
  adam_step({&parameter, 1}, 0.1, 0.9, 0.99, 0.01, false);
  EXPECT_NEAR(elements(m)[0], 0.05, 1e-15);
  EXPECT_NEAR(elements(v)[0], 0.0025, 1e-15);
  EXPECT_NEAR(elements(w)[0], 1 - 0.1 * 0.05 / (0.05 + 0.01), 1e-15);
}

}  // namespace
}  // namespace linnet::kernels
