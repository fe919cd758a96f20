"""Operations on each element by itself, with NumPy's broadcasting."""
import math

import numpy

from ._tensors import (engine, fail, floating, from_numpy, is_float, is_number, named, numbers, same_dtype, same_floating,
                       tensor, with_slope)

for _name in ("add", "subtract", "multiply", "divide", "floor_divide", "mod", "power", "equal", "not_equal", "less",
              "less_equal", "greater", "greater_equal", "logical_and", "logical_or", "logical_xor", "logical_not",
              "arctan2", "negative", "abs", "absolute", "sign", "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "sin",
              "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "erf", "isnan", "isinf", "isfinite"):
    globals()[_name] = getattr(engine, _name)


def true_divide(x1, x2):
    """divide(x1, x2)."""
    return engine.divide(x1, x2)


def square(x):
    """x²; of booleans int32."""
    x = tensor(x)
    return engine.square(x.astype("int32") if x.dtype == "bool" else x)


def reciprocal(x):
    """1 / x; of integers float32."""
    return engine.reciprocal(floating(x))


def floor(x):
    """The largest whole number <= x; of integers float32. Its gradient is 0."""
    return engine.floor(floating(x))


def ceil(x):
    """The smallest whole number >= x; of integers float32. Its gradient is 0."""
    return engine.ceil(floating(x))


def trunc(x):
    """x without what stands behind its point: towards 0. Its gradient is 0."""
    x = tensor(x)
    return engine.sign(x) * engine.floor(engine.abs(x)) if is_float(x) else x


def round(x, decimals=0):
    """The nearest number with so many decimals, halves to the even one; decimals < 0 are tens, hundreds, … The gradient
    is 0."""
    x = tensor(x)
    if not is_float(x):
        return x if decimals >= 0 else from_numpy(numpy.round(numbers(x), decimals), x.dtype)
    scale = 10.0 ** math.fabs(decimals)
    if decimals < 0:
        return engine.round(x / scale) * scale
    return engine.round(x * scale) / scale if decimals else engine.round(x)


def _erfinv(x):
    """Winitzki's approximation, then Halley's method."""
    inside = numpy.where(numpy.abs(x) < 1, x, 0)
    log, a = numpy.log1p(-inside * inside), 0.147
    t = 2 / (math.pi * a) + log / 2
    y = numpy.copysign(numpy.sqrt(numpy.sqrt(t * t - log / a) - t), inside)
    for _ in range(3):
        error = (numbers(engine.erf(y)) - inside) / (2 / math.sqrt(math.pi) * numpy.exp(-y * y))
        y = y - error / (1 + y * error)
    return numpy.where(numpy.abs(x) < 1, y, numpy.where(numpy.abs(x) == 1, numpy.copysign(numpy.inf, x), numpy.nan))


# What the engine does not have: the value by NumPy, in float64, and the derivative, from x and the value y.
_WITH_SLOPE = {
    "arccosh": (numpy.arccosh, lambda x, y: 1 / numpy.sqrt((x - 1) * (x + 1)), "The inverse of cosh, of x >= 1."),
    "arcsinh": (numpy.arcsinh, lambda x, y: 1 / numpy.hypot(x, 1), "The inverse of sinh."),
    "arctanh": (numpy.arctanh, lambda x, y: 1 / ((1 - x) * (1 + x)), "The inverse of tanh, of -1 <= x <= 1."),
    "cbrt": (numpy.cbrt, lambda x, y: 1 / (3 * y * y), "The cube root, of negative numbers as well."),
    "erfinv": (_erfinv, lambda x, y: math.sqrt(math.pi) / 2 * numpy.exp(y * y), "The inverse of erf, of -1 <= x <= 1."),
    "exp2": (numpy.exp2, lambda x, y: y * math.log(2), "2 to the power x."),
    "log10": (numpy.log10, lambda x, y: 1 / (x * math.log(10)), "The logarithm to the base 10."),
    "log2": (numpy.log2, lambda x, y: 1 / (x * math.log(2)), "The logarithm to the base 2."),
}


def _define(name, value, derivative, text):
    def function(x):
        x = floating(x)
        known = numbers(x).astype("float64")
        with numpy.errstate(all="ignore"):
            y = value(known)
            return with_slope(from_numpy(y, x.dtype), x, derivative(known, y))

    return named(name, text, function)


for _name, (_value, _derivative, _text) in _WITH_SLOPE.items():
    globals()[_name] = _define(_name, _value, _derivative, _text)


def _broadcast(*xs):
    shape = numpy.broadcast_shapes(*[x.shape for x in xs])
    return [engine.broadcast_to(x, shape) for x in xs]


def logaddexp(x1, x2):
    """log(exp(x1) + exp(x2)), without overflow."""
    return engine.logsumexp(engine.stack(_broadcast(*same_floating(x1, x2)), 0), 0)


def logaddexp2(x1, x2):
    """log2(2^x1 + 2^x2), without overflow."""
    x1, x2 = same_floating(x1, x2)
    return logaddexp(x1 * math.log(2), x2 * math.log(2)) / math.log(2)


def hypot(x1, x2):
    """√(x1² + x2²), without overflow; its gradient is 0 where both are 0."""
    x1, x2 = (engine.abs(x) for x in same_floating(x1, x2))
    scale = engine.maximum(x1, x2).detach()
    scale = engine.where(engine.logical_and(engine.isfinite(scale), engine.greater(scale, 0.0)), scale, 1.0)
    squares = engine.square(x1 / scale) + engine.square(x2 / scale)
    at_zero = engine.equal(squares, 0.0)
    return engine.where(at_zero, 0.0, engine.sqrt(engine.where(at_zero, 1.0, squares))) * scale


def sinc(x):
    """sin(πx) / (πx), and 1 at 0."""
    x = floating(x) * math.pi
    at_zero = engine.equal(x, 0.0)
    safe = engine.where(at_zero, 1.0, x)
    return engine.where(at_zero, 1.0, engine.sin(safe) / safe)


def deg2rad(x):
    """Degrees as radians."""
    return floating(x) * (math.pi / 180)


def rad2deg(x):
    """Radians as degrees."""
    return floating(x) * (180 / math.pi)


def erfc(x):
    """1 - erf(x)."""
    return 1.0 - engine.erf(floating(x))


def _extreme(function, x1, x2):
    x1, x2 = same_dtype(x1, x2)
    return tensor(function(x1, x2), x1.dtype)  # of booleans a boolean


def maximum(x1, x2):
    """The larger of two numbers, NaN if one is; where they are equal, each receives half of the gradient."""
    return _extreme(engine.maximum, x1, x2)


def minimum(x1, x2):
    """The smaller of two numbers, NaN if one is; where they are equal, each receives half of the gradient."""
    return _extreme(engine.minimum, x1, x2)


def clip(x, x_min, x_max):
    """x, but not below x_min nor above x_max: numbers, tensors that broadcast, or None. The gradient is 0 outside."""
    x = tensor(x)
    x = x.astype("int32") if x.dtype == "bool" else x
    if is_float(x) and is_number(x_min) and is_number(x_max):
        return engine.clip(x, x_min, x_max)
    y = x if x_min is None else engine.maximum(x, tensor(x_min))
    return tensor(y if x_max is None else engine.minimum(y, tensor(x_max)), x.dtype)


def divide_no_nan(x1, x2):
    """x1 / x2, and 0 where x2 is 0; the gradient there is 0 as well."""
    x1, x2 = same_floating(x1, x2)
    at_zero = engine.equal(x2, 0.0)
    return engine.where(at_zero, 0.0, x1 / engine.where(at_zero, 1.0, x2))


def fmod(x1, x2):
    """The remainder of x1 / x2 with the sign of x1, as C has it; mod() has the sign of x2."""
    x1, x2 = same_dtype(x1, x2)
    remainder = engine.mod(engine.abs(x1), engine.abs(x2))
    return engine.where(engine.less(x1, 0), -remainder, remainder)


def heaviside(x1, x2):
    """0 where x1 < 0, x2 where x1 is 0, 1 where x1 > 0."""
    x1, x2 = same_floating(x1, x2)
    step = engine.cast(engine.greater(x1, 0.0), x1.dtype)
    return engine.where(engine.isnan(x1), x1, engine.where(engine.equal(x1, 0.0), x2, step))


def ldexp(x1, x2):
    """x1 · 2^x2, for whole x2."""
    x1, x2 = floating(x1), tensor(x2)
    if is_float(x2):
        fail(f"expected whole exponents x2, received dtype {x2.dtype}")
    return x1 * from_numpy(numpy.exp2(numbers(x2).astype("float64")), x1.dtype)


_LARGEST_BFLOAT16 = 3.3895313892515355e38


def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    """x with numbers in place of NaN and of the infinities: by default 0 and the largest finite numbers."""
    x = tensor(x)
    if not is_float(x):
        return x
    largest = _LARGEST_BFLOAT16 if x.dtype == "bfloat16" else float(numpy.finfo(x.dtype).max)
    y = engine.where(engine.isnan(x), float(nan), x)
    y = engine.where(engine.equal(x, math.inf), float(largest if posinf is None else posinf), y)
    return engine.where(engine.equal(x, -math.inf), float(-largest if neginf is None else neginf), y)


def where(condition, x1=None, x2=None):
    """x1 where the condition holds, else x2; all three broadcast. With a condition alone: nonzero(condition)."""
    if x1 is None and x2 is None:
        return tuple(from_numpy(positions) for positions in numpy.nonzero(numbers(condition)))
    if x1 is None or x2 is None:
        fail("expected x1 and x2, or neither of them")
    return engine.where(tensor(condition), *same_dtype(x1, x2))


def select(condlist, choicelist, default=0):
    """Of several choices, that of the first condition that holds; else `default`."""
    if len(condlist) != len(choicelist) or not condlist:
        fail(f"expected as many conditions as choices, received {len(condlist)} and {len(choicelist)}")
    *choices, result = same_dtype(*choicelist, default)
    for condition, choice in zip(reversed(list(condlist)), reversed(choices)):
        result = engine.where(tensor(condition), choice, result)
    return result


def isclose(x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Is |x1 - x2| <= atol + rtol · |x2|? Infinities are close to themselves; with `equal_nan` NaN is, too."""
    x1, x2 = same_floating(x1, x2)
    near = engine.less_equal(engine.abs(x1 - x2), engine.abs(x2) * rtol + atol)
    finite = engine.logical_and(engine.isfinite(x1), engine.isfinite(x2))
    close = engine.logical_or(engine.logical_and(near, finite), engine.equal(x1, x2))
    return engine.logical_or(close, engine.logical_and(engine.isnan(x1), engine.isnan(x2))) if equal_nan else close


def isposinf(x):
    """Is x +∞?"""
    return engine.equal(floating(x), math.inf)


def isneginf(x):
    """Is x -∞?"""
    return engine.equal(floating(x), -math.inf)


def signbit(x):
    """Has x a minus? So has -0."""
    return from_numpy(numpy.signbit(numbers(x)) if tensor(x).dtype != "bool" else numpy.zeros(tensor(x).shape, "bool"))


def isreal(x):
    """Is x a real number? All of Linnet's are."""
    return engine.ones(tensor(x).shape, "bool")


def real(x):
    """The real part: x, for Linnet has no complex numbers."""
    return tensor(x)


def imag(x):
    """The imaginary part: zeros, for Linnet has no complex numbers."""
    return engine.zeros_like(tensor(x))


def conjugate(x):
    """The conjugate: x, for Linnet has no complex numbers."""
    return tensor(x)


conj = conjugate


def angle(x):
    """The angle of a number in the complex plane: π for negative numbers, else 0."""
    x = floating(x)
    return engine.where(engine.isnan(x), x, engine.cast(engine.less(x, 0.0), x.dtype) * math.pi)


def isin(x1, x2, assume_unique=False, invert=False):
    """Is each element of x1 among those of x2? `invert`: is it not? `assume_unique` changes nothing."""
    x1, x2 = same_dtype(x1, x2)
    return from_numpy(numpy.isin(numbers(x1), numbers(x2), invert=invert))


def nextafter(x1, x2):
    """The next number after x1 on the way to x2. No gradient."""
    x1, x2 = same_floating(x1, x2)
    return from_numpy(numpy.nextafter(numbers(x1), numbers(x2)), x1.dtype)


def _whole(*xs):
    for x in xs:
        if is_float(x):
            fail(f"expected integers or booleans, received dtype {x.dtype}")
    return xs


def _of_integers(name, compute, text):
    def function(x, y):
        x, y = _whole(*same_dtype(x, y))
        return from_numpy(compute(numbers(x), numbers(y)), x.dtype)

    return named(name, f"{text} Of integers; no gradient.", function)


bitwise_and = _of_integers("bitwise_and", numpy.bitwise_and, "The bits that x and y have both.")
bitwise_or = _of_integers("bitwise_or", numpy.bitwise_or, "The bits that x or y has.")
bitwise_xor = _of_integers("bitwise_xor", numpy.bitwise_xor, "The bits that either x or y has.")
left_shift = _of_integers("left_shift", numpy.left_shift, "x · 2^y, within the bits of the dtype.")
right_shift = _of_integers("right_shift", numpy.right_shift, "⌊x / 2^y⌋.")
bitwise_left_shift, bitwise_right_shift = left_shift, right_shift


def bitwise_not(x):
    """x with all bits turned over: -x - 1 of int32. Of integers; no gradient."""
    x, = _whole(tensor(x))
    return from_numpy(numpy.bitwise_not(numbers(x)), x.dtype)


bitwise_invert = bitwise_not


def gcd(x1, x2):
    """The greatest common divisor. Of integers; no gradient."""
    x1, x2 = _whole(*same_dtype(x1, x2))
    return from_numpy(numpy.gcd(numbers(x1), numbers(x2)), x1.dtype)


def lcm(x1, x2):
    """The least common multiple. Of integers; no gradient."""
    x1, x2 = _whole(*same_dtype(x1, x2))
    return from_numpy(numpy.lcm(numbers(x1), numbers(x2)), x1.dtype)
