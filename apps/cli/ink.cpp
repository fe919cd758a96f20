#include "cli/ink.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "cli/language.h"
#include "linnet/base/check.h"

namespace linnet::cli {

namespace {

using Colour = std::array<float, 3>;

struct Picture {
  std::int64_t width, height;
  std::vector<Colour> pixels;
  std::vector<float> opacity;  // empty: all opaque

  Colour at(std::int64_t x, std::int64_t y) const { return pixels[static_cast<std::size_t>(y * width + x)]; }
};

float brightness(const Colour& c) { return 0.299F * c[0] + 0.587F * c[1] + 0.114F * c[2]; }

float quantile(std::vector<float> values, double part) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Colour median_colour(const std::vector<Colour>& colours) {
  Colour median = {};
  std::vector<float> channel(colours.size());
  for (std::size_t c = 0; c < 3; ++c) {
    std::transform(colours.begin(), colours.end(), channel.begin(), [&](const Colour& colour) { return colour[c]; });
    median[c] = quantile(channel, 0.5);
  }
  return median;
}

Picture read_pixels(const Tensor& tensor) {
  const auto bytes = tensor.to_vector<std::uint8_t>();
  const auto channels = static_cast<std::size_t>(tensor.shape()[2]);
  Picture picture{tensor.shape()[1], tensor.shape()[0], std::vector<Colour>(bytes.size() / channels), {}};
  const bool coloured = channels >= 3, has_alpha = channels % 2 == 0;
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
    const std::uint8_t* pixel = &bytes[i * channels];
    for (std::size_t c = 0; c < 3; ++c) picture.pixels[i][c] = static_cast<float>(pixel[coloured ? c : 0]) / 255;
    if (has_alpha) picture.opacity.push_back(static_cast<float>(pixel[channels - 1]) / 255);
  }
  return picture;
}

// What shows through: the colour of the paper where most of the picture is opaque, or else the contrary of the ink.
Colour behind(const Picture& picture) {
  std::vector<Colour> opaque;
  for (std::size_t i = 0; i < picture.pixels.size(); ++i)
    if (picture.opacity[i] >= 0.5F) opaque.push_back(picture.pixels[i]);
  if (opaque.empty()) return {};
  const Colour median = median_colour(opaque);
  if (2 * opaque.size() > picture.pixels.size()) return median;
  return brightness(median) < 0.5F ? Colour{1, 1, 1} : Colour{};
}

void make_opaque(Picture& picture) {
  if (picture.opacity.empty()) return;
  const Colour paper = behind(picture);
  for (std::size_t i = 0; i < picture.pixels.size(); ++i)
    for (std::size_t c = 0; c < 3; ++c)
      picture.pixels[i][c] = paper[c] + picture.opacity[i] * (picture.pixels[i][c] - paper[c]);
}

// Photographs have more pixels than a digit needs: blocks of them become one.
Picture reduced(const Picture& picture, std::int64_t longest) {
  const std::int64_t block = (std::max(picture.width, picture.height) + longest - 1) / longest;
  if (block <= 1) return picture;
  Picture small{(picture.width + block - 1) / block, (picture.height + block - 1) / block, {}, {}};
  for (std::int64_t y = 0; y < small.height; ++y)
    for (std::int64_t x = 0; x < small.width; ++x) {
      Colour sum = {};
      float count = 0;
      for (std::int64_t v = y * block; v < std::min((y + 1) * block, picture.height); ++v)
        for (std::int64_t u = x * block; u < std::min((x + 1) * block, picture.width); ++u, ++count)
          for (std::size_t c = 0; c < 3; ++c) sum[c] += picture.at(u, v)[c];
      for (float& value : sum) value /= count;
      small.pixels.push_back(sum);
    }
  return small;
}

// The edges of the picture, where there is paper if anywhere.
std::vector<std::size_t> edge_pixels(const Picture& picture) {
  const std::int64_t band = std::max<std::int64_t>(1, std::min(picture.width, picture.height) / 25);
  std::vector<std::size_t> edge;
  for (std::int64_t y = 0; y < picture.height; ++y)
    for (std::int64_t x = 0; x < picture.width; ++x)
      if (std::min({x, y, picture.width - 1 - x, picture.height - 1 - y}) < band)
        edge.push_back(static_cast<std::size_t>(y * picture.width + x));
  return edge;
}

// a + b x + c y through the points, by least squares: the sums of x, y and their products give two equations.
std::array<double, 3> fit_plane(const std::vector<std::array<double, 3>>& points) {
  const auto n = static_cast<double>(points.size());
  std::array<double, 3> mean = {};
  for (const auto& point : points)
    for (std::size_t i = 0; i < 3; ++i) mean[i] += point[i] / n;
  double xx = 0, xy = 0, yy = 0, xv = 0, yv = 0;
  for (const auto& point : points) {
    const double x = point[0] - mean[0], y = point[1] - mean[1], v = point[2] - mean[2];
    xx += x * x, xy += x * y, yy += y * y, xv += x * v, yv += y * v;
  }
  const double determinant = xx * yy - xy * xy;
  if (determinant < 1e-9) return {mean[2], 0, 0};
  const double b = (xv * yy - yv * xy) / determinant, c = (yv * xx - xv * xy) / determinant;
  return {mean[2] - b * mean[0] - c * mean[1], b, c};
}

// The colour of the paper at each place: light often falls from one side, so it is a plane through the edges' pixels,
// those left out that are unlike most of them (ink that touches the edge).
void subtract_paper(Picture& picture, const std::vector<std::size_t>& edge) {
  std::vector<Colour> colours;
  for (std::size_t at : edge) colours.push_back(picture.pixels[at]);
  const Colour median = median_colour(colours);
  for (std::size_t c = 0; c < 3; ++c) {
    std::vector<float> distances;
    for (const Colour& colour : colours) distances.push_back(std::abs(colour[c] - median[c]));
    const float near = std::max(0.04F, 3 * quantile(distances, 0.5));
    std::vector<std::array<double, 3>> points;
    for (std::size_t at : edge) {
      const std::int64_t x = static_cast<std::int64_t>(at) % picture.width,
                         y = static_cast<std::int64_t>(at) / picture.width;
      if (const float value = picture.pixels[at][c]; std::abs(value - median[c]) <= near)
        points.push_back({double(x), double(y), value});
    }
    const auto [base, across, down] = fit_plane(points);
    for (std::int64_t y = 0; y < picture.height; ++y)
      for (std::int64_t x = 0; x < picture.width; ++x)
        picture.pixels[static_cast<std::size_t>(y * picture.width + x)][c] -=
            static_cast<float>(base + across * double(x) + down * double(y));
  }
}

// The direction in the space of colours in which the ink lies, seen from the paper; of length 1.
Colour direction_of_ink(const Picture& difference) {
  Colour sum = {};
  for (const Colour& colour : difference.pixels) {
    const float length = std::sqrt(colour[0] * colour[0] + colour[1] * colour[1] + colour[2] * colour[2]);
    for (std::size_t c = 0; c < 3; ++c) sum[c] += length * length * colour[c];  // strong differences count most
  }
  const float length = std::sqrt(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]);
  if (length > 0)
    for (float& value : sum) value /= length;
  return sum;
}

// 0 for what the paper itself varies by, 1 for the strongest tenth of the ink.
void stretch(Plane& ink, const std::vector<std::size_t>& edge) {
  const auto count = static_cast<double>(ink.values.size());
  const float strong = quantile(ink.values, 1 - std::min(0.5, std::max(4.0, count / 4000) / count));
  if (strong < 0.05F)
    fail(words({"there is nothing to see: the picture has (almost) one colour", "图中没有内容：整张图几乎是一种颜色"}));
  std::vector<float> paper, strokes;
  for (std::size_t at : edge) paper.push_back(ink.values[at]);
  for (float value : ink.values)
    if (value > strong / 2) strokes.push_back(value);
  const float low = std::min(1.5F * quantile(paper, 0.9), strong / 4), high = quantile(strokes, 0.9);
  for (float& value : ink.values) value = std::clamp((value - low) / (high - low), 0.0F, 1.0F);
}

}  // namespace

Ink find_ink(const Tensor& tensor) {
  Picture picture = read_pixels(tensor);
  make_opaque(picture);
  picture = reduced(picture, 1000);
  const std::vector<std::size_t> edge = edge_pixels(picture);
  subtract_paper(picture, edge);
  const Colour direction = direction_of_ink(picture);
  Ink ink{Plane(picture.width, picture.height), brightness(direction) < 0};
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
    const Colour& colour = picture.pixels[i];
    ink.amount.values[i] =
        std::max(0.0F, colour[0] * direction[0] + colour[1] * direction[1] + colour[2] * direction[2]);
  }
  stretch(ink.amount, edge);
  return ink;
}

}  // namespace linnet::cli
