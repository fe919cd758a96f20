"""x[key]: NumPy's rules, value by value, and the gradient back to the places that were read."""
import itertools
import warnings

import numpy as np
import pytest

import linnet
from linnet import keras

SHAPES = [(), (3,), (3, 4), (2, 3, 4), (2, 0, 3), (2, 3, 2, 3)]
PARTS = [0, -1, 5, True, False, None, Ellipsis, slice(None), slice(None, None, -1), slice(1, None, 2), slice(2, 0, -1),
         slice(-2, 100), slice(3, 1), [0, 1], [], [[0, -1], [1, 1]], np.array([1]), np.int64(1), np.array(1), [5],
         np.array([True, False]), [True, False, True], np.zeros((3, 4), "bool"), np.eye(2, 3) > 0, np.True_]


def keys():
    yield from PARTS
    for count in (1, 2):
        yield from itertools.product(PARTS, repeat=count)
    few = [0, None, Ellipsis, slice(None), slice(None, None, -2), [0, 1], [[1], [0]], [True, False], np.eye(2, 3) > 0]
    yield from itertools.product(few, repeat=3)
    yield from itertools.product(few[2:6] + few[-1:], repeat=4)


def outcome(take):
    try:
        with warnings.catch_warnings():  # NumPy still allows places that are not there where nothing is read
            warnings.simplefilter("error", DeprecationWarning)
            return np.asarray(take())
    except (IndexError, DeprecationWarning):
        return IndexError


@pytest.mark.parametrize("shape", SHAPES)
def test_as_numpy(shape):
    array = np.arange(np.prod(shape, dtype=int), dtype="float32").reshape(shape)
    x, compared = linnet.Tensor(array), 0
    for key in keys():
        expected = outcome(lambda: array[key])
        if expected is not IndexError and expected.ndim > 8:
            continue
        received = outcome(lambda: x[key])
        if received is IndexError and expected is not IndexError and expected.size == 0:
            continue  # NumPy does not look at places from which nothing is read
        if expected is IndexError:
            assert received is IndexError, (shape, key, received)
        else:
            assert isinstance(received, np.ndarray), (shape, key, expected, received)
            assert received.shape == expected.shape and (received == expected).all(), (shape, key, expected, received)
            compared += 1
    assert compared > 30


@pytest.mark.parametrize("key", [
    ([0, 1, 0], [1, 2, 1]), (slice(None), [0, 0, 2]), ([1, 0], slice(None), [2, 1]), np.arange(24).reshape(2, 3, 4) % 2 == 0,
    (slice(None, None, -1), ...), (True, 0), (0, np.eye(3, 4) > 0), [], (None, [1, 1], None), [[1, 0], [0, 0]]])
def test_gradients_go_to_the_places(key):
    x = linnet.Tensor(np.random.default_rng(1).normal(size=(2, 3, 4)).astype("float32"))
    x.requires_grad = True
    seed = np.random.default_rng(2).normal(size=x.numpy()[key].shape).astype("float32")
    (gradient,) = linnet.gradients(keras.ops.sum(x[key] * seed), [x])
    expected = np.zeros((2, 3, 4), "float32")
    np.add.at(expected, key, seed)
    np.testing.assert_allclose(gradient.numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize("key", [np.s_[-3::-1], np.s_[-7:-9:-2], np.s_[5:1], np.s_[-9:-3]])
def test_slices_that_begin_before_the_first(key):
    x = np.array([1.0, 2.0], "float32")
    assert linnet.Tensor(x)[key].tolist() == x[key].tolist()


def test_tensors_are_indices():
    x = linnet.Tensor(np.arange(12, dtype="float32").reshape(3, 4))
    rows, columns = linnet.Tensor([0, 2]), linnet.Tensor([3, 1])
    assert x[rows, columns].tolist() == [3, 9] and x[rows][:, columns].tolist() == [[3, 1], [11, 9]]
    assert x[x > 8].tolist() == [9, 10, 11] and x[linnet.Tensor(1)].tolist() == [4, 5, 6, 7]
    two = linnet.Tensor(2)
    assert x[:two, 0].tolist() == [0, 4] and list(range(two)) == [0, 1] and ["a", "b", "c"][two] == "c"
    assert keras.ops.get_item(x, (rows, columns)).tolist() == [3, 9]
    probabilities = linnet.Tensor(np.full((3, 4), 0.25, "float32"))
    assert probabilities[np.arange(3), [0, 1, 3]].shape == (3,)


@pytest.mark.parametrize("key, text", [
    ([3], "index 3 is out of range for an axis of size 3"), ((0, [0, -5]), "index -5 is out of range for an axis of size 4"),
    ([0.5], "expected integers, booleans, slices"), ("a", "expected integers, booleans, slices"),
    ([True, False], r"expected booleans of shape \(3,\)"), (([0, 1], [0, 1, 2]), "shapes broadcast"),
    ((0, 0, [0]), "too many indices"), ((..., [0], ...), "one ... in an index")])
def test_errors(key, text):
    with pytest.raises(IndexError, match=text):
        linnet.Tensor(np.zeros((3, 4), "float32"))[key]


@pytest.mark.parametrize("number, text", [(2.0, "whole number"), ([1, 2], "whole number"), (True, "whole number")])
def test_what_is_no_index(number, text):
    with pytest.raises(TypeError, match=text):
        range(linnet.Tensor(number))


@pytest.mark.parametrize("key", [
    (slice(None), slice(None, None, -1)), (slice(None), [2, 0]), (slice(None), [0, 1], [1, 2]),
    (..., np.array([True, False, True, False])), (slice(None), np.eye(3, 4) > 0), (0, [1]), [0, 1],
    (slice(None, linnet.Tensor(1)), np.int64(1)), (slice(None), [[0], [2]], None)])
def test_in_graphs_and_files(key, tmp_path):
    array = np.arange(24, dtype="float32").reshape(2, 3, 4)
    x = keras.Input((3, 4))
    model = keras.Model(x, x[key])
    expected = array[key]
    assert tuple(model.output.shape)[1:] == expected.shape[1:]
    np.testing.assert_array_equal(np.asarray(model(array)), expected)
    model.save(tmp_path / "model.safetensors")
    again = keras.models.load_model(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(np.asarray(again(array)), expected)


def test_symbolic_places():
    x, places = keras.Input((4,)), keras.Input((), dtype="int32")
    model = keras.Model([x, places], [x[:, 0], linnet.Tensor([10.0, 20.0, 30.0])[places]])
    first, looked_up = model([np.ones((2, 4), "float32"), np.array([2, 0], "int32")])
    assert first.tolist() == [1, 1] and looked_up.tolist() == [30, 10]
