#include "linnet/ops/normalize.h"

#include "linnet/ops/common.h"
#include "linnet/ops/elementwise.h"

namespace linnet {

Standardized standardize(const Tensor& x, const Axes& axes, double epsilon) {
  check(epsilon >= 0, "[standardize] expected epsilon >= 0, received ", epsilon);
  const Tensor real = ops::as_floating("standardize", x);
  static_cast<void>(ops::AxisSet("standardize", x.shape(), axes));  // errors in this op's name
  if (real.dtype() == bfloat16) {
    const Standardized wide = standardize(real.to(float32), axes, epsilon);
    return {wide.values.to(bfloat16), wide.mean, wide.variance};
  }
  const Tensor values = real.detach(), center = mean(values, axes, true), distance = values - center;
  const Tensor spread = mean(square(distance), axes, true), scale = rsqrt(spread + epsilon), y = distance * scale;
  const Tensor recorded =
      record("standardize", y, {real}, [y = save(y), scale = save(scale), axes](const Tensor& dy) -> Grads {
        return {*scale * (dy - mean(dy, axes, true) - *y * mean(dy * *y, axes, true))};
      });
  return {recorded, center, spread};
}

}  // namespace linnet
