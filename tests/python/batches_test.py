"""fit, evaluate and predict with generators, PyDatasets and other iterables of batches; several inputs and outputs."""
import itertools
import math
import re
import subprocess
import sys
import threading

import numpy as np
import pytest

import linnet
from linnet import keras

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(50, 4))
Y = (X @ RANDOM.normal(size=(4, 3))).argmax(1)


def classifier(**compile_arguments):
    keras.utils.set_random_seed(3)
    keras.utils.clear_session()
    model = keras.Sequential([keras.layers.Dense(8, "relu"), keras.layers.Dense(3)])
    model.compile(**{"optimizer": "adam", "loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
                     "metrics": ["accuracy"], **compile_arguments})
    return model


def batches(size=10, weights=None):
    for first in range(0, len(X), size):
        part = slice(first, first + size)
        yield (X[part], Y[part]) if weights is None else (X[part], Y[part], weights[part])


def for_ever(size=10):
    while True:
        yield from batches(size)


class Parts(keras.utils.PyDataset):
    def __init__(self, size=10, **options):
        super().__init__(**options)
        self.size = size
        self.calls = []

    def __len__(self):
        return math.ceil(len(X) / self.size)

    def __getitem__(self, index):
        self.calls.append(index)
        part = slice(index * self.size, (index + 1) * self.size)
        return X[part], Y[part]

    def on_epoch_begin(self):
        self.calls.append("begin")

    def on_epoch_end(self):
        self.calls.append("end")


class Iterable:
    """Only __iter__."""

    def __iter__(self):
        return batches()


def as_lists():  # as PyTorch's DataLoader gives them
    return [[x, y] for x, y in batches()]


def expected(epochs=3, **options):
    return classifier().fit(X, Y, epochs=epochs, batch_size=10, shuffle=False, verbose=0, **options).history


@pytest.mark.parametrize("data", [
    lambda: for_ever(), lambda: list(batches()), lambda: tuple(batches()), lambda: Parts(), lambda: Iterable(),
    lambda: Parts(workers=3, max_queue_size=2), lambda: itertools.cycle(batches())])
def test_the_same_training_as_with_arrays(data):
    history = classifier().fit(data(), epochs=3, steps_per_epoch=5, shuffle=False, verbose=0)
    assert history.history == expected()


@pytest.mark.parametrize("data", [lambda: list(batches()), lambda: Parts(), lambda: Iterable()])
def test_an_epoch_is_a_pass(data):
    assert classifier().fit(data(), epochs=3, shuffle=False, verbose=0).history == expected()


def test_weights_of_samples_and_classes():
    weights = np.where(Y == 0, 2.0, 1.0)
    one = classifier().fit(X, Y, batch_size=10, shuffle=False, verbose=0, sample_weight=weights).history
    assert one == classifier().fit(batches(weights=weights), verbose=0).history
    assert one == classifier().fit(Parts(), shuffle=False, verbose=0, class_weight={0: 2.0}).history
    with pytest.raises(ValueError, match="expected class_weight or batches with weights, received both"):
        classifier().fit(batches(weights=weights), verbose=0, class_weight={0: 2.0})


def test_validation_evaluate_and_predict():
    model = classifier()
    by_arrays = expected(validation_data=(X, Y), validation_batch_size=10)
    for validation in (list(batches()), Parts(), Iterable()):
        model = classifier()
        history = model.fit(Parts(), epochs=3, shuffle=False, verbose=0, validation_data=validation).history
        assert history == by_arrays
    endless = classifier().fit(X, Y, epochs=3, batch_size=10, shuffle=False, verbose=0, validation_data=for_ever(),
                               validation_steps=5)
    assert endless.history == by_arrays
    assert model.evaluate(batches(), verbose=0) == model.evaluate(X, Y, batch_size=10, verbose=0)
    assert model.evaluate(for_ever(), steps=2, verbose=0) == model.evaluate(X[:20], Y[:20], batch_size=10, verbose=0)
    for data in (batches(), Parts(), ((x,) for x, _ in batches()), (x for x, _ in batches())):
        np.testing.assert_array_equal(model.predict(data, verbose=0), model.predict(X, batch_size=10, verbose=0))
    np.testing.assert_array_equal(model.predict(for_ever(), steps=2, verbose=0),
                                  model.predict(X[:20], batch_size=10, verbose=0))


def test_a_generator_is_gone_through_once():
    generator = batches()
    with pytest.warns(UserWarning, match="training ends after epoch 1 of 3; a generator is gone through once"):
        history = classifier().fit(generator, epochs=3, verbose=0)
    assert history.epoch == [0]
    with pytest.raises(ValueError, match=r"\[fit\] expected batches, received none: the source or generator has ended"):
        classifier().fit(generator, verbose=0)
    with pytest.warns(UserWarning, match="the data ended after 2 of the 3 batches of epoch 2; steps_per_epoch"):
        history = classifier().fit(batches(), epochs=2, steps_per_epoch=3, verbose=0)
    assert history.epoch == [0, 1]
    with pytest.warns(UserWarning, match="the validation data have no more batches"):
        history = classifier().fit(X, Y, epochs=2, verbose=0, validation_data=batches())
    assert len(history.history["val_loss"]) == 1


def test_steps_of_an_epoch_go_on_where_the_last_stopped():
    seen = []

    def counting():
        for i, batch in enumerate(for_ever()):
            seen.append(i)
            yield batch

    classifier().fit(counting(), epochs=3, steps_per_epoch=2, verbose=0)
    assert seen == [0, 1, 2, 3, 4, 5]
    assert classifier().fit(for_ever(), epochs=2, steps_per_epoch=3, verbose=0).epoch == [0, 1]


def test_hooks_and_order_of_a_dataset():
    data = Parts()
    classifier().fit(data, epochs=2, shuffle=False, verbose=0)
    assert data.calls == [0, "begin", 1, 2, 3, 4, "end", "begin", 0, 1, 2, 3, 4, "end"]  # the first tells the shapes
    orders = []
    for _ in range(2):
        data = Parts()
        classifier().fit(data, epochs=2, verbose=0)
        numbers = [call for call in data.calls if call not in ("begin", "end")]
        assert sorted(numbers[:5]) == sorted(numbers[5:]) == [0, 1, 2, 3, 4] and numbers[:5] != numbers[5:]
        orders.append(numbers)
    assert orders[0] == orders[1]  # of the same seed


def test_a_dataset_without_end():
    class Endless(Parts):
        num_batches = None

        def __getitem__(self, index):
            return super().__getitem__(index % 5)

    assert classifier().fit(Endless(), epochs=3, steps_per_epoch=5, verbose=0).history == expected()


def test_threads_of_a_dataset_end():
    before = threading.active_count()
    classifier().fit(Parts(workers=4), epochs=2, verbose=0)
    with pytest.raises(ZeroDivisionError):
        class Broken(Parts):
            def __getitem__(self, index):
                return 1 / 0
        classifier().fit(Broken(workers=4), verbose=0)
    assert threading.active_count() == before


def test_unknown_length_on_the_progress_bar(capsys):
    classifier().fit(Iterable(), epochs=2)
    text = re.sub(r"\x1b\[\d*m", "", capsys.readouterr().out)
    first, second = text.split("Epoch 2/2\n")
    assert re.search(r"\r {6}1/Unknown 0s ", first) and re.search(r"\r5/5 ━{20} 0s .* - accuracy: 0\.\d+ - loss", first)
    assert "Unknown" not in second and "5/5 " in second
    classifier().fit(Parts())
    assert "Unknown" not in capsys.readouterr().out


def test_several_inputs_and_outputs():
    def model():
        keras.utils.set_random_seed(1)
        a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
        hidden = keras.layers.concatenate([keras.layers.Dense(5, "relu")(a), b])
        outputs = [keras.layers.Dense(1, name="value")(hidden), keras.layers.Dense(3, name="kind")(hidden)]
        made = keras.Model([a, b], outputs)
        made.compile("sgd", loss={"value": "mse", "kind": keras.losses.SparseCategoricalCrossentropy(from_logits=True)})
        return made

    x, y = {"b": X[:, :2], "a": X}, {"kind": Y, "value": X[:, :1]}

    def parts(by_name):
        for first in range(0, 50, 10):
            part = slice(first, first + 10)
            xs, ys = {k: v[part] for k, v in x.items()}, {k: v[part] for k, v in y.items()}
            yield (xs, ys) if by_name else ((xs["a"], xs["b"]), [ys["value"], ys["kind"]])

    histories = [model().fit(x, y, batch_size=10, shuffle=False, verbose=0).history,
                 model().fit([X, X[:, :2]], [X[:, :1], Y], batch_size=10, shuffle=False, verbose=0).history,
                 model().fit(parts(True), verbose=0).history, model().fit(parts(False), verbose=0).history]
    assert all(history == histories[0] for history in histories)
    one = model()
    by_name, by_place = one.predict_on_batch(x), one.predict_on_batch([X, X[:, :2]])
    assert all(np.array_equal(a, b) for a, b in zip(by_name, by_place)) and by_name[1].shape == (50, 3)
    assert one.test_on_batch(x, y) == one.test_on_batch([X, X[:, :2]], [X[:, :1], Y])
    with pytest.raises(ValueError, match='expected an input named "a" in the data'):
        model().fit([({"b": X[:, :2]}, y)])


@pytest.mark.parametrize("data, error, text", [
    (lambda: ((X, Y, Y, Y) for _ in "a"), ValueError,
     r"\[fit\] expected batches \(x,\), \(x, y\) or \(x, y, sample_weight\) from the generator, received a tuple of 4"),
    (lambda: iter(["text"]), ValueError, r"from the list_iterator, received str"),
    (lambda: (None for _ in "a"), ValueError, "from the generator, received NoneType"),
    (lambda: ((X[:5], Y[:4]) for _ in "a"), linnet.InvalidArgument,
     r"expected as many targets as samples \(5\), received shape \(4,\).*; in batch 1 of the generator"),
    (lambda: ((X[:0], Y[:0]) for _ in "a"), ValueError, "expected samples in every batch"),
    (lambda: iter([]), ValueError, "expected batches, received none"),
    (lambda: 3, TypeError, r"\[fit\] expected NumPy arrays, tensors, or a list or dict of them, received int"),
])
def test_what_is_not_a_batch(data, error, text):
    with pytest.raises(error, match=text):
        classifier().fit(data(), verbose=0)


def test_arguments_that_batches_do_not_go_with():
    with pytest.raises(ValueError, match="validation_split takes the end of data in memory"):
        classifier().fit(batches(), validation_split=0.2, verbose=0)
    with pytest.raises(ValueError, match="expected the weights inside the batches"):
        classifier().fit(batches(), sample_weight=np.ones(50), verbose=0)
    with pytest.raises(ValueError, match="expected the weights inside the batches"):
        classifier().evaluate(batches(), sample_weight=np.ones(50), verbose=0)
    with pytest.raises(ValueError, match=r"\[fit\] expected y=None, for the generator gives batches \(x, y\)"):
        classifier().fit(batches(), Y, verbose=0)
    with pytest.raises(ValueError, match="validation_data"):
        classifier().fit(X, Y, validation_data=X, verbose=0)


def test_an_error_of_the_generator_ends_the_training_and_leaves_the_model_usable():
    def fails():
        yield X[:10], Y[:10]
        yield X[:10], Y[:10]
        raise KeyError("my own")

    model = classifier()
    with pytest.raises(KeyError, match="my own"):
        model.fit(fails(), verbose=0)
    assert len(model.fit(X, Y, epochs=2, verbose=0).epoch) == 2


INTERRUPTED = """
import os, signal, time
import numpy as np
from linnet import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
x = np.ones((10, 3))

def batches():
    for i in range(10**9):
        if i == 50:
            os.kill(os.getpid(), signal.SIGINT)  # the signal arrives while Python, not the engine, is at work
            time.sleep({sleep})
        yield x, x[:, :1]

try:
    model.fit(batches(), steps_per_epoch=10**8, epochs=2, verbose=0)
except KeyboardInterrupt:
    print("interrupted", model.predict(x, verbose=0).shape)
"""


@pytest.mark.parametrize("sleep", [0, 60])
def test_ctrl_c_in_a_generator(sleep):
    result = subprocess.run([sys.executable, "-c", INTERRUPTED.format(sleep=sleep)], capture_output=True, text=True,
                            timeout=50)
    assert result.returncode == 0 and "interrupted (10, 1)" in result.stdout, result.stdout + result.stderr


def test_early_stopping_takes_no_batch_too_many():
    taken = []

    def counting():
        for batch in for_ever():
            taken.append(1)
            yield batch

    class Stops(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 2

    classifier().fit(counting(), steps_per_epoch=10, epochs=5, verbose=0, callbacks=[Stops()])
    assert len(taken) == 3


def test_a_backup_goes_on_in_the_middle_of_a_pass(tmp_path):
    class Fails(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 3:
                raise KeyError

    whole = classifier().fit(Parts(), epochs=2, shuffle=False, verbose=0).history
    backup = lambda: keras.callbacks.BackupAndRestore(tmp_path / "backup", save_freq=2)  # noqa: E731
    with pytest.raises(KeyError):
        classifier().fit(Parts(), epochs=2, shuffle=False, verbose=0, callbacks=[Fails(), backup()])
    resumed = classifier().fit(Parts(), epochs=2, shuffle=False, verbose=0,
                               callbacks=[keras.callbacks.Callback(), backup()]).history
    assert resumed == whole
