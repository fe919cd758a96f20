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
