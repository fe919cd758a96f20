"""What Python lets go of is gone: tensors, layers, models, also after errors and with functions of one's own."""
import gc

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


@pytest.mark.parametrize("work", [sequential, functional, with_callbacks, with_an_exception, with_a_loss_of_ones_own,
                                  arrays])
def test_nothing_is_left(work):
    work()  # what happens once
    before, objects = live_bytes(), len(gc.get_objects())
    for _ in range(5):
        work()
    assert live_bytes() == before
    assert len(gc.get_objects()) <= objects + 20
