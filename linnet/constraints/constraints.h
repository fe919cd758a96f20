// Keras's constraints (keras.constraints). Norms are sqrt(sum(w²)) along `axis` (default 0: of a Dense kernel, the
// weights that lead into one unit; for convolution kernels use {0, 1, 2}).
#pragma once

#include <string>
#include <vector>

#include "linnet/constraints/constraint.h"

#pragma GCC visibility push(default)
namespace linnet {

/// One axis or several, along which the norm is taken.
///   UnitNorm({.axis = 1})(tensor({{3, 4}, {0, 2}}));  // -> {{0.6, 0.8}, {0, 1}}
///   UnitNorm({.axis = {0, 1}})(tensor({{3}, {4}}));   // -> {{0.6}, {0.8}}
struct ConstraintAxes {
  std::vector<int> list;
  ConstraintAxes(int axis) : list{axis} {}
  ConstraintAxes(std::initializer_list<int> axes) : list(axes) {}
};
Value to_value(const ConstraintAxes& axes);
void from_value(const Value& value, ConstraintAxes& axes);

struct MaxNormOptions {
  double max_value = 2;
  ConstraintAxes axis = 0;
};
/// w * min(norm, max_value) / (1e-7 + norm): columns that are longer than max_value are shortened. Keras:
/// keras.constraints.MaxNorm.
///   MaxNorm()(tensor({{3, 0}, {4, 1}}));  // -> {{1.2, 0}, {1.6, 1}}
class MaxNorm final : public Constraint {
 public:
  using Options = MaxNormOptions;
  static constexpr const char* class_name_of = "MaxNorm";
  explicit MaxNorm(Options options = {}) : options_(std::move(options)) {}
  Tensor operator()(const Tensor& w) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

/// w where w >= 0, else 0. Keras: keras.constraints.NonNeg.
///   NonNeg()(tensor({-1, 2}));  // -> {0, 2}
class NonNeg final : public Constraint {
 public:
  Tensor operator()(const Tensor& w) const override;
  std::string class_name() const override { return "NonNeg"; }
  Config config() const override { return {}; }
};

struct UnitNormOptions {
  ConstraintAxes axis = 0;
};
/// w / (1e-7 + norm): every column gets the length 1. Keras: keras.constraints.UnitNorm.
///   UnitNorm()(tensor({{3, 0}, {4, 2}}));  // -> {{0.6, 0}, {0.8, 1}}
class UnitNorm final : public Constraint {
 public:
  using Options = UnitNormOptions;
  static constexpr const char* class_name_of = "UnitNorm";
  explicit UnitNorm(Options options = {}) : options_(std::move(options)) {}
  Tensor operator()(const Tensor& w) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct MinMaxNormOptions {
  double min_value = 0, max_value = 1, rate = 1;
  ConstraintAxes axis = 0;
};
/// w * (rate * clip(norm, min_value, max_value) + (1 - rate) * norm) / (1e-7 + norm). Keras:
/// keras.constraints.MinMaxNorm.
///   MinMaxNorm({.min_value = 2, .max_value = 3})(tensor({{3, 0}, {4, 1}}));  // -> {{1.8, 0}, {2.4, 2}}
class MinMaxNorm final : public Constraint {
 public:
  using Options = MinMaxNormOptions;
  static constexpr const char* class_name_of = "MinMaxNorm";
  explicit MinMaxNorm(Options options = {}) : options_(std::move(options)) {}
  Tensor operator()(const Tensor& w) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

}  // namespace linnet
#pragma GCC visibility pop
