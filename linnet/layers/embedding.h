// Embedding: integers to vectors; and Masking: which steps of a sequence count.
#pragma once

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct EmbeddingOptions {
  AnyInitializer embeddings_initializer = "uniform";  // in [-0.05, 0.05)
  AnyRegularizer embeddings_regularizer = {};
  AnyRegularizer activity_regularizer = {};  // of the output
  AnyConstraint embeddings_constraint = {};
  bool mask_zero = false;  // 0 is padding: later layers leave these steps out
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y[..., :] = embeddings[x[...]] for integers in [0, input_dim):
///   x [...] -> y [..., output_dim]   embeddings [input_dim, output_dim]
/// Throws for numbers out of range. Keras: keras.layers.Embedding.
///   Embedding words(20000, 128, {.mask_zero = true});
///   Tensor y = words(tensor({{7, 2, 0}}, int32));  // -> [1, 3, 128]
///   y.mask();                                      // -> {{true, true, false}}
class Embedding final : public LayerOf<Embedding> {
 public:
  Embedding(std::int64_t input_dim, std::int64_t output_dim, EmbeddingOptions options = {});
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  bool autocasts() const override { return false; }  // large numbers stay what they are
  Tensor compute_mask(const Tensors& inputs) const override;
  bool makes_mask() const override { return options_.mask_zero; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  std::int64_t input_dim_, output_dim_;
  EmbeddingOptions options_;
  Variable embeddings_;
};

struct MaskingOptions {
  double mask_value = 0;
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Hides the steps of a sequence whose features all equal mask_value: they are set to 0 and masked for later layers:
///   x [batch, time, features] -> y [batch, time, features]
/// Keras: keras.layers.Masking.
///   Tensor y = Masking()(tensor({{{1, 2}, {0, 0}}}));
///   y.mask();  // -> {{true, false}}
class Masking final : public LayerOf<Masking> {
 public:
  explicit Masking(MaskingOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  Tensor compute_mask(const Tensors& inputs) const override;
  bool makes_mask() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  MaskingOptions options_;
};

}  // namespace linnet
#pragma GCC visibility pop
