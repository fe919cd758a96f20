"""Operations that make few numbers of many: sums, means, extremes, quantiles. `axis` is None for all of them, a number,
or several; `keepdims` keeps them with size 1."""
import numpy

from ._elementwise import isclose, where
from ._tensors import (all_axes, dtype_name, engine, fail, floating, from_numpy, is_float, moved, numbers, one_axis, picked,
                       same_floating, tensor)


def _reduced(name, x, axis, keepdims):
    if isinstance(axis, (tuple, list)) and not axis:  # no axis, as in NumPy: each element by itself
        return getattr(engine, name)(engine.expand_dims(x, -1), -1)
    return getattr(engine, name)(x, axis, keepdims)


def _whole_sum(name, x, axis, keepdims, dtype):
    """Keras: of int32 and booleans int32, where the engine has int64."""
    x = tensor(x) if dtype is None else tensor(x, dtype_name(dtype))
    y = _reduced(name, x, axis, keepdims)
    return y.astype("int32") if x.dtype in ("int32", "bool") else y


def sum(x, axis=None, keepdims=False):
    """Σ x, in x's dtype; of booleans int32, of uint8 int64. Of nothing: 0."""
    return _whole_sum("sum", x, axis, keepdims, None)


def prod(x, axis=None, keepdims=False, dtype=None):
    """Π x, in x's dtype or `dtype`; of booleans int32, of uint8 int64. Of nothing: 1."""
    return _whole_sum("prod", x, axis, keepdims, dtype)


def mean(x, axis=None, keepdims=False):
    """Σ x / n; of integers float32."""
    return _reduced("mean", tensor(x), axis, keepdims)


def any(x, axis=None, keepdims=False):
    """Is any element not 0?"""
    return _reduced("any", tensor(x), axis, keepdims)


def all(x, axis=None, keepdims=False):
    """Is no element 0?"""
    return _reduced("all", tensor(x), axis, keepdims)


def allclose(x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Are all elements close to each other? See isclose()."""
    return all(isclose(x1, x2, rtol, atol, equal_nan))


def var(x, axis=None, keepdims=False):
    """The variance, mean((x - mean(x))²); of integers float32."""
    return _reduced("var", tensor(x), axis, keepdims)


def std(x, axis=None, keepdims=False):
    """The standard deviation, √var(x); of integers float32."""
    return _reduced("std", tensor(x), axis, keepdims)


def logsumexp(x, axis=None, keepdims=False):
    """log Σ exp(x), without overflow."""
    return _reduced("logsumexp", tensor(x), axis, keepdims)


def _extreme(name, x, axis, keepdims, initial):
    x = tensor(x)
    if initial is None:
        return _reduced(name, x, axis, keepdims)
    if x.size == 0:
        return engine.full(_reduced("sum", x, axis, keepdims).shape, initial, x.dtype)
    combine = engine.maximum if name == "max" else engine.minimum
    return combine(_reduced(name, x, axis, keepdims), tensor(initial, x.dtype))


def max(x, axis=None, keepdims=False, initial=None):
    """The largest element, NaN if one is, and not below `initial`; equal ones share the gradient."""
    return _extreme("max", x, axis, keepdims, initial)


def min(x, axis=None, keepdims=False, initial=None):
    """The smallest element, NaN if one is, and not above `initial`; equal ones share the gradient."""
    return _extreme("min", x, axis, keepdims, initial)


def amax(x, axis=None, keepdims=False):
    """max(x, axis, keepdims)."""
    return _extreme("max", x, axis, keepdims, None)


def amin(x, axis=None, keepdims=False):
    """min(x, axis, keepdims)."""
    return _extreme("min", x, axis, keepdims, None)


def ptp(x, axis=None, keepdims=False):
    """The largest element minus the smallest."""
    return max(x, axis, keepdims) - min(x, axis, keepdims)


def argmax(x, axis=None, keepdims=False):
    """The int32 position of the first largest element, along an axis or in the flattened x."""
    return _position(engine.argmax, x, axis, keepdims)


def argmin(x, axis=None, keepdims=False):
    """The int32 position of the first smallest element, along an axis or in the flattened x."""
    return _position(engine.argmin, x, axis, keepdims)


def _position(function, x, axis, keepdims):
    x = tensor(x)
    y = function(x, axis, keepdims).astype("int32")
    return engine.reshape(y, (1,) * x.ndim) if keepdims and axis is None else y


def count_nonzero(x, axis=None):
    """How many elements are not 0; int32."""
    return sum(engine.not_equal(tensor(x), 0), axis)


def average(x, axis=None, weights=None):
    """Σ weights · x / Σ weights, or the mean. Weights have x's shape, or one axis: that of `axis`."""
    if weights is None:
        return mean(x, axis)
    x, weights = same_floating(x, weights)
    if weights.shape != x.shape:
        if axis is None or isinstance(axis, (tuple, list)) or weights.shape != (x.shape[one_axis(axis, x.ndim)],):
            fail(f"expected weights of x's shape {x.shape}, or for one axis, received shape {weights.shape} for axis={axis}")
        weights = engine.reshape(weights, [-1 if each == one_axis(axis, x.ndim) else 1 for each in range(x.ndim)])
        weights = engine.broadcast_to(weights, x.shape)
    return _reduced("sum", x * weights, axis, False) / _reduced("sum", weights, axis, False)


# Where a quantile lies between two sorted elements: its share of the upper one.
_METHODS = {"linear": lambda share: share, "lower": lambda share: share * 0, "higher": lambda share: numpy.ceil(share),
            "nearest": lambda share: share, "midpoint": lambda share: numpy.where(share > 0, 0.5, 0)}


def quantile(x, q, axis=None, method="linear", keepdims=False):
    """The number below which a share q in [0, 1] of the elements lies; q's axes come first in the result.

    Between two elements: method="linear" by the distance to each, "lower", "higher", "nearest" or "midpoint". NaN if an
    element is. The gradient goes to the elements that it is made of.
    """
    if method not in _METHODS:
        fail(f"expected method {', '.join(_METHODS)}, received {method!r}")
    x, shares = floating(x), numbers(q).astype("float64")
    if not ((shares >= 0) & (shares <= 1)).all():
        fail(f"expected q in [0, 1], received {q}")
    axes = all_axes(axis, x.ndim)
    kept = [1 if each in axes else size for each, size in enumerate(x.shape)]
    rest = [size for each, size in enumerate(x.shape) if each not in axes]
    rows = engine.sort(engine.reshape(moved(x, axes, range(x.ndim - len(axes), x.ndim)), (*rest, -1)), -1)
    y = _between(rows, shares.reshape(-1), method)
    y = engine.reshape(moved(y, [y.ndim - 1], [0]), (*shares.shape, *(kept if keepdims else rest)))
    return y


def _between(rows, shares, method):
    """Of sorted rows, the elements at the given shares of their length, along the last axis."""
    places = shares * (rows.shape[-1] - 1)
    places = numpy.round(places) if method == "nearest" else places
    below = numpy.floor(places)
    share = from_numpy(_METHODS[method](places - below), rows.dtype)
    lower, upper = picked(rows, below, -1), picked(rows, numpy.ceil(places), -1)
    largest = picked(rows, [-1], -1)  # NaN comes last
    # lower + (upper - lower) · share is NaN between infinities
    between = where(engine.equal(lower, upper), lower, lower + (upper - lower) * share)
    return engine.where(engine.isnan(largest), largest, between)


def median(x, axis=None, keepdims=False):
    """The middle element, or the mean of the middle two; of integers float32."""
    return quantile(x, 0.5, axis, "linear", keepdims)


def percentile(x, q, axis=None, method="linear", keepdims=False):
    """quantile(x, q / 100)."""
    return quantile(x, numbers(q).astype("float64") / 100, axis, method, keepdims)


def _filled(x, value):
    x = tensor(x)
    return engine.where(engine.isnan(x), value, x) if is_float(x) else x


def _numbers_only(x):
    return engine.logical_not(engine.isnan(tensor(x)))


def nansum(x, axis=None, keepdims=False):
    """sum() of what is not NaN."""
    return sum(_filled(x, 0.0), axis, keepdims)


def nanprod(x, axis=None, keepdims=False):
    """prod() of what is not NaN."""
    return prod(_filled(x, 1.0), axis, keepdims)


def nanmax(x, axis=None, keepdims=False):
    """max() of what is not NaN; NaN where there is nothing else."""
    y = max(_filled(x, -numpy.inf), axis, keepdims)
    return where(any(_numbers_only(x), axis, keepdims), y, tensor(numpy.nan, y.dtype)) if is_float(y) else y


def nanmin(x, axis=None, keepdims=False):
    """min() of what is not NaN; NaN where there is nothing else."""
    y = min(_filled(x, numpy.inf), axis, keepdims)
    return where(any(_numbers_only(x), axis, keepdims), y, tensor(numpy.nan, y.dtype)) if is_float(y) else y


def nanmean(x, axis=None, keepdims=False):
    """mean() of what is not NaN."""
    x = floating(x)
    return nansum(x, axis, keepdims) / sum(_numbers_only(x), axis, keepdims)


def nanvar(x, axis=None, keepdims=False):
    """var() of what is not NaN."""
    x = floating(x)
    return nanmean(engine.square(x - nanmean(x, axis, True)), axis, keepdims)


def nanstd(x, axis=None, keepdims=False):
    """std() of what is not NaN."""
    return engine.sqrt(nanvar(x, axis, keepdims))
