"""keras.ops.fft and its family against NumPy, stft against its definition, rearrange; with gradients."""
import numpy as np
import pytest

import linnet
from linnet import keras
from ops_checks import all_close, assert_close, check_gradient, draw, ops

REAL, IMAGINARY = draw(2, 4, 6), draw(2, 4, 6)
SIGNAL = draw(2, 50)


def pair(complex_numbers):
    return complex_numbers.real, complex_numbers.imag


@pytest.mark.parametrize("size", [1, 2, 5, 8])
def test_fourier_transforms(size):
    x, (real, imaginary) = draw(3, size), (draw(3, size), draw(3, size))
    both = real + 1j * imaginary
    all_close(ops.fft((real, imaginary)), pair(np.fft.fft(both)))
    for length in (None, 1, size - 1 or 1, size + 3):
        all_close(ops.rfft(x, length), pair(np.fft.rfft(x, length)))
        if length is not None or size > 1:
            assert_close(ops.irfft((real, imaginary), length), np.fft.irfft(both, length))
    assert ops.rfft(x.astype("float32"))[0].dtype == "float32" and ops.rfft([1, 2, 3])[0].dtype == "float32"


def test_two_axes():
    both = REAL + 1j * IMAGINARY
    all_close(ops.fft2((REAL, IMAGINARY)), pair(np.fft.fft2(both)))
    all_close(ops.ifft2((REAL, IMAGINARY)), pair(np.fft.ifft2(both)))
    all_close(ops.ifft2(ops.fft2((REAL, IMAGINARY))), (REAL, IMAGINARY))


def spectra(x, length, stride, fft_length, window, center):
    """The definition, frame by frame."""
    if center:
        x = np.pad(x, [(0, 0), (fft_length // 2, fft_length // 2)], "reflect")
    before = (fft_length - length) // 2
    whole = np.ones(fft_length) if window is None else np.pad(window, (before, fft_length - length - before))
    starts = range(0, x.shape[1] - fft_length + 1, stride)
    return np.stack([np.fft.rfft(x[:, start:start + fft_length] * whole) for start in starts], 1)


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("length, stride, fft_length", [(8, 2, 8), (7, 3, 9), (6, 6, 8)])
@pytest.mark.parametrize("window", ["hann", "hamming", "numbers", None])
def test_short_time_transforms(center, length, stride, fft_length, window):
    angles = 2 * np.pi * np.arange(length) / length
    values = {"hann": 0.5 - 0.5 * np.cos(angles), "hamming": 0.54 - 0.46 * np.cos(angles), None: None,
              "numbers": np.linspace(0.5, 1.5, length)}[window]
    given = values if window == "numbers" else window
    found = ops.stft(SIGNAL, length, stride, fft_length, given, center)
    all_close(found, pair(spectra(SIGNAL, length, stride, fft_length, values, center)), ulps=64)
    again = ops.istft(found, length, stride, fft_length, None, given, center)
    if window is None:  # each sample as often as frames hold it
        frames = found[0].shape[1]
        times = np.zeros(stride * (frames - 1) + fft_length)
        for start in range(0, stride * frames, stride):
            times[start:start + fft_length] += 1
        edge = fft_length // 2 if center else 0
        assert_close(again, SIGNAL[:, :again.shape[1]] * times[edge:edge + again.shape[1]], ulps=64)
    elif stride <= length // 2:  # the windows cover every sample but the first and the last ones
        inner = slice(length, again.shape[1] - length)
        assert_close(again[:, inner], SIGNAL[:, inner], ulps=256)
    assert ops.istft(found, length, stride, fft_length, 20, given, center).shape == (2, 20)


@pytest.mark.parametrize("function, arrays", [
    (lambda a, b: ops.fft((a, b)), [REAL, IMAGINARY]), (lambda a, b: ops.ifft2((a, b)), [REAL, IMAGINARY]),
    (lambda x: ops.rfft(x, 5), [REAL]), (lambda a, b: ops.irfft((a, b), 7), [REAL, IMAGINARY]),
    (lambda x: ops.stft(x, 4, 2, 6), [SIGNAL[:, :12]]),
    (lambda a, b: ops.istft((a, b), 4, 2, 6), [draw(1, 5, 4), draw(1, 5, 4)]),
], ids=["fft", "ifft2", "rfft", "irfft", "stft", "istft"])
def test_gradients(function, arrays):
    check_gradient(function, *arrays)


def test_in_a_graph():
    x = keras.Input((50,))
    real, imaginary = ops.stft(x, 8, 4, 8)
    assert real.shape == imaginary.shape == (None, 13, 5)
    power = keras.Model(x, real * real + imaginary * imaginary)(SIGNAL.astype("float32"))
    assert_close(power, np.abs(spectra(SIGNAL, 8, 4, 8, 0.5 - 0.5 * np.cos(np.pi * np.arange(8) / 4), True)) ** 2, ulps=64)


def test_rearrange():
    images = draw(2, 6, 4, 3)
    for pattern, sizes, expected in [
            ("b h w c -> b c h w", {}, images.transpose(0, 3, 1, 2)),
            ("b h w c -> (b h) w c", {}, images.reshape(12, 4, 3)),
            ("b h w c -> h (b w) c", {}, images.transpose(1, 0, 2, 3).reshape(6, 8, 3)),
            ("b (h h1) (w w1) c->b h w (c h1 w1)", {"h1": 2, "w1": 2},
             images.reshape(2, 3, 2, 2, 2, 3).transpose(0, 1, 3, 5, 2, 4).reshape(2, 3, 2, 12)),
            ("a b c d -> () a b c d", {}, images[None])]:
        assert_close(ops.rearrange(images, pattern, **sizes), expected)
    check_gradient(lambda x: ops.rearrange(x, "a (b c) -> c (b a)", c=2), draw(3, 4))
    x = keras.Input((6, 4))
    assert ops.rearrange(x, "b h w -> b (w h)").shape == (None, 24)


@pytest.mark.parametrize("call, message", [
    (lambda: ops.fft(REAL), r"\[fft\] expected a pair .*received ndarray"),
    (lambda: ops.fft2((REAL, REAL[0])), r"\[fft2\] expected real and imaginary parts of one shape"),
    (lambda: ops.rfft(REAL, 0), r"\[rfft\] expected fft_length >= 1, received 0"),
    (lambda: ops.irfft((REAL[..., :1], REAL[..., :1])), r"\[irfft\] expected fft_length"),
    (lambda: ops.stft(SIGNAL, 9, 2, 8), r"\[stft\] expected 1 <= sequence_length <= fft_length"),
    (lambda: ops.stft(SIGNAL, 8, 2, 8, "kaiser"), r"\[stft\] expected window \"hann\""),
    (lambda: ops.stft(SIGNAL, 8, 2, 8, [1.0]), r"\[stft\] expected a window of shape \(8,\)"),
    (lambda: ops.stft(SIGNAL, 8, 2, 128), r"\[stft\] expected more than fft_length // 2 = 64 samples"),
    (lambda: ops.stft(SIGNAL, 8, 2, 64, center=False), r"\[stft\] expected at least fft_length = 64 samples"),
    (lambda: ops.istft((REAL, REAL), 8, 2, 8), r"\[istft\] expected .*= 5\)"),
    (lambda: ops.rearrange(REAL, "a b c"), r"\[rearrange\] expected \"axes -> axes\""),
    (lambda: ops.rearrange(REAL, "a b -> b a"), r"\[rearrange\] expected the 3 axes"),
    (lambda: ops.rearrange(REAL, "a b c -> b a"), r"\[rearrange\] expected the 3 axes"),
    (lambda: ops.rearrange(REAL, "a (b d c -> b a d c"), r"\[rearrange\] expected each name once"),
    (lambda: ops.rearrange(REAL, "a b ... -> ... a b"), r"\[rearrange\] expected names of axes"),
    (lambda: ops.rearrange(REAL, "a (b d) c -> a b d c"), r"\[rearrange\] expected the sizes of all but one of b, d"),
    (lambda: ops.rearrange(REAL, "a (b d) c -> a b d c", d=3), r"\[rearrange\] expected sizes whose product is 4"),
])
def test_errors(call, message):
    with pytest.raises(linnet.InvalidArgument, match=message):
        call()
