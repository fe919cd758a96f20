// VarianceScaling and its six named forms.
#pragma once

#include "linnet/initializers/initializers.h"

#pragma GCC visibility push(default)
namespace linnet {

struct VarianceScalingOptions {
  double scale = 1;
  std::string mode = "fan_in";                    // "fan_out", "fan_avg"
  std::string distribution = "truncated_normal";  // "untruncated_normal", "uniform"
  std::optional<std::int64_t> seed = {};
  std::optional<std::vector<int>> input_axes = {}, output_axes = {};  // default: the last but one, the last
};

/// Random values of variance scale / n, where n is the number of input units of the weight (fan_in), of output units
/// (fan_out), or the average. Uniform: limit sqrt(3 scale / n). Truncated normal: stddev sqrt(scale / n) /
/// 0.87962566103423978, which makes up for what truncation at two standard deviations takes away.
/// Fans: shape (in, out); convolution kernels (…, in, out) multiply both by the size of the receptive field; rank 1
/// has both equal to its size.
/// Keras: keras.initializers.VarianceScaling.
///   Tensor w = VarianceScaling({.scale = 2, .mode = "fan_out", .distribution = "uniform"})({100, 6});
///   max(abs(w)).item() <= 1;  // -> true
class VarianceScaling : public RandomInitializer {
 public:
  using Options = VarianceScalingOptions;
  static constexpr const char* class_name_of = "VarianceScaling";
  explicit VarianceScaling(Options options = {});
  Tensor operator()(const Shape& shape, DType dtype = float32) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  const Options& options() const { return options_; }

 private:
  Options options_;
};

/// What the named forms take.
struct FanOptions {
  std::optional<std::int64_t> seed = {};
  std::optional<std::vector<int>> input_axes = {}, output_axes = {};
};

namespace detail {
/// A VarianceScaling whose scale, mode and distribution have a name.
class NamedScaling : public VarianceScaling {
 public:
  using VarianceScaling::VarianceScaling;
  Config config() const override;
};
VarianceScalingOptions named_scaling(double scale, const char* mode, const char* distribution, FanOptions options);
}  // namespace detail

#define LINNET_NAMED_SCALING(name, scale, mode, distribution)                                   \
  class name final : public detail::NamedScaling {                                              \
   public:                                                                                      \
    using Options = FanOptions;                                                                 \
    static constexpr const char* class_name_of = #name;                                         \
    explicit name(Options options = {})                                                         \
        : NamedScaling(detail::named_scaling(scale, mode, distribution, std::move(options))) {} \
    std::string class_name() const override { return class_name_of; }                           \
  };
/// Uniform with limit sqrt(6 / (fan_in + fan_out)): Glorot and Bengio, 2010. The default of most Keras layers. Keras:
/// keras.initializers.GlorotUniform.
///   Tensor w = GlorotUniform()({100, 50});
///   max(abs(w)).item() <= 0.2;  // -> true
LINNET_NAMED_SCALING(GlorotUniform, 1, "fan_avg", "uniform")
/// Truncated normal of standard deviation sqrt(2 / (fan_in + fan_out)): Glorot and Bengio, 2010. Keras:
/// keras.initializers.GlorotNormal.
///   Tensor w = GlorotNormal({.seed = 1})({100, 100});
///   std::abs(stddev(w).item() - 0.1) < 0.005;  // -> true
LINNET_NAMED_SCALING(GlorotNormal, 1, "fan_avg", "truncated_normal")
/// Uniform with limit sqrt(6 / fan_in): He et al., 2015, for relu. Keras: keras.initializers.HeUniform.
///   Tensor w = HeUniform()({600, 10});
///   max(abs(w)).item() <= 0.1;  // -> true
LINNET_NAMED_SCALING(HeUniform, 2, "fan_in", "uniform")
/// Truncated normal of standard deviation sqrt(2 / fan_in): He et al., 2015, for relu. Keras:
/// keras.initializers.HeNormal.
///   Tensor w = HeNormal({.seed = 1})({200, 50});
///   std::abs(stddev(w).item() - 0.1) < 0.005;  // -> true
LINNET_NAMED_SCALING(HeNormal, 2, "fan_in", "truncated_normal")
/// Uniform with limit sqrt(3 / fan_in): LeCun et al., 1998. Keras: keras.initializers.LecunUniform.
///   Tensor w = LecunUniform()({300, 10});
///   max(abs(w)).item() <= 0.1;  // -> true
LINNET_NAMED_SCALING(LecunUniform, 1, "fan_in", "uniform")
/// Truncated normal of standard deviation sqrt(1 / fan_in): LeCun et al., 1998, for selu. Keras:
/// keras.initializers.LecunNormal.
///   Tensor w = LecunNormal({.seed = 1})({100, 100});
///   std::abs(stddev(w).item() - 0.1) < 0.005;  // -> true
LINNET_NAMED_SCALING(LecunNormal, 1, "fan_in", "truncated_normal")
#undef LINNET_NAMED_SCALING

}  // namespace linnet
#pragma GCC visibility pop
