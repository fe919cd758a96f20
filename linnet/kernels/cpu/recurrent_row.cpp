#include "linnet/kernels/cpu/recurrent_row.h"

#include <cstddef>
#include <type_traits>

#include "linnet/kernels/cpu/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/recurrent_row.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

/// Calls body(vectors, std::integral_constant count, first unit) for all units, with `count` vectors at a time where
/// there are as many.
template <int count, class Body>
HWY_INLINE void for_each_group(std::int64_t u, Body body) {
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(FloatTag()));
  std::int64_t j = 0;
  for (; j + count * lanes <= u; j += count * lanes) body(Whole(), std::integral_constant<int, count>(), j);
  for (; j + lanes <= u; j += lanes) body(Whole(), std::integral_constant<int, 1>(), j);
  if (j < u) body(Partial{FloatTag(), static_cast<std::size_t>(u - j)}, std::integral_constant<int, 1>(), j);
}

HWY_INLINE FloatVector one() { return hn::Set(FloatTag(), 1.0f); }
/// y (1 - y) and 1 - y².
HWY_INLINE FloatVector sigmoid_slope(FloatVector y) { return hn::NegMulAdd(y, y, y); }
HWY_INLINE FloatVector tanh_slope(FloatVector y) { return hn::NegMulAdd(y, y, one()); }

/// e^x of `count` vectors of numbers up to 0. Each step waits for the one before; so the vectors go side by side, and
/// the processor always has something to do. What is below e^-87 is e^-87; NaN stays NaN.
template <int count>
HWY_INLINE void exp_of_negatives(FloatTag d, FloatVector (&x)[count]) {
  const hn::Rebind<std::int32_t, FloatTag> d_int;
  FloatVector n[count], r[count], p[count];
  for (int k = 0; k < count; ++k) r[k] = hn::Max(x[k], hn::Set(d, -87.0f));
  for (int k = 0; k < count; ++k) n[k] = hn::Round(hn::Mul(r[k], hn::Set(d, 1.44269504f)));
  for (int k = 0; k < count; ++k) r[k] = hn::NegMulAdd(n[k], hn::Set(d, 0.693359375f), r[k]);
  for (int k = 0; k < count; ++k) r[k] = hn::NegMulAdd(n[k], hn::Set(d, -2.12194440e-4f), r[k]);
  for (int k = 0; k < count; ++k) p[k] = hn::Set(d, 1.0f / 5040);
  for (float coefficient : {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f})
    for (int k = 0; k < count; ++k) p[k] = hn::MulAdd(p[k], r[k], hn::Set(d, coefficient));
  for (int k = 0; k < count; ++k) {
    const FloatVector y = hn::Mul(p[k], power_of_two(d, hn::ConvertTo(d_int, n[k])));
    x[k] = hn::IfThenElse(hn::IsNaN(x[k]), x[k], y);
  }
}

/// 1 / (1 + exp(-x)) from e = exp(-|x|), and tanh(x) from e = exp(-2|x|), to 10^-7.
HWY_INLINE FloatVector sigmoid_of(FloatTag d, FloatVector x, FloatVector e) {
  return hn::Div(hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one()), hn::Add(one(), e));
}
HWY_INLINE FloatVector tanh_of(FloatVector x, FloatVector e) {
  return hn::CopySign(hn::Div(hn::Sub(one(), e), hn::Add(one(), e)), x);
}
HWY_INLINE FloatVector minus_size(FloatVector x) { return hn::Neg(hn::Abs(x)); }
HWY_INLINE FloatVector minus_twice_size(FloatTag d, FloatVector x) { return hn::Mul(hn::Set(d, -2.0f), hn::Abs(x)); }

/// tanh of `count` vectors.
template <int count>
HWY_INLINE void squash(FloatTag d, FloatVector (&x)[count]) {
  FloatVector e[count];
  for (int k = 0; k < count; ++k) e[k] = minus_twice_size(d, x[k]);
  exp_of_negatives(d, e);
  for (int k = 0; k < count; ++k) x[k] = tanh_of(x[k], e[k]);
}

HWY_INLINE FloatVector activated(FloatTag d, Activation activation, FloatVector x) {
  switch (activation) {
    case Activation::relu: return positive_part(d, x);
    case Activation::sigmoid: return sigmoid(d, x);
    case Activation::tanh: return tanh(d, x);
    case Activation::none: break;
  }
  return x;
}

HWY_INLINE FloatVector slope(FloatTag d, Activation activation, FloatVector y) {
  switch (activation) {
    case Activation::relu: return hn::IfThenElseZero(hn::Gt(y, hn::Zero(d)), one());
    case Activation::sigmoid: return sigmoid_slope(y);
    case Activation::tanh: return tanh_slope(y);
    case Activation::none: break;
  }
  return one();
}

/// The gradient of this step's h.
template <class V>
HWY_INLINE FloatVector diff_h(const StepRow& r, V v, std::int64_t j) {
  const FloatVector later = hn::Add(v.load(r.diff_state + j), v.load(r.direct + j));
  return r.diff_hidden == nullptr ? later : hn::Add(later, v.load(r.diff_hidden + j));
}

void simple_rnn_row_on_target(const StepRow& r) {
  for_each_part(r.u, [&](auto v, std::int64_t j) HWY_ATTR {
    const FloatVector h = activated(v.d, r.activation, hn::Add(v.load(r.gates + j), v.load(r.products + j)));
    v.store(h, r.hidden + j);
    v.store(h, r.state + j);
  });
}

void simple_rnn_backward_row_on_target(const StepRow& r) {
  for_each_part(r.u, [&](auto v, std::int64_t j) HWY_ATTR {
    const FloatVector da = hn::Mul(diff_h(r, v, j), slope(v.d, r.activation, v.load(r.hidden + j)));
    v.store(da, r.gates + j);
    v.store(da, r.state + j);
    v.store(hn::Zero(v.d), r.direct + j);
  });
}

void lstm_row_on_target(const StepRow& r) {
  const std::int64_t u = r.u;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(FloatTag()));
  for_each_part(u, [&](auto v, std::int64_t j) HWY_ATTR {
    FloatVector a[4], e[4];
    for (int k = 0; k < 4; ++k) a[k] = hn::Add(v.load(r.gates + k * u + j), v.load(r.products + k * u + j));
    for (int k = 0; k < 4; ++k) e[k] = k == 2 ? minus_twice_size(v.d, a[k]) : minus_size(a[k]);
    exp_of_negatives(v.d, e);
    for (int k = 0; k < 4; ++k) a[k] = k == 2 ? tanh_of(a[k], e[k]) : sigmoid_of(v.d, a[k], e[k]);
    for (int k = 0; k < 4; ++k) v.store(a[k], r.gates + k * u + j);
    v.store(hn::MulAdd(a[1], v.load(r.before + j), hn::Mul(a[0], a[2])), r.cells + j);
  });
  for_each_group<4>(u, [&](auto v, auto count, std::int64_t j) HWY_ATTR {
    FloatVector c[count];
    for (int k = 0; k < count; ++k) c[k] = v.load(r.cells + j + k * lanes);
    squash(v.d, c);
    for (int k = 0; k < count; ++k) {
      const FloatVector h = hn::Mul(v.load(r.gates + 3 * u + j + k * lanes), c[k]);
      v.store(h, r.hidden + j + k * lanes);
      v.store(h, r.state + j + k * lanes);
    }
  });
}

void lstm_backward_row_on_target(const StepRow& r) {
  const std::int64_t u = r.u;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(FloatTag()));
  for_each_group<4>(u, [&](auto v, auto count, std::int64_t j) HWY_ATTR {  // tanh(c), kept where da₀ will be
    FloatVector c[count];
    for (int k = 0; k < count; ++k) c[k] = v.load(r.cells + j + k * lanes);
    squash(v.d, c);
    for (int k = 0; k < count; ++k) v.store(c[k], r.state + j + k * lanes);
  });
  for_each_part(u, [&](auto v, std::int64_t j) HWY_ATTR {
    const FloatVector i = v.load(r.gates + j), f = v.load(r.gates + u + j);
    const FloatVector g = v.load(r.gates + 2 * u + j), o = v.load(r.gates + 3 * u + j);
    const FloatVector squashed = v.load(r.state + j), dh = diff_h(r, v, j);
    const FloatVector dc = hn::MulAdd(hn::Mul(dh, o), tanh_slope(squashed), v.load(r.diff_cell + j));
    auto store = [&](FloatVector da, std::int64_t gate) HWY_ATTR {
      v.store(da, r.gates + gate * u + j);
      v.store(da, r.state + gate * u + j);
    };
    store(hn::Mul(hn::Mul(dc, g), sigmoid_slope(i)), 0);
    store(hn::Mul(hn::Mul(dc, v.load(r.before + j)), sigmoid_slope(f)), 1);
    store(hn::Mul(hn::Mul(dc, i), tanh_slope(g)), 2);
    store(hn::Mul(hn::Mul(dh, squashed), sigmoid_slope(o)), 3);
    v.store(hn::Mul(dc, f), r.diff_cell + j);
    v.store(hn::Zero(v.d), r.direct + j);
  });
}

/// The products have the recurrent bias already.
void gru_row_on_target(const StepRow& r) {
  const std::int64_t u = r.u;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(FloatTag()));
  for_each_group<4>(2 * u, [&](auto v, auto count, std::int64_t j) HWY_ATTR {  // z and r
    FloatVector a[count], e[count];
    for (int k = 0; k < count; ++k) {
      a[k] = hn::Add(v.load(r.gates + j + k * lanes), v.load(r.products + j + k * lanes));
      e[k] = minus_size(a[k]);
    }
    exp_of_negatives(v.d, e);
    for (int k = 0; k < count; ++k) v.store(sigmoid_of(v.d, a[k], e[k]), r.gates + j + k * lanes);
  });
  for_each_group<4>(u, [&](auto v, auto count, std::int64_t first) HWY_ATTR {
    FloatVector g[count];
    for (int k = 0; k < count; ++k) {
      const std::int64_t j = first + k * lanes;
      const FloatVector b = v.load(r.products + 2 * u + j);
      v.store(b, r.inner + j);
      g[k] = hn::MulAdd(v.load(r.gates + u + j), b, v.load(r.gates + 2 * u + j));
    }
    squash(v.d, g);
    for (int k = 0; k < count; ++k) {
      const std::int64_t j = first + k * lanes;
      const FloatVector h = hn::MulAdd(v.load(r.gates + j), hn::Sub(v.load(r.before + j), g[k]), g[k]);
      v.store(g[k], r.gates + 2 * u + j);
      v.store(h, r.hidden + j);
      v.store(h, r.state + j);
    }
  });
}

void gru_backward_row_on_target(const StepRow& r) {
  const std::int64_t u = r.u;
  for_each_part(u, [&](auto v, std::int64_t j) HWY_ATTR {
    const FloatVector z = v.load(r.gates + j), reset = v.load(r.gates + u + j), g = v.load(r.gates + 2 * u + j);
    const FloatVector dh = diff_h(r, v, j);
    const FloatVector dg = hn::Mul(hn::Mul(dh, hn::Sub(one(), z)), tanh_slope(g));
    const FloatVector dr = hn::Mul(hn::Mul(dg, v.load(r.inner + j)), sigmoid_slope(reset));
    const FloatVector dz = hn::Mul(hn::Mul(dh, hn::Sub(v.load(r.before + j), g)), sigmoid_slope(z));
    const FloatVector db = hn::Mul(dg, reset);
    v.store(dz, r.gates + j);
    v.store(dr, r.gates + u + j);
    v.store(dg, r.gates + 2 * u + j);
    v.store(db, r.inner + j);
    v.store(dz, r.state + j);
    v.store(dr, r.state + u + j);
    v.store(db, r.state + 2 * u + j);
    v.store(hn::Mul(dh, z), r.direct + j);
  });
}

void pass_back_row_on_target(const StepRow& r) {
  for_each_part(r.u, [&](auto v, std::int64_t j) HWY_ATTR { v.store(diff_h(r, v, j), r.direct + j); });
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {

HWY_EXPORT(simple_rnn_row_on_target);
HWY_EXPORT(simple_rnn_backward_row_on_target);
HWY_EXPORT(lstm_row_on_target);
HWY_EXPORT(lstm_backward_row_on_target);
HWY_EXPORT(gru_row_on_target);
HWY_EXPORT(gru_backward_row_on_target);
HWY_EXPORT(pass_back_row_on_target);

void simple_rnn_row(const StepRow& row) { HWY_DYNAMIC_DISPATCH(simple_rnn_row_on_target)(row); }
void simple_rnn_backward_row(const StepRow& row) { HWY_DYNAMIC_DISPATCH(simple_rnn_backward_row_on_target)(row); }
void lstm_row(const StepRow& row) { HWY_DYNAMIC_DISPATCH(lstm_row_on_target)(row); }
void lstm_backward_row(const StepRow& row) { HWY_DYNAMIC_DISPATCH(lstm_backward_row_on_target)(row); }
void gru_row(const StepRow& row) { HWY_DYNAMIC_DISPATCH(gru_row_on_target)(row); }
void gru_backward_row(const StepRow& row) { HWY_DYNAMIC_DISPATCH(gru_backward_row_on_target)(row); }
void pass_back_row(const StepRow& row) { HWY_DYNAMIC_DISPATCH(pass_back_row_on_target)(row); }

}  // namespace linnet::kernels::cpu
#endif
