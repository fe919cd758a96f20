"""Metrics: what is measured, added up over batches."""
from .. import _engine
from .._objects import EngineObject, define, missing, to_snake_case
from . import losses


class Metric(EngineObject):
    """A metric of one's own overrides update_state(y_true, y_pred, sample_weight), result() and reset_state()."""
    _factory = _engine.Metric
    _classes = {}
    _register = staticmethod(_engine.register_metric)

    _final = {"__call__": "override update_state(y_true, y_pred, sample_weight) and result()"}

    def __init__(self, dtype=None, name=None):
        self.name = _engine.unique_name(type(self).__name__) if name is None else name
        self.dtype = "float32" if dtype is None else dtype

    def _create(self, class_name, arguments, defaults):
        if arguments["name"] is None:
            arguments["name"] = _engine.unique_name(type(self).__name__)
        super()._create(class_name, arguments, defaults)

    @property
    def _is_engines(self):
        return "_engine" in self.__dict__ and not self._is_written_in_python()

    @property
    def variables(self):
        """What the metric has added up: variables of add_weight(), and of the engine's metrics numbers that are read only."""
        sums = [_engine.Tensor(number) for number in self._engine.state] if "_engine" in self.__dict__ else []
        return sums + self.__dict__.get("_own_variables", [])

    def _for_engine(self):
        return self._engine if self._is_engines else _engine.python_metric(self, self.name)

    def update_state(self, y_true, y_pred=None, sample_weight=None):
        self._engine.update_state(y_true, y_pred, sample_weight)

    def result(self):
        return self._engine.result()

    def reset_state(self):
        if "_engine" in self.__dict__:
            self._engine.reset_state()
        for variable in self.__dict__.get("_own_variables", []):
            variable.assign(variable.value * 0)

    def add_variable(self, shape=(), initializer="zeros", dtype=None, name=None):
        """A number, or numbers, that reset_state() sets to 0."""
        from . import initializers
        first = initializers.get(initializer)(shape, dtype)
        own = self.__dict__.setdefault("_own_variables", [])
        own.append(_engine.Variable(first, name or "variable", False))
        return own[-1]

    add_weight = add_variable

    def __call__(self, *args, **kwargs):
        self.update_state(*args, **kwargs)
        return self.result()

    def get_config(self):
        return self._engine.get_config() if "_engine" in self.__dict__ else {"name": self.name}


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
    "SensitivityAtSpecificity": "specificity, num_thresholds=200, class_id=None, name=None, dtype=None",
    "SpecificityAtSensitivity": "sensitivity, num_thresholds=200, class_id=None, name=None, dtype=None",
    "PrecisionAtRecall": "recall, num_thresholds=200, class_id=None, name=None, dtype=None",
    "RecallAtPrecision": "precision, num_thresholds=200, class_id=None, name=None, dtype=None",
    "FBetaScore": "average=None, beta=1.0, threshold=None, name='fbeta_score', dtype=None",
    "F1Score": "average=None, threshold=None, name='f1_score', dtype=None",
    "R2Score": "class_aggregation='uniform_average', num_regressors=0, name='r2_score', dtype=None",
    "PearsonCorrelation": "name='pearson_correlation', dtype=None, axis=-1",
    "ConcordanceCorrelation": "name='concordance_correlation', dtype=None, axis=-1",
    "IoU": "num_classes, target_class_ids, name=None, dtype=None, ignore_class=None, sparse_y_true=True, "
           "sparse_y_pred=True, axis=-1",
    "MeanIoU": "num_classes, name=None, dtype=None, ignore_class=None, sparse_y_true=True, sparse_y_pred=True, axis=-1",
    "OneHotIoU": "num_classes, target_class_ids, name=None, dtype=None, ignore_class=None, sparse_y_pred=False, axis=-1",
    "OneHotMeanIoU": "num_classes, name=None, dtype=None, ignore_class=None, sparse_y_pred=False, axis=-1",
    "BinaryIoU": "target_class_ids=(0, 1), threshold=0.5, name=None, dtype=None",
    "ConfusionMatrix": "num_classes, name='confusion_matrix'",
})


class _OfValues(Metric):
    """A metric of numbers, rather than of targets and predictions."""

    def update_state(self, values, sample_weight=None):
        self._engine.update_state(values, None, sample_weight)


define(_OfValues, globals(), {"Mean": "name='mean', dtype=None", "Sum": "name='sum', dtype=None"})


class MeanMetricWrapper(Metric):
    """The average of a function: fn(y_true, y_pred, **kwargs) gives the values."""

    def __init__(self, fn, name=None, dtype=None, **kwargs):
        self._fn = fn
        self._options = kwargs
        self.name = losses._name_of(fn) if name is None else name
        self.dtype = "float32" if dtype is None else dtype
        self._mean = _engine.python_mean(_Named(self), self.name, lambda y_true, y_pred: fn(y_true, y_pred, **kwargs))

    def _class_name(self):
        return losses._name_of(self._fn) if type(self) is MeanMetricWrapper else type(self).__name__

    @property
    def _is_engines(self):
        return False

    def _for_engine(self):
        return super()._for_engine() if self._is_written_in_python() else self._mean

    @property
    def variables(self):
        return [_engine.Tensor(number) for number in self._mean.state] + self.__dict__.get("_own_variables", [])

    def update_state(self, y_true, y_pred=None, sample_weight=None):
        self._mean.update_state(y_true, y_pred, sample_weight)

    def result(self):
        return self._mean.result()

    def reset_state(self):
        self._mean.reset_state()

    def get_config(self):
        return {"name": self.name, **self._options}


class _Named:
    """The name and config of a metric, for the engine: the metric itself would be a circle."""

    def __init__(self, metric):
        self._class_name = lambda name=metric._class_name(): name
        self.get_config = lambda config=metric.get_config(): config


for _name in ("mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error",
              "mean_squared_logarithmic_error", "mse", "mae", "mape", "msle", "kld", "kl_divergence", "poisson", "hinge",
              "squared_hinge", "categorical_hinge", "cosine_similarity", "binary_crossentropy",
              "categorical_crossentropy", "sparse_categorical_crossentropy", "log_cosh", "MSE", "MAE", "MAPE", "MSLE", "KLD",
              "bce", "BCE", "logcosh", "kullback_leibler_divergence"):
    globals()[_name] = getattr(losses, _name)
for _name in ("binary_focal_crossentropy", "categorical_focal_crossentropy", "huber"):
    globals()[_name] = getattr(losses, _name)


def _values_of(name, metric, signature=""):
    """The function whose values a metric averages."""
    namespace = {"metric": metric, "values": _engine.metric_values}
    names = "".join(f"{part.split('=')[0]}={part.split('=')[0]}" for part in signature.split(", ") if part)
    exec(f"def {name}(y_true, y_pred{', ' + signature if signature else ''}):\n"
         f"    return values(metric({names})._engine, y_true, y_pred)", namespace)
    function = namespace[name]
    function.__module__ = __name__
    function.__doc__ = f"The values that {metric.__name__} averages."
    return function


for _name, _signature in {"binary_accuracy": "threshold=0.5", "categorical_accuracy": "",
                          "sparse_categorical_accuracy": "", "top_k_categorical_accuracy": "k=5",
                          "sparse_top_k_categorical_accuracy": "k=5", "pearson_correlation": "axis=-1",
                          "concordance_correlation": "axis=-1"}.items():
    _class = next(each for each in Metric._classes if to_snake_case(each) == _name)
    globals()[_name] = _values_of(_name, globals()[_class], _signature)


serialize, deserialize = Metric._serialize, Metric._deserialize


def get(identifier):
    """None, a metric, a class, a name, a config, or a function (y_true, y_pred) -> values, such as a loss."""
    if callable(identifier) and not isinstance(identifier, (Metric, type)):
        return MeanMetricWrapper(identifier)
    return Metric._get(identifier)


__getattr__ = missing(__name__)
