"""keras.ops.linalg against NumPy, with gradients."""
import numpy as np
import pytest

import linnet
from ops_checks import all_close, assert_close, check_gradient, draw, ops, A, INT, ROW

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
    ("lu_factor", lambda x: ops.lu_factor(x)[0], [draw(2, 4, 4)]),
    ("qr", ops.qr, [draw(4, 3)]), ("svd", lambda x: ops.svd(x)[1], [A]),
], ids=lambda each: each if isinstance(each, str) else "")
def test_gradients_of_linear_algebra(name, function, arrays):
    check_gradient(function, *arrays)


def multiplied(lu, pivots):
    """The matrix that lu_factor() has factored."""
    product = (np.tril(lu, -1) + np.eye(len(lu))) @ np.triu(lu)
    for k in reversed(range(len(lu))):
        product[[k, pivots[k]]] = product[[pivots[k], k]]
    return product


def test_lu_factor():
    x = draw(2, 3, 5, 5)
    lu, pivots = ops.lu_factor(x)
    assert lu.shape == x.shape and pivots.shape == (2, 3, 5) and pivots.dtype == "int32"
    for place in np.ndindex(2, 3):
        assert_close(multiplied(lu.numpy()[place], pivots.numpy()[place]), x[place])
        assert np.abs(np.tril(lu.numpy()[place], -1)).max() <= 1  # the largest pivots
    lu, pivots = ops.linalg.lu_factor([[1.0, 2.0], [4.0, 2.0]])
    assert_close(lu, [[4, 2], [0.25, 1.5]], dtype="float32"), assert_close(pivots, np.array([1, 1], "int32"))
    singular = np.array([[0.0, 2.0], [0.0, 4.0]])
    assert_close(multiplied(*(each.numpy() for each in ops.lu_factor(singular))), singular)
    assert [each.shape for each in ops.lu_factor(np.zeros((2, 0, 0)))] == [(2, 0, 0), (2, 0)]
    x = linnet.Tensor(singular)
    x.requires_grad = True
    with pytest.raises(linnet.InvalidArgument, match=r"\[lu_factor\] expected .*singular"):
        ops.lu_factor(x)
    with pytest.raises(linnet.InvalidArgument, match=r"\[lu_factor\] expected square matrices"):
        ops.lu_factor(A)


def test_errors_of_linear_algebra():
    with pytest.raises(linnet.InvalidArgument, match=r"\[inv\] expected square matrices .*received shape \(3, 4\)"):
        ops.inv(A)
    with pytest.raises(linnet.InvalidArgument, match=r"\[inv\] .*singular"):
        ops.inv(np.zeros((2, 2)))
    with pytest.raises(linnet.InvalidArgument, match=r"\[cholesky\] .*not positive definite"):
        ops.cholesky(-np.eye(2))
    with pytest.raises(linnet.InvalidArgument, match=r"\[solve\] expected b with 3 rows"):
        ops.solve(SQUARES, draw(2, 4, 2))
