"""Optimizers."""
import re

from ... import _engine
from ..._objects import EngineObject, define, missing, to_snake_case
from . import schedules


class Optimizer(EngineObject):
    """apply_gradients(zip(gradients, variables)) makes one step.

    An optimizer of one's own overrides build(variables), which makes its variables, and update_step:

        class Momentum(keras.optimizers.Optimizer):
            def build(self, variables):
                super().build(variables)
                self.velocities = self.add_optimizer_variables(variables, "velocity")

            def update_step(self, gradient, variable, learning_rate):
                velocity = self.velocities[self._get_variable_index(variable)]
                self.assign(velocity, 0.9 * velocity - learning_rate * gradient)
                self.assign_add(variable, velocity)
    """
    _factory = _engine.Optimizer
    _classes = {}
    _register = staticmethod(_engine.register_optimizer)

    # ---- an optimizer of one's own
    def __init__(self, learning_rate=0.001, weight_decay=None, clipnorm=None, clipvalue=None, global_clipnorm=None,
                 use_ema=False, ema_momentum=0.99, ema_overwrite_frequency=None, loss_scale_factor=None,
                 gradient_accumulation_steps=None, name=None, **options):
        config = dict(learning_rate=learning_rate, weight_decay=weight_decay, clipnorm=clipnorm, clipvalue=clipvalue,
                      global_clipnorm=global_clipnorm, use_ema=use_ema, ema_momentum=ema_momentum,
                      ema_overwrite_frequency=ema_overwrite_frequency, loss_scale_factor=loss_scale_factor,
                      gradient_accumulation_steps=gradient_accumulation_steps,
                      name=name or to_snake_case(type(self).__name__), **options)
        self._engine = _engine.python_optimizer(self, config)

    def update_step(self, gradient, variable, learning_rate):
        """Changes `variable` by its gradient."""
        raise NotImplementedError(f"[{type(self).__name__}] expected update_step() to be overridden")

    def add_variable(self, shape=(), initializer="zeros", dtype=None, name=None):
        """A number, or numbers, that are saved with the optimizer; in build()."""
        from .. import initializers
        variable = _engine.Variable(initializers.get(initializer)(shape, dtype), f"{self.name}/{name or 'variable'}", False)
        _engine.add_optimizer_variable(self._engine, variable)
        return variable

    def add_variable_from_reference(self, reference_variable, name=None, initializer="zeros"):
        """One like `reference_variable`."""
        path = reference_variable.path.replace("/", "_")
        return self.add_variable(reference_variable.shape, initializer, reference_variable.dtype,
                                 f"{path}_{name}" if name else path)

    def add_optimizer_variables(self, trainable_variables, name, initializer="zeros"):
        """One for each weight; a list of lists for several names."""
        if not isinstance(name, str):
            each = [[self.add_variable_from_reference(v, n, initializer) for n in name] for v in trainable_variables]
            return tuple(map(list, zip(*each)))
        return [self.add_variable_from_reference(v, name, initializer) for v in trainable_variables]

    def _get_variable_index(self, variable):
        return _engine.optimizer_index(self._engine, variable)

    def assign(self, variable, value):
        variable.assign(value)

    def assign_add(self, variable, value):
        variable.assign(variable + value)

    def assign_sub(self, variable, value):
        variable.assign(variable - value)

    def get_config(self):
        if not self._is_written_in_python():
            return self._engine.get_config()
        config = _engine.common_config(self._engine)
        return {name: value for name, value in config.items() if name != "exclude_from_weight_decay" or value}

    def exclude_from_weight_decay(self, var_list=None, var_names=None):
        """Weights, or regular expressions for their paths, that do not decay; before training."""
        self._engine.exclude_from_weight_decay([_path_pattern(v) for v in var_list or []] + list(var_names or []))

    # ---- every optimizer

    def apply_gradients(self, grads_and_vars):
        gradients, variables = zip(*grads_and_vars)
        self._engine.apply(list(gradients), list(variables))

    def apply(self, grads, trainable_variables):
        self._engine.apply(list(grads), list(trainable_variables))

    def build(self, variables):
        if self._is_written_in_python():
            _engine.build_slots(self._engine, list(variables))
        else:
            self._engine.build(list(variables))

    @property
    def built(self):
        return self._engine.built

    def scale_loss(self, loss):
        return self._engine.scale_loss(loss)

    def swap_to_train(self):
        """ScheduleFreeAdamW: the weights to train on with."""
        self._engine.swap_to_train()

    def swap_to_eval(self):
        """ScheduleFreeAdamW: the weights to predict with."""
        self._engine.swap_to_eval()

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
    "Ftrl": _signature("learning_rate=0.001, learning_rate_power=-0.5, initial_accumulator_value=0.1, "
                       "l1_regularization_strength=0.0, l2_regularization_strength=0.0, "
                       "l2_shrinkage_regularization_strength=0.0, beta=0.0", "ftrl"),
    "Lamb": _signature("learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07", "lamb"),
    "Adafactor": _signature("learning_rate=0.001, beta_2_decay=-0.8, epsilon_1=1e-30, epsilon_2=0.001, "
                            "clip_threshold=1.0, relative_step=True", "adafactor"),
    "Muon": _signature("learning_rate=0.001, adam_beta_1=0.9, adam_beta_2=0.999, adam_weight_decay=0.004, "
                       "epsilon=1e-07", "muon", 0.004)
            + ", exclude_layers=None, exclude_embeddings=True, muon_a=3.4445, muon_b=-4.775, muon_c=2.0315, "
              "adam_lr_ratio=1, momentum=0.95, ns_steps=5, nesterov=True, rms_rate=0.2",
    "ScheduleFreeAdamW": _signature("learning_rate=0.0025, beta_1=0.9, beta_2=0.999, epsilon=1e-08, warmup_steps=0",
                                    "schedule_free_adamw"),
    "LossScaleOptimizer": "inner_optimizer, initial_scale=32768.0, dynamic_growth_steps=2000, name=None",
})



class MultiOptimizer(Optimizer):
    """Different optimizers for different weights: MultiOptimizer([(Adam(), "^encoder/"), (SGD(), head.weights)])."""

    def __init__(self, optimizer_map, name="multi_optimizer"):
        rules = optimizer_map and [
            {"optimizer": optimizer, "pattern": weights if isinstance(weights, str)
             else "|".join(map(_path_pattern, weights)) or "$^"} for optimizer, weights in optimizer_map]
        self._engine = self._from_engine({"class_name": "MultiOptimizer",
                                          "config": {"optimizer_map": rules, "name": name}})


Optimizer._classes["MultiOptimizer"] = MultiOptimizer


def _path_pattern(variable):
    """A regular expression for this weight alone."""
    return f"^{re.escape(variable.path)}$"


get = Optimizer._get
__getattr__ = missing(__name__)
