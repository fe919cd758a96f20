#include "linnet/layers/spectral_normalization.h"

#include "linnet/initializers/initializers.h"
#include "linnet/layers/fields.h"
#include "linnet/layers/registry.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, SpectralNormalizationOptions& o) {
  visit("power_iterations", o.power_iterations);
}

SpectralNormalization::SpectralNormalization(const AnyLayer& layer, const SpectralNormalizationOptions& options)
    : LayerOf("SpectralNormalization", layer_options(options)), layer_(layer), options_(options) {
  check(options_.power_iterations > 0, "[SpectralNormalization \"", name(),
        "\"] expected power_iterations > 0, received ", options_.power_iterations);
  state().sublayers.push_back(layer_);
}

void SpectralNormalization::build(const Shape& input) {
  layer_->build_for({input});
  for (const Variable& weight : layer_->weights())
    if (weight.name() == "kernel" || weight.name() == "embeddings") {
      add_weight(vector_u_, "vector_u", {1, weight.shape().back()}, TruncatedNormal({.stddev = 0.02}),
                 {.trainable = false, .dtype = weight.dtype()});
      kernel_ = weight;
      state().own_weights.push_back(kernel_);  // Keras lists it as this layer's, first
      return;
    }
  fail("[SpectralNormalization \"", name(), "\"] expected a layer with a kernel or embeddings, received ",
       layer_->class_name(), " \"", layer_->name(), "\"");
}

Tensor SpectralNormalization::call(const Tensor& x, Mode mode) {
  if (mode == Mode::train) normalize_kernel();
  return (*layer_)(x, mode);
}

void SpectralNormalization::normalize_kernel() {
  const NoGrad no_grad;
  constexpr double smallest = 1e-24;  // of a sum of squares: zeros stay zeros
  const auto unit = [](const Tensor& a) { return a * rsqrt(maximum(sum(square(a)), smallest)); };
  const Tensor whole = kernel_.stored().detach();
  if (!any(whole).item<bool>()) return;
  const Tensor matrix = reshape(whole, {-1, whole.shape().back()});
  Tensor u = vector_u_.stored(), v;
  for (int i = 0; i < options_.power_iterations; ++i) {
    v = unit(matmul(u, transpose(matrix)));
    u = unit(matmul(v, matrix));
  }
  const Tensor stretch = matmul(matmul(v, matrix), transpose(u));
  vector_u_.assign(u);
  kernel_.assign(whole / reshape(stretch, {}));
}

Shape SpectralNormalization::compute_output_shape(const Shape& input) const {
  return layer_->compute_output_shape(input);
}

Config SpectralNormalization::config() const {
  Config config = with_fields(base_config(), options_);
  config.set("layer", layer_to_config(*layer_));
  return config;
}

AnyLayer SpectralNormalization::from_config(const Config& config) {
  Config rest = config;
  rest.erase("layer");
  return SpectralNormalization(layer_from_config(config.at("layer").as_config()),
                               read_options<SpectralNormalizationOptions>(rest, "SpectralNormalization"));
}

}  // namespace linnet
