"""Losses: classes, and functions with Keras's names."""
from .. import _engine
from .._objects import EngineObject, define, missing, to_snake_case


class Loss(EngineObject):
    """loss(y_true, y_pred, sample_weight) is a scalar. A loss of one's own overrides call(y_true, y_pred)."""
    _factory = _engine.Loss
    _classes = {}
    _register = staticmethod(_engine.register_loss)

    def __init__(self, name=None, reduction="sum_over_batch_size", dtype=None):
        self.name = to_snake_case(type(self).__name__) if name is None else name
        self.reduction = reduction

    def call(self, y_true, y_pred):
        if not self._is_engines:
            raise NotImplementedError(f"[{type(self).__name__}] expected call(y_true, y_pred) to be overridden")
        return self._engine.call(y_true, y_pred)

    def __call__(self, y_true, y_pred, sample_weight=None):
        return self._for_engine()(y_true, y_pred, sample_weight)

    @property
    def _is_engines(self):
        return "_engine" in self.__dict__

    def _for_engine(self):
        return self._engine if self._is_engines else _engine.python_loss(self, self.name, self.reduction)

    def get_config(self):
        return self._engine.get_config() if self._is_engines else {"name": self.name, "reduction": self.reduction}


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


class _FunctionLoss(Loss):
    """A loss from a function (y_true, y_pred) -> values, whose name it has."""

    def __init__(self, function):
        super().__init__(name=function.__name__)
        self.call = function

    def _class_name(self):
        return self.name


def _function_of(name, loss):
    def function(y_true, y_pred, **options):
        return loss(**options).call(y_true, y_pred)
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


def get(identifier):
    """None, a loss, a class, a name, a config, or a function (y_true, y_pred) -> values."""
    if callable(identifier) and not isinstance(identifier, (Loss, type)):
        name = getattr(identifier, "_engines_name", None)
        return Loss._get(name) if name else _FunctionLoss(identifier)
    return Loss._get(identifier)


__getattr__ = missing(__name__)
