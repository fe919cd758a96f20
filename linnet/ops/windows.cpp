#include "linnet/ops/windows.h"

#include <algorithm>

#include "linnet/ops/window_plan.h"

namespace linnet {

std::int64_t count_windows(std::int64_t size, std::int64_t window, std::int64_t stride, std::int64_t dilation,
                           Padding padding) {
  if (size < 0) return -1;
  if (padding != Padding::valid) return (size + stride - 1) / stride;
  const std::int64_t rest = size - ((window - 1) * dilation + 1);
  return rest < 0 ? 0 : rest / stride + 1;
}

namespace ops {
namespace {

constexpr std::int64_t largest = std::int64_t{1} << 31;  // far from where products would overflow

/// `list`, or ones for an empty one.
Shape numbers_for_axes(const char* who, const char* what, const Shape& list, int axes) {
  if (list.empty()) return Shape::filled(axes, 1);
  check(list.rank() == axes, "[", who, "] expected ", what, " for each of ", axes, " spatial axes, received ", list);
  for (std::int64_t n : list) check(n > 0 && n < largest, "[", who, "] expected ", what, " above 0, received ", list);
  return list;
}

}  // namespace

WindowOptions checked_windows(const char* who, const Shape& x, const Shape& window, const WindowOptions& options) {
  const int axes = x.rank() - 2;
  check(axes >= 1 && axes <= 3, "[", who, "] expected inputs (batch, spatial…, channels) with 1 to 3 spatial axes, ",
        "received shape ", x);
  numbers_for_axes(who, "a window size", window, axes);
  check(options.padding != Padding::causal || axes == 1, "[", who,
        "] expected one spatial axis with causal padding, received shape ", x);
  return {numbers_for_axes(who, "strides", options.strides, axes),
          numbers_for_axes(who, "dilation rates", options.dilation_rate, axes), options.padding};
}

WindowPlan::WindowPlan(const char* who, const Shape& x, const Shape& window, const WindowOptions& options) {
  const WindowOptions o = checked_windows(who, x, window, options);
  windows = {o.strides, o.dilation_rate, {}};
  for (int a = 0; a < window.rank(); ++a) {
    const std::int64_t size = x[a + 1], reach = (window[a] - 1) * o.dilation_rate[a] + 1;
    const std::int64_t count = count_windows(size, window[a], o.strides[a], o.dilation_rate[a], o.padding);
    check(size > 0 && count > 0, "[", who, "] expected inputs of at least ", o.padding == Padding::valid ? reach : 1,
          " elements along axis ", a + 1, " for a window of ", window[a], ", received shape ", x,
          o.padding == Padding::valid ? "; padding \"same\" takes smaller ones" : "");
    const std::int64_t missing = std::max<std::int64_t>((count - 1) * o.strides[a] + reach - size, 0);
    counts.push_back(count);
    windows.padding.push_back(o.padding == Padding::valid ? 0 : o.padding == Padding::same ? missing / 2 : reach - 1);
  }
}

}  // namespace ops
}  // namespace linnet
