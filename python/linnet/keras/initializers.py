"""Initializers: the first values of weights."""
from .. import _engine
from .._objects import EngineObject, define, missing, to_snake_case


class Initializer(EngineObject):
    """initializer(shape, dtype) is a tensor. One of one's own overrides __call__, and get_config where it has options."""
    _factory = _engine.Initializer
    _classes = {}
    _wrap_python = staticmethod(_engine.python_initializer)
    _register = staticmethod(_engine.register_initializer)

    _takes_arrays = True
    _seeds = None  # the SeedGenerator that it draws from

    def __call__(self, shape, dtype=None, **kwargs):
        dtype = "float32" if dtype is None else dtype
        if self._seeds is not None:
            return self._engine.from_config({"class_name": self._engine.class_name,
                                             "config": {**self._engine.get_config(), "seed": self._next_seed()}})(shape, dtype)
        return self._engine(shape, dtype)

    def clone(self):
        """Another one with the same options."""
        return type(self).from_config(self.get_config())

    def _create(self, class_name, arguments, defaults):
        seed = arguments.get("seed")
        if isinstance(seed, _engine.SeedGenerator):  # other numbers for each call
            self._seeds = seed
            arguments["seed"] = None
        super()._create(class_name, arguments, defaults)

    def _next_seed(self):
        return int(_engine.random_uniform((), 0.0, 2.0 ** 31 - 1, "float64", self._seeds))

    def _calls_python(self):
        return self._seeds is not None or super()._calls_python()

    @classmethod
    def _get(cls, identifier):
        """Also an array, of the weight's shape."""
        if hasattr(identifier, "__array__") and not isinstance(identifier, type):
            return globals()["Constant"](identifier)
        return super()._get(identifier)


class _OfArray(Initializer):
    """Constant's value may be an array."""

    def _create(self, class_name, arguments, defaults):
        value = arguments["value"]
        if isinstance(value, (int, float, dict)):
            return super()._create(class_name, arguments, defaults)
        if arguments["options"]:
            raise TypeError(f"[Constant] does not support the option {', '.join(map(repr, arguments['options']))}")
        self._engine = _engine.constant(value)

    def get_config(self):
        value = _engine.constant_value(self._engine)
        return {"value": value.numpy() if value.ndim else float(value)}


EngineObject._families["initializer"] = Initializer
define(Initializer, globals(), {
    "Zeros": "",
    "Ones": "",
    "Constant": "value=0.0",
    "Identity": "gain=1.0",
    "RandomNormal": "mean=0.0, stddev=0.05, seed=None",
    "RandomUniform": "minval=-0.05, maxval=0.05, seed=None",
    "TruncatedNormal": "mean=0.0, stddev=0.05, seed=None",
    "VarianceScaling": "scale=1.0, mode='fan_in', distribution='truncated_normal', seed=None",
    "GlorotUniform": "seed=None",
    "GlorotNormal": "seed=None",
    "HeUniform": "seed=None",
    "HeNormal": "seed=None",
    "LecunUniform": "seed=None",
    "LecunNormal": "seed=None",
    "Orthogonal": "gain=1.0, seed=None",
    "STFT": "side='real', window='hann', scaling='density', periodic=False",
}, mixins={"Constant": _OfArray}, functions=True)
for _name in list(Initializer._classes):
    globals()[to_snake_case(_name)] = globals()[_name]
IdentityInitializer = globals()["Identity"]
OrthogonalInitializer = globals()["Orthogonal"]

get = Initializer._get
serialize, deserialize = Initializer._serialize, Initializer._deserialize
__getattr__ = missing(__name__)
