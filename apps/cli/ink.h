// What is drawn in a picture, apart from what it is drawn on.
#pragma once

#include <cstdint>
#include <vector>

#include "linnet/tensor/tensor.h"

namespace linnet::cli {

/// Rows of numbers from 0 to 1.
struct Plane {
  std::int64_t width = 0, height = 0;
  std::vector<float> values;

  Plane(std::int64_t w, std::int64_t h) : width(w), height(h), values(static_cast<std::size_t>(w * h)) {}
  float& at(std::int64_t x, std::int64_t y) { return values[static_cast<std::size_t>(y * width + x)]; }
  float at(std::int64_t x, std::int64_t y) const { return values[static_cast<std::size_t>(y * width + x)]; }
};

struct Ink {
  Plane amount;            // 0 paper, 1 the strongest ink
  bool is_darker = false;  // than the paper
};

/// The ink in a picture of uint8 (height, width, 1–4 channels); transparency is paper. Throws InvalidArgument when
/// all is of one colour.
Ink find_ink(const Tensor& picture);

}  // namespace linnet::cli
