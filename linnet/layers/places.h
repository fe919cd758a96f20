// Where images are looked at, and how they are smoothed. Internal.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "linnet/layers/layer.h"

namespace linnet {

/// (x, y, 1) -> (x', y', w): the place is (x' / w, y' / w).
using PlaceMatrix = std::array<std::array<double, 3>, 3>;
/// The images at places of their own: matrix(i) says for image i where its pixels are read.
Tensor look_at(const Tensor& images, const std::function<PlaceMatrix(std::size_t image)>& matrix,
               const std::string& interpolation, const std::string& fill_mode, double fill_value);
/// The matrix that takes four points (x, y) to four others.
PlaceMatrix perspective(const std::array<std::array<double, 2>, 4>& from,
                        const std::array<std::array<double, 2>, 4>& to);
/// The row and column of every pixel of images of one size, [1, height, width, 2].
Tensor pixel_places(std::int64_t height, std::int64_t width);
/// Throws for names that map_coordinates() does not know.
void check_places(const std::string& interpolation, const std::string& fill_mode);

/// Each channel convolved with a Gaussian of these widths in pixels, cut off at `rows` x `columns` cells, with zeros
/// outside.
Tensor blurred(const Tensor& images, std::int64_t rows, std::int64_t columns, double row_sigma, double column_sigma);

}  // namespace linnet
