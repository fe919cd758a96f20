// What layers of images and sequences share: the order of axes, and padding by name. Internal.
#pragma once

#include <string>

#include "linnet/layers/layer.h"
#include "linnet/ops/windows.h"

namespace linnet {

/// Throws unless `data_format` is "channels_last" or "channels_first".
void check_data_format(const Layer& layer, const std::string& data_format);
/// "valid", "same" or, where allowed, "causal". Throws for others.
Padding padding_by_name(const Layer& layer, const std::string& padding, bool allows_causal = false);
/// Throws `[Conv2D "conv"] expected inputs of shape (batch, height, width, channels), received …` unless there are
/// `axes` spatial axes.
void check_image(const Layer& layer, const Shape& input, int axes, const std::string& data_format);

/// Axis 1 moved to the end if it holds the channels, and back; views.
Tensor channels_last(const Tensor& x, const std::string& data_format);
Tensor from_channels_last(const Tensor& y, const std::string& data_format);
Shape channels_last(Shape shape, const std::string& data_format);
Shape from_channels_last(Shape shape, const std::string& data_format);

}  // namespace linnet
