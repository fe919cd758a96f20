#include <limits>

#include "linnet/kernels/reference/reference.h"
#include "tests/kernels/views.h"

namespace linnet::kernels {
namespace {

using Layout = Generator::Layout;

/// Sizes of a pooling where every window sees something.
struct Problem {
  Shape src, window, dst;
  Windows windows;
};

Problem random_problem(Generator& generator) {
  Problem p;
  p.src = p.dst = {generator.integer(generator.integer(0, 19) == 0 ? 0 : 1, 5)};
  for (std::int64_t axes = generator.integer(1, 3); axes > 0; --axes) {
    const std::int64_t window = generator.integer(1, 4), stride = generator.integer(1, 3);
    const std::int64_t before = generator.integer(0, window - 1), after = generator.integer(0, window - 1);
    const std::int64_t size = generator.integer(window, axes == 1 ? 20 : 9);
    p.src.push_back(size);
    p.window.push_back(window);
    p.dst.push_back((size + before + after - window) / stride + 1);
    p.windows.strides.push_back(stride);
    p.windows.dilation.push_back(1);
    p.windows.padding.push_back(before);
  }
  const std::int64_t channels = generator.integer(1, 40);
  p.src.push_back(channels);
  p.dst.push_back(channels);
  return p;
}

void expect_pool(Generator& generator, PoolOp op, const Problem& p, DType dtype, Array& x) {
  const double relative = dtype == bfloat16 ? 1.0 / 128 : 1e-6, absolute = dtype == bfloat16 ? 1e-2 : 1e-6;
  const Layout result = generator.integer(0, 3) ? Layout::dense : Layout::any;
  Array y = generator.array(dtype, p.dst, result), dy = generator.array(dtype, p.dst);
  expect_same_result(
      y, [&](const MutableView& out) { pool(op, x, p.window, p.windows, out); },
      [&](const MutableView& out) { reference::pool(op, x, p.window, p.windows, out); }, relative, absolute);
  reference::pool(op, x, p.window, p.windows, y);
  expect_same_result(
      generator.array(dtype, p.src, result),
      [&](const MutableView& out) { pool_backward(op, x, y, dy, p.window, p.windows, out); },
      [&](const MutableView& out) { reference::pool_backward(op, x, y, dy, p.window, p.windows, out); }, relative,
      absolute);
}

TEST(Pooling, EqualsTheReferenceForAnyWindowsAndStrides) {
  Generator generator(1);
  for (int repetition = 0; repetition < 400; ++repetition) {
    const DType dtype = generator.integer(0, 9) > 1 ? float32 : generator.integer(0, 1) ? float64 : bfloat16;
    const Problem p = random_problem(generator);
    Array x = generator.array(dtype, p.src);
    expect_pool(generator, repetition % 2 ? PoolOp::maximum : PoolOp::average, p, dtype, x);
  }
}

TEST(Pooling, GivesTheGradientToTheFirstOfEqualCells) {
  Generator generator(2);
  for (int repetition = 0; repetition < 50; ++repetition) {
    const Problem p = random_problem(generator);
    Array x(float32, p.src);
    generator.fill(x, 0, 3);
    const MutableView view = x;
    for (std::int64_t i = 0; i < view.size(); ++i) view.as<float>()[i] = std::floor(view.as<float>()[i]);
    if (view.size() > 3) view.as<float>()[3] = std::numeric_limits<float>::quiet_NaN();
    expect_pool(generator, PoolOp::maximum, p, float32, x);
  }
}

TEST(Pooling, HasTheSameBitsForAnyNumberOfThreads) {
  Generator generator(3);
  const Problem p{{8, 28, 28, 32}, {3, 3}, {8, 14, 14, 32}, {{2, 2}, {1, 1}, {0, 0}}};
  Array x = generator.array(float32, p.src, Layout::dense), dy = generator.array(float32, p.dst, Layout::dense);
  for (PoolOp op : {PoolOp::maximum, PoolOp::average}) {
    Array y(float32, p.dst);
    pool(op, x, p.window, p.windows, y);
    expect_same_bits(Array(float32, p.dst), [&](const MutableView& out) { pool(op, x, p.window, p.windows, out); });
    expect_same_bits(Array(float32, p.src),
                     [&](const MutableView& out) { pool_backward(op, x, y, dy, p.window, p.windows, out); });
  }
}

}  // namespace
}  // namespace linnet::kernels
