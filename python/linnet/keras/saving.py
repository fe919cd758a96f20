"""Models from files, and the classes written in Python that they may have."""
from .. import _engine
from .._objects import EngineObject, missing
from ._layer import Layer

_engines_layers = frozenset(_engine.registered_layers())
_custom_objects = {}  # "package>name": a class or function of the user's


def _register(name, thing):
    """Makes a class or function that is written in Python known to the engine by that name."""
    if isinstance(thing, type) and issubclass(thing, Layer):
        if name in _engines_layers and thing.__module__.startswith("linnet.keras."):
            return  # the library's
        if name in _engines_layers:
            raise ValueError(f"[saving] expected a class name that Keras does not have, received {name}")
        _engine.register_layer(name, lambda config: thing._from_file(config)._engine)
    elif isinstance(thing, type) and issubclass(thing, EngineObject) and thing._is_written_in_python():
        thing._register_class(name)
    elif callable(thing) and not isinstance(thing, type):
        _register_function(name, thing)
    else:
        raise TypeError(f"[saving] expected a class of layers, losses, metrics, optimizers and the like that is written in "
                        f"Python, or a function, as {name}, received {thing!r}")


def _register_function(name, function):
    """It may be an activation, a loss, a metric, an initializer, …: which, the file says."""
    from . import activations, constraints, initializers, losses, metrics, regularizers
    _engine.register_activation(name, function)
    activations._own_names[function] = name
    if name in vars(losses) or name in vars(metrics):
        return  # the library's
    for family in (initializers.Initializer, regularizers.Regularizer, constraints.Constraint):
        if not hasattr(vars(losses).get(name), "_engines_name") and name not in family._names():
            family._register(name, lambda config, family=family: family._engines(function))
    _engine.register_loss(name, lambda config: losses._engines(function))
    _engine.register_metric(name, lambda config: metrics.MeanMetricWrapper(function, **config)._for_engine())


def register_keras_serializable(package="Custom", name=None):
    """A decorator: models with this class of layers, losses, metrics, optimizers, initializers, regularizers or
    constraints, or with this function as an activation, a loss or a metric, can be loaded."""
    def register(thing):
        _register(name or thing.__name__, thing)
        _custom_objects[f"{package}>{name or thing.__name__}"] = thing
        return thing
    return register


class CustomObjectScope:
    """with custom_object_scope({"Scale": Scale}): models with these classes and functions can be loaded. (They stay known
    afterwards.)"""

    def __init__(self, custom_objects):
        self._custom_objects = dict(custom_objects)

    def __enter__(self):
        for name, thing in self._custom_objects.items():
            _register(name, thing)
        return self

    def __exit__(self, *error):
        return None


custom_object_scope = CustomObjectScope


def load_model(filepath, custom_objects=None, compile=True, safe_mode=True):
    """The model in a file, ready to go on with its training: one that model.save() of Python or C++ wrote, or one of
    Keras 3, a .keras archive or an .h5 file of the older kind. Nothing in a file is ever run, whatever safe_mode says.

    custom_objects: the classes and functions written in Python that it has, by their names.
    compile: False leaves it uncompiled, to predict or to be compiled anew.
    """
    from .models import Model
    for name, thing in (custom_objects or {}).items():
        _register(name, thing)
    return Model._wrap(_engine.load_model(str(filepath), compile))


def save_model(model, filepath, overwrite=True):
    """model.save(filepath)."""
    model.save(filepath, overwrite=overwrite)


from ._serialization import (deserialize_keras_object, get_custom_objects, get_registered_name,  # noqa: E402
                             get_registered_object, serialize_keras_object)

__getattr__ = missing(__name__)
