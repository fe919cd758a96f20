#include "linnet/kernels/reference/reference.h"
#include "tests/kernels/views.h"

namespace linnet::kernels {
namespace {

using Layout = Generator::Layout;
constexpr DType floating_types[] = {float32, float64, bfloat16};
constexpr DType all_types[] = {float32, float64, bfloat16, int32, int64, uint8, boolean};

constexpr int unary_count = static_cast<int>(UnaryOp::gelu_tanh) + 1;
constexpr int binary_count = static_cast<int>(BinaryOp::gelu_tanh_gradient) + 1;

bool writes_boolean(UnaryOp op) {
  return op == UnaryOp::logical_not || op == UnaryOp::is_nan || op == UnaryOp::is_inf || op == UnaryOp::is_finite;
}
bool writes_boolean(BinaryOp op) { return op >= BinaryOp::equal && op <= BinaryOp::logical_xor; }

/// Beside the middle of two bfloat16 numbers, an error in the last bit of float32 may round to either of them.
bool is_approximated(UnaryOp op) {
  return op == UnaryOp::exp || op == UnaryOp::tanh || op == UnaryOp::sigmoid || op >= UnaryOp::gelu;
}
/// Of the result. The sigmoid in gelu_tanh multiplies the error of its argument by it.
double relative_error(UnaryOp op) { return op == UnaryOp::gelu ? 6e-7 : op == UnaryOp::gelu_tanh ? 2e-6 : 3e-7; }
/// The derivatives of gelu, up to 1.2 and times up to 4, have a zero inside of the range.
double absolute_error(BinaryOp op) { return op >= BinaryOp::gelu_gradient ? 1e-5 : 0; }

TEST(Unary, EqualsTheReference) {
  Generator generator(1);
  for (int repetition = 0; repetition < 40; ++repetition)
    for (int i = 0; i < unary_count; ++i) {
      const auto op = static_cast<UnaryOp>(i);
      const DType dtype = floating_types[generator.integer(0, 9) > 2 ? 0 : generator.integer(0, 2)];
      const Shape shape = generator.shape();
      Array src = generator.array(dtype, shape, Layout::any_or_broadcast);
      const Array dst = generator.array(writes_boolean(op) ? boolean : dtype, shape);
      expect_same_result(
          dst, [&](const MutableView& out) { unary(op, src, out); },
          [&](const MutableView& out) { reference::unary(op, src, out); },
          dtype == bfloat16 && is_approximated(op) ? 1.0 / 128 : relative_error(op), 0);
    }
}

TEST(Unary, IsAccurateOverTheWholeRange) {
  Generator generator(2);
  for (UnaryOp op : {UnaryOp::exp, UnaryOp::tanh, UnaryOp::sigmoid, UnaryOp::relu, UnaryOp::sqrt, UnaryOp::gelu})
    for (double scale : {1e-30, 1e-4, 0.1, 1.0, 20.0, 200.0, 1e30}) {
      Array src = generator.array(float32, {4099}, Layout::dense, -scale, scale);
      // Absolute 2e-38: results below the smallest normal number become zero. gelu multiplies one by up to 13.
      expect_same_result(
          Array(float32, {4099}), [&](const MutableView& out) { unary(op, src, out); },
          [&](const MutableView& out) { reference::unary(op, src, out); }, relative_error(op),
          op == UnaryOp::gelu ? 2e-37 : 2e-38);
    }
}

TEST(Unary, TreatsSpecialValuesLikeTheReference) {
  const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const float values[] = {0.0f, -0.0f, inf,   -inf,  nan,    3e38f, -3e38f, 0.5f, 1.5f,
                          2.5f, -0.5f, -1.5f, 88.8f, -87.0f, 1,     -1,     7};
  Array src(float32, {17}), dst(float32, {17});
  std::memcpy(src.view().data, values, sizeof values);
  for (int i = 0; i < unary_count; ++i) {
    const auto op = static_cast<UnaryOp>(i);
    expect_same_result(
        Array(writes_boolean(op) ? boolean : float32, {17}), [&](const MutableView& out) { unary(op, src, out); },
        [&](const MutableView& out) { reference::unary(op, src, out); }, relative_error(op), 2e-38);
  }
}

TEST(Binary, EqualsTheReference) {
  Generator generator(3);
  for (int repetition = 0; repetition < 60; ++repetition)
    for (int i = 0; i < binary_count; ++i) {
      const auto op = static_cast<BinaryOp>(i);
      const bool real = op == BinaryOp::atan2 || op >= BinaryOp::relu_gradient;
      const DType dtype = generator.integer(0, 9) > 3 ? float32
                          : real                      ? floating_types[generator.integer(0, 2)]
                                                      : all_types[generator.integer(0, 5)];
      const Shape shape = generator.shape();
      Array a = generator.array(dtype, shape, Layout::any_or_broadcast);
      Array b = generator.array(dtype, shape, Layout::any_or_broadcast);
      const Array dst = generator.array(writes_boolean(op) ? boolean : dtype, shape);
      expect_same_result(
          dst, [&](const MutableView& out) { binary(op, a, b, out); },
          [&](const MutableView& out) { reference::binary(op, a, b, out); },
          dtype == bfloat16 && op >= BinaryOp::gelu_gradient ? 1.0 / 128 : 3e-7, absolute_error(op));
    }
}

TEST(Binary, MaximumAndMinimumKeepNaN) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (BinaryOp op : {BinaryOp::maximum, BinaryOp::minimum})
    for (const auto& [x, y] : {std::pair{nan, 1.0f}, std::pair{1.0f, nan}}) {
      Array a(float32, {20}), b(float32, {20}), dst(float32, {20});
      fill(x, a.view());
      fill(y, b.view());
      binary(op, a, b, dst);
      for (double element : elements(dst)) EXPECT_TRUE(std::isnan(element));
    }
}

TEST(Binary, FollowsPythonForIntegers) {
  auto result = [](BinaryOp op, std::int32_t x, std::int32_t y) {
    Array a(int32, {}), b(int32, {}), dst(int32, {});
    fill(x, a.view());
    fill(y, b.view());
    binary(op, a, b, dst);
    return static_cast<int>(elements(dst)[0]);
  };
  EXPECT_EQ(result(BinaryOp::floor_divide, -7, 2), -4);
  EXPECT_EQ(result(BinaryOp::floor_divide, 7, -2), -4);
  EXPECT_EQ(result(BinaryOp::mod, -7, 2), 1);
  EXPECT_EQ(result(BinaryOp::mod, 7, -2), -1);
  EXPECT_EQ(result(BinaryOp::floor_divide, 7, 0), 0);
  EXPECT_EQ(result(BinaryOp::mod, 7, 0), 0);
  EXPECT_EQ(result(BinaryOp::divide, std::numeric_limits<std::int32_t>::min(), -1),
            std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(result(BinaryOp::power, 3, 4), 81);
  EXPECT_EQ(result(BinaryOp::power, 2, -1), 0);
}

TEST(Elementwise, WorksInPlace) {
  Generator generator(4);
  Array x = generator.array(float32, {3, 37}), y = generator.array(float32, {3, 37}, Layout::dense);
  Array expected = x;
  reference::binary(BinaryOp::multiply, x, y, expected);
  binary(BinaryOp::multiply, x, y, x);
  EXPECT_EQ(elements(x), elements(expected));
  reference::unary(UnaryOp::square, x, expected);
  unary(UnaryOp::square, x, x);
  EXPECT_EQ(elements(x), elements(expected));
}

TEST(Copy, ConvertsLikeTheReference) {
  Generator generator(5);
  for (int repetition = 0; repetition < 30; ++repetition)
    for (DType from : all_types)
      for (DType to : all_types) {
        const Shape shape = generator.shape();
        Array src = generator.array(from, shape, Layout::any_or_broadcast, -300, 300);
        expect_same_result(
            generator.array(to, shape), [&](const MutableView& out) { copy(src, out); },
            [&](const MutableView& out) { reference::copy(src, out); }, 0, 0);
      }
}

TEST(Copy, RoundsSpecialValuesToBfloat16LikeTheReference) {
  const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const float values[] = {0.0f,        -0.0f,       inf,        -inf,         nan,          -nan,
                          3.4e38f,     -3.4e38f,    1e-40f,     -1e-45f,      1.00390625f,  1.01171875f,
                          1.00390637f, -1.0117186f, 65504.125f, 0.999999940f, 3.3895314e38f};
  Array src(float32, {17});
  std::memcpy(src.view().data, values, sizeof values);
  Array expected(bfloat16, {17}), actual(bfloat16, {17});
  reference::copy(src, expected);
  copy(src, actual);
  EXPECT_EQ(actual.bytes(), expected.bytes());
  Array wide(float32, {17}), wide_expected(float32, {17});
  reference::copy(expected, wide_expected);
  copy(expected, wide);
  EXPECT_EQ(wide.bytes(), wide_expected.bytes());
}

TEST(Copy, SaturatesToIntegers) {
  auto converted = [](double value, DType to) {
    Array src(float64, {}), dst(to, {});
    fill(value, src.view());
    copy(src, dst);
    return elements(dst)[0];
  };
  EXPECT_EQ(converted(1e30, int32), 2147483647.0);
  EXPECT_EQ(converted(-1e30, int32), -2147483648.0);
  EXPECT_EQ(converted(1e30, int64), 9223372036854775807.0);
  EXPECT_EQ(converted(300, uint8), 255);
  EXPECT_EQ(converted(-1, uint8), 0);
  EXPECT_EQ(converted(-1.9, int32), -1);
  EXPECT_EQ(converted(std::numeric_limits<double>::quiet_NaN(), int32), 0);
  EXPECT_EQ(converted(0.1, boolean), 1);
}

TEST(FillAccumulateRescaleClipWhere, EqualTheReference) {
  Generator generator(6);
  for (int repetition = 0; repetition < 200; ++repetition) {
    const Shape shape = generator.shape();
    const DType real = floating_types[generator.integer(0, 9) > 2 ? 0 : generator.integer(0, 2)];
    const DType any = all_types[generator.integer(0, 6)];
    const DType source = repetition % 2 ? any : uint8;
    Array src = generator.array(source, shape, Layout::any_or_broadcast, -300, 300);
    Array same = generator.array(real, shape, Layout::any_or_broadcast);
    Array other = generator.array(real, shape, Layout::any_or_broadcast);
    Array condition = generator.array(boolean, shape, Layout::any_or_broadcast);
    expect_same_result(
        generator.array(any, shape), [](const MutableView& out) { fill(2.5, out); },
        [](const MutableView& out) { reference::fill(2.5, out); }, 0, 0);
    expect_same_result(
        generator.array(real, shape), [&](const MutableView& out) { accumulate(0.3, same, out); },
        [&](const MutableView& out) { reference::accumulate(0.3, same, out); }, 3e-7, 1e-6);
    expect_same_result(
        generator.array(real, shape), [&](const MutableView& out) { rescale(src, 1 / 127.5, -1, out); },
        [&](const MutableView& out) { reference::rescale(src, 1 / 127.5, -1, out); }, 0, 0);
    expect_same_result(
        generator.array(real, shape), [&](const MutableView& out) { clip(same, -1, 2, out); },
        [&](const MutableView& out) { reference::clip(same, -1, 2, out); }, 0, 0);
    expect_same_result(
        generator.array(real, shape), [&](const MutableView& out) { where(condition, same, other, out); },
        [&](const MutableView& out) { reference::where(condition, same, other, out); }, 0, 0);
  }
}

TEST(Elementwise, HasTheSameBitsForAnyNumberOfThreads) {
  Generator generator(7);
  Array x = generator.array(float32, {257, 1031}, Layout::dense),
        y = generator.array(float32, {257, 1031}, Layout::dense);
  Array bytes = generator.array(uint8, {257, 1031}, Layout::dense, 0, 255);
  const Array dst(float32, {257, 1031});
  expect_same_bits(dst, [&](const MutableView& out) { unary(UnaryOp::tanh, x, out); });
  expect_same_bits(dst, [&](const MutableView& out) { binary(BinaryOp::divide, x, y, out); });
  expect_same_bits(dst, [&](const MutableView& out) { rescale(bytes, 1 / 255.0, 0, out); });
  expect_same_bits(y, [&](const MutableView& out) { accumulate(0.1, x, out); });
}

}  // namespace
}  // namespace linnet::kernels
