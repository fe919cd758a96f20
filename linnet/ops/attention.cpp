#include "linnet/ops/attention.h"

#include <cmath>

#include "linnet/ops/common.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

constexpr const char* who = "scaled_dot_product_attention";

void check_shapes(const Shape& query, const Shape& key, const Shape& value) {
  const bool fits = query.rank() == 4 && key.rank() == 4 && value.rank() == 4 && query[0] == key[0] &&
                    key[0] == value[0] && key[1] == value[1] && key[2] == value[2] && query[3] == key[3];
  if (!fits)
    fail("[", who,
         "] expected query (batch, T, heads, features), key (batch, S, key heads, features) and value (batch, ",
         "S, key heads, value features), received ", query, ", ", key, " and ", value);
  check(key[2] > 0 && query[2] % key[2] == 0, "[", who, "] expected the query heads to be a multiple of the ", key[2],
        " heads of keys, received ", query[2]);
  check(key[1] > 0 || query.size() == 0, "[", who, "] expected at least one key, received shape ", key);
}

/// With elements of a head side by side.
Tensor with_dense_rows(const Tensor& x) { return x.strides()[-1] == 1 || x.shape()[-1] == 1 ? x : x.contiguous(); }

}  // namespace

Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const DotProductAttentionOptions& options) {
  for (const Tensor& x : {query, key, value}) check_input(who, x);
  check_shapes(query.shape(), key.shape(), value.shape());
  const DType dtype = promote(promote(query.dtype(), key.dtype()), value.dtype());
  check(is_floating(dtype), "[", who, "] expected floating operands, received dtype ", dtype,
        "; convert with to(float32)");
  const DType computed = dtype == bfloat16 ? float32 : dtype;
  if (query.dtype() != computed || key.dtype() != computed || value.dtype() != computed)
    return scaled_dot_product_attention(query.to(computed), key.to(computed), value.to(computed), options).to(dtype);

  const std::int64_t batch = query.shape()[0], steps = query.shape()[1], heads = query.shape()[2];
  Tensor mask;
  if (options.mask.defined()) {
    check_input(who, options.mask);
    check(options.mask.dtype() == boolean, "[", who, "] expected a boolean mask, received dtype ",
          options.mask.dtype());
    mask = broadcast_to(options.mask, {batch, heads, steps, key.shape()[1]});
  }
  const double scale = options.scale.value_or(1 / std::sqrt(static_cast<double>(query.shape()[3])));
  const auto problem = [scale, causal = options.is_causal](const Tensor& q, const Tensor& k, const Tensor& v,
                                                           const Tensor& visible) {
    return kernels::Attention{view(q), view(k), view(v), visible.defined() ? view(visible) : kernels::View(),
                              scale,   causal};
  };
  const Tensor q = with_dense_rows(query), k = with_dense_rows(key), v = with_dense_rows(value);
  const Tensor y({batch, steps, heads, value.shape()[3]}, dtype), log_sum({batch, heads, steps}, dtype);
  kernels::attention(problem(q, k, v, mask), mutable_view(y), mutable_view(log_sum));
  return record(who, y, {q, k, v},
                [q = save(q), k = save(k), v = save(v), y = save(y), log_sum = save(log_sum), mask = save(mask),
                 problem](const Tensor& dy) -> Grads {
                  const Tensor dq(q->shape(), dy.dtype()), dk(k->shape(), dy.dtype()), dv(v->shape(), dy.dtype());
                  kernels::attention_backward(problem(*q, *k, *v, *mask), view(*y), view(*log_sum),
                                              view(with_dense_rows(dy)), mutable_view(dq), mutable_view(dk),
                                              mutable_view(dv));
                  return {dq, dk, dv};
                });
}

}  // namespace linnet
