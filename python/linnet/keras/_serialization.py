"""Objects as dicts that a JSON file can hold, and the table of classes and functions of one's own."""
import importlib

from .. import _engine
from .._objects import EngineObject
from . import saving
from ._layer import Layer

_MODULES = ("layers", "losses", "metrics", "optimizers", "optimizers.schedules", "initializers", "regularizers",
            "constraints", "models", "activations")


def get_custom_objects():
    """The classes and functions that were registered, by name."""
    return saving._custom_objects


def get_registered_name(obj):
    """The name under which a class or function was registered, "package>name"; its own where it was not."""
    for name, thing in saving._custom_objects.items():
        if thing is obj:
            return name
    return obj.__name__


def get_registered_object(name, custom_objects=None, module_objects=None):
    """The class or function of a registered name, of custom_objects or of module_objects; None where there is none."""
    for table in (custom_objects, saving._custom_objects, module_objects):
        if table and name in table:
            return table[name]
    return None


def serialize_keras_object(obj):
    """An object, or lists and dicts of objects, as what JSON can hold: {"module", "class_name", "config",
    "registered_name"}; numbers, texts and None are themselves."""
    if obj is None or isinstance(obj, (bool, int, float, str)):
        return obj
    if isinstance(obj, (list, tuple)):
        return [serialize_keras_object(each) for each in obj]
    if isinstance(obj, dict):
        return {key: serialize_keras_object(value) for key, value in obj.items()}
    own = obj if callable(obj) and not hasattr(obj, "get_config") else type(obj)
    registered = next((name for name, thing in saving._custom_objects.items() if thing is own), None)
    module = own.__module__.removeprefix("linnet.") if own.__module__.startswith("linnet.keras") else own.__module__
    if own is obj:
        if not hasattr(obj, "__name__") or obj.__name__ == "<lambda>":
            raise TypeError(f"[serialize_keras_object] expected an object with get_config(), or a function with a name, "
                            f"received {type(obj).__name__}")
        return {"module": module, "class_name": "function", "config": obj.__name__,
                "registered_name": registered or obj.__name__}
    if not hasattr(obj, "get_config"):
        raise TypeError(f"[serialize_keras_object] expected an object with get_config(), received {type(obj).__name__}")
    return {"module": module, "class_name": type(obj).__name__, "config": obj.get_config(), "registered_name": registered}


def _library_object(module, name):
    """A class or function of linnet.keras: of the module that is named, else of the first that has it."""
    homes = ["linnet." + module] if (module or "").startswith("keras") else []
    for home in homes + ["linnet.keras." + each for each in _MODULES]:
        try:
            found = vars(importlib.import_module(home)).get(name)
        except ImportError:
            continue
        if found is not None:
            return found
    return None


def deserialize_keras_object(config, custom_objects=None, safe_mode=True, **options):
    """What serialize_keras_object() was given. Nothing in it is run: a class or function must be Keras's, registered or
    in custom_objects."""
    if isinstance(config, (list, tuple)):
        return [deserialize_keras_object(each, custom_objects) for each in config]
    if isinstance(config, dict) and "class_name" not in config:
        return {key: deserialize_keras_object(value, custom_objects) for key, value in config.items()}
    if not isinstance(config, dict):
        return config
    is_function = config["class_name"] == "function"
    name = config["config"] if is_function else config["class_name"]
    own = (get_registered_object(config.get("registered_name"), custom_objects)
           or get_registered_object(name, custom_objects))
    for each, thing in (custom_objects or {}).items():
        saving._register(each, thing)
    found = own or _library_object(config.get("module"), name)
    if found is None:
        raise TypeError(f"[deserialize_keras_object] expected a class or function of Keras, or one that is registered or in "
                        f"custom_objects, received {name!r}")
    if is_function or not isinstance(found, type):
        return found
    if issubclass(found, Layer) and own is None:
        return Layer._wrap(_engine.layer_from_config({"class_name": name, "config": config["config"]}))
    return found.from_config(config["config"]) if issubclass(found, EngineObject) or hasattr(found, "from_config") \
        else found(**config["config"])
