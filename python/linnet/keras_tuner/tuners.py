"""The tuners: the search is the engine's, the training of each trial is here."""
import copy
import gc
import os
import time
import traceback

from .. import _engine
from .. import keras
from .errors import FailedTrialError, FatalError, FatalTypeError
from .hyper_model import get_hypermodel
from .hyper_parameters import HyperParameters
from .objective import create_objective
from .results import metrics_of


class Trial:
    """One point of the search space: `trial_id`, `hyperparameters`, and what came of it: `status`, `score`, `metrics`."""

    def __init__(self, engine_object):
        self._engine = engine_object
        self.hyperparameters = HyperParameters._wrap(engine_object.hyperparameters)

    trial_id = property(lambda self: self._engine.trial_id)
    status = property(lambda self: self._engine.status)
    score = property(lambda self: self._engine.score)
    best_step = property(lambda self: self._engine.best_step)
    metrics = property(lambda self: self._engine.metrics)
    message = property(lambda self: self._engine.message or None)

    def summary(self):
        print(self._engine.summary_text(), end="")


class _Oracle:
    """The state of the search, as KerasTuner's users look at it."""

    def __init__(self, engine_object, objective):
        self._engine = engine_object
        self.objective = objective

    @property
    def trials(self):
        return {trial.trial_id: Trial(trial) for trial in self._engine.trials()}

    def get_trial(self, trial_id):
        return Trial(self._engine.get_trial(trial_id))

    def get_best_trials(self, num_trials=1):
        return [Trial(trial) for trial in self._engine.get_best_trials(num_trials)]

    def get_space(self):
        return HyperParameters._wrap(self._engine.get_space())

    def remaining_trials(self):
        return self._engine.remaining_trials()


class _SaveBestEpoch(keras.callbacks.Callback):
    """Keeps the weights of the best epoch of all executions."""

    def __init__(self, objective, path):
        super().__init__()
        self.objective, self.path, self.best = objective, path, None

    def on_epoch_end(self, epoch, logs=None):
        if self.objective.has_value(logs):
            value = self.objective.get_value(logs)
            if value != value or self.best is not None and not self.objective.better_than(value, self.best):
                return
            self.best = value
        self.model.save_weights(self.path)


class Tuner:
    """What all tuners share. A tuner of one's own may override run_trial(trial, …) and return a number."""
    _search = "RandomSearch"
    _default_max_trials = 10

    def __init__(self, hypermodel=None, objective=None, max_trials=None, seed=None, hyperparameters=None,
                 tune_new_entries=True, allow_new_entries=True, max_retries_per_trial=0, max_consecutive_failed_trials=3,
                 *, max_model_size=None, optimizer=None, loss=None, metrics=None, distribution_strategy=None,
                 directory=None, project_name=None, logger=None, tuner_id=None, overwrite=False, executions_per_trial=1,
                 _own=None):
        who = type(self).__name__
        for name, value in ("distribution_strategy", distribution_strategy), ("logger", logger):
            if value is not None:
                raise ValueError(f"[{who}] expected {name}=None: Linnet has none")
        if hypermodel is None and type(self).run_trial is Tuner.run_trial:
            raise ValueError(f"[{who}] received `hypermodel=None`. We only allow not specifying `hypermodel` if the user "
                             "defines the search space in `Tuner.run_trial()` by subclassing a `Tuner` class")
        if executions_per_trial < 1:
            raise ValueError(f"[{who}] expected executions_per_trial > 0, received {executions_per_trial}")
        self.hypermodel = get_hypermodel(hypermodel)
        self.seed, self.max_model_size, self.executions_per_trial = seed, max_model_size, executions_per_trial
        self.optimizer, self.loss, self.metrics = optimizer, loss, metrics
        self.directory, self.project_name = str(directory or "."), project_name or "untitled_project"
        objective = create_objective(objective)
        options = {"objective": objective.name, "direction": objective.direction, "directory": self.directory,
                   "project_name": self.project_name, "seed": seed, "overwrite": bool(overwrite),
                   "max_trials": max_trials if max_trials is not None else self._default_max_trials,
                   "tune_new_entries": tune_new_entries, "allow_new_entries": allow_new_entries,
                   "max_retries_per_trial": max_retries_per_trial,
                   "max_consecutive_failed_trials": max_consecutive_failed_trials}
        self.oracle = _Oracle(_engine.Oracle(self._search, _own or {}, options,
                                             None if hyperparameters is None else hyperparameters._engine), objective)
        self._explore_space()

    # ---- the search
    def _explore_space(self):
        """Builds the model once, and once for each conditional scope that was not entered."""
        if self.hypermodel is None:
            return
        hp = self.oracle.get_space()
        try:
            self.hypermodel.declare_hyperparameters(hp)
        except NotImplementedError:
            tour = _engine.SpaceTour(hp._engine)
            self._build(hp)
            while tour.next():
                self._build(hp)
        self.oracle._engine.update_space(hp._engine)

    def search(self, *fit_args, **fit_kwargs):
        """Tries one trial after the other; the arguments are those of fit. Ctrl-C raises KeyboardInterrupt; the trial that
        it ended has no result and is run again when the search goes on."""
        verbose = fit_kwargs.get("verbose", "auto")
        display = _engine.SearchDisplay(self.oracle._engine, 1 if verbose == "auto" else int(verbose))
        while True:
            trial = Trial(self.oracle._engine.create_trial())
            if trial.status == "STOPPED":
                return
            if trial.status == "IDLE":
                time.sleep(0.2)
                continue
            display.trial_begins(trial._engine)
            try:
                self._run_and_end(trial, fit_args, fit_kwargs)
            except KeyboardInterrupt:
                display.interrupted()
                raise
            display.trial_ended(trial._engine)
            self.on_trial_end(trial)

    def on_trial_begin(self, trial):
        """Called before a trial."""

    def on_trial_end(self, trial):
        """Called after a trial."""

    def _run_and_end(self, trial, fit_args, fit_kwargs):
        start, engine = time.monotonic(), trial._engine
        try:
            self.on_trial_begin(trial)
            results = self.run_trial(trial, *fit_args, **fit_kwargs)
            engine.status = "COMPLETED"
        except FailedTrialError:
            engine.status, engine.message = "FAILED", traceback.format_exc()
        except (FatalError, OSError, KeyboardInterrupt):  # of the search, not of the trial, which is run again
            self.oracle._engine.release(engine)
            raise
        except Exception:
            engine.status, engine.message = "INVALID", traceback.format_exc()
        if engine.status == "COMPLETED":
            try:
                engine.metrics, engine.best_step = metrics_of(results, self.oracle.objective, "run_trial")
            except (TypeError, ValueError):
                self.oracle._engine.release(engine)
                raise
        engine.seconds = time.monotonic() - start
        engine.hyperparameters = trial.hyperparameters._engine
        trial._engine = self.oracle._engine.end_trial(engine)

    def run_trial(self, trial, *args, **kwargs):
        """Builds and trains the trial's model; returns what fit did, once for each execution."""
        saver = _SaveBestEpoch(self.oracle.objective, self._checkpoint(trial))
        callbacks = kwargs.pop("callbacks", None) or []
        histories = []
        for execution in range(self.executions_per_trial):
            keras.utils.set_random_seed(self.oracle._engine.training_seed(trial._engine, execution))
            model = self._build(trial.hyperparameters)
            self._prepare(trial, model, args, kwargs)
            histories.append(self.hypermodel.fit(trial.hyperparameters, model, *args,
                                                 callbacks=[_copied(each) for each in callbacks] + [saver], **kwargs))
            trial._engine.input_shapes = [tuple(x.shape) for x in model.inputs]
        return histories

    def _prepare(self, trial, model, args, kwargs):
        """What Hyperband does before fit."""

    # ---- models
    def _build(self, hp):
        keras.utils.clear_session()
        gc.collect()
        model = self.hypermodel.build(hp)
        if not isinstance(model, keras.Model):
            raise FatalTypeError("Expected the model-building function, or HyperModel.build(), to return a valid Keras "
                                  f"Model instance. Received: {model} of type {type(model)}.")
        if self.optimizer or self.loss or self.metrics:
            model.compile(self.optimizer or model.optimizer, self.loss, metrics=self.metrics)
        if self.max_model_size and model.inputs and model.count_params() > self.max_model_size:
            raise FailedTrialError(f"Oversized model: {model.count_params()} parameters -- skipping.")
        return model

    def _checkpoint(self, trial):
        return self.oracle._engine.checkpoint(trial._engine)

    def load_model(self, trial):
        """The trial's model with the weights of its best epoch."""
        model = self._build(trial.hyperparameters)
        if not model.built:
            shapes = trial._engine.input_shapes
            model.build(shapes[0] if len(shapes) == 1 else shapes)
        model.load_weights(self._checkpoint(trial))
        return model

    def get_best_models(self, num_models=1):
        return [self.load_model(trial) for trial in self.oracle.get_best_trials(num_models)]

    def get_best_hyperparameters(self, num_trials=1):
        return [trial.hyperparameters for trial in self.oracle.get_best_trials(num_trials)]

    # ---- looking at it
    def results_summary(self, num_trials=10):
        print(self.oracle._engine.results_summary_text(num_trials), end="")

    def search_space_summary(self, extended=False):
        print(_engine.search_space_summary_text(self.oracle._engine.get_space()), end="")

    remaining_trials = property(lambda self: self.oracle.remaining_trials())
    project_dir = property(lambda self: os.path.join(self.directory, self.project_name))


def _copied(callback):
    """Callbacks begin anew in each trial. The engine's do so by themselves."""
    if hasattr(callback, "_engine"):
        return callback
    try:
        return copy.deepcopy(callback)
    except Exception as error:
        raise ValueError("[keras_tuner] all callbacks used during a search should be deep-copyable (since they are "
                         f"reused across trials); it is not possible to do `copy.deepcopy({callback!r})`") from error


class RandomSearch(Tuner):
    """Every trial at random."""

    def __init__(self, hypermodel=None, objective=None, max_trials=10, seed=None, **options):
        super().__init__(hypermodel, objective, max_trials, seed, **options)


class GridSearch(Tuner):
    """All combinations; ranges without a step have ten values."""
    _search = "GridSearch"
    _default_max_trials = None


class Hyperband(Tuner):
    """Many short trainings, of which the best go on."""
    _search = "Hyperband"
    _default_max_trials = None

    def __init__(self, hypermodel=None, objective=None, max_epochs=100, factor=3, hyperband_iterations=1, seed=None,
                 **options):
        super().__init__(hypermodel, objective, None, seed, **options, _own={
            "max_epochs": max_epochs, "factor": factor, "hyperband_iterations": hyperband_iterations})

    def run_trial(self, trial, *args, **kwargs):
        values = trial.hyperparameters.values
        if "tuner/epochs" in values:
            kwargs.update(epochs=values["tuner/epochs"], initial_epoch=values["tuner/initial_epoch"])
        return super().run_trial(trial, *args, **kwargs)

    def _prepare(self, trial, model, args, kwargs):
        values = trial.hyperparameters.values
        if "tuner/trial_id" not in values:
            return
        earlier = self.oracle.get_trial(values["tuner/trial_id"])
        if not model.built:
            shapes = earlier._engine.input_shapes
            model.build(shapes[0] if len(shapes) == 1 else shapes)
        model.load_weights(self._checkpoint(earlier))


class BayesianOptimization(Tuner):
    """A Gaussian process tells from the trials so far where to look."""
    _search = "BayesianOptimization"

    def __init__(self, hypermodel=None, objective=None, max_trials=10, num_initial_points=None, alpha=1e-4, beta=2.6,
                 seed=None, **options):
        super().__init__(hypermodel, objective, max_trials, seed, **options, _own={
            "num_initial_points": num_initial_points, "alpha": alpha, "beta": beta})
