"""Operations of neural networks: activations, convolution, pooling, normalization, attention and formulas of losses."""
from ... import _engine
from .. import activations as _activations
from .._operation import usable_in_graphs as _usable_in_graphs
from ..._objects import missing
from . import _attention, _decoding, _losses, _normalization, _windows
from ._tensors import (all_axes as _all_axes, engine as _ops, fail as _fail, floating as _floating, is_float as _is_float,
                       moved as _moved, one_axis as _one_axis, operations_of as _operations_of, tensor as _tensor)

globals().update({_name: getattr(_activations, _name) for _name in _engine.activation_names()
                  if _name.isidentifier() and not hasattr(_ops, _name)})  # tanh is NumPy's
for _module in (_attention, _decoding, _losses, _normalization, _windows):
    globals().update({_name: _thing for _name, _thing in _operations_of(_module).items()
                      if _thing.__module__ == _module.__name__})


def gelu(x, approximate=True):
    """x · Φ(x) with the normal distribution's Φ, or by default its approximation by tanh. (The activation "gelu" does not
    approximate.)"""
    return _activations.gelu(x, approximate)


def softmax(x, axis=-1):
    """exp(x) / Σ exp(x) along an axis, several together, or all (None)."""
    return _over_axes(_activations.softmax, x, axis)


def log_softmax(x, axis=-1):
    """log(softmax(x)), along an axis, several together, or all (None)."""
    return _over_axes(_activations.log_softmax, x, axis)


def _over_axes(function, x, axis):
    x = _floating(x)
    if isinstance(axis, int):
        return function(x, axis)
    axes = _all_axes(axis, x.ndim)
    last = list(range(x.ndim - len(axes), x.ndim))
    together = _moved(x, axes, last)
    y = function(_ops.reshape(together, (*together.shape[:x.ndim - len(axes)], -1)), -1)
    return _moved(_ops.reshape(y, together.shape), last, axes)


def one_hot(x, num_classes, axis=-1, dtype=None, sparse=False):
    """1 at the place of each number, 0 elsewhere, along a new axis; a number out of range gives zeros."""
    if sparse:
        _fail("expected sparse=False: Linnet has no sparse tensors (yet)")
    x = _tensor(x)
    x = x.astype("int32") if _is_float(x) or x.dtype == "bool" else x
    y = _ops.one_hot(x, num_classes, dtype or "float32")
    return _moved(y, [x.ndim], [_one_axis(axis, x.ndim + 1)])


def multi_hot(inputs, num_classes=None, axis=-1, dtype=None, sparse=False, **kwargs):
    """1 at the places of all numbers of a row, 0 elsewhere: (batch, …) -> (batch, num_classes)."""
    num_classes = kwargs.pop("num_tokens", num_classes)
    if num_classes is None or kwargs:
        _fail(f"expected num_classes, received {num_classes} and {kwargs}")
    inputs = _tensor(inputs)
    hot = one_hot(inputs, num_classes, axis, dtype, sparse)
    return _ops.max(hot, 1 if inputs.ndim > 1 else 0, False)


globals().update(_usable_in_graphs(globals()))

__getattr__ = missing(__name__)
