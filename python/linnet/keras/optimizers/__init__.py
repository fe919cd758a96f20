"""Optimizers."""
import re
import warnings

import numpy

from ... import _engine
from ..._objects import EngineObject, _as_option, define, missing, to_snake_case
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
    _final = dict.fromkeys(("_get_current_learning_rate", "_backend_update_step", "_backend_apply_gradients",
                            "_apply_weight_decay", "_clip_gradients", "_update_model_variables_moving_average"),
                           "override update_step(gradient, variable, learning_rate) or apply(grads, variables)")
    _rule = None  # of a class derived from one of the engine's: the engine's optimizer, whose rule update_step() is

    # ---- an optimizer of one's own
    def __init__(self, learning_rate=0.001, weight_decay=None, clipnorm=None, clipvalue=None, global_clipnorm=None,
                 use_ema=False, ema_momentum=0.99, ema_overwrite_frequency=None, loss_scale_factor=None,
                 gradient_accumulation_steps=None, name=None, **options):
        held = []
        config = dict(learning_rate=_as_option("learning_rate", learning_rate, held), weight_decay=weight_decay, clipnorm=clipnorm, clipvalue=clipvalue,
                      global_clipnorm=global_clipnorm, use_ema=use_ema, ema_momentum=ema_momentum,
                      ema_overwrite_frequency=ema_overwrite_frequency, loss_scale_factor=loss_scale_factor,
                      gradient_accumulation_steps=gradient_accumulation_steps,
                      name=name or to_snake_case(type(self).__name__), **options)
        self._engine = _engine.python_optimizer(self, config)

    def _create(self, class_name, arguments, defaults):
        if arguments["options"].pop("decay", None) is not None:
            warnings.warn(f"[{class_name}] decay is no option any more, and changes nothing; give a schedule as the "
                          "learning_rate", stacklevel=4)
        if arguments["name"] is None and self._is_written_in_python():
            arguments["name"] = to_snake_case(type(self).__name__)
        common = {name: value for name, value in arguments.items() if name in _COMMON_NAMES}
        super()._create(class_name, arguments, defaults)
        if self._is_written_in_python() and class_name in _WITHOUT_STEPS:
            raise TypeError(f"[{type(self).__name__}] expected another base than {class_name}, whose steps are not made "
                            "weight by weight: derive from keras.optimizers.Optimizer")
        if self._is_written_in_python():  # its steps go by way of Python
            self._rule = self._engine
            Optimizer.__init__(self, **common)

    def update_step(self, gradient, variable, learning_rate):
        """Changes `variable` by its gradient."""
        if self._rule is None:
            raise NotImplementedError(f"[{type(self).__name__}] expected update_step() to be overridden")
        self._rule.update_weight(variable, gradient, float(learning_rate), self.iterations)

    @property
    def _has_own_apply(self):
        return type(self).apply is not Optimizer.apply

    def _is_passed_itself(self):
        return True

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
        config = {**(self._rule.get_config() if self._rule else {}), **_engine.common_config(self._engine)}
        return {name: value for name, value in config.items() if name != "exclude_from_weight_decay" or value}

    def exclude_from_weight_decay(self, var_list=None, var_names=None):
        """Weights, or regular expressions that match somewhere in their names, that do not decay; before training."""
        self._engine.exclude_from_weight_decay([_path_pattern(v) for v in var_list or []]
                                               + [_name_pattern(name) for name in var_names or []])

    # ---- every optimizer

    def apply_gradients(self, grads_and_vars):
        pairs = list(grads_and_vars)
        self.apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])
        return self.iterations

    def apply(self, grads, trainable_variables=None):
        """One step; without variables, for those of build()."""
        if trainable_variables is None:
            trainable_variables = self.__dict__.get("_built_for")
            if trainable_variables is None:
                raise ValueError(f"[{self.name}] expected the variables of the gradients, or build(variables) before")
        grads, trainable_variables = list(grads), list(trainable_variables)
        if grads or trainable_variables:
            self._engine.apply(grads, trainable_variables)

    def build(self, variables):
        variables = list(variables)
        if not self._is_written_in_python():
            self._engine.build(variables)
        elif not self.built:
            _engine.build_slots(self._engine, variables)
            if self._rule is not None:
                self._rule.build(variables)
                for slot in self._rule.variables[2:] if not self._rule.has_schedule else self._rule.variables[1:]:
                    _engine.add_optimizer_variable(self._engine, slot)
        self.__dict__.setdefault("_built_for", variables)

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
        """A number, that of now; learning_rate.assign(number) sets it, as learning_rate = number does."""
        return _Rate(self._engine.learning_rate, self._engine)

    @learning_rate.setter
    def learning_rate(self, value):
        if isinstance(value, schedules.LearningRateSchedule) or callable(value):
            self._engine.set_schedule(schedules.LearningRateSchedule._engines(value))
        else:
            self._engine.learning_rate = float(value)

    @property
    def iterations(self):
        return self._engine.iterations

    @property
    def variables(self):
        return self._engine.variables

    def set_weights(self, weights):
        """Values for all variables, in their order."""
        variables, weights = self.variables, list(weights)
        if len(variables) != len(weights):
            raise ValueError(f"[{self.name}] expected a value for each of the {len(variables)} variables, received "
                             f"{len(weights)}; build(weights) makes them")
        for variable, value in zip(variables, weights):
            variable.assign(value)

    def save_own_variables(self, store):
        """Writes the variables into a dict, by their numbers."""
        for i, variable in enumerate(self.variables):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store):
        """Reads what save_own_variables() wrote."""
        self.set_weights([store[str(i)] for i in range(len(store))])


class _Rate(float):
    """The learning rate of an optimizer: a number that can be set."""

    def __new__(cls, value, engine):
        self = super().__new__(cls, value)
        self._engine = engine
        return self

    def assign(self, value):
        self._engine.learning_rate = float(value)

    def numpy(self):
        return numpy.float32(self)

    def __reduce__(self):
        return float, (float(self),)


EngineObject._families["optimizer"] = Optimizer
_COMMON_NAMES = ("learning_rate", "weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum",
                 "ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps", "name",
                 "exclude_from_weight_decay")
_WITHOUT_STEPS = ("Nadam", "Muon", "ScheduleFreeAdamW", "LossScaleOptimizer")  # of one weight alone
_COMMON = ("weight_decay={}, clipnorm=None, clipvalue=None, global_clipnorm=None, use_ema=False, ema_momentum=0.99, "
           "ema_overwrite_frequency=None, loss_scale_factor=None, gradient_accumulation_steps=None, name=None")


class _AroundAnother(Optimizer):
    """LossScaleOptimizer's inner_optimizer is the one that it was given."""

    def _create(self, class_name, arguments, defaults):
        if not arguments["options"].pop("dynamic", True):
            raise ValueError("[LossScaleOptimizer] expected dynamic=True: for a scale that stays give the optimizer itself a "
                             "loss_scale_factor")
        self._inner = arguments["inner_optimizer"] = get(arguments["inner_optimizer"])
        super()._create(class_name, arguments, defaults)

    @property
    def inner_optimizer(self):
        return self.__dict__.get("_inner") or Optimizer._wrap(self._engine.inner_optimizer)


def _signature(arguments, weight_decay=None):
    return arguments + ", " + _COMMON.format(weight_decay)


define(Optimizer, globals(), {
    "SGD": _signature("learning_rate=0.01, momentum=0.0, nesterov=False"),
    "RMSprop": _signature("learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-07, centered=False"),
    "Adam": _signature("learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False"),
    "AdamW": _signature("learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-07, "
                        "amsgrad=False").replace(", weight_decay=None", ""),
    "Nadam": _signature("learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07"),
    "Adamax": _signature("learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07"),
    "Adagrad": _signature("learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-07"),
    "Adadelta": _signature("learning_rate=0.001, rho=0.95, epsilon=1e-07"),
    "Lion": _signature("learning_rate=0.001, beta_1=0.9, beta_2=0.99"),
    "Ftrl": _signature("learning_rate=0.001, learning_rate_power=-0.5, initial_accumulator_value=0.1, "
                       "l1_regularization_strength=0.0, l2_regularization_strength=0.0, "
                       "l2_shrinkage_regularization_strength=0.0, beta=0.0"),
    "Lamb": _signature("learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07"),
    "Adafactor": _signature("learning_rate=0.001, beta_2_decay=-0.8, epsilon_1=1e-30, epsilon_2=0.001, "
                            "clip_threshold=1.0, relative_step=True"),
    "Muon": _signature("learning_rate=0.001, adam_beta_1=0.9, adam_beta_2=0.999, adam_weight_decay=0.004, "
                       "epsilon=1e-07", 0.004)
            + ", exclude_layers=None, exclude_embeddings=True, muon_a=3.4445, muon_b=-4.775, muon_c=2.0315, "
              "adam_lr_ratio=1, momentum=0.95, ns_steps=5, nesterov=True, rms_rate=0.2",
    "ScheduleFreeAdamW": _signature("learning_rate=0.0025, beta_1=0.9, beta_2=0.999, epsilon=1e-08, warmup_steps=0"),
    "LossScaleOptimizer": "inner_optimizer, initial_scale=32768.0, dynamic_growth_steps=2000, name=None",
}, mixins={"LossScaleOptimizer": _AroundAnother})


class MultiOptimizer(Optimizer):
    """Different optimizers for different weights: MultiOptimizer([(Adam(), "^encoder/"), (SGD(), head.weights)])."""

    def __init__(self, optimizer_map, name="multi_optimizer"):
        held = []
        rules = optimizer_map and [
            {"optimizer": _as_option("optimizer", optimizer, held), "pattern": weights if isinstance(weights, str)
             else "|".join(map(_path_pattern, weights)) or "$^"} for optimizer, weights in optimizer_map]
        self._engine = self._from_engine({"class_name": "MultiOptimizer",
                                          "config": {"optimizer_map": rules, "name": name}})


Optimizer._classes["MultiOptimizer"] = MultiOptimizer


def _path_pattern(variable):
    """A regular expression for this weight alone."""
    return f"^{re.escape(variable.path)}$"


def _name_pattern(pattern):
    """A regular expression for paths that matches where `pattern` matches the name, what is behind the last slash."""
    start = "(?:^|/)" if pattern.startswith("^") else ""
    return f"{start}(?:{pattern.removeprefix('^')})(?=[^/]*$)"


get = Optimizer._get
serialize, deserialize = Optimizer._serialize, Optimizer._deserialize
__getattr__ = missing(__name__)
