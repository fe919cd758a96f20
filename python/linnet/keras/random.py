"""Random numbers, of the global seed or a seed of one's own.

`seed` is an integer, the same numbers for each call; a SeedGenerator, other numbers for each call; or None, the global seed
(keras.utils.set_random_seed). Numbers do not depend on the number of threads.
"""
import math as _math

import numpy as _numpy

from .. import _engine
from .._objects import missing
from .ops._elementwise import erfinv as _erfinv
from .ops._tensors import (dtype_name as _dtype_name, engine as _ops, fail as _fail, from_numpy as _from_numpy,
                           numbers as _numbers, one_axis as _one_axis, sizes as _sizes, tensor as _tensor)

SeedGenerator = _engine.SeedGenerator


def _generator(seed):
    return seed if seed is None or isinstance(seed, SeedGenerator) else SeedGenerator(seed)


def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """A tensor of normally distributed numbers."""
    return _engine.random_normal(_sizes(shape), mean, stddev, _dtype_name(dtype), _generator(seed))


def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """A tensor of normally distributed numbers, none of them beyond two standard deviations."""
    inside = _math.erf(_math.sqrt(2))  # the probability; equally likely places in it are what erfinv turns into normal ones
    places = (2 * _shares(shape, _generator(seed)) - 1) * inside
    return _from_numpy(mean + stddev * _math.sqrt(2) * _numbers(_erfinv(places)), _dtype_name(dtype))


def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    """A tensor of numbers from [minval, maxval), all equally likely."""
    return _engine.random_uniform(_sizes(shape), minval, maxval, _dtype_name(dtype), _generator(seed))


def _shares(shape, generator):
    """Numbers from [0, 1) with 53 bits, as a NumPy array."""
    return _numbers(_engine.random_uniform(_sizes(shape), 0.0, 1.0, "float64", generator))


def randint(shape, minval, maxval, dtype="int32", seed=None):
    """A tensor of integers from [minval, maxval), all equally likely."""
    minval, maxval = int(minval), int(maxval)
    if maxval <= minval:
        _fail(f"expected minval < maxval, received {minval} and {maxval}")
    steps = _numpy.floor(_shares(shape, _generator(seed)) * (maxval - minval)).astype("int64")
    return _from_numpy(minval + _numpy.minimum(steps, maxval - minval - 1), _dtype_name(dtype))


def categorical(logits, num_samples, dtype="int32", seed=None):
    """(batch, num_samples) classes, drawn with the probabilities softmax(logits); logits (batch, classes)."""
    logits = _numbers(logits).astype("float64")
    if logits.ndim != 2:
        _fail(f"expected logits (batch, classes), received shape {logits.shape}")
    weights = _numpy.exp(logits - logits.max(-1, keepdims=True)).cumsum(-1)
    draws = _shares((logits.shape[0], num_samples), _generator(seed)) * weights[:, -1:]
    classes = (draws[:, :, None] >= weights[:, None, :]).sum(-1)
    return _from_numpy(classes, _dtype_name(dtype))


def dropout(inputs, rate, noise_shape=None, seed=None):
    """Each number is 0 with the probability `rate`, else divided by 1 - rate; along axes of size 1 in noise_shape the
    numbers share their fate. The gradient goes through what is left."""
    x = _tensor(inputs)
    shape = () if noise_shape is None else [size if wanted is None else wanted for size, wanted in zip(x.shape, noise_shape)]
    return _ops.dropout(x, rate, _generator(seed) or SeedGenerator(), shape)


def shuffle(x, axis=0, seed=None):
    """The slices of x along an axis, in random order."""
    x = _tensor(x)
    axis = _one_axis(axis, x.ndim)
    order = _numpy.argsort(_shares((x.shape[axis],), _generator(seed)), kind="stable")
    return _ops.take(x, order, axis)


def gamma(shape, alpha, dtype=None, seed=None):
    """A tensor of numbers with the density x^(alpha - 1) · exp(-x) / Γ(alpha); alpha > 0 broadcasts. No gradient."""
    alphas = _numpy.broadcast_to(_numbers(alpha).astype("float64"), _sizes(shape))
    if not (alphas > 0).all():
        _fail(f"expected alpha > 0, received {alpha}")
    return _from_numpy(_gamma(alphas, _generator(seed) or SeedGenerator()), _dtype_name(dtype))


def _gamma(alphas, generator):
    """Marsaglia and Tsang, "A simple method for generating gamma variables", 2000; below 1 by that of alpha + 1."""
    d = _numpy.where(alphas < 1, alphas + 1, alphas) - 1 / 3
    drawn, missing_ones = _numpy.zeros(alphas.shape), _numpy.ones(alphas.shape, "bool")
    while missing_ones.any():
        z = _numbers(_engine.random_normal(alphas.shape, 0.0, 1.0, "float64", generator))
        v = (1 + z / _numpy.sqrt(9 * d)) ** 3
        with _numpy.errstate(all="ignore"):
            accepted = (v > 0) & (_numpy.log1p(-_shares(alphas.shape, generator)) < z * z / 2 + d * (1 - v + _numpy.log(v)))
        drawn = _numpy.where(missing_ones & accepted, d * v, drawn)
        missing_ones &= ~accepted
    share = 1 - _shares(alphas.shape, generator)
    return _numpy.where(alphas < 1, drawn * share ** (1 / _numpy.minimum(alphas, 1)), drawn)


def beta(shape, alpha, beta, dtype=None, seed=None):
    """A tensor of numbers from [0, 1] with the density of the beta distribution; alpha > 0 and beta > 0 broadcast. No
    gradient."""
    generator = _generator(seed) or SeedGenerator()
    if not ((_numbers(alpha) > 0).all() and (_numbers(beta) > 0).all()):
        _fail(f"expected alpha > 0 and beta > 0, received {alpha} and {beta}")
    first, second = (_gamma(_numpy.broadcast_to(_numbers(each).astype("float64"), _sizes(shape)), generator)
                     for each in (alpha, beta))
    return _from_numpy(first / (first + second), _dtype_name(dtype))


def binomial(shape, counts, probabilities, dtype=None, seed=None):
    """A tensor of how many of `counts` trials succeed, each with its probability; both broadcast. The time grows with the
    largest count. No gradient."""
    counts = _numpy.broadcast_to(_numbers(counts), _sizes(shape))
    probabilities = _numpy.broadcast_to(_numbers(probabilities).astype("float64"), _sizes(shape))
    if (counts < 0).any() or not ((probabilities >= 0) & (probabilities <= 1)).all():
        _fail("expected counts >= 0 and probabilities in [0, 1]")
    generator, successes = _generator(seed) or SeedGenerator(), _numpy.zeros(_sizes(shape))
    for trial in range(int(counts.max(initial=0))):
        successes += (trial < counts) & (_shares(shape, generator) < probabilities)
    return _from_numpy(successes, _dtype_name(dtype))


__getattr__ = missing(__name__)
