"""Metrics: what is measured, added up over batches."""
from .. import _engine
from .._objects import EngineObject, define, missing, to_snake_case
from . import losses


class Metric(EngineObject):
    """A metric of one's own overrides update_state(y_true, y_pred, sample_weight), result() and reset_state()."""
    _factory = _engine.Metric
    _classes = {}

    def __init__(self, dtype=None, name=None):
        self.name = to_snake_case(type(self).__name__) if name is None else name
        self.variables = []

    @property
    def _is_engines(self):
        return "_engine" in self.__dict__

    def _for_engine(self):
        return self._engine if self._is_engines else _engine.python_metric(self, self.name)

    def update_state(self, y_true, y_pred=None, sample_weight=None):
        self._engine.update_state(y_true, y_pred, sample_weight)

    def result(self):
        return self._engine.result()

    def reset_state(self):
        if self._is_engines:
            return self._engine.reset_state()
        for variable in self.variables:
            variable.assign(variable.value * 0)

    def add_variable(self, shape=(), initializer="zeros", dtype=None, name=None):
        """A number, or numbers, that reset_state() sets to 0."""
        from . import initializers
        first = initializers.get(initializer)(shape, dtype)
        self.variables.append(_engine.Variable(first, name or "variable", False))
        return self.variables[-1]

    add_weight = add_variable

    def __call__(self, *args, **kwargs):
        self.update_state(*args, **kwargs)
        return self.result()

    def get_config(self):
        return self._engine.get_config() if self._is_engines else {"name": self.name}


define(Metric, globals(), {
    "Accuracy": "name='accuracy', dtype=None",
    "BinaryAccuracy": "name='binary_accuracy', dtype=None, threshold=0.5",
    "CategoricalAccuracy": "name='categorical_accuracy', dtype=None",
    "SparseCategoricalAccuracy": "name='sparse_categorical_accuracy', dtype=None",
    "TopKCategoricalAccuracy": "k=5, name='top_k_categorical_accuracy', dtype=None",
    "SparseTopKCategoricalAccuracy": "k=5, name='sparse_top_k_categorical_accuracy', dtype=None",
    "MeanSquaredError": "name='mean_squared_error', dtype=None",
    "RootMeanSquaredError": "name='root_mean_squared_error', dtype=None",
    "MeanAbsoluteError": "name='mean_absolute_error', dtype=None",
    "MeanAbsolutePercentageError": "name='mean_absolute_percentage_error', dtype=None",
    "MeanSquaredLogarithmicError": "name='mean_squared_logarithmic_error', dtype=None",
    "LogCoshError": "name='logcosh', dtype=None",
    "CosineSimilarity": "name='cosine_similarity', dtype=None, axis=-1",
    "Hinge": "name='hinge', dtype=None",
    "SquaredHinge": "name='squared_hinge', dtype=None",
    "CategoricalHinge": "name='categorical_hinge', dtype=None",
    "KLDivergence": "name='kl_divergence', dtype=None",
    "Poisson": "name='poisson', dtype=None",
    "BinaryCrossentropy": "name='binary_crossentropy', dtype=None, from_logits=False, label_smoothing=0",
    "CategoricalCrossentropy":
        "name='categorical_crossentropy', dtype=None, from_logits=False, label_smoothing=0, axis=-1",
    "SparseCategoricalCrossentropy":
        "name='sparse_categorical_crossentropy', dtype=None, from_logits=False, ignore_class=None, axis=-1",
    "TruePositives": "thresholds=None, name=None, dtype=None",
    "FalsePositives": "thresholds=None, name=None, dtype=None",
    "TrueNegatives": "thresholds=None, name=None, dtype=None",
    "FalseNegatives": "thresholds=None, name=None, dtype=None",
    "Precision": "thresholds=None, top_k=None, class_id=None, name=None, dtype=None",
    "Recall": "thresholds=None, top_k=None, class_id=None, name=None, dtype=None",
    "AUC": "num_thresholds=200, curve='ROC', summation_method='interpolation', name=None, dtype=None, thresholds=None, "
           "multi_label=False, num_labels=None, label_weights=None, from_logits=False",
    "ConfusionMatrix": "num_classes, name='confusion_matrix'",
})


class _OfValues(Metric):
    """A metric of numbers, rather than of targets and predictions."""

    def update_state(self, values, sample_weight=None):
        self._engine.update_state(values, None, sample_weight)


define(_OfValues, globals(), {"Mean": "name='mean', dtype=None", "Sum": "name='sum', dtype=None"})

for _name in ("mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error",
              "mean_squared_logarithmic_error", "mse", "mae", "mape", "msle", "kld", "kl_divergence", "poisson", "hinge",
              "squared_hinge", "categorical_hinge", "cosine_similarity", "binary_crossentropy",
              "categorical_crossentropy", "sparse_categorical_crossentropy", "log_cosh"):
    globals()[_name] = getattr(losses, _name)


def get(identifier):
    """None, a metric, a class, a name, a config, or a function (y_true, y_pred) -> values."""
    if callable(identifier) and not isinstance(identifier, (Metric, type)):
        return Metric._wrap(_engine.metric_from_function(identifier.__name__, identifier))
    return Metric._get(identifier)


__getattr__ = missing(__name__)
