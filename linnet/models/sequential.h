// Sequential: a stack of layers with one input and one output. Keras: keras.Sequential.
#pragma once

#include <initializer_list>
#include <vector>

#include "linnet/models/model.h"

#pragma GCC visibility push(default)
namespace linnet {

/// A stack of layers with one input and one output, built by the first call, by build_for(), or at once when the first
/// layer is an InputLayer. Keras: keras.Sequential.
///   Sequential model({Flatten(), Dense(64, {.activation = relu})});
///   model.add(Dense(10));
///   model(zeros({2, 28, 28}));  // -> [2, 10]
///   model.count_params();       // -> 50890
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
