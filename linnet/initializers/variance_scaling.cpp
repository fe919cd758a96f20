#include "linnet/initializers/variance_scaling.h"

#include <algorithm>
#include <cmath>

#include "linnet/base/fields.h"
#include "linnet/initializers/fields.h"

namespace linnet {

namespace {
struct Fans {
  double in = 1, out = 1;
};

Fans axes_fans(const Shape& shape, std::vector<int> in_axes, std::vector<int> out_axes) {
  for (int& axis : in_axes) axis = normalize_axis(axis, shape.rank(), "VarianceScaling");
  for (int& axis : out_axes) axis = normalize_axis(axis, shape.rank(), "VarianceScaling");
  Fans fans;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const auto size = static_cast<double>(shape[axis]);
    const bool in = std::find(in_axes.begin(), in_axes.end(), axis) != in_axes.end();
    const bool out = std::find(out_axes.begin(), out_axes.end(), axis) != out_axes.end();
    if (in || !out) fans.in *= size;  // axes of neither kind are the receptive field
    if (out || !in) fans.out *= size;
  }
  return fans;
}

Fans compute_fans(const Shape& shape, const VarianceScalingOptions& options) {
  if (shape.rank() == 0) return {};
  if (shape.rank() == 1) return {static_cast<double>(shape[0]), static_cast<double>(shape[0])};
  return axes_fans(shape, options.input_axes.value_or(std::vector<int>{-2}),
                   options.output_axes.value_or(std::vector<int>{-1}));
}
}  // namespace

VarianceScaling::VarianceScaling(Options options) : RandomInitializer(options.seed), options_(std::move(options)) {
  const auto& [scale, mode, distribution, seed, in, out] = options_;
  check(scale > 0, "[VarianceScaling] expected scale > 0, received ", scale);
  check(mode == "fan_in" || mode == "fan_out" || mode == "fan_avg",
        "[VarianceScaling] expected mode \"fan_in\", \"fan_out\" or \"fan_avg\", received \"", mode, "\"");
  if (distribution == "normal") options_.distribution = "truncated_normal";  // Keras's older name
  check(distribution == "truncated_normal" || distribution == "untruncated_normal" || distribution == "uniform",
        "[VarianceScaling] expected distribution \"truncated_normal\", \"untruncated_normal\" or \"uniform\", "
        "received \"",
        distribution, "\"");
}

Tensor VarianceScaling::operator()(const Shape& shape, DType dtype) const {
  const auto [in, out] = compute_fans(shape, options_);
  const double fan = options_.mode == "fan_in" ? in : options_.mode == "fan_out" ? out : (in + out) / 2;
  const double variance = options_.scale / std::max(fan, 1.0);
  if (options_.distribution == "uniform") {
    const double limit = std::sqrt(3 * variance);
    return draw_uniform(shape, -limit, limit, dtype);
  }
  const bool truncated = options_.distribution == "truncated_normal";
  constexpr double truncated_stddev = 0.87962566103423978;  // of a standard normal cut off at -2 and 2
  return draw_normal(shape, 0, std::sqrt(variance) / (truncated ? truncated_stddev : 1), truncated, dtype);
}

Config VarianceScaling::config() const { return write_config(options_); }

namespace detail {
Config NamedScaling::config() const {
  return write_config(FanOptions{options().seed, options().input_axes, options().output_axes});
}

VarianceScalingOptions named_scaling(double scale, const char* mode, const char* distribution, FanOptions options) {
  return {scale, mode, distribution, options.seed, std::move(options.input_axes), std::move(options.output_axes)};
}
}  // namespace detail

}  // namespace linnet
