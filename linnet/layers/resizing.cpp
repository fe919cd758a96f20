#include "linnet/layers/resizing.h"

#include <algorithm>

#include "linnet/layers/fields.h"
#include "linnet/layers/image_sizes.h"
#include "linnet/layers/images.h"
#include "linnet/ops/images.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, ResizingOptions& o) {
  visit("interpolation", o.interpolation);
  visit("crop_to_aspect_ratio", o.crop_to_aspect_ratio);
  visit("pad_to_aspect_ratio", o.pad_to_aspect_ratio);
  visit("fill_mode", o.fill_mode);
  visit("fill_value", o.fill_value);
  visit("antialias", o.antialias);
  visit("data_format", o.data_format);
}

template <class Visitor>
void fields(Visitor& visit, CenterCropOptions& o) {
  visit("data_format", o.data_format);
}

namespace {

Config with_size(Config config, std::int64_t height, std::int64_t width) {
  config.set("height", height);
  config.set("width", width);
  return config;
}

/// A layer from its height, its width and the other options.
template <class SizedLayer, class Options>
AnyLayer sized_layer(const Config& config, const char* who) {
  Config rest = config;
  rest.erase("height");
  rest.erase("width");
  return SizedLayer(config.at("height").as_int(), config.at("width").as_int(), read_options<Options>(rest, who));
}

/// As much of `value` at both sides as gives images [batch, height, width, channels] the proportions of height : width.
Tensor padded_to_proportions(const Tensor& images, std::int64_t height, std::int64_t width, double value) {
  const std::int64_t from_height = images.shape()[1], from_width = images.shape()[2];
  const std::int64_t rows = (std::max(from_height, from_width * height / width) - from_height) / 2,
                     columns = (std::max(from_width, from_height * width / height) - from_width) / 2;
  return rows + columns == 0 ? images : pad(images, {{0, 0}, {rows, rows}, {columns, columns}, {0, 0}}, value);
}

}  // namespace

Resizing::Resizing(std::int64_t height, std::int64_t width, ResizingOptions options)
    : LayerOf("Resizing", layer_options(options)), height_(height), width_(width), options_(std::move(options)) {
  check_image_size(*this, height, width);
  check_data_format(*this, options_.data_format);
  check(!options_.crop_to_aspect_ratio || !options_.pad_to_aspect_ratio, "[Resizing \"", name(),
        "\"] expected crop_to_aspect_ratio or pad_to_aspect_ratio, received both");
  check(options_.fill_mode == "constant", "[Resizing \"", name(), "\"] expected fill_mode \"constant\", received \"",
        options_.fill_mode, "\"");
  resize(zeros({1, 1, 1}), 1, 1, options_.interpolation);  // throws for names that it does not know
  state().built = true;
}

Tensor Resizing::call(const Tensor& x, Mode) {
  return with_image_batch(*this, x, options_.data_format, [&](const Tensor& images) {
    if (options_.crop_to_aspect_ratio)
      return cropped_and_resized(images, height_, width_, options_.interpolation, options_.antialias);
    const Tensor whole =
        options_.pad_to_aspect_ratio ? padded_to_proportions(images, height_, width_, options_.fill_value) : images;
    return resize(whole, height_, width_, options_.interpolation, options_.antialias);
  });
}

Shape Resizing::compute_output_shape(const Shape& input) const {
  return with_image_size(*this, input, options_.data_format, height_, width_);
}

Config Resizing::config() const { return with_fields(with_size(base_config(), height_, width_), options_); }

AnyLayer Resizing::from_config(const Config& config) {
  return sized_layer<Resizing, ResizingOptions>(config, "Resizing");
}

CenterCrop::CenterCrop(std::int64_t height, std::int64_t width, CenterCropOptions options)
    : LayerOf("CenterCrop", layer_options(options)), height_(height), width_(width), options_(std::move(options)) {
  check_image_size(*this, height, width);
  check_data_format(*this, options_.data_format);
  state().built = true;
}

Tensor CenterCrop::call(const Tensor& x, Mode) {
  return with_image_batch(*this, x.to(compute_dtype()), options_.data_format, [&](const Tensor& images) {
    const std::int64_t rows = images.shape()[1] - height_, columns = images.shape()[2] - width_;
    return rows >= 0 && columns >= 0 ? image_part(images, rows / 2, columns / 2, height_, width_)
                                     : cropped_and_resized(images, height_, width_);
  });
}

Shape CenterCrop::compute_output_shape(const Shape& input) const {
  return with_image_size(*this, input, options_.data_format, height_, width_);
}

Config CenterCrop::config() const { return with_fields(with_size(base_config(), height_, width_), options_); }

AnyLayer CenterCrop::from_config(const Config& config) {
  return sized_layer<CenterCrop, CenterCropOptions>(config, "CenterCrop");
}

}  // namespace linnet
