// Dropout: against overfitting. Elements, whole maps, or elements of a self-normalizing network are left out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
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
/// 2014): x [...] -> y [...]. Which elements is a function of (seed, call, position), so it does not depend on threads,
/// and continues after loading. Throws unless 0 <= rate < 1 (rate 1 gives zeros, as Keras). Keras:
/// keras.layers.Dropout.
///   Dropout dropout(0.5, {.seed = 1});
///   dropout(ones({3}));                        // -> {1, 1, 1}
///   max(dropout(ones({100}), Mode::train));    // -> 2
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

struct SpatialDropoutOptions {
  std::optional<std::int64_t> seed = {};
  std::string data_format = "channels_last";  // or "channels_first"; SpatialDropout1D has the former only
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// What the layers that drop whole maps share: in training every channel of every sample is 0 with probability `rate`,
/// at all steps or pixels together, else divided by 1 - rate. Neighbours within a map look alike, so leaving out single
/// elements would hide little (Tompson et al., 2014). Throws unless 0 <= rate <= 1, and for inputs of another rank.
class BaseSpatialDropout : public Layer {
 public:
  using Layer::Layer;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  bool supports_masking() const override { return true; }
  Config config() const override;

 protected:
  /// The rest of the constructor.
  void set_up(int axes, double rate, SpatialDropoutOptions options);

 private:
  int axes_ = 0;
  double rate_ = 0;
  SpatialDropoutOptions options_;
  std::shared_ptr<SeedGenerator> generator_;
};

#define LINNET_SPATIAL_DROPOUT(Name)                                       \
  class Name final : public LayerOf<Name, BaseSpatialDropout> {            \
   public:                                                                 \
    explicit Name(double rate, const SpatialDropoutOptions& options = {}); \
    static AnyLayer from_config(const Config& config);                     \
  }

/// In training whole features of sequences are 0 with probability `rate`, all steps of one together, else divided by
/// 1 - rate:
///   x [batch, steps, channels] -> y [batch, steps, channels]
/// Keras: keras.layers.SpatialDropout1D.
///   Tensor y = SpatialDropout1D(0.5, {.seed = 1})(ones({1, 10, 8}), Mode::train);
///   max(variance(y, 1));  // -> 0
LINNET_SPATIAL_DROPOUT(SpatialDropout1D);
/// In training whole maps of images are 0 with probability `rate`, else divided by 1 - rate:
///   x [batch, height, width, channels] -> y [batch, height, width, channels]
/// Keras: keras.layers.SpatialDropout2D.
///   Tensor y = SpatialDropout2D(0.5, {.seed = 1})(ones({1, 4, 4, 8}), Mode::train);
///   max(variance(y, {1, 2}));  // -> 0
LINNET_SPATIAL_DROPOUT(SpatialDropout2D);
/// In training whole maps of volumes are 0 with probability `rate`, else divided by 1 - rate:
///   x [batch, depth, height, width, channels] -> y [batch, depth, height, width, channels]
/// Keras: keras.layers.SpatialDropout3D.
///   SpatialDropout3D(0.5)(ones({1, 1, 1, 1, 3}));  // -> {{{{{1, 1, 1}}}}}
LINNET_SPATIAL_DROPOUT(SpatialDropout3D);
#undef LINNET_SPATIAL_DROPOUT

/// Dropout that keeps mean 0 and variance 1, for networks of selu: in training an element becomes, with probability
/// `rate`, selu's lowest value α' = -1.758…, and all are mapped by a·x + b with a = ((1 - rate)(1 + rate·α'²))^-½ and
/// b = -a·α'·rate (Klambauer et al., "Self-normalizing neural networks", 2017). In inference y = x. x [...] -> y [...].
/// Throws unless 0 <= rate < 1. Keras: keras.layers.AlphaDropout.
///   AlphaDropout dropout(0.5, {.seed = 1});
///   dropout(tensor({1, 2}));                      // -> {1, 2}
///   min(dropout(zeros({100}), Mode::train));      // -> -0.7792
class AlphaDropout final : public LayerOf<AlphaDropout> {
 public:
  explicit AlphaDropout(double rate, DropoutOptions options = {});
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
