// Resizing: every row of the result is a weighted sum of rows, every pixel of it one of pixels.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "linnet/data/image.h"
#include "linnet/tensor/record.h"

namespace linnet {

namespace {

double triangle(double x) { return std::max(0.0, 1 - std::abs(x)); }
double cubic(double x) {  // Keys 1981, a = -0.5
  x = std::abs(x);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}
double sinc(double x) { return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x); }
double lanczos3(double x) { return std::abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0; }

struct Method {
  const char* name;
  double (*weight)(double);  // none: see Taps
  double radius;
};
constexpr Method methods[] = {{"nearest", nullptr, 0},
                              {"bilinear", triangle, 1},
                              {"bicubic", cubic, 2},
                              {"lanczos3", lanczos3, 3},
                              {"area", nullptr, 0}};

const Method& method_named(const std::string& name) {
  for (const Method& method : methods)
    if (name == method.name) return method;
  fail("[resize] expected interpolation \"nearest\", \"bilinear\", \"bicubic\", \"lanczos3\" or \"area\", received \"",
       name, "\"");
}

// Which positions along an axis give position `i` of the result, and how much of each.
struct Taps {
  std::int64_t first = 0;
  std::vector<float> weights;
};

Taps taps_of(std::int64_t i, std::int64_t from, std::int64_t to, const Method& method, bool antialias) {
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  const double center = (static_cast<double>(i) + 0.5) * scale;
  Taps taps;
  if (method.weight == nullptr && method.name[0] == 'n') {
    taps.first = std::min(from - 1, static_cast<std::int64_t>(center));
    taps.weights = {1};
    return taps;
  }
  const double stretch = antialias ? std::max(scale, 1.0) : 1.0;
  const double reach = method.weight == nullptr ? scale / 2 : method.radius * stretch;
  taps.first = std::clamp(static_cast<std::int64_t>(std::floor(center - reach)), std::int64_t{0}, from - 1);
  const auto end = std::clamp(static_cast<std::int64_t>(std::ceil(center + reach)), taps.first + 1, from);
  double sum = 0;
  for (std::int64_t j = taps.first; j < end; ++j) {
    const auto left = static_cast<double>(j);
    const double weight = method.weight != nullptr
                              ? method.weight((left + 0.5 - center) / stretch)
                              : std::max(0.0, std::min(left + 1, center + reach) - std::max(left, center - reach));
    taps.weights.push_back(static_cast<float>(weight));
    sum += weight;
  }
  for (float& weight : taps.weights) weight = static_cast<float>(weight / sum);
  return taps;
}

std::vector<Taps> all_taps(std::int64_t from, std::int64_t to, const Method& method, bool antialias) {
  std::vector<Taps> all;
  all.reserve(static_cast<std::size_t>(to));
  for (std::int64_t i = 0; i < to; ++i) all.push_back(taps_of(i, from, to, method, antialias));
  return all;
}

template <class T>
T from_float(float value) {
  if constexpr (std::is_same_v<T, std::uint8_t>)
    return static_cast<std::uint8_t>(std::clamp(value + 0.5f, 0.0f, 255.0f));
  else
    return value;
}

struct Size {
  std::int64_t height, width, channels;
};

template <class T>
void resize_one(const T* image, Size from, T* out, const std::vector<Taps>& down, const std::vector<Taps>& across) {
  const std::int64_t row = from.width * from.channels;
  std::vector<float> line(static_cast<std::size_t>(row));
  for (const Taps& vertical : down) {
    std::fill(line.begin(), line.end(), 0.0f);
    for (std::size_t k = 0; k < vertical.weights.size(); ++k) {
      const T* source = image + (vertical.first + static_cast<std::int64_t>(k)) * row;
      const float weight = vertical.weights[k];
      for (std::int64_t i = 0; i < row; ++i)
        line[static_cast<std::size_t>(i)] += weight * static_cast<float>(source[i]);
    }
    for (const Taps& horizontal : across)
      for (std::int64_t c = 0; c < from.channels; ++c) {
        float sum = 0;
        const float* source = line.data() + horizontal.first * from.channels + c;
        for (std::size_t k = 0; k < horizontal.weights.size(); ++k, source += from.channels)
          sum += horizontal.weights[k] * *source;
        *out++ = from_float<T>(sum);
      }
  }
}

template <class T>
void resize_all(const Tensor& images, const Tensor& result, std::int64_t count, Size from, Size to,
                const Method& method, bool antialias) {
  const auto down = all_taps(from.height, to.height, method, antialias);
  const auto across = all_taps(from.width, to.width, method, antialias);
  const T* image = view(images).as<T>();
  T* out = mutable_view(result).as<T>();
  for (std::int64_t i = 0; i < count; ++i)
    resize_one(image + i * from.height * from.width * from.channels, from, out + i * to.height * to.width * to.channels,
               down, across);
}

}  // namespace

Tensor resize(const Tensor& image, std::int64_t height, std::int64_t width, const std::string& interpolation,
              bool antialias) {
  const Method& method = method_named(interpolation);
  check(image.defined() && (image.rank() == 3 || image.rank() == 4),
        "[resize] expected (height, width, channels) or (n, height, width, channels), received ",
        image.defined() ? concat("shape ", image.shape()) : "an empty tensor");
  check(height > 0 && width > 0, "[resize] expected a height and width above 0, received ", height, " and ", width);
  const int axis = image.rank() - 3;
  const Size from{image.shape()[axis], image.shape()[axis + 1], image.shape()[axis + 2]};
  check(from.height > 0 && from.width > 0, "[resize] expected a picture with pixels, received shape ", image.shape());
  const bool bytes = image.dtype() == uint8;
  const Tensor dense = (bytes ? image : image.to(float32)).contiguous();
  Shape shape = image.shape();
  shape[axis] = height;
  shape[axis + 1] = width;
  const Tensor result(shape, dense.dtype());
  const std::int64_t count = axis == 0 ? 1 : image.shape()[0];
  const Size to{height, width, from.channels};
  bytes ? resize_all<std::uint8_t>(dense, result, count, from, to, method, antialias)
        : resize_all<float>(dense, result, count, from, to, method, antialias);
  return bytes || !is_floating(image.dtype()) ? result : result.to(image.dtype());
}

}  // namespace linnet
