"""keras.ops.image."""
import numpy as np
import pytest

import linnet
from ops_checks import assert_close, check_gradient, draw, ops, A


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


def test_hue_saturation_value():
    import colorsys
    images = np.random.default_rng(1).random((2, 3, 4, 3)).astype("float32")
    images[0, 0, :3] = [[0, 0, 0], [0.5, 0.5, 0.5], [1, 0, 0]]
    expected = np.array([colorsys.rgb_to_hsv(*pixel) for pixel in images.reshape(-1, 3).tolist()]).reshape(images.shape)
    hsv = ops.image.rgb_to_hsv(images)
    np.testing.assert_allclose(hsv.numpy(), expected, atol=1e-6)
    np.testing.assert_allclose(ops.image.hsv_to_rgb(hsv).numpy(), images, atol=1e-6)
    first = ops.image.rgb_to_hsv(np.moveaxis(images, -1, 1), data_format="channels_first").numpy()
    np.testing.assert_allclose(np.moveaxis(first, 1, -1), expected, atol=1e-6)
    with pytest.raises(ValueError, match=r"\[rgb_to_hsv\] expected red, green and blue as three channels of real numbers"):
        ops.image.rgb_to_hsv(np.zeros((2, 2, 1), "float32"))
