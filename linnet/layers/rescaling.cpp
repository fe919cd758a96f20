#include "linnet/layers/rescaling.h"

#include <algorithm>

#include "linnet/initializers/initializers.h"
#include "linnet/layers/fields.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, RescalingOptions& o) {
  visit("offset", o.offset);
}

template <class Visitor>
void fields(Visitor& visit, NormalizationOptions& o) {
  visit("axis", o.axis);
  visit("invert", o.invert);
  visit("mean", o.mean);
  visit("variance", o.variance);
}

Rescaling::Rescaling(Numbers scale, RescalingOptions options)
    : LayerOf("Rescaling", layer_options(options)), scale_(std::move(scale)), options_(std::move(options)) {
  state().built = true;
}

Tensor Rescaling::call(const Tensor& x, Mode) {
  if (scale_.is_single() && options_.offset.is_single())
    return rescale(x, scale_.front(), options_.offset.front(), compute_dtype());
  return x.to(compute_dtype()) * scale_.to_tensor(compute_dtype()) + options_.offset.to_tensor(compute_dtype());
}

Config Rescaling::config() const {
  Config config = base_config();
  config.set("scale", to_value(scale_));
  return with_fields(std::move(config), options_);
}

AnyLayer Rescaling::from_config(const Config& config) {
  Config rest = config;
  rest.erase("scale");
  Numbers scale;
  from_value(config.at("scale"), scale);
  return Rescaling(scale, read_options<RescalingOptions>(rest, "Rescaling"));
}

Normalization::Normalization(NormalizationOptions options)
    : LayerOf("Normalization", layer_options(options)), options_(std::move(options)) {
  check(options_.mean.has_value() == options_.variance.has_value(),
        "[Normalization] expected mean and variance, or neither, received one of them");
}

std::vector<int> Normalization::kept_axes(int rank) const {
  std::vector<int> axes;
  for (int axis : options_.axis.value_or(std::vector<int>{}))
    axes.push_back(normalize_axis(axis, rank, "Normalization"));
  std::sort(axes.begin(), axes.end());
  return axes;
}

Shape Normalization::broadcast_shape(const Shape& input) const {
  Shape shape = Shape::filled(input.rank(), 1);
  for (int axis : kept_axes(input.rank())) shape[axis] = input[axis];
  return shape;
}

void Normalization::build(const Shape& input) {
  Shape shape;
  for (int axis : kept_axes(input.rank())) {
    check(input[axis] >= 0, "[Normalization \"", name(), "\"] expected a known size of axis ", axis, ", received ",
          input);
    shape.push_back(input[axis]);
  }
  if (options_.mean) {  // fixed: no weights, as in Keras
    auto constant = [&](const Numbers& numbers) {
      const Tensor given = numbers.to_tensor(dtype());
      return broadcast_to(given.size() == 1 ? reshape(given, {}) : given, shape).contiguous();
    };
    mean_.state().value = constant(*options_.mean);
    variance_.state().value = constant(*options_.variance);
    return;
  }
  add_weight(mean_, "mean", shape, Zeros(), {.trainable = false, .dtype = dtype()});
  add_weight(variance_, "variance", shape, Ones(), {.trainable = false, .dtype = dtype()});
  add_weight(count_, "count", {}, Zeros(), {.trainable = false, .dtype = int32});
}

void Normalization::adapt(const Tensor& data) {
  check(!options_.mean, "[Normalization \"", name(), "\"] has the mean it was given: adapt() would have nothing to do");
  check(data.rank() >= 1 && data.shape()[0] > 0, "[Normalization \"", name(),
        "\"] expected samples to adapt to, received shape ", data.shape());
  build_for({data.shape()});
  const std::vector<int> kept = kept_axes(data.rank());
  std::vector<int> reduced;
  for (int axis = 0; axis < data.rank(); ++axis)
    if (std::find(kept.begin(), kept.end(), axis) == kept.end()) reduced.push_back(axis);
  const Tensor x = data.to(float64);
  mean_.assign(mean(x, Axes(reduced)).to(dtype()));
  variance_.assign(variance(x, Axes(reduced)).to(dtype()));
}

Tensor Normalization::call(const Tensor& x, Mode) {
  constexpr double smallest = 1e-7;
  const Shape shape = broadcast_shape(x.shape());
  const Tensor mean = reshape(mean_.value(), shape),
               deviation = maximum(sqrt(reshape(variance_.value(), shape)), smallest);
  const Tensor real = x.to(compute_dtype());
  return options_.invert ? real * deviation + mean : (real - mean) / deviation;
}

Config Normalization::config() const {
  Config config = with_fields(base_config(), options_);
  if (!options_.axis) config.set("axis", List());  // as Keras writes it
  return config;
}

AnyLayer Normalization::from_config(const Config& config) {
  Config listed = config;
  if (const Value* axis = config.find("axis"); axis != nullptr && axis->is_int()) listed.set("axis", List{*axis});
  return Normalization(read_options<NormalizationOptions>(listed, "Normalization"));
}

}  // namespace linnet
