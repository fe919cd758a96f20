"""Linear algebra: factorizations and equations by NumPy (LAPACK), for matrices in the last two axes.

Where the text does not say otherwise there are gradients. They need no second formula for each function f: with the value
f(x₀) and the differential df, f(x₀) + df(x - x₀) has at x = x₀ the value and the derivative of f.
"""
import numpy as _numpy

from ._tensors import (all_axes as _all_axes, engine as _engine, fail as _fail, floating as _floating,
                       from_numpy as _from_numpy, numbers as _numbers, same_floating as _same_floating)
from .._operation import usable_in_graphs as _usable_in_graphs
from ..._objects import missing


def _square(x, who="square matrices"):
    x = _floating(x)
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        _fail(f"expected {who} in the last two axes, received shape {x.shape}")
    return x


def _by_numpy(function, x, *arguments, **options):
    """NumPy's results, a tensor or a list of them."""
    try:
        found = function(_numbers(x), *arguments, **options)
    except _numpy.linalg.LinAlgError as error:
        _fail(f"expected a matrix that this can be done with: {str(error)[0].lower()}{str(error)[1:]}")
    return [_from_numpy(each, x.dtype) for each in found] if isinstance(found, tuple) else _from_numpy(found, x.dtype)


def _change(x):
    """x - x₀: nothing, but for its derivative."""
    return x - x.detach()


def _transposed(x):
    return _engine.permute(x, [*range(x.ndim - 2), x.ndim - 1, x.ndim - 2])


def _trace_of_product(a, b):
    return _engine.sum(a * _transposed(b), (-2, -1))


def _diagonal(values):
    return _engine.expand_dims(values, -1) * _from_numpy(_numpy.eye(values.shape[-1]), values.dtype)


def _masked(x, mask):
    return x * _from_numpy(mask(_numpy.ones(x.shape[-2:])), x.dtype)


def inv(x):
    """The inverse matrix. Throws for a matrix that has none."""
    x = _square(x)
    y = _by_numpy(_numpy.linalg.inv, x)
    return y - _engine.matmul(_engine.matmul(y, _change(x)), y) if x.requires_grad else y


def _adjugate(a):
    """det(a) · a⁻¹, of a singular matrix as well."""
    u, s, v = _numpy.linalg.svd(a)
    others = _numpy.stack([_numpy.delete(s, i, -1).prod(-1) for i in range(s.shape[-1])], -1)
    sign = _numpy.linalg.det(u) * _numpy.linalg.det(v)
    return sign[..., None, None] * (_numpy.swapaxes(v, -1, -2) * others[..., None, :]) @ _numpy.swapaxes(u, -1, -2)


def det(x):
    """The determinant."""
    x = _square(x)
    y = _by_numpy(_numpy.linalg.det, x)
    return y + _trace_of_product(_by_numpy(_adjugate, x), _change(x)) if x.requires_grad else y


def slogdet(x):
    """(sign, logarithm of the absolute value) of the determinant; the sign has no gradient."""
    x = _square(x)
    sign, log = _by_numpy(_numpy.linalg.slogdet, x)
    return sign, log + _trace_of_product(_by_numpy(_numpy.linalg.inv, x), _change(x)) if x.requires_grad else log


def logdet(x):
    """The logarithm of the absolute value of the determinant."""
    return slogdet(x)[1]


def solve(a, b):
    """The x with a · x = b; b is a vector or a matrix (…, n, columns). Throws for a matrix without an inverse."""
    a, b = _same_floating(_square(a), b)
    vector = b.ndim == a.ndim - 1
    right = _engine.expand_dims(b, -1) if vector else b
    if right.ndim < 2 or right.shape[-2] != a.shape[-1]:
        _fail(f"expected b with {a.shape[-1]} rows, received shape {b.shape} beside a of shape {a.shape}")
    x = _by_numpy(_numpy.linalg.solve, a, _numbers(right))
    if a.requires_grad or b.requires_grad:
        x = x + _engine.matmul(_by_numpy(_numpy.linalg.inv, a), _change(right) - _engine.matmul(_change(a), x))
    return _engine.squeeze(x, -1) if vector else x


def solve_triangular(a, b, lower=False):
    """The x with a · x = b, where only the upper, or the lower, triangle of a is looked at."""
    a = _square(a)
    return solve(_masked(a, _numpy.tril if lower else _numpy.triu), b)


def lstsq(a, b, rcond=None):
    """The x with the smallest |a · x - b|² of a matrix a (m, n) and b (m,) or (m, columns). No gradient."""
    a, b = _same_floating(a, b)
    if a.ndim != 2 or b.ndim not in (1, 2) or b.shape[0] != a.shape[0]:
        _fail(f"expected a (m, n) and b (m,) or (m, columns), received shapes {a.shape} and {b.shape}")
    return _by_numpy(lambda matrix: _numpy.linalg.lstsq(matrix, _numbers(b), rcond)[0], a)


def cholesky(x, upper=False):
    """The lower triangular matrix l with l · lᵀ = x of a symmetric positive definite x, or its transpose."""
    x = _square(x)
    y = _by_numpy(_numpy.linalg.cholesky, x)
    if x.requires_grad:  # l⁻¹ · dx · l⁻ᵀ = l⁻¹ · dl + its transpose
        inverse = _by_numpy(_numpy.linalg.inv, y)
        change = (_change(x) + _transposed(_change(x))) / 2
        inner = _engine.matmul(_engine.matmul(inverse, change), _transposed(inverse))
        y = y + _engine.matmul(y, _masked(inner, lambda ones: _numpy.tril(ones) - _numpy.eye(len(ones)) / 2))
    return _transposed(y) if upper else y


def cholesky_inverse(x, upper=False):
    """The inverse of l · lᵀ from the factor l of cholesky()."""
    inverse = inv(_masked(_square(x), _numpy.triu if upper else _numpy.tril))
    return _engine.matmul(inverse, _transposed(inverse)) if upper else _engine.matmul(_transposed(inverse), inverse)


def eigh(x):
    """(eigenvalues in rising order, eigenvectors in columns) of a symmetric matrix. The gradient of the vectors needs
    different eigenvalues."""
    x = _square(x)
    values, vectors = _by_numpy(_numpy.linalg.eigh, x)
    if not x.requires_grad:
        return values, vectors
    change = (_change(x) + _transposed(_change(x))) / 2
    inner = _engine.matmul(_engine.matmul(_transposed(vectors), change), vectors)
    gaps = _numbers(values)[..., None, :] - _numbers(values)[..., :, None]
    weights = _from_numpy(_numpy.divide(1, gaps, out=_numpy.zeros_like(gaps), where=gaps != 0), x.dtype)
    on_diagonal = _engine.sum(inner * _from_numpy(_numpy.eye(x.shape[-1]), x.dtype), -1)
    return values + on_diagonal, vectors + _engine.matmul(vectors, inner * weights)


def qr(x, mode="reduced"):
    """(q, r): x = q · r with orthonormal columns in q and a triangular r. mode: "reduced" or "complete". There is a
    gradient for "reduced" and matrices with no fewer rows than columns."""
    if mode not in ("reduced", "complete"):
        _fail(f"expected mode \"reduced\" or \"complete\", received {mode!r}")
    x = _floating(x)
    if x.ndim < 2:
        _fail(f"expected matrices in the last two axes, received shape {x.shape}")
    q, r = _by_numpy(_numpy.linalg.qr, x, mode)
    if not x.requires_grad or mode == "complete" or x.shape[-2] < x.shape[-1]:
        return q, r
    change = _engine.matmul(_change(x), _by_numpy(_numpy.linalg.inv, r))
    inner = _engine.matmul(_transposed(q), change)
    below = _masked(inner, lambda ones: _numpy.tril(ones, -1))
    turn = below - _transposed(below)  # qᵀ · dq is antisymmetric, dr · r⁻¹ triangular
    return (q + _engine.matmul(q, turn - inner) + change, r + _engine.matmul(inner - turn, r))


def _eliminated(a):
    """Gauss's elimination with the largest pivots, of a copy of (n, m, m) matrices: (l and u in one, pivots)."""
    a, batch, size = a.copy(), _numpy.arange(len(a)), a.shape[-1]
    pivots = _numpy.zeros((len(a), size), "int32")
    for k in range(size):
        pivots[:, k] = row = k + _numpy.abs(a[:, k:, k]).argmax(1)
        a[batch, row], a[:, k] = a[:, k].copy(), a[batch, row]
        pivot = a[:, k, k, None]
        a[:, k + 1:, k] = _numpy.divide(a[:, k + 1:, k], pivot, out=_numpy.zeros_like(a[:, k + 1:, k]), where=pivot != 0)
        a[:, k + 1:, k + 1:] -= a[:, k + 1:, k, None] * a[:, k, None, k + 1:]
    return a, pivots


def _rows_after(pivots):
    """Where each row of the product l · u comes from."""
    order = _numpy.tile(_numpy.arange(pivots.shape[1]), (len(pivots), 1))
    batch = _numpy.arange(len(pivots))
    for k in range(pivots.shape[1]):
        order[batch, k], order[batch, pivots[:, k]] = order[batch, pivots[:, k]], order[batch, k]
    return order


def lu_factor(x):
    """(lu, pivots) of square matrices: l · u is x with row k exchanged for row pivots[k], for k = 0, 1, …; l stands below
    the diagonal of lu and has ones on its own, u is the rest. Only lu has a gradient, where x has an inverse."""
    x = _square(x)
    size = x.shape[-1]
    a, pivots = _eliminated(_numbers(x).reshape(int(_numpy.prod(x.shape[:-2])), size, size))
    lu, places = _from_numpy(a.reshape(x.shape), x.dtype), _from_numpy(pivots.reshape(x.shape[:-1]))
    if not x.requires_grad:
        return lu, places
    lower, upper = _from_numpy(_numpy.tril(a, -1) + _numpy.eye(size), x.dtype), _from_numpy(_numpy.triu(a), x.dtype)
    order = _numpy.broadcast_to(_rows_after(pivots)[:, :, None], a.shape)
    change = _engine.take_along_axis(_engine.reshape(_change(x), a.shape), _numpy.ascontiguousarray(order), 1)
    inner = _engine.matmul(_engine.matmul(_by_numpy(_numpy.linalg.inv, lower), change), _by_numpy(_numpy.linalg.inv, upper))
    below = _masked(inner, lambda ones: _numpy.tril(ones, -1))  # inner = l⁻¹ · dl, strictly lower, + du · u⁻¹
    return lu + _engine.reshape(_engine.matmul(lower, below) + _engine.matmul(inner - below, upper), x.shape), places


def svd(x, full_matrices=True, compute_uv=True):
    """(u, s, vᵀ): x = u · diag(s) · vᵀ with s falling, or s alone. Only s has a gradient."""
    x = _floating(x)
    if x.ndim < 2:
        _fail(f"expected matrices in the last two axes, received shape {x.shape}")
    u, s, v = _by_numpy(_numpy.linalg.svd, x, full_matrices)
    if x.requires_grad:
        size = s.shape[-1]
        left, right = _engine.slice(u, -1, 0, size), _engine.slice(v, -2, 0, size)
        inner = _engine.matmul(_engine.matmul(_transposed(left), _change(x)), _transposed(right))
        s = s + _engine.sum(inner * _from_numpy(_numpy.eye(size), x.dtype), -1)
    return (u, s, v) if compute_uv else s


def norm(x, ord=None, axis=None, keepdims=False):
    """The norm of vectors along one axis, or of matrices along two; without axes of all of x, as one vector or, with
    `ord`, as what it is.

    ord of a vector: None or 2, √Σ x²; p, (Σ |x|^p)^(1/p); ±inf, the largest or smallest |x|; 0, how many are not 0. Of a
    matrix: None or "fro", √Σ x²; 1 and inf, the largest sum of |x| in a column and in a row, -1 and -inf the smallest; 2,
    -2 and "nuc", the largest, the smallest and the sum of the singular values. No derivative at 0.
    """
    x = _floating(x)
    if axis is None and ord is None:
        return _engine.norm(x, None, keepdims)
    axes = _all_axes(axis, x.ndim)
    if len(axes) == 1:
        return _vector_norm(x, 2 if ord is None else ord, axes[0], keepdims)
    if len(axes) != 2:
        _fail(f"expected one or two axes for ord={ord!r}, received axis={axis} of shape {x.shape}")
    y = _matrix_norm(x, ord, axes)
    for each in sorted(axes) if keepdims else ():
        y = _engine.expand_dims(y, each)
    return y


def _vector_norm(x, ord, axis, keepdims):
    if isinstance(ord, str):
        _fail(f"expected a number as ord for vectors, received {ord!r}")
    magnitude = _engine.abs(x)
    if ord == 2:
        return _engine.norm(x, axis, keepdims)
    if ord in (_numpy.inf, -_numpy.inf):
        return (_engine.max if ord > 0 else _engine.min)(magnitude, axis, keepdims)
    if ord == 0:
        return _engine.cast(_engine.sum(_engine.not_equal(x, 0.0), axis, keepdims), x.dtype)
    if ord == 1:
        return _engine.sum(magnitude, axis, keepdims)
    return _engine.power(_engine.sum(_engine.power(magnitude, float(ord)), axis, keepdims), 1 / ord)


def _matrix_norm(x, ord, axes):
    rows, columns = axes
    if ord in (None, "fro"):
        return _engine.norm(x, tuple(axes), False)
    if ord in (1, -1, _numpy.inf, -_numpy.inf):
        along, other = (rows, columns) if abs(ord) == 1 else (columns, rows)
        sums = _engine.sum(_engine.abs(x), along)
        return (_engine.max if ord > 0 else _engine.min)(sums, other - (other > along), False)
    if ord not in (2, -2, "nuc"):
        _fail(f"expected ord None, \"fro\", \"nuc\", 1, -1, 2, -2, inf or -inf for matrices, received {ord!r}")
    order = [axis for axis in range(x.ndim) if axis not in axes] + axes
    values = svd(_engine.permute(x, order), False, False)
    return _engine.sum(values, -1) if ord == "nuc" else (_engine.max if ord > 0 else _engine.min)(values, -1, False)


globals().update(_usable_in_graphs(globals()))

__getattr__ = missing(__name__)
