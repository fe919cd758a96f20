#include "linnet/layers/shape_layers.h"

#include <algorithm>

#include "linnet/layers/fields.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, FlattenOptions& o) {
  visit("data_format", o.data_format);
}

namespace {

/// Axis 1 moved to the end.
std::vector<int> channels_last_order(int rank) {
  std::vector<int> order{0};
  for (int axis = 2; axis < rank; ++axis) order.push_back(axis);
  order.push_back(1);
  return order;
}

}  // namespace

Flatten::Flatten(FlattenOptions options) : LayerOf("Flatten", layer_options(options)), options_(std::move(options)) {
  check(options_.data_format == "channels_last" || options_.data_format == "channels_first",
        "[Flatten] expected data_format \"channels_last\" or \"channels_first\", received \"", options_.data_format,
        "\"");
}

Tensor Flatten::call(const Tensor& x, Mode) {
  if (x.rank() == 1) return expand_dims(x, 1);
  if (x.rank() > 2 && options_.data_format == "channels_first")
    return flatten(permute(x, channels_last_order(x.rank())), 1);
  return flatten(x, 1);
}

Shape Flatten::compute_output_shape(const Shape& input) const {
  const Shape rest = input.slice(1, input.rank());
  return {input[0], rest.is_known() ? rest.size() : -1};
}

Config Flatten::config() const { return with_fields(base_config(), options_); }
AnyLayer Flatten::from_config(const Config& config) { return Flatten(read_options<FlattenOptions>(config, "Flatten")); }

Reshape::Reshape(Shape target_shape, LayerOptions options) : LayerOf("Reshape", options), target_shape_(target_shape) {
  check(std::count(target_shape.begin(), target_shape.end(), -1) <= 1,
        "[Reshape] expected at most one size -1, received ", target_shape);
}

Tensor Reshape::call(const Tensor& x, Mode) {
  return reshape(x, compute_output_shape(x.shape()));  // which knows an open size even of no samples
}

Shape Reshape::compute_output_shape(const Shape& input) const {
  const Shape rest = input.slice(1, input.rank());
  Shape output = target_shape_;
  Shape stated;
  for (std::int64_t n : target_shape_)
    if (n >= 0) stated.push_back(n);
  const std::int64_t known = stated.size();
  if (rest.is_known()) {
    const bool open = !target_shape_.is_known();
    check(open ? known > 0 && rest.size() % known == 0 : rest.size() == known, "[Reshape \"", name(),
          "\"] expected as many elements as in the input ", input, ", received target_shape ", target_shape_);
    for (std::int64_t& n : output) n = n < 0 ? rest.size() / known : n;
  }
  output.insert(0, input[0]);
  return output;
}

Config Reshape::config() const {
  Config config = base_config();
  List target;
  for (std::int64_t n : target_shape_) target.push_back(n);
  config.set("target_shape", std::move(target));
  return config;
}

AnyLayer Reshape::from_config(const Config& config) {
  Shape target;
  from_value(config.at("target_shape"), target);
  return Reshape(target, read_layer_options(config, "Reshape", {"target_shape"}));
}

Permute::Permute(std::vector<int> dims, LayerOptions options) : LayerOf("Permute", options), dims_(std::move(dims)) {
  std::vector<int> sorted = dims_;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i)
    check(sorted[i] == static_cast<int>(i) + 1, "[Permute] expected every axis from 1 to ", dims_.size(),
          " once (the batch axis, 0, stays), received ", to_value(dims_));
}

Tensor Permute::call(const Tensor& x, Mode) {
  check(x.rank() == static_cast<int>(dims_.size()) + 1, "[Permute \"", name(), "\"] expected ", dims_.size(),
        " axes after the batch axis, received shape ", x.shape());
  std::vector<int> order{0};
  order.insert(order.end(), dims_.begin(), dims_.end());
  return permute(x, order);
}

Shape Permute::compute_output_shape(const Shape& input) const {
  check(input.rank() == static_cast<int>(dims_.size()) + 1, "[Permute \"", name(), "\"] expected ", dims_.size(),
        " axes after the batch axis, received shape ", input);
  Shape output{input[0]};
  for (int axis : dims_) output.push_back(input[axis]);
  return output;
}

Config Permute::config() const {
  Config config = base_config();
  config.set("dims", to_value(dims_));
  return config;
}

AnyLayer Permute::from_config(const Config& config) {
  std::vector<int> dims;
  from_value(config.at("dims"), dims);
  return Permute(dims, read_layer_options(config, "Permute", {"dims"}));
}

RepeatVector::RepeatVector(std::int64_t n, LayerOptions options) : LayerOf("RepeatVector", options), n_(n) {
  check(n > 0, "[RepeatVector] expected n > 0, received ", n);
}

Tensor RepeatVector::call(const Tensor& x, Mode) {
  check(x.rank() == 2, "[RepeatVector \"", name(), "\"] expected inputs of shape (batch, features), received ",
        x.shape());
  return broadcast_to(expand_dims(x, 1), {x.shape()[0], n_, x.shape()[1]});
}

Shape RepeatVector::compute_output_shape(const Shape& input) const { return {input[0], n_, input[1]}; }

Config RepeatVector::config() const {
  Config config = base_config();
  config.set("n", n_);
  return config;
}

AnyLayer RepeatVector::from_config(const Config& config) {
  return RepeatVector(config.at("n").as_int(), read_layer_options(config, "RepeatVector", {"n"}));
}

Identity::Identity(LayerOptions options) : LayerOf("Identity", options) {}
AnyLayer Identity::from_config(const Config& config) { return Identity(read_layer_options(config, "Identity")); }

}  // namespace linnet
