"""keras.ops.image: arrays and images looked at in other places, and patches of volumes."""
import numpy as np
import pytest

import linnet
from linnet import keras
from ops_checks import assert_close, check_gradient, draw, ops, A

image = ops.image
MODES = {"nearest": "edge", "wrap": "wrap", "mirror": "reflect", "reflect": "symmetric", "constant": "constant"}


def looked_up(x, places, order, fill_mode, fill_value=0.0, margin=12):
    """In a copy of x with so much of its outside that no place lies beyond."""
    options = {"constant_values": fill_value} if fill_mode == "constant" else {}
    padded = np.pad(x, margin, MODES[fill_mode], **options)
    if order == 0:
        return padded[tuple(np.floor(places + 0.5).astype(int) + margin)]
    low = np.floor(places).astype(int)
    y = 0
    for corner in np.ndindex(*[2] * x.ndim):
        weights = [share if up else 1 - share for up, share in zip(corner, places - low)]
        y = y + np.prod(weights, 0) * padded[tuple(axis + up + margin for axis, up in zip(low, corner))]
    return y


@pytest.mark.parametrize("fill_mode", MODES)
@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("shape", [(6,), (4, 5), (3, 2, 4)])
def test_map_coordinates(fill_mode, order, shape):
    x, places = draw(*shape), draw(len(shape), 5, 3, low=-6, high=9)
    expected = looked_up(x, places, order, fill_mode, 0.5)
    assert_close(image.map_coordinates(x, places, order, fill_mode, 0.5), expected)
    check_gradient(lambda each: image.map_coordinates(each, places, order, fill_mode, 0.5), x)
    if order == 1:
        check_gradient(lambda each: image.map_coordinates(x, each, 1, fill_mode, 0.5), places)


def test_map_coordinates_of_integers_lists_and_numbers_that_are_none():
    x = np.array([[0, 3], [8, 255]], "uint8")
    assert_close(image.map_coordinates(x, [[0.5, 0.0], [0.0, 0.75]], 1), np.array([4, 2], "uint8"), dtype="uint8")
    rows, columns = linnet.Tensor(np.array([0.0, 1.0])), linnet.Tensor(np.array([1.0, 1.0]))
    assert_close(image.map_coordinates(x.astype("float64"), [rows, columns], 1), [3.0, 255.0])
    assert_close(image.map_coordinates(A[:1], [[0.0, 0.0], [-1.0, 1.0]], 0, "mirror"), [A[0, 1], A[0, 1]])
    far = [[np.nan, np.inf, -np.inf, 1e30]] * 2
    for mode in MODES:
        assert image.map_coordinates(A, far, 0, mode).shape == (4,) and image.map_coordinates(A, far, 1, mode).shape == (4,)
    assert_close(image.map_coordinates(A, far, 0, "constant", 7), np.full(4, 7.0))


def test_perspective_transform():
    x = draw(2, 6, 7, 3)
    corners = np.array([[0, 0], [0, 5], [6, 0], [6, 5]], "float64")
    np.testing.assert_allclose(image.perspective_transform(x, corners, corners), x, atol=1e-5)
    moved = image.perspective_transform(x, corners, corners + [2, 1], fill_value=0.5).numpy()
    expected = np.full(x.shape, 0.5)
    expected[:, 1:, 2:] = x[:, :-1, :-2]
    np.testing.assert_allclose(moved, expected, atol=1e-5)
    ends = np.array([[0.5, 0.2], [-0.4, 5.3], [5.1, 0.7], [6.3, 4.6]])
    both = image.perspective_transform(x, np.stack([corners, corners]), np.stack([ends, corners]))
    np.testing.assert_allclose(both[0], projected(x[0], corners, ends), atol=1e-4)
    np.testing.assert_allclose(both[1], x[1], atol=1e-4)
    first = image.perspective_transform(np.moveaxis(x[0], -1, 0), corners, ends, data_format="channels_first")
    np.testing.assert_allclose(first, np.moveaxis(projected(x[0], corners, ends), -1, 0), atol=1e-4)
    check_gradient(lambda each: image.perspective_transform(each, corners, ends), x[:1])


def projected(x, start, end):
    """The projection as the null vector of 8 equations in 9 unknowns, then pixel by pixel."""
    rows = []
    for (u, v), (a, b) in zip(start, end):
        rows += [[a, b, 1, 0, 0, 0, -u * a, -u * b, -u], [0, 0, 0, a, b, 1, -v * a, -v * b, -v]]
    matrix = np.linalg.svd(np.array(rows))[2][-1].reshape(3, 3)
    pixels = np.stack([*np.meshgrid(np.arange(x.shape[1]), np.arange(x.shape[0])), np.ones(x.shape[:2])], -1) @ matrix.T
    places = np.stack([pixels[..., 1], pixels[..., 0]]) / pixels[..., 2]
    return np.stack([looked_up(x[..., channel], places, 1, "constant") for channel in range(x.shape[-1])], -1)


def test_scale_and_translate_enlarges():
    x = np.arange(9, dtype="float32").reshape(3, 3)
    scale = np.array([2.0, 2.0], "float32")
    expected = np.arange(5) / 2 + 1.5 * np.arange(5)[:, None]
    assert_close(image.scale_and_translate(x, (5, 5), scale, -(scale / 2 - 0.5), (0, 1), "linear"), expected, dtype="float32")
    moved = image.scale_and_translate(x, (3, 3), [1.0, 1.0], [1.0, -1.0], (0, 1), "linear")
    assert_close(moved, [[0, 0, 0], [1, 2, 0], [4, 5, 0]])


KERNELS = {"triangle": lambda x: np.maximum(0, 1 - np.abs(x)),
           "lanczos3": lambda x: np.sinc(x) * np.sinc(x / 3) * (abs(x) <= 3),
           "lanczos5": lambda x: np.sinc(x) * np.sinc(x / 5) * (abs(x) <= 5)}


@pytest.mark.parametrize("method", KERNELS)
@pytest.mark.parametrize("antialias", [True, False])
def test_scale_and_translate_pixel_by_pixel(method, antialias):
    x, size, scale, shift = draw(2, 9, 3), 7, 0.6, 0.35
    expected, reach = np.zeros((2, size, 3)), 1 / scale if antialias else 1
    for i in range(size):
        centre = (i + 0.5 - shift) / scale - 0.5
        weights = np.array([KERNELS[method]((centre - j) / reach) for j in range(9)])
        if -0.5 <= centre <= 8.5:
            expected[:, i] = np.einsum("j,bjc->bc", weights / weights.sum(), x)

    def function(each):
        return image.scale_and_translate(each, (2, size, 3), [scale], [shift], (-2,), method, antialias)

    assert_close(function(x), expected)
    check_gradient(function, x)


def test_scale_and_translate_is_resize_where_nothing_moves():
    x = draw(2, 8, 6, 3, low=0, high=255)
    for method in ("bilinear", "bicubic", "lanczos3"):
        received = image.scale_and_translate(x, (2, 4, 9, 3), [0.5, 1.5], [0, 0], (1, 2), method)
        np.testing.assert_allclose(received, image.resize(x, (4, 9), method, antialias=True), rtol=1e-5, atol=1e-3)
    assert image.scale_and_translate(x.astype("uint8"), (2, 4, 6, 3), [0.5], [0], [1], "cubic").dtype == "uint8"


def test_elastic_transform():
    x = draw(2, 9, 8, 3)
    assert_close(image.elastic_transform(x, alpha=0.0, seed=1), x)
    wave = image.elastic_transform(x, 5.0, 1.0, seed=1)
    assert wave.shape == x.shape and wave.dtype == "float64"
    np.testing.assert_array_equal(wave, image.elastic_transform(x, 5.0, 1.0, seed=1))
    assert np.abs(wave.numpy() - x).max() > 0.1 and wave.numpy().min() >= x.min() and wave.numpy().max() <= x.max()
    first = image.elastic_transform(np.moveaxis(x, -1, 1), 5.0, 1.0, seed=1, data_format="channels_first")
    assert_close(np.moveaxis(first.numpy(), 1, -1), wave)
    assert image.elastic_transform(x[0].astype("float32"), seed=2).shape == x.shape[1:]
    check_gradient(lambda each: image.elastic_transform(each, 2.0, 1.0, seed=3), x[:1, :4, :4, :1])


def test_patches_of_volumes():
    x = draw(2, 4, 6, 4, 3)
    expected = x.reshape(2, 2, 2, 3, 2, 2, 2, 3).transpose(0, 1, 3, 5, 2, 4, 6, 7).reshape(2, 2, 3, 2, 24)
    assert_close(image.extract_patches_3d(x, 2), expected)
    assert_close(image.extract_patches(x, (2, 2, 2)), expected)
    assert_close(image.extract_patches_3d(x[0], (2, 2, 2)), expected[0])
    first = image.extract_patches_3d(np.moveaxis(x, -1, 1), 2, data_format="channels_first")
    assert_close(first, np.moveaxis(expected, -1, 1))
    assert image.extract_patches_3d(x, (3, 2, 1), strides=1).shape == (2, 2, 5, 4, 18)
    assert image.extract_patches(x[0, 0], 2, strides=(2, 1)).shape == (3, 3, 12)
    check_gradient(lambda each: image.extract_patches_3d(each, 2, 1), x[:1, :3, :2, :2, :1])


def test_places_on_symbolic_tensors():
    x, pictures = keras.Input((6, 7, 3)), draw(2, 6, 7, 3).astype("float32")
    corners = [[0, 0], [0, 5], [6, 0], [6, 5]]
    y = image.perspective_transform(x, corners, [[0, 0], [0, 4], [5, 0], [6, 5]])
    z = image.scale_and_translate(x[0], (3, 7, 3), [0.5], [0.0], (0,), "linear")
    assert y.shape == (None, 6, 7, 3) and z.shape == (3, 7, 3) and image.elastic_transform(x).shape == (None, 6, 7, 3)
    expected = image.perspective_transform(pictures, corners, [[0, 0], [0, 4], [5, 0], [6, 5]])
    np.testing.assert_array_equal(keras.Model(x, y)(pictures), expected)
    assert image.extract_patches_3d(keras.Input((4, 4, 4, 1)), 2).shape == (None, 2, 2, 2, 8)


@pytest.mark.parametrize("call, message", [
    (lambda: image.map_coordinates(A, draw(3, 2), 1), r"\[map_coordinates\] expected coordinates \(axes, …\)"),
    (lambda: image.map_coordinates(A, draw(2), 1), r"\[map_coordinates\] expected coordinates \(axes, …\)"),
    (lambda: image.map_coordinates(A, draw(2, 2), 2), r"\[map_coordinates\] expected order 0 or 1, received 2"),
    (lambda: image.map_coordinates(A, draw(2, 2), 1, "edge"), r"\[map_coordinates\] expected fill_mode constant, nearest"),
    (lambda: image.map_coordinates(np.zeros((0, 2)), draw(2, 2), 1), r"\[map_coordinates\] expected coordinates"),
    (lambda: image.perspective_transform(draw(4, 4, 1), draw(4, 2), draw(3, 2)),
     r"\[perspective_transform\] expected start_points"),
    (lambda: image.perspective_transform(draw(4, 4, 1), draw(4, 2), np.zeros((4, 2))),
     r"\[perspective_transform\] .*on a line"),
    (lambda: image.scale_and_translate(A, (3, 4), [1.0], [0.0], (0,), "nearest"), r"\[scale_and_translate\] expected method"),
    (lambda: image.scale_and_translate(A, (3, 4), [0.0], [0.0], (0,), "linear"), r"\[scale_and_translate\] expected a scale"),
    (lambda: image.scale_and_translate(A, (3, 5), [1.0], [0.0], (0,), "linear"),
     r"\[scale_and_translate\] expected output_shape"),
    (lambda: image.scale_and_translate(A, (-1, 4), [1.0], [0.0], (0,), "linear"),
     r"\[scale_and_translate\] expected output_shape"),
    (lambda: image.scale_and_translate(A, (3, 4), [1.0], [0.0], (2,), "linear"), r"\[scale_and_translate\] expected an axis"),
    (lambda: image.elastic_transform(draw(4, 4, 1), sigma=0), r"\[elastic_transform\] expected sigma above 0"),
    (lambda: image.extract_patches_3d(draw(4, 4, 1), 2),
     r"\[extract_patches_3d\] expected \(depth, height, width, channels\)"),
    (lambda: image.extract_patches(draw(4, 4, 1), (2,)), r"\[extract_patches\] expected a size of two or three numbers"),
])
def test_errors(call, message):
    with pytest.raises(linnet.InvalidArgument, match=message):
        call()
