#include "linnet/ops/images.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "linnet/kernels/images.h"
#include "linnet/ops/common.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"

namespace linnet {

using kernels::FillMode;
using kernels::Interpolation;

namespace {

double triangle(double x) { return std::max(0.0, 1 - std::abs(x)); }
double cubic(double x) {
  x = std::abs(x);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}
double sinc(double x) { return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x); }
double lanczos3(double x) { return std::abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0; }
double lanczos5(double x) { return std::abs(x) < 5 ? sinc(x) * sinc(x / 5) : 0; }

struct Method {
  const char* name;
  double (*weight)(double);  // none: "nearest" and "area" are not weighted by distance
  double radius;
};
constexpr Method methods[] = {{"nearest", nullptr, 0},   {"bilinear", triangle, 1}, {"bicubic", cubic, 2},
                              {"lanczos3", lanczos3, 3}, {"lanczos5", lanczos5, 5}, {"area", nullptr, 0}};

const Method& method_named(const std::string& name) {
  for (const Method& method : methods)
    if (name == method.name) return method;
  fail(
      "[resize] expected interpolation \"nearest\", \"bilinear\", \"bicubic\", \"lanczos3\", \"lanczos5\" or \"area\", "
      "received \"",
      name, "\"");
}

/// A matrix that most elements of are zero.
struct Matrix {
  std::vector<std::int64_t> first{0}, columns;
  std::vector<double> weights;

  void add(std::int64_t column, double weight) {
    columns.push_back(column);
    weights.push_back(weight);
  }
  void end_row() { first.push_back(static_cast<std::int64_t>(columns.size())); }
  kernels::SparseRows rows() const { return {first, columns, weights}; }
};

Matrix transposed(const Matrix& matrix, std::int64_t columns) {
  std::vector<std::vector<std::pair<std::int64_t, double>>> entries(static_cast<std::size_t>(columns));
  for (std::size_t row = 0; row + 1 < matrix.first.size(); ++row)
    for (auto k = static_cast<std::size_t>(matrix.first[row]); k < static_cast<std::size_t>(matrix.first[row + 1]); ++k)
      entries[static_cast<std::size_t>(matrix.columns[k])].emplace_back(row, matrix.weights[k]);
  Matrix result;
  for (const auto& row : entries) {
    for (const auto& [column, weight] : row) result.add(column, weight);
    result.end_row();
  }
  return result;
}

/// The row of position `i` of the result.
void add_weights(Matrix& matrix, std::int64_t i, std::int64_t from, std::int64_t to, const Method& method,
                 bool antialias) {
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  const double center = (static_cast<double>(i) + 0.5) * scale;
  if (method.weight == nullptr && method.name[0] == 'n') {
    matrix.add(std::min(from - 1, static_cast<std::int64_t>(center)), 1);
    return matrix.end_row();
  }
  const double stretch = antialias ? std::max(scale, 1.0) : 1.0;
  const double reach = method.weight == nullptr ? scale / 2 : method.radius * stretch;
  const auto first = std::clamp(static_cast<std::int64_t>(std::floor(center - reach)), std::int64_t{0}, from - 1);
  const auto end = std::clamp(static_cast<std::int64_t>(std::ceil(center + reach)), first + 1, from);
  double sum = 0;
  for (std::int64_t j = first; j < end; ++j) {
    const auto left = static_cast<double>(j);
    const double weight = method.weight != nullptr
                              ? method.weight((left + 0.5 - center) / stretch)
                              : std::max(0.0, std::min(left + 1, center + reach) - std::max(left, center - reach));
    matrix.add(j, weight);
    sum += weight;
  }
  for (auto k = matrix.weights.end() - (end - first); k != matrix.weights.end(); ++k) *k /= sum;
  matrix.end_row();
}

/// [outer, from, inner] -> [outer, to, inner].
Tensor resize_axis(const Tensor& x, std::int64_t to, const Method& method, bool antialias) {
  const std::int64_t from = x.shape()[1];
  Matrix matrix;
  for (std::int64_t i = 0; i < to; ++i) add_weights(matrix, i, from, to, method, antialias);
  const Tensor y({x.shape()[0], to, x.shape()[2]}, x.dtype());
  kernels::sparse_rows(matrix.rows(), view(x), mutable_view(y));
  return record("resize", y, {x}, [matrix = std::move(matrix), shape = x.shape()](const Tensor& dy) -> Grads {
    const Matrix back = transposed(matrix, shape[1]);
    Tensor dx(shape, dy.dtype());
    kernels::sparse_rows(back.rows(), view(dy), mutable_view(dx));
    return {dx};
  });
}

/// Rounded and saturated.
Tensor as_integers(const Tensor& x, DType dtype) { return round(x).to(dtype); }

template <class Value, std::size_t count>
Value value_named(const std::string& name, const std::pair<const char*, Value> (&values)[count], const char* what) {
  std::string names;
  for (const auto& [known, value] : values) {
    if (name == known) return value;
    names += concat(names.empty() ? "\"" : ", \"", known, "\"");
  }
  fail("[map_coordinates] expected ", what, " ", names, ", received \"", name, "\"");
}

constexpr std::pair<const char*, Interpolation> interpolations[] = {{"nearest", Interpolation::nearest},
                                                                    {"bilinear", Interpolation::bilinear}};
constexpr std::pair<const char*, FillMode> fill_modes[] = {{"constant", FillMode::constant},
                                                           {"nearest", FillMode::nearest},
                                                           {"wrap", FillMode::wrap},
                                                           {"mirror", FillMode::mirror},
                                                           {"reflect", FillMode::reflect}};

}  // namespace

Tensor resize(const Tensor& image, std::int64_t height, std::int64_t width, const std::string& interpolation,
              bool antialias) {
  const Method& method = method_named(interpolation);
  check_input("resize", image);
  check(image.rank() == 3 || image.rank() == 4,
        "[resize] expected (height, width, channels) or (n, height, width, channels), received shape ", image.shape());
  check(height > 0 && width > 0, "[resize] expected a height and width above 0, received ", height, " and ", width);
  const int axis = image.rank() - 3;
  const std::int64_t count = axis == 0 ? 1 : image.shape()[0], channels = image.shape().back();
  const std::int64_t old_height = image.shape()[axis], old_width = image.shape()[axis + 1];
  check(old_height > 0 && old_width > 0, "[resize] expected a picture with pixels, received shape ", image.shape());
  const Tensor x = reshape(ops::as_floating("resize", image), {count, old_height, old_width * channels});
  const Tensor lower = resize_axis(x, height, method, antialias);
  const Tensor narrower = resize_axis(reshape(lower, {count * height, old_width, channels}), width, method, antialias);
  Shape shape = image.shape();
  shape[axis] = height;
  shape[axis + 1] = width;
  const Tensor y = reshape(narrower, shape);
  return is_floating(image.dtype()) ? y : as_integers(y, image.dtype());
}

Tensor map_coordinates(const Tensor& images, const Tensor& coordinates, const std::string& interpolation,
                       const std::string& fill_mode, double fill_value) {
  const Interpolation between = value_named(interpolation, interpolations, "interpolation");
  const FillMode outside = value_named(fill_mode, fill_modes, "fill_mode");
  check_input("map_coordinates", coordinates);
  const Tensor x = ops::as_floating("map_coordinates", images);
  check(x.rank() == 4 && x.shape()[1] > 0 && x.shape()[2] > 0,
        "[map_coordinates] expected images (n, height, width, channels) with pixels, received shape ", x.shape());
  check(coordinates.rank() == 4 && coordinates.shape()[0] == x.shape()[0] && coordinates.shape()[3] == 2,
        "[map_coordinates] expected coordinates (", x.shape()[0], ", i, j, 2) for images of shape ", x.shape(),
        ", received shape ", coordinates.shape());
  const Tensor places = coordinates.detach().to(float32);
  const Tensor y({x.shape()[0], places.shape()[1], places.shape()[2], x.shape()[3]}, x.dtype());
  kernels::sample(view(x), view(places), between, outside, fill_value, mutable_view(y));
  return record("map_coordinates", y, {x},
                [places = save(places), between, outside, shape = x.shape()](const Tensor& dy) -> Grads {
                  Tensor dx(shape, dy.dtype());
                  kernels::sample_backward(view(dy), view(*places), between, outside, mutable_view(dx));
                  return {dx};
                });
}

}  // namespace linnet
