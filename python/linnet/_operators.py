"""Operators of tensors and weights beside the engine's: ~ & | ^, round(), divmod() and +x."""
from . import _engine


def _ops():
    from .keras import ops  # which adds a layer where a tensor is symbolic
    return ops


def _logical(logical, bitwise):
    """Of truth values, and in graphs, as in Keras; of whole numbers, bit by bit, as in NumPy."""
    def function(*xs):
        ops = _ops()
        if _engine.has_symbolic(xs):
            return getattr(ops, logical)(*xs)
        are_booleans = all(_engine.Tensor(x).dtype == "bool" for x in xs)
        return getattr(ops, logical if are_booleans else bitwise)(*xs)
    return function


def _round(x, digits=None):
    return _ops().round(x, digits or 0)


def _divmod(x, y):
    return _ops().floor_divide(x, y), _ops().mod(x, y)


def _same(x):
    return x if isinstance(x, _engine.Tensor) else x.value


def _add(name, function):
    function.__name__ = name
    for cls in (_engine.Tensor, _engine.Variable):
        setattr(cls, name, function)


def _reflected(function):
    return lambda x, y: function(y, x)


for _name in ("and", "or", "xor"):
    _function = _logical(f"logical_{_name}", f"bitwise_{_name}")
    _add(f"__{_name}__", _function)
    _add(f"__r{_name}__", _reflected(_function))
_add("__invert__", _logical("logical_not", "bitwise_not"))
_add("__round__", _round)
_add("__divmod__", _divmod)
_add("__rdivmod__", _reflected(_divmod))
_add("__pos__", _same)
