"""Operators of tensors, weights and symbolic tensors, beside NumPy's."""
import operator

import numpy as np
import pytest

import linnet
from linnet import keras

TRUTHS = np.array([[True, False], [False, False]]), np.array([[True, True], [False, True]])
WHOLE = np.array([[6, -3], [0, 7]], "int32"), np.array([[3, 5], [1, -2]], "int32")
REAL = np.array([[6.5, -3.25], [0.5, 7.75]], "float32"), np.array([[3.0, 5.5], [1.25, -2.0]], "float32")


@pytest.mark.parametrize("operation", [operator.and_, operator.or_, operator.xor])
@pytest.mark.parametrize("numbers", [TRUTHS, WHOLE])
def test_logic(operation, numbers):
    a, b = numbers
    for result in (operation(linnet.Tensor(a), linnet.Tensor(b)), operation(linnet.Tensor(a), b),
                   operation(a, linnet.Tensor(b)), operation(linnet.Variable(a), b)):
        assert isinstance(result, linnet.Tensor) and result.dtype == str(a.dtype)
        np.testing.assert_array_equal(result.numpy(), operation(a, b))


def test_not_and_friends():
    assert (~linnet.Tensor(TRUTHS[0])).tolist() == (~TRUTHS[0]).tolist()
    assert (~linnet.Tensor(WHOLE[0])).tolist() == (~WHOLE[0]).tolist()
    x = linnet.Tensor(REAL[0])
    assert (+x).tolist() == x.tolist()
    np.testing.assert_allclose(round(x, 1).numpy(), np.round(REAL[0], 1), rtol=1e-6)
    assert round(x).tolist() == np.round(REAL[0]).tolist()
    with pytest.raises(ValueError, match="expected integers or booleans, received dtype float32"):
        x & x


@pytest.mark.parametrize("numbers", [WHOLE, REAL])
@pytest.mark.parametrize("operation", [operator.floordiv, operator.mod, divmod, operator.sub, operator.truediv, operator.matmul])
def test_arithmetic(numbers, operation):
    a, b = numbers
    for result in (operation(linnet.Tensor(a), linnet.Tensor(b)), operation(linnet.Tensor(a), b), operation(a, linnet.Tensor(b))):
        np.testing.assert_allclose(np.asarray(result), np.asarray(operation(a, b)), rtol=1e-6)
    if operation is not operator.matmul:
        np.testing.assert_allclose(np.asarray(operation(7, linnet.Tensor(b))), np.asarray(operation(7, b)), rtol=1e-6)


def test_arithmetic_of_truth_values():
    """Keras's result_type(bool, bool) is bool, and NumPy's sum of two is "or", the product "and"."""
    a, b = map(linnet.Tensor, TRUTHS)
    for result, expected in [(a + b, TRUTHS[0] | TRUTHS[1]), (keras.ops.add(a, b), TRUTHS[0] | TRUTHS[1]),
                             (a * b, TRUTHS[0] & TRUTHS[1]), (keras.ops.multiply(a, b), TRUTHS[0] & TRUTHS[1]),
                             (a * True, TRUTHS[0]), (False + a, TRUTHS[0])]:
        assert result.dtype == "bool" and result.tolist() == expected.tolist()
    assert keras.ops.matmul(a, b).dtype == "bool"
    for result, dtype in [(a + 1, "int32"), (a * 1.5, "float32"), (a / b, "float32"), (keras.ops.mod(a, b), "int32"),
                          (a + linnet.Tensor([1.0, 2.0]), "float32"), (keras.ops.sum(a), "int32"), (abs(a), "bool"),
                          (keras.ops.maximum(a, b), "bool"), (keras.ops.mean(a), "float32")]:
        assert result.dtype == dtype


@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod, operator.pow])
@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64", "bool"])
def test_real_numbers_make_integers_real(operation, dtype):
    x = np.array([1, 7, 200]).astype(dtype)
    for number in (2.0, -1.0):
        result = operation(linnet.Tensor(x), number)
        assert result.dtype == "float32"
        np.testing.assert_allclose(result.numpy(), operation(x.astype("float64"), number), rtol=1e-6)
    np.testing.assert_allclose(operation(300.0, linnet.Tensor(x)).numpy(), operation(300.0, x.astype("float64")), rtol=1e-6)


def test_large_integers_stay_exact():
    x = linnet.Tensor(np.array([0, 2**53 + 1]))
    assert (x + 2**60).tolist() == [2**60, 2**60 + 2**53 + 1] and (x + 2**60).dtype == "int64"
    assert (x > 2**53).tolist() == [False, True] and (x == 2**53).tolist() == [False, False]
    assert (2**53 < x).tolist() == [False, True]


def test_weights_return_what_they_were_assigned():
    v = linnet.Variable(np.array([1.0, 2.0], "float32"))
    assert v.assign([3.0, 4.0]).tolist() == [3, 4] and v.assign_add([1.0, 1.0]).tolist() == [4, 5]
    assert v.assign_sub([2.0, 2.0]).tolist() == [2, 3] == v.numpy().tolist()


@pytest.mark.parametrize("function", [
    lambda x, y: (x > 0) & (y > 0), lambda x, y: (x > 0) | (y > 0), lambda x, y: (x > 0) ^ (y > 0), lambda x, y: ~(x > y),
    lambda x, y: round(x), lambda x, y: round(x, 1), lambda x, y: abs(x) // 2, lambda x, y: x % 3, lambda x, y: 7 % (y + 9),
    lambda x, y: 2 // (y + 9), lambda x, y: 2 ** x, lambda x, y: x == 6.5, lambda x, y: x != y, lambda x, y: -x,
    lambda x, y: 1 / (y + 9), lambda x, y: x @ np.eye(2, dtype="float32"), lambda x, y: np.ones((2, 2), "float32") @ y[..., None],
    lambda x, y: (x > 0) + (y > 0), lambda x, y: (x > 0) * (y > 0), lambda x, y: divmod(x, 2)[1]])
def test_in_graphs(function):
    x, y = keras.Input((2,)), keras.Input((2,))
    model = keras.Model([x, y], function(x, y))
    expected = np.asarray(function(*map(linnet.Tensor, REAL)))
    received = np.asarray(model(list(REAL)))
    assert received.dtype == expected.dtype and model.output.dtype == str(expected.dtype)
    np.testing.assert_allclose(received, expected, rtol=1e-6)


def test_symbolic_tensors_are_found_in_lists():
    x, y = keras.Input((2,)), keras.Input((2,))
    assert x in [y, x] and x not in [y] and [x, y].index(y) == 1 and (x == None) is False  # noqa: E711
