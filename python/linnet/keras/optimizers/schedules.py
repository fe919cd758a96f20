"""Learning rates as functions of the step."""
from ... import _engine
from ..._objects import EngineObject, define, missing


class LearningRateSchedule(EngineObject):
    """schedule(step) is a number. One of one's own overrides __call__ and get_config."""
    _factory = _engine.LearningRateSchedule
    _classes = {}
    _wrap_python = staticmethod(_engine.python_schedule)
    _register = staticmethod(_engine.register_schedule)

    def __call__(self, step):
        return self._engine(int(step))


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

__getattr__ = missing(__name__)
