"""Sums of products: of matrices, vectors and their axes. Of integers as well, without gradients."""
import numpy

from ._shapes import moveaxis, ravel
from ._tensors import all_axes, engine, fail, from_numpy, is_float, numbers, same_dtype, tensor


def _by_numpy(function, xs, *arguments, **options):
    return from_numpy(function(*arguments, *[numbers(x) for x in xs], **options), xs[0].dtype)


def matmul(x1, x2):
    """The matrix product of the last two axes; the axes before them broadcast. A vector is a row on the left, a column on
    the right."""
    x1, x2 = same_dtype(x1, x2)
    return engine.matmul(x1, x2) if is_float(x1) else _by_numpy(numpy.matmul, (x1, x2))


def einsum(subscripts, *operands, **options):
    """Sums of products after Einstein's notation.   einsum("bij,bjk->bik", a, b) is matmul(a, b)"""
    operands = same_dtype(*operands)
    if is_float(operands[0]):
        return engine.einsum(subscripts, *operands)
    return _by_numpy(numpy.einsum, operands, subscripts)


def tensordot(x1, x2, axes=2):
    """Sums over axes of x1 and x2, pair by pair: `axes` is ([axes of x1], [axes of x2]), or how many, the last of x1 with
    the first of x2. The result has x1's other axes, then x2's."""
    x1, x2 = same_dtype(x1, x2)
    if isinstance(axes, int):
        axes = (list(range(x1.ndim - axes, x1.ndim)), list(range(axes)))
    first, second = (all_axes(each, x.ndim) for each, x in zip(axes, (x1, x2)))
    if is_float(x1):
        return engine.tensordot(x1, x2, first, second)
    return _by_numpy(numpy.tensordot, (x1, x2), axes=(first, second))


def dot(x1, x2):
    """NumPy's dot: numbers are multiplied; else the last axis of x1 is summed with the last but one of x2 or, of a vector,
    its axis."""
    x1, x2 = same_dtype(x1, x2)
    if x1.ndim == 0 or x2.ndim == 0:
        return x1 * x2
    return tensordot(x1, x2, ([-1], [max(x2.ndim - 2, 0)]))


def vdot(x1, x2):
    """The sum of the products of all elements."""
    return dot(ravel(x1), ravel(x2))


def inner(x1, x2):
    """Sums over the last axis of both; numbers are multiplied."""
    x1, x2 = same_dtype(x1, x2)
    return x1 * x2 if x1.ndim == 0 or x2.ndim == 0 else tensordot(x1, x2, ([-1], [-1]))


def outer(x1, x2):
    """All products of the elements of the flattened x1, in rows, and x2, in columns."""
    return engine.multiply(engine.expand_dims(ravel(x1), 1), engine.expand_dims(ravel(x2), 0))


def kron(x1, x2):
    """x2 in place of each element of x1, multiplied with it."""
    x1, x2 = same_dtype(x1, x2)
    rank = max(x1.ndim, x2.ndim)
    shape1, shape2 = ((1,) * (rank - x.ndim) + tuple(x.shape) for x in (x1, x2))
    apart1 = engine.reshape(x1, [size for each in shape1 for size in (each, 1)])
    apart2 = engine.reshape(x2, [size for each in shape2 for size in (1, each)])
    return engine.reshape(apart1 * apart2, [a * b for a, b in zip(shape1, shape2)])


def cross(x1, x2, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """The vector product along axes of size 3; where a vector has size 2, its third number is 0, and of two such ones the
    result is the third number alone. `axis` says all three axes at once."""
    x1, x2 = same_dtype(x1, x2)
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis,) * 3
    x1, x2 = moveaxis(x1, axisa, -1), moveaxis(x2, axisb, -1)
    if x1.shape[-1] not in (2, 3) or x2.shape[-1] not in (2, 3):
        fail(f"expected vectors of size 2 or 3, received sizes {x1.shape[-1]} and {x2.shape[-1]}")
    flat = x1.shape[-1] == x2.shape[-1] == 2
    a, b = ([x[..., i] for i in range(x.shape[-1])] + [engine.zeros_like(x[..., 0])] * (3 - x.shape[-1]) for x in (x1, x2))
    third = a[0] * b[1] - a[1] * b[0]
    if flat:
        return third
    return moveaxis(engine.stack([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], third], -1), -1, axisc)


def correlate(x1, x2, mode="valid"):
    """y[k] = Σ x1[n + k] · x2[n] of two vectors: where they overlap whole ("valid"), at all ("full"), or as many as the
    longer has ("same")."""
    x1, x2 = same_dtype(x1, x2)
    if x1.ndim != 1 or x2.ndim != 1 or mode not in ("valid", "same", "full"):
        fail(f"expected two vectors and mode valid, same or full, received shapes {x1.shape} and {x2.shape}, mode={mode!r}")
    x1, x2 = (x if is_float(x) else x.astype("float32") for x in (x1, x2))
    if x1.size < x2.size:
        return engine.flip(correlate(x2, x1, mode), 0)
    width = x2.size
    margins = {"valid": (0, 0), "full": (width - 1, width - 1), "same": (width // 2, (width - 1) // 2)}[mode]
    windows = numpy.arange(x1.size + sum(margins) - width + 1)[:, None] + numpy.arange(width)
    return engine.matmul(engine.take(engine.pad(x1, [margins], 0.0), windows, 0), x2)


def corrcoef(x):
    """The correlations of the rows of x (variables, observations), each with each."""
    x = tensor(x)
    x = x if is_float(x) else x.astype("float64" if x.dtype == "int64" else "float32")
    centered = x - engine.mean(x, -1, True)
    products = engine.matmul(centered, engine.permute(centered, [1, 0])) if x.ndim == 2 else engine.sum(centered * centered)
    if x.ndim != 2:
        return products / products
    scale = engine.sqrt(engine.sum(engine.square(centered), -1))
    return products / engine.expand_dims(scale, 1) / engine.expand_dims(scale, 0)
