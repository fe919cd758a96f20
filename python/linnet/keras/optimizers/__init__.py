"""Optimizers."""
from ... import _engine
from ..._objects import EngineObject, define, missing
from . import schedules


class Optimizer(EngineObject):
    """apply_gradients(zip(gradients, variables)) makes one step."""
    _factory = _engine.Optimizer
    _classes = {}

    def apply_gradients(self, grads_and_vars):
        gradients, variables = zip(*grads_and_vars)
        self._engine.apply(list(gradients), list(variables))

    def apply(self, grads, trainable_variables):
        self._engine.apply(list(grads), list(trainable_variables))

    def build(self, variables):
        self._engine.build(list(variables))

    def finalize_variable_values(self, trainable_variables):
        """Writes the averaged weights (use_ema) into the weights."""
        self._engine.finalize_variable_values(list(trainable_variables))

    @property
    def name(self):
        return self._engine.name

    @property
    def learning_rate(self):
        return self._engine.learning_rate

    @learning_rate.setter
    def learning_rate(self, value):
        self._engine.learning_rate = float(value)

    @property
    def iterations(self):
        return self._engine.iterations

    @property
    def variables(self):
        return self._engine.variables


_COMMON = ("weight_decay={}, clipnorm=None, clipvalue=None, global_clipnorm=None, use_ema=False, ema_momentum=0.99, "
           "ema_overwrite_frequency=None, loss_scale_factor=None, gradient_accumulation_steps=None, name='{}'")


def _signature(arguments, name, weight_decay=None):
    return arguments + ", " + _COMMON.format(weight_decay, name)


define(Optimizer, globals(), {
    "SGD": _signature("learning_rate=0.01, momentum=0.0, nesterov=False", "SGD"),
    "RMSprop": _signature("learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-07, centered=False", "rmsprop"),
    "Adam": _signature("learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False", "adam"),
    "AdamW": _signature("learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-07, "
                        "amsgrad=False", "adamw").replace(", weight_decay=None", ""),
    "Nadam": _signature("learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07", "nadam"),
    "Adamax": _signature("learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07", "adamax"),
    "Adagrad": _signature("learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-07", "adagrad"),
    "Adadelta": _signature("learning_rate=0.001, rho=0.95, epsilon=1e-07", "adadelta"),
    "Lion": _signature("learning_rate=0.001, beta_1=0.9, beta_2=0.99", "lion"),
})

get = Optimizer._get
__getattr__ = missing(__name__)
