"""Tensors from a shape, a range or a formula. The dtype is float32 where nothing else is said."""
import numpy

from ._shapes import moveaxis
from ._tensors import Tensor, dtype_name, engine, fail, from_numpy, is_number, named, numbers, same_floating, sizes, tensor


def zeros(shape, dtype=None):
    """Zeros."""
    return engine.zeros(sizes(shape), dtype_name(dtype))


def ones(shape, dtype=None):
    """Ones."""
    return engine.ones(sizes(shape), dtype_name(dtype))


def empty(shape, dtype=None):
    """Numbers that nobody has chosen: zeros."""
    return engine.zeros(sizes(shape), dtype_name(dtype))


def full(shape, fill_value, dtype=None):
    """One value, or a tensor that broadcasts, everywhere."""
    return copy(engine.broadcast_to(tensor(fill_value, dtype_name(dtype)), sizes(shape)))


def zeros_like(x, dtype=None):
    """Zeros of x's shape, and its dtype unless another is given."""
    x = tensor(x)
    return engine.zeros(x.shape, dtype_name(dtype, x.dtype))


def ones_like(x, dtype=None):
    """Ones of x's shape, and its dtype unless another is given."""
    x = tensor(x)
    return engine.ones(x.shape, dtype_name(dtype, x.dtype))


def empty_like(x, dtype=None):
    """Numbers that nobody has chosen, of x's shape: zeros."""
    return zeros_like(x, dtype)


def full_like(x, fill_value, dtype=None):
    """One value everywhere, of x's shape, and its dtype unless another is given."""
    x = tensor(x)
    return full(x.shape, fill_value, dtype_name(dtype, x.dtype))


def eye(N, M=None, k=0, dtype=None):
    """N rows and M columns (by default N) with ones on the diagonal k, and zeros elsewhere."""
    return from_numpy(numpy.eye(N, M, k), dtype_name(dtype))


def identity(n, dtype=None):
    """eye(n)."""
    return eye(n, dtype=dtype)


def tri(N, M=None, k=0, dtype=None):
    """N rows and M columns (by default N) with ones up to the diagonal k, and zeros above."""
    return from_numpy(numpy.tri(N, M, k), dtype_name(dtype))


def _plain(x):
    return x if is_number(x) else numbers(x)


def arange(start, stop=None, step=None, dtype=None):
    """start, start + step, … up to stop, which is left out; arange(stop) starts at 0. Of whole numbers int32."""
    given = [_plain(each) for each in (start, stop, step) if each is not None]
    whole = all(numpy.asarray(each).dtype.kind in "iub" for each in given)
    wide = [str(each.dtype) for each in given if getattr(each, "dtype", None) in ("int64", "float64")]
    start, stop = (0, start) if stop is None else (start, stop)
    values = numpy.arange(_plain(start), _plain(stop), 1 if step is None else _plain(step))
    return from_numpy(values, dtype_name(dtype, wide[0] if wide else "int32" if whole else "float32"))


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    """`num` numbers from start to stop in equal steps; without `endpoint`, stop is left out. `retstep`: (numbers, step).

    start and stop may be tensors: the numbers then lie along `axis`.
    """
    if num < 0:
        fail(f"expected num >= 0, received {num}")
    start, stop = same_floating(start, stop)
    steps = num - 1 if endpoint else num
    shares = from_numpy(numpy.arange(num) / (steps or 1), "float64")
    wide_start, wide_stop = (engine.expand_dims(each.astype("float64"), -1) for each in (start, stop))
    values = wide_start + (wide_stop - wide_start) * shares
    if endpoint and num > 1:  # to the bit
        values = engine.where(from_numpy(numpy.arange(num) == num - 1), wide_stop, values)
    values = tensor(moveaxis(values, -1, axis), dtype_name(dtype, start.dtype))
    return (values, (stop - start) / steps if steps else tensor(numpy.nan)) if retstep else values


def logspace(start, stop, num=50, endpoint=True, base=10, dtype=None, axis=0):
    """`num` numbers from base^start to base^stop whose logarithms have equal steps."""
    start, stop = same_floating(start, stop)
    powers = linspace(start.astype("float64"), stop.astype("float64"), num, endpoint, axis=axis)
    return tensor(engine.power(tensor(base, "float64"), powers), dtype_name(dtype, start.dtype))


def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    """`num` numbers from start to stop, each the same multiple of the one before. Both have the same sign, and are not
    0: else NaN."""
    start, stop = same_floating(start, stop)
    first, last = (numbers(each).astype("float64") for each in (start, stop))
    possible = first * last > 0
    values = numpy.geomspace(*(numpy.where(possible, each, 1) for each in (first, last)), num, endpoint, axis=axis)
    values = numpy.where(numpy.expand_dims(possible, axis) if possible.ndim else possible, values, numpy.nan)
    return from_numpy(values, dtype_name(dtype, start.dtype))


def _window(name, text):
    def function(x):
        return from_numpy(getattr(numpy, name)(int(numbers(x))), "float32")

    return named(name, f"The {text} window of x points; float32.", function)


bartlett = _window("bartlett", "Bartlett (triangular)")
blackman = _window("blackman", "Blackman")
hamming = _window("hamming", "Hamming")
hanning = _window("hanning", "Hann")


def kaiser(x, beta):
    """The Kaiser window of x points; float32."""
    return from_numpy(numpy.kaiser(int(numbers(x)), float(numbers(beta))), "float32")


def array(x, dtype=None):
    """A tensor of numbers that shares no memory with x."""
    return copy(tensor(x, None if dtype is None else dtype_name(dtype)))


def copy(x):
    """The same numbers in memory of their own; the gradient goes through."""
    x = tensor(x)
    return engine.where(tensor(True), x, x)


def convert_to_tensor(x, dtype=None, sparse=None, ragged=None):
    """A tensor of numbers; it shares the memory of a writable NumPy array."""
    if sparse or ragged:
        fail("expected sparse=None and ragged=None: Linnet has no sparse or ragged tensors (yet)")
    return Tensor(x, dtype) if dtype is not None else x if isinstance(x, Tensor) else Tensor(x)


def convert_to_numpy(x):
    """A NumPy array of a tensor, on the same memory."""
    return Tensor(x).numpy()


def is_tensor(x):
    """Is x a tensor?"""
    return isinstance(x, Tensor)
