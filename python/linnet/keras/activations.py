"""Activation functions, and get(), deserialize() and serialize() for them."""
from .. import _engine
from .._objects import DOCS, missing, to_snake_case
from ._operation import usable_in_graphs as _usable_in_graphs

# The arguments behind x, as Keras orders them; those that are not here have none.
_SIGNATURES = {
    "celu": "alpha=1.0", "elu": "alpha=1.0", "gelu": "approximate=False", "glu": "axis=-1",
    "hard_shrink": "threshold=0.5", "leaky_relu": "negative_slope=0.2", "log_softmax": "axis=-1",
    "relu": "negative_slope=0.0, max_value=None, threshold=0.0", "soft_shrink": "threshold=0.5", "softmax": "axis=-1",
    "sparsemax": "axis=-1", "squareplus": "b=4", "threshold": "threshold, default_value",
}


def _define(name):
    namespace = {"activate": _engine.activate}
    signature = _SIGNATURES.get(name, "")
    separator = ", " if signature else ""
    exec(f"def {name}(x{separator}{signature}):\n"
         f"    arguments = locals()\n"
         f"    x = arguments.pop('x')\n"
         f"    given = {{name: value for name, value in arguments.items() if value is not None}}\n"
         f"    return activate({name!r}, x, given)", namespace)
    function = namespace[name]
    function.__module__ = __name__
    formula = DOCS.get(f"activations.{name}") or DOCS.get(f"ops.{name}") or "."
    function.__doc__ = f"{name}({'x' + separator + signature}): {formula}"
    return function


globals().update(_usable_in_graphs({_name: _define(_name) for _name in _engine.activation_names() if _name.isidentifier()},
                                   "activations."))


_own_names = {}  # of functions of users; the engine keeps them as well


def _name_of(function):
    """The name of an activation function in the engine, which gets to know functions of users that way."""
    name = getattr(function, "__name__", None) or getattr(function, "name", None) or to_snake_case(type(function).__name__)
    if getattr(function, "__module__", None) == __name__ and globals().get(name) is function:
        return name
    if function not in _own_names:
        used = {*_own_names.values(), *_engine.activation_names()}
        number = 0
        while (unique := f"{name}_{number}" if number else name) in used:
            number += 1
        _engine.register_activation(unique, function)
        _own_names[function] = unique
    return _own_names[function]


def get(identifier):
    """The function of that name; None is linear; a function is itself."""
    if identifier is None:
        return globals()["linear"]
    if callable(identifier):
        return identifier
    if isinstance(identifier, str) and identifier in _engine.activation_names() and identifier in globals():
        return globals()[identifier]
    if isinstance(identifier, str):
        for function, known in _own_names.items():
            if known == identifier:
                return function
    _engine.check_activation(identifier)
    name = identifier if isinstance(identifier, str) else identifier["class_name"]

    def function(x):
        return _engine.activate_as(identifier, x)
    function.__name__ = function.__qualname__ = name
    return function


def _function_of(name):
    """The function that _name_of(), or register_keras_serializable(), gave that name."""
    for function, known in _own_names.items():
        if known == name:
            return function
    if callable(globals().get(name)):
        return globals()[name]
    raise ValueError(f"[activations] expected a function that this program knows, received {name!r}; "
                     "register it (keras.saving.register_keras_serializable), or name it in custom_objects")


def _as_option(activation):
    """What the engine reads for a layer's option: layers, too, may be activations, and other objects that are called."""
    if isinstance(activation, (str, dict, type)) or not callable(activation):
        return activation
    if hasattr(activation, "_engine"):
        config = {"class_name": activation._engine.class_name, "config": activation._engine.get_config()}
        try:
            _engine.check_activation(config)
            return config
        except ValueError:
            pass
    return _name_of(activation)


def serialize(activation):
    """The name of an activation function, as it is saved."""
    return _name_of(activation)


deserialize = get

__getattr__ = missing(__name__)
