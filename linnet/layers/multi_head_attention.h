// Attention with several heads, each of which looks for something else.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/layers/attention.h"

#pragma GCC visibility push(default)
namespace linnet {

struct MultiHeadAttentionOptions {
  std::optional<std::int64_t> value_dim = {};  // features of a head's values; none: key_dim
  double dropout = 0;                          // of the weights, in training
  bool use_bias = true;
  bool use_gate = false;                                // heads are multiplied by sigmoid(query · gate)
  std::optional<Shape> output_shape = {};               // of a step of y; none: as the query's
  std::optional<std::vector<int>> attention_axes = {};  // axes of the steps; none: all between batch and features
  std::optional<std::int64_t> sliding_window = {};      // steps i and j see each other where |i - j| is below it
  std::optional<bool> flash_attention = {};             // true: throw where the scores would have to be kept
  AnyInitializer kernel_initializer = "glorot_uniform";
  AnyInitializer bias_initializer = "zeros";
  AnyRegularizer kernel_regularizer = {};
  AnyRegularizer bias_regularizer = {};
  AnyRegularizer activity_regularizer = {};  // of what each projection gives
  AnyConstraint kernel_constraint = {};
  AnyConstraint bias_constraint = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// What MultiHeadAttention and GroupQueryAttention share: projections of query, key and value to heads, attention in
/// each head, a projection of what all heads found.
class BaseMultiHeadAttention : public BaseAttention {
 public:
  using BaseAttention::BaseAttention;
  void build_many(const Shapes& inputs) override;
  Shapes compute_output_shapes(const Shapes& inputs) const override;
  Shapes compute_output_shapes_with(const Shapes& inputs, const CallArguments& arguments) const override;

 protected:
  /// How many heads there are and how many features each has.
  struct Heads {
    std::int64_t query = 0, key_value = 0, key_dim = 0, value_dim = 0;
  };
  /// The rest of the constructor.
  void set_up(const Heads& heads, MultiHeadAttentionOptions options);
  Tensors attend(const Call& call, Mode mode) override;
  const Heads& heads() const { return heads_; }
  const MultiHeadAttentionOptions& options() const { return options_; }
  /// The attention axes as given, or, when built, from the batch axis on.
  std::optional<std::vector<int>> attention_axes() const;

 private:
  struct Parts;
  struct Steps;
  void check_inputs(const Shapes& inputs) const;
  std::vector<int> axes_for(const Shape& query) const;
  Tensor mask_of(const Call& call, bool causal) const;
  Tensors with_scores(const Call& call, const Tensor& query, const Tensor& key, const Tensor& value, Mode mode) const;

  Heads heads_;
  MultiHeadAttentionOptions options_;
  std::shared_ptr<Parts> parts_;  // what build makes; copies of the layer share it
  std::shared_ptr<SeedGenerator> generator_;
};

/// For each head n: y_n = softmax(Q_n · K_nᵀ / √key_dim) · V_n, with the projections Q = query · W_q + b_q to (heads,
/// key_dim), K of the key and V of the value, to (heads, value_dim); the heads side by side are projected to y.
///   query [batch, T, features]   value [batch, S, …]   key [batch, S, …], the value if not given
///   y [batch, T, features]
/// There may be several axes of steps, or axes that are no steps: `attention_axes`. Masked steps of the value or key
/// are not seen; a step that sees nothing weighs all the same. Weights: query, key, value (gate) and attention_output,
/// each with kernel and bias. The scores [batch, heads, T, S] are a second output if asked for, and are otherwise never
/// held. Throws unless num_heads, key_dim, value_dim > 0 and 0 <= dropout <= 1, and for shapes that do not fit. Vaswani
/// et al., "Attention is all you need", 2017. Keras: keras.layers.MultiHeadAttention.
///   MultiHeadAttention attention(8, 64);
///   Tensor x = zeros({2, 5, 16});
///   attention({x, x}, {.use_causal_mask = true});                       // -> [2, 5, 16]
///   attention.apply({x, x}, {.return_attention_scores = true})[1];      // -> [2, 8, 5, 5]
class MultiHeadAttention final : public LayerOf<MultiHeadAttention, BaseMultiHeadAttention> {
 public:
  MultiHeadAttention(std::int64_t num_heads, std::int64_t key_dim, MultiHeadAttentionOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);
};

struct GroupQueryAttentionOptions {
  double dropout = 0;  // of the weights, in training
  bool use_bias = true;
  bool use_gate = false;                            // heads are multiplied by sigmoid(query · gate)
  std::optional<std::int64_t> sliding_window = {};  // steps i and j see each other where |i - j| is below it
  std::optional<bool> flash_attention = {};         // true: throw where the scores would have to be kept
  AnyInitializer kernel_initializer = "glorot_uniform";
  AnyInitializer bias_initializer = "zeros";
  AnyRegularizer kernel_regularizer = {};
  AnyRegularizer bias_regularizer = {};
  AnyRegularizer activity_regularizer = {};  // of what each projection gives
  AnyConstraint kernel_constraint = {};
  AnyConstraint bias_constraint = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// MultiHeadAttention in which groups of query heads share one head of keys and values: head n reads the head
/// n / (num_query_heads / num_key_value_heads). With one of them it is multi-query attention, with as many as query
/// heads MultiHeadAttention.
///   query [batch, T, features]   value, key [batch, S, …]   y [batch, T, features]
/// Throws unless num_query_heads is a multiple of num_key_value_heads. Ainslie et al., "GQA: training generalized
/// multi-query Transformer models from multi-head checkpoints", 2023. Keras: keras.layers.GroupQueryAttention.
///   Tensor x = zeros({2, 5, 16});
///   GroupQueryAttention(64, 8, 2)({x, x}, {.use_causal_mask = true});  // -> [2, 5, 16]
class GroupQueryAttention final : public LayerOf<GroupQueryAttention, BaseMultiHeadAttention> {
 public:
  GroupQueryAttention(std::int64_t head_dim, std::int64_t num_query_heads, std::int64_t num_key_value_heads,
                      GroupQueryAttentionOptions options = {});
  Config config() const override;
  static AnyLayer from_config(const Config& config);
};
/// Keras's other name for it.
using GroupedQueryAttention = GroupQueryAttention;

}  // namespace linnet
#pragma GCC visibility pop
