#include "linnet/layers/draws.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace linnet {

double Draws::uniform() {
  const auto words = philox(seed_, stream_, counter_++);
  return uniform_from_words(words[0], words[1]);
}

std::int64_t Draws::below(std::int64_t n) {
  return std::min(static_cast<std::int64_t>(uniform() * static_cast<double>(n)), n - 1);
}

double Draws::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));  // Box and Muller
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

double Draws::gamma(double alpha) {
  if (alpha < 1) {
    const double larger = gamma(alpha + 1);
    return larger * std::pow(1 - uniform(), 1 / alpha);
  }
  const double d = alpha - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = normal(), v = std::pow(1 + c * x, 3);
    if (v > 0 && std::log(1 - uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

double Draws::beta(double alpha) {
  const double a = gamma(alpha), b = gamma(alpha);
  return a + b > 0 ? a / (a + b) : uniform() < 0.5 ? 0 : 1;  // both are below the smallest number for small alpha
}

}  // namespace linnet
