// exp, tanh, sigmoid and gelu of vectors, to one or a few units in the last place (the tests measure it).
#include "linnet/kernels/cpu/simd-inl.h"

#if defined(LINNET_KERNELS_CPU_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LINNET_KERNELS_CPU_MATH_INL_H_
#undef LINNET_KERNELS_CPU_MATH_INL_H_
#else
#define LINNET_KERNELS_CPU_MATH_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

/// 2^n for integers n in [-126, 127], built from the exponent's bits.
HWY_INLINE FloatVector power_of_two(FloatTag d, hn::Vec<hn::Rebind<std::int32_t, FloatTag>> n) {
  const hn::Rebind<std::int32_t, FloatTag> d_int;
  return hn::BitCast(d, hn::ShiftLeft<23>(hn::Add(n, hn::Set(d_int, 127))));
}

/// x = n ln 2 + r with |r| <= ln 2 / 2, and exp(r) by the Taylor polynomial of degree 7, whose remainder is below 6e-9.
/// ln 2 is subtracted in two parts, the first of which has few bits, so that n times it is exact.
struct Exponential {
  FloatVector n, exp_r;

  HWY_INLINE Exponential(FloatTag d, FloatVector x) : n(hn::Round(hn::Mul(x, hn::Set(d, 1.44269504f)))) {
    const FloatVector r = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4f), hn::NegMulAdd(n, hn::Set(d, 0.693359375f), x));
    exp_r = hn::Set(d, 1.0f / 5040);
    for (float coefficient : {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f})
      exp_r = hn::MulAdd(exp_r, r, hn::Set(d, coefficient));
  }
};

/// exp(x).
HWY_INLINE FloatVector exp(FloatTag d, FloatVector x) {
  const Exponential e(d, hn::Min(hn::Max(x, hn::Set(d, -104.0f)), hn::Set(d, 89.0f)));
  // Two steps reach from the subnormal numbers to infinity.
  const auto exponent = hn::ConvertTo(hn::Rebind<std::int32_t, FloatTag>(), e.n);
  const auto half = hn::ShiftRight<1>(exponent);
  const FloatVector y = hn::Mul(hn::Mul(e.exp_r, power_of_two(d, half)), power_of_two(d, hn::Sub(exponent, half)));
  return hn::IfThenElse(hn::IsNaN(x), x, y);
}

/// exp(x) of x that are negative or nearly so; 0 where it would be subnormal. 2⁻¹²⁷, as power_of_two makes it, is 0.
HWY_INLINE FloatVector exp_of_negative(FloatTag d, FloatVector x) {
  const Exponential e(d, hn::Max(x, hn::Set(d, -88.0f)));
  const FloatVector y = hn::Mul(e.exp_r, power_of_two(d, hn::ConvertTo(hn::Rebind<std::int32_t, FloatTag>(), e.n)));
  return hn::IfThenElse(hn::IsNaN(x), x, y);
}

/// exp(x) - 1 for |x| <= 0.7, by its Taylor polynomial of degree 9.
HWY_INLINE FloatVector small_expm1(FloatTag d, FloatVector x) {
  FloatVector p = hn::Set(d, 1.0f / 362880);
  for (float coefficient : {1.0f / 40320, 1.0f / 5040, 1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f})
    p = hn::MulAdd(p, x, hn::Set(d, coefficient));
  return hn::MulAdd(hn::Mul(x, x), p, x);
}

/// 1 / (1 + exp(-x)), from exp(-|x|), which cannot overflow.
HWY_INLINE FloatVector sigmoid(FloatTag d, FloatVector x) {
  const FloatVector one = hn::Set(d, 1.0f), e = exp_of_negative(d, hn::Neg(hn::Abs(x)));
  return hn::Div(hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one), hn::Add(one, e));
}

/// tanh(|x|) = (1 - e) / (1 + e) with e = exp(-2|x|); near zero, where 1 - e loses digits, from expm1.
HWY_INLINE FloatVector tanh(FloatTag d, FloatVector x) {
  const FloatVector one = hn::Set(d, 1.0f), twice = hn::Mul(hn::Set(d, -2.0f), hn::Abs(x));
  const FloatVector e = exp_of_negative(d, twice), e_minus_one = small_expm1(d, hn::Max(twice, hn::Set(d, -0.7f)));
  const auto is_small = hn::Gt(twice, hn::Set(d, -0.7f));
  const FloatVector numerator = hn::IfThenElse(is_small, hn::Neg(e_minus_one), hn::Sub(one, e));
  const FloatVector denominator = hn::Add(one, hn::IfThenElse(is_small, hn::Add(one, e_minus_one), e));
  return hn::CopySign(hn::Div(numerator, denominator), x);
}

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2  // which fuse multiplication and addition
/// x * y - product, the rounding error of product = x * y.
HWY_INLINE FloatVector lost_in_product(FloatTag, FloatVector x, FloatVector y, FloatVector product) {
  return hn::MulSub(x, y, product);
}
#else
/// x with its 12 last bits cleared.
HWY_INLINE FloatVector upper_half(FloatTag d, FloatVector x) {
  const hn::Rebind<std::int32_t, FloatTag> d_int;
  return hn::BitCast(d, hn::And(hn::BitCast(d_int, x), hn::Set(d_int, ~0xfff)));
}

/// x * y - product, the rounding error of product = x * y: exact without a fused multiply-add as well, since the
/// products of halves of 12 bits are.
HWY_INLINE FloatVector lost_in_product(FloatTag d, FloatVector x, FloatVector y, FloatVector product) {
  const FloatVector x_high = upper_half(d, x), x_low = hn::Sub(x, x_high);
  const FloatVector y_high = upper_half(d, y), y_low = hn::Sub(y, y_high);
  const FloatVector middle = hn::Add(hn::Mul(x_high, y_low), hn::Mul(x_low, y_high));
  return hn::Add(hn::Add(hn::Sub(hn::Mul(x_high, y_high), product), middle), hn::Mul(x_low, y_low));
}
#endif

/// The standard normal distribution at x: its distribution function P(x) and its density p(x) = exp(-x²/2) / √(2π).
/// P(-|x|) = exp(-x²/2) · t · f(t) with t = 1 / (1 + 0.35 |x|) and a polynomial f that was fitted to the function; its
/// error is below 4e-8 of the result. What x² lost to rounding is put back, since exp would make it larger.
struct Normal {
  FloatVector distribution, density;

  HWY_INLINE Normal(FloatTag d, FloatVector x) {
    const FloatVector one = hn::Set(d, 1.0f), half = hn::Set(d, 0.5f);
    const FloatVector limit = hn::Set(d, 14.0f), m = hn::Min(hn::Abs(x), limit);
    const FloatVector square = hn::Mul(m, m), lost = lost_in_product(d, m, m, square);
    const FloatVector rounded = exp_of_negative(d, hn::Neg(hn::Mul(half, square)));
    const FloatVector e =
        hn::IfThenZeroElse(hn::Gt(hn::Abs(x), limit), hn::NegMulAdd(rounded, hn::Mul(half, lost), rounded));
    const FloatVector t = hn::Div(one, hn::MulAdd(m, hn::Set(d, 0.35f), one));
    FloatVector f = hn::Set(d, -0.029146055f);
    for (float coefficient :
         {0.14397229f, -0.25571543f, 0.15917546f, -0.023110684f, 0.10550834f, 0.11983279f, 0.13986188f, 0.13962141f})
      f = hn::MulAdd(f, t, hn::Set(d, coefficient));
    const FloatVector tail = hn::Mul(e, hn::Mul(f, t));
    distribution = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), tail, hn::Sub(one, tail));
    density = hn::Mul(e, hn::Set(d, 0.39894228f));
  }
};

/// x · P(x).
HWY_INLINE FloatVector gelu(FloatTag d, FloatVector x) { return hn::Mul(x, Normal(d, x).distribution); }
/// Its derivative, P(x) + x · p(x).
HWY_INLINE FloatVector gelu_derivative(FloatTag d, FloatVector x) {
  const Normal normal(d, x);
  return hn::MulAdd(x, normal.density, normal.distribution);
}

/// x/2 · (1 + tanh(u)) with u = √(2/π) · (x + 0.044715 x³): x · sigmoid(2u). What 2u lost to rounding is put back,
/// since the sigmoid would make it larger.
HWY_INLINE FloatVector gelu_tanh(FloatTag d, FloatVector x) {
  const FloatVector inner = hn::MulAdd(hn::Mul(x, x), hn::Set(d, 0.07135481f), hn::Set(d, 1.5957691f));  // 2u / x
  const FloatVector limited = hn::Min(hn::Max(x, hn::Set(d, -16.0f)), hn::Set(d, 16.0f));  // no infinity is lost
  const FloatVector twice_u = hn::Mul(x, inner), s = sigmoid(d, twice_u);
  const FloatVector lost = hn::IfThenElseZero(hn::Eq(limited, x), lost_in_product(d, x, inner, twice_u));
  return hn::Mul(x, hn::MulAdd(hn::Mul(s, hn::Sub(hn::Set(d, 1.0f), s)), lost, s));
}
HWY_INLINE FloatVector gelu_tanh_derivative(FloatTag d, FloatVector x) {
  const FloatVector one = hn::Set(d, 1.0f), square = hn::Mul(x, x);
  const FloatVector inner = hn::MulAdd(square, hn::Set(d, 0.07135481f), hn::Set(d, 1.5957691f));
  const FloatVector slope = hn::MulAdd(square, hn::Set(d, 0.21406444f), hn::Set(d, 1.5957691f));  // d(2u) / dx
  const FloatVector s = sigmoid(d, hn::Mul(x, inner));
  return hn::MulAdd(hn::Mul(hn::Mul(x, slope), s), hn::Sub(one, s), s);
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#endif  // LINNET_KERNELS_CPU_MATH_INL_H_
