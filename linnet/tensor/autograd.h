// Reverse-mode automatic differentiation: what users call. How ops take part: tensor/record.h.
#pragma once

#include "linnet/tensor/tensor.h"
#include "linnet/tensor/variable.h"

#pragma GCC visibility push(default)
namespace linnet {

/// d(loss)/d(x) for each x, in order; x may be leaves or intermediate results. `loss` must be a scalar or come with a
/// `seed` of its shape. Throws `[gradients] …` when no path leads from an x to the loss.
///   Tensor x = tensor({3, 4});
///   x.set_requires_grad();
///   gradients(sum(square(x)), Tensors{x})[0];  // -> {6, 8}
Tensors gradients(const Tensor& loss, const Tensors& xs, const Tensor& seed = {});
/// The same for weights. A weight the loss does not depend on gets an empty gradient; none at all is an error.
///   Variable w("w", tensor({3, 4}));
///   gradients(sum(square(w)), Variables{w})[0].value;  // -> {6, 8}
Gradients gradients(const Tensor& loss, const Variables& weights, const Tensor& seed = {});
/// The same into `results`, in place of what it held: a loop that keeps it allocates nothing.
void gradients(const Tensor& loss, const Variables& weights, Gradients& results);

/// While one lives, operations on this thread record nothing.
class NoGrad {
 public:
  NoGrad();
  ~NoGrad();
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  bool previous_;
};
bool is_grad_enabled();

/// Same values, no gradient flows through. Keras: keras.ops.stop_gradient.
inline Tensor stop_gradient(const Tensor& x) { return x.detach(); }

}  // namespace linnet
#pragma GCC visibility pop
