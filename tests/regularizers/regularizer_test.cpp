#include <gtest/gtest.h>

#include "linnet/regularizers/regularizers.h"

namespace linnet {
namespace {

TEST(Regularizer, Penalties) {
  const Tensor w = tensor({{1, -2}, {3, 0}}, float64);
  EXPECT_NEAR(L1(0.1)(w).item(), 0.6, 1e-12);
  EXPECT_NEAR(L2()(w).item(), 0.14, 1e-12);
  EXPECT_NEAR(L1L2({.l1 = 0.1, .l2 = 0.01})(w).item(), 0.74, 1e-12);
  EXPECT_EQ(L1L2()(w).item(), 0);
}

TEST(Regularizer, OrthogonalRowsCostNothing) {
  const OrthogonalRegularizer rows({.factor = 0.5});
  EXPECT_NEAR(rows(tensor({{1, 0}, {0, 2}}, float64)).item(), 0, 1e-12);
  EXPECT_NEAR(rows(tensor({{1, 0}, {3, 0}}, float64)).item(), 0.5, 1e-6);
  EXPECT_THROW(rows(zeros({2, 2, 2})), InvalidArgument);
}

TEST(Regularizer, ConfigsComeBack) {
  for (const AnyRegularizer& each : std::vector<AnyRegularizer>{L1(0.2), L2(0.3), L1L2({.l1 = 1, .l2 = 2}),
                                                                OrthogonalRegularizer({.mode = "columns"})})
    EXPECT_EQ(Regularizer::from_config(to_value(each))->config(), each->config());
  EXPECT_EQ(Regularizer::get("l2")->config(), L2().config());
  EXPECT_THROW(L2(-1), InvalidArgument);
  EXPECT_EQ(Regularizer::from_config(object_config("L1", {{"l1", Value()}}))->config(), L1().config());  // as Keras
  EXPECT_THROW(Regularizer::from_config(object_config("L2", {{"l1", 1}})), InvalidArgument);
}

}  // namespace
}  // namespace linnet
