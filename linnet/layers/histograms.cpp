#include "linnet/layers/histograms.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "linnet/layers/colors.h"
#include "linnet/layers/fields.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, AutoContrastOptions& o) {
  visit("value_range", o.value_range);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, EqualizationOptions& o) {
  visit("value_range", o.value_range);
  visit("bins", o.bins);
  visit("data_format", o.data_format);
}
template <class Visitor>
void fields(Visitor& visit, ContrastLimitedAdaptiveHistogramEqualizationOptions& o) {
  visit("value_range", o.value_range);
  visit("clip_limit", o.clip_limit);
  visit("tile_grid_size", o.tile_grid_size);
  visit("data_format", o.data_format);
}

namespace {

const Range bytes{0, 255};

/// [batch, height, width, channels] -> [batch, channels, height, width].
Tensor planes(const Tensor& images) { return permute(images, {0, 3, 1, 2}); }
Tensor images_of(const Tensor& planes) { return permute(planes, {0, 2, 3, 1}); }

/// 255 (C(b) - first) / (n - first) for each bin b of the running totals C [..., bins]; 0 where n is `first`.
Tensor lookup_tables(const Tensor& totals, const Tensor& first) {
  const Tensor rest = max(totals, -1, true) - first;
  return clip((totals - first) * 255.0 / where(equal(rest, 0), 1.0, rest), 0, 255);
}

}  // namespace

// ---- AutoContrast

AutoContrast::AutoContrast(AutoContrastOptions options)
    : LayerOf("AutoContrast", layer_options(options)), options_(std::move(options)) {
  check_value_range(*this, options_.value_range);
  set_up(options_.data_format);
}

Tensor AutoContrast::transform(const Tensor& images) {
  const Tensor low = min(images, {1, 2}, true), width = max(images, {1, 2}, true) - low;
  const Tensor is_flat = equal(width, 0);
  const Range& range = options_.value_range;
  const Tensor full = (images - low) / where(is_flat, 1.0, width) * (range.high() - range.low()) + range.low();
  return where(is_flat, images, full);
}

Config AutoContrast::config() const { return with_fields(base_config(), options_); }
AnyLayer AutoContrast::from_config(const Config& config) {
  return AutoContrast(read_options<AutoContrastOptions>(config, "AutoContrast"));
}

// ---- Equalization

Equalization::Equalization(EqualizationOptions options)
    : LayerOf("Equalization", layer_options(options)), options_(std::move(options)) {
  check_value_range(*this, options_.value_range);
  check(options_.bins > 0, "[Equalization \"", name(), "\"] expected bins > 0, received ", options_.bins);
  set_up(options_.data_format);
}

Tensor Equalization::transform(const Tensor& images) {
  const auto last = static_cast<double>(options_.bins - 1);
  const Tensor x = flatten(planes(in_range(images, options_.value_range, bytes)), 2);
  const Tensor bins = clip(x * (last / 255), 0, last).to(int64);
  const Tensor histograms = bincount(bins, options_.bins, {}, float32);
  const Tensor totals = cumsum(histograms, -1), first = min(where(greater(totals, 0), totals, 1e30), -1, true);
  const Tensor tables = round(lookup_tables(totals, first)).to(images.dtype());
  const Tensor is_flat = equal(max(histograms, -1, true), static_cast<double>(x.shape()[2]));
  const Tensor equal_parts = where(is_flat, x, take_along_axis(tables, bins, -1));
  return in_range(images_of(reshape(equal_parts, planes(images).shape())), bytes, options_.value_range);
}

Config Equalization::config() const { return with_fields(base_config(), options_); }
AnyLayer Equalization::from_config(const Config& config) {
  return Equalization(read_options<EqualizationOptions>(config, "Equalization"));
}

// ---- ContrastLimitedAdaptiveHistogramEqualization

ContrastLimitedAdaptiveHistogramEqualization::ContrastLimitedAdaptiveHistogramEqualization(
    ContrastLimitedAdaptiveHistogramEqualizationOptions options)
    : LayerOf("ContrastLimitedAdaptiveHistogramEqualization", layer_options(options)), options_(std::move(options)) {
  check_value_range(*this, options_.value_range);
  check(options_.clip_limit >= 0, "[ContrastLimitedAdaptiveHistogramEqualization \"", name(),
        "\"] expected clip_limit >= 0, received ", options_.clip_limit);
  options_.tile_grid_size = options_.tile_grid_size.for_axes(2, *this, "tile_grid_size");
  set_up(options_.data_format);
}

namespace {

/// Along one axis: cut into `tiles` tiles of `size` pixels; pixel i is between the tiles below[i] and above[i], as far
/// from the first as weight[i] says.
struct Tiling {
  std::int64_t tiles, size;
  std::vector<std::int64_t> below, above;
  std::vector<float> weight;

  Tiling(std::int64_t length, std::int64_t count) : tiles(count), size((length + count - 1) / count) {
    for (std::int64_t i = 0; i < length; ++i) {
      const double place = (static_cast<double>(i) - static_cast<double>(size) / 2) / static_cast<double>(size);
      const double before = std::floor(place);
      const auto tile = static_cast<std::int64_t>(before);
      below.push_back(std::clamp(tile, std::int64_t{0}, tiles - 1));
      above.push_back(std::clamp(tile + 1, std::int64_t{0}, tiles - 1));
      weight.push_back(static_cast<float>(place - before));
    }
  }
};

/// x [n, length, …] continued by its mirror image to `length` along `axis`.
Tensor continued(const Tensor& x, int axis, std::int64_t length) {
  std::vector<std::int64_t> positions;
  const std::int64_t n = x.shape()[axis];
  for (std::int64_t i = 0; i < length; ++i) {
    const std::int64_t there_and_back = i % (2 * n);
    positions.push_back(std::min(there_and_back, 2 * n - 1 - there_and_back));
  }
  return take(x, from_vector(positions), axis);
}

/// What is above the limit in histograms [..., 256] is spread over all bins.
Tensor limited(const Tensor& histograms, double limit) {
  const Tensor kept = clip(histograms, 0, limit);
  return kept + sum(histograms - kept, -1, true) / 256.0;
}

}  // namespace

Tensor ContrastLimitedAdaptiveHistogramEqualization::transform(const Tensor& images) {
  const Tensor x = planes(in_range(images, options_.value_range, bytes)).to(float32);
  const std::int64_t count = x.shape()[0] * x.shape()[1], height = x.shape()[2], width = x.shape()[3];
  const Tiling down(height, options_.tile_grid_size.list()[0]), across(width, options_.tile_grid_size.list()[1]);
  const Tensor shades = reshape(clip(x, 0, 255).to(int64), {count, height, width});
  const Tensor padded = continued(continued(shades, 1, down.tiles * down.size), 2, across.tiles * across.size);
  const Tensor tiles =
      permute(reshape(padded, {count, down.tiles, down.size, across.tiles, across.size}), {0, 1, 3, 2, 4});
  const std::int64_t pixels = down.size * across.size, all_tiles = down.tiles * across.tiles;
  Tensor histograms = bincount(reshape(tiles, {count, all_tiles, pixels}), 256, {}, float32);
  if (options_.clip_limit > 0)
    histograms = limited(histograms, options_.clip_limit * static_cast<double>(pixels) / 256);
  const Tensor totals = cumsum(histograms, -1);
  const Tensor tables = reshape(lookup_tables(totals, slice(totals, -1, 0, 1)), {count, all_tiles * 256});

  auto seen_by = [&](const std::vector<std::int64_t>& rows, const std::vector<std::int64_t>& columns) {
    const Tensor tile = reshape(from_vector(rows), {height, 1}) * static_cast<double>(across.tiles) +
                        reshape(from_vector(columns), {1, width});
    const Tensor entries = reshape(shades + tile * 256.0, {count, height * width});
    return reshape(take_along_axis(tables, entries, 1), {count, height, width});
  };
  const Tensor v = from_vector(down.weight, {height, 1}), u = from_vector(across.weight, {1, width});
  const Tensor above = seen_by(down.below, across.below) * (1.0 - u) + seen_by(down.below, across.above) * u;
  const Tensor below = seen_by(down.above, across.below) * (1.0 - u) + seen_by(down.above, across.above) * u;
  const Tensor mixed = reshape(above * (1.0 - v) + below * v, x.shape());
  return in_range(images_of(mixed), bytes, options_.value_range);
}

Config ContrastLimitedAdaptiveHistogramEqualization::config() const { return with_fields(base_config(), options_); }
AnyLayer ContrastLimitedAdaptiveHistogramEqualization::from_config(const Config& config) {
  return ContrastLimitedAdaptiveHistogramEqualization(read_options<ContrastLimitedAdaptiveHistogramEqualizationOptions>(
      config, "ContrastLimitedAdaptiveHistogramEqualization"));
}

}  // namespace linnet
