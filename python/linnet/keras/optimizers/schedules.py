"""Learning rates as functions of the step."""
from inspect import signature

from ... import _engine
from ..._objects import EngineObject, define, missing


class LearningRateSchedule(EngineObject):
    """schedule(step) is a number. One of one's own overrides __call__ and get_config."""
    _factory = _engine.LearningRateSchedule
    _classes = {}
    _wrap_python = staticmethod(_engine.python_schedule)
    _register = staticmethod(_engine.register_schedule)

    def __call__(self, step):
        number = float(step)
        if number != int(number):
            raise ValueError(f"[{type(self).__name__}] expected a whole step, received {number}")
        return self._engine(int(number))


class _OfFunction(LearningRateSchedule):
    """A function that gives the rate at each step: of none argument, as Keras calls it, or of the step."""

    def __init__(self, function):
        self._function = function
        self._takes_step = any(each.default is each.empty and each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
                               for each in signature(function).parameters.values())

    def __call__(self, step):
        return self._function(step) if self._takes_step else self._function()

    def _calls_python(self):
        return True

    def get_config(self):
        raise NotImplementedError("[learning_rate] expected a schedule with get_config(), for saving: a function of the "
                                  "learning rate is not kept in files")


EngineObject._families["learning_rate"] = LearningRateSchedule
LearningRateSchedule._of_function = _OfFunction
define(LearningRateSchedule, globals(), {
    "ExponentialDecay":
        "initial_learning_rate, decay_steps, decay_rate, staircase=False, name='ExponentialDecay'",
    "InverseTimeDecay":
        "initial_learning_rate, decay_steps, decay_rate, staircase=False, name='InverseTimeDecay'",
    "PolynomialDecay": "initial_learning_rate, decay_steps, end_learning_rate=0.0001, power=1.0, cycle=False, "
                       "name='PolynomialDecay'",
    "PiecewiseConstantDecay": "boundaries, values, name='PiecewiseConstant'",
    "CosineDecay": "initial_learning_rate, decay_steps, alpha=0.0, name='CosineDecay', warmup_target=None, "
                   "warmup_steps=0",
    "CosineDecayRestarts": "initial_learning_rate, first_decay_steps, t_mul=2.0, m_mul=1.0, alpha=0.0, "
                           "name='SGDRDecay'",
})

serialize, deserialize = LearningRateSchedule._serialize, LearningRateSchedule._deserialize
__getattr__ = missing(__name__)
