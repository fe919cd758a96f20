"""Operations that arrange the elements of tensors anew. They keep the dtype."""
import numpy

from ._tensors import (all_axes, dtype_name, engine, fail, from_numpy, moved, numbers, one_axis, picked, same_dtype, sizes,
                       tensor, whole)


def _list(axis):
    return list(axis) if isinstance(axis, (tuple, list)) else [axis]


def reshape(x, newshape):
    """The same elements in row-major order in another shape; one size may be -1: it is what remains."""
    return engine.reshape(tensor(x), sizes(newshape, "newshape"))


def ravel(x):
    """The elements in row-major order along one axis."""
    return engine.reshape(tensor(x), (-1,)) if tensor(x).size else engine.reshape(tensor(x), (0,))


def transpose(x, axes=None):
    """x with its axes in the order `axes`; in reverse order without one."""
    x = tensor(x)
    return engine.permute(x, list(range(x.ndim))[::-1] if axes is None else list(axes))


def moveaxis(x, source, destination):
    """x with the axes `source`, one or several, at the places `destination`; the others keep their order."""
    x = tensor(x)
    source, destination = (all_axes(_list(each), x.ndim) for each in (source, destination))
    if len(source) != len(destination):
        fail(f"expected as many places as axes, received {len(source)} axes and {len(destination)} places")
    return moved(x, source, destination)


def swapaxes(x, axis1, axis2):
    """x with two axes exchanged."""
    x = tensor(x)
    order = list(range(x.ndim))
    axis1, axis2 = one_axis(axis1, x.ndim), one_axis(axis2, x.ndim)
    order[axis1], order[axis2] = axis2, axis1
    return engine.permute(x, order)


def expand_dims(x, axis):
    """x with a new axis of size 1, or several, at the places `axis` of the result."""
    x = tensor(x)
    for each in sorted(all_axes(_list(axis), x.ndim + len(_list(axis)))):
        x = engine.expand_dims(x, each)
    return x


def squeeze(x, axis=None):
    """x without an axis of size 1, or several; without all of them by default."""
    x = tensor(x)
    if axis is None:
        return engine.squeeze(x)
    for each in sorted(all_axes(axis, x.ndim), reverse=True):
        x = engine.squeeze(x, each)
    return x


def broadcast_to(x, shape):
    """x repeated to a shape by NumPy's rules."""
    return engine.broadcast_to(tensor(x), sizes(shape))


def concatenate(xs, axis=0):
    """Tensors one after another along an axis; the dtype is the widest. Without an axis, flattened ones."""
    xs = same_dtype(*xs) if len(xs) else fail("expected at least one tensor, received none")
    return engine.concatenate([ravel(x) for x in xs], 0) if axis is None else engine.concatenate(xs, axis)


def append(x1, x2, axis=None):
    """x1 and behind it x2, along an axis; without one, both are flattened."""
    return concatenate([x1, x2], axis)


def stack(x, axis=0):
    """Tensors of equal shape along a new axis; the dtype is the widest."""
    return engine.stack(same_dtype(*x) if len(x) else fail("expected at least one tensor, received none"), axis)


def _at_least(xs, axes):
    return [engine.reshape(x, (1,) * (axes - x.ndim) + x.shape) for x in map(tensor, xs)]


def hstack(xs):
    """Tensors one after another along axis 1, those with one axis along it."""
    xs = _at_least(xs, 1)
    return concatenate(xs, 0 if xs[0].ndim == 1 else 1)


def vstack(xs):
    """Tensors one below another along axis 0; those with one axis are rows."""
    return concatenate(_at_least(xs, 2), 0)


def unstack(x, num=None, axis=0):
    """The list of the slices along an axis, without it; `num`, if given, is how many are expected."""
    x = tensor(x)
    axis = one_axis(axis, x.ndim)
    if num is not None and num != x.shape[axis]:
        fail(f"expected num={x.shape[axis]}, the size of axis {axis}, received {num}")
    return [engine.squeeze(engine.slice(x, axis, i, i + 1), axis) for i in range(x.shape[axis])]


def array_split(x, indices_or_sections, axis=0):
    """The list of pieces along an axis: so many, of sizes that differ by 1 at most, or from one index to the next."""
    x = tensor(x)
    axis = one_axis(axis, x.ndim)
    size = x.shape[axis]
    if numpy.ndim(indices_or_sections) == 0:
        count = int(indices_or_sections)
        if count < 1:
            fail(f"expected at least one piece, received {count}")
        sizes = [size // count + (i < size % count) for i in range(count)]
        ends = [int(end) for end in numpy.cumsum([0, *sizes])]
    else:
        ends = [0, *(int(index) for index in numbers(indices_or_sections)), size]
    return [engine.slice(x, axis, first, last) for first, last in zip(ends, ends[1:])]


def split(x, indices_or_sections, axis=0):
    """The list of pieces along an axis: so many of one size, or from one index to the next."""
    x = tensor(x)
    if numpy.ndim(indices_or_sections) == 0 and x.shape[one_axis(axis, x.ndim)] % indices_or_sections:
        fail(f"expected pieces of one size, received {indices_or_sections} pieces of an axis of size {x.shape[axis]}; "
             "array_split() makes pieces of different sizes")
    return array_split(x, indices_or_sections, axis)


def hsplit(x, indices_or_sections):
    """split() along axis 1, of a vector along axis 0."""
    return split(x, indices_or_sections, 0 if tensor(x).ndim == 1 else 1)


def vsplit(x, indices_or_sections):
    """split() along axis 0."""
    return split(x, indices_or_sections, 0)


def dstack(xs):
    """Tensors one behind another along axis 2: a vector (n) counts as (1, n, 1), a matrix (m, n) as (m, n, 1)."""
    def deep(x):
        x = tensor(x)
        return engine.reshape(x, (1, x.size, 1) if x.ndim < 2 else (*x.shape, 1) if x.ndim == 2 else x.shape)

    return concatenate([deep(x) for x in xs], 2)


def view(x, dtype=None):
    """The same bytes read as numbers of another dtype; the last axis becomes longer or shorter. No gradient."""
    x = tensor(x)
    if dtype is None:
        return x
    if "bfloat16" in (x.dtype, dtype_name(dtype)):
        fail("expected dtypes that NumPy has, received bfloat16")
    return from_numpy(numpy.ascontiguousarray(numbers(x)).view(dtype_name(dtype)), dtype_name(dtype))


def _block(x, block_size, data_format, function):
    x, block_size = tensor(x), whole(block_size, "block_size")
    if x.ndim != 4 or block_size < 2:
        fail(f"expected four axes and block_size > 1, received shape {x.shape} and {block_size}")
    if data_format not in ("channels_last", "channels_first"):
        fail(f"expected data_format channels_last or channels_first, received {data_format!r}")
    if data_format == "channels_first":
        return moved(function(moved(x, [1], [3]), block_size), [3], [1])
    return function(x, block_size)


def depth_to_space(x, block_size, data_format="channels_last"):
    """Channels as blocks of pixels: (batch, h, w, c · b²) -> (batch, h · b, w · b, c)."""
    def spread(x, b):
        batch, rows, columns, channels = x.shape
        if channels % (b * b):
            fail(f"expected channels that {b * b} divides, received shape {x.shape}")
        x = engine.permute(engine.reshape(x, (batch, rows, columns, b, b, channels // (b * b))), [0, 1, 3, 2, 4, 5])
        return engine.reshape(x, (batch, rows * b, columns * b, channels // (b * b)))

    return _block(x, block_size, data_format, spread)


def space_to_depth(x, block_size, data_format="channels_last"):
    """Blocks of pixels as channels: (batch, h · b, w · b, c) -> (batch, h, w, c · b²)."""
    def gathered(x, b):
        batch, rows, columns, channels = x.shape
        if rows % b or columns % b:
            fail(f"expected rows and columns that {b} divides, received shape {x.shape}")
        x = engine.permute(engine.reshape(x, (batch, rows // b, b, columns // b, b, channels)), [0, 1, 3, 2, 4, 5])
        return engine.reshape(x, (batch, rows // b, columns // b, channels * b * b))

    return _block(x, block_size, data_format, gathered)


def flip(x, axis=None):
    """x in reverse order along an axis or several; by default along all."""
    x = tensor(x)
    for each in all_axes(axis, x.ndim):
        x = engine.flip(x, each)
    return x


def roll(x, shift, axis=None):
    """x moved by `shift` places along an axis, round its end; without an axis in flattened order. Both may be lists."""
    x = tensor(x)
    if axis is None:
        return engine.reshape(roll(ravel(x), int(numpy.sum(shift)), 0), x.shape)
    axes = _list(axis)
    for each, by in zip(axes, _list(shift) if isinstance(shift, (tuple, list)) else [shift] * len(axes)):
        size = x.shape[one_axis(each, x.ndim)]
        x = picked(x, (numpy.arange(size) - by) % size, each) if size else x
    return x


def rot90(array, k=1, axes=(0, 1)):
    """Turned by 90 degrees k times, from the first of two axes towards the second."""
    x, k = tensor(array), whole(k, "k")
    first, second = all_axes(axes, x.ndim)
    for _ in range(k % 4):
        x = engine.flip(swapaxes(x, first, second), first)
    return x


def repeat(x, repeats, axis=None):
    """Each element `repeats` times along an axis, or a number of times of its own; without an axis flattened."""
    x = ravel(x) if axis is None else tensor(x)
    axis = 0 if axis is None else one_axis(axis, x.ndim)
    return picked(x, numpy.repeat(numpy.arange(x.shape[axis]), numpy.asarray(repeats)), axis)


def tile(x, repeats):
    """x so many times along each axis; missing axes are added in front.   tile([1, 2], 2) == [1, 2, 1, 2]"""
    x, counts = tensor(x), list(sizes(repeats, "repeats"))
    return engine.tile(x, [1] * (x.ndim - len(counts)) + counts)


def _widths(pad_width, rank):
    widths = numpy.broadcast_to(numpy.asarray(pad_width, "int64"), (rank, 2))
    if (widths < 0).any():
        fail(f"expected widths >= 0, received {pad_width}")
    return widths.tolist()


def pad(x, pad_width, mode="constant", constant_values=None):
    """x with more elements around it: pad_width is ((before, after), …), one pair for each axis, a pair or a number.

    mode: "constant" (constant_values, by default 0), "reflect" (c b | a b c | b a), "symmetric" (b a | a b c | c b),
    "edge" (a a | a b c | c c) or "wrap" (b c | a b c | a b).
    """
    x = tensor(x)
    widths = _widths(pad_width, x.ndim)
    if mode == "constant":
        return engine.pad(x, widths, float(0 if constant_values is None else constant_values))
    if constant_values is not None:
        fail(f"expected constant_values only for mode=\"constant\", received mode={mode!r}")
    if mode not in ("reflect", "symmetric", "edge", "wrap"):
        fail(f"expected mode constant, reflect, symmetric, edge or wrap, received {mode!r}")
    for axis, (before, after) in enumerate(widths):
        if before or after:
            x = picked(x, numpy.pad(numpy.arange(x.shape[axis]), (before, after), mode), axis)
    return x


def meshgrid(*x, indexing="xy"):
    """The coordinates of all points of a grid, as a list: x[i] along axis i, the first two exchanged for "xy"."""
    if indexing not in ("xy", "ij"):
        fail(f"expected indexing \"xy\" or \"ij\", received {indexing!r}")
    axes = [ravel(each) for each in x]
    shape = [each.size for each in axes]
    grids = [engine.broadcast_to(engine.reshape(each, [-1 if j == i else 1 for j in range(len(axes))]), shape)
             for i, each in enumerate(axes)]
    return [swapaxes(each, 0, 1) for each in grids] if indexing == "xy" and len(grids) > 1 else grids


def _diagonal_positions(rows, columns, offset):
    first_row, first_column = (-offset, 0) if offset < 0 else (0, offset)
    length = min(rows - first_row, columns - first_column)
    return (numpy.arange(max(length, 0)) + first_row) * columns + numpy.arange(max(length, 0)) + first_column


def diagonal(x, offset=0, axis1=0, axis2=1):
    """The diagonal of the matrices that two axes make, as the last axis; offset > 0: above the main one."""
    x, offset = tensor(x), whole(offset, "offset")
    axes = all_axes([axis1, axis2], x.ndim)
    rows, columns = (x.shape[axis] for axis in axes)
    x = moved(x, axes, [x.ndim - 2, x.ndim - 1])
    return picked(engine.reshape(x, (*x.shape[:-2], rows * columns)), _diagonal_positions(rows, columns, offset), -1)


def trace(x, offset=0, axis1=0, axis2=1):
    """The sum of the diagonal; of booleans int32."""
    from ._reductions import sum
    return sum(diagonal(x, offset, axis1, axis2), -1)


def diag(x, k=0):
    """The diagonal k of a matrix; or a matrix that has a vector on its diagonal k, and 0 elsewhere."""
    x, k = tensor(x), whole(k, "k")
    if x.ndim == 2:
        return diagonal(x, k)
    if x.ndim != 1:
        fail(f"expected one or two axes, received shape {x.shape}")
    size = x.size + abs(k)
    source = numpy.full(size * size, x.size)
    source[_diagonal_positions(size, size, k)] = numpy.arange(x.size)
    return engine.reshape(picked(engine.pad(x, [(0, 1)], 0.0), source, 0), (size, size))


def diagflat(x, k=0):
    """diag() of the flattened x."""
    return diag(ravel(x), k)


def _triangle(x, k, keep):
    x, k = tensor(x), whole(k, "k")
    if x.ndim < 2:
        fail(f"expected at least two axes, received shape {x.shape}")
    return engine.where(from_numpy(keep(numpy.ones(x.shape[-2:], "bool"), k)), x, tensor(0, x.dtype))


def tril(x, k=0):
    """x, and 0 above the diagonal k of its last two axes."""
    return _triangle(x, k, numpy.tril)


def triu(x, k=0):
    """x, and 0 below the diagonal k of its last two axes."""
    return _triangle(x, k, numpy.triu)


def vander(x, N=None, increasing=False):
    """The matrix of x's powers from N - 1 down to 0, or up from 0; N is by default x's size."""
    x = tensor(x)
    powers = numpy.arange(x.size if N is None else N)
    columns = [engine.ones(x.shape, x.dtype) if n == 0 else engine.power(x, int(n)) for n in powers]
    return engine.stack(columns if increasing else columns[::-1], -1)


def ndim(x):
    """How many axes x has; int."""
    return x.ndim if hasattr(x, "ndim") else tensor(x).ndim


def size(x):
    """How many elements x has; int."""
    return tensor(x).size
