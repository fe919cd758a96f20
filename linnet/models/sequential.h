// Sequential: a stack of layers with one input and one output. Keras: keras.Sequential.
#pragma once

#include <initializer_list>
#include <vector>

#include "linnet/models/model.h"

#pragma GCC visibility push(default)
namespace linnet {

///   Sequential model({Flatten(), Dense(64, {.activation = relu}), Dense(10)});
///   model.add(Dense(1));
/// Built by the first call, by build_for(), or at once when the first layer is an InputLayer.
class Sequential : public LayerOf<Sequential, Model> {
 public:
  explicit Sequential(const LayerOptions& options = {});
  Sequential(std::initializer_list<AnyLayer> layers, const LayerOptions& options = {});
  Sequential(const std::vector<AnyLayer>& layers, const LayerOptions& options = {});

  /// Puts a layer on top. Throws when a layer of that name is there already.
  void add(const AnyLayer& layer);
  void pop();

  void build_many(const Shapes& inputs) override;
  Tensors call_many(const Tensors& xs, Mode mode) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Config config() const override;
  static AnyLayer from_config(const Config& config);
};

}  // namespace linnet
#pragma GCC visibility pop
