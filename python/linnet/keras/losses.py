"""Losses: classes, and functions with Keras's names."""
import inspect

from .. import _engine
from .._objects import EngineObject, define, missing, to_snake_case


class Loss(EngineObject):
    """loss(y_true, y_pred, sample_weight) is a scalar. A loss of one's own overrides call(y_true, y_pred)."""
    _factory = _engine.Loss
    _classes = {}
    _register = staticmethod(_engine.register_loss)
    _final = {"__call__": "override call(y_true, y_pred), which gives a value for each sample"}
    dtype = "float32"

    def __init__(self, name=None, reduction="sum_over_batch_size", dtype=None):
        self.name = to_snake_case(type(self).__name__) if name is None else name
        self.reduction = reduction
        self._set_dtype(dtype)

    def _set_dtype(self, dtype):
        """What predictions and targets are cast to before call(), where it is said."""
        if dtype is not None:
            self.__dict__["dtype"] = _engine.DTypePolicy(dtype).compute_dtype if isinstance(dtype, str) else dtype

    def _create(self, class_name, arguments, defaults):
        self._set_dtype(arguments.pop("dtype", None))
        super()._create(class_name, arguments, defaults)

    def call(self, y_true, y_pred):
        if "_engine" not in self.__dict__:
            raise NotImplementedError(f"[{type(self).__name__}] expected call(y_true, y_pred) to be overridden")
        return self._engine.call(y_true, y_pred)

    def __call__(self, y_true, y_pred, sample_weight=None):
        if "dtype" in self.__dict__:
            y_true, y_pred = (_engine.Tensor(y).astype(self.dtype) for y in (y_true, y_pred))
        return self._for_engine()(y_true, y_pred, sample_weight)

    @property
    def _is_engines(self):
        return "_engine" in self.__dict__ and not self._is_written_in_python()

    def _for_engine(self):
        return self._engine if self._is_engines else _engine.python_loss(self, self.name, self.reduction)

    def get_config(self):
        if "_engine" in self.__dict__:
            return self._engine.get_config()
        return {"name": self.name, "reduction": self.reduction}


_REDUCTION = "reduction='sum_over_batch_size'"
define(Loss, globals(), {name: signature.replace("REDUCTION", _REDUCTION) + ", dtype=None" for name, signature in {
    "MeanSquaredError": "REDUCTION, name='mean_squared_error'",
    "MeanAbsoluteError": "REDUCTION, name='mean_absolute_error'",
    "MeanAbsolutePercentageError": "REDUCTION, name='mean_absolute_percentage_error'",
    "MeanSquaredLogarithmicError": "REDUCTION, name='mean_squared_logarithmic_error'",
    "CosineSimilarity": "axis=-1, REDUCTION, name='cosine_similarity'",
    "Huber": "delta=1.0, REDUCTION, name='huber_loss'",
    "LogCosh": "REDUCTION, name='log_cosh'",
    "Hinge": "REDUCTION, name='hinge'",
    "SquaredHinge": "REDUCTION, name='squared_hinge'",
    "CategoricalHinge": "REDUCTION, name='categorical_hinge'",
    "KLDivergence": "REDUCTION, name='kl_divergence'",
    "Poisson": "REDUCTION, name='poisson'",
    "BinaryCrossentropy":
        "from_logits=False, label_smoothing=0.0, axis=-1, REDUCTION, name='binary_crossentropy'",
    "BinaryFocalCrossentropy":
        "apply_class_balancing=False, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1, "
        "REDUCTION, name='binary_focal_crossentropy'",
    "CategoricalCrossentropy":
        "from_logits=False, label_smoothing=0.0, axis=-1, REDUCTION, name='categorical_crossentropy'",
    "CategoricalFocalCrossentropy":
        "alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1, REDUCTION, "
        "name='categorical_focal_crossentropy'",
    "SparseCategoricalCrossentropy":
        "from_logits=False, ignore_class=None, REDUCTION, axis=-1, name='sparse_categorical_crossentropy'",
    "CategoricalGeneralizedCrossEntropy": "q=0.5, REDUCTION, name='categorical_generalized_cross_entropy'",
    "Dice": "REDUCTION, name='dice', axis=None",
    "Tversky": "alpha=0.5, beta=0.5, REDUCTION, name='tversky', axis=None",
    "Circle": "gamma=80.0, margin=0.4, remove_diagonal=True, REDUCTION, name='circle'",
    "CTC": "REDUCTION, name='ctc'",
}.items()})


class LossFunctionWrapper(Loss):
    """A loss from a function: fn(y_true, y_pred, **kwargs) gives a value for each sample. Where one of the two has an
    axis of size 1 more at its end, they are brought to one shape before."""

    def __init__(self, fn, reduction="sum_over_batch_size", name=None, dtype=None, **kwargs):
        super().__init__(name=_name_of(fn) if name is None else name, reduction=reduction, dtype=dtype)
        self.fn = fn
        self._fn_kwargs = kwargs

    def call(self, y_true, y_pred):
        return self.fn(*_engine.match_ranks(y_true, y_pred), **self._fn_kwargs)

    def _class_name(self):
        return _name_of(self.fn) if type(self) is LossFunctionWrapper else type(self).__name__

    def get_config(self):
        return {**super().get_config(), **self._fn_kwargs}


def _name_of(function):
    return getattr(function, "__name__", None) or getattr(function, "name", None) or to_snake_case(type(function).__name__)


def _function_of(name, loss):
    options = ", ".join(str(each) for each in list(inspect.signature(loss).parameters.values())
                        if each.name not in ("reduction", "name", "dtype", "options"))
    names = ", ".join(f"{part.split('=')[0]}={part.split('=')[0]}" for part in options.split(", ") if part)
    namespace = {"loss": loss}
    exec(f"def function(y_true, y_pred{', ' + options if options else ''}):\n"
         f"    return loss({names}).call(y_true, y_pred)", namespace)
    function = namespace["function"]
    function.__module__ = __name__
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"The values of {loss.__name__}, one a sample."
    function._engines_name = loss.__name__
    return function


_ALIASES = {"mse": "MeanSquaredError", "mae": "MeanAbsoluteError", "mape": "MeanAbsolutePercentageError",
            "msle": "MeanSquaredLogarithmicError", "kld": "KLDivergence", "huber": "Huber", "log_cosh": "LogCosh",
            "kl_divergence": "KLDivergence"}
for _class in list(Loss._classes):
    globals().setdefault(to_snake_case(_class), _function_of(to_snake_case(_class), globals()[_class]))
for _name, _class in _ALIASES.items():
    globals()[_name] = _function_of(_name, globals()[_class])
MSE, MAE, MAPE, MSLE, KLD = mse, mae, mape, msle, kld  # noqa: F821
bce = BCE = binary_crossentropy  # noqa: F821
kullback_leibler_divergence, logcosh = kl_divergence, log_cosh  # noqa: F821


def circle(y_true, y_pred, ref_labels=None, ref_embeddings=None, remove_diagonal=True, gamma=80, margin=0.4):
    """The values of Circle, one a sample; compared with the embeddings of a reference, where there are some."""
    return _engine.circle(y_true, y_pred, y_true if ref_labels is None else ref_labels,
                          y_pred if ref_embeddings is None else ref_embeddings,
                          {"remove_diagonal": remove_diagonal, "gamma": gamma, "margin": margin})


circle._engines_name = "Circle"


def get(identifier):
    """None, a loss, a class, a config, a function (y_true, y_pred) -> values, or the name of one."""
    if isinstance(identifier, str) and hasattr(globals().get(identifier), "_engines_name"):
        return globals()[identifier]
    if callable(identifier) and not isinstance(identifier, type):
        return identifier
    return Loss._get(identifier)


def _engines(identifier):
    """The engine's loss for what get() accepts."""
    chosen = get(identifier)
    if chosen is not None and not isinstance(chosen, Loss):
        name = getattr(chosen, "_engines_name", None)
        chosen = Loss._get(name) if name else LossFunctionWrapper(chosen)
    return None if chosen is None else chosen._for_engine()


serialize = Loss._serialize


def deserialize(name, custom_objects=None):
    """The loss for what serialize() gave."""
    return get(name if isinstance(name, str) else Loss._deserialize(name, custom_objects))


__getattr__ = missing(__name__)
