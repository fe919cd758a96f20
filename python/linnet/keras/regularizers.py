"""Regularizers: penalties on weights and activations."""
from .. import _engine
from .._objects import EngineObject, define, missing


class Regularizer(EngineObject):
    """regularizer(x) is a scalar. One of one's own overrides __call__, and get_config where it has options."""
    _factory = _engine.Regularizer
    _classes = {}
    _wrap_python = staticmethod(_engine.python_regularizer)
    _register = staticmethod(_engine.register_regularizer)

    def __call__(self, x):
        return self._engine(x)


EngineObject._families["regularizer"] = Regularizer
define(Regularizer, globals(), {
    "L1": "l1=0.01",
    "L2": "l2=0.01",
    "L1L2": "l1=0.0, l2=0.0",
    "OrthogonalRegularizer": "factor=0.01, mode='rows'",
}, functions=True)
l1, l2, l1_l2 = (globals()[_name] for _name in ("L1", "L2", "L1L2"))
orthogonal_regularizer = globals()["OrthogonalRegularizer"]

get = Regularizer._get
serialize, deserialize = Regularizer._serialize, Regularizer._deserialize
__getattr__ = missing(__name__)
