// Work that is cut in more than four blocks: the same numbers as the reference's, and the same bits for any number of
// threads.
#include "linnet/kernels/reference/reference.h"
#include "tests/kernels/views.h"

namespace linnet::kernels {
namespace {

using Layout = Generator::Layout;

TEST(ManyBlocks, AreForWorkThatIsWorthThem) {
  const std::pair<std::int64_t, std::int64_t> expected[] = {{0, 1},  {1, 1},  {2, 2},  {3, 2},   {4, 4},
                                                            {31, 4}, {32, 8}, {63, 8}, {64, 16}, {1 << 30, 16}};
  for (const auto& [grains, blocks] : expected) EXPECT_EQ(detail::worthwhile_blocks(grains), blocks) << grains;
}

// Cut by rows, by columns, by both, and along the sum.
TEST(ManyBlocks, OfProducts) {
  Generator generator(1);
  const std::int64_t sizes[][3] = {{3000, 20, 300}, {70, 40, 9000}, {1100, 24, 2100}, {40, 5000, 60}};
  for (const auto& [m, k, n] : sizes) {
    Array a = generator.array(float32, {m, k}, Layout::dense, -1, 1),
          b = generator.array(float32, {k, n}, Layout::dense, -1, 1), bias = generator.array(float32, {n});
    const Array dst(float32, {m, n});
    const double absolute = 1e-6 * static_cast<double>(k);
    expect_same_bits(dst, [&](const MutableView& out) { matmul(a, b, bias, Activation::tanh, out); });
    expect_same_result(
        dst, [&](const MutableView& out) { matmul(a, b, bias, Activation::relu, out); },
        [&](const MutableView& out) { reference::matmul(a, b, bias, Activation::relu, out); }, 1e-5, absolute);
  }
}

TEST(ManyBlocks, OfConvolutions) {
  Generator generator(2);
  const Windows windows{{1, 1}, {1, 1}, {1, 1}};
  Array x = generator.array(float32, {32, 16, 16, 8}, Layout::dense, -1, 1),
        w = generator.array(float32, {3, 3, 8, 24}, Layout::dense, -1, 1),
        dy = generator.array(float32, {32, 16, 16, 24}, Layout::dense, -1, 1);
  const Array y(float32, {32, 16, 16, 24}), dx(float32, {32, 16, 16, 8}), dw(float32, {3, 3, 8, 24});
  const auto forward = [&](const MutableView& out) { convolution(x, w, {}, Activation::relu, windows, out); };
  const auto of_src = [&](const MutableView& out) { convolution_backward_src(dy, w, windows, out); };
  const auto of_weights = [&](const MutableView& out) { convolution_backward_weights(x, dy, windows, out); };
  expect_same_bits(y, forward);
  expect_same_bits(dx, of_src);
  expect_same_bits(dw, of_weights);
  expect_same_result(
      y, forward, [&](const MutableView& out) { reference::convolution(x, w, {}, Activation::relu, windows, out); },
      1e-5, 1e-4);
  expect_same_result(
      dx, of_src, [&](const MutableView& out) { reference::convolution_backward_src(dy, w, windows, out); }, 1e-5,
      1e-4);
  expect_same_result(
      dw, of_weights, [&](const MutableView& out) { reference::convolution_backward_weights(x, dy, windows, out); },
      1e-5, 1e-3);
}

TEST(ManyBlocks, OfSumsAndOfSingleElements) {
  Generator generator(3);
  Array x = generator.array(float32, {9000, 240}, Layout::dense, -1, 1), y = x;
  Array mean(float32, {1, 240}), variance(float32, {1, 240}), standardized(float32, {9000, 240});
  const Array columns(float32, {1, 240}), rows(float32, {9000, 1});
  const auto means = [&](const MutableView& out) { standardize(x, 1e-3, out, variance, standardized); };
  expect_same_bits(mean, means);
  expect_same_bits(columns, [&](const MutableView& out) { reduce(ReduceOp::sum, x, out); });
  expect_same_bits(rows, [&](const MutableView& out) { reduce(ReduceOp::maximum, x, out); });
  expect_same_bits(x, [&](const MutableView& out) { binary(BinaryOp::multiply, x, y, out); });
  expect_same_bits(x, [&](const MutableView& out) { standardize(x, 1e-3, mean, variance, out); });
  expect_same_result(
      columns, [&](const MutableView& out) { reduce(ReduceOp::mean, x, out); },
      [&](const MutableView& out) { reference::reduce(ReduceOp::mean, x, out); });
  expect_same_result(mean, means,
                     [&](const MutableView& out) { reference::standardize(x, 1e-3, out, variance, standardized); });
}

TEST(ManyBlocks, OfWeights) {
  Generator generator(4);
  Array gradient = generator.array(float32, {700, 450}, Layout::dense, -1, 1), m(float32, {700, 450}), v = m;
  const auto step = [&](auto rule) {
    return [&, rule](const MutableView& out) {
      Array momentum = m, velocity = v;
      const Parameter weight{out, gradient, {momentum.view(), velocity.view(), {}}};
      rule(std::span(&weight, 1));
    };
  };
  const Array start = generator.array(float32, {700, 450}, Layout::dense, -1, 1);
  const auto fast = step([](auto p) { adam_step(p, 0.01, 0.9, 0.999, 1e-7, false); });
  expect_same_bits(start, fast);
  expect_same_result(start, fast, step([](auto p) { reference::adam_step(p, 0.01, 0.9, 0.999, 1e-7, false); }), 0, 0);
}

}  // namespace
}  // namespace linnet::kernels
