#include "linnet/base/random.h"

#include "linnet/kernels/reference/reference.h"
#include "tests/kernels/views.h"

namespace linnet::kernels {
namespace {

struct Moments {
  double mean = 0, variance = 0, low = 0, high = 0;

  explicit Moments(const View& view) {
    const std::vector<double> x = elements(view);
    const auto n = static_cast<double>(x.size());
    for (double element : x) mean += element / n;
    for (double element : x) variance += (element - mean) * (element - mean) / n;
    low = *std::min_element(x.begin(), x.end());
    high = *std::max_element(x.begin(), x.end());
  }
};

constexpr std::int64_t n = 200'000;

TEST(RandomUniform, HasItsMomentsAndBounds) {
  for (DType dtype : {float32, float64}) {
    Array x(dtype, {n});
    random_uniform(1, 2, -3, 5, x);
    const Moments moments(x);
    EXPECT_NEAR(moments.mean, 1, 5 * 8 / std::sqrt(12.0 * n));
    EXPECT_NEAR(moments.variance, 64 / 12.0, 0.05);
    EXPECT_GE(moments.low, -3);
    EXPECT_LT(moments.high, 5);
  }
  Array integers(int32, {n});
  random_uniform(1, 2, 0, 4, integers);
  std::vector<int> counts(4);
  for (double element : elements(integers)) ++counts.at(static_cast<std::size_t>(element));
  for (int count : counts) EXPECT_NEAR(count, n / 4, 5 * std::sqrt(n / 4.0));
}

TEST(RandomNormal, HasItsMoments) {
  for (DType dtype : {float32, float64}) {
    Array x(dtype, {n});
    random_normal(3, 4, 2, 0.5, false, x);
    const Moments moments(x);
    EXPECT_NEAR(moments.mean, 2, 5 * 0.5 / std::sqrt(n));
    EXPECT_NEAR(moments.variance, 0.25, 0.005);
    EXPECT_GT(moments.high, 2 + 0.5 * 3.5);
  }
}

TEST(RandomNormal, TruncatesAtTwoStandardDeviations) {
  Array x(float32, {n});
  random_normal(3, 4, 2, 0.5, true, x);
  const Moments moments(x);
  EXPECT_NEAR(moments.mean, 2, 0.006);
  EXPECT_NEAR(moments.variance, 0.25 * 0.7737413, 0.005);  // of the truncated distribution
  EXPECT_GE(moments.low, 1);
  EXPECT_LE(moments.high, 3);
}

TEST(Random, DependsOnSeedStreamAndPositionOnly) {
  auto drawn = [](std::uint64_t seed, std::uint64_t stream, const Shape& shape, const Strides& strides) {
    Array x(float32, shape, strides, 0);
    random_uniform(seed, stream, 0, 1, x);
    return elements(x);
  };
  const auto base = drawn(1, 2, {6, 5}, {5, 1});
  EXPECT_EQ(drawn(1, 2, {6, 5}, {1, 6}), base);
  EXPECT_EQ(drawn(1, 2, {30}, {1}), base);
  EXPECT_NE(drawn(1, 3, {6, 5}, {5, 1}), base);
  EXPECT_NE(drawn(2, 2, {6, 5}, {5, 1}), base);
  auto longer = drawn(1, 2, {31}, {1});
  longer.pop_back();
  EXPECT_EQ(longer, base);
}

TEST(DropoutMask, EqualsTheReferenceToTheBit) {
  Generator generator(1);
  for (double rate : {0.0, 0.1, 0.25, 0.5, 0.9, 1.0})
    for (int repetition = 0; repetition < 20; ++repetition) {
      const auto stream = static_cast<std::uint64_t>(generator.integer(0, 1L << 40));
      expect_same_result(
          generator.array(float32, generator.shape()),
          [&](const MutableView& out) { dropout_mask(1L << 33, stream, rate, out); },
          [&](const MutableView& out) { reference::dropout_mask(1L << 33, stream, rate, out); }, 0, 0);
    }
}

TEST(DropoutMask, DropsItsShareAndKeepsTheMean) {
  Array mask(float32, {n});
  dropout_mask(1, 1, 0.3, mask);
  const Moments moments(mask);
  EXPECT_NEAR(moments.mean, 1, 0.01);
  EXPECT_EQ(moments.low, 0);
  EXPECT_FLOAT_EQ(static_cast<float>(moments.high), 1 / 0.7f);
  expect_same_bits(mask, [](const MutableView& out) { dropout_mask(5, 6, 0.3, out); });
}

}  // namespace
}  // namespace linnet::kernels
