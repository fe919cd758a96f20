#include "linnet/kernels/reference/reference.h"
#include "tests/kernels/views.h"

namespace linnet::kernels {
namespace {

using Layout = Generator::Layout;

TEST(Reduce, EqualsTheReference) {
  Generator generator(1);
  for (int repetition = 0; repetition < 400; ++repetition)
    for (ReduceOp op : {ReduceOp::sum, ReduceOp::mean, ReduceOp::product, ReduceOp::maximum, ReduceOp::minimum,
                        ReduceOp::any, ReduceOp::all}) {
      const DType types[] = {float32, float32, float32, float64, bfloat16, int32};
      const DType dtype = types[generator.integer(0, op == ReduceOp::mean ? 4 : 5)];
      const Shape shape = generator.shape();
      Shape reduced = shape;
      for (int axis = 0; axis < shape.rank(); ++axis)
        if (generator.integer(0, 1) == 0) reduced[axis] = 1;
      const bool nothing =
          shape.size() == 0 && (op == ReduceOp::maximum || op == ReduceOp::minimum || op == ReduceOp::mean);
      if (nothing) continue;
      const bool boolean_result = op == ReduceOp::any || op == ReduceOp::all;
      Array src = generator.array(dtype, shape, repetition % 3 ? Layout::dense : Layout::any_or_broadcast, -1, 1);
      expect_same_result(
          generator.array(boolean_result ? boolean : dtype, reduced, repetition % 2 ? Layout::dense : Layout::any),
          [&](const MutableView& out) { reduce(op, src, out); },
          [&](const MutableView& out) { reference::reduce(op, src, out); }, 1e-6, 2e-5);
    }
}

TEST(Reduce, TreatsEmptyViewsAndNaN) {
  Array empty(float32, {3, 0}), dst(float32, {3, 1});
  reduce(ReduceOp::sum, empty, dst);
  EXPECT_EQ(elements(dst), (std::vector<double>{0, 0, 0}));
  reduce(ReduceOp::product, empty, dst);
  EXPECT_EQ(elements(dst), (std::vector<double>{1, 1, 1}));
  reduce(ReduceOp::mean, empty, dst);
  EXPECT_TRUE(std::isnan(elements(dst)[1]));
  for (std::int64_t position : {0, 5, 39}) {
    Array x(float32, {1, 40}), result(float32, {1, 1});
    fill(1, x.view());
    x.view().as<float>()[position] = std::numeric_limits<float>::quiet_NaN();
    for (ReduceOp op : {ReduceOp::maximum, ReduceOp::minimum}) {
      reduce(op, x, result);
      EXPECT_TRUE(std::isnan(elements(result)[0]));
    }
    Array index(int64, {1, 1});
    arg_reduce(ArgOp::minimum, x, 1, index);
    EXPECT_EQ(elements(index)[0], static_cast<double>(position));
  }
}

TEST(Reduce, SumsOfManyElementsStayAccurate) {
  constexpr std::int64_t n = 3'000'001;
  Array x(float32, {n, 1}), total(float32, {1, 1});
  fill(0.1, x.view());
  reduce(ReduceOp::sum, x, total);
  EXPECT_NEAR(elements(total)[0], 0.1f * static_cast<double>(n), 0.0625);  // two units in the last place
  Array wide(float32, {n / 3, 3}), columns(float32, {1, 3});
  fill(0.1, wide.view());
  reduce(ReduceOp::mean, wide, columns);
  for (double mean : elements(columns)) EXPECT_FLOAT_EQ(static_cast<float>(mean), 0.1f);
  EXPECT_NEAR(sum_of_squares(x), 0.1f * 0.1f * static_cast<double>(n), 1e-2);
}

TEST(ArgReduce, FindsTheFirstNaNAndTheFirstOfEqualOnesWhereverTheyStand) {
  for (std::int64_t n : {1, 7, 8, 10, 16, 33})
    for (std::int64_t place = 0; place < n; ++place)
      for (float special : {std::nanf(""), 5.0f, -5.0f, -std::numeric_limits<float>::infinity()}) {
        Array row(float32, {n}), index(int64, {1}), extreme(float32, {1});
        fill(1, row.view());
        for (std::int64_t i : {place, n - 1}) row.view().as<float>()[i] = special;
        for (ArgOp op : {ArgOp::maximum, ArgOp::minimum}) {
          arg_reduce(op, row, 0, index);
          Array expected(int64, {1});
          reference::arg_reduce(op, row, 0, expected);
          ASSERT_EQ(elements(index), elements(expected)) << special << " at " << place << " of " << n;
          reduce(op == ArgOp::maximum ? ReduceOp::maximum : ReduceOp::minimum, row, extreme);
          const float found = extreme.view().as<float>()[0],
                      there = row.view().as<float>()[static_cast<std::int64_t>(elements(index)[0])];
          ASSERT_TRUE(found == there || (std::isnan(found) && std::isnan(there)));
        }
      }
}

TEST(ArgReduceScanSort, EqualTheReference) {
  Generator generator(2);
  for (int repetition = 0; repetition < 300; ++repetition) {
    const DType types[] = {float32, float32, float64, bfloat16, int32, int64, uint8};
    const DType dtype = types[generator.integer(0, 6)];
    const Shape shape = generator.shape(1);
    const int axis = static_cast<int>(generator.integer(0, shape.rank() - 1));
    // Few different values: ties must go to the first.
    Array src = generator.array(dtype, shape, repetition % 2 ? Layout::dense : Layout::any_or_broadcast, -2, 2);
    if (repetition % 4 == 1) unary(UnaryOp::round, src, src);
    Shape one = shape;
    one[axis] = 1;
    if (shape.size() > 0)
      for (ArgOp op : {ArgOp::maximum, ArgOp::minimum})
        expect_same_result(
            generator.array(int64, one), [&](const MutableView& out) { arg_reduce(op, src, axis, out); },
            [&](const MutableView& out) { reference::arg_reduce(op, src, axis, out); }, 0, 0);
    for (bool flag : {false, true}) {
      expect_same_result(
          generator.array(dtype, shape), [&](const MutableView& out) { cumulative_sum(src, axis, flag, out); },
          [&](const MutableView& out) { reference::cumulative_sum(src, axis, flag, out); }, 1e-6, 1e-5);
      expect_same_result(
          generator.array(dtype, shape), [&](const MutableView& out) { sort(src, flag, out, {}); },
          [&](const MutableView& out) { reference::sort(src, flag, out, {}); }, 0, 0);
    }
    EXPECT_NEAR(sum_of_squares(src), reference::sum_of_squares(src), 1e-9 * (1 + reference::sum_of_squares(src)));
  }
}

TEST(Sort, IsStableAndPutsNaNLast) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float values[] = {2, nan, 1, 2, -1};
  Array src(float32, {5}), sorted(float32, {5}), order(int64, {5});
  std::memcpy(src.view().data, values, sizeof values);
  sort(src, false, sorted, order);
  EXPECT_EQ(elements(order), (std::vector<double>{4, 2, 0, 3, 1}));
  EXPECT_TRUE(std::isnan(elements(sorted)[4]));
  sort(src, true, sorted, order);
  EXPECT_EQ(elements(order), (std::vector<double>{0, 3, 2, 4, 1}));
}

TEST(Reduce, HasTheSameBitsForAnyNumberOfThreads) {
  Generator generator(3);
  Array x = generator.array(float32, {1031, 517}, Layout::dense);
  for (ReduceOp op : {ReduceOp::sum, ReduceOp::mean})
    for (const Shape& shape : {Shape{1, 517}, Shape{1031, 1}, Shape{1, 1}})
      expect_same_bits(Array(float32, shape), [&](const MutableView& out) { reduce(op, x, out); });
  Array total(float64, {1});
  expect_same_bits(total, [&](const MutableView& out) { out.as<double>()[0] = sum_of_squares(x); });
}

}  // namespace
}  // namespace linnet::kernels
