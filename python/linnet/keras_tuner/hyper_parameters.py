"""A search space and the values of one trial."""
import contextlib

from .. import _engine


class _Values(dict):
    """Active values by name; those set here are set in the engine."""

    def __init__(self, owner):
        super().__init__(owner._engine.values)
        self._owner = owner

    def __setitem__(self, name, value):
        super().__setitem__(name, value)
        self._owner._engine.set_value(name, value)


class HyperParameters:
    """Define by run: a function that builds a model asks for what it needs, and what it asks for is the search space.

    The first call of a name registers it and returns its value: the one proposed for this trial, or the default. A
    hyper-parameter whose conditions do not hold is registered and returns None.
    """

    def __init__(self):
        self._engine = _engine.HyperParameters()

    @classmethod
    def _wrap(cls, engine_object):
        self = cls.__new__(cls)
        self._engine = engine_object
        return self

    # ---- what models ask for
    def Choice(self, name, values, ordered=None, default=None, parent_name=None, parent_values=None):
        """One of several values of one type."""
        values = list(values)
        if not values:
            raise ValueError("[Choice] `values` must be provided for `Choice`.")
        types = {type(value) for value in values}
        if len(types) > 1:
            raise TypeError(f"[Choice] a `Choice` can contain only one type of value, found values: {values} with types "
                            f"{types}.")
        if not isinstance(values[0], (bool, int, float, str)):
            raise TypeError("[Choice] a `Choice` can contain only `int`, `float`, `str`, or `bool`, found values: "
                            f"{values} with types: {type(values[0])}")
        if ordered is None:
            ordered = isinstance(values[0], (int, float)) and not isinstance(values[0], bool)
        return self._declare("Choice", parent_name, parent_values, name=name, default=default, values=values,
                             ordered=ordered)

    def Int(self, name, min_value, max_value, step=None, sampling="linear", default=None, parent_name=None,
            parent_values=None):
        """A whole number from min_value to max_value, both included."""
        return self._declare("Int", parent_name, parent_values, name=name, default=default, min_value=min_value,
                             max_value=max_value, step=step, sampling=(sampling or "linear").lower())

    def Float(self, name, min_value, max_value, step=None, sampling="linear", default=None, parent_name=None,
              parent_values=None):
        """A real number from min_value to max_value."""
        return self._declare("Float", parent_name, parent_values, name=name,
                             default=None if default is None else float(default), min_value=float(min_value),
                             max_value=float(max_value), step=None if step is None else float(step),
                             sampling=(sampling or "linear").lower())

    def Boolean(self, name, default=False, parent_name=None, parent_values=None):
        """False or true."""
        if default not in (True, False):
            raise ValueError(f"[Boolean] `default` must be a Python boolean. You passed: default={default!r}")
        return self._declare("Boolean", parent_name, parent_values, name=name, default=bool(default))

    def Fixed(self, name, value, parent_name=None, parent_values=None):
        """Not searched, but noted with the others."""
        return self._declare("Fixed", parent_name, parent_values, name=name, value=value)

    def _declare(self, kind, parent_name, parent_values, **config):
        conditions = []
        if parent_name:
            values = list(parent_values) if isinstance(parent_values, (list, tuple)) else [parent_values]
            conditions = [{"class_name": "Parent", "config": {"name": parent_name, "values": values}}]
        return self._engine.declare(kind, {**config, "conditions": conditions})

    @contextlib.contextmanager
    def conditional_scope(self, parent_name, parent_values):
        """Hyper-parameters that count only while the parent has one of these values."""
        values = list(parent_values) if isinstance(parent_values, (list, tuple)) else [parent_values]
        self._engine.enter_condition(parent_name, values)
        try:
            yield
        finally:
            self._engine.leave_condition()

    @contextlib.contextmanager
    def name_scope(self, name):
        """Names get "name/" in front."""
        self._engine.enter_name(name)
        try:
            yield
        finally:
            self._engine.leave_name()

    # ---- what they have
    def get(self, name):
        """The value of an active one. Raises KeyError for a name that there is not, ValueError for an inactive one."""
        if not self._engine.contains(name) and not self._engine.is_known(name):
            raise KeyError(f"{name} does not exist.")
        return self._engine.get(name)

    __getitem__ = get

    def __contains__(self, name):
        return self._engine.contains(name)

    def is_active(self, hyperparameter):
        return self._engine.is_active(str(hyperparameter))

    @property
    def values(self):
        return _Values(self)

    @values.setter
    def values(self, values):
        self._engine.set_values(dict(values))

    @property
    def space(self):
        """All hyper-parameters, as configs."""
        return self._engine.space

    def copy(self):
        return HyperParameters._wrap(self._engine.copy())

    def merge(self, hps):
        """Adds those that are new."""
        self._engine.merge(hps._engine)

    def get_config(self):
        return self._engine.get_config()

    @classmethod
    def from_config(cls, config):
        return cls._wrap(_engine.HyperParameters.from_config(config))
