// Elementwise operations with NumPy's broadcasting and the promotion rules of base/dtype.h.
#pragma once

#include "linnet/tensor/tensor.h"

namespace linnet {

// A number beside a tensor takes the tensor's dtype (a real number beside an integer tensor gives float32).
#define LINNET_BINARY(name)                      \
  Tensor name(const Tensor& a, const Tensor& b); \
  Tensor name(const Tensor& a, double b);        \
  Tensor name(double a, const Tensor& b);
LINNET_BINARY(add)
LINNET_BINARY(subtract)
LINNET_BINARY(multiply)
LINNET_BINARY(divide)        // integers give float32
LINNET_BINARY(floor_divide)  // no gradient
LINNET_BINARY(mod)           // Python's sign rule
LINNET_BINARY(power)
LINNET_BINARY(maximum)  // where equal, each side gets half of the gradient
LINNET_BINARY(minimum)
LINNET_BINARY(operator+)
LINNET_BINARY(operator-)
LINNET_BINARY(operator*)
LINNET_BINARY(operator/)
// Comparisons give boolean tensors.
LINNET_BINARY(equal)
LINNET_BINARY(not_equal)
LINNET_BINARY(less)
LINNET_BINARY(less_equal)
LINNET_BINARY(greater)
LINNET_BINARY(greater_equal)
#undef LINNET_BINARY
Tensor logical_and(const Tensor& a, const Tensor& b);
Tensor logical_or(const Tensor& a, const Tensor& b);
Tensor logical_xor(const Tensor& a, const Tensor& b);
Tensor logical_not(const Tensor& x);

Tensor operator-(const Tensor& x);
Tensor negative(const Tensor& x);
Tensor abs(const Tensor& x);
Tensor sign(const Tensor& x);
Tensor exp(const Tensor& x);
Tensor expm1(const Tensor& x);
Tensor log(const Tensor& x);
Tensor log1p(const Tensor& x);
Tensor sqrt(const Tensor& x);
Tensor rsqrt(const Tensor& x);
Tensor square(const Tensor& x);
Tensor reciprocal(const Tensor& x);
Tensor sin(const Tensor& x);
Tensor cos(const Tensor& x);
Tensor tan(const Tensor& x);
Tensor asin(const Tensor& x);
Tensor acos(const Tensor& x);
Tensor atan(const Tensor& x);
Tensor atan2(const Tensor& y, const Tensor& x);
Tensor sinh(const Tensor& x);
Tensor cosh(const Tensor& x);
Tensor tanh(const Tensor& x);
Tensor erf(const Tensor& x);
Tensor floor(const Tensor& x);
Tensor ceil(const Tensor& x);
Tensor round(const Tensor& x);
Tensor isnan(const Tensor& x);
Tensor isinf(const Tensor& x);
Tensor isfinite(const Tensor& x);

/// condition ? a : b, all broadcast together.
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);
Tensor where(const Tensor& condition, const Tensor& a, double b);
Tensor where(const Tensor& condition, double a, const Tensor& b);
/// min(max(x, low), high); the gradient is 0 outside.
Tensor clip(const Tensor& x, double low, double high);
/// x * scale + offset as `dtype` (float32 for integer x), conversion and arithmetic in one pass.
Tensor rescale(const Tensor& x, double scale, double offset = 0, DType dtype = float32);

}  // namespace linnet
