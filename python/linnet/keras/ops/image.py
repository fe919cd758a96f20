"""Operations on images: a picture (height, width, channels) or a batch of them."""
import numpy as _numpy

from ._image_filters import blurred as _blurred, gaussian_blur, sobel_edges, ssim
from ._image_layout import channels_last as _channels_last, in_batch as _in_batch
from ._image_places import homography as _homography, map_coordinates, scale_and_translate
from ._tensors import (engine as _engine, fail as _fail, floating as _floating, from_numpy as _from_numpy,
                       tensor as _tensor)
from .._operation import usable_in_graphs as _usable_in_graphs
from ..._objects import missing


def _cropped(images, top, left, height, width):
    return _engine.slice(_engine.slice(images, -3, top, top + height), -2, left, left + width)


def _padded(images, top, left, bottom, right, value=0.0):
    return _engine.pad(images, [(0, 0)] * (images.ndim - 3) + [(top, bottom), (left, right), (0, 0)], float(value))


def resize(images, size, interpolation="bilinear", antialias=False, crop_to_aspect_ratio=False, pad_to_aspect_ratio=False,
           fill_mode="constant", fill_value=0.0, data_format=None):
    """Images in another size (height, width), in their dtype. interpolation: "nearest", "bilinear", "bicubic", "lanczos3",
    "lanczos5" or "area". A different aspect ratio distorts them, unless they are cropped or padded, with fill_value."""
    if len(size) != 2:
        _fail(f"expected size (height, width), received {size}")
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        _fail("expected crop_to_aspect_ratio or pad_to_aspect_ratio, received both")
    if pad_to_aspect_ratio and fill_mode != "constant":
        _fail(f"expected fill_mode \"constant\", received {fill_mode!r}")
    height, width = (int(each) for each in size)

    def resized(x):
        rows, columns = x.shape[-3], x.shape[-2]
        if crop_to_aspect_ratio:
            cut_rows = max(min(rows, int(columns * height / width)), 1)
            cut_columns = max(min(columns, int(rows * width / height)), 1)
            x = _cropped(x, (rows - cut_rows) // 2, (columns - cut_columns) // 2, cut_rows, cut_columns)
        elif pad_to_aspect_ratio:
            more_rows = max(rows, int(columns * height / width)) - rows
            more_columns = max(columns, int(rows * width / height)) - columns
            top, left = more_rows // 2, more_columns // 2
            x = _padded(x, top, left, more_rows - top, more_columns - left, fill_value)
        return _engine.resize(x, height, width, interpolation, antialias)

    return _channels_last(resized, images, data_format)


def rgb_to_grayscale(images, data_format=None):
    """0.2989 · red + 0.587 · green + 0.114 · blue, as one channel, in the images' dtype."""
    def gray(x):
        if x.shape[-1] != 3:
            _fail(f"expected 3 channels, received shape {x.shape}")
        weights = _from_numpy(_numpy.array([[0.2989], [0.587], [0.114]]), _floating(x).dtype)
        return _engine.cast(_engine.matmul(_floating(x), weights), x.dtype)

    return _channels_last(gray, images, data_format)


def _planes(images, what):
    if images.shape[-1] != 3 or "float" not in images.dtype:
        _fail(f"expected {what} as three channels of real numbers, received shape {images.shape} of dtype {images.dtype}")
    return [images[..., channel] for channel in range(3)]


def rgb_to_hsv(images, data_format=None):
    """Red, green and blue, from 0 to 1, as hue (a turn is 1), saturation and value."""
    def converted(x):
        red, green, blue = _planes(x, "red, green and blue")
        value = _engine.maximum(_engine.maximum(red, green), blue)
        chroma = value - _engine.minimum(_engine.minimum(red, green), blue)
        grey = _engine.equal(chroma, 0.0)
        sixth = 1.0 / (6.0 * _engine.where(grey, 1.0, chroma))
        hue = _engine.where(_engine.equal(value, red), (green - blue) * sixth, _engine.where(
            _engine.equal(value, green), (blue - red) * sixth + 2 / 6, (red - green) * sixth + 4 / 6))
        hue = _engine.where(grey, 0.0, _engine.where(_engine.less(hue, 0.0), hue + 1.0, hue))
        black = _engine.equal(value, 0.0)
        saturation = _engine.where(black, 0.0, chroma / _engine.where(black, 1.0, value))
        return _engine.stack([hue, saturation, value], -1)

    return _channels_last(converted, images, data_format)


def hsv_to_rgb(images, data_format=None):
    """Hue (a turn is 1), saturation and value as red, green and blue, from 0 to 1."""
    def converted(x):
        hue, saturation, value = _planes(x, "hue, saturation and value")
        turn = hue * 6.0
        shares = [_engine.abs(turn - 3.0) - 1.0, 2.0 - _engine.abs(turn - 2.0), 2.0 - _engine.abs(turn - 4.0)]
        return _engine.stack([value * (1.0 - saturation + saturation * _engine.clip(share, 0.0, 1.0)) for share in shares], -1)

    return _channels_last(converted, images, data_format)


def _margins(before, after, size, target, whole):
    """(before, after) of which one may follow from the size before and after the operation."""
    given = [before, after, target]
    if sum(each is None for each in given) != 1:
        _fail(f"expected two of the margins before and after and the target size, received {before}, {after}, {target}")
    change = None if target is None else whole(size, target)
    before = change - after if before is None else before
    after = change - before if after is None else after
    if before < 0 or after < 0:
        _fail(f"expected margins >= 0, received {before} and {after} of size {size}")
    return int(before), int(after)


def pad_images(images, top_padding=None, left_padding=None, bottom_padding=None, right_padding=None, target_height=None,
               target_width=None, data_format=None):
    """Images with zeros around them. Of the paddings and the target size, two are given in each direction."""
    def padded(x):
        top, bottom = _margins(top_padding, bottom_padding, x.shape[-3], target_height, lambda size, target: target - size)
        left, right = _margins(left_padding, right_padding, x.shape[-2], target_width, lambda size, target: target - size)
        return _padded(x, top, left, bottom, right)

    return _channels_last(padded, images, data_format)


def crop_images(images, top_cropping=None, left_cropping=None, bottom_cropping=None, right_cropping=None,
                target_height=None, target_width=None, data_format=None):
    """Images without their margins. Of the croppings and the target size, two are given in each direction."""
    def cropped(x):
        rows, columns = x.shape[-3], x.shape[-2]
        top, bottom = _margins(top_cropping, bottom_cropping, rows, target_height, lambda size, target: size - target)
        left, right = _margins(left_cropping, right_cropping, columns, target_width, lambda size, target: size - target)
        if top + bottom >= rows or left + right >= columns:
            _fail(f"expected croppings that leave something of {rows} x {columns} pixels")
        return _cropped(x, top, left, rows - top - bottom, columns - left - right)

    return _channels_last(cropped, images, data_format)


def affine_transform(images, transform, interpolation="bilinear", fill_mode="constant", fill_value=0, data_format=None):
    """What the images show at other places: y at (column x, row y) is the image at ((a0·x + a1·y + a2) / k,
    (b0·x + b1·y + b2) / k) with k = c0·x + c1·y + 1, for transform (a0, a1, a2, b0, b1, b2, c0, c1), or one for each
    image. interpolation, fill_mode: see keras.layers.RandomRotation. No gradient flows to the transform."""
    def transformed(x):
        batch = x if x.ndim == 4 else _engine.expand_dims(x, 0)
        rows = _numpy.atleast_2d(_tensor(transform).detach().numpy().astype("float64"))
        if rows.shape[-1] != 8 or rows.shape[0] not in (1, batch.shape[0]):
            _fail(f"expected a transform (8,) or one for each image, received shape {rows.shape}")
        a0, a1, a2, b0, b1, b2, c0, c1 = _numpy.broadcast_to(rows, (batch.shape[0], 8)).T[:, :, None, None]
        y, column = _numpy.mgrid[:batch.shape[1], :batch.shape[2]]
        k = c0 * column + c1 * y + 1
        places = _numpy.stack([(b0 * column + b1 * y + b2) / k, (a0 * column + a1 * y + a2) / k], -1)
        moved = _engine.map_coordinates(batch, _from_numpy(places, "float32"), interpolation, fill_mode, float(fill_value))
        return _engine.cast(moved if x.ndim == 4 else _engine.squeeze(moved, 0), x.dtype)

    return _channels_last(transformed, images, data_format)


def perspective_transform(images, start_points, end_points, interpolation="bilinear", fill_value=0, data_format=None):
    """Images seen from elsewhere: what they show at the four start_points (4, 2), each (x, y), stands at the end_points;
    or at four for each image. Outside is fill_value. interpolation: "bilinear" or "nearest". No gradient flows to the
    points."""
    return affine_transform(images, _homography(start_points, end_points), interpolation, "constant", fill_value, data_format)


def elastic_transform(images, alpha=20.0, sigma=5.0, interpolation="bilinear", fill_mode="reflect", fill_value=0.0, seed=None,
                      data_format=None):
    """Images as under water: y is the image at (x + alpha · u, y + alpha · v), where u and v are normal noise of standard
    deviation sigma that a Gaussian of standard deviation sigma has smoothed. interpolation, fill_mode: see
    affine_transform(); seed: see keras.random."""
    if not sigma > 0:
        _fail(f"expected sigma above 0, received {sigma}")

    def distorted(x):
        from ..random import normal
        noise = normal((*x.shape[:3], 2), 0.0, sigma, "float32", seed)
        size = int(6 * sigma) | 1
        pixels = _from_numpy(_numpy.stack(_numpy.mgrid[:x.shape[1], :x.shape[2]], -1), "float32")
        places = pixels + _blurred(noise, (size, size), (sigma, sigma)) * float(alpha)
        return _engine.cast(_engine.map_coordinates(x, places, interpolation, fill_mode, float(fill_value)), x.dtype)

    return _channels_last(lambda x: _in_batch(distorted, x), images, data_format)


def extract_patches(images, size, strides=None, dilation_rate=1, padding="valid", data_format=None):
    """Windows of the images, one every `strides` pixels: (batch, height, width, channels) -> (batch, rows, columns,
    window · channels). With a size (depth, height, width) windows of volumes: see extract_patches_3d()."""
    return _patches(images, (size, size) if isinstance(size, int) else size, strides, dilation_rate, padding, data_format)


def extract_patches_3d(volumes, size, strides=None, dilation_rate=1, padding="valid", data_format=None):
    """Windows of volumes: (batch, depth, height, width, channels) -> (batch, layers, rows, columns, window · channels)."""
    return _patches(volumes, (size,) * 3 if isinstance(size, int) else size, strides, dilation_rate, padding, data_format)


def _patches(images, size, strides, dilation_rate, padding, data_format):
    size = [int(each) for each in size]
    axes = len(size)
    if axes not in (2, 3) or min(size) < 1:
        _fail(f"expected a size of two or three numbers of 1 or more, received {size}")
    steps, gaps = ([each] * axes if isinstance(each, int) else list(each) for each in (strides or size, dilation_rate))

    def patches(x):
        channels = x.shape[-1]
        kernel = _from_numpy(_numpy.eye(int(_numpy.prod(size)) * channels), _floating(x).dtype)
        kernel = _engine.reshape(kernel, (*size, channels, -1))
        windows = _in_batch(lambda batch: _engine.conv(batch, kernel, steps, padding.lower(), gaps), _floating(x), axes)
        return _engine.cast(windows, x.dtype)

    return _channels_last(patches, images, data_format, axes)


globals().update(_usable_in_graphs(globals(), "image."))

__getattr__ = missing(__name__)
