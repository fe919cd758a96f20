#include <gtest/gtest.h>

#include <cmath>

#include "linnet/base/random.h"
#include "linnet/initializers/initializers.h"
#include "linnet/initializers/variance_scaling.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

TEST(Initializer, GlorotUniformStaysWithinItsLimit) {
  const Tensor w = GlorotUniform({.seed = 3})({300, 200});
  const double limit = std::sqrt(6.0 / 500);
  EXPECT_LE(max(w).item(), limit);
  EXPECT_GE(min(w).item(), -limit);
  EXPECT_NEAR(stddev(w).item(), limit / std::sqrt(3.0), 1e-3 * limit * 5);
}

TEST(Initializer, HeNormalHasTheStddevOfTheFormulaInSpiteOfTruncation) {
  const Tensor w = HeNormal({.seed = 1})({3, 3, 50, 100});
  EXPECT_NEAR(stddev(w).item(), std::sqrt(2.0 / 450), 0.01 * std::sqrt(2.0 / 450));
}

TEST(Initializer, OrthogonalIsOrthogonalOnItsShorterSide) {
  for (const Shape& shape : {Shape{40, 8}, Shape{8, 40}, Shape{2, 3, 5}}) {
    Tensor q = reshape(Orthogonal({.gain = 2, .seed = 7})(shape, float64), {-1, shape.back()});
    if (q.shape()[0] < q.shape()[1]) q = transpose(q);
    const auto product = matmul(transpose(q), q).to_vector<double>();
    const std::int64_t n = q.shape()[1];
    for (std::int64_t i = 0; i < n * n; ++i)
      EXPECT_NEAR(product[static_cast<std::size_t>(i)], i / n == i % n ? 4 : 0, 1e-12);
  }
}

TEST(Initializer, ASeedGivesTheSameValuesEveryTime) {
  const GlorotUniform seeded({.seed = 5}), free;
  EXPECT_EQ(seeded({4, 4}).to_vector(), seeded({4, 4}).to_vector());
  EXPECT_NE(free({4, 4}).to_vector(), free({4, 4}).to_vector());
  set_random_seed(9);
  const auto first = free({4, 4}).to_vector();
  set_random_seed(9);
  EXPECT_EQ(free({4, 4}).to_vector(), first);
}

TEST(Initializer, ConfigsComeBack) {
  for (const AnyInitializer& each : std::vector<AnyInitializer>{
           Zeros(), Ones(), Constant(0.5), Constant(tensor({{1, 2}, {3, 4}})),
           RandomNormal({.mean = 1, .stddev = 2, .seed = 3}), RandomUniform(), TruncatedNormal(),
           VarianceScaling({.scale = 2, .mode = "fan_out"}), LecunNormal({.seed = 1}), Orthogonal(),
           STFT({.side = "imag", .window = std::nullopt})}) {
    const auto again = Initializer::from_config(to_value(each));
    EXPECT_EQ(again->class_name(), each->class_name());
    EXPECT_EQ(again->config(), each->config());
  }
}

TEST(Initializer, ConstantTensorsBroadcast) {
  const Constant row(tensor({1, 2}));
  EXPECT_EQ(row({2, 2}).to_vector(), (std::vector<float>{1, 2, 1, 2}));
  EXPECT_EQ(row({2}, float64).dtype(), float64);
  const auto read = Initializer::from_config(object_config("Constant", {{"value", List{List{1, 2}, List{3, 4}}}}));
  EXPECT_EQ((*read)({2, 2}).to_vector(), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_THROW(row({2, 3}), InvalidArgument);
  EXPECT_THROW(row({}), InvalidArgument);
  EXPECT_THROW(Constant{Tensor()}, InvalidArgument);
  EXPECT_THROW(Initializer::from_config(object_config("Constant", {{"value", List{List{1, 2}, List{3}}}})),
               InvalidArgument);
}

TEST(Initializer, SaysWhatIsWrong) {
  EXPECT_THROW(Initializer::from_config(object_config("Zeros", {{"value", 1}})), InvalidArgument);
  EXPECT_THROW(Initializer::from_config(object_config("Constant", {{"values", 1}})), InvalidArgument);
  EXPECT_THROW(Initializer::get("glorot"), InvalidArgument);
  EXPECT_THROW(VarianceScaling({.mode = "fan"}), InvalidArgument);
  EXPECT_THROW(Orthogonal()({3}), InvalidArgument);
}

}  // namespace
}  // namespace linnet
