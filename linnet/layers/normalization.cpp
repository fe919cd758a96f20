#include "linnet/layers/normalization.h"

#include "linnet/layers/fields.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/normalize.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"

namespace linnet {
namespace {

/// gamma and beta and what belongs to them: the same in three layers.
template <class Visitor, class Options>
void scale_and_center_fields(Visitor& visit, Options& o) {
  visit("epsilon", o.epsilon);
  visit("center", o.center);
  visit("scale", o.scale);
  visit("beta_initializer", o.beta_initializer);
  visit("gamma_initializer", o.gamma_initializer);
  visit("beta_regularizer", o.beta_regularizer);
  visit("gamma_regularizer", o.gamma_regularizer);
  visit("beta_constraint", o.beta_constraint);
  visit("gamma_constraint", o.gamma_constraint);
}

template <class Options>
WeightOptions gamma_options(const Options& o) {
  return {o.gamma_regularizer, o.gamma_constraint, true, o.dtype.variable_dtype()};
}
template <class Options>
WeightOptions beta_options(const Options& o) {
  return {o.beta_regularizer, o.beta_constraint, true, o.dtype.variable_dtype()};
}

void check_epsilon(const Layer& layer, double epsilon) {
  check(epsilon >= 0, "[", layer.class_name(), " \"", layer.name(), "\"] expected epsilon >= 0, received ", epsilon);
}

void check_axes(const Layer& layer, const std::vector<int>& axes) {
  check(!axes.empty(), "[", layer.class_name(), " \"", layer.name(), "\"] expected an axis, received none");
}

/// The size of x along each axis.
Shape sizes_along(const Layer& layer, const Shape& input, const std::vector<int>& axes) {
  Shape sizes;
  for (int axis : axes) {
    const std::int64_t n = input[normalize_axis(axis, input.rank(), layer.class_name())];
    check(n > 0, "[", layer.class_name(), " \"", layer.name(), "\"] expected a known size above 0 of axis ", axis,
          ", received inputs of shape ", input);
    sizes.push_back(n);
  }
  return sizes;
}

/// A weight of sizes_along(), as it broadcasts against x.
Tensor spread_along(const Tensor& weight, const Shape& input, const std::vector<int>& axes) {
  Shape shape = Shape::filled(input.rank(), 1);
  for (int axis : axes) shape[axis] = input[axis];
  return reshape(weight, shape);
}

/// Moments of bfloat16 are computed in float32, as in Keras, and so is what is done with them.
DType wide_dtype(const Layer& layer) { return layer.compute_dtype() == bfloat16 ? float32 : layer.compute_dtype(); }

/// y * gamma + beta, either of which may be absent.
Tensor scaled_and_centered(Tensor y, const Variable& gamma, const Variable& beta, const std::vector<int>& axes) {
  if (gamma.defined()) y = y * spread_along(gamma, y.shape(), axes);
  if (beta.defined()) y = y + spread_along(beta, y.shape(), axes);
  return y;
}

/// One axis is a number in Keras's configs, several are a list.
Config with_axes(Config config, const std::vector<int>& axes) {
  config.set("axis", axes.size() == 1 ? Value(axes[0]) : to_value(axes));
  return config;
}
Config with_listed_axes(Config config) {
  if (const Value* axis = config.find("axis"); axis != nullptr && axis->is_int()) {
    const Value only = *axis;
    config.set("axis", List{only});
  }
  return config;
}

std::vector<int> all_axes_but(int kept, int rank, int first) {
  std::vector<int> axes;
  for (int axis = first; axis < rank; ++axis)
    if (axis != kept) axes.push_back(axis);
  return axes;
}

}  // namespace

template <class Visitor>
void fields(Visitor& visit, BatchNormalizationOptions& o) {
  visit("axis", o.axis);
  visit("momentum", o.momentum);
  scale_and_center_fields(visit, o);
  visit("moving_mean_initializer", o.moving_mean_initializer);
  visit("moving_variance_initializer", o.moving_variance_initializer);
}
template <class Visitor>
void fields(Visitor& visit, LayerNormalizationOptions& o) {
  visit("axis", o.axis);
  visit("rms_scaling", o.rms_scaling);
  scale_and_center_fields(visit, o);
}
template <class Visitor>
void fields(Visitor& visit, GroupNormalizationOptions& o) {
  visit("groups", o.groups);
  visit("axis", o.axis);
  scale_and_center_fields(visit, o);
}
template <class Visitor>
void fields(Visitor& visit, RMSNormalizationOptions& o) {
  visit("axis", o.axis);
  visit("epsilon", o.epsilon);
}
template <class Visitor>
void fields(Visitor& visit, UnitNormalizationOptions& o) {
  visit("axis", o.axis);
}

// ---- BatchNormalization

BatchNormalization::BatchNormalization(BatchNormalizationOptions options)
    : LayerOf("BatchNormalization", layer_options(options)), options_(std::move(options)) {
  check_epsilon(*this, options_.epsilon);
  check(options_.momentum >= 0 && options_.momentum <= 1, "[BatchNormalization \"", name(),
        "\"] expected a momentum in [0, 1], received ", options_.momentum);
}

void BatchNormalization::build(const Shape& input) {
  const Shape features = sizes_along(*this, input, {options_.axis});
  if (options_.scale) add_weight(gamma_, "gamma", features, options_.gamma_initializer, gamma_options(options_));
  if (options_.center) add_weight(beta_, "beta", features, options_.beta_initializer, beta_options(options_));
  const WeightOptions moving{.trainable = false, .dtype = dtype()};
  add_weight(moving_mean_, "moving_mean", features, options_.moving_mean_initializer, moving);
  add_weight(moving_variance_, "moving_variance", features, options_.moving_variance_initializer, moving);
}

Tensor BatchNormalization::call(const Tensor& input, Mode mode) {
  const DType dtype = wide_dtype(*this);
  const Autocast autocast(dtype);
  const Tensor x = input.to(dtype);
  const std::int64_t features = moving_mean_.shape()[0];
  check(x.rank() >= 2 && x.shape()[normalize_axis(options_.axis, x.rank(), "BatchNormalization")] == features,
        "[BatchNormalization \"", name(), "\"] expected inputs with a batch axis and ", features, " features in axis ",
        options_.axis, ", received shape ", x.shape());
  const std::vector<int> axis{options_.axis};
  if (mode == Mode::train && trainable())
    return scaled_and_centered(normalized_by_batch(x, input.mask()), gamma_, beta_, axis).to(compute_dtype());
  // y = x * factor + offset: two passes over x.
  Tensor factor = rsqrt(moving_variance_.value() + options_.epsilon);
  if (gamma_.defined()) factor = factor * gamma_;
  Tensor offset = -moving_mean_.value() * factor;
  if (beta_.defined()) offset = offset + beta_;
  return (x * spread_along(factor, x.shape(), axis) + spread_along(offset, x.shape(), axis)).to(compute_dtype());
}

namespace {

/// Moments of the steps that the mask shows. As in Keras, nothing at all has the moments 0, and a hidden step is 0.
Standardized standardize_shown(const Tensor& x, const Tensor& shown, const Axes& axes, double epsilon) {
  constexpr double nothing = 1e-7;
  const Tensor values = x * shown, count = sum(broadcast_to(shown, x.shape()), axes, true) + nothing;
  const Tensor mean = sum(values, axes, true) / count;
  const Tensor variance = sum(square(values - mean) * shown, axes, true) / count;
  return {(x - mean) * rsqrt(variance + epsilon), mean, variance};
}

}  // namespace

Tensor BatchNormalization::normalized_by_batch(const Tensor& x, const Tensor& mask) {
  check(x.size() > 0, "[BatchNormalization \"", name(), "\"] expected at least one sample in training, received shape ",
        x.shape());
  const Axes axes(all_axes_but(normalize_axis(options_.axis, x.rank(), "BatchNormalization"), x.rank(), 0));
  Standardized result;
  if (mask.defined()) {
    check(mask.rank() < x.rank() && mask.shape() == x.shape().slice(0, mask.rank()), "[BatchNormalization \"", name(),
          "\"] expected a mask with fewer axes than the inputs, received shapes ", mask.shape(), " and ", x.shape());
    Shape shape = mask.shape();
    while (shape.rank() < x.rank()) shape.push_back(1);
    result = standardize_shown(x, reshape(mask, shape).to(x.dtype()), axes, options_.epsilon);
  } else {
    result = standardize(x, axes, options_.epsilon);
  }
  move_moments(result.mean, result.variance);
  return result.values;
}

void BatchNormalization::move_moments(const Tensor& mean, const Tensor& variance) {
  const NoGrad no_grad;
  const auto follow = [this](Variable& moving, const Tensor& batch) {
    const Tensor flat = reshape(batch.detach().to(moving.dtype()), moving.shape());
    moving.assign(moving.value() * options_.momentum + flat * (1 - options_.momentum));
  };
  follow(moving_mean_, mean);
  follow(moving_variance_, variance);
}

Config BatchNormalization::config() const {
  Config config = with_fields(base_config(), options_);
  config.set("synchronized", false);
  config.set("renorm", false);
  config.set("renorm_clipping", nullptr);
  config.set("renorm_momentum", 0.99);  // means nothing without renorm
  return config;
}

AnyLayer BatchNormalization::from_config(const Config& config) {
  Config rest = config;
  rest.erase("renorm_momentum");
  return BatchNormalization(read_options<BatchNormalizationOptions>(rest, "BatchNormalization"));
}

// ---- LayerNormalization

LayerNormalization::LayerNormalization(LayerNormalizationOptions options)
    : LayerOf("LayerNormalization", layer_options(options)), options_(std::move(options)) {
  check_epsilon(*this, options_.epsilon);
  check_axes(*this, options_.axis);
}

void LayerNormalization::build(const Shape& input) {
  const Shape sizes = sizes_along(*this, input, options_.axis);
  if (options_.scale || options_.rms_scaling)
    add_weight(gamma_, "gamma", sizes, options_.gamma_initializer, gamma_options(options_));
  if (options_.center && !options_.rms_scaling)
    add_weight(beta_, "beta", sizes, options_.beta_initializer, beta_options(options_));
}

Tensor LayerNormalization::call(const Tensor& input, Mode) {
  const DType dtype = wide_dtype(*this);
  const Autocast autocast(dtype);
  const Tensor x = input.to(dtype);
  const Axes axes(options_.axis);
  if (!options_.rms_scaling)
    return scaled_and_centered(standardize(x, axes, options_.epsilon).values, gamma_, beta_, options_.axis)
        .to(compute_dtype());
  const Tensor y = x * rsqrt(variance(x, axes, true) + options_.epsilon);
  return scaled_and_centered(y, gamma_, beta_, options_.axis).to(compute_dtype());
}

Config LayerNormalization::config() const { return with_axes(with_fields(base_config(), options_), options_.axis); }
AnyLayer LayerNormalization::from_config(const Config& config) {
  return LayerNormalization(read_options<LayerNormalizationOptions>(with_listed_axes(config), "LayerNormalization"));
}

// ---- GroupNormalization

GroupNormalization::GroupNormalization(GroupNormalizationOptions options)
    : LayerOf("GroupNormalization", layer_options(options)), options_(std::move(options)) {
  check_epsilon(*this, options_.epsilon);
  check(options_.groups > 0 || options_.groups == -1, "[GroupNormalization \"", name(),
        "\"] expected groups > 0, or -1 for one a channel, received ", options_.groups);
}

void GroupNormalization::build(const Shape& input) {
  const Shape channels = sizes_along(*this, input, {options_.axis});
  check(normalize_axis(options_.axis, input.rank(), "GroupNormalization") > 0, "[GroupNormalization \"", name(),
        "\"] expected an axis of channels other than the batch axis, received axis ", options_.axis, " of shape ",
        input);
  check(options_.groups == -1 || channels[0] % options_.groups == 0, "[GroupNormalization \"", name(),
        "\"] expected a number of channels that can be cut into ", options_.groups, " groups, received ", channels[0],
        "; choose another `groups`");
  if (options_.scale) add_weight(gamma_, "gamma", channels, options_.gamma_initializer, gamma_options(options_));
  if (options_.center) add_weight(beta_, "beta", channels, options_.beta_initializer, beta_options(options_));
}

Tensor GroupNormalization::call(const Tensor& input, Mode) {
  const DType dtype = wide_dtype(*this);
  const Autocast autocast(dtype);
  const Tensor x = input.to(dtype);
  const int axis = normalize_axis(options_.axis, x.rank(), "GroupNormalization");
  const std::int64_t channels = x.shape()[axis], groups = options_.groups == -1 ? channels : options_.groups;
  check(channels % groups == 0, "[GroupNormalization \"", name(),
        "\"] expected a number of channels that can be cut into ", groups, " groups, received shape ", x.shape());
  Shape grouped = x.shape();
  grouped[axis] = groups;
  grouped.insert(axis + 1, channels / groups);
  const Axes axes(all_axes_but(axis, grouped.rank(), 1));
  const Tensor y = standardize(reshape(x, grouped), axes, options_.epsilon).values;
  return scaled_and_centered(reshape(y, x.shape()), gamma_, beta_, {axis}).to(compute_dtype());
}

Config GroupNormalization::config() const { return with_fields(base_config(), options_); }
AnyLayer GroupNormalization::from_config(const Config& config) {
  return GroupNormalization(read_options<GroupNormalizationOptions>(config, "GroupNormalization"));
}

// ---- RMSNormalization

RMSNormalization::RMSNormalization(RMSNormalizationOptions options)
    : LayerOf("RMSNormalization", layer_options(options)), options_(std::move(options)) {
  check_epsilon(*this, options_.epsilon);
  check_axes(*this, options_.axis);
}

void RMSNormalization::build(const Shape& input) {
  add_weight(scale_, "scale", sizes_along(*this, input, options_.axis), "ones", {.dtype = dtype()});
}

Tensor RMSNormalization::call(const Tensor& input, Mode) {
  const DType dtype = wide_dtype(*this);
  const Autocast autocast(dtype);
  const Tensor x = input.to(dtype);
  const Tensor y = x * rsqrt(mean(square(x), Axes(options_.axis), true) + options_.epsilon);
  return scaled_and_centered(y, scale_, {}, options_.axis).to(compute_dtype());
}

Config RMSNormalization::config() const { return with_axes(with_fields(base_config(), options_), options_.axis); }
AnyLayer RMSNormalization::from_config(const Config& config) {
  return RMSNormalization(read_options<RMSNormalizationOptions>(with_listed_axes(config), "RMSNormalization"));
}

// ---- UnitNormalization

UnitNormalization::UnitNormalization(UnitNormalizationOptions options)
    : LayerOf("UnitNormalization", layer_options(options)), options_(std::move(options)) {
  check_axes(*this, options_.axis);
  state().built = true;
}

Tensor UnitNormalization::call(const Tensor& input, Mode) {
  constexpr double smallest = 1e-24;  // of a sum of squares: zeros stay zeros, with a gradient
  const Tensor x = input.to(wide_dtype(*this));
  const Tensor squares = sum(square(x), Axes(options_.axis), true);
  return (x * rsqrt(maximum(squares, smallest))).to(compute_dtype());
}

Config UnitNormalization::config() const { return with_axes(with_fields(base_config(), options_), options_.axis); }
AnyLayer UnitNormalization::from_config(const Config& config) {
  return UnitNormalization(read_options<UnitNormalizationOptions>(with_listed_axes(config), "UnitNormalization"));
}

}  // namespace linnet
