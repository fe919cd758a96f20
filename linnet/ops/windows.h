// Windows that move over the spatial axes of images: what convolution and pooling have in common. Layout is channels
// last, [batch, spatial…, channels], with 1 to 3 spatial axes.
#pragma once

#include <cstdint>

#include "linnet/base/shape.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What happens at the edges. valid: windows lie inside. same: there are ceil(size / stride) of them, and what is
/// missing is added at both ends, the larger half at the end. causal: all of it is added before the beginning, so that
/// a window ends at its own place.
enum class Padding : std::uint8_t { valid, same, causal };

/// How windows move.
struct WindowOptions {
  Shape strides = {};                // one number for each spatial axis; none: 1
  Shape dilation_rate = {};          // the distance of a window's cells, likewise
  Padding padding = Padding::valid;  // at the edges
};

/// How many windows there are along an axis of `size` elements (0 where none fits); -1 for an unknown size.
std::int64_t count_windows(std::int64_t size, std::int64_t window, std::int64_t stride, std::int64_t dilation,
                           Padding padding);

}  // namespace linnet
#pragma GCC visibility pop
