// Recurrence: every block of samples walks through all steps by itself, without waiting for another. The recurrent
// weights are packed once into strips that stay in the first-level cache while a step's samples pass; the product of a
// step and its gates are two calls (docs/notes/recurrence.md).
#include <algorithm>
#include <cstring>
#include <type_traits>

#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/gemm.h"
#include "linnet/kernels/cpu/scratch.h"
#include "linnet/kernels/cpu/split.h"
#include "linnet/kernels/cpu/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/recurrent.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/math-inl.h"

#ifndef LINNET_KERNELS_CPU_RECURRENT_ONCE
#define LINNET_KERNELS_CPU_RECURRENT_ONCE
namespace linnet::kernels::cpu {

/// One sample's numbers in one step; `u` units. What a kind of cell does not have is null.
struct StepRow {
  std::int64_t u;
  float* gates;           // activated in the forward pass, gradients after the backward one
  const float* products;  // h₋₁ · U; backward: unused
  const float* before;    // the state of the step before: h, or c of an LSTM
  float* cells;           // c
  float* inner;           // GRU: b₂, then its gradient
  float* hidden;          // h
  float* state;           // h once more, where the next product reads it; backward: the gradient of b for it
  const float* diff_hidden;
  const float* diff_state;  // backward: da · Uᵀ of the step after
  float* direct;            // backward: what h's gradient of the step after sends past the product; then this step's
  float* diff_cell;         // backward: dc
  Activation activation;
};

}  // namespace linnet::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

/// A whole vector, or the first `valid` elements of one.
struct Whole {
  FloatTag d;
  HWY_INLINE FloatVector load(const float* p) const { return hn::LoadU(d, p); }
  HWY_INLINE void store(FloatVector v, float* p) const { hn::StoreU(v, d, p); }
};
struct Partial {
  FloatTag d;
  std::size_t valid;
  HWY_INLINE FloatVector load(const float* p) const { return load_first(d, p, valid); }
  HWY_INLINE void store(FloatVector v, float* p) const { store_first(v, d, p, valid); }
};

/// Calls body(vectors, first unit) for all units.
template <class Body>
HWY_INLINE void for_each_vector(std::int64_t u, Body body) {
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(FloatTag()));
  std::int64_t j = 0;
  for (; j + lanes <= u; j += lanes) body(Whole(), j);
  if (j < u) body(Partial{FloatTag(), static_cast<std::size_t>(u - j)}, j);
}

/// The same with `count` vectors at a time where there are as many: body(vectors, std::integral_constant count, first
/// unit).
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

void simple_rnn_row(const StepRow& r) {
  for_each_vector(r.u, [&](auto v, std::int64_t j) HWY_ATTR {
    const FloatVector h = activated(v.d, r.activation, hn::Add(v.load(r.gates + j), v.load(r.products + j)));
    v.store(h, r.hidden + j);
    v.store(h, r.state + j);
  });
}

void simple_rnn_backward_row(const StepRow& r) {
  for_each_vector(r.u, [&](auto v, std::int64_t j) HWY_ATTR {
    const FloatVector da = hn::Mul(diff_h(r, v, j), slope(v.d, r.activation, v.load(r.hidden + j)));
    v.store(da, r.gates + j);
    v.store(da, r.state + j);
    v.store(hn::Zero(v.d), r.direct + j);
  });
}

void lstm_row(const StepRow& r) {
  const std::int64_t u = r.u;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(FloatTag()));
  for_each_vector(u, [&](auto v, std::int64_t j) HWY_ATTR {
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

void lstm_backward_row(const StepRow& r) {
  const std::int64_t u = r.u;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(FloatTag()));
  for_each_group<4>(u, [&](auto v, auto count, std::int64_t j) HWY_ATTR {  // tanh(c), kept where da₀ will be
    FloatVector c[count];
    for (int k = 0; k < count; ++k) c[k] = v.load(r.cells + j + k * lanes);
    squash(v.d, c);
    for (int k = 0; k < count; ++k) v.store(c[k], r.state + j + k * lanes);
  });
  for_each_vector(u, [&](auto v, std::int64_t j) HWY_ATTR {
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
void gru_row(const StepRow& r) {
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

void gru_backward_row(const StepRow& r) {
  const std::int64_t u = r.u;
  for_each_vector(u, [&](auto v, std::int64_t j) HWY_ATTR {
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

/// Of a step that is hidden: what arrives goes on to the step before.
void pass_back_row(const StepRow& r) {
  for_each_vector(r.u, [&](auto v, std::int64_t j) HWY_ATTR { v.store(diff_h(r, v, j), r.direct + j); });
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {
namespace {

HWY_EXPORT(simple_rnn_row);
HWY_EXPORT(simple_rnn_backward_row);
HWY_EXPORT(lstm_row);
HWY_EXPORT(lstm_backward_row);
HWY_EXPORT(gru_row);
HWY_EXPORT(gru_backward_row);
HWY_EXPORT(pass_back_row);

/// A matrix [k, n] in strips of columns, each one dense.
class Packed {
 public:
  static constexpr std::int64_t strip = 32;  // columns

  /// `data` has room for k * n elements. `weights` is read transposed if so asked.
  Packed(float* data, const View& weights, bool transposed)
      : data_(data), k_(weights.shape[transposed ? 1 : 0]), n_(weights.shape[transposed ? 0 : 1]) {
    const std::int64_t row = weights.strides[transposed ? 1 : 0], column = weights.strides[transposed ? 0 : 1];
    for (std::int64_t first = 0; first < n_; first += strip) {
      const std::int64_t width = std::min(strip, n_ - first);
      float* out = data_ + first * k_;
      for (std::int64_t i = 0; i < k_; ++i)
        for (std::int64_t j = 0; j < width; ++j)
          out[i * width + j] = weights.as<float>()[i * row + (first + j) * column];
    }
  }

  std::int64_t columns() const { return n_; }
  /// c [rows, n] = a [rows, k] · this + bias; a and c are dense.
  void multiply(std::int64_t rows, const float* a, const float* bias, float* c) const {
    for (std::int64_t first = 0; first < n_; first += strip) {
      const std::int64_t width = std::min(strip, n_ - first);
      gemm({.m = rows,
            .n = width,
            .k = k_,
            .a = a,
            .a_row = k_,
            .a_column = 1,
            .b = data_ + first * k_,
            .b_row = width,
            .b_column = 1,
            .c = c + first,
            .c_row = n_,
            .bias = bias == nullptr ? nullptr : bias + first});
    }
  }

 private:
  float* data_;
  std::int64_t k_, n_;
};

/// What the kernels are given: dense, all of it float32 but the mask.
struct Walk {
  std::int64_t samples, steps, units, columns;  // columns: of the gates
  const float* before = nullptr;                // [samples, units]: h, or c of an LSTM, before the first step
  const float* first_state = nullptr;           // [samples, units]: h before the first step
  const bool* mask = nullptr;
  float* gates = nullptr;
  float* cells = nullptr;
  float* inner = nullptr;
  float* hidden = nullptr;
  const float* diff_hidden = nullptr;
  float* diff_h = nullptr;
  float* diff_c = nullptr;
  const float* recurrent_bias = nullptr;
  Activation activation = Activation::none;

  std::int64_t at(std::int64_t sample, std::int64_t step) const { return sample * steps + step; }
  bool hides(std::int64_t sample, std::int64_t step) const { return mask != nullptr && !mask[at(sample, step)]; }
  /// What one sample has in one step.
  StepRow row(std::int64_t sample, std::int64_t step) const {
    auto of_step = [&](auto* data, std::int64_t width) {
      return data == nullptr ? nullptr : data + at(sample, step) * width;
    };
    StepRow r{};
    r.u = units;
    r.gates = of_step(gates, columns);
    r.cells = of_step(cells, units);
    r.inner = of_step(inner, units);
    r.hidden = of_step(hidden, units);
    r.diff_hidden = of_step(diff_hidden, units);
    const float* states = cells != nullptr ? cells : hidden;
    r.before = step > 0 ? states + at(sample, step - 1) * units : before + sample * units;
    r.activation = activation;
    return r;
  }
  /// Calls block(first sample, last sample) for all samples, in parallel.
  template <class Block>
  void for_blocks(Block block) const {
    constexpr std::int64_t grain = 300 * 1000;  // multiplications that are worth a block
    parallel_split(samples, block_count(samples, samples * steps * units * columns, grain), block);
  }
};

void copy_row(const float* src, std::int64_t u, float* dst) {
  std::memcpy(dst, src, static_cast<std::size_t>(u) * sizeof(float));
}

using StepFunction = void (*)(const StepRow&);

/// Forward: a product, then a row of gates for each sample.
void walk_ahead(const Walk& w, const View& weights, StepFunction step_row) {
  const Packed packed(caller_scratch(w.units * w.columns), weights, false);
  w.for_blocks([&](std::int64_t first, std::int64_t last) {
    const std::int64_t rows = last - first;
    float* states = thread_scratch(rows * (w.units + w.columns));
    float* products = states + rows * w.units;
    copy_row(w.first_state + first * w.units, rows * w.units, states);
    for (std::int64_t t = 0; t < w.steps; ++t) {
      packed.multiply(rows, states, w.recurrent_bias, products);
      for (std::int64_t i = 0; i < rows; ++i) {
        StepRow r = w.row(first + i, t);
        r.state = states + i * w.units;
        r.products = products + i * w.columns;
        if (!w.hides(first + i, t)) {
          step_row(r);
          continue;
        }
        if (r.cells != nullptr) copy_row(r.before, w.units, r.cells);
        copy_row(r.state, w.units, r.hidden);
      }
    }
  });
}

/// Backward: a row of gates for each sample, then the product that leads to the step before.
void walk_back(const Walk& w, const View& weights, StepFunction step_row) {
  const Packed packed(caller_scratch(w.units * w.columns), weights, true);
  w.for_blocks([&](std::int64_t first, std::int64_t last) {
    const std::int64_t rows = last - first, size = rows * w.units;
    float* direct = thread_scratch(size + size + rows * w.columns);
    float *products = direct + size, *diffs = products + size;
    copy_row(w.diff_h + first * w.units, size, direct);
    std::fill_n(products, size, 0.0f);
    for (std::int64_t t = w.steps - 1; t >= 0; --t) {
      for (std::int64_t i = 0; i < rows; ++i) {
        StepRow r = w.row(first + i, t);
        r.direct = direct + i * w.units;
        r.diff_state = products + i * w.units;
        r.state = diffs + i * w.columns;
        r.diff_cell = w.diff_c == nullptr ? nullptr : w.diff_c + (first + i) * w.units;
        if (!w.hides(first + i, t)) {
          step_row(r);
          continue;
        }
        HWY_DYNAMIC_DISPATCH(pass_back_row)(r);
        std::fill_n(r.gates, w.columns, 0.0f);
        std::fill_n(r.state, w.columns, 0.0f);
        if (r.inner != nullptr) std::fill_n(r.inner, w.units, 0.0f);
      }
      packed.multiply(rows, diffs, nullptr, products);
    }
    for (std::int64_t i = 0; i < size; ++i) w.diff_h[first * w.units + i] = products[i] + direct[i];
  });
}

bool is_dense(const View& view) {
  return view.data == nullptr || (view.dtype == DType::float32 && view.is_contiguous());
}
bool is_dense_mask(const View& mask) { return mask.data == nullptr || mask.is_contiguous(); }

/// `steps` has the sizes of all steps [samples, steps, units].
Walk walk_over(const View& steps, const View& weights) {
  return {.samples = steps.shape[0], .steps = steps.shape[1], .units = steps.shape[2], .columns = weights.shape[1]};
}

/// Whether these are float32 and lie as the kernels want them; weights may lie in any way.
template <class... Views>
bool takes(const View& weights, const View& mask, const Views&... views) {
  return weights.dtype == DType::float32 && weights.size() > 0 && is_dense_mask(mask) && (is_dense(views) && ...);
}

}  // namespace

bool simple_rnn(Activation activation, const View& recurrent_weights, const View& h, const View& mask,
                const MutableView& hidden) {
  if (!takes(recurrent_weights, mask, h, hidden)) return false;
  Walk w = walk_over(hidden, recurrent_weights);
  w.first_state = w.before = h.as<float>();
  w.mask = mask.as<bool>();
  w.gates = w.hidden = hidden.as<float>();
  w.activation = activation;
  walk_ahead(w, recurrent_weights, [](const StepRow& r) { HWY_DYNAMIC_DISPATCH(simple_rnn_row)(r); });
  return true;
}

bool simple_rnn_backward(Activation activation, const View& recurrent_weights, const View& mask, const View& hidden,
                         const View& diff_hidden, const MutableView& diff_gates, const MutableView& diff_h) {
  if (!takes(recurrent_weights, mask, hidden, diff_hidden, diff_gates, diff_h)) return false;
  Walk w = walk_over(hidden, recurrent_weights);
  w.before = hidden.as<float>();  // not read
  w.mask = mask.as<bool>();
  w.gates = diff_gates.as<float>();
  w.hidden = const_cast<float*>(hidden.as<float>());
  w.diff_hidden = diff_hidden.as<float>();
  w.diff_h = diff_h.as<float>();
  w.activation = activation;
  walk_back(w, recurrent_weights, [](const StepRow& r) { HWY_DYNAMIC_DISPATCH(simple_rnn_backward_row)(r); });
  return true;
}

bool lstm(const View& recurrent_weights, const View& h, const View& c, const View& mask, const MutableView& gates,
          const MutableView& hidden, const MutableView& cells) {
  if (!takes(recurrent_weights, mask, h, c, gates, hidden, cells)) return false;
  Walk w = walk_over(hidden, recurrent_weights);
  w.first_state = h.as<float>();
  w.before = c.as<float>();
  w.mask = mask.as<bool>();
  w.gates = gates.as<float>();
  w.cells = cells.as<float>();
  w.hidden = hidden.as<float>();
  walk_ahead(w, recurrent_weights, [](const StepRow& r) { HWY_DYNAMIC_DISPATCH(lstm_row)(r); });
  return true;
}

bool lstm_backward(const View& recurrent_weights, const View& c, const View& mask, const View& cells,
                   const View& diff_hidden, const MutableView& gates, const MutableView& diff_h,
                   const MutableView& diff_c) {
  if (!takes(recurrent_weights, mask, c, cells, diff_hidden, gates, diff_h, diff_c)) return false;
  Walk w = walk_over(cells, recurrent_weights);
  w.before = c.as<float>();
  w.mask = mask.as<bool>();
  w.gates = gates.as<float>();
  w.cells = const_cast<float*>(cells.as<float>());
  w.diff_hidden = diff_hidden.as<float>();
  w.diff_h = diff_h.as<float>();
  w.diff_c = diff_c.as<float>();
  walk_back(w, recurrent_weights, [](const StepRow& r) { HWY_DYNAMIC_DISPATCH(lstm_backward_row)(r); });
  return true;
}

bool gru(const View& recurrent_weights, const View& recurrent_bias, const View& h, const View& mask,
         const MutableView& gates, const MutableView& inner, const MutableView& hidden) {
  if (!takes(recurrent_weights, mask, recurrent_bias, h, gates, inner, hidden)) return false;
  Walk w = walk_over(hidden, recurrent_weights);
  w.first_state = w.before = h.as<float>();
  w.mask = mask.as<bool>();
  w.gates = gates.as<float>();
  w.inner = inner.as<float>();
  w.hidden = hidden.as<float>();
  w.recurrent_bias = recurrent_bias.as<float>();
  walk_ahead(w, recurrent_weights, [](const StepRow& r) { HWY_DYNAMIC_DISPATCH(gru_row)(r); });
  return true;
}

bool gru_backward(const View& recurrent_weights, const View& h, const View& mask, const View& hidden,
                  const View& diff_hidden, const MutableView& gates, const MutableView& inner,
                  const MutableView& diff_h) {
  if (!takes(recurrent_weights, mask, h, hidden, diff_hidden, gates, inner, diff_h)) return false;
  Walk w = walk_over(hidden, recurrent_weights);
  w.before = h.as<float>();
  w.mask = mask.as<bool>();
  w.gates = gates.as<float>();
  w.inner = inner.as<float>();
  w.hidden = const_cast<float*>(hidden.as<float>());
  w.diff_hidden = diff_hidden.as<float>();
  w.diff_h = diff_h.as<float>();
  walk_back(w, recurrent_weights, [](const StepRow& r) { HWY_DYNAMIC_DISPATCH(gru_backward_row)(r); });
  return true;
}

}  // namespace linnet::kernels::cpu
#endif
