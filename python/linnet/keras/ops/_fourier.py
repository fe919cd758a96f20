"""Fourier transforms by NumPy. Complex numbers are pairs (real parts, imaginary parts), as in Keras.

A transform is linear, so that its derivative is its matrix, whose rows are what it makes of unit vectors. Values come from
NumPy's fast algorithm; where a gradient is wanted, it costs a product with that matrix.
"""
import numpy

from ._core import _add_rows
from ._tensors import engine, fail, floating, from_numpy, numbers, same_floating


def _transformed(function, parts):
    """What function(*arrays), a linear one of the last axis that gives a list of arrays, makes of tensors."""
    results = [from_numpy(each, parts[0].dtype) for each in function(*map(numbers, parts))]
    for position, part in enumerate(parts):
        if part.requires_grad:
            size = part.shape[-1]
            units = [numpy.eye(size) if i == position else numpy.zeros((size, size)) for i in range(len(parts))]
            change = part - part.detach()  # nothing, but for its derivative
            results = [y + engine.matmul(change, from_numpy(rows, y.dtype)) for y, rows in zip(results, function(*units))]
    return results


def _pair(x):
    if not isinstance(x, (list, tuple)) or len(x) != 2:
        fail(f"expected a pair (real parts, imaginary parts), received {type(x).__name__}")
    parts = same_floating(*x)
    if parts[0].shape != parts[1].shape or parts[0].ndim == 0:
        fail(f"expected real and imaginary parts of one shape, received {parts[0].shape} and {parts[1].shape}")
    return parts


def _complex(function):
    """A function of pairs by one of complex arrays along the last axis."""
    def of_parts(real, imaginary):
        y = function(real + 1j * imaginary)
        return y.real, y.imag
    return of_parts


def _length(fft_length):
    if fft_length is not None and fft_length < 1:
        fail(f"expected fft_length >= 1, received {fft_length}")
    return fft_length


def _along_two_axes(function, x):
    """Along the last axis, and then along the one before it."""
    parts = _pair(x)
    if parts[0].ndim < 2:
        fail(f"expected at least two axes, received shape {parts[0].shape}")
    order = [*range(parts[0].ndim - 2), parts[0].ndim - 1, parts[0].ndim - 2]
    for _ in range(2):
        parts = [engine.permute(part, order) for part in _transformed(_complex(function), parts)]
    return tuple(parts)


def fft(x):
    """y[k] = Σ_j x[j] · exp(-2πi·jk/n) along the last axis, of (real parts, imaginary parts)."""
    return tuple(_transformed(_complex(numpy.fft.fft), _pair(x)))


def fft2(x):
    """fft along each of the last two axes."""
    return _along_two_axes(numpy.fft.fft, x)


def ifft2(x):
    """What fft2 makes x of."""
    return _along_two_axes(numpy.fft.ifft, x)


def rfft(x, fft_length=None):
    """The first fft_length // 2 + 1 numbers of fft along the last axis, of real numbers cut off or filled with zeros to
    fft_length: (real parts, imaginary parts). The others are their conjugates."""
    length = _length(fft_length)

    def of_real(x):
        y = numpy.fft.rfft(x, length)
        return y.real, y.imag
    return tuple(_transformed(of_real, [_signal(x)]))


def irfft(x, fft_length=None):
    """The fft_length real numbers that rfft makes x of, by default 2 · (size - 1)."""
    length, parts = _length(fft_length), _pair(x)
    if length is None and parts[0].shape[-1] < 2:
        fail(f"expected fft_length, or two numbers at least, received shape {parts[0].shape}")
    return _transformed(lambda real, imaginary: [numpy.fft.irfft(real + 1j * imaginary, length)], parts)[0]


def _signal(x):
    x = floating(x)
    if x.ndim == 0 or x.shape[-1] == 0:
        fail(f"expected a signal along the last axis, received shape {x.shape}")
    return x


def _window(window, sequence_length, sequence_stride, fft_length, dtype):
    """The window, in the middle of fft_length."""
    if not 1 <= sequence_length <= fft_length or sequence_stride < 1:
        fail(f"expected 1 <= sequence_length <= fft_length and a stride, received sequence_length {sequence_length}, "
             f"fft_length {fft_length} and sequence_stride {sequence_stride}")
    low = {"hann": 0.5, "hamming": 0.54}
    if isinstance(window, str):
        if window not in low:
            fail(f"expected window \"hann\", \"hamming\", numbers or None, received \"{window}\"")
        part = low[window]
        values = part - (1 - part) * numpy.cos(2 * numpy.pi * numpy.arange(sequence_length) / sequence_length)
    else:
        values = numpy.ones(fft_length) if window is None else numbers(window)
    if window is not None:
        if values.shape != (sequence_length,):
            fail(f"expected a window of shape ({sequence_length},), received shape {values.shape}")
        before = (fft_length - sequence_length) // 2
        values = numpy.pad(values, (before, fft_length - sequence_length - before))
    return from_numpy(values, dtype)


def _frames(count, sequence_stride, fft_length):
    """Where the samples of each frame stand: (count, fft_length)."""
    return numpy.arange(count)[:, None] * sequence_stride + numpy.arange(fft_length)


def stft(x, sequence_length, sequence_stride, fft_length, window="hann", center=True):
    """rfft of frames of fft_length samples, one every sequence_stride, each multiplied by the window of sequence_length:
    (…, samples) -> a pair of (…, frames, fft_length // 2 + 1). center: the first frame has the first sample in its middle;
    what lies before it is mirrored. window: "hann", "hamming", numbers, or None for none."""
    x = _signal(x)
    values = _window(window, sequence_length, sequence_stride, fft_length, x.dtype)
    places, samples = numpy.arange(x.shape[-1]), x.shape[-1]
    if center:
        if samples <= fft_length // 2:
            fail(f"expected more than fft_length // 2 = {fft_length // 2} samples to mirror, received shape {x.shape}")
        places = numpy.pad(places, fft_length // 2, "reflect")
    count = 1 + (places.size - fft_length) // sequence_stride
    if count < 1:
        fail(f"expected at least fft_length = {fft_length} samples, received shape {x.shape}")
    picked = engine.take(x, places[_frames(count, sequence_stride, fft_length)].reshape(-1), x.ndim - 1)
    return rfft(engine.reshape(picked, (*x.shape[:-1], count, fft_length)) * values)


def istft(x, sequence_length, sequence_stride, fft_length, length=None, window="hann", center=True):
    """The samples that stft makes x of, `length` of them: irfft's frames, multiplied by the window and added where they
    stand, over the sum of the squared windows there. Without a window they are added and not divided."""
    parts = _pair(x)
    if parts[0].ndim < 2 or parts[0].shape[-1] != fft_length // 2 + 1:
        fail(f"expected (…, frames, fft_length // 2 + 1 = {fft_length // 2 + 1}), received shape {parts[0].shape}")
    values = _window(window, sequence_length, sequence_stride, fft_length, parts[0].dtype)
    frames = irfft(parts, fft_length) * values
    count = frames.shape[-2]
    places = _frames(count, sequence_stride, fft_length)
    size = int(places.max(initial=-1)) + 1
    rows = engine.reshape(frames, (-1, places.size))
    samples = engine.permute(_add_rows(engine.permute(rows, [1, 0]), places.reshape(-1), size), [1, 0])
    if window is not None:
        squares = numpy.zeros(size)
        numpy.add.at(squares, places, numbers(values).astype("float64") ** 2)
        samples = samples / from_numpy(numpy.where(squares > 1e-10, squares, 1), samples.dtype)
    first = fft_length // 2 if center else 0
    last = first + length if length is not None else size - (fft_length // 2 if center else 0)
    if last > size:
        fail(f"expected length <= {size - first}, received {length}")
    return engine.reshape(engine.slice(samples, 1, first, last), (*frames.shape[:-2], last - first))
