// The one place that chooses between the fast kernels and the reference. A fast kernel returns false for a case that is
// not its own.
#include "linnet/kernels/kernels.h"

#include <array>

#include "linnet/base/profile_scope.h"
#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/reference/reference.h"
#include "linnet/kernels/update_rules.h"

namespace linnet::kernels {

namespace {

// What a profile calls them; a list for each enumeration of kernels.h, in its order.
constexpr std::array unary_names = {
    "negative",    "absolute",   "sign",   "exp",       "expm1",    "log",      "log1p", "sqrt", "rsqrt",
    "square",      "reciprocal", "sin",    "cos",       "tan",      "asin",     "acos",  "atan", "sinh",
    "cosh",        "tanh",       "erf",    "sigmoid",   "softplus", "relu",     "floor", "ceil", "round",
    "logical_not", "is_nan",     "is_inf", "is_finite", "gelu",     "gelu_tanh"};
static_assert(unary_names.size() == static_cast<std::size_t>(UnaryOp::gelu_tanh) + 1);
constexpr std::array binary_names = {"add",
                                     "subtract",
                                     "multiply",
                                     "divide",
                                     "floor_divide",
                                     "mod",
                                     "power",
                                     "maximum",
                                     "minimum",
                                     "atan2",
                                     "equal",
                                     "not_equal",
                                     "less",
                                     "less_equal",
                                     "greater",
                                     "greater_equal",
                                     "logical_and",
                                     "logical_or",
                                     "logical_xor",
                                     "relu_gradient",
                                     "sigmoid_gradient",
                                     "tanh_gradient",
                                     "softplus_gradient",
                                     "gelu_gradient",
                                     "gelu_tanh_gradient"};
static_assert(binary_names.size() == static_cast<std::size_t>(BinaryOp::gelu_tanh_gradient) + 1);
constexpr std::array reduce_names = {"sum", "mean", "product", "maximum", "minimum", "any", "all"};
static_assert(reduce_names.size() == static_cast<std::size_t>(ReduceOp::all) + 1);
constexpr std::array arg_names = {"argmax", "argmin"};
static_assert(arg_names.size() == static_cast<std::size_t>(ArgOp::minimum) + 1);

template <class Names, class Op>
const char* name_of(const Names& names, Op op) {
  return names[static_cast<std::size_t>(op)];
}

struct KernelScope : detail::ProfileScope {
  explicit KernelScope(const char* name, const Sizes& sizes = {})
      : ProfileScope(detail::ProfileKind::kernel, name, sizes) {}
};

/// The m x k x n of the product that a convolution is.
KernelScope::Sizes product_of(const View& weights, const View& dst) {
  const std::int64_t n = weights.shape[-1];
  return {dst.size() / n, weights.size() / n, n};
}

}  // namespace

void unary(UnaryOp op, const View& src, const MutableView& dst) {
  const KernelScope scope(name_of(unary_names, op));
  if (!cpu::unary(op, src, dst)) reference::unary(op, src, dst);
}
void binary(BinaryOp op, const View& a, const View& b, const MutableView& dst) {
  const KernelScope scope(name_of(binary_names, op));
  if (!cpu::binary(op, a, b, dst)) reference::binary(op, a, b, dst);
}
void where(const View& condition, const View& a, const View& b, const MutableView& dst) {
  const KernelScope scope("where");
  reference::where(condition, a, b, dst);
}
void copy(const View& src, const MutableView& dst) {
  const KernelScope scope("copy");
  if (!cpu::copy(src, dst)) reference::copy(src, dst);
}
void fill(double value, const MutableView& dst) {
  const KernelScope scope("fill");
  if (!cpu::fill(value, dst)) reference::fill(value, dst);
}
void accumulate(double scale, const View& src, const MutableView& dst) {
  const KernelScope scope("accumulate");
  if (!cpu::accumulate(scale, src, dst)) reference::accumulate(scale, src, dst);
}
void rescale(const View& src, double scale, double offset, const MutableView& dst) {
  const KernelScope scope("rescale");
  if (!cpu::rescale(src, scale, offset, dst)) reference::rescale(src, scale, offset, dst);
}
void clip(const View& src, double low, double high, const MutableView& dst) {
  const KernelScope scope("clip");
  reference::clip(src, low, high, dst);
}
void reduce(ReduceOp op, const View& src, const MutableView& dst) {
  const KernelScope scope(name_of(reduce_names, op));
  if (!cpu::reduce(op, src, dst)) reference::reduce(op, src, dst);
}
void arg_reduce(ArgOp op, const View& src, int axis, const MutableView& dst) {
  const KernelScope scope(name_of(arg_names, op));
  if (!cpu::arg_reduce(op, src, axis, dst)) reference::arg_reduce(op, src, axis, dst);
}
void cumulative_sum(const View& src, int axis, bool reverse, const MutableView& dst) {
  const KernelScope scope("cumulative_sum");
  reference::cumulative_sum(src, axis, reverse, dst);
}
void sort(const View& src, bool descending, const MutableView& values, const MutableView& indices) {
  const KernelScope scope("sort");
  reference::sort(src, descending, values, indices);
}
void matmul(const View& a, const View& b, const View& bias, Activation activation, const MutableView& dst) {
  const KernelScope scope("matmul", {dst.shape[-2], a.shape[-1], dst.shape[-1]});
  if (!cpu::matmul(a, b, bias, activation, dst)) reference::matmul(a, b, bias, activation, dst);
}
bool multiplies_bfloat16() { return cpu::multiplies_bfloat16(); }
void convolution(const View& src, const View& weights, const View& bias, Activation activation, const Windows& windows,
                 const MutableView& dst) {
  const KernelScope scope("convolution", product_of(weights, dst));
  if (!cpu::convolution(src, weights, bias, activation, windows, dst))
    reference::convolution(src, weights, bias, activation, windows, dst);
}
void convolution_backward_src(const View& diff_dst, const View& weights, const Windows& windows,
                              const MutableView& diff_src) {
  const KernelScope scope("convolution_backward_src", product_of(weights, diff_dst));
  if (!cpu::convolution_backward_src(diff_dst, weights, windows, diff_src))
    reference::convolution_backward_src(diff_dst, weights, windows, diff_src);
}
void convolution_backward_weights(const View& src, const View& diff_dst, const Windows& windows,
                                  const MutableView& diff_weights) {
  const KernelScope scope("convolution_backward_weights", product_of(diff_weights, diff_dst));
  if (!cpu::convolution_backward_weights(src, diff_dst, windows, diff_weights))
    reference::convolution_backward_weights(src, diff_dst, windows, diff_weights);
}
void pool(PoolOp op, const View& src, const Shape& window, const Windows& windows, const MutableView& dst) {
  const KernelScope scope("pool");
  if (!cpu::pool(op, src, window, windows, dst)) reference::pool(op, src, window, windows, dst);
}
void pool_backward(PoolOp op, const View& src, const View& dst, const View& diff_dst, const Shape& window,
                   const Windows& windows, const MutableView& diff_src) {
  const KernelScope scope("pool_backward");
  if (!cpu::pool_backward(op, src, dst, diff_dst, window, windows, diff_src))
    reference::pool_backward(op, src, dst, diff_dst, window, windows, diff_src);
}
void standardize(const View& src, double epsilon, const MutableView& mean, const MutableView& variance,
                 const MutableView& dst) {
  const KernelScope scope("standardize");
  if (!cpu::standardize(src, epsilon, mean, variance, dst)) reference::standardize(src, epsilon, mean, variance, dst);
}
void standardize_backward(const View& dst, const View& variance, double epsilon, const View& diff_dst,
                          const MutableView& diff_src) {
  const KernelScope scope("standardize_backward");
  if (!cpu::standardize_backward(dst, variance, epsilon, diff_dst, diff_src))
    reference::standardize_backward(dst, variance, epsilon, diff_dst, diff_src);
}
void simple_rnn(Activation activation, const View& recurrent_weights, const View& h, const View& mask,
                const MutableView& hidden) {
  const KernelScope scope("simple_rnn");
  if (!cpu::simple_rnn(activation, recurrent_weights, h, mask, hidden))
    reference::simple_rnn(activation, recurrent_weights, h, mask, hidden);
}
void simple_rnn_backward(Activation activation, const View& recurrent_weights, const View& mask, const View& hidden,
                         const View& diff_hidden, const MutableView& diff_gates, const MutableView& diff_h) {
  const KernelScope scope("simple_rnn_backward");
  if (!cpu::simple_rnn_backward(activation, recurrent_weights, mask, hidden, diff_hidden, diff_gates, diff_h))
    reference::simple_rnn_backward(activation, recurrent_weights, mask, hidden, diff_hidden, diff_gates, diff_h);
}
void lstm(const View& recurrent_weights, const View& h, const View& c, const View& mask, const MutableView& gates,
          const MutableView& hidden, const MutableView& cells) {
  const KernelScope scope("lstm");
  if (!cpu::lstm(recurrent_weights, h, c, mask, gates, hidden, cells))
    reference::lstm(recurrent_weights, h, c, mask, gates, hidden, cells);
}
void lstm_backward(const View& recurrent_weights, const View& c, const View& mask, const View& cells,
                   const View& diff_hidden, const MutableView& gates, const MutableView& diff_h,
                   const MutableView& diff_c) {
  const KernelScope scope("lstm_backward");
  if (!cpu::lstm_backward(recurrent_weights, c, mask, cells, diff_hidden, gates, diff_h, diff_c))
    reference::lstm_backward(recurrent_weights, c, mask, cells, diff_hidden, gates, diff_h, diff_c);
}
void gru(const View& recurrent_weights, const View& recurrent_bias, const View& h, const View& mask,
         const MutableView& gates, const MutableView& inner, const MutableView& hidden) {
  const KernelScope scope("gru");
  if (!cpu::gru(recurrent_weights, recurrent_bias, h, mask, gates, inner, hidden))
    reference::gru(recurrent_weights, recurrent_bias, h, mask, gates, inner, hidden);
}
void gru_backward(const View& recurrent_weights, const View& h, const View& mask, const View& hidden,
                  const View& diff_hidden, const MutableView& gates, const MutableView& inner,
                  const MutableView& diff_h) {
  const KernelScope scope("gru_backward");
  if (!cpu::gru_backward(recurrent_weights, h, mask, hidden, diff_hidden, gates, inner, diff_h))
    reference::gru_backward(recurrent_weights, h, mask, hidden, diff_hidden, gates, inner, diff_h);
}
void softmax(const View& src, const MutableView& dst) {
  const KernelScope scope("softmax");
  if (!cpu::softmax(src, dst)) reference::softmax(src, dst);
}
void log_softmax(const View& src, const MutableView& dst) {
  const KernelScope scope("log_softmax");
  if (!cpu::log_softmax(src, dst)) reference::log_softmax(src, dst);
}
void softmax_backward(const View& dst, const View& diff_dst, const MutableView& diff_src) {
  const KernelScope scope("softmax_backward");
  if (!cpu::softmax_backward(dst, diff_dst, diff_src)) reference::softmax_backward(dst, diff_dst, diff_src);
}
void log_softmax_backward(const View& dst, const View& diff_dst, const MutableView& diff_src) {
  const KernelScope scope("log_softmax_backward");
  reference::log_softmax_backward(dst, diff_dst, diff_src);
}
void sparse_softmax_cross_entropy(const View& logits, const View& labels, const MutableView& loss,
                                  const MutableView& softmax) {
  const KernelScope scope("sparse_softmax_cross_entropy");
  if (!cpu::sparse_softmax_cross_entropy(logits, labels, loss, softmax))
    reference::sparse_softmax_cross_entropy(logits, labels, loss, softmax);
}
void sparse_softmax_cross_entropy_backward(const View& softmax, const View& labels, const View& diff_loss,
                                           const MutableView& diff_logits) {
  const KernelScope scope("sparse_softmax_cross_entropy_backward");
  if (!cpu::sparse_softmax_cross_entropy_backward(softmax, labels, diff_loss, diff_logits))
    reference::sparse_softmax_cross_entropy_backward(softmax, labels, diff_loss, diff_logits);
}
void attention(const Attention& problem, const MutableView& dst, const MutableView& log_sum) {
  const KernelScope scope("attention");
  if (!cpu::attention(problem, dst, log_sum)) reference::attention(problem, dst, log_sum);
}
void attention_backward(const Attention& problem, const View& dst, const View& log_sum, const View& diff_dst,
                        const MutableView& diff_query, const MutableView& diff_key, const MutableView& diff_value) {
  const KernelScope scope("attention_backward");
  if (!cpu::attention_backward(problem, dst, log_sum, diff_dst, diff_query, diff_key, diff_value))
    reference::attention_backward(problem, dst, log_sum, diff_dst, diff_query, diff_key, diff_value);
}
std::int64_t column_blocks(std::int64_t m, std::int64_t k, std::int64_t n) { return cpu::column_blocks(m, k, n); }
void gather_column_blocks(const View& src, const View& indices, double scale, double offset, const ColumnBlocks& dst) {
  const KernelScope scope("gather_rows");
  cpu::gather_column_blocks(src, indices, scale, offset, dst);
}
void matmul(const ColumnBlocks& a, const View& b, const View& bias, Activation activation, const MutableView& dst) {
  const KernelScope scope("matmul", {a.rows, a.columns, dst.shape[-1]});
  cpu::matmul(a, b, bias, activation, dst);
}
void matmul_transposed(const ColumnBlocks& a, const View& b, const MutableView& dst) {
  const KernelScope scope("matmul", {a.columns, a.rows, dst.shape[-1]});
  cpu::matmul_transposed(a, b, dst);
}
void gather_rows(const View& src, const View& indices, double scale, double offset, const MutableView& dst) {
  const KernelScope scope("gather_rows");
  if (!cpu::gather_rows(src, indices, scale, offset, dst)) reference::gather_rows(src, indices, scale, offset, dst);
}
void scatter_add_rows(const View& src, const View& indices, const MutableView& dst) {
  const KernelScope scope("scatter_add_rows");
  if (!cpu::scatter_add_rows(src, indices, dst)) reference::scatter_add_rows(src, indices, dst);
}
void take_along_axis(const View& src, const View& indices, int axis, const MutableView& dst) {
  const KernelScope scope("take_along_axis");
  reference::take_along_axis(src, indices, axis, dst);
}
void add_along_axis(const View& src, const View& indices, int axis, const MutableView& dst) {
  const KernelScope scope("add_along_axis");
  reference::add_along_axis(src, indices, axis, dst);
}
void one_hot(const View& indices, const MutableView& dst) {
  const KernelScope scope("one_hot");
  reference::one_hot(indices, dst);
}
void random_uniform(std::uint64_t seed, std::uint64_t stream, double low, double high, const MutableView& dst) {
  const KernelScope scope("random_uniform");
  reference::random_uniform(seed, stream, low, high, dst);
}
void random_normal(std::uint64_t seed, std::uint64_t stream, double mean, double stddev, bool truncated,
                   const MutableView& dst) {
  const KernelScope scope("random_normal");
  reference::random_normal(seed, stream, mean, stddev, truncated, dst);
}
void dropout_mask(std::uint64_t seed, std::uint64_t stream, double rate, const MutableView& dst) {
  const KernelScope scope("dropout_mask");
  if (!cpu::dropout_mask(seed, stream, rate, dst)) reference::dropout_mask(seed, stream, rate, dst);
}
void sgd_step(std::span<const Parameter> parameters, double learning_rate, double momentum, bool nesterov) {
  const KernelScope scope("sgd_step");
  if (!cpu::sgd_step(parameters, learning_rate, momentum, nesterov))
    reference::sgd_step(parameters, learning_rate, momentum, nesterov);
}
void rmsprop_step(std::span<const Parameter> parameters, double learning_rate, double rho, double momentum,
                  double epsilon, bool centered) {
  const KernelScope scope("rmsprop_step");
  if (!cpu::rmsprop_step(parameters, learning_rate, rho, momentum, epsilon, centered))
    reference::rmsprop_step(parameters, learning_rate, rho, momentum, epsilon, centered);
}
void adam_step(std::span<const Parameter> parameters, double alpha, double beta_1, double beta_2, double epsilon,
               bool amsgrad) {
  const KernelScope scope("adam_step");
  if (!cpu::adam_step(parameters, alpha, beta_1, beta_2, epsilon, amsgrad))
    reference::adam_step(parameters, alpha, beta_1, beta_2, epsilon, amsgrad);
}
void update_step(std::span<const Parameter> parameters, const UpdateRule& rule) {
  const KernelScope scope("update_step");
  if (!cpu::update_step(parameters, rule)) reference::update_step(parameters, rule);
}
double sum_of_squares(const View& src) {
  const KernelScope scope("sum_of_squares");
  double sum = 0;
  return cpu::sum_of_squares(src, sum) ? sum : reference::sum_of_squares(src);
}

}  // namespace linnet::kernels
