#include "linnet/kernels/cpu/bfloat16.h"
#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/elementwise.h"
#include "linnet/kernels/cpu/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/unary.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

template <class Function>
HWY_INLINE void map(const float* src, std::int64_t n, float* dst, Function function) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(function(hn::LoadU(d, src + i)), d, dst + i);
  if (i == n) return;
  const auto rest = static_cast<std::size_t>(n - i);
  store_first(function(load_first(d, src + i, rest)), d, dst + i, rest);
}

/// False for an op that has no vector kernel.
bool unary_row(UnaryOp op, const float* src, std::int64_t n, float* dst) {
  using V = FloatVector;
  const FloatTag d;
  const V one = hn::Set(d, 1.0f);
  auto apply = [&](auto function) HWY_ATTR {
    map(src, n, dst, function);
    return true;
  };
  switch (op) {
    case UnaryOp::negative: return apply([](V x) HWY_ATTR { return hn::Neg(x); });
    case UnaryOp::absolute: return apply([](V x) HWY_ATTR { return hn::Abs(x); });
    case UnaryOp::exp: return apply([d](V x) HWY_ATTR { return exp(d, x); });
    case UnaryOp::sqrt: return apply([](V x) HWY_ATTR { return hn::Sqrt(x); });
    case UnaryOp::rsqrt: return apply([one](V x) HWY_ATTR { return hn::Div(one, hn::Sqrt(x)); });
    case UnaryOp::square: return apply([](V x) HWY_ATTR { return hn::Mul(x, x); });
    case UnaryOp::reciprocal: return apply([one](V x) HWY_ATTR { return hn::Div(one, x); });
    case UnaryOp::tanh: return apply([d](V x) HWY_ATTR { return tanh(d, x); });
    case UnaryOp::sigmoid: return apply([d](V x) HWY_ATTR { return sigmoid(d, x); });
    case UnaryOp::relu: return apply([d](V x) HWY_ATTR { return positive_part(d, x); });
    case UnaryOp::floor: return apply([](V x) HWY_ATTR { return hn::Floor(x); });
    case UnaryOp::ceil: return apply([](V x) HWY_ATTR { return hn::Ceil(x); });
    case UnaryOp::gelu: return apply([d](V x) HWY_ATTR { return gelu(d, x); });
    case UnaryOp::gelu_tanh: return apply([d](V x) HWY_ATTR { return gelu_tanh(d, x); });
    case UnaryOp::round: return apply([](V x) HWY_ATTR { return hn::Round(x); });
    default: return false;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {

HWY_EXPORT(unary_row);

bool unary(UnaryOp op, const View& src, const MutableView& dst) {
  const bool narrow = src.dtype == DType::bfloat16;
  if ((src.dtype != DType::float32 && !narrow) || dst.dtype != src.dtype) return false;
  const MergedLoop<2> loop(dst.shape, {src.strides, dst.strides});
  if (!loop.has_vector_rows() || loop.strides[0].back() != 1) return false;
  if (!HWY_DYNAMIC_DISPATCH(unary_row)(op, nullptr, 0, nullptr)) return false;
  const bool cheap = op != UnaryOp::exp && op != UnaryOp::tanh && op != UnaryOp::sigmoid && op < UnaryOp::gelu;
  loop.for_each_row(cheap ? 32 * 1024 : 8 * 1024, [&](const auto& at, std::int64_t n) {
    if (!narrow) {
      HWY_DYNAMIC_DISPATCH(unary_row)(op, src.as<float>() + at[0], n, dst.as<float>() + at[1]);
      return;
    }
    for_each_piece(n, dst.as<BFloat16>() + at[1], [&](std::int64_t first, std::int64_t count, float* result) {
      widen(src.as<BFloat16>() + at[0] + first, count, result);
      HWY_DYNAMIC_DISPATCH(unary_row)(op, result, count, result);
    });
  });
  return true;
}

}  // namespace linnet::kernels::cpu
#endif
