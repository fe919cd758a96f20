"""The engine's classes as Python classes. Each is one line, its signature; what it does is the engine's affair.

    define(Loss, globals(), {"Huber": "delta=1.0, reduction='sum_over_batch_size', name='huber_loss', dtype=None"})

makes a class Huber whose constructor hands the arguments that differ from their defaults to the engine, by name, as
the config that Keras would write. So the engine's defaults hold, and a test compares them with those of the lines.
"""


class EngineObject:
    """Base of what the engine makes from a config. `_engine` is its object there.

    A class of the user's, derived from one of these, is written in Python: its objects get an object of the engine that
    calls them (`_for_engine`), and the engine finds the class by its name (`_register_class`).
    """
    _factory = None  # the engine's class, whose from_config makes them
    _classes = {}  # of a family, by name: a base class has a table of its own
    _wrap_python = None  # makes an object of the engine that calls a Python object
    _register = None  # tells the engine a class: register(name, from_config)

    @classmethod
    def _is_written_in_python(cls):
        is_engines = any(base in cls._classes.values() for base in cls.__mro__)
        return not (is_engines or cls.__module__.startswith("linnet."))

    @classmethod
    def _register_class(cls, name=None):
        """From now on the engine makes objects of a class written in Python when it reads its name."""
        if cls._is_written_in_python() and cls._register is not None:
            cls._register(name or cls.__name__, lambda config: cls.from_config(config)._for_engine())

    def _class_name(self):
        return type(self).__name__

    def _for_engine(self):
        return self._engine

    def _create(self, class_name, arguments, defaults):
        arguments.update(arguments.pop("options"))
        del arguments["self"]
        config = {name: value for name, value in arguments.items() if not _is_default(value, defaults.get(name, self))}
        self._engine = self._from_engine({"class_name": class_name, "config": config})

    @classmethod
    def _place(cls):
        """Where Linnet's classes of this kind are: "keras.initializers"."""
        home = next(base.__module__ for base in cls.__mro__ if base.__module__.startswith("linnet."))
        return home.removeprefix("linnet.")

    @classmethod
    def _from_engine(cls, value):
        return cls._factory.from_config(value)

    @classmethod
    def _wrap(cls, engine_object):
        """The Python object for an object of the engine."""
        written = getattr(engine_object, "python_object", None)
        if isinstance(written, cls):
            return written
        wrapper = cls._classes.get(engine_object.class_name, cls)
        self = wrapper.__new__(wrapper)
        self._engine = engine_object
        return self

    @classmethod
    def _get(cls, identifier):
        """What Keras's get() accepts: None, an object, a class, a name, or a config."""
        if identifier is None or isinstance(identifier, cls):
            return identifier
        if isinstance(identifier, type):
            return identifier()
        return cls._wrap(cls._from_engine(identifier))

    def get_config(self):
        return {} if self._is_written_in_python() else self._engine.get_config()

    @classmethod
    def from_config(cls, config):
        if cls._is_written_in_python():
            return cls(**config)
        return cls._wrap(cls._from_engine({"class_name": cls.__name__, "config": dict(config)}))

    def __getattr__(self, name):
        if name == "_engine" and self._is_written_in_python() and self._wrap_python is not None:
            return type(self)._wrap_python(self)  # holds this object, which holds no other: no circle
        if name == "_engine":
            raise TypeError(f"[{type(self).__name__}] expected a class of {type(self)._place()}: Linnet does not take "
                            "one that is written in Python (yet), or super().__init__() was not called")
        if not name.startswith("_") and not self._is_written_in_python():
            config = self.get_config()
            if name in config:
                return config[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __reduce__(self):
        """For pickle and copy: an object of the engine is its config."""
        if "_engine" not in self.__dict__:  # it is written in Python
            return super().__reduce__()
        return type(self).from_config, (self.get_config(),)

    def __repr__(self):
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.get_config().items())
        return f"<{type(self).__name__}({arguments})>"


def _is_default(value, default):
    return value is default or (type(value) is type(default) and value == default)


try:  # the docstrings of the engine's classes and functions, by "folder.Name"
    from ._docs import DOCS
except ImportError:  # where the package was not built
    DOCS = {}

_FOLDERS = {"callbacks": "models", "schedules": "optimizers"}  # where the headers are, if not in one called as the module


def _docstring(module, name, signature):
    place = module.rsplit(".", 1)[-1]
    engines = DOCS.get(f"{_FOLDERS.get(place, place)}.{name}")
    own = f"{name}({signature})\n\n{engines}" if engines else f"{name}({signature})"
    return f"{own}\n\nThe arguments are those of keras.{place}.{name}: https://keras.io/api"


def define(base, module, signatures, mixins={}):
    """Adds a class derived from `base` to a module's globals for every name and signature; those that `mixins` names
    have another base before it."""
    for name, signature in signatures.items():
        namespace = {}
        separator = ", " if signature else ""
        exec(f"def __init__(self, {signature}{separator}**options):\n"
             f"    self._create({name!r}, locals(), defaults)", namespace)
        constructor = namespace["__init__"]
        names = constructor.__code__.co_varnames[:constructor.__code__.co_argcount]
        values = constructor.__defaults__ or ()
        namespace["defaults"] = dict(zip(names[len(names) - len(values):], values))
        constructor.__qualname__ = f"{name}.__init__"
        module[name] = base._classes[name] = type(name, (*([mixins[name]] if name in mixins else []), base), {
            "__init__": constructor, "__module__": module["__name__"],
            "__doc__": _docstring(module["__name__"], name, signature)})


def to_snake_case(name):
    from ._engine import to_snake_case as convert
    return convert(name)


def missing(module):
    """A module's __getattr__ that says by name what Linnet does not have."""
    def __getattr__(name):
        place = module.removeprefix("linnet.")
        if name.startswith("__"):
            raise AttributeError(f"module '{module}' has no attribute '{name}'")
        import difflib
        import sys
        close = difflib.get_close_matches(name, [n for n in vars(sys.modules[module]) if not n.startswith("_")], 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise AttributeError(f"[{place}] Linnet has no {place}.{name} (yet){hint}")
    return __getattr__
