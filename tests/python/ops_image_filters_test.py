"""keras.ops.image: blurs, edges and similarity."""
import numpy as np
import pytest

import linnet
from linnet import keras
from ops_checks import assert_close, check_gradient, draw, ops, A

image = ops.image


def correlated(x, kernel):
    """Each channel of (batch, height, width, channels) by itself; nothing outside."""
    rows, columns = (size - k + 1 for size, k in zip(x.shape[1:3], kernel.shape))
    return sum(kernel[i, j] * x[:, i:i + rows, j:j + columns] for i, j in np.ndindex(*kernel.shape))


def gaussian(size, sigma):
    places = np.arange(size) - (size - 1) / 2
    weights = np.exp(-places ** 2 / (2 * sigma ** 2))
    return weights / weights.sum()


@pytest.mark.parametrize("size, sigma", [((3, 3), (1.0, 1.0)), ((5, 3), (0.7, 2.0)), ((1, 7), (1.0, 3.0))])
def test_gaussian_blur(size, sigma):
    x = draw(2, 6, 5, 3)
    kernel = np.outer(gaussian(size[0], sigma[0]), gaussian(size[1], sigma[1]))
    padded = np.pad(x, ((0, 0), (size[0] // 2,) * 2, (size[1] // 2,) * 2, (0, 0)))
    expected = correlated(padded, kernel)
    assert_close(image.gaussian_blur(x, size, sigma), expected)
    assert_close(image.gaussian_blur(x[0], size, sigma), expected[0])
    assert_close(image.gaussian_blur(np.moveaxis(x, -1, 1), size, sigma, "channels_first"), np.moveaxis(expected, -1, 1))
    check_gradient(lambda each: image.gaussian_blur(each, size, sigma), x[:1])


def test_gaussian_blur_of_integers_and_even_sizes():
    x = np.random.default_rng(1).integers(0, 256, size=(1, 4, 5, 1)).astype("uint8")
    smooth = image.gaussian_blur(x.astype("float32")).numpy()
    assert_close(image.gaussian_blur(x), np.round(smooth).astype("uint8"), dtype="uint8")
    assert image.gaussian_blur(x.astype("float32"), (4, 2)).shape == x.shape


DOWN = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])


@pytest.mark.parametrize("shape", [(2, 5, 4, 3), (1, 2, 2, 1), (1, 3, 7, 2)])
def test_sobel_edges(shape):
    x = draw(*shape)
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), "reflect")
    expected = np.stack([correlated(padded, DOWN), correlated(padded, DOWN.T)], -1)
    assert_close(image.sobel_edges(x), expected)
    first = image.sobel_edges(np.moveaxis(x, -1, 1), "channels_first")
    assert_close(first, np.moveaxis(expected, -2, 1))
    check_gradient(image.sobel_edges, x[:1])


def test_sobel_edges_of_a_step():
    x = np.zeros((1, 8, 8, 1), "float32")
    x[0, :, 4:] = 1
    edges = image.sobel_edges(x).numpy()
    assert edges.shape == (1, 8, 8, 1, 2) and not edges[..., 0].any()
    assert_close(edges[0, :, :, 0, 1], np.tile([0, 0, 0, 4, 4, 0, 0, 0], (8, 1)))


def similarity(a, b, size=11, sigma=1.5, k1=0.01, k2=0.03, max_val=1.0):
    kernel = np.outer(gaussian(size, sigma), gaussian(size, sigma))
    m1, m2 = correlated(a, kernel), correlated(b, kernel)
    s1, s2, s12 = correlated(a * a, kernel) - m1 ** 2, correlated(b * b, kernel) - m2 ** 2, correlated(a * b, kernel) - m1 * m2
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    return ((2 * m1 * m2 + c1) * (2 * s12 + c2) / ((m1 ** 2 + m2 ** 2 + c1) * (s1 + s2 + c2))).mean((1, 2, 3))


def test_ssim():
    a, b = draw(2, 13, 12, 3, low=0, high=1), draw(2, 13, 12, 3, low=0, high=1)
    np.testing.assert_allclose(image.ssim(a, b), similarity(a, b), rtol=1e-9)
    np.testing.assert_allclose(image.ssim(a[0], b[0]), similarity(a, b)[0], rtol=1e-9)
    first = image.ssim(np.moveaxis(a, -1, 1), np.moveaxis(b, -1, 1), data_format="channels_first")
    np.testing.assert_allclose(first, similarity(a, b), rtol=1e-9)
    np.testing.assert_allclose(image.ssim(a, a), 1, rtol=1e-9)
    options = {"max_val": 255.0, "k1": 0.02, "k2": 0.05}
    received = image.ssim(a * 255, b * 255, filter_size=5, filter_sigma=1.0, **options)
    np.testing.assert_allclose(received, similarity(a * 255, b * 255, 5, 1.0, **options), rtol=1e-9)
    assert image.ssim(a.astype("float32"), b.astype("float32")).dtype == "float32"
    check_gradient(lambda x, y: image.ssim(x, y, filter_size=3), a[:1, :4, :4, :2], b[:1, :4, :4, :2])


def test_filters_on_symbolic_tensors():
    x = keras.Input((12, 11, 3))
    y = image.sobel_edges(image.gaussian_blur(x, (3, 5)))
    assert y.shape == (None, 12, 11, 3, 2) and image.ssim(x, x).shape == (None,)
    pictures = draw(2, 12, 11, 3).astype("float32")
    expected = image.sobel_edges(image.gaussian_blur(pictures, (3, 5)))
    np.testing.assert_array_equal(keras.Model(x, y)(pictures), expected)


@pytest.mark.parametrize("call, message", [
    (lambda: image.gaussian_blur(A), r"\[gaussian_blur\] expected \(height, width, channels\)"),
    (lambda: image.gaussian_blur(draw(4, 4, 1), (0, 3)), r"\[gaussian_blur\] expected a kernel_size \(height, width\) of 1"),
    (lambda: image.gaussian_blur(draw(4, 4, 1), 3), r"\[gaussian_blur\] expected a kernel_size \(height, width\)"),
    (lambda: image.gaussian_blur(draw(4, 4, 1), sigma=(1, 0)), r"\[gaussian_blur\] expected .* above 0"),
    (lambda: image.sobel_edges(draw(4, 4, 1)), r"\[sobel_edges\] expected a batch of images"),
    (lambda: image.sobel_edges(draw(1, 1, 4, 1)), r"\[sobel_edges\] expected images of 2 x 2 pixels or more"),
    (lambda: image.ssim(draw(12, 12, 1), draw(12, 13, 1)), r"\[ssim\] expected two images .* of one shape"),
    (lambda: image.ssim(draw(9, 9, 1), draw(9, 9, 1)), r"\[ssim\] expected images of filter_size=11 pixels or more"),
    (lambda: image.ssim(draw(9, 9, 1), draw(9, 9, 1), filter_size=4), r"\[ssim\] expected an odd filter_size"),
])
def test_errors(call, message):
    with pytest.raises(linnet.InvalidArgument, match=message):
        call()
