#include "linnet/layers/random_regions.h"

#include <cmath>
#include <vector>

#include "linnet/layers/colors.h"
#include "linnet/layers/draws.h"
#include "linnet/layers/fields.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, RandomErasingOptions& o) {
  visit("factor", o.factor);
  visit("scale", o.scale);
  visit("value_range", o.value_range);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, CutMixOptions& o) {
  visit("factor", o.factor);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, MixUpOptions& o) {
  visit("alpha", o.alpha);
  visit("seed", o.seed);
  visit("data_format", o.data_format);
}

namespace {

/// [start, end) along an axis of n pixels, for each image: [batch, 1, 1, 1], in real numbers.
struct Sides {
  Tensor start, end;

  /// `part` of the axis, at a place that a number in [0, 1) says.
  Sides(const Tensor& part, const Tensor& place, std::int64_t n) {
    const Tensor length = part * static_cast<double>(n);
    start = place * (static_cast<double>(n) - length);
    end = start + length;
  }
  /// Which of the n pixels lie inside, along `axis`.
  Tensor mask(int axis, std::int64_t n) const {
    Shape shape{1, 1, 1, 1};
    shape[axis] = n;
    const Tensor pixels = reshape(arange(0, static_cast<double>(n), 1, start.dtype()), shape);
    return logical_and(greater_equal(pixels, start), less(pixels, end));
  }
};

Tensor rectangles(const Tensor& images, const Sides& rows, const Sides& columns) {
  return logical_and(rows.mask(1, images.shape()[1]), columns.mask(2, images.shape()[2]));
}

Tensor random_order(std::int64_t n, SeedGenerator& generator) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  random_permutation(order.data(), n, generator.seed, generator.next());
  return from_vector(order);
}

/// weight · labels + (1 - weight) · those of the others; weight [batch or 1, 1, …].
Tensor mixed_labels(const Layer& layer, const Tensor& labels, const Tensor& order, const Tensor& weight) {
  if (!labels.defined()) return labels;
  check(labels.rank() > 1, "[", layer.class_name(), " \"", layer.name(),
        "\"] expected labels (batch, classes) with a 1 for the class, received shape ", labels.shape(),
        "; one_hot() makes them");
  const Tensor real = is_floating(labels.dtype()) ? labels : labels.to(float32);
  Shape shape = Shape::filled(labels.rank(), 1);
  shape[0] = weight.size();
  const Tensor w = reshape(weight.to(real.dtype()), shape);
  return w * real + (1.0 - w) * take(real, order);
}

}  // namespace

// ---- RandomErasing

RandomErasing::RandomErasing(RandomErasingOptions options)
    : LayerOf("RandomErasing", layer_options(options)), options_(std::move(options)) {
  options_.factor = options_.factor.within(*this, "factor", 0, 1);
  options_.scale = options_.scale.within(*this, "scale", 0, 1);
  check_value_range(*this, options_.value_range);
  set_up(options_.data_format, options_.seed);
}

Tensor RandomErasing::transform(const Tensor& images) {
  const Range& range = options_.value_range;
  const Sides columns(sqrt(draw(images, options_.scale)), draw(images, {0, 1}), images.shape()[2]);
  const Sides rows(sqrt(draw(images, options_.scale)), draw(images, {0, 1}), images.shape()[1]);
  const Tensor covered = logical_and(rectangles(images, rows, columns), draw_chance(images, options_.factor));
  const Tensor fill = options_.fill_value
                          ? from_vector(*options_.fill_value).to(images.dtype())
                          : random_normal(images.shape(), 0, range.high(), images.dtype(), &generator());
  check(fill.rank() == 4 || fill.size() == 1 || fill.size() == images.shape()[3], "[RandomErasing \"", name(),
        "\"] expected one fill_value, or one for each of ", images.shape()[3], " channels, received ", fill.size());
  return where(covered, clip(fill, range.low(), range.high()), images);
}

Config RandomErasing::config() const {
  Config config = with_fields(base_config(), options_);
  const auto& fill = options_.fill_value;
  config.set("fill_value", fill && fill->size() == 1 ? Value(fill->front()) : to_value(fill));
  return config;
}

AnyLayer RandomErasing::from_config(const Config& config) {
  Config rest = config;
  rest.erase("fill_value");
  auto options = read_options<RandomErasingOptions>(rest, "RandomErasing");
  if (const Value* fill = config.find("fill_value"); fill != nullptr && !fill->is_null()) {
    options.fill_value.emplace();
    if (fill->is_number())
      options.fill_value->push_back(fill->as_double());
    else
      from_value(*fill, *options.fill_value);
  }
  return RandomErasing(options);
}

// ---- CutMix

CutMix::CutMix(CutMixOptions options) : LayerOf("CutMix", layer_options(options)), options_(std::move(options)) {
  options_.factor = options_.factor.within(*this, "factor", 0, 1);
  set_up(options_.data_format, options_.seed);
}

Tensors CutMix::transform_with_labels(const Tensor& images, const Tensor& labels) {
  const std::int64_t count = images.shape()[0];
  Draws draws(generator());
  const double alpha =
      options_.factor.low() + (options_.factor.high() - options_.factor.low()) * draws.uniform() + 1e-6;
  std::vector<double> parts;
  for (std::int64_t i = 0; i < count; ++i) parts.push_back(std::sqrt(1 - draws.beta(alpha)));
  const Tensor part = from_vector(parts, {count, 1, 1, 1}).to(images.dtype());
  const Sides columns(part, draw(images, {0, 1}), images.shape()[2]);
  const Sides rows(part, draw(images, {0, 1}), images.shape()[1]);
  const Tensor order = random_order(count, generator());
  const Tensor y = where(rectangles(images, rows, columns), take(images, order), images);
  return {y, mixed_labels(*this, labels, order, 1.0 - part * part)};
}

Config CutMix::config() const { return with_fields(base_config(), options_); }
AnyLayer CutMix::from_config(const Config& config) { return CutMix(read_options<CutMixOptions>(config, "CutMix")); }

// ---- MixUp

MixUp::MixUp(MixUpOptions options) : LayerOf("MixUp", layer_options(options)), options_(std::move(options)) {
  check(options_.alpha > 0, "[MixUp \"", name(), "\"] expected alpha > 0, received ", options_.alpha);
  set_up(options_.data_format, options_.seed);
}

Tensors MixUp::transform_with_labels(const Tensor& images, const Tensor& labels) {
  const Tensor order = random_order(images.shape()[0], generator());
  const Tensor weight = full({1}, Draws(generator()).beta(options_.alpha), images.dtype());
  return {weight * images + (1.0 - weight) * take(images, order), mixed_labels(*this, labels, order, weight)};
}

Config MixUp::config() const { return with_fields(base_config(), options_); }
AnyLayer MixUp::from_config(const Config& config) { return MixUp(read_options<MixUpOptions>(config, "MixUp")); }

}  // namespace linnet
