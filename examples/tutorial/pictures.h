// Pictures for the tutorial: many small images in one, enlarged, dark ink on light paper.
#pragma once

#include <linnet/linnet.h>

/// images [n, height, width] with values 0-255 as one picture with `columns` images in a row, every pixel `scale` wide.
inline linnet::Tensor grid(const linnet::Tensor& images, std::int64_t columns, std::int64_t scale) {
  using namespace linnet;
  const std::int64_t rows = images.shape()[0] / columns;
  Tensor framed = pad(images.to(float32), {{0, 0}, {1, 1}, {1, 1}});
  const std::int64_t height = framed.shape()[1], width = framed.shape()[2];
  Tensor joined = permute(reshape(framed, {rows, columns, height, width}), {0, 2, 1, 3});
  Tensor picture = reshape(joined, {rows * height, columns * width});
  return repeat(repeat(255.0 - picture, scale, 0), scale, 1);
}
