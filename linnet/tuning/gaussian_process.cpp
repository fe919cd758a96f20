#include "linnet/tuning/gaussian_process.h"

#include <Eigen/Cholesky>
#include <cmath>

#include "linnet/base/check.h"

namespace linnet::detail {

namespace {

using Point = GaussianProcess::Point;

double kernel(const Point& a, const Point& b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += (a[i] - b[i]) * (a[i] - b[i]);
  const double r = std::sqrt(5 * squares);
  return (1 + r + r * r / 3) * std::exp(-r);
}

}  // namespace

struct GaussianProcess::Fitted {
  std::vector<Point> points;
  double mean = 0, deviation = 1;    // of the values
  Eigen::LLT<Eigen::MatrixXd> root;  // L, where L Lᵀ is the kernel matrix K
  Eigen::VectorXd weights;           // K⁻¹ y
};

GaussianProcess::GaussianProcess(const std::vector<Point>& points, const std::vector<double>& values, double alpha)
    : fitted_(std::make_unique<Fitted>()) {
  Fitted& f = *fitted_;
  const auto n = static_cast<Eigen::Index>(points.size());
  f.points = points;
  Eigen::VectorXd y = Eigen::Map<const Eigen::VectorXd>(values.data(), n);
  f.mean = y.mean();
  y.array() -= f.mean;
  if (const double deviation = std::sqrt(y.squaredNorm() / static_cast<double>(n)); deviation > 0)
    f.deviation = deviation;
  y /= f.deviation;

  Eigen::MatrixXd k(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j)
      k(i, j) = kernel(points[static_cast<std::size_t>(i)], points[static_cast<std::size_t>(j)]) + (i == j ? alpha : 0);
  f.root.compute(k);
  check(f.root.info() == Eigen::Success,
        "[GaussianProcess] expected points that differ, or a larger alpha, received alpha ", alpha);
  f.weights = f.root.solve(y);
}

GaussianProcess::~GaussianProcess() = default;

GaussianProcess::Prediction GaussianProcess::at(const Point& point) const {
  const Fitted& f = *fitted_;
  Eigen::VectorXd k(static_cast<Eigen::Index>(f.points.size()));
  for (std::size_t i = 0; i < f.points.size(); ++i) k(static_cast<Eigen::Index>(i)) = kernel(point, f.points[i]);
  const double mean = k.dot(f.weights);
  const Eigen::VectorXd v = f.root.matrixL().solve(k);
  const double variance = std::max(0.0, 1 - v.squaredNorm());
  return {f.mean + f.deviation * mean, f.deviation * std::sqrt(variance)};
}

}  // namespace linnet::detail
