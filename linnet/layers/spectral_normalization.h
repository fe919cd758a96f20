// SpectralNormalization: a layer whose kernel is kept from stretching its inputs.
#pragma once

#include <string>

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct SpectralNormalizationOptions {
  int power_iterations = 1;  // how often the estimate of the largest singular value is improved in a step
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// The layer inside, whose kernel (or table of embeddings) W, read as a matrix [rest, units], is divided by its largest
/// singular value at each call in training: x [...] -> y [...] as the layer's. That value is estimated by power
/// iteration from vector_u [1, units], which is kept: v = |u · Wᵀ|, u = |v · W|, σ = v · W · uᵀ, where |a| = a / √Σ a².
/// The gradient is that of the divided kernel, as in Keras. In inference it is the layer alone. Throws unless
/// power_iterations > 0 and the layer has such a weight. Miyato et al., "Spectral normalization for generative
/// adversarial networks", 2018. Keras: keras.layers.SpectralNormalization.
///   SpectralNormalization layer(Dense(1, {.kernel_initializer = Constant(3)}));  // σ = √(3² + 3²)
///   layer(tensor({{1, 1}}), Mode::train);  // -> {{1.4142}}
class SpectralNormalization final : public LayerOf<SpectralNormalization> {
 public:
  explicit SpectralNormalization(const AnyLayer& layer, const SpectralNormalizationOptions& options = {});
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  DType compute_output_dtype(DType input) const override { return layer_->compute_output_dtype(input); }
  IntegerInput integer_input() const override { return layer_->integer_input(); }
  bool supports_masking() const override { return layer_->supports_masking(); }
  Tensor compute_mask(const Tensors& inputs) const override { return layer_->compute_mask(inputs); }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

  const AnyLayer& layer() const { return layer_; }

 private:
  void normalize_kernel();

  AnyLayer layer_;
  SpectralNormalizationOptions options_;
  Variable kernel_, vector_u_;
};

}  // namespace linnet
#pragma GCC visibility pop
