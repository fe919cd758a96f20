// The straight line to compare a network with.
#pragma once

#include <optional>
#include <string>

#include "linnet/base/config.h"
#include "linnet/data/dataset.h"

namespace linnet::cli {

/// How far predictions are from the targets, in their units, and which part of the targets' variance they explain.
struct Fit {
  double rmse = 0;
  std::optional<double> r2 = {};  // none where all targets are the same: there is no variance
};
/// "R² 0.9132", and "R² –" where there is none.
std::string r2_text(const Fit& fit);
/// For JSON: null where there is none.
Value r2_value(const Fit& fit);
Fit measure_fit(const Tensor& predicted, const Tensor& targets);

/// Ordinary linear least squares with an intercept: fitted to `train` exactly (conjugate gradients on the normal
/// equations, Hestenes and Stiefel 1952, in float64, on standardized features), measured on `test`.
Fit linear_least_squares(const Dataset& train, const Dataset& test);

}  // namespace linnet::cli
