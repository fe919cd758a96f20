#include "linnet/layers/lambda.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linnet/layers/dense.h"
#include "linnet/layers/graph.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"

namespace linnet {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(Lambda, IsItsFunction) {
  EXPECT_EQ(Lambda([](const Tensor& x) { return x * 2; })(tensor({1, 2})).to_vector(), (std::vector<float>{2, 4}));
  Lambda difference([](const Tensors& xs) { return xs[0] - xs[1]; });
  EXPECT_EQ(difference({tensor({3, 5}), tensor({1, 1})}).to_vector(), (std::vector<float>{2, 4}));
}

TEST(Lambda, FindsItsShapeInAGraph) {
  const Tensor y = Lambda([](const Tensor& t) { return mean(t, 1); })(Dense(3)(Input({4})));
  EXPECT_EQ(y.shape(), Shape({-1}));
}

TEST(Lambda, LetsGradientsThrough) {
  Tensor x = tensor({1, 2});
  x.set_requires_grad(true);
  sum(Lambda([](const Tensor& t) { return t * t; })(x)).backward();
  EXPECT_EQ(x.grad().to_vector(), (std::vector<float>{2, 4}));
}

TEST(Lambda, SaysWhatItCannotDo) {
  Lambda one([](const Tensor& t) { return t; }, {.name = "same"});
  EXPECT_THAT(
      [&] {
        one({tensor({1}), tensor({2})});
      },
      ThrowsMessage<InvalidArgument>(HasSubstr("[Lambda \"same\"] expected one input, received 2")));
  EXPECT_THAT([&] { one.config(); },
              ThrowsMessage<InvalidArgument>(HasSubstr("[Lambda \"same\"] expected a layer that can be saved")));
}

}  // namespace
}  // namespace linnet
