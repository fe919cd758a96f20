#include "linnet/kernels/reference/reference.h"
#include "tests/kernels/views.h"

namespace linnet::kernels {
namespace {

using Layout = Generator::Layout;

Array labels_below(Generator& generator, std::int64_t n, std::int64_t classes) {
  Array labels = generator.array(generator.integer(0, 1) ? int32 : int64, {n}, Layout::any, 0, 1);
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t label = generator.integer(0, classes - 1), at = i * labels.view().strides[0];
    if (labels.view().dtype == int32)
      labels.view().as<std::int32_t>()[at] = static_cast<std::int32_t>(label);
    else
      labels.view().as<std::int64_t>()[at] = label;
  }
  return labels;
}

TEST(Softmax, EqualsTheReference) {
  Generator generator(1);
  for (int repetition = 0; repetition < 400; ++repetition) {
    const DType types[] = {float32, float32, float32, float64, bfloat16};
    const DType dtype = types[generator.integer(0, 4)];
    const Shape shape = generator.shape(1);
    const Layout layout = repetition % 3 ? Layout::dense : Layout::any_or_broadcast;
    const double scale = repetition % 5 ? 4 : 100;
    Array x = generator.array(dtype, shape, layout, -scale, scale), y = generator.array(dtype, shape, layout, 0, 1);
    Array dy = generator.array(dtype, shape, layout);
    const Array start = generator.array(dtype, shape, repetition % 3 ? Layout::dense : Layout::any);
    const double relative = dtype == bfloat16 ? 1e-2 : 1e-6, absolute = dtype == bfloat16 ? 1e-2 : 1e-5;
    expect_same_result(
        start, [&](const MutableView& out) { softmax(x, out); },
        [&](const MutableView& out) { reference::softmax(x, out); }, relative, 2e-7);
    expect_same_result(
        start, [&](const MutableView& out) { log_softmax(x, out); },
        [&](const MutableView& out) { reference::log_softmax(x, out); }, relative, absolute);
    expect_same_result(
        start, [&](const MutableView& out) { softmax_backward(y, dy, out); },
        [&](const MutableView& out) { reference::softmax_backward(y, dy, out); }, relative, absolute);
    expect_same_result(
        start, [&](const MutableView& out) { log_softmax_backward(x, dy, out); },
        [&](const MutableView& out) { reference::log_softmax_backward(x, dy, out); }, relative, absolute);
  }
}

TEST(Softmax, SurvivesLargeLogits) {
  Array x(float32, {1, 3}), y(float32, {1, 3});
  const float logits[] = {1e4f, -1e4f, 1e4f};
  std::memcpy(x.view().data, logits, sizeof logits);
  softmax(x, y);
  EXPECT_EQ(elements(y), (std::vector<double>{0.5, 0, 0.5}));
}

TEST(SparseSoftmaxCrossEntropy, EqualsTheReference) {
  Generator generator(2);
  for (int repetition = 0; repetition < 200; ++repetition) {
    const DType dtype = repetition % 4 ? float32 : float64;
    const std::int64_t n = generator.integer(0, 70), classes = generator.integer(1, 40);
    const Layout layout = repetition % 3 ? Layout::dense : Layout::any;
    Array logits = generator.array(dtype, {n, classes}, layout, -10, 10), labels = labels_below(generator, n, classes);
    Array probabilities = generator.array(dtype, {n, classes}, layout, 0, 1);
    Array diff_loss = generator.array(dtype, {n}, Layout::any_or_broadcast);
    const Array loss = generator.array(dtype, {n}), start = generator.array(dtype, {n, classes}, layout);
    Array other_loss = loss, other_result = start;
    expect_same_result(
        loss, [&](const MutableView& out) { sparse_softmax_cross_entropy(logits, labels, out, other_result); },
        [&](const MutableView& out) { reference::sparse_softmax_cross_entropy(logits, labels, out, other_result); },
        1e-6, 2e-6);
    expect_same_result(
        start, [&](const MutableView& out) { sparse_softmax_cross_entropy(logits, labels, other_loss, out); },
        [&](const MutableView& out) { reference::sparse_softmax_cross_entropy(logits, labels, other_loss, out); }, 1e-6,
        2e-7);
    expect_same_result(
        start,
        [&](const MutableView& out) { sparse_softmax_cross_entropy_backward(probabilities, labels, diff_loss, out); },
        [&](const MutableView& out) {
          reference::sparse_softmax_cross_entropy_backward(probabilities, labels, diff_loss, out);
        },
        3e-7, 3e-7);
    Array in_place = probabilities, expected = probabilities;
    sparse_softmax_cross_entropy_backward(in_place, labels, diff_loss, in_place);
    reference::sparse_softmax_cross_entropy_backward(expected, labels, diff_loss, expected);
    EXPECT_EQ(elements(in_place), elements(expected));
  }
}

TEST(Softmax, HasTheSameBitsForAnyNumberOfThreads) {
  Generator generator(3);
  Array x = generator.array(float32, {900, 70}, Layout::dense), labels = labels_below(generator, 900, 70);
  Array loss(float32, {900});
  expect_same_bits(Array(float32, {900, 70}), [&](const MutableView& out) { softmax(x, out); });
  expect_same_bits(Array(float32, {900, 70}),
                   [&](const MutableView& out) { sparse_softmax_cross_entropy(x, labels, loss, out); });
}

}  // namespace
}  // namespace linnet::kernels
