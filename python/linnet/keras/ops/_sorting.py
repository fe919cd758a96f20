"""Operations that order, count and find elements, and sums along an axis. Positions are int32, as in Keras."""
import numpy

from ._shapes import ravel
from ._tensors import (dtype_name, engine, fail, floating, from_numpy, is_float, numbers, one_axis, same_dtype,
                       same_floating, tensor)


def sort(x, axis=-1):
    """In rising order along an axis, or flattened without one; NaN comes last."""
    x = ravel(x) if axis is None else tensor(x)
    return engine.sort(x, -1 if axis is None else axis)


def argsort(x, axis=-1):
    """The positions that sort x along an axis, or flattened without one; equal elements keep their order."""
    x = ravel(x) if axis is None else tensor(x)
    return engine.argsort(x, -1 if axis is None else axis).astype("int32")


def argpartition(x, kth, axis=-1):
    """Positions along an axis, first those of the smallest elements, with the kth in its place."""
    return from_numpy(numpy.argpartition(numbers(x), kth, axis))


def top_k(x, k, sorted=True):
    """(values, positions) of the k largest elements along the last axis, the largest first."""
    values, positions = engine.top_k(tensor(x), k)
    return values, positions.astype("int32")


def in_top_k(targets, predictions, k):
    """Is predictions[i, targets[i]] among the k largest of its row?  targets (n,), predictions (n, classes)."""
    predictions = tensor(predictions)
    of_targets = engine.take_along_axis(predictions, engine.expand_dims(tensor(targets), -1), -1)
    larger = engine.sum(engine.greater(predictions, of_targets), -1)
    return engine.logical_and(engine.less(larger, k), engine.isfinite(engine.squeeze(of_targets, -1)))


def nonzero(x):
    """The positions of what is not 0: a tuple with one tensor for each axis."""
    return tuple(from_numpy(positions) for positions in numpy.nonzero(numbers(x)))


def searchsorted(sorted_sequence, values, side="left"):
    """Where values would have to be put into a sorted vector: before equal elements, or behind them ("right")."""
    if tensor(sorted_sequence).ndim != 1:
        fail(f"expected a sorted sequence with one axis, received shape {tensor(sorted_sequence).shape}")
    if side not in ("left", "right"):
        fail(f"expected side \"left\" or \"right\", received {side!r}")
    sorted_sequence, values = same_dtype(sorted_sequence, values)
    return from_numpy(numpy.searchsorted(numbers(sorted_sequence), numbers(values), side))


def digitize(x, bins):
    """The number of the bin of each element: i for bins[i - 1] <= x < bins[i]."""
    x, bins = same_dtype(x, bins)
    return from_numpy(numpy.digitize(numbers(x), numbers(bins)))


def histogram(x, bins=10, range=None):
    """(counts, edges): how many elements lie in each of `bins` equal intervals of a range, or of the elements'."""
    counts, edges = numpy.histogram(numbers(x), bins=bins, range=range)
    return from_numpy(counts), from_numpy(edges, "float32")


def bincount(x, weights=None, minlength=0, sparse=False):
    """How often each of the numbers 0, 1, … stands in x (n,) or in each row of x (batch, n), up to the largest, at least
    `minlength` of them; or the sum of the weights beside it. int32, or the weights' dtype. The gradient goes to them."""
    if sparse:
        fail("expected sparse=False: Linnet has no sparse tensors (yet)")
    x = tensor(x)
    size = max(minlength, int(numbers(x).max()) + 1 if x.size else 0)
    if weights is None:
        return engine.bincount(x, size, None, "int32")
    weights = tensor(weights)
    return engine.bincount(x, size, weights, engine.promote(x.dtype, weights.dtype))


def unravel_index(indices, shape):
    """The positions, one tensor for each axis, of positions in the flattened shape."""
    return tuple(from_numpy(each) for each in numpy.unravel_index(numbers(indices), shape))


def _scanned(x, axis, dtype):
    x = ravel(x) if axis is None else tensor(x)
    x = x if dtype is None else x.astype(dtype_name(dtype))
    return x.astype("int32") if x.dtype == "bool" else x, 0 if axis is None else one_axis(axis, x.ndim)


def cumsum(x, axis=None, dtype=None):
    """x[0], x[0] + x[1], … along an axis, or flattened without one; of booleans int32."""
    return engine.cumsum(*_scanned(x, axis, dtype))


def cumprod(x, axis=None, dtype=None):
    """x[0], x[0] · x[1], … along an axis, or flattened without one; of booleans int32."""
    y, axis = _scanned(x, axis, dtype)
    size, reach = y.shape[axis], 1
    while reach < size:  # y[i] is the product of the last `reach` elements up to i
        before = engine.slice(y, axis, 0, size - reach)
        widths = [(reach, 0) if each == axis else (0, 0) for each in range(y.ndim)]
        y = y * engine.pad(before, widths, 1.0)
        reach *= 2
    return y


def diff(a, n=1, axis=-1):
    """a[1] - a[0], a[2] - a[1], … along an axis, n times; of booleans: do they differ?"""
    a = tensor(a)
    axis = one_axis(axis, a.ndim)
    difference = engine.not_equal if a.dtype == "bool" else engine.subtract
    for _ in range(n):
        size = a.shape[axis]
        a = difference(engine.slice(a, axis, 1, size), engine.slice(a, axis, 0, max(size - 1, 0)))
    return a


def trapezoid(y, x=None, dx=1.0, axis=-1):
    """The integral of y along an axis by trapezoids, of width dx or between the places x."""
    y = floating(y)
    axis = one_axis(axis, y.ndim)
    size = y.shape[axis]
    if x is None:
        widths = dx
    else:
        y, x = same_floating(y, x)
        widths = diff(x, axis=-1 if x.ndim == 1 else axis)
        if x.ndim == 1:
            widths = engine.reshape(widths, [-1 if each == axis else 1 for each in range(y.ndim)])
    heights = engine.slice(y, axis, 1, size) + engine.slice(y, axis, 0, size - 1)
    return engine.sum(heights * widths, axis) / 2


def take(x, indices, axis=None):
    """x at positions along an axis, or in the flattened x; negative ones count from the end. Shape: that of the indices
    in place of the axis. The gradient adds up where an element was taken twice."""
    x = ravel(x) if axis is None else tensor(x)
    return engine.take(x, _positions(indices), 0 if axis is None else axis)


def take_along_axis(x, indices, axis=None):
    """y[…, i, …] = x[…, indices[…, i, …], …] along an axis, or both flattened without one."""
    if axis is None:
        return engine.take_along_axis(ravel(x), ravel(_positions(indices)), 0)
    return engine.take_along_axis(tensor(x), _positions(indices), axis)


def _positions(indices):
    indices = tensor(indices)
    return indices.astype("int32") if is_float(indices) or indices.dtype == "bool" else indices
