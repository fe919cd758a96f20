// ReversibleEmbedding: from numbers to vectors, and from vectors to a score for each number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct ReversibleEmbeddingOptions {
  bool tie_weights = true;                            // the way back uses the same table
  AnyInitializer embeddings_initializer = "uniform";  // in [-0.05, 0.05)
  AnyRegularizer embeddings_regularizer = {};
  AnyRegularizer activity_regularizer = {};  // of the output
  AnyConstraint embeddings_constraint = {};
  bool mask_zero = false;                     // 0 is padding: later layers leave these steps out
  std::optional<DType> reverse_dtype = {};    // of the way back; none: what the layer computes in
  std::optional<double> logit_soft_cap = {};  // c: the scores become c · tanh(scores / c)
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y[..., :] = embeddings[x[...]] for integers x in [0, input_dim), as Embedding; and in reverse
/// scores = x · embeddingsᵀ for vectors x: what a language model begins and ends with. Without tie_weights the way back
/// has weights of its own, reverse_embeddings [output_dim, input_dim].
///   x [...] -> y [..., output_dim]      in reverse   x [..., output_dim] -> scores [..., input_dim]
/// Throws for numbers out of range. Vaswani et al., 2017; Press and Wolf, "Using the output embedding to improve
/// language models", 2016. Keras: keras.layers.ReversibleEmbedding.
///   ReversibleEmbedding words(20000, 128);
///   Tensor vectors = words(tensor({{7, 2, 0}}, int32));  // -> [1, 3, 128]
///   words.reverse(vectors);                              // -> [1, 3, 20000]
class ReversibleEmbedding final : public LayerOf<ReversibleEmbedding> {
 public:
  ReversibleEmbedding(std::int64_t input_dim, std::int64_t output_dim, ReversibleEmbeddingOptions options = {});
  /// The way back. Keras: the call argument reverse=True.
  Tensor reverse(const Tensor& x, Mode mode = Mode::unspecified);

  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Tensors call_with(const Tensors& xs, const CallArguments& arguments, Mode mode) override;
  std::vector<std::string> call_argument_names() const override { return {"reverse"}; }
  Shape compute_output_shape(const Shape& input) const override;
  Shapes compute_output_shapes_with(const Shapes& inputs, const CallArguments& arguments) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  bool autocasts() const override { return false; }  // large numbers stay what they are
  bool makes_mask() const override { return options_.mask_zero; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensor scores(const Tensor& x);

  std::int64_t input_dim_, output_dim_;
  ReversibleEmbeddingOptions options_;
  Variable embeddings_, reverse_embeddings_;
};

}  // namespace linnet
#pragma GCC visibility pop
