"""Models: Sequential and functional ones, and how they are trained."""
import json
import os
import weakref

from .. import _engine
from .._arrays import dataset_of
from .._batches import gives_batches, source_of
from .._objects import missing
from . import callbacks as callbacks_module
from . import losses, metrics, optimizers
from ._calls import structure_of
from ._layer import Layer, _wrappers
from ._own_layer import flat as _flat, one_or_all as _one_or_all
from ._steps import Steps
from .saving import _register, load_model, save_model


def _verbose(value):
    return 1 if value == "auto" else int(value)


def _options(options, who, values):
    """Sets the engine's options; None leaves the default."""
    for name, value in values.items():
        try:
            if value is not None:
                setattr(options, name, value)
        except TypeError:
            raise TypeError(f"[{who}] received {name}={value!r}, which is not of a type that {name} can have") from None
    return options


def _loss_plan(loss):
    """What the engine wants: one for all outputs, a list of losses, or a dict of them."""
    def one(each):
        if isinstance(each, (list, tuple)):
            raise ValueError(f"[compile] expected one loss for an output, received {len(each)}; give a function of y_true "
                             "and y_pred that adds them")
        return None if each is None else losses._engines(each)
    if isinstance(loss, dict) and "class_name" not in loss:
        return {name: one(each) for name, each in loss.items()}
    return [one(each) for each in loss] if isinstance(loss, (list, tuple)) else one(loss)


def _metric_list(chosen):
    """Names stay names: what "accuracy" means depends on shapes that are known later. None stays None."""
    def one(each):
        return each if each is None or isinstance(each, str) else metrics.get(each)._for_engine()
    return [one(each) for each in (chosen if isinstance(chosen, (list, tuple)) else [chosen])]


def _metric_plan(chosen):
    """What the engine wants: a list of metrics, a list of lists, or a dict of lists."""
    if isinstance(chosen, dict) and "class_name" not in chosen:
        return {name: _metric_list(each) for name, each in chosen.items()}
    if isinstance(chosen, (list, tuple)) and any(isinstance(each, (list, tuple)) for each in chosen):
        return [_metric_list(each) for each in chosen]
    return _metric_list(chosen)


def _data(model, x, y, sample_weight, who, shuffle=False):
    """A data set of arrays, or a source of batches."""
    if not gives_batches(x) or (y is not None and isinstance(x, (list, tuple))):
        return model._dataset(x, y, sample_weight, who)
    if y is not None:
        raise ValueError(f"[{who}] expected y=None, for the {type(x).__name__} gives batches (x, y); received y as well")
    if sample_weight is not None:
        raise ValueError(f"[{who}] expected the weights inside the batches (x, y, sample_weight), received sample_weight")
    return source_of(x, who, shuffle, model._dataset)


def _validation(model, data):
    """The options for validation_data: (x, y), (x, y, sample_weight), or what gives batches."""
    if data is None:
        return {}
    if gives_batches(data):
        return {"validation_batches": source_of(data, "fit", convert=model._dataset)}
    if not isinstance(data, (tuple, list)) or len(data) not in (2, 3):
        raise ValueError("[fit] expected validation_data = (x, y) or (x, y, sample_weight), or what gives batches of "
                         f"them, received {type(data).__name__}")
    x, y, *rest = data
    return {"validation_data": model._dataset(x, y, rest[0] if rest else None, "fit")}


def _by_name(structure):
    """The tensors in one, a list or a dict, and the names that a dict gives them; in their order, which is Keras's."""
    names = sorted(structure) if isinstance(structure, dict) else []
    tensors = [structure[name] for name in names] if names else _flat([structure])
    for each in tensors:
        if not (isinstance(each, _engine.Tensor) and each.is_symbolic):
            raise ValueError("[Model] expected symbolic tensors, the results of Input() or of layers called on one, as inputs "
                             f"and outputs, received {type(each).__name__}")
    return tensors, names


class Model(Steps, Layer):
    """Model(inputs, outputs): the layers between symbolic tensors. What it has of Layer it has for all of them.

    A model of one's own has layers as attributes and overrides call(x), as a Layer does.
    """

    def __init__(self, inputs=None, outputs=None, *, trainable=True, dtype=None, name=None, **options):
        if inputs is None and outputs is None and type(self) is not Model:
            self._create_in_python(_engine.python_model, Model, trainable, dtype, name, options)
            self._set_steps()
            return
        if inputs is None or outputs is None:
            raise TypeError("[Model] expected inputs and outputs, or a class of one's own that has call()")
        (x, x_names), (y, y_names) = _by_name(inputs), _by_name(outputs)
        self._set_engine(_engine.functional(x, y, name or ""))
        self._engine.given_input_names, self._engine.given_output_names = x_names, y_names
        self.__dict__["_output_kind"] = tuple if isinstance(outputs, tuple) else list

    def _set_engine(self, engine_object):
        if type(self).call is not Layer.call:
            raise TypeError(f"[{type(self).__name__}] expected no call() on top of a graph's, which is the engine's: derive from "
                            "keras.Model with super().__init__() alone, and have the graph as an attribute")
        self._engine = engine_object
        self._input_shape = None
        _wrappers[engine_object.identity] = self
        self._set_steps()
        for layer in engine_object.sublayers:
            known = _wrappers.get(layer.identity)
            if known is not None:
                self._adopt(known)

    def _adopt(self, layer):
        """layer.input and layer.output are those of this model's graph, if it is the first with that layer."""
        layer.__dict__.setdefault("_model", weakref.ref(self))
        return layer

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if isinstance(value, metrics.Metric):
            self._track_metric(value)

    # ---- how it is called
    def __call__(self, *inputs, **options):
        if len(inputs) == 1 and isinstance(inputs[0], dict) and not self._is_python:
            inputs = (self._inputs_by_name(inputs[0]),)
        outputs = super().__call__(*inputs, **options)
        if isinstance(outputs, dict):
            return outputs
        return self._packed(outputs if isinstance(outputs, (list, tuple)) else [outputs])

    def _inputs_by_name(self, inputs):
        names = self._engine.input_names
        if not set(names) <= inputs.keys():
            raise ValueError(f'[Model "{self.name}"] expected inputs named {", ".join(map(repr, names))}, received '
                             f"{', '.join(map(repr, inputs))}")
        return [inputs[name] for name in names]

    def _call(self, xs, training):
        """What the engine calls, of a model of one's own: names that its outputs have are the engine's too."""
        outputs = super()._call(xs, training)
        structure = self.__dict__.get("_output_structure")
        if isinstance(structure, dict) and set(structure) != set(self._engine.given_output_names):
            self._engine.given_output_names = sorted(structure)
        return outputs

    def _dataset(self, x, y, sample_weight, who):
        if self._is_python:  # call() gets a dict, or lists within lists, as x is one
            self.__dict__["_fed"] = structure_of(x) if isinstance(x, (dict, list, tuple)) else None
            if isinstance(x, dict) and set(x) != set(self._engine.given_input_names):
                self._engine.given_input_names = sorted(x)
        return dataset_of(x, y, sample_weight, who, self._engine.output_names)

    # ---- looking at it
    layers = property(lambda self: [self._adopt(Layer._wrap(layer)) for layer in self._engine.sublayers])
    inputs = property(lambda self: self._engine.inputs)
    outputs = property(lambda self: self._engine.outputs)
    input = property(lambda self: _one_or_all(self._engine.inputs))
    output = property(lambda self: _one_or_all(self._engine.outputs))
    input_names = property(lambda self: self._engine.input_names)
    output_names = property(lambda self: self._engine.output_names)
    compiled = property(lambda self: self._engine.compiled)

    def get_layer(self, name=None, index=None):
        if (name is None) == (index is None):
            raise ValueError("[get_layer] expected a name or an index, received "
                             + ("neither" if name is None else "both"))
        if index is not None:
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = ", ".join(f'"{layer.name}"' for layer in self.layers)
        raise ValueError(f'[Model "{self.name}"] expected one of the layers {names}; received "{name}"')

    def summary(self, line_length=None, positions=None, print_fn=None, expand_nested=False, show_trainable=False):
        if positions is not None:
            raise ValueError("[summary] expected positions=None: the columns are as wide as they need to be")
        text = self._engine.summary(line_length, expand_nested, show_trainable)
        print_fn(text) if print_fn else print(text, end="")

    def _repr_html_(self):
        """The summary, for a notebook."""
        from .._notebook import summary_html
        return summary_html(self._engine.summary(1000, True, False))

    def to_json(self):
        return json.dumps({"class_name": self._engine.class_name, "config": self.get_config()})

    # ---- training
    def compile(self, optimizer="rmsprop", loss=None, loss_weights=None, metrics=None, weighted_metrics=None,
                run_eagerly=False, steps_per_execution=1, jit_compile="auto", auto_scale_loss=True):
        """Chooses how to train. The last four say how TensorFlow and JAX should run, and mean nothing here."""
        chosen = optimizers.get(optimizer)
        if chosen is None:
            raise ValueError("[compile] expected an optimizer, received None; e.g. \"adam\"")
        options = _options(_engine.CompileOptions(), "compile", dict(
            optimizer=chosen._for_engine(), loss=None if loss is None else _loss_plan(loss), loss_weights=loss_weights,
            metrics=_metric_plan(metrics or []), weighted_metrics=_metric_plan(weighted_metrics or [])))
        self._engine.compile(options)
        self._optimizer = chosen
        self.loss, self.run_eagerly, self.jit_compile = loss, run_eagerly, False
        self.steps_per_execution = steps_per_execution

    loss = None  # as compile() was given it
    run_eagerly = jit_compile = False

    def get_compile_config(self):
        """How the model is compiled, as save() writes it; empty if it is not."""
        return self._engine.compile_config() if self.compiled else {}

    def compile_from_config(self, config):
        """Compiles the model as another one was: get_compile_config()."""
        self._engine.compile_from_config(config)
        self.__dict__.pop("_optimizer", None)

    @property
    def optimizer(self):
        known = self.__dict__.get("_optimizer")
        if known is not None or not self.compiled:
            return known
        return optimizers.Optimizer._wrap(self._engine.optimizer)

    @property
    def stop_training(self):
        return self.compiled and self._engine.is_stopping()

    @stop_training.setter
    def stop_training(self, value):
        self._engine.stop_training(bool(value))

    def fit(self, x=None, y=None, batch_size=None, epochs=1, verbose="auto", callbacks=None, validation_split=0.0,
            validation_data=None, shuffle=True, class_weight=None, sample_weight=None, initial_epoch=0,
            steps_per_epoch=None, validation_steps=None, validation_batch_size=None, validation_freq=1):
        """Trains; returns a History, whose `history` is a dict of lists, one number an epoch.

        x, y: arrays, or lists or dicts of them for models with several inputs or outputs. Or x alone, and it gives
        batches (x, y) or (x, y, sample_weight): a generator, a keras.utils.PyDataset, a list of batches, any iterable.
        Then an epoch has steps_per_epoch batches, or those that there are.
        """
        callbacks, history = callbacks_module._with_history(callbacks)
        options = _options(_engine.FitOptions(), "fit", dict(
            epochs=epochs, initial_epoch=initial_epoch, batch_size=32 if batch_size is None else batch_size,
            verbose=_verbose(verbose), shuffle=bool(shuffle), validation_split=validation_split or 0.0,
            steps_per_epoch=steps_per_epoch, validation_steps=validation_steps,
            validation_batch_size=validation_batch_size, validation_freq=validation_freq, class_weight=class_weight,
            **_validation(self, validation_data), callbacks=callbacks_module._for_engine(callbacks, self)))
        data = _data(self, x, y, sample_weight, "fit", bool(shuffle))
        history.epoch, history.history, interrupted = self._engine.fit(data, options)
        if interrupted:
            raise KeyboardInterrupt
        return history

    def evaluate(self, x=None, y=None, batch_size=None, verbose="auto", sample_weight=None, steps=None, callbacks=None,
                 return_dict=False):
        """The loss, and the metrics after it if there are some; or all of them by name."""
        logs = self._engine.evaluate(_data(self, x, y, sample_weight, "evaluate"),
                                     32 if batch_size is None else batch_size, _verbose(verbose), steps,
                                     callbacks_module._for_engine(callbacks, self))
        return logs if return_dict else self._in_order(logs)

    def predict(self, x, batch_size=None, verbose="auto", steps=None, callbacks=None):
        """The outputs for all samples, as NumPy arrays."""
        outputs = self._engine.predict(_data(self, x, None, None, "predict"), 32 if batch_size is None else batch_size,
                                       _verbose(verbose), steps, callbacks_module._for_engine(callbacks, self))
        return self._packed([output.numpy() for output in outputs])

    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None, return_dict=False):
        """One step of training on these samples; the loss and the metrics of them alone."""
        logs = self._engine.train_on_batch(self._dataset(x, y, sample_weight, "train_on_batch"), class_weight or {})
        return logs if return_dict else self._in_order(logs)

    def test_on_batch(self, x, y=None, sample_weight=None, return_dict=False):
        """The loss and the metrics of these samples."""
        logs = self._engine.test_on_batch(self._dataset(x, y, sample_weight, "test_on_batch"))
        return logs if return_dict else self._in_order(logs)

    def predict_on_batch(self, x):
        """The outputs for these samples, as NumPy arrays."""
        outputs = self._engine.predict_on_batch(self._dataset(x, None, None, "predict_on_batch"))
        return self._packed([output.numpy() for output in outputs])

    # ---- files and copies
    def __reduce__(self):
        """For pickle and copy: the whole model, as save() writes it."""
        from tempfile import TemporaryDirectory
        with TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.safetensors")
            self.save(path)
            with open(path, "rb") as file:
                return _model_again, (file.read(), _python_classes(self))

    def save(self, filepath, overwrite=True):
        """The whole model, and how far its training is, as a .safetensors file: the same that C++ writes. Keras reads
        files that end in .keras or .h5; these keep neither the random state nor the order of the samples."""
        self._engine.save(_path(filepath, overwrite, "save"))

    def save_weights(self, filepath, overwrite=True):
        """The weights alone, as a .safetensors file or Keras's .weights.h5."""
        self._engine.save_weights(_path(filepath, overwrite, "save_weights"))

    def load_weights(self, filepath):
        self._engine.load_weights(str(filepath))


class Sequential(Model):
    """Layers on top of each other."""

    def __init__(self, layers=None, trainable=True, name=None):
        self._set_engine(_engine.sequential(name or ""))
        for layer in layers or []:
            self.add(layer)
        if not trainable:
            self.trainable = False

    def add(self, layer):
        if isinstance(layer, _engine.Tensor) and layer.is_symbolic:  # Input(shape)
            self._engine.add(_engine.layer_of(layer))
            return
        if not isinstance(layer, Layer):
            raise TypeError(f"[Sequential] expected a layer, received {type(layer).__name__}")
        shape = layer._input_shape
        if shape is not None and not self._engine.sublayers and not self._engine.inputs:
            self._engine.add(_engine.layer_from_config({"class_name": "InputLayer", "config": {"batch_shape": shape}}))
        self._engine.add(layer._engine)
        self._adopt(layer)

    def pop(self):
        self._engine.pop()


Layer._classes["Functional"] = Model
Layer._classes["Sequential"] = Sequential


def _path(filepath, overwrite, what):
    path = os.fspath(filepath)
    if not overwrite and os.path.exists(path):
        raise FileExistsError(f"[{what}] \"{path}\" exists, and overwrite is False")
    return path


def _python_classes(layer):
    """The classes written in Python that a model's layers have."""
    below = [_python_classes(Layer._wrap(each)) for each in layer._engine.sublayers]
    own = {type(layer).__name__: type(layer)} if layer._is_python else {}
    return {name: cls for classes in [own, *below] for name, cls in classes.items()}


def _model_again(contents, classes):
    """A model from what pickle has kept of it."""
    from tempfile import TemporaryDirectory
    with TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.safetensors")
        with open(path, "wb") as file:
            file.write(contents)
        return load_model(path, custom_objects=classes)


def clone_model(model):
    """A model of the same layers with new weights. Not compiled. Keras: keras.models.clone_model."""
    return Model._wrap(_engine.layer_from_config({"class_name": model._engine.class_name, "config": model.get_config()}))


def model_from_json(json_string, custom_objects=None):
    """The model whose to_json() that is, with new weights."""
    for name, thing in (custom_objects or {}).items():
        _register(name, thing)
    return Model._wrap(_engine.layer_from_config(json.loads(json_string)))


__getattr__ = missing(__name__)
