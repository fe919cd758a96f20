"""Convolution and pooling over 1 to 3 spatial axes, and the windows themselves."""
import numpy

from ._tensors import engine, fail, floating, moved, picked, same_floating, tensor


def _each(value, count, what):
    """A number for each spatial axis."""
    numbers = [value] * count if isinstance(value, int) else [int(each) for each in value]
    if len(numbers) != count:
        fail(f"expected one or {count} numbers as {what}, received {value}")
    return numbers


def _padding(padding):
    return padding.lower() if padding.lower() in ("valid", "same") else fail(
        f"expected padding \"valid\" or \"same\", received \"{padding}\"")


def _channels_last(function, x, data_format):
    """function(x, how many spatial axes) of images with the channels last, whatever data_format they have."""
    if data_format not in (None, "channels_last", "channels_first"):
        fail(f"expected data_format channels_last or channels_first, received {data_format!r}")
    if not 3 <= x.ndim <= 5:
        fail(f"expected (batch, 1 to 3 spatial axes, channels), received shape {x.shape}")
    if data_format != "channels_first":
        return function(x, x.ndim - 2)
    return moved(function(moved(x, [1], [x.ndim - 1]), x.ndim - 2), [x.ndim - 1], [1])


def _convolved(function, inputs, kernel, strides, padding, data_format, dilation_rate):
    inputs, kernel = same_floating(inputs, kernel)

    def convolve(x, axes):
        return function(x, kernel, _each(strides, axes, "strides"), _padding(padding),
                        _each(dilation_rate, axes, "dilation_rate"))

    return _channels_last(convolve, inputs, data_format)


def conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    """Convolution: inputs (batch, spatial…, channels), kernel (window…, channels / groups, filters)
    -> (batch, spatial…, filters)."""
    return _convolved(engine.conv, inputs, kernel, strides, padding, data_format, dilation_rate)


def depthwise_conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    """Convolution of each channel by itself: kernel (window…, channels, multiplier)
    -> (batch, spatial…, channels · multiplier)."""
    return _convolved(engine.depthwise_conv, inputs, kernel, strides, padding, data_format, dilation_rate)


def separable_conv(inputs, depthwise_kernel, pointwise_kernel, strides=1, padding="valid", data_format=None,
                   dilation_rate=1):
    """depthwise_conv(), then conv() with a kernel whose window is 1."""
    y = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(y, pointwise_kernel, data_format=data_format)


def conv_transpose(inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1):
    """The opposite way of conv(): inputs (batch, spatial…, channels), kernel (window…, filters, channels)
    -> (batch, larger…, filters)."""
    inputs, kernel = same_floating(inputs, kernel)

    def convolve(x, axes):
        extra = [] if output_padding is None else _each(output_padding, axes, "output_padding")
        return engine.conv_transpose(x, kernel, _each(strides, axes, "strides"), _padding(padding), extra,
                                     _each(dilation_rate, axes, "dilation_rate"))

    return _channels_last(convolve, inputs, data_format)


def _pooled(function, inputs, pool_size, strides, padding, data_format):
    def pool(x, axes):
        sizes = _each(pool_size, axes, "pool_size")
        return function(x, sizes, sizes if strides is None else _each(strides, axes, "strides"), _padding(padding))

    return _channels_last(pool, floating(inputs), data_format)


def max_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    """The largest number in each window, of each channel by itself; windows lie side by side unless `strides` says
    otherwise."""
    return _pooled(engine.max_pool, inputs, pool_size, strides, padding, data_format)


def average_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    """The mean of each window in place of max_pool's largest number; only what lies inside counts."""
    return _pooled(engine.average_pool, inputs, pool_size, strides, padding, data_format)


def unfold(x, kernel_size, dilation=1, padding=0, stride=1):
    """The windows of images with the channels first, as columns: (batch, channels, height, width)
    -> (batch, channels · window, positions), with `padding` zeros around the images."""
    x = tensor(x)
    if x.ndim != 4:
        fail(f"expected (batch, channels, height, width), received shape {x.shape}")
    kernel, gaps, margins, steps = (_each(value, 2, what) for value, what in (
        (kernel_size, "kernel_size"), (dilation, "dilation"), (padding, "padding"), (stride, "stride")))
    x = engine.pad(x, [(0, 0), (0, 0), *((margin, margin) for margin in margins)], 0.0)
    cells = [numpy.arange(count)[:, None] * gap + numpy.arange(0, max(size - (count - 1) * gap, 0), step)
             for size, count, gap, step in zip(x.shape[2:], kernel, gaps, steps)]
    places = cells[0][:, None, :, None] * x.shape[3] + cells[1][None, :, None, :]
    columns = picked(engine.reshape(x, (*x.shape[:2], x.shape[2] * x.shape[3])), places, 2)
    positions = places.shape[2] * places.shape[3]
    return engine.reshape(columns, (x.shape[0], x.shape[1] * kernel[0] * kernel[1], positions))
