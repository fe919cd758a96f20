"""Pictures as NumPy arrays: from files, to files."""
import os

import numpy

from .. import _engine


def _check_data_format(who, data_format):
    if data_format not in (None, "channels_last", "channels_first"):
        raise ValueError(f"[{who}] expected data_format \"channels_last\" or \"channels_first\", received {data_format!r}")
    return data_format == "channels_first"


def load_img(path, color_mode="rgb", target_size=None, interpolation="nearest", keep_aspect_ratio=False):
    """The picture in a PNG or JPEG file: uint8 (height, width, channels). (Keras gives an object of PIL; img_to_array()
    takes both.)

    color_mode: "rgb", "rgba" or "grayscale". target_size: (height, width) to resize to, by `interpolation`: "nearest",
    "bilinear", "bicubic", "area", "lanczos3" or "lanczos5"; shrinking averages with every method but "nearest".
    keep_aspect_ratio: cuts the edges that do not fit instead of distorting the picture.
    """
    path = os.fspath(path)
    path = path.decode() if isinstance(path, bytes) else path
    if target_size is None or not keep_aspect_ratio:
        return numpy.asarray(_engine.read_image(path, color_mode, target_size, interpolation))
    picture = numpy.asarray(_engine.read_image(path, color_mode, None, interpolation))
    (height, width), (rows, columns) = picture.shape[:2], target_size
    cut_rows, cut_columns = min(height, width * rows // columns), min(width, height * columns // rows)
    top, left = (height - cut_rows) // 2, (width - cut_columns) // 2
    return numpy.asarray(_engine.resize_image(picture[top:top + cut_rows, left:left + cut_columns], target_size,
                                              interpolation))


def img_to_array(img, data_format=None, dtype=None):
    """A picture, an array or an object of PIL, as an array (height, width, channels), or (channels, height, width) where
    data_format is "channels_first"; float32 by default."""
    array = numpy.asarray(img, dtype=dtype or "float32")
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3:
        raise ValueError(f"[img_to_array] expected a picture of 2 or 3 axes, received shape {array.shape}")
    return array.transpose(2, 0, 1) if _check_data_format("img_to_array", data_format) else array


def array_to_img(x, data_format=None, scale=True, dtype=None):
    """An array (height, width, channels) as a picture: uint8, stretched from 0 to 255 unless scale is False. (Keras gives
    an object of PIL: PIL.Image.fromarray() makes one of three or four channels.)"""
    array = numpy.array(x, dtype=dtype or "float32")
    if array.ndim != 3:
        raise ValueError(f"[array_to_img] expected a picture of 3 axes, received shape {array.shape}")
    if _check_data_format("array_to_img", data_format):
        array = array.transpose(1, 2, 0)
    if array.shape[2] not in (1, 3, 4):
        raise ValueError(f"[array_to_img] expected 1, 3 or 4 channels, received {array.shape[2]}")
    if scale:
        array = array - array.min()
        array = array / (array.max() or 1) * 255
    return array.astype("uint8")


def save_img(path, x, data_format=None, file_format=None, scale=True, **options):
    """Writes an array (height, width, channels) as a PNG file, stretched from 0 to 255 unless scale is False."""
    kind = (file_format or os.path.splitext(os.fspath(path))[1].removeprefix(".") or "png").lower()
    if kind != "png" or options:
        raise ValueError(f"[save_img] expected a PNG file without further options, received {kind!r} and {sorted(options)}")
    _engine.write_png(os.fspath(path), array_to_img(x, data_format, scale))


def smart_resize(x, size, interpolation="bilinear", data_format="channels_last", backend_module=None):
    """Pictures in another size (height, width) without distortion: the edges that do not fit are cut off."""
    from .ops import image
    resized = image.resize(x, size, interpolation, crop_to_aspect_ratio=True, data_format=data_format)
    return numpy.asarray(resized) if isinstance(x, numpy.ndarray) else resized
