#include "linnet/ops/images.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "op_checks.h"

namespace linnet::testing {
namespace {

double sinc(double x) { return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x); }

/// How much position j of `from` is in position i of `to`, not yet divided by the sum.
double weight_of(const std::string& method, std::int64_t i, std::int64_t j, std::int64_t from, std::int64_t to,
                 bool antialias) {
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  const double center = (static_cast<double>(i) + 0.5) * scale, left = static_cast<double>(j);
  if (method == "nearest") return left <= center && center < left + 1 ? 1 : 0;
  if (method == "area")
    return std::max(0.0, std::min(left + 1, center + scale / 2) - std::max(left, center - scale / 2));
  const double t = std::abs(left + 0.5 - center) / (antialias ? std::max(scale, 1.0) : 1.0);
  if (method == "bilinear") return std::max(0.0, 1 - t);
  if (method == "lanczos3") return t < 3 ? sinc(t) * sinc(t / 3) : 0;
  if (method == "lanczos5") return t < 5 ? sinc(t) * sinc(t / 5) : 0;
  return t < 1 ? 1.5 * t * t * t - 2.5 * t * t + 1 : t < 2 ? -0.5 * t * t * t + 2.5 * t * t - 4 * t + 2 : 0;
}

/// Every pixel of the result as a sum over all pixels.
Array resized(const Array& x, std::int64_t height, std::int64_t width, const std::string& method, bool antialias) {
  const int axis = x.shape.rank() - 3;
  const std::int64_t rows = x.shape[axis], columns = x.shape[axis + 1];
  Shape shape = x.shape;
  shape[axis] = height;
  shape[axis + 1] = width;
  return make_array(shape, [&](const Shape& at) {
    double sum = 0, weights = 0;
    for (std::int64_t v = 0; v < rows; ++v)
      for (std::int64_t u = 0; u < columns; ++u) {
        Shape source = at;
        source[axis] = v;
        source[axis + 1] = u;
        const double weight = weight_of(method, at[axis], v, rows, height, antialias) *
                              weight_of(method, at[axis + 1], u, columns, width, antialias);
        sum += weight * x.at(source);
        weights += weight;
      }
    return sum / weights;
  });
}

/// Positions -2.4 … of a row of `n`, by a formula of their own index.
double place(const Shape& i, std::int64_t n) {
  return static_cast<double>((i[0] * 7 + i[1] * 5 + i[2] * 3 + i[3] * 11) % 13) * 0.6 - 2.4 +
         static_cast<double>(n) / 8;
}

/// Coordinates are float32, whatever the images are.
Array places_for(const Shape& images) {
  return make_array({images[0], 3, 4, 2},
                    [&](const Shape& i) { return static_cast<double>(static_cast<float>(place(i, images[1]))); });
}

double pixel(const Array& x, const Shape& at, std::int64_t v, std::int64_t u) {
  const bool inside = v >= 0 && v < x.shape[1] && u >= 0 && u < x.shape[2];
  return inside ? x.at({at[0], v, u, at[3]}) : 0.25;
}

Array seen_at_places(const Arrays& in) {
  const Array &x = in[0], places = places_for(x.shape);
  return make_array({x.shape[0], 3, 4, x.shape[3]}, [&](const Shape& at) {
    const double v = places.at({at[0], at[1], at[2], 0}), u = places.at({at[0], at[1], at[2], 1});
    const double top = std::floor(v), left = std::floor(u), down = v - top, right = u - left;
    const auto row = static_cast<std::int64_t>(top), column = static_cast<std::int64_t>(left);
    return (1 - down) * ((1 - right) * pixel(x, at, row, column) + right * pixel(x, at, row, column + 1)) +
           down * ((1 - right) * pixel(x, at, row + 1, column) + right * pixel(x, at, row + 1, column + 1));
  });
}

}  // namespace

std::vector<OpCheck> images_checks() {
  std::vector<OpCheck> checks;
  for (const char* method : {"nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "area"})
    for (const bool antialias : {false, true})
      for (const auto& [height, width] : {std::pair{3, 7}, std::pair{9, 2}})
        checks.push_back(
            {.name = "resize",
             .op = [=, h = height, w = width](const Tensors& x) { return resize(x[0], h, w, method, antialias); },
             .reference = [=, h = height,
                           w = width](const Arrays& x) { return resized(x[0], h, w, method, antialias); },
             .cases = {{{2, 5, 4, 3}}, {{7, 9, 1}}, {{0, 4, 4, 2}}, {{1, 3, 3, 40}}},
             .errors = {{[] {
                           resize(ones({2, 2}), 2, 2);
                         },
                         "received shape (2, 2)"},
                        {[] {
                           resize(ones({2, 2, 1}), 2, 0);
                         },
                         "received 2 and 0"},
                        {[] {
                           resize(ones({2, 0, 1}), 2, 2);
                         },
                         "expected a picture with pixels"},
                        {[] {
                           resize(ones({2, 2, 1}), 2, 2, "cubic");
                         },
                         "received \"cubic\""}},
             .tolerance = 4});
  checks.push_back({.name = "map_coordinates",
                    .op =
                        [](const Tensors& x) {
                          const Array places = places_for(x[0].shape());
                          return map_coordinates(x[0], from_vector(places.values, places.shape).to(float32), "bilinear",
                                                 "constant", 0.25);
                        },
                    .reference = seen_at_places,
                    .cases = {{{2, 3, 4, 2}}, {{1, 5, 5, 9}}, {{0, 2, 2, 1}}},
                    .errors = {{[] {
                                  map_coordinates(ones({2, 2}), ones({1, 1, 1, 2}));
                                },
                                "received shape (2, 2)"},
                               {[] {
                                  map_coordinates(ones({1, 2, 2, 1}), ones({2, 1, 1, 2}));
                                },
                                "expected coordinates (1, i, j, 2)"},
                               {[] {
                                  map_coordinates(ones({1, 2, 2, 1}), ones({1, 1, 1, 2}), "cubic");
                                },
                                "expected interpolation \"nearest\", \"bilinear\", received \"cubic\""},
                               {[] {
                                  map_coordinates(ones({1, 2, 2, 1}), ones({1, 1, 1, 2}), "nearest", "edge");
                                },
                                "expected fill_mode"}},
                    .tolerance = 4});
  return checks;
}

}  // namespace linnet::testing
