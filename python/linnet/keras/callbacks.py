"""Callbacks: what happens around epochs and batches."""
import weakref

from .. import _engine
from .._objects import define, missing


class Callback:
    """A callback of one's own overrides some of these; it has `self.model` and `self.params` by then.

    One that remembers something may have get_state(), which returns a dict of numbers, strings and lists, and
    set_state(state): BackupAndRestore keeps it, and gives it back when an interrupted training goes on.
    """

    def __init__(self):
        self.model = None
        self.params = None

    def set_model(self, model):
        self.model = model

    def set_params(self, params):
        self.params = params

    def on_train_begin(self, logs=None): pass
    def on_train_end(self, logs=None): pass
    def on_epoch_begin(self, epoch, logs=None): pass
    def on_epoch_end(self, epoch, logs=None): pass
    def on_train_batch_begin(self, batch, logs=None): self.on_batch_begin(batch, logs)
    def on_train_batch_end(self, batch, logs=None): self.on_batch_end(batch, logs)
    def on_batch_begin(self, batch, logs=None): pass
    def on_batch_end(self, batch, logs=None): pass
    def on_test_begin(self, logs=None): pass
    def on_test_end(self, logs=None): pass
    def on_test_batch_begin(self, batch, logs=None): pass
    def on_test_batch_end(self, batch, logs=None): pass
    def on_predict_begin(self, logs=None): pass
    def on_predict_end(self, logs=None): pass
    def on_predict_batch_begin(self, batch, logs=None): pass
    def on_predict_batch_end(self, batch, logs=None): pass

    def _for_engine(self):
        hooks = {name: getattr(self, name) for name in vars(Callback) if name.startswith("on_") and self._has(name)}
        if "on_predict_batch_end" in hooks:
            hooks["on_predict_batch_end"] = self._predict_batch_end
        hooks["set_params"] = self.set_params
        hooks.update({name: getattr(self, name) for name in ("get_state", "set_state") if hasattr(self, name)})
        needs_logs = "on_train_batch_end" in hooks or "on_test_batch_end" in hooks
        return _engine.python_callback(hooks, needs_logs, self.__dict__.get("_is_added", False))

    def _predict_batch_end(self, batch, outputs):
        self.on_predict_batch_end(batch, {"outputs": self.model._packed(outputs)})

    def _has(self, name):
        """Is that hook one of one's own (or calls one)? The others cost nothing."""
        if getattr(type(self), name) is not getattr(Callback, name) or name in self.__dict__:
            return True
        return name.startswith("on_train_batch_") and self._has(name.replace("train_", ""))


class History(Callback):
    """What fit() returns: `epoch`, a list of their numbers, and `history`, a dict of lists, one number an epoch (one array
    an epoch for a metric with several results). One that is among the callbacks of fit() is the one that it returns."""

    def __init__(self):
        super().__init__()
        self.epoch = []
        self.history = {}

    @property
    def model(self):
        """The model, as long as anybody else has it: it has its history, and would otherwise wait for the collector."""
        reference = self.__dict__.get("_weak_model")
        return reference and reference()

    @model.setter
    def model(self, value):
        self._weak_model = None if value is None else weakref.ref(value)

    def __getstate__(self):
        return {name: value for name, value in self.__dict__.items() if name != "_weak_model"}

    def set_model(self, model):
        super().set_model(model)
        model.history = self

    def on_train_begin(self, logs=None):
        self.epoch, self.history = [], {}

    def on_epoch_end(self, epoch, logs=None):
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)

    def plot(self, path=None, lang="en"):
        """Draws the curves with Matplotlib: on the screen, or into the file `path`. lang: "en", or "zh" for Chinese."""
        from .._pictures import plot_history
        plot_history(self, path, lang)


class LambdaCallback(Callback):
    """Hooks from functions."""

    def __init__(self, on_epoch_begin=None, on_epoch_end=None, on_train_begin=None, on_train_end=None,
                 on_train_batch_begin=None, on_train_batch_end=None, **kwargs):
        super().__init__()
        hooks = dict(locals(), **kwargs)
        for name, function in hooks.items():
            if name.startswith("on_") and function is not None:
                if not hasattr(Callback, name):
                    raise TypeError(f"[LambdaCallback] expected the name of a hook, received {name}")
                setattr(self, name, function)


class _EnginesCallback(Callback):
    """A callback that the engine has. Its options are attributes, and so is what it knows of the training, such as
    `best` and `wait`."""
    _classes = {}

    def _create(self, class_name, arguments, defaults):
        Callback.__init__(self)
        arguments.update(arguments.pop("options"))
        del arguments["self"]
        self._options = dict(arguments)
        if class_name == "BackupAndRestore":  # a backup appears complete or not at all: one is enough
            arguments.pop("double_checkpoint")
        config = {name: str(value) if name in ("filepath", "filename", "backup_dir", "log_dir") else value
                  for name, value in arguments.items() if name not in defaults or value != defaults[name]}
        self._engine = _engine.make_callback(class_name, config)

    def set_model(self, model):
        super().set_model(model)
        self._attach()

    def set_params(self, params):
        super().set_params(params)
        self._attach()

    def _attach(self):
        if self.model is not None:
            params = self.params or {}
            self._engine.attach(self.model._engine, params.get("epochs", 1), params.get("steps"), params.get("verbose", 0))

    def _has(self, name):
        return getattr(type(self), name) is not getattr(_EnginesCallback, name) or name in self.__dict__

    def _for_engine(self):
        if any(self._has(name) for name in vars(Callback) if name.startswith("on_")):
            raise TypeError(f"[{type(self).__name__}] expected no hooks of one's own on top of the engine's; "
                            "write a second callback")
        return self._engine

    def __getattr__(self, name):
        if not name.startswith("_"):
            if name in self.__dict__.get("_options", ()):
                return self._options[name]
            if hasattr(self._engine, name):
                return getattr(self._engine, name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")


def _engines_hook(name):
    """A hook that a training loop of one's own calls; fit() goes by the engine."""
    def hook(self, *arguments, logs=None):
        takes = 1 if "batch" in name or "epoch" in name else 0
        if len(arguments) > takes:
            *arguments, logs = arguments
        if self.model is None:
            raise RuntimeError(f"[{type(self).__name__}] expected set_model(model) before {name}()")
        getattr(self._engine, name)(*arguments, {} if logs is None else logs)
    hook.__name__ = name
    return hook


for _name in [name for name in vars(Callback) if name.startswith("on_") and "on_batch" not in name]:
    setattr(_EnginesCallback, _name, _engines_hook(_name))


define(_EnginesCallback, globals(), {
    "EarlyStopping": "monitor='val_loss', min_delta=0, patience=0, verbose=0, mode='auto', baseline=None, "
                     "restore_best_weights=False, start_from_epoch=0",
    "ReduceLROnPlateau": "monitor='val_loss', factor=0.1, patience=10, verbose=0, mode='auto', min_delta=0.0001, "
                         "cooldown=0, min_lr=0.0",
    "ModelCheckpoint": "filepath, monitor='val_loss', verbose=0, save_best_only=False, save_weights_only=False, "
                       "mode='auto', save_freq='epoch', initial_value_threshold=None, keep_last=None",
    "BackupAndRestore": "backup_dir, save_freq='epoch', double_checkpoint=False, delete_checkpoint=True",
    "CSVLogger": "filename, separator=',', append=False",
    "SwapEMAWeights": "swap_on_epoch=False",
    "TensorBoard": "log_dir='logs', histogram_freq=0, write_graph=True, write_images=False, "
                   "write_steps_per_second=False, update_freq='epoch', profile_batch=0, embeddings_freq=0, "
                   "embeddings_metadata=None",
    "TerminateOnNaN": "",
    "ProgbarLogger": "",
})


class LearningRateScheduler(_EnginesCallback):
    """schedule(epoch, rate), or schedule(epoch), is the rate of that epoch."""

    def __init__(self, schedule, verbose=0):
        import inspect
        Callback.__init__(self)
        try:
            inspect.signature(schedule).bind(0, 0.1)
        except TypeError:
            of_epoch = schedule
            schedule = lambda epoch, rate: of_epoch(epoch)  # noqa: E731
        self._engine = _engine.learning_rate_scheduler(schedule, verbose)


class CallbackList(Callback):
    """Callbacks as one, for a training loop of one's own: each of its hooks calls that of all of them, with logs.

        callbacks = keras.callbacks.CallbackList([EarlyStopping("loss")], add_history=True, model=model, epochs=10)
        callbacks.on_train_begin()
        for epoch in range(10):
            callbacks.on_epoch_begin(epoch)
            ...
            callbacks.on_epoch_end(epoch, {"loss": loss})
            if model.stop_training:
                break
        callbacks.on_train_end()
    """

    def __init__(self, callbacks=None, add_history=False, add_progbar=False, model=None, **params):
        super().__init__()
        self.callbacks = list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks] if callbacks else []
        for kind, wanted in ((History, add_history), (ProgbarLogger, add_progbar)):
            if wanted and not any(isinstance(callback, kind) for callback in self.callbacks):
                self.callbacks.append(kind())
        if model is not None:
            self.set_model(model)
        self.set_params(params)

    def set_model(self, model):
        super().set_model(model)
        for callback in self.callbacks:
            callback.set_model(model)

    def set_params(self, params):
        super().set_params(params)
        for callback in self.callbacks if params else ():
            callback.set_params(params)


def _hook_of_all(name):
    def hook(self, *arguments, logs=None):
        takes = 1 if "batch" in name or "epoch" in name else 0
        if len(arguments) > takes:
            *arguments, logs = arguments
        logs = {} if logs is None else logs
        for callback in self.callbacks:
            getattr(callback, name)(*arguments, logs)
    hook.__name__ = name
    return hook


for _name in [name for name in vars(Callback) if name.startswith("on_")]:
    setattr(CallbackList, _name, _hook_of_all(_name))


def _with_history(callbacks):
    """(the callbacks, with a History among them if there is none; the History)"""
    if isinstance(callbacks, CallbackList):
        callbacks = callbacks.callbacks
    callbacks = list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks] if callbacks else []
    known = [callback for callback in callbacks if isinstance(callback, History)]
    if not known:
        callbacks.append(History())
        callbacks[-1]._is_added = True
    return callbacks, (known or callbacks)[-1]


def _for_engine(callbacks, model):
    callbacks = callbacks or []
    converted = []
    for callback in callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]:
        if not isinstance(callback, Callback):
            raise TypeError(f"[callbacks] expected objects of keras.callbacks.Callback, received {callback!r}")
        callback.set_model(model)
        converted.append(callback._for_engine())
    return converted


__getattr__ = missing(__name__)
