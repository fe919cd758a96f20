"""The steps of fit(), evaluate() and predict(), which a model written in Python may have of its own."""
import inspect

import numpy

from .. import _engine
from .._arrays import weights_of
from ._own_layer import one_or_all
from .metrics import Metric

_STEPS = ("train_step", "test_step", "predict_step", "compute_loss", "compute_metrics", "metrics", "reset_metrics",
          "get_metrics_result")


class Steps:
    """Methods of a Model that fit(), evaluate() and predict() call for every batch.

        class Distance(keras.Model):
            def train_step(self, data):
                x, y = data
                y_pred = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=y_pred)
                gradients = linnet.gradients(loss, self.trainable_weights)
                self.optimizer.apply(gradients, self.trainable_weights)
                for metric in self.metrics:
                    if metric.name == "loss":
                        metric.update_state(loss)
                    else:
                        metric.update_state(y, y_pred)
                return {metric.name: metric.result() for metric in self.metrics}

    `data` is (x, y), (x, y, sample_weight), or x alone. Those that a class does not override are the engine's and cost
    nothing.
    """

    # ---- to be overridden
    def train_step(self, data):
        """One step of training: forward, loss, gradients, optimizer, metrics. Returns the metrics by name."""
        _engine.default_train_step(self._engine, *self._unpack(data))
        self.__dict__["_has_loss"] = True
        return self.get_metrics_result()

    def test_step(self, data):
        """What evaluate() does with a batch. Returns the metrics by name."""
        _engine.default_test_step(self._engine, *self._unpack(data))
        self.__dict__["_has_loss"] = True
        return self.get_metrics_result()

    def predict_step(self, data):
        """The outputs for a batch."""
        return self._packed(_engine.default_predict_step(self._engine, self._unpack(data)[0]))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """What train_step() minimizes: the loss of compile(), and what layers added by add_loss()."""
        return _engine.default_compute_loss(self._engine, _list(x), self._by_output(y), self._by_output(y_pred),
                                            *self._weights(sample_weight))

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """Adds a batch to the metrics of compile(). Returns all metrics by name."""
        _engine.default_compute_metrics(self._engine, _list(x), self._by_output(y), self._by_output(y_pred),
                                        *self._weights(sample_weight))
        return self.get_metrics_result()

    @property
    def metrics(self):
        """The loss's mean, the metrics of compile() as one, the means of the outputs' losses where there are several, and
        metrics that are attributes of the model."""
        compiled = []
        if self.compiled:
            compiled = [_LossTracker(self), *([_CompiledMetrics(self)] if self._engine.has_metrics() else []),
                        *(_OutputLoss(self, name) for name in self._engine.loss_names())]
        return compiled + list(self.__dict__.get("_own_metrics", ()))

    def get_metrics_result(self):
        """What the metrics say now, by their names."""
        results = {}
        for metric in self.metrics:
            result = metric.result()
            results.update(result if isinstance(result, dict) else {metric.name: result})
        return results

    def reset_metrics(self):
        """Forgets what the metrics have added up."""
        for metric in self.metrics:
            metric.reset_state()

    metrics_names = property(lambda self: [metric.name for metric in self.metrics])

    def zero_grad(self):
        """Empties the gradients that loss.backward() adds to: weight.value.grad."""
        for weight in self.trainable_weights:
            weight.value.clear_grad()

    # ---- several inputs and outputs: lists in their order, or dicts by their names
    def _packed(self, outputs):
        """Outputs as the model gives them: one, a list, a tuple or a dict."""
        names = self._engine.given_output_names
        if names and len(names) == len(outputs):
            return dict(zip(names, outputs))
        return outputs[0] if len(outputs) == 1 else self.__dict__.get("_output_kind", list)(outputs)

    def _packed_inputs(self, x):
        names = self._engine.given_input_names
        return dict(zip(names, x)) if names and len(names) == len(x) else one_or_all(x)

    def _packed_targets(self, y):
        return self._packed(y) if y else None

    def _by_output(self, values):
        """The list of what there is one of for each output."""
        if not isinstance(values, dict):
            return _list(values)
        names = [name for name in self._engine.output_names if name in values]
        return [values[name] for name in names] if len(names) == len(values) else list(values.values())

    def _weights(self, sample_weight):
        """Sample weights as the engine takes them: for all targets, and for each."""
        return weights_of(sample_weight, self._engine.output_names, 0, "sample_weight")

    def _unpack(self, data):
        """The inputs, the targets and the weights of the `data` of a step."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        x = [x[name] for name in self._engine.input_names] if isinstance(x, dict) and self._engine.input_names else _list(x)
        return x, self._by_output(y), *self._weights(sample_weight)

    def _in_order(self, logs):
        """The list that Keras makes of logs: the loss, metrics in the order of compile(), the losses of outputs, metrics of
        one's own; what is left, such as metrics of one of several outputs, by name."""
        names = [metric.name for metric in self.metrics]
        if "compile_metrics" in names:
            place = names.index("compile_metrics")
            names[place:place + 1] = self._engine.metric_names()
        names = [name for name in dict.fromkeys(names) if name in logs]
        return one_or_all([logs[name] for name in names + sorted(logs.keys() - set(names))])

    # ---- how the engine comes to call them
    def _set_steps(self):
        own = [name for name in _STEPS if getattr(type(self), name) is not getattr(Steps, name)]
        if self.__dict__.get("_own_metrics"):
            own.append("metrics")
        if own:
            _engine.set_steps(self._engine, self, own)

    def _track_metric(self, metric):
        known = self.__dict__.setdefault("_own_metrics", [])
        if not any(metric is other for other in known):
            known.append(metric)
        if "_engine" in self.__dict__:
            self._set_steps()

    def _run_step(self, name, x, y, sample_weight):
        logs = getattr(self, name)(_pack(self._packed_inputs(x), self._packed_targets(y), sample_weight))
        if not isinstance(logs, dict):
            raise TypeError(f"[{type(self).__name__}] expected {name}() to return a dict of metrics, "
                            f"received {type(logs).__name__}")
        self.__dict__["_step_logs"] = logs

    def _run_predict_step(self, x):
        return self._by_output(self.predict_step(self._packed_inputs(x)))

    def _run_compute_loss(self, x, y, y_pred, sample_weight, training):
        options = {"training": training} if _takes(self.compute_loss, "training") else {}
        return self.compute_loss(x=self._packed_inputs(x), y=self._packed_targets(y), y_pred=self._packed(y_pred),
                                 sample_weight=sample_weight, **options)

    def _run_compute_metrics(self, x, y, y_pred, sample_weight):
        logs = self.compute_metrics(self._packed_inputs(x), self._packed_targets(y), self._packed(y_pred),
                                    sample_weight=sample_weight)
        self.__dict__["_step_logs"] = logs

    def _step_results(self):
        """Of the last step what it returned; where these are the metrics, what they say."""
        results = _numbers(self.get_metrics_result())
        logs = _numbers(self.__dict__.get("_step_logs") or {})
        if logs and set(logs) != set(results):
            return logs
        if not self.__dict__.get("_has_loss"):  # nobody has told the mean of the losses: this is what there is
            results.update({"loss": logs["loss"]} if "loss" in logs else {})
        return results

    def _begin_pass(self):
        self.__dict__.update(_step_logs=None, _has_loss=False)
        self.reset_metrics()


class _Compiled(Metric):
    """A view of what compile() made: the engine keeps the sums."""

    def __init__(self, model, name):
        self.name, self._model = name, model

    def reset_state(self):
        _engine.default_reset_metrics(self._model._engine)

    def _results(self):
        return _engine.default_metrics_result(self._model._engine)


class _LossTracker(_Compiled):
    """The mean of the losses: update_state(loss, sample_weight=1)."""

    def __init__(self, model):
        super().__init__(model, "loss")

    def update_state(self, values, sample_weight=None):
        self._model.__dict__["_has_loss"] = True
        _engine.add_to_loss(self._model._engine, float(values), 1.0 if sample_weight is None else float(sample_weight))

    def result(self):
        return self._results()["loss"]


class _OutputLoss(_Compiled):
    """The mean of the losses of one of several outputs."""

    def update_state(self, *values):
        """compute_loss() has done it."""

    def result(self):
        return self._results()[self.name]


class _CompiledMetrics(_Compiled):
    """All metrics of compile(): update_state(y, y_pred); the result is a dict."""

    def __init__(self, model):
        super().__init__(model, "compile_metrics")

    def update_state(self, y_true, y_pred, sample_weight=None):
        _engine.default_compute_metrics(self._model._engine, [], self._model._by_output(y_true),
                                        self._model._by_output(y_pred), *self._model._weights(sample_weight))

    def result(self):
        known = {"loss", *self._model._engine.loss_names()}
        return {name: value for name, value in self._results().items() if name not in known}


def _list(values):
    if values is None:
        return []
    if isinstance(values, dict):
        return list(values.values())
    return list(values) if isinstance(values, (list, tuple)) else [values]


def _pack(x, y, sample_weight):
    """`data` of a step."""
    if sample_weight is not None:
        return x, y, sample_weight
    return x if y is None else (x, y)


def unpack_x_y_sample_weight(data):
    """x, y and sample_weight of the `data` of a step; None where it has none. Keras: keras.utils."""
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ValueError(f"[unpack_x_y_sample_weight] expected (x,), (x, y) or (x, y, sample_weight), received "
                         f"{len(data)} parts")
    return data + (None,) * (3 - len(data))


def pack_x_y_sample_weight(x, y=None, sample_weight=None):
    """The `data` of a step: x, (x, y) or (x, y, sample_weight). Keras: keras.utils."""
    if sample_weight is not None:
        return x, y, sample_weight
    if y is not None:
        return x, y
    return (x,) if isinstance(x, (list, tuple)) else x


def _takes(function, name):
    parameters = inspect.signature(function).parameters.values()
    return any(each.name == name or each.kind == inspect.Parameter.VAR_KEYWORD for each in parameters)


def _numbers(logs):
    """Logs as floats, and arrays where a metric has several results; dicts inside them in their place."""
    numbers = {}
    for name, value in logs.items():
        if isinstance(value, dict):
            numbers.update(_numbers(value))
        else:
            results = numpy.asarray(value)
            numbers[name] = float(results.item()) if results.size == 1 else results
    return numbers
