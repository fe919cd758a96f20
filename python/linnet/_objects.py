"""The engine's classes as Python classes. Each is one line, its signature; what it does is the engine's affair.

    define(Loss, globals(), {"Huber": "delta=1.0, reduction='sum_over_batch_size', name='huber_loss', dtype=None"})

makes a class Huber whose constructor hands the arguments that differ from their defaults to the engine, by name, as
the config that Keras would write. So the engine's defaults hold, and a test compares them with those of the lines.
"""
import inspect


class EngineObject:
    """Base of what the engine makes from a config. `_engine` is its object there.

    A class of the user's, derived from one of these, is written in Python, also where it is derived from a class of the
    engine's: its objects get an object of the engine that calls them (`_for_engine`), and the engine finds the class by
    its name (`_register_class`). Functions may stand for objects of some families, `_of_function`.
    """
    _factory = None  # the engine's class, whose from_config makes them
    _classes = {}  # of a family, by name: a base class has a table of its own
    _wrap_python = None  # makes an object of the engine that calls a Python object
    _register = None  # tells the engine a class: register(name, from_config)
    _knows_its_options = True  # does its config have all that it can be made with?
    _takes_arrays = False  # may an array stand for an object?
    _of_function = None  # a class of the family: _of_function(function) is an object of it
    _families = {}  # whose objects are options of others, by the end of the option's name
    _final = {}  # what a class of the user's cannot override, and what to do instead

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if cls._is_written_in_python():
            for name, advice in cls._final.items():
                if name in cls.__dict__:
                    raise TypeError(f"[{cls.__name__}] expected no {name}() of its own, which training would not call: "
                                    + advice)

    @classmethod
    def _is_written_in_python(cls):
        return not cls.__module__.startswith("linnet.")

    @classmethod
    def _register_class(cls, name=None):
        """From now on the engine makes objects of a class written in Python when it reads its name."""
        if cls._is_written_in_python() and cls._register is not None:
            cls._register(name or cls.__name__, lambda config: cls.from_config(config)._for_engine())

    def _class_name(self):
        return type(self).__name__

    def _for_engine(self):
        """The engine's object: of a class of the user's, one that calls Python."""
        if self._wrap_python is not None and self._calls_python():
            return type(self)._wrap_python(self)  # holds this object, which does not hold it: no circle
        return self._engine

    def _calls_python(self):
        return self._is_written_in_python()

    def _is_passed_itself(self):
        """As an option of another object: or by its config?"""
        return self._calls_python()

    @classmethod
    def _engines(cls, identifier):
        """The engine's object for what get() accepts; None for None."""
        chosen = cls._get(identifier)
        if chosen is not None and not isinstance(chosen, cls):
            chosen = cls._of_function(chosen)
        return None if chosen is None else chosen._for_engine()

    def _create(self, class_name, arguments, defaults):
        options = arguments.pop("options")
        arguments.update(options)
        del arguments["self"]
        config = {name: value for name, value in arguments.items() if not _is_default(value, defaults.get(name, self))}
        held = []
        config = {name: _as_option(name, value, held) for name, value in config.items()}
        self._engine = self._from_engine({"class_name": class_name, "config": config})
        if self._knows_its_options and options:  # the engine overlooks those that say nothing, which files have
            for name in options.keys() - self._engine.get_config().keys():
                raise TypeError(f"[{class_name}] does not support the option {name!r}")

    @classmethod
    def _names(cls):
        """Of the library's classes, also as functions are named."""
        return {*cls._classes, *map(to_snake_case, cls._classes)}

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
        if callable(identifier) and cls._of_function is not None:
            return identifier
        return cls._wrap(cls._from_engine(identifier))

    @classmethod
    def _serialize(cls, thing):
        """The dict that stands for an object in a file; the name of a function."""
        if thing is None or not isinstance(thing, cls):
            return thing if thing is None else thing.__name__
        own = thing._is_written_in_python()
        return {"module": None if own else cls._place(), "class_name": thing._class_name(), "config": thing.get_config(),
                "registered_name": thing._class_name() if own else None}

    @classmethod
    def _deserialize(cls, config, custom_objects=None):
        """The object for such a dict or name."""
        for name, thing in (custom_objects or {}).items():
            from .keras.saving import _register
            _register(name, thing)
        return cls._get(config)

    def get_config(self):
        if "_engine" in self.__dict__:
            return self._engine.get_config()
        parameters = inspect.signature(type(self)).parameters
        if parameters:
            raise NotImplementedError(f"[{type(self).__name__}] expected get_config() to be overridden, for saving and "
                                      f"copying: it does not say what {', '.join(parameters)} were")
        return {}

    @classmethod
    def from_config(cls, config):
        if cls._is_written_in_python():
            return cls(**config)
        return cls._wrap(cls._from_engine({"class_name": cls.__name__, "config": dict(config)}))

    def __getattr__(self, name):
        if name == "_engine":
            raise TypeError(f"[{type(self).__name__}] expected a class of {type(self)._place()} that overrides what its "
                            "base leaves open, with super().__init__() called first")
        if not name.startswith("_") and "_engine" in self.__dict__:
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


def _as_option(name, value, held):
    """What the engine reads for an option: an object that is written in Python, or a function that stands for one, is
    that option itself. `held` keeps the engine's objects until it has read them."""
    family = EngineObject._families.get(name) or EngineObject._families.get(name.rsplit("_", 1)[-1])
    if family is None or value is None:
        return value
    if isinstance(value, type) and issubclass(value, family):
        value = value()
    if isinstance(value, family):
        if not value._is_passed_itself():
            return value
        type(value)._register_class()
    elif not callable(value) and not (family._takes_arrays and hasattr(value, "__array__")):
        return value
    held.append(family._engines(value))
    return held[-1].named()


def _take_functions(family):
    """Lets functions, and other callable objects, stand for objects of a family: `family._of_function`."""
    class OfFunction(family):
        """A function in the place of an object."""

        def __init__(self, function):
            self._function = function
            self._name = getattr(function, "__name__", type(function).__name__)
            if self._name == "<lambda>":
                return
            try:
                self._register(self._name, lambda config: OfFunction(function)._for_engine())
            except ValueError:  # a name of the library's, which files mean
                self._name = f"<function {self._name}>"
                self._register(self._name, lambda config: OfFunction(function)._for_engine())

        def __call__(self, *arguments, **options):
            return self._function(*arguments, **options)

        def _calls_python(self):
            return True

        def _class_name(self):
            return self._name

        def get_config(self):
            if self._class_name() == "<lambda>":
                raise NotImplementedError(f"[{family.__name__}] expected a function with a name, for saving and copying: "
                                          "a lambda has none; use def, or a class that has get_config()")
            return {}

    family._of_function = OfFunction


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


def define(base, module, signatures, mixins={}, functions=False):
    """Adds a class derived from `base` to a module's globals for every name and signature; those that `mixins` names
    have another base before it. With `functions`, a function may stand for an object."""
    if functions:
        _take_functions(base)
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
