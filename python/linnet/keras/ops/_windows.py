"""Convolution and pooling over 1 to 3 spatial axes, and the windows themselves."""
import numpy

from ._core import _add_rows
from ._tensors import (channels_first, engine, fail, floating, from_numpy, moved, picked, same_floating, tensor)


def _each(value, count, what):
    """A number for each spatial axis."""
    try:
        numbers = [value] * count if isinstance(value, int) else [int(each) for each in value]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) != count:
        fail(f"expected one or {count} numbers as {what}, received {value}")
    return numbers


def _padding(padding):
    return padding.lower() if padding.lower() in ("valid", "same") else fail(
        f"expected padding \"valid\" or \"same\", received \"{padding}\"")


def _channels_last(function, x, data_format):
    """function(x, how many spatial axes) of images with the channels last, whatever data_format they have."""
    if not 3 <= x.ndim <= 5:
        fail(f"expected (batch, 1 to 3 spatial axes, channels), received shape {x.shape}")
    if not channels_first(data_format):
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


def adaptive_average_pool(inputs, output_size, data_format=None):
    """The means of output_size windows along each spatial axis, a number or one for each: of n elements and m windows,
    window i reaches from ⌊i · n / m⌋ to ⌈(i + 1) · n / m⌉."""
    def mean(windows, inside, axis):
        share = inside / inside.sum(1, keepdims=True)
        share = share.reshape(*share.shape, *[1] * (windows.ndim - axis - 1))
        return engine.sum(windows * from_numpy(share, windows.dtype), axis, False)

    return _adaptively_pooled(mean, inputs, output_size, data_format)


def adaptive_max_pool(inputs, output_size, data_format=None):
    """The largest number in place of adaptive_average_pool's mean."""
    return _adaptively_pooled(lambda windows, inside, axis: engine.max(windows, axis, False), inputs, output_size, data_format)


def _adaptively_pooled(combine, inputs, output_size, data_format):
    def pool(x, axes):
        counts = _each(output_size, axes, "output_size")
        if min(counts) < 1 or min(x.shape[1:-1]) < 1:
            fail(f"expected an output_size of 1 or more and images with pixels, received {output_size} and shape {x.shape}")
        for axis, count in enumerate(counts, 1):  # the windows are rectangles, so one axis after another
            ends = -(-numpy.arange(1, count + 1) * x.shape[axis] // count)[:, None]
            starts = numpy.arange(count)[:, None] * x.shape[axis] // count
            cells = starts + numpy.arange((ends - starts).max())
            x = combine(picked(x, numpy.minimum(cells, ends - 1), axis), cells < ends, axis + 1)
        return x

    return _channels_last(pool, floating(inputs), data_format)


def _cells(size, kernel, gaps, steps):
    """The places in flattened images of one size (height, width) that windows consist of: (rows and columns of a window,
    rows and columns of windows)."""
    rows, columns = (
        numpy.arange(count)[:, None] * gap + numpy.arange(0, max(length - (count - 1) * gap, 0), step)
        for length, count, gap, step in zip(size, kernel, gaps, steps))
    return rows[:, None, :, None] * size[1] + columns[None, :, None, :]


def _window_options(kernel_size, dilation, padding, stride):
    options = [_each(value, 2, what) for value, what in (
        (kernel_size, "kernel_size"), (dilation, "dilation"), (padding, "padding"), (stride, "stride"))]
    kernel, gaps, margins, steps = options
    if min(kernel + gaps + steps) < 1 or min(margins) < 0:
        fail(f"expected kernel_size, dilation and stride of 1 or more and padding of 0 or more, received {kernel}, {gaps}, "
             f"{steps} and {margins}")
    return options


def unfold(x, kernel_size, dilation=1, padding=0, stride=1):
    """The windows of images with the channels first, as columns: (batch, channels, height, width)
    -> (batch, channels · window, positions), with `padding` zeros around the images."""
    x = tensor(x)
    if x.ndim != 4:
        fail(f"expected (batch, channels, height, width), received shape {x.shape}")
    kernel, gaps, margins, steps = _window_options(kernel_size, dilation, padding, stride)
    x = engine.pad(x, [(0, 0), (0, 0), *((margin, margin) for margin in margins)], 0.0)
    places = _cells(x.shape[2:], kernel, gaps, steps)
    columns = picked(engine.reshape(x, (*x.shape[:2], x.shape[2] * x.shape[3])), places, 2)
    positions = places.shape[2] * places.shape[3]
    return engine.reshape(columns, (x.shape[0], x.shape[1] * kernel[0] * kernel[1], positions))


def fold(x, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """The images (batch, channels, height, width), of output_size (height, width), to whose pixels the columns (batch,
    channels · window, positions) of unfold() are added: the opposite way of unfold(), where windows overlap with sums."""
    x, size = tensor(x), _each(output_size, 2, "output_size")
    kernel, gaps, margins, steps = _window_options(kernel_size, dilation, padding, stride)
    padded = [length + 2 * margin for length, margin in zip(size, margins)]
    places = _cells(padded, kernel, gaps, steps)
    window, positions = kernel[0] * kernel[1], places.shape[2] * places.shape[3]
    if x.ndim != 3 or x.shape[1] % window or x.shape[2] != positions or min(size) < 1:
        fail(f"expected (batch, channels · {window}, {positions}) for an output_size {tuple(size)}, received shape {x.shape}")
    planes = x.shape[0] * x.shape[1] // window
    cells = engine.permute(engine.reshape(x, (planes, window * positions)), [1, 0])
    y = _add_rows(cells, places.reshape(-1), padded[0] * padded[1])
    y = engine.reshape(engine.permute(y, [1, 0]), (x.shape[0], x.shape[1] // window, *padded))
    for axis, margin, length in zip((2, 3), margins, size):
        y = engine.slice(y, axis, margin, margin + length)
    return y
