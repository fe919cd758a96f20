// Keras's constraints (keras.constraints). Norms are sqrt(sum(w²)) along `axis` (default 0: of a Dense kernel, the
// weights that lead into one unit; for convolution kernels use {0, 1, 2}).
#pragma once

#include <string>
#include <vector>

#include "linnet/constraints/constraint.h"

#pragma GCC visibility push(default)
namespace linnet {

/// One axis or several:  .axis = 0   .axis = {0, 1, 2}
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
/// w * min(norm, max_value) / (1e-7 + norm).
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

/// w where w >= 0, else 0.
class NonNeg final : public Constraint {
 public:
  Tensor operator()(const Tensor& w) const override;
  std::string class_name() const override { return "NonNeg"; }
  Config config() const override { return {}; }
};

struct UnitNormOptions {
  ConstraintAxes axis = 0;
};
/// w / (1e-7 + norm).
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
/// w * (rate * clip(norm, min_value, max_value) + (1 - rate) * norm) / (1e-7 + norm).
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
