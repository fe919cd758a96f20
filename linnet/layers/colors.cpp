#include "linnet/layers/colors.h"

#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

void check_channels(const Layer& layer, const Tensor& images, bool allows_one) {
  const std::int64_t channels = images.shape()[3];
  check(channels == 3 || (allows_one && channels == 1), "[", layer.class_name(), " \"", layer.name(),
        "\"] expected images of 3 channels", allows_one ? " or 1" : "", ", received ", channels);
}

}  // namespace

Tensor to_grayscale(const Layer& layer, const Tensor& images) {
  check_channels(layer, images, true);
  if (images.shape()[3] == 1) return images;
  const Tensors colors = split(images, 3);
  return colors[0] * 0.2989 + colors[1] * 0.587 + colors[2] * 0.114;
}

Tensors to_hsv(const Layer& layer, const Tensor& images) {
  check_channels(layer, images, false);
  const Tensors colors = split(images, 3);
  const Tensor &red = colors[0], &green = colors[1], &blue = colors[2];
  const Tensor value = max(images, 3, true), range = value - min(images, 3, true);
  const Tensor is_gray = less_equal(range, 0), sixth = reciprocal(where(is_gray, 6.0, range * 6.0));
  const Tensor from_red = (green - blue) * sixth, from_green = (blue - red) * sixth + 1.0 / 3,
               from_blue = (red - green) * sixth + 2.0 / 3;
  const Tensor hue = where(equal(value, red), from_red, where(equal(value, green), from_green, from_blue));
  const Tensor turned = where(less(hue, 0), hue + 1.0, hue);
  const Tensor saturation = where(less_equal(value, 0), 0.0, range / where(less_equal(value, 0), 1.0, value));
  return {where(is_gray, 0.0, turned), saturation, value};
}

Tensor from_hsv(const Tensors& hsv) {
  const Tensor &saturation = hsv[1], &value = hsv[2], sector = mod(hsv[0], 1.0) * 6.0;
  const Tensor red = clip(abs(sector - 3.0) - 1.0, 0, 1), green = clip(2.0 - abs(sector - 2.0), 0, 1),
               blue = clip(2.0 - abs(sector - 4.0), 0, 1);
  return (concatenate({red, green, blue}) * saturation + (1.0 - saturation)) * value;
}

void check_value_range(const Layer& layer, const Range& range) {
  check(!range.is_single() && range.low() < range.high(), "[", layer.class_name(), " \"", layer.name(),
        "\"] expected value_range to be two different numbers, received ", to_value(range));
}

Tensor in_range(const Tensor& x, const Range& from, const Range& to) {
  if (from.low() == to.low() && from.high() == to.high()) return x;
  return (x - from.low()) / (from.high() - from.low()) * (to.high() - to.low()) + to.low();
}

}  // namespace linnet
