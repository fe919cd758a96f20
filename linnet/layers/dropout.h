// Dropout: against overfitting.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct DropoutOptions {
  std::optional<std::vector<std::optional<std::int64_t>>> noise_shape =
      {};  // 1 where an axis shares its draw; none: its own size
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// In training each element is 0 with probability `rate`, else x / (1 - rate); in inference y = x (Srivastava et al.,
/// 2014). Which elements is a function of (seed, call, position), so it does not depend on threads, and continues after
/// loading. Throws unless 0 <= rate < 1 (rate 1 gives zeros, as Keras). Keras: keras.layers.Dropout.
///   Dropout(0.5, {.seed = 1})
class Dropout final : public LayerOf<Dropout> {
 public:
  explicit Dropout(double rate, DropoutOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  double rate_;
  DropoutOptions options_;
  std::shared_ptr<SeedGenerator> generator_;
};

}  // namespace linnet
#pragma GCC visibility pop
