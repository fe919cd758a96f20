// Colours of images [batch, height, width, channels]. Internal.
#pragma once

#include "linnet/layers/layer.h"
#include "linnet/layers/range.h"

namespace linnet {

/// 0.2989 R + 0.587 G + 0.114 B, one channel; images of one channel as they are. Throws for others.
Tensor to_grayscale(const Layer& layer, const Tensor& images);
/// Hue, saturation and value in [0, 1] of red, green and blue in [0, 1], each [batch, height, width, 1]. Smith, "Color
/// gamut transform pairs", 1978. Throws unless there are three channels.
Tensors to_hsv(const Layer& layer, const Tensor& images);
Tensor from_hsv(const Tensors& hsv);
/// Throws unless they are two different numbers.
void check_value_range(const Layer& layer, const Range& range);
/// What lies in `from` at the same place in `to`.
Tensor in_range(const Tensor& x, const Range& from, const Range& to);

}  // namespace linnet
