// Walking over windows, with three spatial axes for any number of them: those that are missing have size 1.
#pragma once

#include <array>
#include <cstdint>

#include "linnet/kernels/kernels.h"

namespace linnet::kernels {

/// On the spatial axes.
using Position = std::array<std::int64_t, 3>;

/// [n, spatial…, c] with three spatial axes.
template <class AnyView>
AnyView as_volumes(AnyView view, int first_spatial_axis = 1) {
  while (view.rank() < 5) {
    view.shape.insert(first_spatial_axis, 1);
    view.strides.insert(first_spatial_axis, 0);
  }
  return view;
}
/// One number an axis, for three spatial axes.
inline Shape as_volumes(Shape sizes) {
  while (sizes.rank() < 3) sizes.insert(0, 1);
  return sizes;
}
/// [window…, i, o] with three spatial axes.
template <class AnyView>
AnyView as_window(const AnyView& view) {
  return as_volumes(view, 0);
}
inline Windows as_volumes(Windows windows) {
  while (windows.strides.rank() < 3) {
    windows.strides.insert(0, 1);
    windows.dilation.insert(0, 1);
    windows.padding.insert(0, 0);
  }
  return windows;
}

/// The three sizes from axis `first` on.
inline Position sizes_at(const Shape& shape, int first) { return {shape[first], shape[first + 1], shape[first + 2]}; }

/// Calls body(position) for each of a box of `sizes`, in row-major order.
template <class Body>
void for_each_position(const Position& sizes, Body&& body) {
  Position p;
  for (p[0] = 0; p[0] < sizes[0]; ++p[0])
    for (p[1] = 0; p[1] < sizes[1]; ++p[1])
      for (p[2] = 0; p[2] < sizes[2]; ++p[2]) body(p);
}

/// Calls body(k, x) for the cells k of the window of element y that are elements x of src, in row-major order.
template <class Body>
void for_each_cell(const Windows& w, const Position& window, const Position& src, const Position& y, Body&& body) {
  for_each_position(window, [&](const Position& k) {
    Position x;
    for (int a = 0; a < 3; ++a) {
      const auto i = static_cast<std::size_t>(a);
      x[i] = y[i] * w.strides[a] + k[i] * w.dilation[a] - w.padding[a];
      if (x[i] < 0 || x[i] >= src[i]) return;
    }
    body(k, x);
  });
}

/// The offset of element (n, p, c).
template <class AnyView>
std::int64_t offset_of(const AnyView& view, std::int64_t n, const Position& p, std::int64_t c) {
  const Strides& s = view.strides;
  return n * s[0] + p[0] * s[1] + p[1] * s[2] + p[2] * s[3] + c * s[4];
}
/// The offset of the weight (k, i, o).
inline std::int64_t weight_offset(const Strides& s, const Position& k, std::int64_t i, std::int64_t o) {
  return k[0] * s[0] + k[1] * s[1] + k[2] * s[2] + i * s[3] + o * s[4];
}

}  // namespace linnet::kernels
