"""Models from files, and the classes written in Python that they may have."""
from .. import _engine
from .._objects import missing
from ._layer import Layer

_engines_layers = frozenset(_engine.registered_layers())


def _register(name, thing):
    """Makes a class of layers, or an activation function, known to the engine by that name."""
    if isinstance(thing, type) and issubclass(thing, Layer):
        if name in _engines_layers:
            raise ValueError(f"[saving] expected a class name that Keras does not have, received {name}")
        _engine.register_layer(name, lambda config: thing.from_config(config)._engine)
    elif callable(thing) and not isinstance(thing, type):
        _engine.register_activation(name, thing)
    else:
        raise TypeError(f"[saving] expected a class of layers or a function as {name}, received {thing!r}; losses and "
                        "metrics written in Python are given to compile() after loading")


def register_keras_serializable(package="Custom", name=None):
    """A decorator: models with layers of this class, or with this activation function, can be loaded."""
    def register(thing):
        _register(name or thing.__name__, thing)
        return thing
    return register


def load_model(filepath, custom_objects=None, compile=True, safe_mode=True):
    """The model in a file that model.save() of Python or C++ wrote, ready to go on with its training.

    custom_objects: the classes of layers written in Python, and activation functions, by their names.
    """
    from .models import Model
    for name, thing in (custom_objects or {}).items():
        _register(name, thing)
    return Model._wrap(_engine.load_model(str(filepath)))


def save_model(model, filepath, overwrite=True):
    """model.save(filepath)."""
    model.save(filepath, overwrite=overwrite)


__getattr__ = missing(__name__)
