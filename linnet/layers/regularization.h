// ActivityRegularization: a penalty on what passes through.
#pragma once

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct ActivityRegularizationOptions {
  double l1 = 0;
  double l2 = 0;
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = x; adds l1 * sum(|x|) + l2 * sum(x²) to the loss: x [...] -> y [...]. Keras:
/// keras.layers.ActivityRegularization.
///   ActivityRegularization penalty({.l2 = 0.1});
///   penalty(tensor({{1, 2}}));
///   penalty.losses()[0];  // -> 0.5
class ActivityRegularization final : public LayerOf<ActivityRegularization> {
 public:
  explicit ActivityRegularization(ActivityRegularizationOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  ActivityRegularizationOptions options_;
};

}  // namespace linnet
#pragma GCC visibility pop
