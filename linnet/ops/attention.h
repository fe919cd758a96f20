// Attention in one pass that never holds the scores.
#pragma once

#include <optional>

#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

struct DotProductAttentionOptions {
  Tensor mask = {};                  // boolean, broadcasts to (batch, heads, T, S): false hides a key from a query
  std::optional<double> scale = {};  // of the scores; none: 1 / √features
  bool is_causal = false;            // query t sees the keys 0 … t only
};

/// y[b, t, n] = Σ_s p_s · value[b, s, n'] with p = softmax over s of scale · (query[b, t, n] · key[b, s, n']), where n'
/// is the head of keys and values that the query head n reads: as many query heads in a row share one as there are
/// times more of them.
///   query [batch, T, heads, features]   key [batch, S, key heads, features]
///   value [batch, S, key heads, value features]   y [batch, T, heads, value features]
/// Hidden keys have the weight 0; a query that sees none weighs all keys the same. Memory grows with T, not with T · S:
/// scores are computed block by block, and again for the gradient (Dao et al., "FlashAttention: fast and
/// memory-efficient exact attention", 2022). bfloat16 is computed in float32. dV = pᵀ · dy, dS = p ∘ (dy · Vᵀ - Σ dy ∘
/// y), dQ = scale · dS · K, dK = scale · dSᵀ · Q. Throws for integers, and for shapes that do not fit. Keras:
/// keras.ops.dot_product_attention.
///   Tensor query = zeros({2, 5, 8, 16}), key = zeros({2, 7, 2, 16}), value = zeros({2, 7, 2, 4});
///   scaled_dot_product_attention(query, key, value, {.is_causal = true});  // -> [2, 5, 8, 4]
Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const DotProductAttentionOptions& options = {});

}  // namespace linnet
#pragma GCC visibility pop
