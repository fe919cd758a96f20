// A picture of a digit, or of a piece of clothing, as the data set has them that the network has learned from.
#pragma once

#include <array>
#include <cstdint>

#include "linnet/tensor/tensor.h"

namespace linnet::cli {

/// How a data set places what it shows. MNIST (LeCun, Cortes and Burges, http://yann.lecun.com/exdb/mnist): fitted into
/// 20 x 20 pixels, its proportions kept, and its centre of mass moved to the centre of 28 x 28. Fashion-MNIST (Xiao,
/// Rasul and Vollgraf, 2017): fitted into 28 x 28, in the middle.
struct Placement {
  std::int64_t size = 28;
  std::int64_t box = 20;
  bool by_mass = true;
  bool thicken = true;  // lines that would be too faint in so few pixels
};
inline constexpr Placement mnist_placement = {};
inline constexpr Placement fashion_mnist_placement = {.box = 28, .by_mass = false, .thicken = false};

struct Prepared {
  Tensor image;           // uint8 (size, size), light on dark
  bool inverted = false;  // was dark on light
  bool thickened = false;
  std::array<std::int64_t, 4> box = {};  // left, top, width, height of what was cut out of the picture
};

/// `picture`: uint8 (height, width, channels), channels being 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGBA); of any
/// size and colours. What differs from the paper, whose colour is measured along the edges, is the ink; specks are
/// left out; light falling from one side is evened out. Throws InvalidArgument when there is no ink.
///   Prepared seven = prepare_digit(read_image("seven.jpg", {.color_mode = ""}));
Prepared prepare_digit(const Tensor& picture, const Placement& placement = {});

}  // namespace linnet::cli
