"""Constraints: projections of weights after each step."""
from .. import _engine
from .._objects import EngineObject, define, missing, to_snake_case


class Constraint(EngineObject):
    """constraint(w) is the projected weight. One of one's own overrides __call__, and get_config where it has options."""
    _factory = _engine.Constraint
    _classes = {}
    _wrap_python = staticmethod(_engine.python_constraint)
    _register = staticmethod(_engine.register_constraint)

    def __call__(self, w):
        return self._engine(w)


EngineObject._families["constraint"] = Constraint
define(Constraint, globals(), {
    "MaxNorm": "max_value=2, axis=0",
    "MinMaxNorm": "min_value=0.0, max_value=1.0, rate=1.0, axis=0",
    "NonNeg": "",
    "UnitNorm": "axis=0",
}, functions=True)
for _name in list(Constraint._classes):
    globals()[to_snake_case(_name)] = globals()[_name]

get = Constraint._get
serialize, deserialize = Constraint._serialize, Constraint._deserialize
__getattr__ = missing(__name__)
