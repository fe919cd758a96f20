// The fast kernels of float32 (and of the uint8 that becomes float32), for ordinary processors. Each returns false,
// with nothing done, when a case is not its own; kernels.cpp then takes the reference. Vectors come from Highway, large
// matrix products from oneDNN.
#pragma once

#include "linnet/kernels/kernels.h"

namespace linnet::kernels::cpu {

bool unary(UnaryOp op, const View& src, const MutableView& dst);
bool binary(BinaryOp op, const View& a, const View& b, const MutableView& dst);
bool copy(const View& src, const MutableView& dst);
bool fill(double value, const MutableView& dst);
bool accumulate(double scale, const View& src, const MutableView& dst);
bool rescale(const View& src, double scale, double offset, const MutableView& dst);
bool reduce(ReduceOp op, const View& src, const MutableView& dst);
bool arg_reduce(ArgOp op, const View& src, int axis, const MutableView& dst);
bool matmul(const View& a, const View& b, const View& bias, Activation activation, const MutableView& dst);
bool multiplies_bfloat16();
std::int64_t column_blocks(std::int64_t m, std::int64_t k, std::int64_t n);
void gather_column_blocks(const View& src, const View& indices, double scale, double offset, const ColumnBlocks& dst);
void matmul(const ColumnBlocks& a, const View& b, const View& bias, Activation activation, const MutableView& dst);
void matmul_transposed(const ColumnBlocks& a, const View& b, const MutableView& dst);
bool convolution(const View& src, const View& weights, const View& bias, Activation activation, const Windows& windows,
                 const MutableView& dst);
bool convolution_backward_src(const View& diff_dst, const View& weights, const Windows& windows,
                              const MutableView& diff_src);
bool convolution_backward_weights(const View& src, const View& diff_dst, const Windows& windows,
                                  const MutableView& diff_weights);
bool pool(PoolOp op, const View& src, const Shape& window, const Windows& windows, const MutableView& dst);
bool pool_backward(PoolOp op, const View& src, const View& dst, const View& diff_dst, const Shape& window,
                   const Windows& windows, const MutableView& diff_src);
bool standardize(const View& src, double epsilon, const MutableView& mean, const MutableView& variance,
                 const MutableView& dst);
bool standardize_backward(const View& dst, const View& variance, double epsilon, const View& diff_dst,
                          const MutableView& diff_src);
bool simple_rnn(Activation activation, const View& recurrent_weights, const View& h, const View& mask,
                const MutableView& hidden);
bool simple_rnn_backward(Activation activation, const View& recurrent_weights, const View& mask, const View& hidden,
                         const View& diff_hidden, const MutableView& diff_gates, const MutableView& diff_h);
bool lstm(const View& recurrent_weights, const View& h, const View& c, const View& mask, const MutableView& gates,
          const MutableView& hidden, const MutableView& cells);
bool lstm_backward(const View& recurrent_weights, const View& c, const View& mask, const View& cells,
                   const View& diff_hidden, const MutableView& gates, const MutableView& diff_h,
                   const MutableView& diff_c);
bool gru(const View& recurrent_weights, const View& recurrent_bias, const View& h, const View& mask,
         const MutableView& gates, const MutableView& inner, const MutableView& hidden);
bool gru_backward(const View& recurrent_weights, const View& h, const View& mask, const View& hidden,
                  const View& diff_hidden, const MutableView& gates, const MutableView& inner,
                  const MutableView& diff_h);
bool softmax(const View& src, const MutableView& dst);
bool log_softmax(const View& src, const MutableView& dst);
bool softmax_backward(const View& dst, const View& diff_dst, const MutableView& diff_src);
bool sparse_softmax_cross_entropy(const View& logits, const View& labels, const MutableView& loss,
                                  const MutableView& softmax);
bool sparse_softmax_cross_entropy_backward(const View& softmax, const View& labels, const View& diff_loss,
                                           const MutableView& diff_logits);
bool attention(const Attention& problem, const MutableView& dst, const MutableView& log_sum);
bool attention_backward(const Attention& problem, const View& dst, const View& log_sum, const View& diff_dst,
                        const MutableView& diff_query, const MutableView& diff_key, const MutableView& diff_value);
bool gather_rows(const View& src, const View& indices, double scale, double offset, const MutableView& dst);
bool scatter_add_rows(const View& src, const View& indices, const MutableView& dst);
bool dropout_mask(std::uint64_t seed, std::uint64_t stream, double rate, const MutableView& dst);
bool sgd_step(std::span<const Parameter> parameters, double learning_rate, double momentum, bool nesterov);
bool rmsprop_step(std::span<const Parameter> parameters, double learning_rate, double rho, double momentum,
                  double epsilon, bool centered);
bool adam_step(std::span<const Parameter> parameters, double alpha, double beta_1, double beta_2, double epsilon,
               bool amsgrad);
bool sum_of_squares(const View& src, double& sum);

}  // namespace linnet::kernels::cpu
