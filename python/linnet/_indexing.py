"""x[key] by NumPy's rules, where the key has more than numbers, slices, None and `...`, or x is symbolic.

Arrays, lists and tensors of integers, and of booleans, which stand for the places where they are true. They go together:
x[[0, 1], [1, 2]] is x[0, 1] and x[1, 2]. NumPy's "Indexing on ndarrays" has the rules.
"""
import operator

import numpy

from . import _engine

_ops = _engine.ops
_WHOLE = slice(None)


def get_item(x, key):
    """x[key], with gradients; of a symbolic tensor, or at symbolic places, a layer of the graph."""
    key = _plain(key)
    if x.is_symbolic or _engine.has_symbolic(key):
        from .keras._operation import in_graph
        return in_graph("get_item", x, key)
    parts = [_part(each) for each in (key if isinstance(key, tuple) else (key,))]
    parts = _without_ellipsis(parts, x.ndim)
    _check_masks(parts, x.shape)
    if not any(isinstance(part, _Places) for part in parts):
        return x[tuple(parts)]
    return _gathered(x, parts)


class _Places:
    """Places along so many axes: an array of numbers for each, all of one shape."""

    def __init__(self, arrays, mask=None):
        self.arrays, self.mask = arrays, mask

    @property
    def axes(self):
        return len(self.arrays) if self.mask is None else self.mask.ndim


def _plain(key):
    """The key with Python's numbers in place of other ones, also inside slices: what a file can hold."""
    if isinstance(key, tuple):
        return tuple(_plain(each) for each in key)
    if isinstance(key, slice):
        return slice(*(None if each is None else operator.index(each) for each in (key.start, key.stop, key.step)))
    is_number = isinstance(key, (_engine.Tensor, _engine.Variable, numpy.ndarray, numpy.generic)) and key.ndim == 0
    if isinstance(key, _engine.Tensor) and key.is_symbolic:
        return key
    if is_number and "bool" not in str(key.dtype):
        return operator.index(key)
    return key


def _part(each):
    if each is None or each is Ellipsis or isinstance(each, slice):
        return each
    if isinstance(each, (_engine.Tensor, _engine.Variable)):
        each = _engine.Tensor(each).detach().numpy()
    array = numpy.asarray(each)
    if array.size == 0 and not hasattr(each, "dtype"):  # []
        array = array.astype("int64")
    if array.dtype.kind == "b":
        return _Places([numpy.asarray(found) for found in numpy.nonzero(numpy.atleast_1d(array))], array)
    if array.dtype.kind not in "iu":
        raise IndexError(f"[get_item] expected integers, booleans, slices, None and ... as an index, received "
                         f"{type(each).__name__} of dtype {array.dtype}")
    return int(array) if array.ndim == 0 else _Places([array.astype("int64")])


def _axes_of(part):
    return part.axes if isinstance(part, _Places) else 0 if part is None or part is Ellipsis else 1


def _without_ellipsis(parts, rank):
    """The parts with an index for each axis."""
    left = rank - sum(map(_axes_of, parts))
    if left < 0:
        raise IndexError(f"[get_item] too many indices: expected at most {rank}, received {rank - left}")
    if Ellipsis not in [part for part in parts if not isinstance(part, _Places)]:
        parts = [*parts, Ellipsis]
    place = next(i for i, part in enumerate(parts) if part is Ellipsis)
    if any(part is Ellipsis for part in parts[place + 1:]):
        raise IndexError("[get_item] expected one ... in an index at most")
    return [*parts[:place], *([_WHOLE] * left or [Ellipsis]), *parts[place + 1:]]  # `...` separates even as no axis


def _check_masks(parts, shape):
    axis = 0
    for part in parts:
        if isinstance(part, _Places) and part.mask is not None:
            wanted = tuple(shape[axis:axis + part.axes])
            if part.mask.shape != wanted:
                raise IndexError(f"[get_item] expected booleans of shape {wanted}, as the axes from {axis} on, received "
                                 f"shape {part.mask.shape}")
        axis += _axes_of(part)


def _gathered(x, parts):
    """x where places are given for some axes: these axes, merged to one, are the rows of a matrix to gather from."""
    axis, axes, places, where = 0, [], [], []
    for number, part in enumerate(parts):
        if part is Ellipsis:
            continue
        if part is None or isinstance(part, slice):
            x = x[(_WHOLE,) * axis + (part,)]
            axis += 1
            continue
        arrays = part.arrays if isinstance(part, _Places) else [numpy.asarray(part)]
        if isinstance(part, _Places) and part.mask is not None and part.mask.ndim == 0:
            x = _ops.expand_dims(x, axis)  # x[True] is x[None], x[False] has none of it
        where.append(number)
        for array in arrays:
            axes.append(axis)
            places.append(array)
            axis += 1
    places = _flat_places(places, [x.shape[axis] for axis in axes])
    rest = [axis for axis in range(x.ndim) if axis not in axes]
    rows = _ops.permute(x, axes + rest)
    if len(axes) > 1:
        count = int(numpy.prod([x.shape[axis] for axis in axes]))
        rows = _ops.reshape(rows, (count, *(x.shape[axis] for axis in rest)))
    y = _ops.take(rows, places, 0)
    before = sum(axis < axes[0] for axis in rest)
    if not before or where[-1] - where[0] >= len(where):  # with something between them, the new axes come first
        return y
    new = list(range(places.ndim))
    old = [places.ndim + i for i in range(len(rest))]
    return _ops.permute(y, old[:before] + new + old[before:])


def _flat_places(places, sizes):
    """Places along several axes as places along all of them merged to one."""
    for each, size in zip(places, sizes):
        wrong = (each < -size) | (each >= size)
        if wrong.any():
            raise IndexError(f"[get_item] index {each[wrong].flat[0]} is out of range for an axis of size {size}")
    try:
        places = numpy.broadcast_arrays(*places)
    except ValueError:
        raise IndexError(f"[get_item] expected indices whose shapes broadcast, received shapes "
                         f"{', '.join(str(each.shape) for each in places)}") from None
    flat = numpy.zeros(places[0].shape, "int64")
    for each, size in zip(places, sizes):
        flat = flat * size + numpy.where(each < 0, each + size, each)
    return flat
