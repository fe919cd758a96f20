#include "linnet/layers/dropout.h"

#include <cmath>
#include <utility>

#include "linnet/layers/fields.h"
#include "linnet/layers/images.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/nn.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, DropoutOptions& o) {
  visit("seed", o.seed);
  visit("noise_shape", o.noise_shape);
}

template <class Visitor>
void fields(Visitor& visit, SpatialDropoutOptions& o) {
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}

namespace {

/// The shape whose elements are drawn: x's, or the option with x's sizes where it has none. Throws for another rank.
Shape drawn_shape(const Layer& layer, const DropoutOptions& options, const Shape& input) {
  if (!options.noise_shape) return input;
  check(static_cast<int>(options.noise_shape->size()) == input.rank(), "[", layer.class_name(), " \"", layer.name(),
        "\"] expected a noise_shape of ", input.rank(), " sizes, received ", options.noise_shape->size());
  Shape shape = input;
  for (int axis = 0; axis < input.rank(); ++axis)
    shape[axis] = (*options.noise_shape)[static_cast<std::size_t>(axis)].value_or(input[axis]);
  return shape;
}

}  // namespace

Dropout::Dropout(double rate, DropoutOptions options)
    : LayerOf("Dropout", layer_options(options)), rate_(rate), options_(std::move(options)) {
  check(rate >= 0 && rate <= 1, "[Dropout \"", name(), "\"] expected 0 <= rate <= 1, received ", rate);
  generator_ = add_seed_generator(options_.seed);
  state().built = true;
}

Tensor Dropout::call(const Tensor& x, Mode mode) {
  if (mode != Mode::train || rate_ == 0) return x;
  return dropout(x, rate_, *generator_, drawn_shape(*this, options_, x.shape()));
}

Config Dropout::config() const {
  Config config = base_config();
  config.set("rate", rate_);
  return with_fields(std::move(config), options_);
}

AnyLayer Dropout::from_config(const Config& config) {
  Config rest = config;
  rest.erase("rate");
  return Dropout(config.at("rate").as_double(), read_options<DropoutOptions>(rest, "Dropout"));
}

void BaseSpatialDropout::set_up(int axes, double rate, SpatialDropoutOptions options) {
  axes_ = axes;
  rate_ = rate;
  options_ = std::move(options);
  check(rate >= 0 && rate <= 1, "[", class_name(), " \"", name(), "\"] expected 0 <= rate <= 1, received ", rate);
  check_data_format(*this, options_.data_format);
  check(axes > 1 || options_.data_format == "channels_last", "[", class_name(), " \"", name(),
        "\"] expected data_format \"channels_last\", received \"", options_.data_format, "\"");
  generator_ = add_seed_generator(options_.seed);
  state().built = true;
}

Tensor BaseSpatialDropout::call(const Tensor& x, Mode mode) {
  check_image(*this, x.shape(), axes_, options_.data_format);
  if (mode != Mode::train || rate_ == 0) return x;
  Shape maps = x.shape();
  for (int axis = 0; axis < axes_; ++axis) maps[axis + (options_.data_format == "channels_first" ? 2 : 1)] = 1;
  return dropout(x, rate_, *generator_, maps);
}

Config BaseSpatialDropout::config() const {
  Config config = base_config();
  if (trainable()) config.erase("trainable");  // Keras writes neither this nor, in one dimension, "data_format"
  config.set("rate", rate_);
  config = with_fields(std::move(config), options_);
  if (axes_ == 1) config.erase("data_format");
  return config;
}

#define LINNET_SPATIAL_DROPOUT(Name, axes)                                                                 \
  Name::Name(double rate, const SpatialDropoutOptions& options) : LayerOf(#Name, layer_options(options)) { \
    set_up(axes, rate, options);                                                                           \
  }                                                                                                        \
  AnyLayer Name::from_config(const Config& config) {                                                       \
    Config rest = config;                                                                                  \
    rest.erase("rate");                                                                                    \
    if (const Value* format = rest.find("data_format"); format != nullptr && format->is_null())            \
      rest.erase("data_format");                                                                           \
    return Name(config.at("rate").as_double(), read_options<SpatialDropoutOptions>(rest, #Name));          \
  }
LINNET_SPATIAL_DROPOUT(SpatialDropout1D, 1)
LINNET_SPATIAL_DROPOUT(SpatialDropout2D, 2)
LINNET_SPATIAL_DROPOUT(SpatialDropout3D, 3)
#undef LINNET_SPATIAL_DROPOUT

AlphaDropout::AlphaDropout(double rate, DropoutOptions options)
    : LayerOf("AlphaDropout", layer_options(options)), rate_(rate), options_(std::move(options)) {
  check(rate >= 0 && rate < 1, "[AlphaDropout \"", name(), "\"] expected 0 <= rate < 1, received ", rate);
  generator_ = add_seed_generator(options_.seed);
  state().built = true;
}

Tensor AlphaDropout::call(const Tensor& x, Mode mode) {
  if (mode != Mode::train || rate_ == 0) return x;
  constexpr double lowest = -1.6732632423543772848170429916717 * 1.0507009873554804934193349852946;  // of selu
  const double a = 1 / std::sqrt((1 - rate_) * (1 + rate_ * lowest * lowest)), b = -a * lowest * rate_;
  const Shape shape = drawn_shape(*this, options_, x.shape());
  const Tensor kept = not_equal(dropout(ones(shape, x.dtype()), rate_, *generator_), 0.0);
  return where(kept, x, lowest) * a + b;
}

Config AlphaDropout::config() const {
  Config config = base_config();
  config.set("rate", rate_);
  return with_fields(std::move(config), options_);
}

AnyLayer AlphaDropout::from_config(const Config& config) {
  Config rest = config;
  rest.erase("rate");
  return AlphaDropout(config.at("rate").as_double(), read_options<DropoutOptions>(rest, "AlphaDropout"));
}

}  // namespace linnet
