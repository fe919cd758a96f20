"""Parts of tensors, dtypes, and loops that are written as functions."""
import numpy

from ._tensors import dtype_name, engine, fail, is_float, numbers, one_axis, picked, tensor


def shape(x):
    """The sizes of the axes, as a tuple; None where a symbolic tensor's is unknown."""
    return tuple(x.shape) if hasattr(x, "shape") else tensor(x).shape


def dtype(x):
    """The name of the dtype: "float32"."""
    return x.dtype if isinstance(getattr(x, "dtype", None), str) else tensor(x).dtype


def cast(x, dtype):
    """x in another dtype; the gradient goes back in x's."""
    return tensor(x, dtype_name(dtype))


def saturate_cast(x, dtype):
    """x in another dtype; what that cannot hold becomes its smallest or largest number."""
    x, name = tensor(x), dtype_name(dtype)
    if name == "bool":
        return engine.not_equal(engine.maximum(x, 0), 0)
    if "float" in name:
        return cast(x, name)
    limits = numpy.iinfo(name)
    wide = numpy.clip(numbers(x).astype("float64" if is_float(x) else "int64"), limits.min, limits.max)
    if is_float(x):  # the float64 next to int64's limit lies beyond it
        inside = numpy.nan_to_num(numpy.where(wide < limits.max, wide, 0)).astype("int64")
        wide = numpy.where(wide < limits.max, inside, limits.max)
    return tensor(wide.astype(name))


def stop_gradient(variable):
    """The same numbers; no gradient flows through."""
    return tensor(variable).detach()


def get_item(x, key):
    """x[key]."""
    return tensor(x)[key]


def slice(inputs, start_indices, shape):
    """The block of `shape` that begins at `start_indices`; -1: all that is left along an axis."""
    inputs = tensor(inputs)
    starts, sizes = ([int(each) for each in numbers(x).reshape(-1)] for x in (start_indices, shape))
    if not len(starts) == len(sizes) == inputs.ndim:
        fail(f"expected {inputs.ndim} starts and sizes for shape {inputs.shape}, received {len(starts)} and {len(sizes)}")
    for axis, (start, size) in enumerate(zip(starts, sizes)):
        length = inputs.shape[axis]
        size = length - start if size == -1 else size
        if start < 0 or size < 0 or start + size > length:
            fail(f"expected a block inside shape {inputs.shape}, received start {start} and size {size} along axis {axis}")
        inputs = engine.slice(inputs, axis, start, start + size)
    return inputs


def slice_update(inputs, start_indices, updates):
    """inputs with the block `updates` in place of what stands at `start_indices`."""
    inputs = tensor(inputs)
    updates = tensor(updates, inputs.dtype)
    starts = [int(each) for each in numbers(start_indices).reshape(-1)]
    if not len(starts) == updates.ndim == inputs.ndim:
        fail(f"expected {inputs.ndim} starts and axes of updates, received {len(starts)} and shape {updates.shape}")
    rest = [length - start - size for length, start, size in zip(inputs.shape, starts, updates.shape)]
    if min(starts + rest, default=0) < 0:
        fail(f"expected a block inside shape {inputs.shape}, received shape {updates.shape} at {starts}")
    widths = list(zip(starts, rest))
    inside = numpy.pad(numpy.ones(updates.shape, "bool"), widths) if widths else numpy.ones((), "bool")
    return engine.where(tensor(inside), engine.pad(updates, widths, 0.0) if widths else updates, inputs)


def _flat_positions(indices, shape):
    """Positions (..., depth) of blocks in the first `depth` axes, in the flattened first axes; and these axes' sizes."""
    indices = numbers(indices).astype("int64")
    depth = indices.shape[-1] if indices.ndim else 0
    if not 1 <= depth <= len(shape):
        fail(f"expected indices (…, depth) with depth from 1 to {len(shape)}, received shape {indices.shape}")
    sizes = numpy.array(shape[:depth])
    if ((indices < 0) | (indices >= sizes)).any():
        fail(f"expected indices inside shape {tuple(shape)}, received {indices.reshape(-1, depth).max(0).tolist()} at most "
             f"and {indices.reshape(-1, depth).min(0).tolist()} at least")
    return numpy.ravel_multi_index(indices.reshape(-1, depth).T, sizes), depth


def scatter(indices, values, shape):
    """Zeros of a shape with `values` added at positions: values[i] at indices[i], whose numbers are those of the first
    axes. The gradient goes to the values."""
    values, shape = tensor(values), tuple(int(size) for size in numbers(shape).reshape(-1))
    positions, depth = _flat_positions(indices, shape)
    rows = int(numpy.prod(shape[:depth]))
    return engine.reshape(_add_rows(engine.reshape(values, (positions.size, -1)), positions, rows), shape)


def _add_rows(values, positions, rows):
    """y[r] = the sum of values[i] over the i with positions[i] = r: (n, columns) -> (rows, columns)."""
    columns = engine.permute(values, [1, 0])
    beside = numpy.ascontiguousarray(numpy.broadcast_to(positions, columns.shape))
    return engine.permute(engine.bincount(beside, rows, columns, values.dtype), [1, 0])


_REDUCTIONS = ("add", "max", "min", "mul")


def scatter_update(inputs, indices, updates, reduction=None):
    """inputs with updates[i] at indices[i] in place of what is there, the last of several for one place; or, with a
    reduction, combined with it: "add", "max", "min", "mul". Gradients go to inputs and updates."""
    inputs = tensor(inputs)
    updates = tensor(updates, inputs.dtype)
    positions, depth = _flat_positions(indices, inputs.shape)
    rows = engine.reshape(inputs, (int(numpy.prod(inputs.shape[:depth])), -1))
    updates = engine.reshape(updates, (positions.size, rows.shape[1]))
    if reduction not in (None, *_REDUCTIONS):
        fail(f"expected reduction None, {', '.join(_REDUCTIONS)}, received {reduction!r}")
    if reduction == "add":
        return engine.reshape(rows + _add_rows(updates, positions, rows.shape[0]), inputs.shape)
    for turn in _turns(positions) if reduction else [numpy.arange(positions.size)]:
        rows = _replaced(rows, positions[turn], picked(updates, turn, 0), reduction)
    return engine.reshape(rows, inputs.shape)


def _turns(positions):
    """The updates in groups that meet no place twice."""
    order = numpy.argsort(positions, kind="stable")
    ordered = positions[order]
    number = numpy.arange(positions.size) - numpy.searchsorted(ordered, ordered)
    return [order[number == turn] for turn in range(int(number.max(initial=-1)) + 1)]


def _replaced(rows, positions, updates, reduction):
    source = numpy.full(rows.shape[0], -1)
    source[positions] = numpy.arange(positions.size)
    if not positions.size:
        return rows
    there = picked(updates, numpy.maximum(source, 0), 0)
    combine = {"max": engine.maximum, "min": engine.minimum, "mul": engine.multiply}.get(reduction, lambda _, new: new)
    return engine.where(tensor((source >= 0)[:, None]), combine(rows, there), rows)


def cond(pred, true_fn, false_fn):
    """true_fn() if the condition holds, else false_fn()."""
    return true_fn() if bool(tensor(pred)) else false_fn()


def switch(index, branches, *operands):
    """branches[index](*operands); an index beyond either end means the branch there."""
    return branches[min(max(int(tensor(index)), 0), len(branches) - 1)](*operands)


def while_loop(cond, body, loop_vars, maximum_iterations=None):
    """Applies body to the variables while cond(*variables) holds, so many times at most; the variables at the end."""
    several = isinstance(loop_vars, (tuple, list))
    variables, turns = tuple(loop_vars) if several else (loop_vars,), 0
    while (maximum_iterations is None or turns < maximum_iterations) and bool(tensor(cond(*variables))):
        result = body(*variables)
        variables = tuple(result) if isinstance(result, (tuple, list)) else (result,)
        turns += 1
    return variables if several else variables[0]


def fori_loop(lower, upper, body_fun, init_val):
    """value = body_fun(i, value) for the i from lower to upper - 1; the value at the end."""
    value = init_val
    for i in range(int(lower), int(upper)):
        value = body_fun(i, value)
    return value


def _structure(function, *trees):
    """function of the tensors at the same place of lists, tuples and dicts of tensors."""
    first = trees[0]
    if isinstance(first, dict):
        return {key: _structure(function, *(tree[key] for tree in trees)) for key in first}
    if isinstance(first, (list, tuple)):
        return type(first)(_structure(function, *parts) for parts in zip(*trees))
    return None if first is None else function(*trees)


def _leaves(tree):
    found = []
    _structure(lambda leaf: found.append(tensor(leaf)), tree)
    return found


def map(f, xs):
    """f of each slice along the first axis, stacked. xs, and what f returns, may be lists, tuples or dicts of tensors."""
    return scan(lambda carry, x: (carry, f(x)), None, xs)[1]


def scan(f, init, xs=None, length=None, reverse=False, unroll=1):
    """carry, y = f(carry, x) for the slices x along the first axis of xs, from the last with `reverse`; (the last carry,
    the y stacked). Without xs, f gets None `length` times. `unroll` changes nothing."""
    if not callable(f):
        raise TypeError(f"[scan] expected a function f, received {type(f).__name__}")
    if xs is None and length is None:
        fail("expected xs or length, received neither")
    leaves = [] if xs is None else _leaves(xs)
    count = int(length) if length is not None else leaves[0].shape[0]
    if any(leaf.shape[0] != count for leaf in leaves):
        fail(f"expected {count} slices along the first axis, received {[leaf.shape[0] for leaf in leaves]}")
    carry, ys = init, []
    for i in range(count)[::-1] if reverse else range(count):
        carry, y = f(carry, None if xs is None else _structure(lambda leaf: tensor(leaf)[i], xs))
        ys.append(y)
    ys = ys[::-1] if reverse else ys
    return carry, _structure(lambda *slices: engine.stack([tensor(each) for each in slices], 0), *ys) if ys else None


def associative_scan(f, elems, reverse=False, axis=0):
    """y[0] = x[0], y[i] = f(y[i - 1], x[i]) along an axis, from its end with `reverse`. f takes slices of size 1."""
    if not callable(f):
        raise TypeError(f"[associative_scan] expected a function f, received {type(f).__name__}")
    first = _leaves(elems)[0]
    axis = one_axis(axis, first.ndim)
    places = range(first.shape[axis])[::-1] if reverse else range(first.shape[axis])
    results = []
    for i in places:
        x = _structure(lambda leaf: engine.slice(tensor(leaf), axis, i, i + 1), elems)
        results.append(f(results[-1], x) if results else x)
    results = results[::-1] if reverse else results
    return _structure(lambda *parts: engine.concatenate(list(parts), axis), *results) if results else elems


def vectorized_map(function, elements):
    """The function of each slice along the first axis, stacked; of several tensors, it gets a list of slices."""
    return map(function, list(elements) if isinstance(elements, (tuple, list)) else elements)


def vectorize(pyfunc, *, excluded=None, signature=None):
    """A function of tensors from one of numbers: pyfunc of each element, with broadcasting."""
    if excluded is not None or signature is not None:
        fail("expected excluded=None and signature=None: Linnet does not have them (yet)")

    def vectorized(*xs):
        xs = [tensor(x) for x in xs]
        common = numpy.broadcast_shapes(*[x.shape for x in xs])
        flat = [engine.reshape(engine.broadcast_to(x, common), (-1,)) for x in xs]
        results = [tensor(pyfunc(*elements)) for elements in zip(*[[x[i] for i in range(x.size)] for x in flat])]
        return engine.reshape(engine.stack(results, 0), common)

    return vectorized


def extract_sequences(x, sequence_length, sequence_stride):
    """Pieces of the last axis, one every `sequence_stride` elements: (…, n) -> (…, pieces, sequence_length)."""
    x = tensor(x)
    count = (x.shape[-1] - sequence_length) // sequence_stride + 1
    starts = numpy.arange(max(count, 0)) * sequence_stride
    return picked(x, starts[:, None] + numpy.arange(sequence_length), -1)
