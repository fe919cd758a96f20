// Elementwise operations with NumPy's broadcasting and the promotion rules of base/dtype.h.
//
// Shapes: the inputs are broadcast together (docs/conventions.md); shapes that do not fit throw, naming both.
// Gradients: a broadcast input receives the sum over the axes along which it was repeated.
// A number beside a tensor takes the tensor's dtype; a real number beside an integer tensor gives float32.
#pragma once

#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

#define LINNET_BINARY(name)                      \
  Tensor name(const Tensor& a, const Tensor& b); \
  Tensor name(const Tensor& a, double b);        \
  Tensor name(double a, const Tensor& b);

/// a + b. Booleans count as int32.   add(tensor({1, 2}), 10) == [11. 12.]
LINNET_BINARY(add)
/// a - b. Booleans count as int32.
LINNET_BINARY(subtract)
/// a · b; da = dy · b, db = dy · a. Booleans count as int32.
LINNET_BINARY(multiply)
/// a / b, always real: integers and booleans give float32. da = dy / b, db = -dy · a / b².
LINNET_BINARY(divide)
/// floor(a / b), as Python's //; an integer divided by 0 gives 0. No gradient.   floor_divide(-7, 2) == -4
LINNET_BINARY(floor_divide)
/// a - b · floor(a / b), which has the sign of b, as Python's %; an integer modulo 0 gives 0.   mod(-7, 3) == 2
LINNET_BINARY(mod)
/// a to the power b. da = dy · b · a^(b-1), db = dy · a^b · log(a), and 0 where a = 0.
LINNET_BINARY(power)
/// The larger of a and b, NaN if either is; where they are equal, each side receives half of the gradient.
LINNET_BINARY(maximum)
/// The smaller of a and b, NaN if either is; where they are equal, each side receives half of the gradient.
LINNET_BINARY(minimum)
/// add
LINNET_BINARY(operator+)
/// subtract
LINNET_BINARY(operator-)
/// multiply
LINNET_BINARY(operator*)
/// divide
LINNET_BINARY(operator/)

// Comparisons give boolean tensors and no gradient. NaN is unequal to everything and neither less nor greater.
/// a == b
LINNET_BINARY(equal)
/// a != b
LINNET_BINARY(not_equal)
/// a < b
LINNET_BINARY(less)
/// a <= b
LINNET_BINARY(less_equal)
/// a > b
LINNET_BINARY(greater)
/// a >= b
LINNET_BINARY(greater_equal)
#undef LINNET_BINARY

// Logic takes any dtype (0 is false, everything else true) and gives boolean tensors.
/// a and b
Tensor logical_and(const Tensor& a, const Tensor& b);
/// a or b
Tensor logical_or(const Tensor& a, const Tensor& b);
/// a or b but not both
Tensor logical_xor(const Tensor& a, const Tensor& b);
/// not x
Tensor logical_not(const Tensor& x);

// These keep the dtype.
/// -x
Tensor operator-(const Tensor& x);
/// -x
Tensor negative(const Tensor& x);
/// |x|; dx = dy · sign(x), 0 at 0.
Tensor abs(const Tensor& x);
/// -1, 0 or 1; the gradient is 0.
Tensor sign(const Tensor& x);
/// x²; dx = 2 · dy · x.
Tensor square(const Tensor& x);
/// The largest integer <= x; the gradient is 0.
Tensor floor(const Tensor& x);
/// The smallest integer >= x; the gradient is 0.
Tensor ceil(const Tensor& x);
/// The nearest integer, halves to the even one, as NumPy; the gradient is 0.   round(2.5) == 2
Tensor round(const Tensor& x);

// These are real functions: integers and booleans become float32. Outside their domain they give NaN or infinity.
/// e^x; dx = dy · y.
Tensor exp(const Tensor& x);
/// e^x - 1, exact near 0; dx = dy · (y + 1).
Tensor expm1(const Tensor& x);
/// The natural logarithm; dx = dy / x.
Tensor log(const Tensor& x);
/// log(1 + x), exact near 0; dx = dy / (1 + x).
Tensor log1p(const Tensor& x);
/// √x; dx = dy / (2y), infinite at 0.
Tensor sqrt(const Tensor& x);
/// 1 / √x; dx = -dy · y³ / 2.
Tensor rsqrt(const Tensor& x);
/// 1 / x; dx = -dy · y².
Tensor reciprocal(const Tensor& x);
/// Sine of x in radians; dx = dy · cos(x).
Tensor sin(const Tensor& x);
/// Cosine; dx = -dy · sin(x).
Tensor cos(const Tensor& x);
/// Tangent; dx = dy · (1 + y²).
Tensor tan(const Tensor& x);
/// Inverse sine, in [-π/2, π/2]; dx = dy / √(1 - x²).
Tensor asin(const Tensor& x);
/// Inverse cosine, in [0, π]; dx = -dy / √(1 - x²).
Tensor acos(const Tensor& x);
/// Inverse tangent, in (-π/2, π/2); dx = dy / (1 + x²).
Tensor atan(const Tensor& x);
/// The angle of the point (x, y), in [-π, π]; broadcasts. dy = dz · x / (x² + y²), dx = -dz · y / (x² + y²).
Tensor atan2(const Tensor& y, const Tensor& x);
/// (e^x - e^-x) / 2; dx = dy · cosh(x).
Tensor sinh(const Tensor& x);
/// (e^x + e^-x) / 2; dx = dy · sinh(x).
Tensor cosh(const Tensor& x);
/// sinh(x) / cosh(x); dx = dy · (1 - y²).
Tensor tanh(const Tensor& x);
/// The error function 2/√π · ∫₀ˣ exp(-t²) dt; dx = dy · 2/√π · exp(-x²).
Tensor erf(const Tensor& x);

// Questions give boolean tensors; integers are always finite.
Tensor isnan(const Tensor& x);
Tensor isinf(const Tensor& x);
Tensor isfinite(const Tensor& x);

/// condition ? a : b, all three broadcast together. A condition that is not boolean is true where it is not 0. The
/// gradient goes to the side that was chosen.
///   Tensor x = tensor({-1, 2});
///   where(greater(x, 0), x, 0);  // -> {0, 2}
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);
Tensor where(const Tensor& condition, const Tensor& a, double b);
Tensor where(const Tensor& condition, double a, const Tensor& b);
/// min(max(x, low), high), in x's dtype; the gradient is 0 outside [low, high]. Throws if low > high.
Tensor clip(const Tensor& x, double low, double high);
/// x · scale + offset as `dtype`, which must be floating; x may have any dtype, and conversion and arithmetic are one
/// pass.
///   rescale(tensor({0, 51, 255}, uint8), 1.0 / 255);  // -> {0, 0.2, 1}
Tensor rescale(const Tensor& x, double scale, double offset = 0, DType dtype = float32);

}  // namespace linnet
#pragma GCC visibility pop
