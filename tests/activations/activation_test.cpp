#include "linnet/activations/activation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "linnet/ops/reduce.h"
#include "linnet/tensor/autograd.h"

namespace linnet {
namespace {
using testing::HasSubstr;

const std::vector<double> points = {-3.5, -1, -0.25, 0.25, 1, 3.5};

void expect_values(const std::string& name, const Config& arguments, double (*wanted)(double)) {
  const Tensor x = from_vector(points);
  const auto y = ActivationFunction::get(name, arguments)(x).to_vector<double>();
  for (std::size_t i = 0; i < points.size(); ++i)
    EXPECT_NEAR(y[i], wanted(points[i]), 1e-12) << name << " " << points[i];
}

TEST(Activation, ComputesKerasFormulas) {
  expect_values("celu", {{"alpha", 0.5}}, [](double x) { return x > 0 ? x : 0.5 * std::expm1(x / 0.5); });
  expect_values("hard_sigmoid", {}, [](double x) { return std::clamp(x / 6 + 0.5, 0.0, 1.0); });
  expect_values("mish", {}, [](double x) { return x * std::tanh(std::log1p(std::exp(x))); });
  expect_values("soft_shrink", {}, [](double x) { return x > 0.5 ? x - 0.5 : x < -0.5 ? x + 0.5 : 0; });
  expect_values("squareplus", {{"b", 2}}, [](double x) { return (x + std::sqrt(x * x + 2)) / 2; });
  expect_values("sparse_plus", {}, [](double x) { return x <= -1 ? 0 : x >= 1 ? x : (x + 1) * (x + 1) / 4; });
  expect_values("threshold", {{"threshold", 0.5}, {"default_value", -1}}, [](double x) { return x > 0.5 ? x : -1; });
  expect_values("relu", {{"negative_slope", 0.1}, {"max_value", 2}, {"threshold", 0.5}}, [](double x) {
    return x >= 2 ? 2 : x > 0.5 ? x : 0.1 * (x - 0.5);
  });
}

TEST(Activation, SparsemaxSubtractsKerasThreshold) {
  // Row 1: the largest stands out, support {3}, tau = 3 - 1. Row 2: support {2.5, 2}, tau = (2.5 + 4.5 - 1) / 2.
  const auto y = sparsemax(tensor({{0, 3, 1}, {2.5, 2, -3}, {0, 0, 0}}, float64)).to_vector<double>();
  EXPECT_THAT(
      y, testing::Pointwise(testing::DoubleNear(1e-12), std::vector<double>{0, 1, 0, 0, 0, 0, 1. / 3, 1. / 3, 1. / 3}));
}

TEST(Activation, SoftmaxOverSeveralAxesSumsToOne) {
  const Tensor x = random_normal({2, 3, 4});
  const auto sums = sum(softmax(x, std::vector<int>{0, 2}), {0, 2}).to_vector();
  for (const float each : sums) EXPECT_NEAR(each, 1, 1e-6);
}

TEST(Activation, KeepsTheNameOfAKnownFunction) {
  const ActivationFunction by_function = relu, by_name = "relu";
  EXPECT_EQ(by_function.name(), "relu");
  EXPECT_EQ(by_function.config(), by_name.config());
  EXPECT_EQ(by_name.fused(), FusedActivation::relu);
  EXPECT_TRUE(ActivationFunction().is_linear());
  EXPECT_FALSE(ActivationFunction(gelu).has_fused());
}

TEST(Activation, ArgumentsSurviveTheConfig) {
  const ActivationFunction leaky = ActivationFunction::get("leaky_relu", {{"negative_slope", 0.5}});
  const ActivationFunction again = ActivationFunction::get(leaky.config());
  EXPECT_EQ(again(tensor({-2}, float32)).item(), -1);
  EXPECT_FALSE(again.has_fused());
}

TEST(Activation, SaysWhatIsWrong) {
  try {
    ActivationFunction("rellu");
    FAIL();
  } catch (const InvalidArgument& error) {
    EXPECT_THAT(error.what(), HasSubstr("[activation] unknown name \"rellu\""));
  }
  EXPECT_THROW(ActivationFunction::get("relu", {{"slope", 1}}), InvalidArgument);
  EXPECT_THROW(glu(zeros({2, 3})), InvalidArgument);
}

TEST(Activation, FunctionsOfOnesOwnHaveNames) {
  register_activation("cube", [](const Tensor& x) { return x * x * x; });
  for (const ActivationFunction& cube : {ActivationFunction("cube"), ActivationFunction::get(Value("cube"))}) {
    EXPECT_EQ(cube(tensor({2, -1})).to_vector(), (std::vector<float>{8, -1}));
    EXPECT_EQ(cube.name(), "cube");
    EXPECT_EQ(cube.config(), Value("cube"));
    EXPECT_FALSE(cube.has_fused());
  }
  EXPECT_THROW(register_activation("ReLU", [](const Tensor& x) { return x; }), InvalidArgument);
  EXPECT_THROW(register_activation("nothing", nullptr), InvalidArgument);
  EXPECT_THROW(ActivationFunction::get("cube", {{"power", 2}}), InvalidArgument);
}

}  // namespace
}  // namespace linnet
