// EinsumDense: a dense layer over any axes, written as an equation.
#pragma once

#include <optional>
#include <string>

#include "linnet/activations/activation.h"
#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct EinsumDenseOptions {
  ActivationFunction activation = {};         // linear
  std::optional<std::string> bias_axes = {};  // letters of the output that have a bias; none: no bias
  AnyInitializer kernel_initializer = "glorot_uniform";
  AnyInitializer bias_initializer = "zeros";
  AnyRegularizer kernel_regularizer = {};
  AnyRegularizer bias_regularizer = {};
  AnyRegularizer activity_regularizer = {};  // of the output
  AnyConstraint kernel_constraint = {};
  AnyConstraint bias_constraint = {};
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = activation(einsum(equation, x, kernel) + bias). The equation is "ab,bc->ac", "...ab,bc->...ac" or
/// "ab...,bc->ac...", with any letters:
///   x [batch, …] -> y [batch, output_shape…]
/// `output_shape` is that of y without the batch axis and without what "..." stands for; -1 where the input says the
/// size. The kernel has one axis for each of its letters, the bias one for each letter of y from the first of
/// `bias_axes` on, of size 1 for those that are not in it. Where the summed axes are the input's last and the kernel's
/// first, and the bias is for all of the kernel's other axes, this is one matrix product with its bias, as in Dense.
/// Throws for equations of another form, and sizes that differ under one letter or stay unknown. Keras:
/// keras.layers.EinsumDense.
///   EinsumDense as_dense("abc,cd->abd", {-1, 64}, {.bias_axes = "d"});
///   as_dense(zeros({2, 5, 8}));  // -> [2, 5, 64]
///   EinsumDense heads("...a,anh->...nh", {8, 64}, {.bias_axes = "nh"});
///   heads(zeros({2, 5, 32}));    // -> [2, 5, 8, 64]
class EinsumDense final : public LayerOf<EinsumDense> {
 public:
  EinsumDense(std::string equation, const Shape& output_shape, EinsumDenseOptions options = {});
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  Config config() const override;
  static AnyLayer from_config(const Config& config);

  const Variable& kernel() const { return kernel_; }
  const Variable& bias() const { return bias_; }

 private:
  struct Shapes;
  Shapes shapes_for(const Shape& input) const;
  Tensor product(const Tensor& x) const;

  std::string equation_;
  Shape partial_output_shape_;
  EinsumDenseOptions options_;
  std::string input_letters_, kernel_letters_, output_letters_;  // without "..."
  bool open_left_ = false, open_right_ = false;                  // where "..." is
  int summed_axes_ = 0;  // if this is one matrix product: how many axes it sums over; else 0
  Variable kernel_, bias_;
};

}  // namespace linnet
#pragma GCC visibility pop
