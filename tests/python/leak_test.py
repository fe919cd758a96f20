"""What Python lets go of is gone: tensors, layers, models, also after errors and with functions of one's own."""
import copy
import gc
import weakref

import numpy as np
import pytest

import linnet
from linnet import keras

X = np.ones((64, 8), "float32")


def live_bytes():
    for _ in range(3):  # what the collector frees may let go of more
        gc.collect()
    return linnet.memory_statistics()["live_bytes"]


def train(model):
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(X, X[:, :1], epochs=2, validation_split=0.5, verbose=0)
    model.evaluate(X, X[:, :1], verbose=0)
    return model.predict(X, verbose=0)


def sequential():
    train(keras.Sequential([keras.layers.Dense(64, "relu", input_shape=(8,)), keras.layers.Dropout(0.5),
                            keras.layers.Dense(1)]))


def functional():
    x = keras.Input((8,))
    y = keras.layers.add([keras.layers.Dense(8)(x), x])
    train(keras.Model(x, keras.layers.Dense(1)(y)))


def with_callbacks():
    class Mine(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.last = (self.model, logs)

    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, X[:, :1], verbose=0, callbacks=[Mine(), keras.callbacks.EarlyStopping("loss", restore_best_weights=True)])


def with_an_exception():
    class Fails(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise KeyError

    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(KeyError):
        model.fit(X, X[:, :1], verbose=0, callbacks=[Fails()])
    with pytest.raises(ValueError):
        model.fit(X, X[:3, :1], verbose=0)


def with_a_loss_of_ones_own():
    class Mine(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)

    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", Mine(), metrics=[lambda y_true, y_pred: keras.ops.abs(y_true - y_pred)])
    model.fit(X, X[:, :1], verbose=0)


def arrays():
    tensor = linnet.Tensor(np.zeros(1000))
    array = (tensor + 1).numpy()
    assert np.asarray(linnet.Tensor(array) * 2)[0] == 2
    x = linnet.Tensor(np.ones(3))
    x.requires_grad = True
    linnet.gradients(keras.ops.sum(x * x), [x])


def with_a_generator():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(((X, X[:, :1]) for _ in range(5)), verbose=0, validation_data=[(X, X[:, :1])])
    with pytest.raises(ZeroDivisionError):
        model.fit(((X, X[:, :1] / (1 // 0)) for _ in range(5)), verbose=0)


def with_steps_of_ones_own():
    class Mine(keras.Model):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            self.mean = keras.metrics.Mean(name="mean")

        def train_step(self, data):
            x, y = data
            with linnet.GradientTape() as tape:
                loss = self.compute_loss(y=y, y_pred=self(x, training=True))
            weights = self.trainable_weights
            self.optimizer.apply(tape.gradient(loss, weights), weights)
            self.mean.update_state(loss)
            return {"loss": loss}

    x = keras.Input((8,))
    train(Mine(x, keras.layers.Dense(1)(x)))


def features_and_copies():
    x = keras.Input((8,))
    hidden = keras.layers.Dense(4)
    model = keras.Model(x, keras.layers.Dense(1)(hidden(x)))
    keras.Model(model.inputs, model.layers[1].output).predict(X, verbose=0)
    copy.deepcopy(model).predict(X, verbose=0)


WORK = [sequential, functional, with_callbacks, with_an_exception, with_a_loss_of_ones_own, arrays, with_a_generator,
        with_steps_of_ones_own, features_and_copies]


@pytest.mark.parametrize("work", WORK)
def test_nothing_is_left(work):
    work()  # what happens once
    before, objects = live_bytes(), len(gc.get_objects())
    for _ in range(5):
        work()
    assert live_bytes() == before
    assert len(gc.get_objects()) <= objects + 20


def test_trained_models_do_not_wait_for_the_collector():
    def work():
        model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(8)])
        model.compile("adam", "mse", metrics=["mae"])
        history = model.fit(X, X, verbose=0)
        assert history.model is model and model.history is history
        model.predict(X, verbose=0)
        return weakref.ref(model), history

    gc.disable()
    try:
        model, history = work()
        assert model() is None and history.model is None and set(history.history) == {"loss", "mae"}
    finally:
        gc.enable()


def resident_kilobytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4


def test_memory_of_the_process_after_a_thousand_times():
    model = keras.Sequential([keras.layers.Dense(16, "relu", input_shape=(8,)), keras.layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])

    def once():
        model.fit(((X, X[:, :1]) for _ in range(2)), verbose=0, callbacks=[keras.callbacks.Callback()])
        model.predict(X, verbose=0)
        made = keras.Sequential([keras.layers.Dense(8, input_shape=(8,))])
        made.compile("sgd", "mse")
        made.train_on_batch(X, X)
        linnet.Tensor(np.ones((100, 100), "float32")).numpy()

    for _ in range(200):  # what grows once: the cache of memory, Python's own tables
        once()
    before, resident, objects = live_bytes(), resident_kilobytes(), len(gc.get_objects())
    for _ in range(1000):
        once()
    assert live_bytes() == before
    assert len(gc.get_objects()) <= objects + 20
    assert resident_kilobytes() - resident < 2000
