"""keras.ops against NumPy: values, dtypes, shapes, defaults, gradients by central differences, and messages."""
import inspect
import itertools
import math

import numpy as np
import pytest

import linnet
from linnet import keras

ops = keras.ops
RANDOM = np.random.default_rng(5)


def draw(*shape, low=-2.0, high=2.0):
    return RANDOM.uniform(low, high, size=shape)


def array(tensor):
    return tensor.numpy() if isinstance(tensor, linnet.Tensor) else np.asarray(tensor)


def assert_close(received, expected, dtype=None, ulps=16):
    """Equal but for rounding: of each number, and of the largest, where numbers of different signs were added."""
    received, expected = array(received), np.asarray(expected)
    assert received.shape == expected.shape
    if dtype is not None:
        assert str(received.dtype) == dtype
    if received.dtype.kind != "f":
        np.testing.assert_array_equal(received, expected)
        return
    epsilon = ulps * np.finfo(received.dtype).eps
    finite = np.abs(expected[np.isfinite(expected)]).max(initial=1.0)
    np.testing.assert_allclose(received, expected, rtol=epsilon, atol=epsilon * finite)


def all_close(received, expected, **options):
    """Of one tensor, or of a list or tuple of them."""
    if isinstance(expected, (list, tuple)):
        assert len(received) == len(expected)
        for one, other in zip(received, expected):
            assert_close(one, other, **options)
    else:
        assert_close(received, expected, **options)


def check_gradient(function, *arrays, step=1e-6):
    """The gradient of Σ weights · function(…) by each argument, against central differences in float64."""
    tensors = [linnet.Tensor(np.array(each, "float64")) for each in arrays]
    for tensor in tensors:
        tensor.requires_grad = True
    results = function(*tensors)
    results = [each for each in (results if isinstance(results, (list, tuple)) else [results])]
    weights = [np.random.default_rng(9).uniform(0.5, 1.5, size=each.shape) for each in results]
    loss = sum((ops.sum(each * weight) for each, weight in zip(results, weights)), ops.zeros((), "float64"))
    received = linnet.gradients(loss, tensors)

    def value(*changed):
        found = function(*[linnet.Tensor(each) for each in changed])
        found = found if isinstance(found, (list, tuple)) else [found]
        return sum((array(each) * weight).sum() for each, weight in zip(found, weights))

    for position, gradient in enumerate(received):
        expected = np.zeros(np.shape(arrays[position]))
        for index in np.ndindex(expected.shape):
            moved = [[np.array(each, "float64") for each in arrays] for _ in range(2)]
            moved[0][position][index] += step
            moved[1][position][index] -= step
            expected[index] = (value(*moved[0]) - value(*moved[1])) / (2 * step)
        np.testing.assert_allclose(gradient.numpy(), expected, rtol=1e-6, atol=2e-8 * max(1, np.abs(expected).max(initial=0)))


# ---- functions whose names, arguments and results are NumPy's ----------------------------------------------------------

A, B = draw(3, 4), draw(3, 4)
ROW, CUBE = draw(4), draw(2, 3, 4)
POSITIVE = draw(3, 4, low=0.2, high=3.0)
UNIT = draw(3, 4, low=-0.9, high=0.9)
MASK = A > 0
HOLES = np.where(MASK, A, np.nan)

# name: (function of (numpy or keras.ops, arrays), arrays). With gradients.
SMOOTH = {
    "add": (lambda xp, a, b: xp.add(a, b), A, ROW),
    "subtract": (lambda xp, a, b: xp.subtract(a, b), A, ROW),
    "multiply": (lambda xp, a, b: xp.multiply(a, b), A, ROW),
    "divide": (lambda xp, a, b: xp.divide(a, b), A, POSITIVE),
    "true_divide": (lambda xp, a, b: xp.true_divide(a, b), A, POSITIVE),
    "power": (lambda xp, a, b: xp.power(a, b), POSITIVE, ROW),
    "maximum": (lambda xp, a, b: xp.maximum(a, b), A, B),
    "minimum": (lambda xp, a, b: xp.minimum(a, b), A, B),
    "mod": (lambda xp, a: xp.mod(a, 0.7), A),
    "fmod": (lambda xp, a: xp.fmod(a, 0.7), A),
    "hypot": (lambda xp, a, b: xp.hypot(a, b), A, B),
    "logaddexp": (lambda xp, a, b: xp.logaddexp(a, b), A, ROW),
    "logaddexp2": (lambda xp, a, b: xp.logaddexp2(a, b), A, ROW),
    "arctan2": (lambda xp, a, b: xp.arctan2(a, b), A, B),
    "heaviside": (lambda xp, b: xp.heaviside(np.array([-1.0, 0.0, 2.0]), b), np.array([3.0, 4.0, 5.0])),
    "ldexp": (lambda xp, a: xp.ldexp(a, np.array([1, -2, 0, 3])), A),
    **{name: (lambda xp, a, name=name: getattr(xp, name)(a), A) for name in (
        "negative", "abs", "absolute", "square", "exp", "exp2", "expm1", "sin", "cos", "sinh", "cosh", "tanh", "arcsinh",
        "arctan", "cbrt", "sinc", "deg2rad", "rad2deg", "real", "conj", "conjugate", "nan_to_num", "ravel", "copy",
        "transpose", "squeeze", "sum", "mean", "var", "std", "max", "min", "amax", "amin", "ptp", "median", "average",
        "cumsum", "trace", "diagonal", "diag", "tril", "triu", "flip", "sort", "diff")},
    **{name: (lambda xp, a, name=name: getattr(xp, name)(a), POSITIVE) for name in (
        "log", "log1p", "log2", "log10", "sqrt", "reciprocal", "prod", "cumprod")},
    **{name: (lambda xp, a, name=name: getattr(xp, name)(a), UNIT) for name in ("arcsin", "arccos", "arctanh", "tan")},
    "arccosh": (lambda xp, a: xp.arccosh(a), POSITIVE + 1),
    "clip": (lambda xp, a: xp.clip(a, -0.5, 1.0), A),
    "clip below": (lambda xp, a: xp.clip(a, -0.5, None), A),
    "clip above": (lambda xp, a: xp.clip(a, None, 0.5), A),
    "clip to tensors": (lambda xp, a, low, high: xp.clip(a, low, high), A, ROW - 1, ROW),
    "where": (lambda xp, a, b: xp.where(MASK, a, b), A, ROW),
    "select": (lambda xp, a, b: xp.select([MASK, A > -1], [a, b], 2.0), A, B),
    # reductions
    "sum axis": (lambda xp, a: xp.sum(a, axis=(0, -1)), CUBE),
    "sum keepdims": (lambda xp, a: xp.sum(a, axis=1, keepdims=True), CUBE),
    "sum no axis": (lambda xp, a: xp.sum(a, axis=()), CUBE),
    "mean axis": (lambda xp, a: xp.mean(a, axis=[0, 2] if xp is ops else (0, 2), keepdims=True), CUBE),
    "var axis": (lambda xp, a: xp.var(a, axis=-1), CUBE),
    "std axis": (lambda xp, a: xp.std(a, axis=(0, 1), keepdims=True), CUBE),
    "prod axis": (lambda xp, a: xp.prod(a, axis=1), CUBE),
    "prod with zeros": (lambda xp, a: xp.prod(a, axis=0), np.array([[0.0, 2.0, 0.0], [3.0, 4.0, 0.0]])),
    "max initial": (lambda xp, a: xp.max(a, axis=1, initial=0.5), A),
    "min initial": (lambda xp, a: xp.min(a, axis=1, initial=-0.5, keepdims=True), A),
    "average weights": (lambda xp, a, w: xp.average(a, axis=1, weights=w), A, np.abs(ROW) + 0.1),
    "average all": (lambda xp, a, w: xp.average(a, weights=w), A, POSITIVE),
    "median axis": (lambda xp, a: xp.median(a, axis=(0, 2), keepdims=True), CUBE),
    "quantile": (lambda xp, a: xp.quantile(a, 0.3, axis=1), A),
    "quantiles": (lambda xp, a: xp.quantile(a, np.array([0.0, 0.25, 1.0]), axis=(0, 1)), CUBE),
    **{f"quantile {method}": (lambda xp, a, m=method: xp.quantile(a, [0.1, 0.6], axis=-1, method=m, keepdims=True), CUBE)
       for method in ("linear", "lower", "higher", "midpoint", "nearest")},
    "percentile": (lambda xp, a: xp.percentile(a, 40, axis=0), A),
    "cumsum axis": (lambda xp, a: xp.cumsum(a, axis=1), CUBE),
    "cumprod axis": (lambda xp, a: xp.cumprod(a, axis=1), CUBE),
    "cumprod with zeros": (lambda xp, a: xp.cumprod(a, axis=0), np.array([1.5, 0.0, 2.0, 0.0, 3.0])),
    "diff twice": (lambda xp, a: xp.diff(a, n=2, axis=1), CUBE),
    "trapezoid": (lambda xp, a: (xp.trapezoid if xp is ops else np.trapz)(a, dx=0.5, axis=1), CUBE),
    "trapezoid at": (lambda xp, a, x: (xp.trapezoid if xp is ops else np.trapz)(a, x), A, ROW),
    # shapes
    "reshape": (lambda xp, a: xp.reshape(a, (4, -1)), CUBE),
    "transpose axes": (lambda xp, a: xp.transpose(a, (1, 2, 0)), CUBE),
    "transpose all": (lambda xp, a: xp.transpose(a), CUBE),
    "moveaxis": (lambda xp, a: xp.moveaxis(a, 0, -1), CUBE),
    "moveaxis several": (lambda xp, a: xp.moveaxis(a, (0, 1), (-1, 0)), CUBE),
    "swapaxes": (lambda xp, a: xp.swapaxes(a, 0, -1), CUBE),
    "expand_dims": (lambda xp, a: xp.expand_dims(a, -1), A),
    "expand_dims several": (lambda xp, a: xp.expand_dims(a, (0, 2)), A),
    "squeeze axes": (lambda xp, a: xp.squeeze(a, (0, 2)), draw(1, 3, 1)),
    "broadcast_to": (lambda xp, a: xp.broadcast_to(a, (2, 3, 4)), ROW),
    "concatenate": (lambda xp, a, b: xp.concatenate([a, b]), A, B),
    "concatenate last": (lambda xp, a, b: xp.concatenate([a, b], axis=-1), A, B),
    "append": (lambda xp, a, b: xp.append(a, b), A, ROW),
    "append axis": (lambda xp, a, b: xp.append(a, b, axis=0), A, B),
    "stack": (lambda xp, a, b: xp.stack([a, b], axis=1), A, B),
    "hstack": (lambda xp, a, b: xp.hstack([a, b]), A, B),
    "hstack vectors": (lambda xp, a, b: xp.hstack([a, b]), ROW, ROW[:2]),
    "vstack": (lambda xp, a, b: xp.vstack([a, b]), A, ROW),
    "split": (lambda xp, a: xp.split(a, 2, axis=1), A),
    "split at": (lambda xp, a: xp.split(a, [1, 3], axis=-1), A),
    "array_split": (lambda xp, a: xp.array_split(a, 3, axis=1), A),
    "flip axes": (lambda xp, a: xp.flip(a, axis=(0, 2)), CUBE),
    "roll": (lambda xp, a: xp.roll(a, 5), A),
    "roll axes": (lambda xp, a: xp.roll(a, (1, -2), axis=(0, 2)), CUBE),
    "roll one shift": (lambda xp, a: xp.roll(a, 1, axis=(1, 2)), CUBE),
    **{f"rot90 {k}": (lambda xp, a, k=k: xp.rot90(a, k, axes=(0, 2)), CUBE) for k in (1, 2, 3, -1)},
    "repeat": (lambda xp, a: xp.repeat(a, 2), A),
    "repeat axis": (lambda xp, a: xp.repeat(a, [0, 2, 1], axis=0), A),
    "tile": (lambda xp, a: xp.tile(a, 2), A),
    "tile more": (lambda xp, a: xp.tile(a, (2, 1, 3)), A),
    "pad": (lambda xp, a: xp.pad(a, ((1, 0), (2, 1))), A),
    "pad value": (lambda xp, a: xp.pad(a, 1, mode="constant", constant_values=3), A),
    **{f"pad {mode}": (lambda xp, a, mode=mode: xp.pad(a, ((1, 2), (0, 3)), mode=mode), A)
       for mode in ("reflect", "symmetric", "edge", "wrap")},
    "meshgrid": (lambda xp, a, b: xp.meshgrid(a, b), ROW, ROW[:2]),
    "meshgrid ij": (lambda xp, a, b: xp.meshgrid(a, b, indexing="ij"), ROW, ROW[:2]),
    "diagonal axes": (lambda xp, a: xp.diagonal(a, -1, 2, 0), CUBE),
    "diag vector": (lambda xp, a: xp.diag(a, 1), ROW),
    "diagflat": (lambda xp, a: xp.diagflat(a, -2), A[:2, :2]),
    "trace axes": (lambda xp, a: xp.trace(a, 1, 1, 2), CUBE),
    "tril k": (lambda xp, a: xp.tril(a, -1), CUBE),
    "triu k": (lambda xp, a: xp.triu(a, 2), CUBE),
    "vander": (lambda xp, a: xp.vander(a), ROW),
    "vander increasing": (lambda xp, a: xp.vander(a, 3, increasing=True), ROW),
    # picking
    "take": (lambda xp, a: xp.take(a, [0, 5, -1, 5]), A),
    "take axis": (lambda xp, a: xp.take(a, [[0, 2], [2, -1]], axis=1), A),
    "take_along_axis": (lambda xp, a: xp.take_along_axis(a, np.argsort(A, axis=1), axis=1), A),
    "take_along_axis flat": (lambda xp, a: xp.take_along_axis(a, np.array([3, 0, 11]), axis=None), A),
    "sort axis": (lambda xp, a: xp.sort(a, axis=0), A),
    "bincount weights": (lambda xp, w: xp.bincount([0, 2, 2, 5], weights=w, minlength=8), ROW),
    "linspace": (lambda xp, a, b: xp.linspace(a, b, 5), ROW, ROW + 3),
    "linspace axis": (lambda xp, a: xp.linspace(a, 2.0, 4, endpoint=False, axis=-1), ROW),
    "logspace": (lambda xp, a: xp.logspace(a, 1.0, 4, base=3.0), ROW),
    "full": (lambda xp, a: xp.full((2, 4), a, dtype="float64"), ROW),
    # products
    "matmul": (lambda xp, a, b: xp.matmul(a, b), CUBE, draw(4, 2)),
    "einsum": (lambda xp, a, b: xp.einsum("bij,kj->bik", a, b), CUBE, A),
    "tensordot": (lambda xp, a, b: xp.tensordot(a, b), CUBE, draw(3, 4, 2)),
    "tensordot one": (lambda xp, a, b: xp.tensordot(a, b, axes=1), CUBE, draw(4, 2)),
    "tensordot axes": (lambda xp, a, b: xp.tensordot(a, b, axes=([0, 2], [1, 0])), CUBE, draw(4, 2, 3)),
    "tensordot outer": (lambda xp, a, b: xp.tensordot(a, b, axes=0), ROW, A),
    "dot": (lambda xp, a, b: xp.dot(a, b), CUBE, draw(2, 4, 3)),
    "dot vectors": (lambda xp, a, b: xp.dot(a, b), ROW, ROW + 1),
    "dot number": (lambda xp, a: xp.dot(a, 3.0), A),
    "vdot": (lambda xp, a, b: xp.vdot(a, b), A, B),
    "inner": (lambda xp, a, b: xp.inner(a, b), A, B),
    "outer": (lambda xp, a, b: xp.outer(a, b), A, ROW),
    "kron": (lambda xp, a, b: xp.kron(a, b), A, draw(2, 2)),
    "kron ranks": (lambda xp, a, b: xp.kron(a, b), ROW, A),
    "cross": (lambda xp, a, b: xp.cross(a, b), draw(4, 3), draw(4, 3)),
    "cross axis": (lambda xp, a, b: xp.cross(a, b, axis=0), draw(3, 4), draw(3, 4)),
    "cross flat": (lambda xp, a, b: xp.cross(a, b), draw(4, 2), draw(4, 2)),
    "cross mixed": (lambda xp, a, b: xp.cross(a, b), draw(4, 2), draw(4, 3)),
    **{f"correlate {mode}": (lambda xp, a, b, mode=mode: xp.correlate(a, b, mode), draw(7), draw(3))
       for mode in ("valid", "same", "full")},
    **{f"correlate {mode} swapped": (lambda xp, a, b, mode=mode: xp.correlate(a, b, mode), draw(3), draw(6))
       for mode in ("valid", "full")},
    "corrcoef": (lambda xp, a: xp.corrcoef(a), A),
    # linear algebra
    "norm": (lambda xp, a: (xp.norm if xp is ops else np.linalg.norm)(a), CUBE),
    **{f"norm {order}": (lambda xp, a, o=order: (xp.norm if xp is ops else np.linalg.norm)(a, o, 1), A)
       for order in (2, 1, 3, 0.5, np.inf, -np.inf)},
    **{f"matrix norm {order} {axes}": (lambda xp, a, o=order, axes=axes: (xp.norm if xp is ops else np.linalg.norm)(
        a, o, axes, True), CUBE) for order in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)
       for axes in ((1, 2), (2, 0))},
}

# What has an array of float64, or says so, whatever its arguments are; and what depends on the last bit.
WITH_FLOAT64 = {"heaviside", "full", "plain: nextafter"}

# Without gradients, or with one that is 0.
PLAIN = {
    **{name: (lambda xp, a, b, name=name: getattr(xp, name)(a, b), np.round(A), np.round(B)) for name in (
        "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and", "logical_or", "logical_xor",
        "isclose", "nextafter", "isin")},
    **{name: (lambda xp, a, name=name: getattr(xp, name)(a), HOLES) for name in (
        "isnan", "isinf", "isfinite", "isposinf", "isneginf", "signbit", "nansum", "nanprod", "nanmax", "nanmin", "nanmean",
        "nanvar", "nanstd", "nan_to_num", "sum", "max", "median", "argmax", "argmin", "isreal", "angle", "sign")},
    **{name: (lambda xp, a, name=name: getattr(xp, name)(a), A * 3) for name in (
        "floor", "ceil", "trunc", "round", "sign", "logical_not", "argmax", "argmin", "argsort", "count_nonzero", "any", "all",
        "nonzero", "zeros_like", "ones_like", "ndim", "size", "imag", "real", "angle", "array")},
    "floor_divide": (lambda xp, a, b: xp.floor_divide(a, b), A * 3, POSITIVE),
    "round decimals": (lambda xp, a: xp.round(a, 2), A),
    "round tens": (lambda xp, a: xp.round(a * 100, -1), A),
    "nan_to_num values": (lambda xp, a: xp.nan_to_num(a, nan=1.0, posinf=2.0, neginf=3.0),
                          np.array([np.nan, np.inf, -np.inf, 0.5])),
    "nanmean axis": (lambda xp, a: xp.nanmean(a, axis=0, keepdims=True), HOLES[:, MASK.any(0)]),
    "isclose nan": (lambda xp, a: xp.isclose(a, a + 1e-9, equal_nan=True), HOLES),
    "isclose infinite": (lambda xp, a: xp.isclose(a, np.array([np.inf, np.inf, 1.0])), np.array([np.inf, -np.inf, np.inf])),
    "argmax axis": (lambda xp, a: xp.argmax(a, axis=1, keepdims=True), CUBE),
    "argmin all": (lambda xp, a: xp.argmin(a, keepdims=True), CUBE),
    "argsort axis": (lambda xp, a: xp.argsort(a, axis=0), A),
    "count_nonzero axis": (lambda xp, a: xp.count_nonzero(a, axis=(0, 1)), np.round(CUBE)),
    "where condition": (lambda xp, a: xp.where(a), np.round(A)),
    "full_like": (lambda xp, a: xp.full_like(a, 3), A),
    "searchsorted": (lambda xp, a: xp.searchsorted(np.sort(ROW), a), A),
    "searchsorted right": (lambda xp, a: xp.searchsorted(np.array([1.0, 2.0, 2.0]), a, side="right"), np.array([2.0, 0.0])),
    "digitize": (lambda xp, a: xp.digitize(a, np.array([-1.0, 0.0, 1.0])), A),
    "unravel_index": (lambda xp, a: xp.unravel_index(np.array([5, 11]), (3, 4)), A),
    "any axis": (lambda xp, a: xp.any(a, axis=1, keepdims=True), np.round(A)),
    "all axis": (lambda xp, a: xp.all(a, axis=(0,)), np.round(A)),
}


def is_floating(result):
    return np.asarray(result[0] if isinstance(result, (list, tuple)) else result).dtype.kind == "f"


@pytest.mark.parametrize("name", [*SMOOTH, *(f"plain: {name}" for name in PLAIN)])
def test_values_are_numpys(name):
    function, *arrays = SMOOTH[name] if name in SMOOTH else PLAIN[name.removeprefix("plain: ")]
    all_close(function(ops, *arrays), function(np, *arrays), ulps=64)
    narrow = [each.astype("float32") for each in arrays]
    exact = function(np, *[each.astype("float64") for each in narrow])
    if is_floating(exact) and name not in WITH_FLOAT64:
        all_close(function(ops, *narrow), exact, dtype="float32", ulps=64)


@pytest.mark.parametrize("name", SMOOTH)
def test_gradients_are_differences(name):
    function, *arrays = SMOOTH[name]
    check_gradient(lambda *tensors: function(ops, *tensors), *arrays)


# ---- defaults and dtypes -----------------------------------------------------------------------------------------------

SIGNATURES = {
    "all": "x, axis=None, keepdims=False", "any": "x, axis=None, keepdims=False", "append": "x1, x2, axis=None",
    "arange": "start, stop=None, step=None, dtype=None", "argmax": "x, axis=None, keepdims=False",
    "argpartition": "x, kth, axis=-1", "argsort": "x, axis=-1", "average": "x, axis=None, weights=None",
    "bincount": "x, weights=None, minlength=0, sparse=False", "clip": "x, x_min, x_max", "concatenate": "xs, axis=0",
    "count_nonzero": "x, axis=None", "cross": "x1, x2, axisa=-1, axisb=-1, axisc=-1, axis=None",
    "cumprod": "x, axis=None, dtype=None", "cumsum": "x, axis=None, dtype=None", "diag": "x, k=0",
    "diagonal": "x, offset=0, axis1=0, axis2=1", "diff": "a, n=1, axis=-1", "expand_dims": "x, axis",
    "eye": "N, M=None, k=0, dtype=None", "flip": "x, axis=None", "full": "shape, fill_value, dtype=None",
    "full_like": "x, fill_value, dtype=None", "histogram": "x, bins=10, range=None", "identity": "n, dtype=None",
    "isclose": "x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False",
    "linspace": "start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0",
    "logspace": "start, stop, num=50, endpoint=True, base=10, dtype=None, axis=0",
    "max": "x, axis=None, keepdims=False, initial=None", "mean": "x, axis=None, keepdims=False",
    "median": "x, axis=None, keepdims=False", "min": "x, axis=None, keepdims=False, initial=None",
    "moveaxis": "x, source, destination", "nan_to_num": "x, nan=0.0, posinf=None, neginf=None",
    "ones_like": "x, dtype=None", "pad": "x, pad_width, mode='constant', constant_values=None",
    "prod": "x, axis=None, keepdims=False, dtype=None", "quantile": "x, q, axis=None, method='linear', keepdims=False",
    "repeat": "x, repeats, axis=None", "reshape": "x, newshape", "roll": "x, shift, axis=None", "round": "x, decimals=0",
    "searchsorted": "sorted_sequence, values, side='left'", "select": "condlist, choicelist, default=0", "sort": "x, axis=-1",
    "split": "x, indices_or_sections, axis=0", "squeeze": "x, axis=None", "stack": "x, axis=0",
    "std": "x, axis=None, keepdims=False", "sum": "x, axis=None, keepdims=False", "swapaxes": "x, axis1, axis2",
    "take": "x, indices, axis=None", "take_along_axis": "x, indices, axis=None", "tensordot": "x1, x2, axes=2",
    "tile": "x, repeats", "trace": "x, offset=0, axis1=0, axis2=1", "transpose": "x, axes=None",
    "tri": "N, M=None, k=0, dtype=None", "tril": "x, k=0", "triu": "x, k=0", "var": "x, axis=None, keepdims=False",
    "where": "condition, x1=None, x2=None", "zeros": "shape, dtype=None", "ones": "shape, dtype=None",
    "zeros_like": "x, dtype=None",
    "cast": "x, dtype", "cond": "pred, true_fn, false_fn", "convert_to_tensor": "x, dtype=None, sparse=None, ragged=None",
    "fori_loop": "lower, upper, body_fun, init_val", "map": "f, xs",
    "scan": "f, init, xs=None, length=None, reverse=False, unroll=1", "scatter": "indices, values, shape",
    "slice": "inputs, start_indices, shape", "slice_update": "inputs, start_indices, updates",
    "stop_gradient": "variable", "switch": "index, branches, *operands", "unstack": "x, num=None, axis=0",
    "vectorized_map": "function, elements", "while_loop": "cond, body, loop_vars, maximum_iterations=None",
    "in_top_k": "targets, predictions, k", "logsumexp": "x, axis=None, keepdims=False", "top_k": "x, k, sorted=True",
    "unfold": "x, kernel_size, dilation=1, padding=0, stride=1",
    "segment_sum": "data, segment_ids, num_segments=None, sorted=False",
    "segment_max": "data, segment_ids, num_segments=None, sorted=False",
    "average_pool": "inputs, pool_size, strides=None, padding='valid', data_format=None",
    "batch_normalization": "x, mean, variance, axis, offset=None, scale=None, epsilon=0.001",
    "binary_crossentropy": "target, output, from_logits=False",
    "categorical_crossentropy": "target, output, from_logits=False, axis=-1",
    "sparse_categorical_crossentropy": "target, output, from_logits=False, axis=-1",
    "conv": "inputs, kernel, strides=1, padding='valid', data_format=None, dilation_rate=1",
    "depthwise_conv": "inputs, kernel, strides=1, padding='valid', data_format=None, dilation_rate=1",
    "separable_conv": "inputs, depthwise_kernel, pointwise_kernel, strides=1, padding='valid', data_format=None, "
                      "dilation_rate=1",
    "conv_transpose": "inputs, kernel, strides=1, padding='valid', output_padding=None, data_format=None, dilation_rate=1",
    "ctc_loss": "target, output, target_length, output_length, mask_index=0",
    "dot_product_attention": "query, key, value, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None, "
                             "attn_logits_soft_cap=None",
    "gelu": "x, approximate=True", "elu": "x, alpha=1.0", "leaky_relu": "x, negative_slope=0.2",
    "log_softmax": "x, axis=-1", "softmax": "x, axis=-1",
    "max_pool": "inputs, pool_size, strides=None, padding='valid', data_format=None",
    "moments": "x, axes, keepdims=False, synchronized=False",
    "multi_hot": "inputs, num_classes=None, axis=-1, dtype=None, sparse=False, **kwargs",
    "normalize": "x, axis=-1, order=2, epsilon=None", "one_hot": "x, num_classes, axis=-1, dtype=None, sparse=False",
    "psnr": "x1, x2, max_val", "rms_normalization": "x, scale=1, axis=-1, epsilon=None",
    "cholesky": "x, upper=False", "norm": "x, ord=None, axis=None, keepdims=False", "qr": "x, mode='reduced'",
    "solve": "a, b", "solve_triangular": "a, b, lower=False", "svd": "x, full_matrices=True, compute_uv=True",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures_are_keras(name):
    assert str(inspect.signature(getattr(ops, name))) == f"({SIGNATURES[name]})"


INT, BOOL, BYTE = np.array([[3, -1], [0, 7]], "int32"), np.array([[True, False], [True, True]]), np.array([250, 7], "uint8")
DTYPES = {  # of int32, bool, uint8
    **dict.fromkeys(["sum", "prod", "nansum"], ("int32", "int32", "int64")),
    **dict.fromkeys(["max", "min", "amax", "sort", "ravel", "flip", "copy", "negative", "transpose"],
                    ("int32", "bool", "uint8")),
    **dict.fromkeys(["square", "cumsum", "cumprod"], ("int32", "int32", "uint8")),
    **dict.fromkeys(["mean", "var", "std", "median", "average", "exp", "log2", "sqrt", "floor", "ceil", "reciprocal", "cbrt",
                     "deg2rad", "sinc", "erfinv", "arcsinh", "logsumexp", "norm", "softmax"], ("float32",) * 3),
    **dict.fromkeys(["argmax", "argmin", "argsort", "count_nonzero"], ("int32",) * 3),
    **dict.fromkeys(["any", "all", "isnan", "logical_not", "signbit"], ("bool",) * 3),
    **dict.fromkeys(["round", "trunc", "abs", "sign", "zeros_like", "ones_like"], ("int32", "bool", "uint8")),
}


@pytest.mark.parametrize("name", DTYPES)
def test_dtypes_of_integers_and_booleans(name):
    assert tuple(getattr(ops, name)(x).dtype for x in (INT, BOOL, BYTE)) == DTYPES[name]


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min", "mean", "var", "std", "median", "cumsum", "cumprod", "square",
                                  "diff", "argmax", "sort", "trace", "ptp"])
@pytest.mark.parametrize("x", [INT, np.array([[5, 1, 2]], "int64")], ids=["int32", "int64"])
def test_values_of_integers(name, x):
    assert_close(getattr(ops, name)(x), getattr(np, name)(x))


def test_products_of_integers_and_booleans():
    for name in ("matmul", "dot", "inner", "tensordot", "vdot", "outer", "kron"):
        assert_close(getattr(ops, name)(INT, INT), getattr(np, name)(INT, INT), dtype="int32")
    assert_close(ops.einsum("ij,jk->ik", INT, INT), INT @ INT, dtype="int32")
    assert_close(ops.matmul(BOOL, BOOL), BOOL @ BOOL, dtype="bool")
    assert ops.matmul(INT, INT.astype("float32")).dtype == "float32"


def test_numbers_take_the_dtype_beside_them():
    for dtype in ("float64", "bfloat16", "float32"):
        x = ops.cast([1.0, 2.0], dtype)
        for y in (x + 1, ops.logaddexp(x, 1.0), ops.hypot(x, 2), ops.where([True, False], x, 0.0), ops.maximum(0.5, x),
                  ops.clip(x, 0.5, 1.5), ops.divide_no_nan(x, 2.0), ops.heaviside(x, 0.5), ops.select([x > 1], [x], 0.0)):
            assert y.dtype == dtype
    assert ops.maximum(INT, 1).dtype == "int32" and ops.maximum(INT, 1.5).dtype == "float32"
    assert ops.where(BOOL, 1, 0).dtype == "int32" and ops.where(BOOL, 1.0, 0).dtype == "float32"
    assert ops.maximum(BOOL, BOOL).dtype == "bool"


def test_integers_bit_by_bit():
    a, b = RANDOM.integers(-50, 50, size=(3, 4)).astype("int32"), RANDOM.integers(0, 7, size=4).astype("int32")
    for name in ("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift", "gcd", "lcm"):
        assert_close(getattr(ops, name)(a, b), getattr(np, name)(a, b), dtype="int32")
    assert_close(ops.bitwise_not(a), ~a, dtype="int32")
    assert_close(ops.bitwise_left_shift(a, 2), a << 2, dtype="int32")
    assert_close(ops.bitwise_and(BOOL, True), BOOL, dtype="bool")
    with pytest.raises(linnet.InvalidArgument, match=r"\[bitwise_and\] expected integers or booleans, received dtype float32"):
        ops.bitwise_and(1.5, 2)


def test_tensors_from_nothing():
    cases = {"zeros": (2, 3), "ones": (2, 3), "eye": 3, "identity": 3, "tri": 3}
    for name, argument in cases.items():
        assert_close(getattr(ops, name)(argument), getattr(np, name)(argument), dtype="float32")
    assert_close(ops.eye(2, 4, 1, "int32"), np.eye(2, 4, 1), dtype="int32")
    assert_close(ops.tri(2, 4, -1), np.tri(2, 4, -1), dtype="float32")
    assert_close(ops.zeros(3), np.zeros(3)), assert_close(ops.full(3, 2), np.full(3, 2.0), dtype="float32")
    assert ops.empty((2, 0)).shape == (2, 0) and ops.empty_like(INT).dtype == "int32"
    assert_close(ops.arange(5), np.arange(5), dtype="int32")
    assert_close(ops.arange(1, 7, 2), np.arange(1, 7, 2), dtype="int32")
    assert_close(ops.arange(0.5, 3), np.arange(0.5, 3), dtype="float32")
    assert_close(ops.arange(3, dtype="float64"), np.arange(3.0), dtype="float64")
    assert_close(ops.linspace(0, 1, 5), np.linspace(0, 1, 5), dtype="float32", ulps=1)
    assert_close(ops.linspace(2, 3, 1), np.linspace(2, 3, 1)), assert_close(ops.linspace(2, 3, 0), np.linspace(2, 3, 0))
    values, step = ops.linspace(0.0, 2.0, 5, retstep=True)
    assert float(step) == 0.5
    assert_close(ops.logspace(0, 3, 4), [1, 10, 100, 1000], dtype="float32", ulps=2)
    for name in ("bartlett", "blackman", "hamming", "hanning"):
        assert_close(getattr(ops, name)(8), getattr(np, name)(8), dtype="float32")
    assert_close(ops.kaiser(8, 3.0), np.kaiser(8, 3.0), dtype="float32")
    counts, edges = ops.histogram(A, bins=4, range=(-1, 1))
    expected = np.histogram(A, bins=4, range=(-1, 1))
    assert_close(counts, expected[0], dtype="int32"), assert_close(edges, expected[1])


def test_copies_share_nothing():
    x = np.ones(3, "float32")
    y, z = ops.copy(x), ops.array(x)
    x[0] = 5
    assert y.numpy()[0] == z.numpy()[0] == 1


def test_nothing_and_numbers():
    nothing = np.zeros((0, 3), "float32")
    for name in ("sum", "prod", "cumsum", "cumprod", "sort", "ravel", "square", "argsort", "flip", "transpose", "nonzero",
                 "exp2", "any", "all", "isnan", "copy", "round", "count_nonzero", "diff", "triu"):
        all_close(getattr(ops, name)(nothing), getattr(np, name)(nothing))
    assert_close(ops.max(nothing, initial=2.0), np.float32(2)), assert_close(ops.sum(nothing, 0), np.zeros(3))
    assert_close(ops.max(nothing, 0, initial=1.0), np.ones(3)), assert_close(ops.concatenate([nothing, nothing]), nothing)
    for name in ("sum", "max", "median", "cbrt", "cumsum", "ravel", "square", "size", "ndim"):
        assert_close(getattr(ops, name)(2.0), getattr(np, name)(np.float32(2)))
    assert_close(ops.add([1, 2], [3, 4]), [4, 6], dtype="int32")
    assert_close(ops.mean([[1, 2], [3, 4]], 0), [2, 3], dtype="float32")


# ---- operations that are Keras's ---------------------------------------------------------------------------------------

def softmax(x, axis=-1):
    powers = np.exp(x - x.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def test_functions_of_errors():
    x = np.linspace(-0.999999, 0.999999, 41)
    assert_close(ops.erf(ops.erfinv(x)), x, ulps=8)
    assert_close(ops.erfinv([-1.0, 1.0, 2.0, 0.0]), [-np.inf, np.inf, np.nan, 0.0])
    assert_close(ops.erfc(x), [math.erfc(each) for each in x])
    check_gradient(ops.erf, x), check_gradient(ops.erfc, x)
    check_gradient(ops.erfinv, x[5:-5]), check_gradient(ops.rsqrt, POSITIVE)


def test_division_without_nan_has_gradients_without_nan():
    a, b = np.array([1.0, 2.0, 0.0]), np.array([2.0, 0.0, 0.0])
    assert_close(ops.divide_no_nan(a, b), [0.5, 0, 0])
    x, y = linnet.Tensor(a), linnet.Tensor(b)
    x.requires_grad = y.requires_grad = True
    dx, dy = linnet.gradients(ops.sum(ops.divide_no_nan(x, y)), [x, y])
    assert_close(dx, [0.5, 0, 0]), assert_close(dy, [-0.25, 0, 0])


@pytest.mark.parametrize("name, at", [("hypot", (0.0, 0.0)), ("sinc", (0.0,)), ("arcsinh", (0.0,)), ("cbrt", (0.0,)),
                                      ("divide_no_nan", (0.0, 0.0)), ("logaddexp", (1.0, 1.0))])
def test_gradients_are_numbers_where_formulas_are_not(name, at):
    xs = [linnet.Tensor(np.array([each])) for each in at]
    for x in xs:
        x.requires_grad = True
    assert all(np.isfinite(each.numpy()).all() for each in linnet.gradients(ops.sum(getattr(ops, name)(*xs)), xs))


def test_values_far_out():
    assert_close(ops.logaddexp([-np.inf, 1000.0], [-np.inf, 1000.0]), [-np.inf, 1000 + math.log(2)])
    assert_close(ops.hypot(np.float32(3e30), np.float32(4e30)), np.float32(5e30))
    assert_close(ops.arcsinh([1e30, -1e30, 1e-30]), np.arcsinh([1e30, -1e30, 1e-30]))
    assert_close(ops.median([1.0, np.nan, 2.0]), np.nan), assert_close(ops.median([np.inf, np.inf]), np.inf)


def test_top_k():
    x = np.array([[1.0, 5.0, 3.0, 5.0], [2.0, 0.0, 9.0, 1.0]])
    values, positions = ops.top_k(x, 2)
    assert_close(values, [[5, 5], [9, 2]]), assert_close(positions, [[1, 3], [2, 0]], dtype="int32")
    check_gradient(lambda t: ops.top_k(t, 2)[0], draw(3, 5))
    assert ops.in_top_k([2, 3], x, 3).tolist() == [True, True] and ops.in_top_k([2, 1], x, 2).tolist() == [False, False]
    assert sorted(ops.argpartition(x[0], 1).tolist()[:2]) == [0, 2]


def test_segments():
    data, ids = draw(6, 2), np.array([2, 0, 2, -1, 0, 5])
    expected = np.zeros((4, 2))
    for row, segment in zip(data, ids):
        if 0 <= segment < 4:
            expected[segment] += row
    assert_close(ops.segment_sum(data, ids, 4), expected)
    assert ops.segment_sum(data, ids).shape == (6, 2)
    assert_close(ops.segment_sum(INT, [1, 1]), [[0, 0], [3, 6]], dtype="int32")
    highest = ops.segment_max(data, ids, 4).numpy()
    assert_close(highest[2], np.maximum(data[0], data[2])), assert_close(highest[1], [-np.inf, -np.inf])
    assert_close(ops.segment_min(data, ids, 4).numpy()[0], np.minimum(data[1], data[4]))
    assert_close(ops.segment_max([4, 7], [2, 2]), [-2**31, -2**31, 7], dtype="int32")
    check_gradient(lambda x: ops.segment_sum(x, ids, 4), data)
    check_gradient(lambda x: ops.segment_max(x, [0, 1, 1, 0, 0, 1]), data)
    check_gradient(lambda x: ops.segment_min(x, [0, 1, 1, 0, 0, 1]), data)
    with pytest.raises(linnet.InvalidArgument, match=r"\[segment_sum\] expected one segment id for each row of data"):
        ops.segment_sum(data, [0, 1])


def test_distances():
    x, y = draw(2, 3, 4), draw(2, 5, 4)
    assert_close(ops.cdist(x, y), np.sqrt(np.square(x[:, :, None] - y[:, None]).sum(-1)))
    check_gradient(ops.cdist, x, y)


def test_blocks():
    x = np.arange(12.0).reshape(3, 4)
    assert_close(ops.slice(x, (1, 0), (2, -1)), x[1:])
    updated = x.copy()
    updated[1:3, 2:4] = 7
    assert_close(ops.slice_update(x, (1, 2), np.full((2, 2), 7.0)), updated)
    check_gradient(lambda a: ops.slice(a, (0, 1), (2, 2)), x)
    check_gradient(lambda a, b: ops.slice_update(a, (1, 2), b), x, draw(2, 2))
    with pytest.raises(linnet.InvalidArgument, match=r"\[slice\] expected a block inside shape \(3, 4\)"):
        ops.slice(x, (2, 0), (2, 4))
    with pytest.raises(linnet.InvalidArgument, match=r"\[slice_update\] expected a block inside"):
        ops.slice_update(x, (2, 3), np.zeros((2, 2)))


def test_scatter():
    indices = np.array([[0, 1], [2, 0], [0, 1]])
    expected = np.zeros((3, 2))
    np.add.at(expected, tuple(indices.T), [1.0, 2.0, 3.0])
    assert_close(ops.scatter(indices, [1.0, 2.0, 3.0], (3, 2)), expected)
    rows = draw(2, 3)
    expected = np.zeros((4, 3))
    expected[[3, 1]] = rows
    assert_close(ops.scatter([[3], [1]], rows, (4, 3)), expected)
    check_gradient(lambda values: ops.scatter(indices, values, (3, 2)), np.array([1.0, 2.0, 3.0]))
    with pytest.raises(linnet.InvalidArgument, match=r"\[scatter\] expected indices inside shape"):
        ops.scatter([[4]], [1.0], (3,))


@pytest.mark.parametrize("reduction, at", [(None, None), ("add", np.add), ("max", np.maximum), ("min", np.minimum),
                                           ("mul", np.multiply)])
def test_scatter_update(reduction, at):
    x, rows, indices = draw(4, 3), draw(3, 3), np.array([[2], [0], [2]])
    expected = x.copy()
    if at is None:
        expected[[2, 0, 2]] = rows
    else:
        at.at(expected, [2, 0, 2], rows)
    assert_close(ops.scatter_update(x, indices, rows, reduction), expected)
    check_gradient(lambda a, b: ops.scatter_update(a, indices, b, reduction), x, rows)


def test_casts():
    assert ops.cast([1.7], "int32").tolist() == [1] and ops.dtype(ops.cast([1.0], np.float64)) == "float64"
    assert ops.saturate_cast([-5.0, 3.5, 300.0], "uint8").tolist() == [0, 3, 255]
    assert ops.saturate_cast([1e30, -1e30], "int64").tolist() == [2**63 - 1, -2**63]
    assert ops.saturate_cast(np.array([-1, 256], "int64"), "uint8").tolist() == [0, 255]
    assert ops.shape(np.zeros((2, 3))) == (2, 3) and ops.shape([1, 2]) == (2,)
    assert ops.is_tensor(ops.ones(2)) and not ops.is_tensor(np.ones(2))
    assert ops.convert_to_tensor([1, 2], "float64").dtype == "float64" and isinstance(ops.convert_to_numpy([1]), np.ndarray)
    assert ops.get_item(A, (0, slice(1, 3))).shape == (2,)


def test_stopped_gradients():
    x = linnet.Tensor([1.0, 2.0])
    x.requires_grad = True
    dx, = linnet.gradients(ops.sum(x * ops.stop_gradient(x)), [x])
    assert_close(dx, [1, 2])


def test_parts_of_weights_have_gradients():
    weights = linnet.Variable(A.copy())
    gradient, = linnet.gradients(ops.sum(weights[1] * ROW) + ops.max(weights[:, 2:]) * 0, [weights])
    expected = np.zeros_like(A)
    expected[1] = ROW
    assert_close(gradient, expected), assert_close(weights[0, -1], A[0, -1])
    with pytest.raises(IndexError, match="index 3 is out of range"):
        weights[3]


def test_loops():
    assert ops.cond(True, lambda: 1, lambda: 2) == 1 and ops.cond(linnet.Tensor(False), lambda: 1, lambda: 2) == 2
    assert [ops.switch(i, [lambda a: a, lambda a: -a], 3) for i in (0, 1, 7, -2)] == [3, -3, -3, 3]
    assert ops.while_loop(lambda i, total: i < 5, lambda i, total: (i + 1, total + i), (0, 0)) == (5, 10)
    assert ops.while_loop(lambda i: True, lambda i: i + 1, 0, maximum_iterations=4) == 4
    assert ops.fori_loop(0, 4, lambda i, value: value + i, 10) == 16
    last, sums = ops.scan(lambda carry, x: (carry + x, carry * x), ops.zeros((), "float64"), ROW)
    assert_close(last, ROW.sum()), assert_close(sums, (np.cumsum(ROW) - ROW) * ROW)
    last, sums = ops.scan(lambda carry, x: (carry + x["a"], {"y": carry}), 0.0, {"a": ROW}, reverse=True)
    assert_close(last, ROW.sum()), assert_close(sums["y"], np.cumsum(ROW[::-1])[::-1] - ROW)
    assert ops.scan(lambda carry, x: (carry + 1, carry), 0, length=3)[1].tolist() == [0, 1, 2]
    check_gradient(lambda x: ops.scan(lambda carry, each: (carry * each, carry + each), ops.ones((), "float64"), x)[1], ROW)
    assert_close(ops.map(lambda x: x * 2, A), A * 2)
    assert_close(ops.vectorized_map(lambda x: ops.sum(x[0] * x[1]), [A, B]), (A * B).sum(1))
    assert_close(ops.associative_scan(lambda a, b: a + b, A, axis=1), np.cumsum(A, 1))
    assert_close(ops.associative_scan(lambda a, b: a + b, A, reverse=True), np.cumsum(A[::-1], 0)[::-1])
    assert_close(ops.vectorize(lambda a, b: a if float(a) > float(b) else b)(A, ROW), np.maximum(A, ROW))
    assert_close(ops.extract_sequences(np.arange(7.0), 3, 2), [[0, 1, 2], [2, 3, 4], [4, 5, 6]])
    all_close(ops.unstack(A, axis=1), [A[:, i] for i in range(4)])


def test_softmax_over_several_axes():
    for axis, along in ((-1, -1), (1, 1), ((0, 2), (0, 2)), (None, (0, 1, 2))):
        assert_close(ops.softmax(CUBE, axis), softmax(CUBE, along))
        assert_close(ops.log_softmax(CUBE, axis), np.log(softmax(CUBE, along)))
        check_gradient(lambda x: ops.softmax(x, axis), CUBE), check_gradient(lambda x: ops.log_softmax(x, axis), CUBE)


def test_gelu_approximates_as_keras_ops_does():
    approximate = 0.5 * A * (1 + np.tanh(math.sqrt(2 / math.pi) * (A + 0.044715 * A**3)))
    assert_close(ops.gelu(A), approximate)
    assert_close(ops.gelu(A, False), A * 0.5 * (1 + np.vectorize(math.erf)(A / math.sqrt(2))))
    assert_close(keras.activations.gelu(A), ops.gelu(A, approximate=False))


def test_one_hot():
    assert_close(ops.one_hot([2, 0, -1], 3), [[0, 0, 1], [1, 0, 0], [0, 0, 0]], dtype="float32")
    assert_close(ops.one_hot([[1], [0]], 2, axis=0, dtype="int32"), np.eye(2, dtype="int32")[[[1], [0]]].transpose(2, 0, 1))
    assert_close(ops.multi_hot([[0, 2], [1, 1]], 4), [[1, 0, 1, 0], [0, 1, 0, 0]], dtype="float32")
    assert_close(ops.multi_hot([0, 2], num_classes=3), [1, 0, 1])


def test_crossentropies():
    targets, logits = np.round(draw(3, 4, low=0, high=1)), draw(3, 4)
    p = 1 / (1 + np.exp(-logits))
    binary = -targets * np.log(p) - (1 - targets) * np.log(1 - p)
    assert_close(ops.binary_crossentropy(targets, p), binary)
    assert_close(ops.binary_crossentropy(targets, logits, from_logits=True), binary)
    assert_close(ops.binary_crossentropy([1.0], [-1000.0], from_logits=True), [1000.0])
    shares, labels = softmax(logits), np.array([3, 0, 1])
    categorical = -np.log(shares)[np.arange(3), labels]
    for target in (np.eye(4)[labels],):
        assert_close(ops.categorical_crossentropy(target, shares * 3), categorical)
        assert_close(ops.categorical_crossentropy(target, logits, from_logits=True), categorical)
        assert_close(ops.categorical_crossentropy(target.T, logits.T, from_logits=True, axis=0), categorical)
    assert_close(ops.sparse_categorical_crossentropy(labels, shares * 3), categorical)
    assert_close(ops.sparse_categorical_crossentropy(labels[:, None], logits, from_logits=True), categorical)
    check_gradient(lambda x: ops.binary_crossentropy(targets, x, True), logits)
    check_gradient(lambda t, x: ops.binary_crossentropy(t, x), targets, p)
    check_gradient(lambda x: ops.categorical_crossentropy(np.eye(4)[labels], x), shares)
    check_gradient(lambda x: ops.sparse_categorical_crossentropy(labels, x, from_logits=True), logits)
    with pytest.raises(linnet.InvalidArgument, match=r"crossentropy\] expected classes in \[0, 4\), received 4"):
        ops.sparse_categorical_crossentropy([0, 4, 1], logits)
    with pytest.raises(linnet.InvalidArgument, match=r"\[binary_crossentropy\] expected target and output of one shape"):
        ops.binary_crossentropy(targets, logits[:, :1])


def every_path(labels, time):
    """All ways to spell labels in so many steps, with blanks 0: brute force."""
    for path in itertools.product(range(4), repeat=time):
        merged = [symbol for symbol, _ in itertools.groupby(path) if symbol != 0]
        if merged == labels:
            yield path


def test_ctc_loss_of_shorter_sequences_and_another_blank():
    logits = draw(2, 4, 4)
    log_p = np.log(softmax(logits))
    expected = [-np.log(sum(np.exp(sum(log_p[b, t, k] for t, k in enumerate(path))) for path in every_path(labels, time)))
                for b, (labels, time) in enumerate([([1, 3], 4), ([2], 3)])]
    target = np.array([[1, 3], [2, 2]])
    assert_close(ops.ctc_loss(target, logits, [2, 1], [4, 3]), expected)
    order = [3, 0, 1, 2]  # class k of before is class order[k]: the blank is the last
    moved = np.zeros_like(logits)
    moved[:, :, order] = logits
    assert_close(ops.ctc_loss(np.array(order)[target], moved, [2, 1], [4, 3], mask_index=3), expected)
    check_gradient(lambda x: ops.ctc_loss(target, x, [2, 1], [4, 3]), logits)
    with pytest.raises(linnet.InvalidArgument, match=r"\[ctc_loss\] expected symbols in \[0, 4\) other than the blank 0"):
        ops.ctc_loss([[0, 1], [1, 2]], logits, [2, 2], [4, 4])


def attention(query, key, value, bias=0.0, mask=True, scale=None, causal=False, cap=None):
    scores = np.einsum("btnh,bsnh->bnts", query, key) * (query.shape[-1] ** -0.5 if scale is None else scale)
    scores = scores if cap is None else cap * np.tanh(scores / cap)
    visible = np.broadcast_to(mask, scores.shape) & (np.tri(*scores.shape[-2:], dtype=bool) if causal else True)
    return np.einsum("bnts,bsnh->btnh", softmax(np.where(visible, scores + bias, -1e300)), value)


@pytest.mark.parametrize("options", [{}, {"bias": draw(2, 1, 3, 3)}, {"cap": 0.5}, {"bias": draw(4, 1, 3), "causal": True},
                                     {"mask": draw(2, 1, 3, 3) > -1, "cap": 2.0, "scale": 0.7}], ids=str)
def test_attention(options):
    query, key, value = draw(2, 3, 4, 5), draw(2, 3, 4, 5), draw(2, 3, 4, 6)
    names = {"causal": "is_causal", "cap": "attn_logits_soft_cap"}
    given = {names.get(name, name): option for name, option in options.items()}
    assert_close(ops.dot_product_attention(query, key, value, **given), attention(query, key, value, **options), ulps=64)


def test_attention_with_a_cap_has_its_gradient():
    query, key, value = draw(1, 3, 1, 4), draw(1, 3, 1, 4), draw(1, 3, 1, 2)
    check_gradient(lambda *x: ops.dot_product_attention(*x, is_causal=True, attn_logits_soft_cap=0.8), query, key, value)


def test_attention_of_shared_keys_with_bias_has_its_gradient():
    query, key, value, bias = draw(1, 2, 4, 3), draw(1, 2, 2, 3), draw(1, 2, 2, 3), draw(4, 2, 2)
    repeated = [np.repeat(x, 2, 2) for x in (key, value)]
    assert_close(ops.dot_product_attention(query, key, value, bias), attention(query, *repeated, bias=bias))
    check_gradient(ops.dot_product_attention, query, key, value, bias)


def test_normalizations():
    mean, variance = A.mean(1, keepdims=True), A.var(1, keepdims=True)
    assert_close(ops.layer_normalization(A, ROW, ROW + 1, epsilon=1e-3), ROW * (A - mean) / np.sqrt(variance + 1e-3) + ROW + 1)
    assert_close(ops.rms_normalization(A, ROW), ROW * A / np.sqrt(np.square(A).mean(1, keepdims=True) + 1e-7))
    column = draw(3)
    centered = (A - A.mean(0)) / np.sqrt(A.var(0) + 1e-7)
    assert_close(ops.layer_normalization(A, column, axis=0), column[:, None] * centered)
    all_close(ops.moments(CUBE, [0, 1], keepdims=True), [CUBE.mean((0, 1), keepdims=True), CUBE.var((0, 1), keepdims=True)])
    expected = (CUBE - column[:, None]) / np.sqrt(np.square(column) + 1e-3)[:, None] * 2 + 1
    assert_close(ops.batch_normalization(CUBE, column, column**2, 1, np.ones(3), np.full(3, 2.0)), expected)
    assert_close(ops.normalize(A), A / np.linalg.norm(A, axis=-1, keepdims=True))
    assert_close(ops.normalize(A, 0, 1), A / np.abs(A).sum(0)), assert_close(ops.normalize(np.zeros(3)), np.zeros(3))
    assert_close(ops.psnr(A, B, 2.0), 20 * np.log10(2) - 10 * np.log10(np.square(A - B).mean()))
    check_gradient(lambda x, gamma, beta: ops.layer_normalization(x, gamma, beta), A, ROW, ROW)
    check_gradient(lambda x, scale: ops.rms_normalization(x, scale), A, ROW)
    check_gradient(lambda x, m, v, o, s: ops.batch_normalization(x, m, v, -1, o, s), A, ROW, ROW**2, ROW, ROW)
    check_gradient(lambda x: ops.normalize(x), A), check_gradient(lambda x: ops.normalize(x, 0, 3), A)
    check_gradient(lambda x: ops.moments(x, [0]), A), check_gradient(lambda a, b: ops.psnr(a, b, 1.0), A, B)


def test_convolutions_and_pools():
    images, kernel = draw(2, 5, 6, 3), draw(2, 2, 3, 4)
    expected = sum(np.einsum("nijc,cf->nijf", images[:, i:i + 4, j:j + 5], kernel[i, j]) for i in range(2) for j in range(2))
    assert_close(ops.conv(images, kernel), expected)
    assert_close(ops.conv(images, kernel, strides=(2, 1)), expected[:, ::2])
    assert_close(ops.conv(images.transpose(0, 3, 1, 2), kernel, data_format="channels_first"), expected.transpose(0, 3, 1, 2))
    assert ops.conv(images, kernel, padding="same", dilation_rate=2).shape == (2, 5, 6, 4)
    depthwise = draw(2, 2, 3, 2)
    expected = sum(images[:, i:i + 4, j:j + 5, :, None] * depthwise[i, j] for i in range(2) for j in range(2))
    assert_close(ops.depthwise_conv(images, depthwise), expected.reshape(2, 4, 5, 6))
    pointwise = draw(1, 1, 6, 3)
    assert_close(ops.separable_conv(images, depthwise, pointwise), expected.reshape(2, 4, 5, 6) @ pointwise[0, 0])
    back = ops.conv_transpose(images, draw(3, 3, 2, 3), strides=2, padding="same")
    assert back.shape == (2, 10, 12, 2)
    windows = images[:, :4, :6].reshape(2, 2, 2, 3, 2, 3)
    assert_close(ops.max_pool(images, 2), windows.max((2, 4)))
    assert_close(ops.average_pool(images, (2, 2)), windows.mean((2, 4)))
    assert ops.max_pool(images, 2, strides=1, padding="same").shape == images.shape
    small = draw(1, 4, 3, 2)
    check_gradient(lambda x, k: ops.conv(x, k, padding="same"), small, draw(2, 2, 2, 2))
    check_gradient(lambda x, k: ops.depthwise_conv(x, k, data_format="channels_first"), draw(1, 2, 4, 3), draw(2, 2, 2, 1))
    check_gradient(lambda x, k: ops.conv_transpose(x, k, 2), small, draw(2, 2, 2, 2))
    check_gradient(lambda x: ops.max_pool(x, 2), small), check_gradient(lambda x: ops.average_pool(x, 2, 1, "same"), small)
    with pytest.raises(linnet.InvalidArgument, match=r"\[conv\] expected one or 2 numbers as strides, received \(1, 2, 3\)"):
        ops.conv(images, kernel, strides=(1, 2, 3))
    with pytest.raises(linnet.InvalidArgument, match=r"\[max_pool\] expected padding \"valid\" or \"same\", received \"full\""):
        ops.max_pool(images, 2, padding="full")


def test_unfold():
    x = draw(2, 3, 5, 6)
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (2, 2)))
    windows = [padded[:, :, i:i + 3:2, j:j + 3].reshape(2, -1) for i in range(0, 5, 2) for j in range(0, 8)]
    assert_close(ops.unfold(x, (2, 3), dilation=(2, 1), padding=(1, 2), stride=(2, 1)), np.stack(windows, -1))
    check_gradient(lambda each: ops.unfold(each, 2, padding=1), draw(1, 2, 3, 3))


# ---- linear algebra ----------------------------------------------------------------------------------------------------

SQUARES = draw(2, 3, 3) + 3 * np.eye(3)
SYMMETRIC = SQUARES @ SQUARES.transpose(0, 2, 1)


def symmetric(x):
    return (x + ops.swapaxes(x, -1, -2)) / 2


def test_linear_algebra():
    linear = np.linalg
    assert_close(ops.inv(SQUARES), linear.inv(SQUARES)), assert_close(ops.det(SQUARES), linear.det(SQUARES))
    all_close(ops.slogdet(-SQUARES), linear.slogdet(-SQUARES))
    assert_close(ops.logdet(SYMMETRIC), linear.slogdet(SYMMETRIC)[1])
    b, vectors = draw(2, 3, 2), draw(2, 3)
    assert_close(ops.solve(SQUARES, b), linear.solve(SQUARES, b))
    assert_close(ops.solve(SQUARES, vectors), linear.solve(SQUARES, vectors))
    lower = np.tril(SQUARES)
    assert_close(ops.solve_triangular(SQUARES, b, lower=True), linear.solve(lower, b), ulps=64)
    assert_close(ops.cholesky(SYMMETRIC), linear.cholesky(SYMMETRIC))
    assert_close(ops.cholesky(SYMMETRIC, upper=True), linear.cholesky(SYMMETRIC).transpose(0, 2, 1))
    assert_close(ops.cholesky_inverse(linear.cholesky(SYMMETRIC)), linear.inv(SYMMETRIC), ulps=256)
    all_close(ops.eigh(SYMMETRIC), linear.eigh(SYMMETRIC)), all_close(ops.qr(SQUARES), linear.qr(SQUARES))
    all_close(ops.svd(A), linear.svd(A)), all_close(ops.svd(A, False), linear.svd(A, False))
    assert_close(ops.svd(A, compute_uv=False), linear.svd(A, compute_uv=False))
    assert_close(ops.lstsq(A.T, ROW), linear.lstsq(A.T, ROW, rcond=None)[0], ulps=64)
    assert ops.inv(INT).dtype == "float32" and ops.linalg.inv is ops.inv


@pytest.mark.parametrize("name, function, arrays", [
    ("inv", ops.inv, [SQUARES]), ("det", ops.det, [SQUARES]), ("slogdet", lambda x: ops.slogdet(x)[1], [SQUARES]),
    ("det of a singular matrix", ops.det, [np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [0.5, 1.0, 0.0]])]),
    ("solve", ops.solve, [SQUARES, draw(2, 3, 2)]), ("solve a vector", ops.solve, [SQUARES[0], draw(3)]),
    ("solve_triangular", ops.solve_triangular, [SQUARES, draw(2, 3, 2)]),
    ("cholesky", lambda x: ops.cholesky(symmetric(x)), [SYMMETRIC]),
    ("cholesky of what is not symmetric", lambda x: ops.cholesky(symmetric(x), upper=True), [SQUARES]),
    ("cholesky_inverse", ops.cholesky_inverse, [SQUARES]), ("eigh", lambda x: ops.eigh(symmetric(x)), [SYMMETRIC]),
    ("qr", ops.qr, [draw(4, 3)]), ("svd", lambda x: ops.svd(x)[1], [A]),
], ids=lambda each: each if isinstance(each, str) else "")
def test_gradients_of_linear_algebra(name, function, arrays):
    check_gradient(function, *arrays)


def test_errors_of_linear_algebra():
    with pytest.raises(linnet.InvalidArgument, match=r"\[inv\] expected square matrices .*received shape \(3, 4\)"):
        ops.inv(A)
    with pytest.raises(linnet.InvalidArgument, match=r"\[inv\] .*singular"):
        ops.inv(np.zeros((2, 2)))
    with pytest.raises(linnet.InvalidArgument, match=r"\[cholesky\] .*not positive definite"):
        ops.cholesky(-np.eye(2))
    with pytest.raises(linnet.InvalidArgument, match=r"\[solve\] expected b with 3 rows"):
        ops.solve(SQUARES, draw(2, 4, 2))


# ---- images ------------------------------------------------------------------------------------------------------------

def test_images():
    images = draw(2, 4, 6, 3, low=0, high=1)
    image = ops.image
    assert image.resize(images, (8, 3)).shape == (2, 8, 3, 3) and image.resize(images[0], (2, 2)).shape == (2, 2, 3)
    assert_close(image.resize(images, (8, 12), "nearest"), images.repeat(2, 1).repeat(2, 2))
    assert image.resize(images.transpose(0, 3, 1, 2), (2, 2), data_format="channels_first").shape == (2, 3, 2, 2)
    assert_close(image.resize(images, (4, 4), crop_to_aspect_ratio=True), images[:, :, 1:5])
    padded = np.pad(images, ((0, 0), (1, 1), (0, 0), (0, 0)), constant_values=0.5)
    assert_close(image.resize(images, (6, 6), pad_to_aspect_ratio=True, fill_value=0.5), padded)
    assert_close(image.rgb_to_grayscale(images), images @ np.array([[0.2989], [0.587], [0.114]]))
    padded = np.pad(images, ((0, 0), (1, 2), (2, 1), (0, 0)))
    assert_close(image.pad_images(images, 1, 2, target_height=7, target_width=9), padded)
    assert_close(image.crop_images(images, 1, 2, 1, 1), images[:, 1:3, 2:5])
    identity = [1, 0, 0, 0, 1, 0, 0, 0]
    assert_close(image.affine_transform(images, identity), images)
    moved = image.affine_transform(images, [1, 0, 1, 0, 1, 0, 0, 0]).numpy()
    assert_close(moved[:, :, :5], images[:, :, 1:]), assert_close(moved[:, :, 5], np.zeros((2, 4, 3)))
    patches = image.extract_patches(images, 2)
    assert_close(patches, images.reshape(2, 2, 2, 3, 2, 3).transpose(0, 1, 3, 2, 4, 5).reshape(2, 2, 3, 12))
    check_gradient(lambda x: image.resize(x, (3, 2), "bicubic"), images[:1])
    check_gradient(lambda x: image.affine_transform(x, [0.9, 0.1, 0.3, -0.1, 0.8, 0.2, 0, 0]), images[:1])
    check_gradient(image.rgb_to_grayscale, images[:1])
    with pytest.raises(linnet.InvalidArgument, match=r"\[resize\] expected \(height, width, channels\)"):
        image.resize(A, (2, 2))


# ---- random numbers ----------------------------------------------------------------------------------------------------

def test_random_numbers():
    random, n = keras.random, 20000
    x = random.truncated_normal((n,), 1.0, 2.0, seed=1).numpy()
    assert np.abs(x - 1).max() <= 4 and abs(x.mean() - 1) < 0.05 and abs(x.std() - 2 * 0.8796) < 0.05
    x = random.randint((n,), -3, 4, seed=2)
    assert x.dtype == "int32" and np.abs(np.bincount(x.numpy() + 3) / n - 1 / 7).max() < 0.01
    p = np.array([[0.5, 0.3, 0.2], [0.1, 0.0, 0.9]])
    with np.errstate(divide="ignore"):
        classes = random.categorical(np.log(p), n, seed=3)
    assert classes.shape == (2, n) and classes.dtype == "int32"
    assert np.abs(np.stack([np.bincount(row, minlength=3) / n for row in classes.numpy()]) - p).max() < 0.015
    for alpha in (0.3, 1.0, 4.5):
        x = random.gamma((n,), alpha, seed=4).numpy()
        assert x.min() >= 0 and abs(x.mean() / alpha - 1) < 0.06 and abs(x.var() / alpha - 1) < 0.12
    x = random.beta((n,), 2.0, 3.0, seed=5).numpy()
    assert abs(x.mean() - 0.4) < 0.01 and abs(x.var() - 0.04) < 0.003
    x = random.binomial((n, 2), np.array([10, 4]), np.array([0.3, 0.5]), seed=6).numpy()
    assert np.abs(x.mean(0) - [3, 2]).max() < 0.05 and np.abs(x.var(0) - [2.1, 1]).max() < 0.1
    kept = random.dropout(np.ones((n,), "float32"), 0.25, seed=7).numpy()
    assert set(np.unique(kept)) == {0, np.float32(1 / 0.75)} and abs((kept == 0).mean() - 0.25) < 0.02
    rows = random.dropout(np.ones((5, 4), "float32"), 0.5, noise_shape=(None, 1), seed=8).numpy()
    assert (rows == rows[:, :1]).all()
    shuffled = random.shuffle(np.arange(50), seed=9).numpy()
    assert sorted(shuffled) == list(range(50)) and list(shuffled) != list(range(50))


def test_seeds():
    random = keras.random
    for name, arguments in {"normal": [(5,)], "uniform": [(5,)], "truncated_normal": [(5,)], "randint": [(5,), 0, 1000],
                            "gamma": [(5,), 2.0], "beta": [(5,), 2.0, 2.0], "shuffle": [np.arange(20)],
                            "categorical": [np.zeros((1, 50)), 8], "binomial": [(9,), 9, 0.5],
                            "dropout": [np.ones(40, "float32"), 0.5]}.items():
        draw_one = getattr(random, name)
        generator = random.SeedGenerator(3)
        first, second = draw_one(*arguments, seed=3).tolist(), draw_one(*arguments, seed=3).tolist()
        assert first == second == draw_one(*arguments, seed=generator).tolist()
        assert first != draw_one(*arguments, seed=generator).tolist()
        keras.utils.set_random_seed(11)
        first, other = draw_one(*arguments).tolist(), draw_one(*arguments).tolist()
        keras.utils.set_random_seed(11)
        assert first == draw_one(*arguments).tolist() and first != other
    with pytest.raises(linnet.InvalidArgument, match=r"\[randint\] expected minval < maxval, received 3 and 3"):
        random.randint((2,), 3, 3)
    with pytest.raises(linnet.InvalidArgument, match=r"\[gamma\] expected alpha > 0"):
        random.gamma((2,), -1.0)


# ---- errors and use ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("call, message", [
    (lambda: ops.median(None), r"\[median\] expected numbers, received None"),
    (lambda: ops.median(A, axis=2), r"\[median\] expected an axis in \[-2, 2\), received 2"),
    (lambda: ops.squeeze(A, (0, 0)), r"\[squeeze\] expected different axes"),
    (lambda: ops.quantile(A, 1.5), r"\[quantile\] expected q in \[0, 1\], received 1.5"),
    (lambda: ops.quantile(A, 0.5, method="best"), r"\[quantile\] expected method linear, lower.* received 'best'"),
    (lambda: ops.split(A, 3, axis=1), r"\[split\] expected pieces of one size, received 3 pieces of an axis of size 4"),
    (lambda: ops.pad(A, 1, "mirror"), r"\[pad\] expected mode constant, reflect.*received 'mirror'"),
    (lambda: ops.pad(A, -1), r"\[pad\] expected widths >= 0"),
    (lambda: ops.meshgrid(ROW, indexing="yx"), r"\[meshgrid\] expected indexing"),
    (lambda: ops.unstack(A, num=2), r"\[unstack\] expected num=3"),
    (lambda: ops.concatenate([]), r"\[concatenate\] expected at least one tensor, received none"),
    (lambda: ops.searchsorted(A, 1.0), r"\[searchsorted\] expected a sorted sequence with one axis"),
    (lambda: ops.ldexp(1.0, 0.5), r"\[ldexp\] expected whole exponents x2"),
    (lambda: ops.where(MASK, A), r"\[where\] expected x1 and x2, or neither"),
    (lambda: ops.diag(CUBE), r"\[diag\] expected one or two axes"),
    (lambda: ops.tril(ROW), r"\[tril\] expected at least two axes"),
    (lambda: ops.cross(A, A), r"\[cross\] expected vectors of size 2 or 3"),
    (lambda: ops.average(A, weights=ROW), r"\[average\] expected weights of x's shape"),
    (lambda: ops.bincount([1], sparse=True), r"\[bincount\] expected sparse=False"),
    (lambda: ops.norm(CUBE, 1), r"\[norm\] expected one or two axes for ord=1"),
    (lambda: ops.scan(lambda c, x: (c, x), 0), r"\[scan\] expected xs or length"),
])
def test_messages(call, message):
    with pytest.raises(linnet.InvalidArgument, match=message):
        call()


def test_what_is_missing_is_named():
    with pytest.raises(AttributeError, match=r"\[keras.ops\] Linnet has no keras.ops.fft \(yet\)"):
        ops.fft
    with pytest.raises(AttributeError, match=r"Linnet has no keras.ops.linalg.eig \(yet\); did you mean eigh"):
        ops.linalg.eig


def test_submodules_have_the_same_functions():
    for module in (ops.numpy, ops.nn, ops.linalg):
        names = [name for name in vars(module) if not name.startswith("_") and name != "missing"]
        assert len(names) > 10 and all(getattr(ops, name) is getattr(module, name) for name in names)


def test_a_model_trains_on_a_loss_of_many_operations():
    def loss(y_true, y_pred):
        error = ops.logaddexp(y_pred - y_true, y_true - y_pred) + ops.hypot(y_pred - y_true, 1e-3)
        worst = ops.take_along_axis(error, ops.argsort(error, axis=-1), axis=-1)
        return ops.average(ops.cumsum(worst, axis=-1), axis=-1) + ops.logsumexp(ops.pad(error, ((0, 0), (1, 1))), axis=-1)

    keras.utils.set_random_seed(1)
    x = draw(64, 5).astype("float32")
    y = x @ draw(5, 3).astype("float32")
    model = keras.Sequential([keras.layers.Dense(3)])
    model.compile(keras.optimizers.Adam(0.05), loss)
    history = model.fit(x, y, epochs=20, batch_size=16, verbose=0).history["loss"]
    assert history[-1] < 0.7 * history[0]
