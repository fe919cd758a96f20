"""KerasTuner's API: the search for hyper-parameters.

    from linnet import keras, keras_tuner

    def build(hp):
        model = keras.Sequential([keras.layers.Flatten(),
                                  keras.layers.Dense(hp.Int("units", 32, 512, step=32), activation="relu"),
                                  keras.layers.Dense(10)])
        model.compile(keras.optimizers.Adam(hp.Float("learning_rate", 1e-4, 1e-2, sampling="log")),
                      keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
        return model

    tuner = keras_tuner.RandomSearch(build, objective="val_accuracy", max_trials=10, directory="runs", project_name="digits")
    tuner.search(x_train, y_train, epochs=5, validation_split=0.2)
    best = tuner.get_best_models()[0]

A search that was cut short goes on when the same program is run again, and several may share one directory.
"""
from .._objects import missing
from .errors import FailedTrialError, FatalError, FatalRuntimeError, FatalTypeError, FatalValueError
from .hyper_model import HyperModel
from .hyper_parameters import HyperParameters
from .objective import Objective
from .tuners import BayesianOptimization, GridSearch, Hyperband, RandomSearch, Tuner

__getattr__ = missing(__name__)
