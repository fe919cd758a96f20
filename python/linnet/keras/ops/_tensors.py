"""What the operations have in common: arguments as tensors, their axes and dtypes, and NumPy where nothing is
differentiated."""
import operator
import sys

import numpy

from ... import _engine

engine = _engine.ops
Tensor = _engine.Tensor
_OWN = (__name__.rpartition(".")[0], "linnet.keras.random")


def fail(message):
    """Raises an error in the name of the operation that the user called."""
    frame, name = sys._getframe(1), ""
    while frame is not None and frame.f_globals.get("__name__", "").startswith(_OWN):
        frame, name = frame.f_back, frame.f_code.co_name
    raise _engine.InvalidArgument(f"[{name}] {message}")


def named(name, text, function):
    """A function that another one has made, under its own name, in messages as well."""
    function.__name__ = function.__qualname__ = name
    function.__code__ = function.__code__.replace(co_name=name)
    function.__doc__ = text
    return function


def tensor(x, dtype=None):
    """x as a tensor that has numbers. Python's numbers are float32 and int32, as in Keras."""
    if x is None:
        fail("expected numbers, received None")
    x = x if isinstance(x, Tensor) else Tensor(x)
    if x.is_symbolic:
        fail(f"received a symbolic tensor from Input(), of shape {x.shape}; it has no numbers yet: use a layer, or write "
             "one whose call() has this operation")
    return x if dtype is None or x.dtype == dtype else x.astype(dtype)


def is_float(x):
    return "float" in x.dtype


def floating(x):
    """x as a tensor of real numbers: float32 in place of integers and booleans."""
    x = tensor(x)
    return x if is_float(x) else x.astype("float32")


def is_number(x):
    return isinstance(x, (bool, int, float))


def same_dtype(*xs):
    """Tensors of the dtype that an operation on all of them has; a number beside tensors takes theirs."""
    xs = [x if is_number(x) else tensor(x) for x in xs]
    common = None
    for x in xs:
        if not is_number(x):
            common = x.dtype if common is None else engine.promote(common, x.dtype)
    for x in xs:
        if is_number(x):
            common = _beside(common, x)
    return [tensor(numpy.asarray(x), common) if is_number(x) else tensor(x, common) for x in xs]


def _beside(common, number):
    """The dtype of an operation on tensors of one dtype, or none, and a number."""
    if isinstance(number, float):
        return common if common is not None and "float" in common else "float32"
    if isinstance(number, bool):
        return common or "bool"
    return "int32" if common in (None, "bool") else common


def same_floating(*xs):
    """same_dtype(), of real numbers."""
    return [floating(x) for x in same_dtype(*xs)]


def dtype_name(dtype, default="float32"):
    """The name of a dtype: "float32", numpy.float32, …"""
    if dtype is None:
        return default
    name = dtype if isinstance(dtype, str) else getattr(dtype, "name", None) or getattr(dtype, "__name__", None)
    return name or fail(f"expected a dtype such as \"float32\", received {type(dtype).__name__}")


def numbers(x):
    """x as a NumPy array, without its gradient."""
    return tensor(x).detach().numpy() if x is None or isinstance(x, (Tensor, _engine.Variable)) else numpy.asarray(x)


def from_numpy(array, dtype=None):
    """A tensor from NumPy's result; 64-bit integers, which NumPy prefers, become int32, which Keras prefers."""
    array = numpy.asarray(array)
    return tensor(array, dtype or ("int32" if array.dtype.kind in "iu" and array.dtype.itemsize == 8 else None))


def with_slope(y, x, slope):
    """y, a constant, with the derivative `slope` by x: x - x is 0, its derivative is not."""
    if not x.requires_grad:
        return y
    nothing = engine.where(engine.isfinite(x), x - x.detach(), 0.0)
    return y + nothing * from_numpy(numpy.clip(numpy.nan_to_num(slope), -1e38, 1e38), y.dtype)  # finite in float32 too


def one_axis(axis, rank):
    """An axis from 0 to rank - 1."""
    position = operator.index(axis)
    if not -rank <= position < rank:
        fail(f"expected an axis in [{-rank}, {rank}), received {axis}")
    return position % rank


def all_axes(axis, rank):
    """A list of axes from 0 to rank - 1: of None all, of a number one."""
    if axis is None:
        return list(range(rank))
    found = [one_axis(each, rank) for each in (axis if isinstance(axis, (tuple, list)) else [axis])]
    if len(set(found)) < len(found):
        fail(f"expected different axes, received {axis}")
    return found


def whole(value, what):
    """A whole number, also NumPy's or a tensor."""
    try:
        return operator.index(value if not isinstance(value, numpy.ndarray) or value.ndim else value.item())
    except TypeError:
        fail(f"expected a whole number as {what}, received {value!r}")


def sizes(shape, what="shape"):
    """Sizes as a tuple of numbers: of a number, a list in which tensors may be, a tensor or an array. -1 for None."""
    if isinstance(shape, (Tensor, _engine.Variable, numpy.ndarray)):
        shape = numbers(tensor(shape)).tolist()
    several = shape if isinstance(shape, (tuple, list)) else (shape,)
    return tuple(-1 if size is None else whole(size, what) for size in several)


def moved(x, source, destination):
    """x with the axes `source` at the places `destination`."""
    order = [axis for axis in range(x.ndim) if axis not in source]
    for place, axis in sorted(zip(destination, source)):
        order.insert(place, axis)
    return x if order == list(range(x.ndim)) else engine.permute(x, order)


def channels_first(data_format):
    """Does the data_format say that images have their channels before the spatial axes? None: keras.config does."""
    if data_format is None:
        from ..backend import image_data_format
        data_format = image_data_format()
    if data_format not in ("channels_last", "channels_first"):
        fail(f"expected data_format channels_last or channels_first, received {data_format!r}")
    return data_format == "channels_first"


def picked(x, positions, axis):
    """x at an array of positions along an axis."""
    return engine.take(x, numpy.asarray(positions, "int64"), axis)


def operations_of(*modules):
    """The operations that modules define, by name."""
    found = {}
    for module in modules:
        for name, thing in vars(module).items():
            home = getattr(thing, "__module__", None)
            if callable(thing) and not name.startswith("_") and (home == module.__name__ or hasattr(engine, name)):
                found[name] = thing
    return found
