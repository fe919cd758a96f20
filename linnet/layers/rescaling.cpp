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

Rescaling::Rescaling(double scale, RescalingOptions options)
    : LayerOf("Rescaling", layer_options(options)), scale_(scale), options_(std::move(options)) {
  state().built = true;
}

Tensor Rescaling::call(const Tensor& x, Mode) { return rescale(x, scale_, options_.offset, dtype()); }

Config Rescaling::config() const {
  Config config = base_config();
  config.set("scale", scale_);
  return with_fields(std::move(config), options_);
}

AnyLayer Rescaling::from_config(const Config& config) {
  Config rest = config;
  rest.erase("scale");
  return Rescaling(config.at("scale").as_double(), read_options<RescalingOptions>(rest, "Rescaling"));
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
    auto constant = [&](const std::vector<double>& values) {
      return broadcast_to(
                 from_vector(values, values.size() == 1 ? Shape() : Shape{static_cast<std::int64_t>(values.size())}),
                 shape)
          .to(dtype())
          .contiguous();
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
  const Tensor real = x.to(dtype());
  return options_.invert ? real * deviation + mean : (real - mean) / deviation;
}

Config Normalization::config() const {
  auto numbers = [](const std::optional<std::vector<double>>& values) -> Value {
    if (!values) return nullptr;
    return values->size() == 1 ? Value((*values)[0]) : to_value(*values);
  };
  Config config = base_config();
  config.set("axis", to_value(options_.axis));
  config.set("invert", options_.invert);
  config.set("mean", numbers(options_.mean));
  config.set("variance", numbers(options_.variance));
  return config;
}

AnyLayer Normalization::from_config(const Config& config) {
  NormalizationOptions options;
  LayerOptions common;
  read_layer_options(config, common);
  options.name = common.name;
  options.trainable = common.trainable;
  options.dtype = common.dtype;
  auto numbers = [](const Value* value, auto& target) {
    if (value == nullptr) return;
    if (value->is_null()) {
      target.reset();
    } else if (value->is_list()) {
      from_value(*value, target.emplace());
    } else {
      target.emplace().resize(1);
      from_value(*value, target->front());
    }
  };
  numbers(config.find("axis"), options.axis);
  numbers(config.find("mean"), options.mean);
  numbers(config.find("variance"), options.variance);
  if (const Value* invert = config.find("invert")) options.invert = invert->as_bool();
  return Normalization(options);
}

}  // namespace linnet
