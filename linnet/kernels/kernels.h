// The whole backend contract on one page: free functions on views. kernels.cpp is the one place that chooses between
// kernels::cpu (fast) and kernels::reference (plain loops: the oracle, the fallback and the documentation).
//
// Rules. Callers (ops) have checked shapes and dtypes; kernels only assert. Views may have any strides; inputs may be
// broadcast (stride 0); outputs never overlap themselves. An output may be the same view as an input where "in place"
// is said. Empty views are legal. dtypes of inputs and outputs are equal unless said otherwise. Results have the same
// bits for any number of threads.
#pragma once

#include <cstdint>
#include <span>

#include "linnet/kernels/view.h"

#pragma GCC visibility push(default)
namespace linnet::kernels {

// ---- elementwise (in place allowed) --------------------------------------------------------------------------------
enum class UnaryOp : std::uint8_t {
  negative,
  absolute,
  sign,
  exp,
  expm1,
  log,
  log1p,
  sqrt,
  rsqrt,
  square,
  reciprocal,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  erf,
  sigmoid,
  softplus,
  relu,
  floor,
  ceil,
  round,
  logical_not,
  is_nan,
  is_inf,
  is_finite,
  gelu,      // x * P(x), with P the distribution function of the standard normal distribution
  gelu_tanh  // x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3)))
};
/// dst = op(src). logical_not and is_* write boolean; the rest keep the dtype. round: half to even, as NumPy.
void unary(UnaryOp op, const View& src, const MutableView& dst);

enum class BinaryOp : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  floor_divide,
  mod,
  power,
  maximum,
  minimum,
  atan2,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  logical_and,
  logical_or,
  logical_xor,
  // gradients of unary ops in one pass: a is the saved value (y = op(x), or x), b is dy
  relu_gradient,      // y, dy -> dy * [y > 0]
  sigmoid_gradient,   // y, dy -> dy * y * (1 - y)
  tanh_gradient,      // y, dy -> dy * (1 - y^2)
  softplus_gradient,  // x, dy -> dy * sigmoid(x)
  gelu_gradient,      // x, dy -> dy * (P(x) + x * exp(-x^2/2) / sqrt(2 pi))
  gelu_tanh_gradient  // x, dy -> dy times the derivative of gelu_tanh
};
/// dst = op(a, b); a and b already expanded (stride 0) to dst's shape. Comparisons and logical_* write boolean.
/// floor_divide and mod follow Python's sign rule; integer division by zero gives 0.
void binary(BinaryOp op, const View& a, const View& b, const MutableView& dst);
/// dst = condition ? a : b. condition is boolean.
void where(const View& condition, const View& a, const View& b, const MutableView& dst);
/// dst = src converted to dst's dtype (to integer: truncation towards zero, saturating; to boolean: src != 0).
void copy(const View& src, const MutableView& dst);
/// dst[...] = value converted to dst's dtype.
void fill(double value, const MutableView& dst);
/// dst += scale * src (floating).
void accumulate(double scale, const View& src, const MutableView& dst);
/// dst = src * scale + offset; src of any dtype, dst floating: the cast is part of the pass.
void rescale(const View& src, double scale, double offset, const MutableView& dst);
/// dst = min(max(src, low), high).
void clip(const View& src, double low, double high, const MutableView& dst);

// ---- reductions and scans ------------------------------------------------------------------------------------------
enum class ReduceOp : std::uint8_t { sum, mean, product, maximum, minimum, any, all };
/// dst = op over the axes that have size 1 in dst (dst keeps src's rank). Empty: sum 0, product 1, mean NaN.
/// float32 sums are pairwise or blocked, in a fixed order. any and all write boolean.
void reduce(ReduceOp op, const View& src, const MutableView& dst);
enum class ArgOp : std::uint8_t { maximum, minimum };
/// dst[int64] = index of the first extreme element along `axis`, which has size 1 in dst. NaN counts as the extreme.
void arg_reduce(ArgOp op, const View& src, int axis, const MutableView& dst);
/// dst = running sum along `axis`; `reverse` runs from the end.
void cumulative_sum(const View& src, int axis, bool reverse, const MutableView& dst);
/// Stable sort along the last axis: values and/or int64 positions (either may have a null data pointer). NaN sorts
/// last.
void sort(const View& src, bool descending, const MutableView& values, const MutableView& indices);

// ---- linear algebra ------------------------------------------------------------------------------------------------
enum class Activation : std::uint8_t { none, relu, sigmoid, tanh };
/// dst = activation(a · b + bias). a [..., m, k], b [..., k, n], dst [..., m, n]; leading axes equal (stride 0 where
/// broadcast); any two of the last strides, so transposed operands are read in place. bias: null data or [n].
/// All of one dtype; bfloat16 is summed in float32. With a in bfloat16, b, bias and dst may be float32: b is then
/// rounded to bfloat16 first.
void matmul(const View& a, const View& b, const View& bias, Activation activation, const MutableView& dst);
/// Whether bfloat16 products are computed by instructions of their own (AVX512-BF16, AMX), faster than those of
/// float32.
bool multiplies_bfloat16();

// ---- windows over spatial axes: convolution and pooling
// -------------------------------------------------------------
/// How windows lie on the spatial axes of src, of which there are 1 to 3; each list has one number an axis. Cell k of
/// the window of dst's element y is src's element y * strides + k * dilation - padding, or none if that is outside.
struct Windows {
  Shape strides;   ///< from window to window
  Shape dilation;  ///< from cell to cell
  Shape padding;   ///< how far the first window lies before src
};
/// dst[n, y, o] = activation(bias[o] + sum over k and i of src[n, cell k of y, group * I + i] * weights[k, i, o]).
/// src [n, spatial…, groups * I], weights [window…, I, O], dst [n, spatial…, O]; the group of o is o / (O / groups).
/// bias: null data or [O]. float32 sums of another order than the reference's; sizes but n are above 0.
void convolution(const View& src, const View& weights, const View& bias, Activation activation, const Windows& windows,
                 const MutableView& dst);
/// diff_src[n, x, i] = sum over all k, y, o with cell k of y = x of diff_dst[n, y, o] * weights[k, i, o].
void convolution_backward_src(const View& diff_dst, const View& weights, const Windows& windows,
                              const MutableView& diff_src);
/// diff_weights[k, i, o] = sum over n and y of src[n, cell k of y, group * I + i] * diff_dst[n, y, o].
void convolution_backward_weights(const View& src, const View& diff_dst, const Windows& windows,
                                  const MutableView& diff_weights);

/// What becomes of the cells of a window.
enum class PoolOp : std::uint8_t { maximum, average };
/// dst[n, y, c] = the largest, NaN if one is, or the mean of src[n, cell k of y, c] over the cells of `window` that
/// exist. src and dst [n, spatial…, c]; `window` has one size an axis; every window has a cell that exists.
void pool(PoolOp op, const View& src, const Shape& window, const Windows& windows, const MutableView& dst);
/// Each diff_dst goes to the first of the largest cells of its window, or in equal parts to all of them. The average
/// does not read src and dst, which may have null data.
void pool_backward(PoolOp op, const View& src, const View& dst, const View& diff_dst, const Shape& window,
                   const Windows& windows, const MutableView& diff_src);

// ---- normalization
// --------------------------------------------------------------------------------------------------
/// dst = (src - mean) / sqrt(variance + epsilon), with mean and variance (divided by n) over the axes that have size 1
/// in them; both keep src's rank, and are written.
void standardize(const View& src, double epsilon, const MutableView& mean, const MutableView& variance,
                 const MutableView& dst);
/// diff_src = (diff_dst - mean(diff_dst) - dst * mean(diff_dst * dst)) / sqrt(variance + epsilon), means over the axes
/// that have size 1 in variance.
void standardize_backward(const View& dst, const View& variance, double epsilon, const View& diff_dst,
                          const MutableView& diff_src);

// ---- recurrence: all steps of a sequence
// --------------------------------------------------------------------------------------------
// float32 or float64. n samples, t steps in order, u units, U the recurrent weights [u, gates * u], h₋₁ the state of
// the step before, [n, u] before the first. `mask` has null data or is boolean [n, t]: where it is false the step
// leaves all states as they are, and its gradients are 0. The backward kernels have the gradients of the last states in
// diff_h and diff_c [n, u] on entry, and leave those of the first there; diff_hidden [n, t, u], the gradients of all
// steps' h, may have null data.

/// h = activation(a + h₋₁ · U). hidden [n, t, u]: a on entry, h after.
void simple_rnn(Activation activation, const View& recurrent_weights, const View& h, const View& mask,
                const MutableView& hidden);
/// diff_gates [n, t, u]: the gradient of a.
void simple_rnn_backward(Activation activation, const View& recurrent_weights, const View& mask, const View& hidden,
                         const View& diff_hidden, const MutableView& diff_gates, const MutableView& diff_h);
/// With b = a + h₋₁ · U, cut into four: i = σ(b₀), f = σ(b₁), g = tanh(b₂), o = σ(b₃), c = f c₋₁ + i g, h = o tanh(c).
/// gates [n, t, 4u]: a on entry, (i, f, g, o) after; hidden and cells [n, t, u]: h and c.
void lstm(const View& recurrent_weights, const View& h, const View& c, const View& mask, const MutableView& gates,
          const MutableView& hidden, const MutableView& cells);
/// gates: (i, f, g, o) on entry, the gradient of a after. c: before the first step.
void lstm_backward(const View& recurrent_weights, const View& c, const View& mask, const View& cells,
                   const View& diff_hidden, const MutableView& gates, const MutableView& diff_h,
                   const MutableView& diff_c);
/// With b = h₋₁ · U + recurrent_bias [3u] (or null data), a and b cut into three: z = σ(a₀ + b₀), r = σ(a₁ + b₁),
/// g = tanh(a₂ + r b₂), h = z h₋₁ + (1 - z) g. gates [n, t, 3u]: a on entry, (z, r, g) after; inner and hidden [n, t,
/// u]: b₂ and h.
void gru(const View& recurrent_weights, const View& recurrent_bias, const View& h, const View& mask,
         const MutableView& gates, const MutableView& inner, const MutableView& hidden);
/// gates: (z, r, g) on entry, the gradient of a after, of which the first two parts are also those of b₀ and b₁; inner:
/// b₂ on entry, its gradient after. h: before the first step.
void gru_backward(const View& recurrent_weights, const View& h, const View& mask, const View& hidden,
                  const View& diff_hidden, const MutableView& gates, const MutableView& inner,
                  const MutableView& diff_h);

// ---- softmax and its losses (last axis) ----------------------------------------------------------------------------
void softmax(const View& src, const MutableView& dst);
void log_softmax(const View& src, const MutableView& dst);
/// diff_src = dst * (diff_dst - sum(diff_dst * dst)).
void softmax_backward(const View& dst, const View& diff_dst, const MutableView& diff_src);
/// diff_src = diff_dst - exp(dst) * sum(diff_dst).
void log_softmax_backward(const View& dst, const View& diff_dst, const MutableView& diff_src);
/// One pass: loss[i] = -log softmax(logits[i])[labels[i]] and softmax[i] (for the gradient). logits [n, c],
/// labels int32 or int64 [n], all in range.
void sparse_softmax_cross_entropy(const View& logits, const View& labels, const MutableView& loss,
                                  const MutableView& softmax);
/// diff_logits[i, j] = (softmax[i, j] - [labels[i] == j]) * diff_loss[i]. In place on softmax allowed.
void sparse_softmax_cross_entropy_backward(const View& softmax, const View& labels, const View& diff_loss,
                                           const MutableView& diff_logits);

// ---- attention -----------------------------------------------------------------------------------------------------
/// Which queries see which keys. query [batch, T, heads, H], key [batch, S, shared, H], value [batch, S, shared, V];
/// `heads` is a multiple of `shared`: that many query heads in a row read one head of keys and values.
struct Attention {
  View query, key, value;
  View mask;            ///< null data, or boolean [batch, heads, T, S]: false hides
  double scale = 1;     ///< of the scores
  bool causal = false;  ///< query t sees keys s <= t only
};
/// dst[b, t, n] = sum over s of p[s] * value[b, s, n'], where p is the softmax over the visible s of the scores
/// scale * (query[b, t, n] · key[b, s, n']) and n' is n's head of keys; all s weigh the same where none is visible.
/// log_sum[b, n, t] = log of the sum of exp of the visible scores; log S where none is. dst [batch, T, heads, V],
/// log_sum [batch, heads, T], dense. No view of T x S scores is ever held.
void attention(const Attention& problem, const MutableView& dst, const MutableView& log_sum);
/// The gradients, from what attention() wrote. Where no key is visible the scores count as if all were.
void attention_backward(const Attention& problem, const View& dst, const View& log_sum, const View& diff_dst,
                        const MutableView& diff_query, const MutableView& diff_key, const MutableView& diff_value);

// ---- indexing ------------------------------------------------------------------------------------------------------
/// dst[i, :] = src[indices[i], :]. src [n, ...], indices int32/int64 [m] in range, dst [m, ...]. dst may be floating
/// where src is not: then dst = src * scale + offset, so a mini-batch is gathered, converted and scaled in one pass.
/// (scale 1 and offset 0 otherwise.)
void gather_rows(const View& src, const View& indices, double scale, double offset, const MutableView& dst);
/// A float32 matrix [rows, columns] in blocks of columns, each dense, with memory of its own that begins at a page: of
/// a mini-batch every thread writes and reads its blocks, and none asks for lines beside them that are another's.
struct ColumnBlocks {
  float* data;  ///< at a page
  std::int64_t rows, columns;
  std::int64_t blocks;  ///< as many as column_blocks() says

  /// Elements from the beginning of a block to that of the next one.
  std::int64_t stride() const;
  std::int64_t size() const { return blocks * stride(); }
};
/// In how many blocks the columns of a [m, k] are best cut for a · b with b [k, n]; 0: a dense a is better.
std::int64_t column_blocks(std::int64_t m, std::int64_t k, std::int64_t n);
/// As gather_rows; src [n, ...] is uint8 or float32 and has dense rows.
void gather_column_blocks(const View& src, const View& indices, double scale, double offset, const ColumnBlocks& dst);
/// As matmul() with a dense a, to the bit; bias and the rows of dst are dense.
void matmul(const ColumnBlocks& a, const View& b, const View& bias, Activation activation, const MutableView& dst);
/// dst [k, n] = aᵀ · b, as matmul() with a dense a, to the bit.
void matmul_transposed(const ColumnBlocks& a, const View& b, const MutableView& dst);
/// dst[indices[i], :] += src[i, :], in the order of i.
void scatter_add_rows(const View& src, const View& indices, const MutableView& dst);
/// dst[..., i, ...] = src[..., indices[...], ...] along `axis`; indices has dst's shape (NumPy take_along_axis).
void take_along_axis(const View& src, const View& indices, int axis, const MutableView& dst);
/// dst[..., indices[...], ...] += src[..., i, ...] along `axis`: its gradient.
void add_along_axis(const View& src, const View& indices, int axis, const MutableView& dst);
/// dst[..., c] = 1 where c == indices[...], else 0; indices out of range give a row of zeros.
void one_hot(const View& indices, const MutableView& dst);

// ---- random (counter-based: element i depends on seed, stream and i only)
// ---------------------------------------------
/// Uniform in [low, high).
void random_uniform(std::uint64_t seed, std::uint64_t stream, double low, double high, const MutableView& dst);
/// Normal (Box–Muller); `truncated` redraws outside two standard deviations.
void random_normal(std::uint64_t seed, std::uint64_t stream, double mean, double stddev, bool truncated,
                   const MutableView& dst);
/// dst = 0 with probability `rate`, else 1 / (1 - rate).
void dropout_mask(std::uint64_t seed, std::uint64_t stream, double rate, const MutableView& dst);

// ---- optimizers: one pass over all parameters
// -------------------------------------------------------------------------
/// One weight and what belongs to it; contiguous, floating, all of one dtype. `slots` are the optimizer's variables.
struct Parameter {
  MutableView value;
  View gradient;
  MutableView slots[3];
};
/// v = momentum * v - lr * g;  w += v   or with Nesterov   w += momentum * v - lr * g.   momentum 0: w -= lr * g (no
/// slot).
void sgd_step(std::span<const Parameter> parameters, double learning_rate, double momentum, bool nesterov);
/// s = rho s + (1-rho) g²;  centered: a = rho a + (1-rho) g, d = s - a², else d = s;  u = lr g / sqrt(d + epsilon);
/// momentum: m = momentum m + u, w -= m, else w -= u.  slots: s, then m if momentum > 0, then a if centered.
void rmsprop_step(std::span<const Parameter> parameters, double learning_rate, double rho, double momentum,
                  double epsilon, bool centered);
/// m += (g - m)(1-b1);  v += (g² - v)(1-b2);  w -= alpha m / (sqrt(v) + epsilon); alpha holds both bias corrections.
/// slots: m, v, then v_max if amsgrad (v_max = max(v_max, v) replaces v).
void adam_step(std::span<const Parameter> parameters, double alpha, double beta_1, double beta_2, double epsilon,
               bool amsgrad);
/// Sum of squares of all elements, in float64 and a fixed order.
double sum_of_squares(const View& src);

}  // namespace linnet::kernels
#pragma GCC visibility pop
