#include "linnet/kernels/reference/reference.h"
#include "tests/kernels/views.h"

namespace linnet::kernels {
namespace {

using Layout = Generator::Layout;
constexpr DType all_types[] = {float32, float64, bfloat16, int32, int64, uint8, boolean};

/// Random positions in [0, bound).
Array indices_below(Generator& generator, const Shape& shape, std::int64_t bound) {
  Array indices = generator.array(generator.integer(0, 1) ? int32 : int64, shape, Layout::any, 0,
                                  static_cast<double>(bound) - 0.01);
  const Array drawn = generator.array(float64, shape, Layout::dense, 0, static_cast<double>(bound) - 0.01);
  Array copied = drawn;
  copy(copied, indices.view());
  return indices;
}

TEST(GatherRows, EqualsTheReference) {
  Generator generator(1);
  for (int repetition = 0; repetition < 400; ++repetition) {
    Shape rows = generator.shape(0, 3), from = rows, to = rows;
    const std::int64_t n = generator.integer(1, 30), m = generator.integer(0, 40);
    from.insert(0, n);
    to.insert(0, m);
    const DType source = repetition % 2 ? all_types[generator.integer(0, 6)] : uint8;
    const bool converts = source != float32 && source != float64 && source != bfloat16 && generator.integer(0, 1);
    const DType target = converts ? (repetition % 5 ? float32 : float64) : source;
    const Layout layout = repetition % 3 ? Layout::dense : Layout::any;
    Array src = generator.array(source, from, layout, 0, 255), indices = indices_below(generator, {m}, n);
    const double scale = converts ? 1 / 255.0 : 1, offset = converts ? -0.5 : 0;
    expect_same_result(
        generator.array(target, to, layout),
        [&](const MutableView& out) { gather_rows(src, indices, scale, offset, out); },
        [&](const MutableView& out) { reference::gather_rows(src, indices, scale, offset, out); }, 0, 0);
  }
}

TEST(GatherRows, ConvertsAndScalesAMiniBatch) {
  Array images(uint8, {3, 2, 2}), indices(int64, {2}), batch(float32, {2, 2, 2});
  for (int i = 0; i < 12; ++i) images.view().as<std::uint8_t>()[i] = static_cast<std::uint8_t>(10 * i);
  indices.view().as<std::int64_t>()[0] = 2;
  indices.view().as<std::int64_t>()[1] = 0;
  gather_rows(images, indices, 0.5, 1, batch);
  EXPECT_EQ(elements(batch), (std::vector<double>{41, 46, 51, 56, 1, 6, 11, 16}));
}

TEST(Scatter, EqualsAnObviousLoop) {
  Array src(float32, {4, 2}), indices(int32, {4}), dst(float32, {3, 2});
  const std::int32_t to[] = {2, 0, 2, 2};
  for (int i = 0; i < 8; ++i) src.view().as<float>()[i] = static_cast<float>(i);
  std::memcpy(indices.view().data, to, sizeof to);
  fill(1, dst.view());
  scatter_add_rows(src, indices, dst);
  EXPECT_EQ(elements(dst), (std::vector<double>{3, 4, 1, 1, 11, 14}));
}

TEST(Scatter, EqualsTheReference) {
  Generator generator(4);
  for (int repetition = 0; repetition < 200; ++repetition) {
    Shape rows = generator.shape(0, 2), from = rows, to = rows;
    const std::int64_t n = generator.integer(1, 9), m = generator.integer(0, 40);
    from.insert(0, m);
    to.insert(0, n);
    const DType dtype = repetition % 4 ? float32 : all_types[generator.integer(0, 6)];
    const Layout layout = repetition % 3 ? Layout::dense : Layout::any;
    Array src = generator.array(dtype, from, layout, 0, 4), indices = indices_below(generator, {m}, n);
    expect_same_result(
        generator.array(dtype, to, layout, 0, 4), [&](const MutableView& out) { scatter_add_rows(src, indices, out); },
        [&](const MutableView& out) { reference::scatter_add_rows(src, indices, out); }, 0, 0);
  }
}

TEST(Scatter, HasTheSameBitsForAnyNumberOfThreads) {
  Generator generator(5);
  Array src = generator.array(float32, {700, 130}, Layout::dense), indices = indices_below(generator, {700}, 90);
  expect_same_bits(generator.array(float32, {90, 130}, Layout::dense),
                   [&](const MutableView& out) { scatter_add_rows(src, indices, out); });
}

TEST(TakeAndAddAlongAxis, AreEachOthersGradient) {
  Generator generator(2);
  for (int repetition = 0; repetition < 100; ++repetition) {
    Shape shape = generator.shape(1, 3);
    const int axis = static_cast<int>(generator.integer(0, shape.rank() - 1));
    if (shape.size() == 0) continue;
    Shape taken = shape;
    taken[axis] = generator.integer(1, 6);
    Array x = generator.array(float64, shape), indices = indices_below(generator, taken, shape[axis]);
    Array dy = generator.array(float64, taken), y(float64, taken), dx(float64, shape);
    take_along_axis(x, indices, axis, y);
    add_along_axis(dy, indices, axis, dx);
    auto dot = [](Array& a, Array& b) {
      double sum = 0;
      const auto u = elements(a), v = elements(b);
      for (std::size_t i = 0; i < u.size(); ++i) sum += u[i] * v[i];
      return sum;
    };
    EXPECT_NEAR(dot(y, dy), dot(x, dx), 1e-9);  // the operation is linear
  }
}

TEST(OneHot, IgnoresIndicesOutOfRange) {
  Array indices(int32, {3}), dst(float32, {3, 2});
  const std::int32_t values[] = {1, -1, 2};
  std::memcpy(indices.view().data, values, sizeof values);
  one_hot(indices, dst);
  EXPECT_EQ(elements(dst), (std::vector<double>{0, 1, 0, 0, 0, 0}));
}

TEST(GatherRows, HasTheSameBitsForAnyNumberOfThreads) {
  Generator generator(3);
  Array src = generator.array(uint8, {500, 28, 28}, Layout::dense, 0, 255),
        indices = indices_below(generator, {64}, 500);
  expect_same_bits(Array(float32, {64, 28, 28}),
                   [&](const MutableView& out) { gather_rows(src, indices, 1 / 255.0, 0, out); });
  expect_same_bits(Array(uint8, {64, 28, 28}), [&](const MutableView& out) { gather_rows(src, indices, 1, 0, out); });
}

}  // namespace
}  // namespace linnet::kernels
