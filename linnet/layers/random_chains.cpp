#include "linnet/layers/random_chains.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "linnet/layers/draws.h"
#include "linnet/layers/fields.h"
#include "linnet/layers/histograms.h"
#include "linnet/layers/random_color.h"
#include "linnet/layers/random_geometry.h"
#include "linnet/layers/registry.h"
#include "linnet/ops/elementwise.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, RandAugmentOptions& o) {
  visit("value_range", o.value_range);
  visit("num_ops", o.num_ops);
  visit("factor", o.factor);
  visit("interpolation", o.interpolation);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, AugMixOptions& o) {
  visit("value_range", o.value_range);
  visit("num_chains", o.num_chains);
  visit("chain_depth", o.chain_depth);
  visit("factor", o.factor);
  visit("alpha", o.alpha);
  visit("all_ops", o.all_ops);
  visit("interpolation", o.interpolation);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}

namespace {

/// Calls add(layer) for each of the changes that RandAugment and AugMix draw from. Each has a seed of its own, or its
/// draws would be those of the others.
template <class Options, class Add>
void add_changes(const Options& o, bool with_colors, Add add) {
  const Range &factor = o.factor, &value_range = o.value_range;
  std::int64_t count = 0;
  auto seed = [&] { return o.seed ? std::optional(*o.seed + ++count) : std::nullopt; };
  auto places = [&] { return RandomPlacesOptions{.interpolation = o.interpolation, .seed = seed(), .dtype = o.dtype}; };
  const double bits = std::max(1.0, std::floor(8 * factor.high()));
  add(RandomShear(
      {.x_factor = factor, .y_factor = factor, .interpolation = o.interpolation, .seed = seed(), .dtype = o.dtype}));
  add(RandomTranslation(factor, factor, places()));
  add(RandomRotation(factor, places()));
  add(RandomPosterization(bits, {.value_range = value_range, .seed = seed(), .dtype = o.dtype}));
  add(Solarization({.addition_factor = factor,
                    .threshold_factor = factor,
                    .value_range = value_range,
                    .seed = seed(),
                    .dtype = o.dtype}));
  add(AutoContrast({.value_range = value_range, .dtype = o.dtype}));
  add(Equalization({.value_range = value_range, .dtype = o.dtype}));
  if (!with_colors) return;
  add(RandomBrightness(factor, {.value_range = value_range, .seed = seed(), .dtype = o.dtype}));
  add(RandomColorDegeneration(factor, {.value_range = value_range, .seed = seed(), .dtype = o.dtype}));
  add(RandomContrast(factor, {.value_range = value_range, .seed = seed(), .dtype = o.dtype}));
  add(RandomSharpness(factor, {.value_range = value_range, .seed = seed(), .dtype = o.dtype}));
}

}  // namespace

// ---- RandAugment

RandAugment::RandAugment(RandAugmentOptions options)
    : LayerOf("RandAugment", layer_options(options)), options_(std::move(options)) {
  options_.factor = options_.factor.within(*this, "factor", 0, 1);
  check(options_.num_ops >= 0, "[RandAugment \"", name(), "\"] expected num_ops >= 0, received ", options_.num_ops);
  add_changes(options_, true,
              [this](auto layer) { changes_.push_back(std::make_shared<decltype(layer)>(track(std::move(layer)))); });
  set_up(options_.data_format, options_.seed);
}

Tensor RandAugment::transform(const Tensor& images) {
  Draws draws(generator());
  Tensor y = images;
  for (std::int64_t i = 0; i < options_.num_ops; ++i) {
    const auto chosen = static_cast<std::size_t>(draws.below(static_cast<std::int64_t>(changes_.size())));
    y = changes_[chosen]->transform_with_labels(y, {})[0];
  }
  return y;
}

Config RandAugment::config() const { return with_fields(base_config(), options_); }
AnyLayer RandAugment::from_config(const Config& config) {
  return RandAugment(read_options<RandAugmentOptions>(config, "RandAugment"));
}

// ---- AugMix

AugMix::AugMix(AugMixOptions options) : LayerOf("AugMix", layer_options(options)), options_(std::move(options)) {
  options_.factor = options_.factor.within(*this, "factor", 0, 1);
  check(options_.alpha > 0, "[AugMix \"", name(), "\"] expected alpha > 0, received ", options_.alpha);
  check(options_.num_chains > 0 && options_.chain_depth >= 0, "[AugMix \"", name(),
        "\"] expected num_chains > 0 and chain_depth >= 0, received ", options_.num_chains, " and ",
        options_.chain_depth);
  add_changes(options_, options_.all_ops,
              [this](auto layer) { changes_.push_back(std::make_shared<decltype(layer)>(track(std::move(layer)))); });
  set_up(options_.data_format, options_.seed);
}

Tensor AugMix::transform(const Tensor& images) {
  Draws draws(generator());
  Tensor mixed = zeros_like(images);
  double total = 0;
  for (std::int64_t chain = 0; chain < options_.num_chains; ++chain) {
    const double weight = draws.gamma(options_.alpha);  // divided by their sum: the Dirichlet distribution
    Tensor y = images;
    for (std::int64_t i = 0; i < options_.chain_depth; ++i) {
      const auto chosen = static_cast<std::size_t>(draws.below(static_cast<std::int64_t>(changes_.size()) + 1));
      if (chosen < changes_.size()) y = changes_[chosen]->transform_with_labels(y, {})[0];
    }
    mixed = mixed + y * weight;
    total += weight;
  }
  const double kept = total > 0 ? draws.beta(options_.alpha) : 1;
  const Tensor y = images * kept + mixed * ((1 - kept) / std::max(total, 1e-300));
  return clip(y, options_.value_range.low(), options_.value_range.high());
}

Config AugMix::config() const { return with_fields(base_config(), options_); }
AnyLayer AugMix::from_config(const Config& config) { return AugMix(read_options<AugMixOptions>(config, "AugMix")); }

// ---- Pipeline

Pipeline::Pipeline(const std::vector<AnyLayer>& layers, const PipelineOptions& options)
    : LayerOf("Pipeline", layer_options(options)) {
  state().sublayers = layers;
}

void Pipeline::build_many(const Shapes& inputs) {
  Shapes shapes = inputs;
  for (const AnyLayer& layer : sublayers()) {
    layer->build_for(shapes);
    shapes = layer->compute_output_shapes(shapes);
  }
}

Tensors Pipeline::call_many(const Tensors& xs, Mode mode) {
  Tensors ys = xs;
  for (const AnyLayer& layer : sublayers()) ys = layer->apply(ys, mode);
  return ys;
}

Shape Pipeline::compute_output_shape(const Shape& input) const {
  Shape shape = input;
  for (const AnyLayer& layer : sublayers()) shape = layer->compute_output_shape(shape);
  return shape;
}

Shapes Pipeline::compute_output_shapes(const Shapes& inputs) const {
  Shapes shapes = inputs;
  for (const AnyLayer& layer : sublayers()) shapes = layer->compute_output_shapes(shapes);
  return shapes;
}

DType Pipeline::compute_output_dtype(DType input) const {
  for (const AnyLayer& layer : sublayers()) input = layer->compute_output_dtype(input);
  return input;
}

IntegerInput Pipeline::integer_input() const {
  for (const AnyLayer& layer : sublayers())
    if (layer->integer_input() != IntegerInput::passes_on) return layer->integer_input();
  return IntegerInput::passes_on;
}

Config Pipeline::config() const {
  Config config = base_config();
  List layers;
  for (const AnyLayer& layer : sublayers()) layers.push_back(layer_to_config(*layer));
  config.set("layers", layers);
  return config;
}

AnyLayer Pipeline::from_config(const Config& config) {
  const LayerOptions common = read_layer_options(config, "Pipeline", {"layers"});
  std::vector<AnyLayer> layers;
  for (const Value& layer : config.at("layers").as_list()) layers.push_back(layer_from_config(layer.as_config()));
  return Pipeline(layers, {common.name, common.trainable, common.dtype});
}

}  // namespace linnet
