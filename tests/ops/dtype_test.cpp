// What comes out when dtypes meet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

using ::testing::ElementsAre;

TEST(Dtypes, MeetInTheWider) {
  EXPECT_EQ((ones({1}, int32) + ones({1}, uint8)).dtype(), int32);
  EXPECT_EQ((ones({1}, int64) + ones({1}, bfloat16)).dtype(), bfloat16);
  EXPECT_EQ((ones({1}, bfloat16) * ones({1}, float32)).dtype(), float32);
  EXPECT_EQ((ones({1}, float64) - ones({1}, float32)).dtype(), float64);
  EXPECT_EQ((ones({1}, boolean) + ones({1}, boolean)).dtype(), int32);
  EXPECT_EQ((ones({1}, int32) / ones({1}, int32)).dtype(), float32);
  EXPECT_EQ(where(ones({1}, boolean), ones({1}, int32), ones({1})).dtype(), float32);
  EXPECT_EQ(concatenate({ones({1}, uint8), ones({1}, int64)}).dtype(), int64);
  EXPECT_EQ(matmul(ones({1, 1}, uint8), ones({1, 1})).dtype(), float32);
  EXPECT_EQ(linear(ones({1, 1}, uint8), ones({1, 1}, float64)).dtype(), float64);
}

TEST(Dtypes, NumbersTakeTheTensors) {
  EXPECT_EQ((ones({1}, int32) + 1).dtype(), int32);
  EXPECT_EQ((ones({1}, int32) * 0.5).dtype(), float32);
  EXPECT_EQ((ones({1}, bfloat16) * 0.1).dtype(), bfloat16);
  EXPECT_EQ((1 - ones({1}, boolean)).dtype(), int32);
  EXPECT_EQ((ones({1}, float64) / 3).item(), 1.0 / 3);
  EXPECT_THAT(floor_divide(tensor({-7, 7}, int32), 2).to_vector<int>(), ElementsAre(-4, 3));
  EXPECT_THAT(mod(tensor({-7, 7}, int32), 3).to_vector<int>(), ElementsAre(2, 1));
  EXPECT_THAT(floor_divide(tensor({1, 2}, int32), 0).to_vector<int>(), ElementsAre(0, 0));
}

TEST(Dtypes, OfActivations) {
  EXPECT_EQ(relu(tensor({-1, 2}, int32)).dtype(), int32);
  EXPECT_THAT(relu6(tensor({-1, 9}, int32)).to_vector<int>(), ElementsAre(0, 6));
  EXPECT_EQ(sigmoid(tensor({0}, int32)).dtype(), float32);
  EXPECT_EQ(softmax(tensor({0, 0}, int64)).dtype(), float32);
}

TEST(Values, ThatOverflowElsewhere) {
  constexpr float inf = std::numeric_limits<float>::infinity();
  EXPECT_THAT(softmax(tensor({1000, 1000})).to_vector(), ElementsAre(0.5, 0.5));
  EXPECT_FLOAT_EQ(logsumexp(tensor({1000, 1000})).item<float>(), 1000 + std::log(2.0f));
  EXPECT_EQ(logsumexp(tensor({-inf, -inf})).item<float>(), -inf);
  EXPECT_THAT(softplus(tensor({1000, -1000})).to_vector(), ElementsAre(1000, 0));
  EXPECT_THAT(sigmoid(tensor({-1000, 1000})).to_vector(), ElementsAre(0, 1));
  const Tensor x = tensor({1000, -1000}).set_requires_grad();
  sum(elu(x)).backward();
  EXPECT_THAT(x.grad().to_vector(), ElementsAre(1, 0));
}

TEST(Gradients, AtKinks) {
  const auto gradient = [](Tensor (*op)(const Tensor&), std::initializer_list<detail::Number> values) {
    const Tensor x = tensor(values).set_requires_grad();
    sum(op(x)).backward();
    return x.grad().to_vector();
  };
  EXPECT_THAT(gradient([](const Tensor& x) { return relu(x); }, {-1, 0, 1}), ElementsAre(0, 0, 1));
  EXPECT_THAT(gradient([](const Tensor& x) { return abs(x); }, {-1, 0, 1}), ElementsAre(-1, 0, 1));
  EXPECT_THAT(gradient([](const Tensor& x) { return maximum(x, 0); }, {-1, 0, 1}), ElementsAre(0, 0.5, 1));
  EXPECT_THAT(gradient([](const Tensor& x) { return max(x); }, {2, 1, 2}), ElementsAre(0.5, 0, 0.5));
  EXPECT_THAT(gradient([](const Tensor& x) { return prod(x); }, {2, 0, 3}), ElementsAre(0, 6, 0));
  EXPECT_THAT(gradient([](const Tensor& x) { return prod(x); }, {0, 0, 3}), ElementsAre(0, 0, 0));
  EXPECT_THAT(gradient([](const Tensor& x) { return power(x, 2); }, {0, 3}), ElementsAre(0, 6));
  EXPECT_THAT(gradient([](const Tensor& x) { return power(2, x); }, {0}), ElementsAre(std::log(2.0f)));
}

TEST(Dropout, KeepsTheMeanAndRepeatsItself) {
  SeedGenerator a(1), b(1);
  const Tensor x = ones({100000});
  const Tensor y = dropout(x, 0.3, a);
  EXPECT_NEAR(mean(y).item(), 1, 0.02);
  EXPECT_NEAR(mean(equal(y, 0)).item(), 0.3, 0.01);
  EXPECT_EQ(dropout(x, 0.3, b).to_vector(), y.to_vector());
  EXPECT_NE(dropout(x, 0.3, a).to_vector(), y.to_vector());  // the next stream
  EXPECT_EQ(dropout(x, 0, a).to_vector(), x.to_vector());
  EXPECT_EQ(sum(dropout(x, 1, a)).item(), 0);
}

}  // namespace
}  // namespace linnet
