// What layers that take one image or a batch of them share: axes, sizes, cropping. Internal.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "linnet/layers/layer.h"

namespace linnet {

/// transform(images) of x as [batch, height, width, channels]; the result with the axes that x has, and its order.
Tensor with_image_batch(const Layer& layer, const Tensor& x, const std::string& data_format,
                        const std::function<Tensor(const Tensor&)>& transform);
/// `input` with another height and width. Throws unless it has 3 or 4 axes.
Shape with_image_size(const Layer& layer, Shape input, const std::string& data_format, std::int64_t height,
                      std::int64_t width);
/// Throws unless both are above 0.
void check_image_size(const Layer& layer, std::int64_t height, std::int64_t width);

/// A part of images [batch, height, width, channels]; a view.
Tensor image_part(const Tensor& images, std::int64_t top, std::int64_t left, std::int64_t height, std::int64_t width);
/// The largest centered part with the proportions of height : width, in that size.
Tensor cropped_and_resized(const Tensor& images, std::int64_t height, std::int64_t width,
                           const std::string& interpolation = "bilinear", bool antialias = false);

}  // namespace linnet
