// Which pixels an image is read from at a place between them or outside, and how much of each.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "linnet/kernels/images.h"

namespace linnet::kernels {

/// a modulo n, not negative.
inline std::int64_t wrapped(std::int64_t a, std::int64_t n) {
  const std::int64_t rest = a % n;
  return rest < 0 ? rest + n : rest;
}

/// The pixel of a row of `size` that stands for position i; -1 where it is the fill value.
inline std::int64_t pixel_at(std::int64_t i, std::int64_t size, FillMode fill_mode) {
  if (i >= 0 && i < size) return i;
  switch (fill_mode) {
    case FillMode::constant: return -1;
    case FillMode::nearest: return i < 0 ? 0 : size - 1;
    case FillMode::wrap: return wrapped(i, size);
    case FillMode::mirror: return size == 1 ? 0 : std::abs(wrapped(i + size - 1, 2 * (size - 1)) - (size - 1));
    case FillMode::reflect: {
      const std::int64_t there_and_back = wrapped(i, 2 * size);
      return there_and_back < size ? there_and_back : 2 * size - 1 - there_and_back;
    }
  }
  return -1;
}

/// One or two pixels of a row, and their weights.
struct Neighbours {
  std::array<std::int64_t, 2> pixels;
  std::array<double, 2> weights;
  std::size_t count;
};

inline Neighbours neighbours_of(float place, std::int64_t size, Interpolation interpolation, FillMode fill_mode) {
  constexpr float farthest = 0x1p30f;  // farther away, and at not-a-number, integers would overflow
  if (!(place > -farthest && place < farthest)) place = -farthest;
  if (interpolation == Interpolation::nearest)  // halves to the even one
    return {{pixel_at(std::llrint(place), size, fill_mode), 0}, {1, 0}, 1};
  const double below = std::floor(place), fraction = place - below;  // exact, as 1 - fraction is
  const auto first = static_cast<std::int64_t>(below);
  return {{pixel_at(first, size, fill_mode), pixel_at(first + 1, size, fill_mode)}, {1 - fraction, fraction}, 2};
}

}  // namespace linnet::kernels
