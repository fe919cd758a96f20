// A Gaussian process: what to expect at a point, and how sure that is, from noisy values at others. Internal.
#pragma once

#include <memory>
#include <vector>

namespace linnet::detail {

/// Zero mean after standardizing the values, and Matérn's kernel with ν = 5/2 and length 1:
///   k(a, b) = (1 + r + r²/3) exp(-r),   r = √5 |a - b|
/// Source: Rasmussen and Williams, "Gaussian processes for machine learning", 2006, algorithm 2.1.
class GaussianProcess {
 public:
  using Point = std::vector<double>;

  /// `alpha` is added to the diagonal of the kernel matrix. Throws `[GaussianProcess] …` when the matrix is not
  /// positive definite all the same.
  GaussianProcess(const std::vector<Point>& points, const std::vector<double>& values, double alpha);
  ~GaussianProcess();
  GaussianProcess(const GaussianProcess&) = delete;
  GaussianProcess& operator=(const GaussianProcess&) = delete;

  struct Prediction {
    double mean, deviation;
  };
  Prediction at(const Point& point) const;

 private:
  struct Fitted;
  std::unique_ptr<Fitted> fitted_;
};

}  // namespace linnet::detail
