"""Sums over segments and distances."""
import numpy

from ._core import _add_rows
from ._tensors import engine, fail, from_numpy, is_float, numbers, picked, same_floating, tensor


def _segments(data, segment_ids, num_segments):
    data, ids = tensor(data), numbers(segment_ids).astype("int64")
    if ids.ndim != 1 or data.ndim < 1 or data.shape[0] != ids.size:
        fail(f"expected one segment id for each row of data, received shapes {data.shape} and {ids.shape}")
    count = int(ids.max(initial=-1)) + 1 if num_segments is None else int(num_segments)
    kept = (ids >= 0) & (ids < count)
    data = data if kept.all() else picked(data, numpy.flatnonzero(kept), 0)
    return engine.reshape(data, (data.shape[0], int(numpy.prod(data.shape[1:])))), ids[kept], (count, *data.shape[1:])


def segment_sum(data, segment_ids, num_segments=None, sorted=False):
    """y[s] = the sum of the rows data[i] with segment_ids[i] = s; rows of other segments, such as -1, are left out."""
    rows, ids, shape = _segments(data, segment_ids, num_segments)
    return engine.reshape(_add_rows(rows, ids, shape[0]), shape)


def _segment_extreme(data, segment_ids, num_segments, compute, sign):
    rows, ids, shape = _segments(data, segment_ids, num_segments)
    limits = numpy.iinfo(rows.dtype) if not is_float(rows) else None
    empty = -sign * numpy.inf if limits is None else limits.min if sign > 0 else limits.max
    known = numbers(rows)
    best = numpy.full((shape[0], rows.shape[1]), empty, known.dtype)
    compute.at(best, ids, known)
    if not rows.requires_grad or not rows.size:
        return engine.reshape(from_numpy(best, rows.dtype), shape)
    source = numpy.full(best.shape, ids.size)  # the first row with the extreme of its segment receives the gradient
    numpy.minimum.at(source, ids, numpy.where(known == best[ids], numpy.arange(ids.size)[:, None], ids.size))
    found = engine.take_along_axis(rows, numpy.minimum(source, ids.size - 1), 0)
    return engine.reshape(engine.where(tensor(source < ids.size), found, from_numpy(best, rows.dtype)), shape)


def segment_max(data, segment_ids, num_segments=None, sorted=False):
    """The largest in place of segment_sum's sum; -∞, or the smallest integer, in a segment without rows."""
    return _segment_extreme(data, segment_ids, num_segments, numpy.maximum, 1)


def segment_min(data, segment_ids, num_segments=None, sorted=False):
    """The smallest in place of segment_sum's sum; +∞, or the largest integer, in a segment without rows."""
    return _segment_extreme(data, segment_ids, num_segments, numpy.minimum, -1)


def cdist(x, y):
    """The distances of the rows of x (…, n, d) and y (…, m, d), each with each: (…, n, m). 0 has no derivative."""
    x, y = same_floating(x, y)
    if x.ndim < 2 or y.ndim < 2 or x.shape[-1] != y.shape[-1]:
        fail(f"expected rows of one size, received shapes {x.shape} and {y.shape}")
    return engine.norm(engine.expand_dims(x, -2) - engine.expand_dims(y, -3), -1)
