"""Where images have their channels, and their dtype: what the operations of keras.ops.image have in common."""
from ._tensors import channels_first, engine, fail, is_float, moved, tensor
from ._core import saturate_cast


def channels_last(function, images, data_format, axes=2):
    """function(images) of images with the channels last, whatever data_format they have; `axes` are spatial."""
    images = tensor(images)
    if images.ndim not in (axes + 1, axes + 2):
        places = "height, width, channels" if axes == 2 else "depth, height, width, channels"
        fail(f"expected ({places}) or (batch, {places}), received shape {images.shape}")
    if not channels_first(data_format):
        return function(images)
    first, last = images.ndim - axes - 1, images.ndim - 1
    return moved(function(moved(images, [first], [last])), [last], [first])


def in_batch(function, images, axes=2):
    """function(batch) of a batch, or of the only image as one."""
    return function(images) if images.ndim == axes + 2 else engine.squeeze(function(engine.expand_dims(images, 0)), 0)


def in_dtype(y, dtype):
    """y, real numbers, in the dtype of the images; integers are rounded and kept in their range."""
    return engine.cast(y, dtype) if "float" in dtype or not is_float(y) else saturate_cast(engine.round(y), dtype)
