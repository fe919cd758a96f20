#include "linnet/layers/rescaling.h"

#include <algorithm>
#include <utility>

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
  if (!options_.mean) return;
  const std::size_t axes = options_.axis.value_or(std::vector<int>{}).size();
  for (const auto& [numbers, what] : {std::pair{&*options_.mean, "mean"}, std::pair{&*options_.variance, "variance"}})
    check(numbers->to_tensor(float32).size() == 1 || static_cast<std::size_t>(numbers->shape().rank()) <= axes,
          "[Normalization \"", name(), "\"] expected a ", what, " with at most as many axes as `axis` has (", axes,
          "), received shape ", numbers->shape());
}

std::vector<int> Normalization::kept_axes(int rank) const {
  std::vector<int> axes;
  for (int axis : options_.axis.value_or(std::vector<int>{}))
    axes.push_back(normalize_axis(axis, rank, "Normalization"));
  std::sort(axes.begin(), axes.end());
  return axes;
}

std::vector<int> Normalization::reduced_axes(int rank) const {
  const std::vector<int> kept = kept_axes(rank);
  std::vector<int> axes;
  for (int axis = 0; axis < rank; ++axis)
    if (std::find(kept.begin(), kept.end(), axis) == kept.end()) axes.push_back(axis);
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
      if (given.size() > 1) broadcast_shapes(given.shape(), shape, concat("Normalization \"", name(), "\""));
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

namespace {

/// Mean and variance over some axes, and how many numbers each is of.
struct Moments {
  Tensor mean, variance;
  double count = 0;
};

Moments moments_of(const Tensor& data, const std::vector<int>& axes) {
  const Tensor x = data.to(float64);
  if (axes.empty()) return {x, zeros(x.shape(), float64), 1};
  double count = 1;
  for (int axis : axes) count *= static_cast<double>(x.shape()[axis]);
  return {mean(x, Axes(axes)), variance(x, Axes(axes)), count};
}

/// Of both together. Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
/// variances", 1979.
Moments together(const Moments& a, const Moments& b) {
  const double part = b.count / (a.count + b.count);
  const Tensor difference = b.mean - a.mean;
  return {a.mean + difference * part,
          a.variance * (1 - part) + b.variance * part + square(difference) * (part * (1 - part)), a.count + b.count};
}

}  // namespace

void Normalization::adapt(const Tensor& data) { adapt(only_batch(data)); }

void Normalization::adapt(const NextBatch<Tensor>& next) {
  check(!options_.mean, "[Normalization \"", name(), "\"] has the mean it was given: adapt() would have nothing to do");
  std::optional<Moments> all;
  while (const std::optional<Tensor> batch = next()) {
    check(batch->rank() >= 1 && batch->shape()[0] > 0, "[Normalization \"", name(),
          "\"] expected samples to adapt to, received shape ", batch->shape());
    build_for({batch->shape()});
    const Moments moments = moments_of(*batch, reduced_axes(batch->rank()));
    check(moments.mean.shape() == mean_.shape(), "[Normalization \"", name(), "\"] expected the sizes ", mean_.shape(),
          " along its axes, received ", moments.mean.shape(), " of a batch of shape ", batch->shape());
    all = all ? together(*all, moments) : moments;
  }
  check(all.has_value(), "[Normalization \"", name(), "\"] expected at least one batch to adapt to, received none");
  mean_.assign(all->mean.to(dtype()));
  variance_.assign(all->variance.to(dtype()));
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
