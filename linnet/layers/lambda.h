// Lambda: a function as a layer.
#pragma once

#include <functional>

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

/// y = function(x), or of several inputs function(xs): x [...] -> y [...], of the shape that the function gives. It has
/// no weights, and a model with it cannot be saved, because a file holds no code: for that, write a class (Layer says
/// how). Keras: keras.layers.Lambda.
///   Lambda([](const Tensor& x) { return x * 2; })(tensor({1, 2}));  // -> {2, 4}
class Lambda final : public LayerOf<Lambda> {
 public:
  explicit Lambda(std::function<Tensor(const Tensor&)> function, LayerOptions options = {});
  explicit Lambda(std::function<Tensor(const Tensors&)> function, LayerOptions options = {});
  Tensors call_many(const Tensors& xs, Mode mode) override;
  /// Throws: functions cannot be saved.
  Config config() const override;

 private:
  std::function<Tensor(const Tensors&)> function_;
};

}  // namespace linnet
#pragma GCC visibility pop
