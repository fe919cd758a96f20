#include <gtest/gtest.h>

#include "linnet/constraints/constraints.h"

namespace linnet {
namespace {

TEST(Constraint, Projections) {
  const Tensor w = tensor({{3, 0.3}, {-4, 0.4}}, float64);  // columns of norm 5 and 0.5
  auto expect = [](const Tensor& got, const std::vector<double>& wanted) {
    const auto values = got.to_vector<double>();
    for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(values[i], wanted[i], 1e-6);
  };
  expect(MaxNorm({.max_value = 2})(w), {1.2, 0.3, -1.6, 0.4});
  expect(UnitNorm()(w), {0.6, 0.6, -0.8, 0.8});
  expect(NonNeg()(w), {3, 0.3, 0, 0.4});
  expect(MinMaxNorm({.min_value = 1, .max_value = 2, .rate = 0.5})(w), {2.1, 0.45, -2.8, 0.6});
  expect(UnitNorm({.axis = {0, 1}})(tensor({{3, 0}, {0, 4}}, float64)), {0.6, 0, 0, 0.8});
}

TEST(Constraint, ConfigsComeBack) {
  for (const AnyConstraint& each :
       std::vector<AnyConstraint>{MaxNorm({.max_value = 3, .axis = {0, 1}}), NonNeg(), UnitNorm(), MinMaxNorm()})
    EXPECT_EQ(Constraint::from_config(to_value(each))->config(), each->config());
  EXPECT_EQ(Constraint::get("max_norm")->class_name(), "MaxNorm");
}

}  // namespace
}  // namespace linnet
