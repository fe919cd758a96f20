// Attention: each step of a sequence takes a mean of other steps, weighted by how well they fit. Attention and
// AdditiveAttention here, with several heads in multi_head_attention.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What a call of an attention layer has beside query, value and key; Keras's call arguments. Masks of sequences
/// (batch, steps) ride on the tensors as well: Embedding with mask_zero makes them.
struct AttentionArguments {
  bool use_causal_mask = false;          // step i of the query sees the steps 0 … i of the values only
  bool return_attention_scores = false;  // the weights, behind masks and softmax, are a second output
  Tensor attention_mask = {};            // boolean, (batch, T, S) or what broadcasts to it: which step sees which
  Tensor query_mask = {};                // boolean (batch, T)
  Tensor value_mask = {};                // boolean (batch, S)
  Tensor key_mask = {};                  // boolean (batch, S)
};

/// What attention layers share: inputs {query, value} or {query, value, key}, where the value is the key if none is
/// given, and call arguments.
class BaseAttention : public Layer {
 public:
  using Layer::apply;
  using Layer::Layer;
  using Layer::operator();
  /// One output; for the scores: apply().
  ///   Tensor x = zeros({2, 5, 16});
  ///   Attention()({x, x}, {.use_causal_mask = true});  // -> [2, 5, 16]
  Tensor operator()(const Tensors& xs, const AttentionArguments& arguments, Mode mode = Mode::unspecified);
  /// All outputs: {y} or {y, scores}.
  Tensors apply(const Tensors& xs, const AttentionArguments& arguments, Mode mode = Mode::unspecified);

  Tensors call_many(const Tensors& xs, Mode mode) override { return call_with(xs, {}, mode); }
  Tensors call_with(const Tensors& xs, const CallArguments& arguments, Mode mode) override;
  std::vector<std::string> call_argument_names() const override;
  Tensor compute_mask(const Tensors& inputs) const override { return inputs[0].mask(); }
  bool supports_masking() const override { return true; }

 protected:
  /// Query, value and key, which carry no masks any more, and the arguments with the masks that they carried.
  struct Call {
    Tensor query, value, key;
    AttentionArguments arguments;
  };
  /// {y} or {y, scores}.
  virtual Tensors attend(const Call& call, Mode mode) = 0;
  /// Throws unless there are two or three inputs.
  void check_input_count(const Shapes& inputs) const;
};

struct AttentionOptions {
  bool use_scale = false;          // the scores are multiplied by a learned number
  std::string score_mode = "dot";  // or "concat"
  double dropout = 0;              // of the weights, in training
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = softmax(s(query, key)) · value with scores s = query · keyᵀ ("dot"; times `scale` if use_scale) or
/// s = concat_score_weight · Σ tanh(scale · (query + key)) ("concat"), the sum over the features.
///   query [batch, T, dim]   value [batch, S, features]   key [batch, S, dim]   y [batch, T, features]
/// A masked step of the values gets the weight 0, and y is 0 at a masked step of the query; where nothing may be seen,
/// all steps weigh the same. The weights `scale` and `concat_score_weight` are numbers that begin at 1. Throws for
/// another score_mode, and unless 0 <= dropout <= 1. Luong et al., "Effective approaches to attention-based neural
/// machine translation", 2015. Keras: keras.layers.Attention.
///   Tensor query = tensor({{{1, 0}}}), value = tensor({{{1, 0}, {0, 1}}});
///   Attention()({query, value});  // -> {{{0.7311, 0.2689}}}
class Attention final : public LayerOf<Attention, BaseAttention> {
 public:
  explicit Attention(AttentionOptions options = {});
  void build_many(const Shapes& inputs) override;
  Shapes compute_output_shapes(const Shapes& inputs) const override;
  Shapes compute_output_shapes_with(const Shapes& inputs, const CallArguments& arguments) const override;
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 protected:
  Tensors attend(const Call& call, Mode mode) override;

 private:
  AttentionOptions options_;
  Variable scale_, concat_score_weight_;
  std::shared_ptr<SeedGenerator> generator_;
};

struct AdditiveAttentionOptions {
  bool use_scale = true;  // the sum over the features is weighted
  double dropout = 0;     // of the weights, in training
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// As Attention, with the scores s = Σ scale · tanh(query + key); scale [dim] is learned, or 1 without use_scale.
///   query [batch, T, dim]   value [batch, S, features]   key [batch, S, dim]   y [batch, T, features]
/// Bahdanau et al., "Neural machine translation by jointly learning to align and translate", 2014. Keras:
/// keras.layers.AdditiveAttention.
///   Tensor query = tensor({{{1, 0}}}), value = tensor({{{1, 0}, {0, 1}}});
///   AdditiveAttention({.use_scale = false})({query, value});  // -> {{{0.3637, 0.6363}}}
class AdditiveAttention final : public LayerOf<AdditiveAttention, BaseAttention> {
 public:
  explicit AdditiveAttention(AdditiveAttentionOptions options = {});
  void build_many(const Shapes& inputs) override;
  Shapes compute_output_shapes(const Shapes& inputs) const override;
  Shapes compute_output_shapes_with(const Shapes& inputs, const CallArguments& arguments) const override;
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 protected:
  Tensors attend(const Call& call, Mode mode) override;

 private:
  AdditiveAttentionOptions options_;
  Variable scale_;
  std::shared_ptr<SeedGenerator> generator_;
};

}  // namespace linnet
#pragma GCC visibility pop
