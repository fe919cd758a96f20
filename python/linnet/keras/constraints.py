"""Constraints: projections of weights after each step."""
from .. import _engine
from .._objects import EngineObject, define, missing, to_snake_case


class Constraint(EngineObject):
    """constraint(w) is the projected weight."""
    _factory = _engine.Constraint
    _classes = {}

    def __call__(self, w):
        return self._engine(w)


define(Constraint, globals(), {
    "MaxNorm": "max_value=2, axis=0",
    "MinMaxNorm": "min_value=0.0, max_value=1.0, rate=1.0, axis=0",
    "NonNeg": "",
    "UnitNorm": "axis=0",
})
for _name in list(Constraint._classes):
    globals()[to_snake_case(_name)] = globals()[_name]

get = Constraint._get
__getattr__ = missing(__name__)
