"""What the tests of keras.ops have in common: arrays to try them with, and comparisons of values and gradients."""
import numpy as np

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


A, B = draw(3, 4), draw(3, 4)
ROW, CUBE = draw(4), draw(2, 3, 4)
POSITIVE = draw(3, 4, low=0.2, high=3.0)
UNIT = draw(3, 4, low=-0.9, high=0.9)
MASK = A > 0
HOLES = np.where(MASK, A, np.nan)
INT, BOOL, BYTE = np.array([[3, -1], [0, 7]], "int32"), np.array([[True, False], [True, True]]), np.array([250, 7], "uint8")
