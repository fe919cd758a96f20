// From the options of an op that moves windows to what kernels take. Internal.
#pragma once

#include "linnet/kernels/kernels.h"
#include "linnet/ops/windows.h"

namespace linnet::ops {

/// Throws `[who] expected …` where `options` or `window` (one size for each spatial axis) do not fit an input of shape
/// `x` [batch, spatial…, channels]; missing strides and dilations become 1.
WindowOptions checked_windows(const char* who, const Shape& x, const Shape& window, const WindowOptions& options);

/// The windows on an input of shape `x` and the spatial sizes of the result.
struct WindowPlan {
  kernels::Windows windows;
  Shape counts;

  /// Throws `[who] expected …` where no window fits.
  WindowPlan(const char* who, const Shape& x, const Shape& window, const WindowOptions& options);
};

}  // namespace linnet::ops
