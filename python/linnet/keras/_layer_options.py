"""Options of layers: what users write, what the engine takes, and what Keras's layers give back."""
import numpy

from .. import _engine


def activation_option(value):
    from .activations import _as_option
    return _as_option(value)


def engines_regularizer(identifier):
    from . import regularizers
    regularizer = regularizers.get(identifier)
    return regularizer and regularizer._for_engine()


def option(name, value):
    """An option as Keras's layers have it: a function or an object, where the config has a name or a config."""
    from . import activations, constraints, initializers, regularizers
    if name.endswith("activation"):
        return activations.get(value)
    for kind in (initializers, regularizers, constraints):
        if name.endswith("_" + kind.__name__.rsplit(".", 1)[-1][:-1]):
            return kind.get(value)
    return value


def dtype_name(dtype):
    """A dtype or policy as the engine takes it: NumPy's are dtypes, too."""
    if isinstance(dtype, (str, dict, _engine.DTypePolicy)):
        return dtype
    return str(numpy.dtype(dtype))


def policy_of(dtype):
    """The dtype policy that a layer of one's own has: None is the global one, a dict is one that Keras has saved."""
    if isinstance(dtype, dict):
        dtype = dtype["config"]["name"]
    return _engine.DTypePolicy() if dtype is None else dtype_name(dtype)


def standardize(arguments, defaults):
    """What Keras lets users write in several ways."""
    from .backend import image_data_format
    options = arguments["options"]
    for each in (arguments, options):
        if each.get("dtype") is not None:
            each["dtype"] = dtype_name(each["dtype"])
        for name in ("padding", "data_format"):
            if isinstance(each.get(name), str):
                each[name] = each[name].lower()
    if "data_format" in defaults and arguments["data_format"] is None and image_data_format() != "channels_last":
        arguments["data_format"] = image_data_format()


def input_shape_of(class_name, options):
    """The input shape, with the batch axis, that Keras lets the first layer of a Sequential have; or None."""
    if class_name == "InputLayer":
        return None
    batch_size = options.pop("batch_size", None)
    if "batch_input_shape" in options:
        return tuple(options.pop("batch_input_shape"))
    shape = options.pop("input_shape", None)
    if "input_dim" in options:
        shape = (options.pop("input_dim"),)
    if shape is None:
        return None
    return (batch_size, *(shape if isinstance(shape, (list, tuple)) else (shape,)))
