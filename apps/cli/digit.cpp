#include "cli/digit.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cli/ink.h"
#include "linnet/base/check.h"
#include "linnet/data/image.h"
#include "linnet/tensor/tensor.h"

namespace linnet::cli {

namespace {

constexpr float visible = 0.08F;  // fainter than this is not looked at to find where the digit is

// Numbers the groups of visible pixels that touch each other (also at corners), and counts each.
std::vector<std::int64_t> group_sizes(const Plane& ink, std::vector<std::int64_t>& group_of) {
  std::vector<std::int64_t> sizes, open;
  group_of.assign(ink.values.size(), -1);
  for (std::size_t start = 0; start < ink.values.size(); ++start) {
    if (group_of[start] >= 0 || ink.values[start] < visible) continue;
    const auto group = static_cast<std::int64_t>(sizes.size());
    sizes.push_back(0);
    group_of[start] = group;
    open.push_back(static_cast<std::int64_t>(start));
    while (!open.empty()) {
      const std::int64_t x = open.back() % ink.width, y = open.back() / ink.width;
      open.pop_back();
      ++sizes.back();
      for (std::int64_t v = std::max<std::int64_t>(0, y - 1); v <= std::min(y + 1, ink.height - 1); ++v)
        for (std::int64_t u = std::max<std::int64_t>(0, x - 1); u <= std::min(x + 1, ink.width - 1); ++u)
          if (auto& other = group_of[static_cast<std::size_t>(v * ink.width + u)];
              other < 0 && ink.at(u, v) >= visible) {
            other = group;
            open.push_back(v * ink.width + u);
          }
    }
  }
  return sizes;
}

// Dust and the grain of the paper: groups far smaller than the largest one.
void remove_specks(Plane& ink) {
  std::vector<std::int64_t> group_of;
  const std::vector<std::int64_t> sizes = group_sizes(ink, group_of);
  const std::int64_t largest = *std::max_element(sizes.begin(), sizes.end());
  for (std::size_t i = 0; i < ink.values.size(); ++i)
    if (group_of[i] >= 0 && 50 * sizes[static_cast<std::size_t>(group_of[i])] < largest) ink.values[i] = 0;
}

struct Box {
  std::int64_t left, top, right, bottom;  // right and bottom are behind the last
  std::int64_t width() const { return right - left; }
  std::int64_t height() const { return bottom - top; }
};

Box bounding_box(const Plane& ink) {
  Box box{ink.width, ink.height, 0, 0};
  for (std::int64_t y = 0; y < ink.height; ++y)
    for (std::int64_t x = 0; x < ink.width; ++x)
      if (ink.at(x, y) >= visible)
        box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x + 1), std::max(box.bottom, y + 1)};
  return box;
}

Plane cut_out(const Plane& ink, const Box& box) {
  Plane part(box.width(), box.height());
  for (std::int64_t y = 0; y < part.height; ++y)
    for (std::int64_t x = 0; x < part.width; ++x) part.at(x, y) = ink.at(box.left + x, box.top + y);
  return part;
}

// How wide strokes are, in pixels: a stroke of width w and length l covers w l pixels and has an outline of 2 l.
double stroke_width(const Plane& ink) {
  double area = 0, outline = 0;
  const auto inked = [&](std::int64_t x, std::int64_t y) {
    return x >= 0 && y >= 0 && x < ink.width && y < ink.height && ink.at(x, y) >= 0.5F;
  };
  for (std::int64_t y = 0; y < ink.height; ++y)
    for (std::int64_t x = 0; x < ink.width; ++x) {
      if (!inked(x, y)) continue;
      ++area;
      outline += !inked(x - 1, y) + !inked(x + 1, y) + !inked(x, y - 1) + !inked(x, y + 1);
    }
  return outline > 0 ? 2 * area / outline : 0;
}

// Every pixel takes the strongest ink within `radius`, across and then down.
Plane thickened(const Plane& ink, std::int64_t radius) {
  Plane wide(ink.width + 2 * radius, ink.height), thick(wide.width, ink.height + 2 * radius);
  for (std::int64_t y = 0; y < ink.height; ++y)
    for (std::int64_t x = 0; x < ink.width; ++x)
      for (std::int64_t u = x; u <= x + 2 * radius; ++u) wide.at(u, y) = std::max(wide.at(u, y), ink.at(x, y));
  for (std::int64_t y = 0; y < ink.height; ++y)
    for (std::int64_t x = 0; x < wide.width; ++x)
      for (std::int64_t v = y; v <= y + 2 * radius; ++v) thick.at(x, v) = std::max(thick.at(x, v), wide.at(x, y));
  return thick;
}

// In a box of `size`, its proportions kept.
Plane fitted_into(const Plane& ink, std::int64_t size) {
  const double scale = static_cast<double>(size) / static_cast<double>(std::max(ink.width, ink.height));
  const auto scaled = [&](std::int64_t length) {
    return std::max<std::int64_t>(1, std::llround(scale * static_cast<double>(length)));
  };
  Plane small(scaled(ink.width), scaled(ink.height));
  const Tensor pixels = from_vector(ink.values, {ink.height, ink.width, 1});
  small.values = resize(pixels, small.height, small.width, scale < 1 ? "area" : "bilinear").to_vector<float>();
  return small;
}

// The column, or row, in the middle of the ink's mass.
double centre(const Plane& ink, bool across) {
  double mass = 0, moment = 0;
  for (std::int64_t y = 0; y < ink.height; ++y)
    for (std::int64_t x = 0; x < ink.width; ++x) {
      mass += ink.at(x, y);
      moment += ink.at(x, y) * (static_cast<double>(across ? x : y) + 0.5);
    }
  return moment / mass;
}

Tensor placed(const Plane& ink, const Placement& placement) {
  // MNIST's own centres of mass lie in the pixel behind the middle: in [14, 15) of 28, evenly spread
  const double middle = static_cast<double>(placement.size) / 2 + (placement.by_mass ? 0.5 : 0);
  const auto offset = [&](bool across) {
    const std::int64_t length = across ? ink.width : ink.height;
    const double own = placement.by_mass ? centre(ink, across) : static_cast<double>(length) / 2;
    return std::clamp<std::int64_t>(std::llround(middle - own), 0, placement.size - length);
  };
  const std::int64_t left = offset(true), top = offset(false);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(placement.size * placement.size));
  for (std::int64_t y = 0; y < ink.height; ++y)
    for (std::int64_t x = 0; x < ink.width; ++x)
      pixels[static_cast<std::size_t>((top + y) * placement.size + left + x)] =
          static_cast<std::uint8_t>(std::lround(255 * std::clamp(ink.at(x, y), 0.0F, 1.0F)));
  return from_vector(pixels, {placement.size, placement.size});
}

}  // namespace

Prepared prepare_digit(const Tensor& picture, const Placement& placement) {
  check(picture.dtype() == uint8 && picture.rank() == 3 && picture.shape()[2] >= 1 && picture.shape()[2] <= 4,
        "[prepare_digit] expected uint8 (height, width, 1 to 4 channels), received ", picture.dtype(), " ",
        picture.shape());
  Ink ink = find_ink(picture);
  remove_specks(ink.amount);
  const Box box = bounding_box(ink.amount);
  Plane digit = cut_out(ink.amount, box);

  Prepared prepared;
  prepared.inverted = ink.is_darker;
  const double scale = static_cast<double>(placement.box) / static_cast<double>(std::max(digit.width, digit.height));
  // MNIST's strokes are about two pixels wide; one that would be less than one pixel wide fades away
  if (const double width = scale * stroke_width(digit); placement.thicken && scale < 1 && width < 1.2) {
    digit = thickened(digit, std::max<std::int64_t>(1, std::llround((1.8 - width) / (2 * scale))));
    prepared.thickened = true;
  }
  const std::int64_t block = std::max<std::int64_t>(1, (std::max(picture.shape()[0], picture.shape()[1]) + 999) / 1000);
  prepared.box = {box.left * block, box.top * block,
                  std::min(box.width() * block, picture.shape()[1] - box.left * block),
                  std::min(box.height() * block, picture.shape()[0] - box.top * block)};
  prepared.image = placed(fitted_into(digit, placement.box), placement);
  return prepared;
}

}  // namespace linnet::cli
