// The reference kernels: plain loops over any strides and dtypes, one function for each of kernels.h. They are the
// oracle of the tests, the fallback of the fast kernels and the definition of what a kernel computes. float32 and
// bfloat16 results are rounded once wherever a sum is involved: sums are taken in float64.
#pragma once

#include "linnet/kernels/kernels.h"

namespace linnet::kernels::reference {

void unary(UnaryOp op, const View& src, const MutableView& dst);
void binary(BinaryOp op, const View& a, const View& b, const MutableView& dst);
void where(const View& condition, const View& a, const View& b, const MutableView& dst);
void copy(const View& src, const MutableView& dst);
void fill(double value, const MutableView& dst);
void accumulate(double scale, const View& src, const MutableView& dst);
void rescale(const View& src, double scale, double offset, const MutableView& dst);
void clip(const View& src, double low, double high, const MutableView& dst);
void reduce(ReduceOp op, const View& src, const MutableView& dst);
void arg_reduce(ArgOp op, const View& src, int axis, const MutableView& dst);
void cumulative_sum(const View& src, int axis, bool reverse, const MutableView& dst);
void sort(const View& src, bool descending, const MutableView& values, const MutableView& indices);
void matmul(const View& a, const View& b, const View& bias, Activation activation, const MutableView& dst);
void convolution(const View& src, const View& weights, const View& bias, Activation activation, const Windows& windows,
                 const MutableView& dst);
void convolution_backward_src(const View& diff_dst, const View& weights, const Windows& windows,
                              const MutableView& diff_src);
void convolution_backward_weights(const View& src, const View& diff_dst, const Windows& windows,
                                  const MutableView& diff_weights);
void pool(PoolOp op, const View& src, const Shape& window, const Windows& windows, const MutableView& dst);
void pool_backward(PoolOp op, const View& src, const View& dst, const View& diff_dst, const Shape& window,
                   const Windows& windows, const MutableView& diff_src);
void standardize(const View& src, double epsilon, const MutableView& mean, const MutableView& variance,
                 const MutableView& dst);
void standardize_backward(const View& dst, const View& variance, double epsilon, const View& diff_dst,
                          const MutableView& diff_src);
void simple_rnn(Activation activation, const View& recurrent_weights, const View& h, const View& mask,
                const MutableView& hidden);
void simple_rnn_backward(Activation activation, const View& recurrent_weights, const View& mask, const View& hidden,
                         const View& diff_hidden, const MutableView& diff_gates, const MutableView& diff_h);
void lstm(const View& recurrent_weights, const View& h, const View& c, const View& mask, const MutableView& gates,
          const MutableView& hidden, const MutableView& cells);
void lstm_backward(const View& recurrent_weights, const View& c, const View& mask, const View& cells,
                   const View& diff_hidden, const MutableView& gates, const MutableView& diff_h,
                   const MutableView& diff_c);
void gru(const View& recurrent_weights, const View& recurrent_bias, const View& h, const View& mask,
         const MutableView& gates, const MutableView& inner, const MutableView& hidden);
void gru_backward(const View& recurrent_weights, const View& h, const View& mask, const View& hidden,
                  const View& diff_hidden, const MutableView& gates, const MutableView& inner,
                  const MutableView& diff_h);
void softmax(const View& src, const MutableView& dst);
void log_softmax(const View& src, const MutableView& dst);
void softmax_backward(const View& dst, const View& diff_dst, const MutableView& diff_src);
void log_softmax_backward(const View& dst, const View& diff_dst, const MutableView& diff_src);
void sparse_softmax_cross_entropy(const View& logits, const View& labels, const MutableView& loss,
                                  const MutableView& softmax);
void sparse_softmax_cross_entropy_backward(const View& softmax, const View& labels, const View& diff_loss,
                                           const MutableView& diff_logits);
void attention(const Attention& problem, const MutableView& dst, const MutableView& log_sum);
void attention_backward(const Attention& problem, const View& dst, const View& log_sum, const View& diff_dst,
                        const MutableView& diff_query, const MutableView& diff_key, const MutableView& diff_value);
void gather_rows(const View& src, const View& indices, double scale, double offset, const MutableView& dst);
void scatter_add_rows(const View& src, const View& indices, const MutableView& dst);
void take_along_axis(const View& src, const View& indices, int axis, const MutableView& dst);
void add_along_axis(const View& src, const View& indices, int axis, const MutableView& dst);
void one_hot(const View& indices, const MutableView& dst);
void random_uniform(std::uint64_t seed, std::uint64_t stream, double low, double high, const MutableView& dst);
void random_normal(std::uint64_t seed, std::uint64_t stream, double mean, double stddev, bool truncated,
                   const MutableView& dst);
void dropout_mask(std::uint64_t seed, std::uint64_t stream, double rate, const MutableView& dst);
void sgd_step(std::span<const Parameter> parameters, double learning_rate, double momentum, bool nesterov);
void rmsprop_step(std::span<const Parameter> parameters, double learning_rate, double rho, double momentum,
                  double epsilon, bool centered);
void adam_step(std::span<const Parameter> parameters, double alpha, double beta_1, double beta_2, double epsilon,
               bool amsgrad);
double sum_of_squares(const View& src);

}  // namespace linnet::kernels::reference
