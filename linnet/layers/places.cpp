#include "linnet/layers/places.h"

#include <cmath>
#include <utility>
#include <vector>

#include "linnet/ops/convolution.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/images.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

/// (x, y, 1) of every pixel, [height * width, 3].
Tensor homogeneous_pixels(std::int64_t height, std::int64_t width) {
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(height * width * 3));
  for (std::int64_t y = 0; y < height; ++y)
    for (std::int64_t x = 0; x < width; ++x)
      values.insert(values.end(), {static_cast<float>(x), static_cast<float>(y), 1});
  return from_vector(values, {height * width, 3});
}

/// The solution of eight linear equations, each a row of coefficients and its right side; by elimination.
std::array<double, 8> solved(std::array<std::array<double, 9>, 8> rows) {
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t pivot = i;
    for (std::size_t k = i + 1; k < 8; ++k)
      if (std::abs(rows[k][i]) > std::abs(rows[pivot][i])) pivot = k;
    std::swap(rows[i], rows[pivot]);
    for (std::size_t k = 0; k < 8; ++k) {
      if (k == i) continue;
      const double factor = rows[k][i] / rows[i][i];
      for (std::size_t column = i; column < 9; ++column) rows[k][column] -= factor * rows[i][column];
    }
  }
  std::array<double, 8> solution{};
  for (std::size_t i = 0; i < 8; ++i) solution[i] = rows[i][8] / rows[i][i];
  return solution;
}

std::vector<double> gaussian(std::int64_t cells, double sigma) {
  std::vector<double> weights;
  double total = 0;
  for (std::int64_t i = 0; i < cells; ++i) {
    const double distance = static_cast<double>(i) - static_cast<double>(cells - 1) / 2;
    weights.push_back(std::exp(-0.5 * distance * distance / (sigma * sigma)));
    total += weights.back();
  }
  for (double& weight : weights) weight /= total;
  return weights;
}

}  // namespace

Tensor look_at(const Tensor& images, const std::function<PlaceMatrix(std::size_t image)>& matrix,
               const std::string& interpolation, const std::string& fill_mode, double fill_value) {
  const std::int64_t count = images.shape()[0], height = images.shape()[1], width = images.shape()[2];
  std::vector<float> columns;  // of each image's matrix, in the order y', x', w
  for (std::int64_t i = 0; i < count; ++i) {
    const PlaceMatrix m = matrix(static_cast<std::size_t>(i));
    for (std::size_t k = 0; k < 3; ++k)
      columns.insert(columns.end(),
                     {static_cast<float>(m[1][k]), static_cast<float>(m[0][k]), static_cast<float>(m[2][k])});
  }
  const Tensor points = broadcast_to(homogeneous_pixels(height, width), {count, height * width, 3});
  const Tensor places = matmul(points, from_vector(columns, {count, 3, 3}));
  const Tensor plane = slice(places, 2, 0, 2) / slice(places, 2, 2, 3);
  return map_coordinates(images, reshape(plane, {count, height, width, 2}), interpolation, fill_mode, fill_value);
}

PlaceMatrix perspective(const std::array<std::array<double, 2>, 4>& from,
                        const std::array<std::array<double, 2>, 4>& to) {
  std::array<std::array<double, 9>, 8> rows{};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto [x, y] = from[i];
    const auto [u, v] = to[i];
    rows[2 * i] = {x, y, 1, 0, 0, 0, -u * x, -u * y, u};
    rows[2 * i + 1] = {0, 0, 0, x, y, 1, -v * x, -v * y, v};
  }
  const std::array<double, 8> h = solved(rows);
  return {{{h[0], h[1], h[2]}, {h[3], h[4], h[5]}, {h[6], h[7], 1}}};
}

Tensor pixel_places(std::int64_t height, std::int64_t width) {
  const Tensor points = homogeneous_pixels(height, width);
  return reshape(concatenate({slice(points, 1, 1, 2), slice(points, 1, 0, 1)}), {1, height, width, 2});
}

void check_places(const std::string& interpolation, const std::string& fill_mode) {
  map_coordinates(zeros({1, 1, 1, 1}), zeros({1, 1, 1, 2}), interpolation, fill_mode);
}

Tensor blurred(const Tensor& images, std::int64_t rows, std::int64_t columns, double row_sigma, double column_sigma) {
  const std::int64_t channels = images.shape()[3];
  auto kernel = [&](std::int64_t cells, double sigma, const Shape& shape) {
    return broadcast_to(from_vector(gaussian(cells, sigma), shape), {shape[0], shape[1], channels, 1})
        .to(images.dtype());
  };
  const WindowOptions same{.padding = Padding::same};
  const Tensor lower = depthwise_conv(images, kernel(rows, row_sigma, {rows, 1, 1, 1}), {}, same);
  return depthwise_conv(lower, kernel(columns, column_sigma, {1, columns, 1, 1}), {}, same);
}

}  // namespace linnet
