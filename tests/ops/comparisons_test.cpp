// Comparison operators: the named functions, elementwise.
#include "linnet/ops/comparisons.h"

#include <gtest/gtest.h>

#include "linnet/tensor/variable.h"

namespace linnet {
namespace {

using Numbers = std::vector<double>;

TEST(Comparisons, AreElementwise) {
  const Tensor a = tensor({1, 2, 3}), b = tensor({3, 2, 1});
  EXPECT_EQ((a > b).to_vector<double>(), (Numbers{0, 0, 1}));
  EXPECT_EQ((a >= b).to_vector<double>(), (Numbers{0, 1, 1}));
  EXPECT_EQ((a < b).to_vector<double>(), (Numbers{1, 0, 0}));
  EXPECT_EQ((a <= b).to_vector<double>(), (Numbers{1, 1, 0}));
  EXPECT_EQ((a == b).to_vector<double>(), (Numbers{0, 1, 0}));
  EXPECT_EQ((a != b).to_vector<double>(), (Numbers{1, 0, 1}));
  EXPECT_EQ((a > b).dtype(), boolean);
}

TEST(Comparisons, TakeNumbersOnBothSides) {
  const Tensor a = tensor({1, 2, 3});
  EXPECT_EQ((a == 2).to_vector<double>(), (Numbers{0, 1, 0}));
  EXPECT_EQ((2 > a).to_vector<double>(), (Numbers{1, 0, 0}));
  EXPECT_EQ((a != 2.0).to_vector<double>(), (Numbers{1, 0, 1}));
}

TEST(Comparisons, OfVariablesStillAskForTheSameWeight) {
  const Variable a("a", tensor({1, 2})), b("b", tensor({1, 2}));
  EXPECT_TRUE(a == a);
  EXPECT_FALSE(a == b);
  EXPECT_EQ((a > 1).to_vector<double>(), (Numbers{0, 1}));
}

}  // namespace
}  // namespace linnet
