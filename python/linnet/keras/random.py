"""Random numbers, of the global seed or a seed of one's own."""
from .. import _engine
from .._objects import missing

SeedGenerator = _engine.SeedGenerator


def _generator(seed):
    return seed if seed is None or isinstance(seed, SeedGenerator) else SeedGenerator(seed)


def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """A tensor of normally distributed numbers.

    seed: an integer, the same numbers for each call; a SeedGenerator, other numbers for each call; None, the global
    seed (keras.utils.set_random_seed).
    """
    return _engine.random_normal(shape, mean, stddev, dtype or "float32", _generator(seed))


def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    """A tensor of numbers from [minval, maxval), all equally likely. `seed` as for normal()."""
    return _engine.random_uniform(shape, minval, maxval, dtype or "float32", _generator(seed))


__getattr__ = missing(__name__)
