#include "linnet/kernels/cpu/bfloat16.h"
#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/elementwise.h"
#include "linnet/kernels/cpu/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/binary.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/math-inl.h"

#ifndef LINNET_KERNELS_CPU_BINARY_ONCE
#define LINNET_KERNELS_CPU_BINARY_ONCE
namespace linnet::kernels::cpu {

/// An input row: its elements, or one value for all of them.
struct Operand {
  const float* data;
  bool is_scalar;
};

}  // namespace linnet::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

struct Elements {
  const float* data;
  HWY_INLINE FloatVector load(FloatTag d, std::int64_t i) const { return hn::LoadU(d, data + i); }
  HWY_INLINE FloatVector load_rest(FloatTag d, std::int64_t i, std::size_t n) const {
    return load_first(d, data + i, n);
  }
};
struct Value {
  FloatVector value;
  HWY_INLINE FloatVector load(FloatTag, std::int64_t) const { return value; }
  HWY_INLINE FloatVector load_rest(FloatTag, std::int64_t, std::size_t) const { return value; }
};

template <class A, class B, class Function>
HWY_INLINE void map(A a, B b, std::int64_t n, float* dst, Function function) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(function(a.load(d, i), b.load(d, i)), d, dst + i);
  if (i == n) return;
  const auto rest = static_cast<std::size_t>(n - i);
  store_first(function(a.load_rest(d, i, rest), b.load_rest(d, i, rest)), d, dst + i, rest);
}

template <class Function>
HWY_INLINE bool map(Operand a, Operand b, std::int64_t n, float* dst, Function function) {
  const FloatTag d;
  if (a.is_scalar && n > 0)
    map(Value{hn::Set(d, *a.data)}, Elements{b.data}, n, dst, function);
  else if (b.is_scalar && n > 0)
    map(Elements{a.data}, Value{hn::Set(d, *b.data)}, n, dst, function);
  else
    map(Elements{a.data}, Elements{b.data}, n, dst, function);
  return true;
}

/// False for an op that has no vector kernel.
bool binary_row(BinaryOp op, Operand a, Operand b, std::int64_t n, float* dst) {
  using V = FloatVector;
  const FloatTag d;
  const V zero = hn::Zero(d), one = hn::Set(d, 1.0f);
  auto apply = [&](auto function) HWY_ATTR { return map(a, b, n, dst, function); };
  switch (op) {
    case BinaryOp::add: return apply([](V x, V y) HWY_ATTR { return hn::Add(x, y); });
    case BinaryOp::subtract: return apply([](V x, V y) HWY_ATTR { return hn::Sub(x, y); });
    case BinaryOp::multiply: return apply([](V x, V y) HWY_ATTR { return hn::Mul(x, y); });
    case BinaryOp::divide: return apply([](V x, V y) HWY_ATTR { return hn::Div(x, y); });
    case BinaryOp::maximum:  // NaN wins, whichever side it is on
      return apply([](V x, V y) HWY_ATTR { return hn::IfThenElse(hn::Or(hn::Gt(x, y), hn::IsNaN(x)), x, y); });
    case BinaryOp::minimum:
      return apply([](V x, V y) HWY_ATTR { return hn::IfThenElse(hn::Or(hn::Lt(x, y), hn::IsNaN(x)), x, y); });
    case BinaryOp::relu_gradient:
      return apply([zero](V y, V dy) HWY_ATTR { return hn::IfThenElseZero(hn::Gt(y, zero), dy); });
    case BinaryOp::sigmoid_gradient:
      return apply([one](V y, V dy) HWY_ATTR { return hn::Mul(dy, hn::Mul(y, hn::Sub(one, y))); });
    case BinaryOp::tanh_gradient:
      return apply([one](V y, V dy) HWY_ATTR { return hn::Mul(dy, hn::Sub(one, hn::Mul(y, y))); });
    case BinaryOp::softplus_gradient: return apply([d](V x, V dy) HWY_ATTR { return hn::Mul(dy, sigmoid(d, x)); });
    case BinaryOp::gelu_gradient: return apply([d](V x, V dy) HWY_ATTR { return hn::Mul(dy, gelu_derivative(d, x)); });
    case BinaryOp::gelu_tanh_gradient:
      return apply([d](V x, V dy) HWY_ATTR { return hn::Mul(dy, gelu_tanh_derivative(d, x)); });
    default: return false;
  }
}

void accumulate_row(float scale, const float* src, std::int64_t n, float* dst) {
  const FloatVector factor = hn::Set(FloatTag(), scale);
  map(Elements{dst}, Elements{src}, n, dst,
      [factor](FloatVector y, FloatVector x) HWY_ATTR { return hn::Add(y, hn::Mul(factor, x)); });
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {
namespace {

HWY_EXPORT(binary_row);
HWY_EXPORT(accumulate_row);

constexpr std::int64_t grain = 32 * 1024;

/// Part of an input row of bfloat16 in float32: its elements or its one value, in `buffer`.
Operand widened(const BFloat16* row, bool is_scalar, std::int64_t first, std::int64_t count, float* buffer) {
  is_scalar ? widen(row, 1, buffer) : widen(row + first, count, buffer);
  return {buffer, is_scalar};
}

void binary_row_of_bfloat16(BinaryOp op, const BFloat16* a, bool a_is_scalar, const BFloat16* b, bool b_is_scalar,
                            std::int64_t n, BFloat16* dst) {
  for_each_piece(n, dst, [&](std::int64_t first, std::int64_t count, float* result) {
    float wide_a[piece_size], wide_b[piece_size];
    HWY_DYNAMIC_DISPATCH(binary_row)
    (op, widened(a, a_is_scalar, first, count, wide_a), widened(b, b_is_scalar, first, count, wide_b), count, result);
  });
}

}  // namespace

bool binary(BinaryOp op, const View& a, const View& b, const MutableView& dst) {
  const bool narrow = a.dtype == DType::bfloat16;
  if ((a.dtype != DType::float32 && !narrow) || dst.dtype != a.dtype) return false;
  const MergedLoop<3> loop(dst.shape, {a.strides, b.strides, dst.strides});
  const bool a_is_scalar = loop.strides[0].back() == 0, b_is_scalar = loop.strides[1].back() == 0;
  if (!loop.has_vector_rows() || (a_is_scalar && b_is_scalar)) return false;
  if (!HWY_DYNAMIC_DISPATCH(binary_row)(op, Operand{}, Operand{}, 0, nullptr)) return false;
  loop.for_each_row(grain, [&](const auto& at, std::int64_t n) {
    if (narrow)
      return binary_row_of_bfloat16(op, a.as<BFloat16>() + at[0], a_is_scalar, b.as<BFloat16>() + at[1], b_is_scalar, n,
                                    dst.as<BFloat16>() + at[2]);
    HWY_DYNAMIC_DISPATCH(binary_row)
    (op, Operand{a.as<float>() + at[0], a_is_scalar}, Operand{b.as<float>() + at[1], b_is_scalar}, n,
     dst.as<float>() + at[2]);
  });
  return true;
}

bool accumulate(double scale, const View& src, const MutableView& dst) {
  if (dst.dtype != DType::float32) return false;
  const MergedLoop<2> loop(dst.shape, {src.strides, dst.strides});
  if (!loop.has_vector_rows() || loop.strides[0].back() != 1) return false;
  loop.for_each_row(grain, [&](const auto& at, std::int64_t n) {
    HWY_DYNAMIC_DISPATCH(accumulate_row)
    (static_cast<float>(scale), src.as<float>() + at[0], n, dst.as<float>() + at[1]);
  });
  return true;
}

}  // namespace linnet::kernels::cpu
#endif
