#include "linnet/layers/image_sizes.h"

#include <algorithm>

#include "linnet/layers/images.h"
#include "linnet/ops/images.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

void check_image_axes(const Layer& layer, const Shape& input, const std::string& data_format) {
  if (input.rank() == 3) {
    Shape batch = input;
    batch.insert(0, 1);
    return check_image(layer, batch, 2, data_format);
  }
  check_image(layer, input, 2, data_format);
}

}  // namespace

Tensor with_image_batch(const Layer& layer, const Tensor& x, const std::string& data_format,
                        const std::function<Tensor(const Tensor&)>& transform) {
  check_image_axes(layer, x.shape(), data_format);
  if (x.rank() == 3) return squeeze(with_image_batch(layer, expand_dims(x, 0), data_format, transform), 0);
  return from_channels_last(transform(channels_last(x, data_format)), data_format);
}

Shape with_image_size(const Layer& layer, Shape input, const std::string& data_format, std::int64_t height,
                      std::int64_t width) {
  check_image_axes(layer, input, data_format);
  const int first = input.rank() - (data_format == "channels_first" ? 2 : 3);
  input[first] = height;
  input[first + 1] = width;
  return input;
}

void check_image_size(const Layer& layer, std::int64_t height, std::int64_t width) {
  constexpr std::int64_t most = std::int64_t{1} << 31;  // far from where products of sizes would overflow
  check(height > 0 && width > 0 && height < most && width < most, "[", layer.class_name(), " \"", layer.name(),
        "\"] expected a height and width above 0, received ", height, " and ", width);
}

Tensor image_part(const Tensor& images, std::int64_t top, std::int64_t left, std::int64_t height, std::int64_t width) {
  return slice(slice(images, 1, top, top + height), 2, left, left + width);
}

Tensor cropped_and_resized(const Tensor& images, std::int64_t height, std::int64_t width,
                           const std::string& interpolation, bool antialias) {
  const std::int64_t from_height = images.shape()[1], from_width = images.shape()[2];
  const std::int64_t part_height = std::max(std::min(from_height, from_width * height / width), std::int64_t{1}),
                     part_width = std::max(std::min(from_width, from_height * width / height), std::int64_t{1});
  return resize(
      image_part(images, (from_height - part_height) / 2, (from_width - part_width) / 2, part_height, part_width),
      height, width, interpolation, antialias);
}

}  // namespace linnet
