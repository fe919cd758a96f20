"""keras.ops under NumPy's names, against NumPy: values, and gradients by central differences."""
import numpy as np
import pytest

import linnet
from linnet import keras
from ops_checks import all_close, array, check_gradient, draw, ops, A, B, CUBE, HOLES, MASK, POSITIVE, ROW, UNIT

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


@pytest.mark.parametrize("sizes", [[2, 3], (2, 3), linnet.Tensor([2, 3]), np.array([2, 3]), (linnet.Tensor(2), 3),
                                   [np.int64(2), linnet.Variable(np.array(3))]])
def test_sizes_from_tensors_and_arrays(sizes):
    x = np.arange(6, dtype="float32")
    for result in (ops.ones(sizes), ops.zeros(sizes), ops.empty(sizes), ops.full(sizes, 2.0), ops.broadcast_to(1.0, sizes),
                   ops.reshape(x, sizes), linnet.keras.random.normal(sizes), linnet.keras.random.uniform(sizes),
                   linnet.keras.random.gamma(sizes, 1.0), linnet.keras.random.randint(sizes, 0, 3),
                   linnet.keras.random.truncated_normal(sizes), linnet.keras.random.binomial(sizes, 3, 0.5)):
        assert result.shape == (2, 3)
    assert ops.tile(np.ones((1, 2)), sizes).shape == (2, 6)
    assert ops.ones(linnet.Tensor(4)).shape == (4,) and ops.reshape(x, linnet.Tensor([-1, 2])).shape == (3, 2)


@pytest.mark.parametrize("call, text", [
    (lambda: ops.diagflat([1, 2], k=np.zeros((50, 50))), r"\[diagflat\] expected a whole number as k"),
    (lambda: ops.ones((2, 1.5)), r"\[ones\] expected a whole number as shape, received 1.5"),
    (lambda: ops.tile([1], "ab"), r"\[tile\] expected a whole number as repeats"),
    (lambda: ops.triu(np.ones((2, 2)), [1, 2]), r"\[triu\] expected a whole number as k"),
    (lambda: linnet.keras.random.normal((2.5,)), r"\[normal\] expected a whole number as shape")])
def test_what_is_no_size(call, text):
    with pytest.raises(ValueError, match=text):
        call()


def test_axes_that_are_none():
    with pytest.raises(TypeError, match="expected None, an integer or several as axis, received 1.5"):
        ops.mean(np.ones((2, 2)), axis=1.5)
    assert ops.sum(np.ones((2, 3)), axis=linnet.Tensor(1)).tolist() == [3, 3]


def test_stacks_splits_and_views():
    x = np.arange(24, dtype="float32").reshape(4, 3, 2)
    for result, expected in [(ops.vsplit(x, 2), np.vsplit(x, 2)), (ops.hsplit(x, [1]), np.hsplit(x, [1])),
                             (ops.hsplit(x[0, :, 0], 3), np.hsplit(x[0, :, 0], 3))]:
        assert len(result) == len(expected) and all(np.array_equal(a, b) for a, b in zip(result, expected))
    for parts in ([x, 2 * x], [x[0], x[1]], [x[0, 0], x[0, 1]]):
        np.testing.assert_array_equal(ops.dstack(parts).numpy(), np.dstack(parts))
    for sizes in ({}, {"num": 3, "endpoint": False}):
        np.testing.assert_allclose(ops.geomspace(1.0, 1000.0, **sizes).numpy(), np.geomspace(1, 1000, **sizes), rtol=1e-5)
    np.testing.assert_array_equal(ops.view(x, "int32").numpy(), x.view("int32"))


def test_allclose():
    near, far = A + 1e-9, A + 1e-3
    assert bool(ops.allclose(A, near)) and not bool(ops.numpy.allclose(A, far)) and bool(ops.allclose(A, far, atol=0.01))
    assert not bool(ops.allclose(HOLES, HOLES)) and bool(ops.allclose(HOLES, HOLES, equal_nan=True))
    assert ops.allclose(A, near).dtype == "bool" and ops.allclose(A, near).shape == ()


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_space_and_depth(data_format):
    x = np.arange(2 * 4 * 6 * 3, dtype="float32").reshape(2, 4, 6, 3)
    blocks = [x[:, i::2, j::2] for i in range(2) for j in range(2)]
    first = data_format == "channels_first"
    deep = ops.space_to_depth(np.moveaxis(x, -1, 1) if first else x, 2, data_format=data_format).numpy()
    np.testing.assert_array_equal(np.moveaxis(deep, 1, -1) if first else deep, np.concatenate(blocks, -1))
    flat = ops.depth_to_space(deep, 2, data_format=data_format).numpy()
    np.testing.assert_array_equal(np.moveaxis(flat, 1, -1) if first else flat, x)
    with pytest.raises(ValueError, match=r"\[space_to_depth\] expected rows and columns that 4 divides"):
        ops.space_to_depth(x, 4)
