"""KerasTuner's API: what programs written for it ask for."""
import subprocess
import sys

import numpy as np
import pytest

from linnet import keras, keras_tuner

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(120, 3)).astype("float32")
Y = X.argmax(axis=1).astype("int32")


def build(hp):
    model = keras.Sequential([keras.layers.Dense(hp.Int("units", 4, 16, step=4), activation="relu"), keras.layers.Dense(3)])
    model.compile(keras.optimizers.Adam(hp.Float("learning_rate", 1e-3, 1e-1, sampling="log")),
                  keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


def search(tuner, **options):
    tuner.search(X, Y, epochs=2, validation_split=0.25, verbose=0, **options)
    return tuner


def tuner_in(folder, kind=keras_tuner.RandomSearch, **options):
    return kind(build, objective="val_accuracy", seed=1, directory=str(folder), project_name="p", **options)


def test_hyper_parameters_are_defined_by_run():
    hp = keras_tuner.HyperParameters()
    assert hp.Int("units", 32, 512, step=32) == 32
    assert hp.Choice("activation", ["relu", "tanh"]) == "relu"
    assert hp.Float("rate", 1e-4, 1e-2, sampling="log") == 1e-4
    assert hp.Boolean("drop") is False
    assert hp.Fixed("n", 3) == 3
    hp.values["units"] = 64
    assert hp.Int("units", 32, 512, step=32) == 64 and hp["units"] == hp.get("units") == 64
    assert "units" in hp and "other" not in hp
    assert keras_tuner.HyperParameters.from_config(hp.get_config()).values == hp.values


def test_conditional_ones():
    hp = keras_tuner.HyperParameters()
    hp.Choice("optimizer", ["adam", "sgd"])
    with hp.conditional_scope("optimizer", ["sgd"]):
        assert hp.Float("momentum", 0.0, 0.9) is None
    assert hp.Int("warm", 1, 5, parent_name="optimizer", parent_values=["adam"]) == 1
    with pytest.raises(ValueError, match="momentum is currently inactive"):
        hp.get("momentum")
    with pytest.raises(KeyError, match="nothing does not exist"):
        hp.get("nothing")
    with pytest.raises(ValueError, match='"optimiser" is not defined'):
        with hp.conditional_scope("optimiser", ["sgd"]):
            pass
    with hp.name_scope("head"):
        hp.Int("units", 1, 3)
    assert hp.get("head/units") == 1


@pytest.mark.parametrize("call, error, text", [
    (lambda hp: hp.Int("n", 5, 4), ValueError, "min_value 5 is greater than the max_value 4"),
    (lambda hp: hp.Int("n", 1.5, 4), ValueError, "min_value must be an int"),
    (lambda hp: hp.Float("x", 0, 1, sampling="log"), ValueError, "does not support negative values"),
    (lambda hp: hp.Choice("c", []), ValueError, "`values` must be provided"),
    (lambda hp: hp.Choice("c", [1, "a"]), TypeError, "can contain only one type of value"),
    (lambda hp: hp.Choice("c", [None]), TypeError, "can contain only `int`, `float`, `str`, or `bool`"),
    (lambda hp: hp.Choice("c", ["a"], default="b"), ValueError, "default value should be one of the choices"),
    (lambda hp: hp.Boolean("b", default="x"), ValueError, "must be a Python boolean"),
])
def test_errors(call, error, text):
    with pytest.raises(error, match=text):
        call(keras_tuner.HyperParameters())


def test_random_search_finds_and_keeps_the_best(tmp_path, capsys):
    tuner = search(tuner_in(tmp_path, max_trials=3))
    trials = tuner.oracle.get_best_trials(5)
    assert [trial.status for trial in trials] == ["COMPLETED"] * 3
    assert trials[0].score >= trials[1].score >= trials[2].score
    model = tuner.get_best_models()[0]
    score = model.evaluate(X[90:], Y[90:], verbose=0, return_dict=True)["accuracy"]
    assert score == pytest.approx(trials[0].score, abs=1e-6)
    assert tuner.get_best_hyperparameters()[0].get("units") == model.layers[0].units
    tuner.search_space_summary()
    tuner.results_summary(1)
    text = capsys.readouterr().out
    assert "Default search space size: 2\nunits (Int)\n{'default': None, 'conditions': [], 'min_value': 4" in text
    assert f"Results in {tmp_path}/p\nShowing 1 best trials\nObjective(name=\"val_accuracy\", direction=\"max\")\n" in text


def test_goes_on_with_the_same_results(tmp_path):
    whole = search(tuner_in(tmp_path / "whole", max_trials=4))

    class Stop(keras_tuner.RandomSearch):
        def on_trial_begin(self, trial):
            if trial.trial_id == "2":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search(tuner_in(tmp_path / "cut", Stop, max_trials=4))
    resumed = search(tuner_in(tmp_path / "cut", max_trials=4))
    results = lambda tuner: [(dict(t.hyperparameters.values), t.score) for t in tuner.oracle.trials.values()]
    assert results(resumed) == results(whole)


INTERRUPTED = """
import os, signal, sys, threading
import numpy as np
from linnet import keras, keras_tuner

x = np.zeros((100, 3), "float32")

def build(hp):
    model = keras.Sequential([keras.layers.Dense(hp.Int("units", 1, 9)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model

tuner = keras_tuner.RandomSearch(build, objective="loss", max_trials=3, seed=1, directory=sys.argv[1])
threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    tuner.search(x, x[:, :1], epochs=10**6, verbose=1)
except KeyboardInterrupt:
    print("interrupted", [trial.status for trial in tuner.oracle.trials.values()])
"""


def test_ctrl_c_ends_the_search_and_completes_no_trial(tmp_path):
    run = subprocess.run([sys.executable, "-c", INTERRUPTED, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert run.stdout.endswith("interrupted ['RUNNING']\n"), run.stdout[-300:]
    assert "Search stopped by Ctrl-C" in run.stdout


def test_grid_search(tmp_path):
    def choices(hp):
        hp.Choice("a", [1, 2])
        hp.Boolean("b")
        return build(hp)

    hp = keras_tuner.HyperParameters()
    hp.Choice("a", [1, 2])
    hp.Boolean("b")
    tuner = keras_tuner.GridSearch(choices, objective="val_loss", hyperparameters=hp, tune_new_entries=False,
                                   directory=str(tmp_path))
    search(tuner)
    assert [(t.hyperparameters["a"], t.hyperparameters["b"]) for t in tuner.oracle.trials.values()] == [
        (1, False), (1, True), (2, False), (2, True)]


def test_hyperband_goes_on_from_saved_weights(tmp_path):
    tuner = search(tuner_in(tmp_path, keras_tuner.Hyperband, max_epochs=3))
    trials = list(tuner.oracle.trials.values())
    epochs = [(t.hyperparameters.values["tuner/initial_epoch"], t.hyperparameters.values["tuner/epochs"]) for t in trials]
    assert epochs == [(0, 1)] * 3 + [(1, 3)] + [(0, 3)] * 2
    assert all(trial.status == "COMPLETED" for trial in trials)


def test_bayesian_optimization_of_a_function(tmp_path):
    class Bowl(keras_tuner.BayesianOptimization):
        def run_trial(self, trial):
            return (trial.hyperparameters.Float("x", -1.0, 1.0) - 0.3) ** 2

    tuner = Bowl(max_trials=12, num_initial_points=4, seed=2, directory=str(tmp_path))
    tuner.search()
    assert abs(tuner.get_best_hyperparameters()[0]["x"] - 0.3) < 0.1


def test_hyper_model_tunes_fit(tmp_path):
    sizes = []

    class Model(keras_tuner.HyperModel):
        def build(self, hp):
            return build(hp)

        def fit(self, hp, model, *args, **kwargs):
            sizes.append(hp.Choice("batch_size", [8, 16]))
            return model.fit(*args, batch_size=sizes[-1], **kwargs)

    tuner = keras_tuner.RandomSearch(Model(), objective=keras_tuner.Objective("val_loss", "min"), max_trials=4, seed=1,
                                     executions_per_trial=2, directory=str(tmp_path))
    search(tuner)
    assert set(sizes) == {8, 16} and len(sizes) == 8


def test_callbacks_begin_anew(tmp_path):
    class Count(keras.callbacks.Callback):
        epochs = 0

        def on_epoch_end(self, epoch, logs=None):
            self.epochs += 1
            assert self.epochs <= 2

    search(tuner_in(tmp_path, max_trials=2), callbacks=[Count(), keras.callbacks.EarlyStopping(patience=5)])


def test_failures(tmp_path):
    class Broken(keras_tuner.HyperModel):
        built = 0

        def build(self, hp):
            self.built += 1
            if self.built > 1:
                raise RuntimeError("no such model")
            return build(hp)

    tuner = keras_tuner.RandomSearch(Broken(), objective="val_loss", directory=str(tmp_path))
    with pytest.raises(ValueError, match="limit of 3"):
        search(tuner)
    assert "no such model" in tuner.oracle.trials["00"].message
    with pytest.raises(ValueError, match="expected the objective val_accuracy among the results"):
        tuner_in(tmp_path / "b").search(X, Y, verbose=0)
    with pytest.raises(ValueError, match="could not infer"):
        keras_tuner.RandomSearch(build, objective="val_happiness", directory=str(tmp_path / "c"))
    with pytest.raises(ValueError, match="was begun with class_name"):
        keras_tuner.GridSearch(build, objective="val_loss", directory=str(tmp_path))


def test_answers_to_keras_tuner_under_as_tensorflow():
    program = "import linnet.as_tensorflow, keras_tuner as kt; print(kt.RandomSearch.__module__)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "linnet.keras_tuner.tuners\n"
