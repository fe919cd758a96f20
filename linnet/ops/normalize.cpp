#include "linnet/ops/normalize.h"

#include "linnet/ops/common.h"

namespace linnet {

Standardized standardize(const Tensor& x, const Axes& over, double epsilon) {
  check(epsilon >= 0, "[standardize] expected epsilon >= 0, received ", epsilon);
  const Tensor real = ops::as_floating("standardize", x);
  if (real.dtype() == bfloat16) {
    const Standardized wide = standardize(real.to(float32), over, epsilon);
    return {wide.values.to(bfloat16), wide.mean, wide.variance};
  }
  const ops::AxisSet axes("standardize", x.shape(), over);
  const Tensor y(x.shape(), real.dtype()), mean(axes.kept, real.dtype()), variance(axes.kept, real.dtype());
  kernels::standardize(view(real), epsilon, mutable_view(mean), mutable_view(variance), mutable_view(y));
  const Tensor recorded =
      record("standardize", y, {real}, [y = save(y), variance = save(variance), epsilon](const Tensor& dy) -> Grads {
        Tensor dx(y->shape(), dy.dtype());
        kernels::standardize_backward(view(*y), view(*variance), epsilon, view(dy), mutable_view(dx));
        return {dx};
      });
  return {recorded, mean, variance};
}

}  // namespace linnet
