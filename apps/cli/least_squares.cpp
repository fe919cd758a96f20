#include "cli/least_squares.h"

#include <fmt/format.h>

#include <cmath>

#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet::cli {

namespace {

double dot(const Tensor& a, const Tensor& b) { return sum(a * b).item<double>(); }

// w with the least |x w - y|, and the shortest of them where several have it (one-hot columns add up to 1): the steps
// stay in the space of the rows of x, and end after as many as it has dimensions, but for rounding.
Tensor solve(const Tensor& x, const Tensor& y) {
  Tensor w = zeros({x.shape()[1], 1}, float64), residual = y, gradient = matmul(transpose(x), residual),
         step = gradient;
  double size = dot(gradient, gradient);
  const double small_enough = 1e-24 * size;
  for (std::int64_t i = 0; i < 10 * x.shape()[1] && size > small_enough; ++i) {
    const Tensor change = matmul(x, step);
    const double length = size / dot(change, change);
    w = w + step * length;
    residual = residual - change * length;
    gradient = matmul(transpose(x), residual);
    const double next = dot(gradient, gradient);
    step = gradient + step * (next / size);
    size = next;
  }
  return w;
}

}  // namespace

std::string r2_text(const Fit& fit) { return fit.r2 ? fmt::format("R² {:.4f}", *fit.r2) : "R² –"; }
Value r2_value(const Fit& fit) { return fit.r2 ? Value(*fit.r2) : Value(); }

Fit measure_fit(const Tensor& predicted, const Tensor& targets) {
  const Tensor y = targets.to(float64), error = predicted.to(float64) - y, spread = y - mean(y);
  const double squares = dot(error, error), variance = dot(spread, spread), n = static_cast<double>(y.size());
  Fit fit{.rmse = std::sqrt(squares / n)};
  if (variance > 0) fit.r2 = 1 - squares / variance;
  return fit;
}

Fit linear_least_squares(const Dataset& train, const Dataset& test) {
  const Tensor x = train.x[0].to(float64), y = train.y[0].to(float64);
  const Tensor center = mean(x, 0, true), spread = sqrt(mean(square(x - center), 0, true)),
               scale = maximum(spread, tensor({1e-12}, float64)), offset = mean(y);
  const Tensor w = solve((x - center) / scale, y - offset);
  return measure_fit(matmul((test.x[0].to(float64) - center) / scale, w) + offset, test.y[0]);
}

}  // namespace linnet::cli
