// Keras's regularizers (keras.regularizers).
#pragma once

#include <string>

#include "linnet/regularizers/regularizer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct L1L2Options {
  double l1 = 0, l2 = 0;
};
/// l1 * sum(|x|) + l2 * sum(x²). Keras: keras.regularizers.L1L2.
///   L1L2({.l1 = 0.1, .l2 = 0.01})(tensor({1, -2}));  // -> 0.35
class L1L2 : public Regularizer {
 public:
  using Options = L1L2Options;
  static constexpr const char* class_name_of = "L1L2";
  explicit L1L2(Options options = {});
  Tensor operator()(const Tensor& x) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  Options options_;
};

/// l1 * sum(|x|), which makes weights 0. Keras: keras.regularizers.L1.
///   L1(0.1)(tensor({1, -2}));  // -> 0.3
class L1 final : public L1L2 {
 public:
  explicit L1(double l1 = 0.01) : L1L2({.l1 = l1}) {}
  std::string class_name() const override { return "L1"; }
  Config config() const override { return {{"l1", options_.l1}}; }
};

/// l2 * sum(x²), which makes weights small. Keras: keras.regularizers.L2.
///   L2(0.1)(tensor({1, -2}));  // -> 0.5
class L2 final : public L1L2 {
 public:
  explicit L2(double l2 = 0.01) : L1L2({.l2 = l2}) {}
  std::string class_name() const override { return "L2"; }
  Config config() const override { return {{"l2", options_.l2}}; }
};

struct OrthogonalRegularizerOptions {
  double factor = 0.01;
  std::string mode = "rows";  // or "columns"
};
/// factor * (the mean over all pairs of different rows, or columns, of |cos of their angle|): 0 when they are
/// orthogonal to each other. Throws unless x has rank 2. Keras: keras.regularizers.OrthogonalRegularizer.
///   OrthogonalRegularizer({.factor = 1})(tensor({{1, 0}, {3, 3}}));  // -> 0.7071
class OrthogonalRegularizer final : public Regularizer {
 public:
  using Options = OrthogonalRegularizerOptions;
  static constexpr const char* class_name_of = "OrthogonalRegularizer";
  explicit OrthogonalRegularizer(Options options = {});
  Tensor operator()(const Tensor& x) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

}  // namespace linnet
#pragma GCC visibility pop
