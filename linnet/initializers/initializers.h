// Keras's initializers (keras.initializers), each with Keras's options and defaults.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "linnet/initializers/initializer.h"

#pragma GCC visibility push(default)
namespace linnet {

/// All 0. Keras: keras.initializers.Zeros.
///   Zeros()({2, 2});  // -> {{0, 0}, {0, 0}}
class Zeros final : public Initializer {
 public:
  Tensor operator()(const Shape& shape, DType dtype = float32) const override;
  std::string class_name() const override { return "Zeros"; }
  Config config() const override { return {}; }
};

/// All 1. Keras: keras.initializers.Ones.
///   Ones()({2, 2});  // -> {{1, 1}, {1, 1}}
class Ones final : public Initializer {
 public:
  Tensor operator()(const Shape& shape, DType dtype = float32) const override;
  std::string class_name() const override { return "Ones"; }
  Config config() const override { return {}; }
};

/// All `value`; or numbers that are there already, such as embeddings that were trained elsewhere, of the weight's
/// shape or one that broadcasts to it. Keras: keras.initializers.Constant.
///   Constant(0.5)({2});                // -> {0.5, 0.5}
///   Constant(tensor({1, 2}))({2, 2});  // -> {{1, 2}, {1, 2}}
class Constant final : public Initializer {
 public:
  explicit Constant(double value = 0) : number_(value) {}
  explicit Constant(const Tensor& values);
  /// Throws `[Constant] expected …` for a shape that the numbers do not broadcast to.
  Tensor operator()(const Shape& shape, DType dtype = float32) const override;
  std::string class_name() const override { return "Constant"; }
  /// "value": a number; of a tensor {"class_name": "__numpy__", "config": {"value", "dtype"}}, as Keras writes it.
  Config config() const override;
  /// The tensor; a scalar for a number.
  Tensor value() const;

 private:
  double number_ = 0;
  Tensor values_;  // empty for a number
};

/// gain on the diagonal of a matrix, else 0. (Keras: keras.initializers.Identity; that name is the layer's here.)
/// Throws for a shape that is not of rank 2.
///   IdentityInitializer(2)({2, 3});  // -> {{2, 0, 0}, {0, 2, 0}}
class IdentityInitializer final : public Initializer {
 public:
  explicit IdentityInitializer(double gain = 1) : gain_(gain) {}
  Tensor operator()(const Shape& shape, DType dtype = float32) const override;
  std::string class_name() const override { return "Identity"; }
  /// Keras writes no gain at all; one that is not the default has to survive saving.
  Config config() const override { return gain_ == 1 ? Config() : Config{{"gain", gain_}}; }

 private:
  double gain_;
};

/// An initializer that draws. With a seed of its own it gives the same values at every call, as Keras's do; without,
/// each call takes the next stream of the global seed (set_random_seed).
class RandomInitializer : public Initializer {
 public:
  explicit RandomInitializer(std::optional<std::int64_t> seed) : seed_(seed) {}

 protected:
  Tensor draw_uniform(const Shape& shape, double low, double high, DType dtype) const;
  /// `truncated`: redrawn where more than two stddev from the mean.
  Tensor draw_normal(const Shape& shape, double mean, double stddev, bool truncated, DType dtype) const;

 private:
  std::optional<std::int64_t> seed_;
};

struct RandomNormalOptions {
  double mean = 0, stddev = 0.05;
  std::optional<std::int64_t> seed = {};
};
/// Normal(mean, stddev), element by element. Keras: keras.initializers.RandomNormal.
///   RandomNormal normal({.stddev = 0.1, .seed = 1});
///   normal({64, 10});                             // -> [64, 10]
///   max(abs(normal({64, 10}) - normal({64, 10})));  // -> 0
class RandomNormal final : public RandomInitializer {
 public:
  using Options = RandomNormalOptions;
  static constexpr const char* class_name_of = "RandomNormal";
  explicit RandomNormal(Options options = {}) : RandomInitializer(options.seed), options_(options) {}
  Tensor operator()(const Shape& shape, DType dtype = float32) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct TruncatedNormalOptions {
  double mean = 0, stddev = 0.05;
  std::optional<std::int64_t> seed = {};
};
/// Normal(mean, stddev), redrawn where more than two stddev from the mean. Keras: keras.initializers.TruncatedNormal.
///   Tensor w = TruncatedNormal({.stddev = 0.1})({64, 10});
///   max(abs(w)).item() <= 0.2;  // -> true
class TruncatedNormal final : public RandomInitializer {
 public:
  using Options = TruncatedNormalOptions;
  static constexpr const char* class_name_of = "TruncatedNormal";
  explicit TruncatedNormal(Options options = {}) : RandomInitializer(options.seed), options_(options) {}
  Tensor operator()(const Shape& shape, DType dtype = float32) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct RandomUniformOptions {
  double minval = -0.05, maxval = 0.05;
  std::optional<std::int64_t> seed = {};
};
/// Uniform in [minval, maxval), element by element. Keras: keras.initializers.RandomUniform.
///   Tensor w = RandomUniform({.minval = -1, .maxval = 1})({64, 10});
///   max(abs(w)).item() <= 1;  // -> true
class RandomUniform final : public RandomInitializer {
 public:
  using Options = RandomUniformOptions;
  static constexpr const char* class_name_of = "RandomUniform";
  explicit RandomUniform(Options options = {}) : RandomInitializer(options.seed), options_(options) {}
  Tensor operator()(const Shape& shape, DType dtype = float32) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct OrthogonalOptions {
  double gain = 1;
  std::optional<std::int64_t> seed = {};
};
/// gain times an orthogonal matrix: the Q of a random normal matrix with the signs of R's diagonal, of shape
/// (product of all axes but the last, last), reshaped. Rows are orthonormal where there are fewer rows than columns,
/// else columns. Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear networks". Keras:
/// keras.initializers.Orthogonal.
///   Tensor q = Orthogonal()({4, 2});
///   round(100 * matmul(transpose(q), q));  // -> {{100, 0}, {0, 100}}
class Orthogonal final : public RandomInitializer {
 public:
  using Options = OrthogonalOptions;
  static constexpr const char* class_name_of = "Orthogonal";
  explicit Orthogonal(Options options = {}) : RandomInitializer(options.seed), options_(options) {}
  Tensor operator()(const Shape& shape, DType dtype = float32) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};
using OrthogonalInitializer = Orthogonal;

struct STFTOptions {
  std::string side = "real";                       // or "imag"
  std::optional<std::string> window = "hann";      // "hamming", or none
  std::optional<std::string> scaling = "density";  // "spectrum", or none
  bool periodic = false;
};
/// The kernel of a short-time Fourier transform: shape (frame length, 1, fft length / 2 + 1).
/// kernel[t, 0, k] = window[t] * cos (real) or sin (imag) of (-2π t k / fft length), divided by sqrt(sum(window²))
/// ("density") or |sum(window)| ("spectrum").
/// Keras: keras.initializers.STFT.
///   STFT cosines({.window = std::nullopt, .scaling = std::nullopt});
///   cosines({4, 1, 3});  // of 0, 1 and 2 turns in 4 samples
///   // -> {{{1, 1, 1}}, {{1, 0, -1}}, {{1, -1, 1}}, {{1, 0, -1}}}
class STFT final : public Initializer {
 public:
  using Options = STFTOptions;
  static constexpr const char* class_name_of = "STFT";
  explicit STFT(Options options = {});
  Tensor operator()(const Shape& shape, DType dtype = float32) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

}  // namespace linnet
#pragma GCC visibility pop
