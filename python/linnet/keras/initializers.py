"""Initializers: the first values of weights."""
from .. import _engine
from .._objects import EngineObject, define, missing, to_snake_case


class Initializer(EngineObject):
    """initializer(shape, dtype) is a tensor. One of one's own overrides __call__, and get_config where it has options."""
    _factory = _engine.Initializer
    _classes = {}
    _wrap_python = staticmethod(_engine.python_initializer)
    _register = staticmethod(_engine.register_initializer)

    def __call__(self, shape, dtype=None, **kwargs):
        return self._engine(shape, "float32" if dtype is None else dtype)


define(Initializer, globals(), {
    "Zeros": "",
    "Ones": "",
    "Constant": "value=0.0",
    "Identity": "gain=1.0",
    "RandomNormal": "mean=0.0, stddev=0.05, seed=None",
    "RandomUniform": "minval=-0.05, maxval=0.05, seed=None",
    "TruncatedNormal": "mean=0.0, stddev=0.05, seed=None",
    "VarianceScaling": "scale=1.0, mode='fan_in', distribution='truncated_normal', seed=None",
    "GlorotUniform": "seed=None",
    "GlorotNormal": "seed=None",
    "HeUniform": "seed=None",
    "HeNormal": "seed=None",
    "LecunUniform": "seed=None",
    "LecunNormal": "seed=None",
    "Orthogonal": "gain=1.0, seed=None",
    "STFT": "side='real', window='hann', scaling='density', periodic=False",
})
for _name in list(Initializer._classes):
    globals()[to_snake_case(_name)] = globals()[_name]
IdentityInitializer = globals()["Identity"]
OrthogonalInitializer = globals()["Orthogonal"]

get = Initializer._get
__getattr__ = missing(__name__)
