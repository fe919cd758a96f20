"""Normalization, and the moments that it needs."""
from ._tensors import all_axes, engine, fail, floating, is_number, tensor
from .linalg import norm

_EPSILON = 1e-7  # keras.backend.epsilon()


def moments(x, axes, keepdims=False, synchronized=False):
    """(mean, variance) over axes; there is one machine to synchronize."""
    x = floating(x)
    return engine.mean(x, axes, keepdims), engine.var(x, axes, keepdims)


def _along(weights, x, axes):
    """Weights, of the sizes of some axes of x, as they broadcast against it."""
    weights = floating(weights)
    if weights.ndim in (0, x.ndim) or axes == list(range(x.ndim - len(axes), x.ndim)):
        return weights
    return engine.reshape(weights, [size if axis in axes else 1 for axis, size in enumerate(x.shape)])


def batch_normalization(x, mean, variance, axis, offset=None, scale=None, epsilon=1e-3):
    """scale · (x - mean) / √(variance + epsilon) + offset, with a mean and a variance for each place along an axis."""
    x = floating(x)
    axes = all_axes(axis, x.ndim)
    y = (x - _along(mean, x, axes)) * engine.rsqrt(_along(variance, x, axes) + epsilon)
    y = y if scale is None else y * _along(scale, x, axes)
    return y if offset is None else y + _along(offset, x, axes)


def layer_normalization(x, gamma=None, beta=None, axis=-1, epsilon=None, **kwargs):
    """gamma · (x - mean) / √(variance + epsilon) + beta, with mean and variance over an axis or several; epsilon is by
    default 1e-7."""
    if kwargs.pop("rms_scaling", False) or kwargs:
        fail("expected x, gamma, beta, axis and epsilon; rms_normalization() is a function of its own")
    x = floating(x)
    axes = sorted(all_axes(axis, x.ndim))
    y = engine.standardize(x, axes, _EPSILON if epsilon is None else epsilon)
    y = y if gamma is None else y * _along(gamma, x, axes)
    return y if beta is None else y + _along(beta, x, axes)


def rms_normalization(x, scale=1, axis=-1, epsilon=None):
    """scale · x / √(mean(x²) + epsilon), over an axis or several; epsilon is by default 1e-7."""
    x = floating(x)
    axes = sorted(all_axes(axis, x.ndim))
    y = x * engine.rsqrt(engine.mean(engine.square(x), axes, True) + (_EPSILON if epsilon is None else epsilon))
    return y if scale is None else y * (scale if is_number(scale) else _along(tensor(scale), x, axes))


def normalize(x, axis=-1, order=2, epsilon=None):
    """x / max(norm, epsilon) along an axis, with the norm of this order; epsilon is by default 1e-7."""
    x = floating(x)
    epsilon = _EPSILON if epsilon is None else epsilon
    if order == 2:
        return x * engine.rsqrt(engine.maximum(engine.sum(engine.square(x), axis, True), epsilon ** 2))
    return x / engine.maximum(norm(x, order, axis, True), float(epsilon))
