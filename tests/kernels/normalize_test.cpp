#include "linnet/kernels/reference/reference.h"
#include "tests/kernels/views.h"

namespace linnet::kernels {
namespace {

using Layout = Generator::Layout;

void expect_standardize(Generator& generator, DType dtype, const Shape& shape, const Shape& kept, double epsilon) {
  Array x = generator.array(dtype, shape), dy = generator.array(dtype, shape);
  Array mean = generator.array(dtype, kept), variance = generator.array(dtype, kept), y(dtype, shape);
  const double relative = dtype == bfloat16 ? 1.0 / 64 : 2e-5, absolute = dtype == bfloat16 ? 5e-2 : 2e-5;
  expect_same_result(
      generator.array(dtype, shape), [&](const MutableView& out) { standardize(x, epsilon, mean, variance, out); },
      [&](const MutableView& out) { reference::standardize(x, epsilon, mean, variance, out); }, relative, absolute);
  expect_same_result(
      generator.array(dtype, kept), [&](const MutableView& out) { standardize(x, epsilon, out, variance, y); },
      [&](const MutableView& out) { reference::standardize(x, epsilon, out, variance, y); }, relative, absolute);
  expect_same_result(
      generator.array(dtype, kept), [&](const MutableView& out) { standardize(x, epsilon, mean, out, y); },
      [&](const MutableView& out) { reference::standardize(x, epsilon, mean, out, y); }, relative, absolute);
  expect_same_result(
      generator.array(dtype, shape),
      [&](const MutableView& out) { standardize_backward(y, variance, epsilon, dy, out); },
      [&](const MutableView& out) { reference::standardize_backward(y, variance, epsilon, dy, out); }, relative,
      absolute);
}

/// The shape with size 1 at axes that are drawn.
Shape random_kept(Generator& generator, Shape shape) {
  for (std::int64_t& n : shape)
    if (generator.integer(0, 1)) n = 1;
  return shape;
}

TEST(Standardize, EqualsTheReferenceForAnyAxesAndStrides) {
  Generator generator(1);
  for (int repetition = 0; repetition < 150; ++repetition) {
    const DType dtype = generator.integer(0, 9) > 1 ? float32 : generator.integer(0, 1) ? float64 : bfloat16;
    Shape shape = generator.shape(1, 4);
    for (std::int64_t& n : shape) n = std::max<std::int64_t>(n, 1);
    expect_standardize(generator, dtype, shape, random_kept(generator, shape), 0.1);
  }
}

TEST(Standardize, EqualsTheReferenceForLargeArrays) {
  Generator generator(2);
  for (const auto& [shape, kept] : {std::pair<Shape, Shape>{{64, 768}, {64, 1}},
                                    {{9, 9000}, {9, 1}},
                                    {{4, 14, 14, 70}, {1, 1, 1, 70}},
                                    {{5000, 9}, {1, 9}},
                                    {{4, 10, 10, 4, 16}, {4, 1, 1, 4, 1}},
                                    {{20, 30, 40}, {1, 1, 1}}})
    expect_standardize(generator, float32, shape, kept, 1e-3);
}

TEST(Standardize, IsExactFarFromZero) {  // where a sum of squares would cancel
  Array x(float32, {1, 1000}), mean(float32, {1, 1}), variance(float32, {1, 1}), y(float32, {1, 1000});
  const MutableView view = x;
  for (std::int64_t i = 0; i < view.size(); ++i) view.as<float>()[i] = 4096 + static_cast<float>(i % 2);
  standardize(x, 0, mean, variance, y);
  EXPECT_EQ(elements(mean)[0], 4096.5);
  EXPECT_EQ(elements(variance)[0], 0.25);
  EXPECT_EQ(elements(y)[0], -1);
}

TEST(Standardize, HasTheSameBitsForAnyNumberOfThreads) {
  Generator generator(3);
  const Shape shape = {32, 30, 70};
  Array x = generator.array(float32, shape, Layout::dense), dy = generator.array(float32, shape, Layout::dense);
  for (const Shape& kept : {Shape{32, 30, 1}, Shape{1, 1, 70}, Shape{32, 1, 70}}) {
    Array mean(float32, kept), variance(float32, kept), y(float32, shape);
    standardize(x, 1e-3, mean, variance, y);
    expect_same_bits(Array(float32, shape), [&](const MutableView& out) { standardize(x, 1e-3, mean, variance, out); });
    expect_same_bits(Array(float32, shape),
                     [&](const MutableView& out) { standardize_backward(y, variance, 1e-3, dy, out); });
  }
}

}  // namespace
}  // namespace linnet::kernels
