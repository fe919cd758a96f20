#include "linnet/kernels/reference/reference.h"
#include "tests/kernels/views.h"

namespace linnet::kernels {
namespace {

using Layout = Generator::Layout;
constexpr Activation activations[] = {Activation::none, Activation::relu, Activation::sigmoid, Activation::tanh};

/// The sizes of a convolution, and random operands.
struct Problem {
  Shape src, weights, dst;
  Windows windows;

  void check(Generator& generator, DType dtype, Layout layout) const {
    Array x = generator.array(dtype, src, layout, -1, 1), w = generator.array(dtype, weights, layout, -1, 1);
    Array dy = generator.array(dtype, dst, layout, -1, 1), bias = generator.array(dtype, {dst.back()}, layout, -1, 1);
    const View bias_view = generator.integer(0, 1) ? View(bias) : View();
    const Activation activation = activations[generator.integer(0, 3)];
    const double relative = dtype == bfloat16 ? 1.0 / 128 : 1e-5;
    const auto terms = static_cast<double>(weights.size() + dst.size());
    const double absolute = dtype == bfloat16 ? 1e-2 : 2e-6 * std::sqrt(terms + 1);
    const Layout result = generator.integer(0, 3) ? Layout::dense : layout;
    expect_same_result(
        generator.array(dtype, dst, result),
        [&](const MutableView& out) { convolution(x, w, bias_view, activation, windows, out); },
        [&](const MutableView& out) { reference::convolution(x, w, bias_view, activation, windows, out); }, relative,
        absolute);
    expect_same_result(
        generator.array(dtype, src, result),
        [&](const MutableView& out) { convolution_backward_src(dy, w, windows, out); },
        [&](const MutableView& out) { reference::convolution_backward_src(dy, w, windows, out); }, relative, absolute);
    expect_same_result(
        generator.array(dtype, weights, result),
        [&](const MutableView& out) { convolution_backward_weights(x, dy, windows, out); },
        [&](const MutableView& out) { reference::convolution_backward_weights(x, dy, windows, out); }, relative,
        absolute);
  }
};

/// Any windows, also such that leave elements of src unseen or begin far outside of it.
Problem random_problem(Generator& generator, std::int64_t most_channels, std::int64_t least_channels = 1) {
  const std::int64_t axes = generator.integer(1, 3), groups = generator.integer(0, 2) ? 1 : generator.integer(1, 4);
  const std::int64_t in = generator.integer(least_channels, most_channels),
                     out = generator.integer(std::max<std::int64_t>(1, least_channels / 3), most_channels);
  Problem p;
  p.src = p.dst = {generator.integer(generator.integer(0, 19) == 0 ? 0 : 1, 5)};
  for (std::int64_t axis = 0; axis < axes; ++axis) {
    const std::int64_t window = generator.integer(1, 4), dilation = generator.integer(1, 2);
    const std::int64_t stride = generator.integer(1, 3), reach = (window - 1) * dilation + 1;
    const std::int64_t before = generator.integer(0, 2) ? generator.integer(0, reach - 1) : 0;
    const std::int64_t size = generator.integer(reach, axes == 1 ? 40 : 9), after = generator.integer(0, reach - 1);
    p.src.push_back(size);
    p.weights.push_back(window);
    p.dst.push_back(std::max<std::int64_t>(1, (size + before + after - reach) / stride + 1 - generator.integer(0, 1)));
    p.windows.strides.push_back(stride);
    p.windows.dilation.push_back(dilation);
    p.windows.padding.push_back(before);
  }
  p.src.push_back(groups * in);
  p.weights.push_back(in);
  p.weights.push_back(groups * out);
  p.dst.push_back(groups * out);
  return p;
}

TEST(Convolution, EqualsTheReferenceForAnyWindowsAndStrides) {
  Generator generator(1);
  for (int repetition = 0; repetition < 300; ++repetition) {
    const DType dtype = generator.integer(0, 9) > 1 ? float32 : generator.integer(0, 1) ? float64 : bfloat16;
    random_problem(generator, repetition % 3 ? 4 : 20).check(generator, dtype, Layout::any);
  }
}

TEST(Convolution, EqualsTheReferenceForManyChannels) {
  Generator generator(4);
  for (int repetition = 0; repetition < 24; ++repetition)
    random_problem(generator, 110, 96)
        .check(generator, repetition % 3 ? float32 : bfloat16, repetition % 4 ? Layout::dense : Layout::any);
}

/// Of networks: the first layer, inner layers, 1 x 1, strides, groups, one channel a group, text.
std::vector<Problem> typical_problems() {
  return {{{5, 14, 14, 1}, {3, 3, 1, 32}, {5, 12, 12, 32}, {{1, 1}, {1, 1}, {0, 0}}},
          {{3, 9, 9, 32}, {3, 3, 32, 64}, {3, 9, 9, 64}, {{1, 1}, {1, 1}, {1, 1}}},
          {{5, 9, 9, 100}, {3, 3, 100, 40}, {5, 9, 9, 40}, {{1, 1}, {1, 1}, {1, 1}}},
          {{6, 11, 11, 32}, {3, 3, 32, 48}, {6, 9, 9, 48}, {{1, 1}, {1, 1}, {0, 0}}},
          {{2, 33, 33, 3}, {11, 11, 3, 16}, {2, 6, 6, 16}, {{4, 4}, {1, 1}, {0, 0}}},
          {{4, 7, 7, 40}, {1, 1, 40, 24}, {4, 7, 7, 24}, {{1, 1}, {1, 1}, {0, 0}}},
          {{2, 8, 8, 32}, {3, 3, 16, 32}, {2, 4, 4, 32}, {{2, 2}, {1, 1}, {0, 0}}},
          {{2, 8, 8, 24}, {3, 3, 1, 24}, {2, 8, 8, 24}, {{1, 1}, {1, 1}, {1, 1}}},
          {{3, 30, 16}, {5, 16, 8}, {3, 30, 8}, {{1}, {2}, {8}}},
          {{2, 5, 6, 7, 8}, {2, 3, 2, 8, 16}, {2, 4, 4, 6, 16}, {{1, 1, 1}, {1, 1, 1}, {0, 0, 0}}}};
}

TEST(Convolution, EqualsTheReferenceForLayersOfNetworks) {
  Generator generator(2);
  for (const Problem& problem : typical_problems())
    for (Layout layout : {Layout::dense, Layout::any})
      for (DType dtype : {float32, bfloat16}) problem.check(generator, dtype, layout);
}

void expect_same_bits_of(const Problem& p, Generator& generator, DType dtype) {
  Array x = generator.array(dtype, p.src, Layout::dense, -1, 1),
        w = generator.array(dtype, p.weights, Layout::dense, -1, 1),
        dy = generator.array(dtype, p.dst, Layout::dense, -1, 1);
  expect_same_bits(Array(dtype, p.dst),
                   [&](const MutableView& out) { convolution(x, w, {}, Activation::relu, p.windows, out); });
  expect_same_bits(Array(dtype, p.src),
                   [&](const MutableView& out) { convolution_backward_src(dy, w, p.windows, out); });
  expect_same_bits(Array(dtype, p.weights),
                   [&](const MutableView& out) { convolution_backward_weights(x, dy, p.windows, out); });
}

TEST(Convolution, HasTheSameBitsForAnyNumberOfThreads) {
  Generator generator(3);
  for (const Problem& p : typical_problems())
    for (DType dtype : {float32, bfloat16}) expect_same_bits_of(p, generator, dtype);
}

}  // namespace
}  // namespace linnet::kernels
