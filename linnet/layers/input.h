// InputLayer: the start of a functional graph, and what fixes the input shape of a Sequential.
#pragma once

#include "linnet/layers/graph.h"

#pragma GCC visibility push(default)
namespace linnet {

struct InputLayerOptions {
  Shape batch_shape = {};  // with the batch axis, -1 if open
  DType dtype = float32;
  std::string name = {};  // empty: "input_layer", …
};

/// Gives back what it is given, and fixes its shape:
///   x [batch_shape…] -> y [batch_shape…]
/// Keras: keras.layers.InputLayer.
///   Sequential model({InputLayer({.batch_shape = {-1, 784}}), Dense(10)});
///   model.count_params();  // -> 7850
class InputLayer final : public LayerOf<InputLayer> {
 public:
  explicit InputLayer(InputLayerOptions options);
  const Shape& batch_shape() const { return options_.batch_shape; }
  Tensor call(const Tensor& x, Mode) override { return x; }
  Shape compute_output_shape(const Shape&) const override { return options_.batch_shape; }
  DType compute_output_dtype(DType) const override { return options_.dtype; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  InputLayerOptions options_;
};

/// The symbolic tensor of an InputLayer.
Tensor symbolic_input(const InputLayer& layer);

}  // namespace linnet
#pragma GCC visibility pop
