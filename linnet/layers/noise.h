// Gaussian noise: on the input, or as a factor, against overfitting.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct NoiseOptions {
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// In training y = x + n with n of mean 0 and standard deviation `stddev`, new for each element and call; in inference
/// y = x. x [...] -> y [...]. Which numbers come is a function of (seed, call, position). Throws unless stddev >= 0.
/// Keras: keras.layers.GaussianNoise.
///   GaussianNoise noise(0.1, {.seed = 1});
///   noise(tensor({1, 2}));               // -> {1, 2}
///   noise(zeros({8, 3}), Mode::train);   // -> [8, 3]
class GaussianNoise final : public LayerOf<GaussianNoise> {
 public:
  explicit GaussianNoise(double stddev, NoiseOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  double stddev_;
  NoiseOptions options_;
  std::shared_ptr<SeedGenerator> generator_;
};

/// In training y = x · n with n of mean 1 and standard deviation √(rate / (1 - rate)), which is that of Dropout's
/// factors; in inference y = x (Srivastava et al., 2014, section 10). x [...] -> y [...]. Throws unless 0 <= rate < 1.
/// Keras: keras.layers.GaussianDropout.
///   GaussianDropout dropout(0.2, {.seed = 1});
///   dropout(tensor({1, 2}));               // -> {1, 2}
///   dropout(zeros({1, 2}), Mode::train);   // -> {{0, 0}}
class GaussianDropout final : public LayerOf<GaussianDropout> {
 public:
  explicit GaussianDropout(double rate, NoiseOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override { return input; }
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  double rate_;
  NoiseOptions options_;
  std::shared_ptr<SeedGenerator> generator_;
};

}  // namespace linnet
#pragma GCC visibility pop
