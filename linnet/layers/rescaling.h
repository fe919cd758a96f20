// Rescaling and Normalization: inputs on the scale that networks train best on.
#pragma once

#include <optional>
#include <vector>

#include "linnet/layers/layer.h"
#include "linnet/layers/next_batch.h"
#include "linnet/layers/numbers.h"

#pragma GCC visibility push(default)
namespace linnet {

struct RescalingOptions {
  Numbers offset = 0;
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = x * scale + offset; integers become float32 in the same pass: x [...] -> y [...]. Lists are broadcast: one
/// number for each channel. Keras: keras.layers.Rescaling.
///   Rescaling(1.0 / 255)(tensor({0, 51, 255}, uint8));       // -> {0, 0.2, 1}
///   Rescaling(2, {.offset = -1})(tensor({0, 0.5, 1}));       // -> {-1, 0, 1}
class Rescaling final : public LayerOf<Rescaling> {
 public:
  explicit Rescaling(Numbers scale, RescalingOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Numbers scale_;
  RescalingOptions options_;
};

struct NormalizationOptions {
  std::optional<std::vector<int>> axis =
      std::vector<int>{-1};          // the axes that keep a mean of their own; none: one for all
  bool invert = false;               // back: y = x * sqrt(variance) + mean
  std::optional<Numbers> mean = {};  // known beforehand; else adapt()
  std::optional<Numbers> variance = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = (x - mean) / max(sqrt(variance), 1e-7), with mean and variance given or measured by adapt(); before either they
/// are 0 and 1.
///   x [batch, …] -> y [batch, …]
/// Those given are broadcast over the kept axes; both or neither. Throws where a kept axis has no known size. Keras:
/// keras.layers.Normalization.
///   Normalization norm;
///   norm.adapt(tensor({{1, 10}, {3, 30}}));  // means 2 and 20, standard deviations 1 and 10
///   norm(tensor({{2, 40}}));                 // -> {{0, 2}}
class Normalization final : public LayerOf<Normalization> {
 public:
  explicit Normalization(NormalizationOptions options = {});
  /// Measures mean and variance of `data` over all axes but `axis`. Starts anew each time.
  void adapt(const Tensor& data);
  /// The same of data that come in batches, which may be of different sizes.
  void adapt(const NextBatch<Tensor>& next);
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  std::vector<int> kept_axes(int rank) const;
  std::vector<int> reduced_axes(int rank) const;
  Shape broadcast_shape(const Shape& input) const;

  NormalizationOptions options_;
  Variable mean_, variance_, count_;
};

}  // namespace linnet
#pragma GCC visibility pop
