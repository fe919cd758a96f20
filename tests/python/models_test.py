"""Models in Python: built, trained, looked at, saved."""
import copy
import json
import pathlib
import pickle
import subprocess
import sys

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
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(3)])
    model.compile(**{"optimizer": "adam", "loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
                     "metrics": ["accuracy"], **compile_arguments})
    return model


def test_a_model_is_what_it_was_made_of():
    dense = keras.layers.Dense(3, name="last")
    model = keras.Sequential([keras.layers.Flatten(input_shape=(2, 2)), dense], name="mine")
    assert model.layers[1] is dense and model.get_layer("last") is dense and model.get_layer(index=1) is dense
    assert isinstance(model.layers[0], keras.layers.Flatten) and model.name == "mine"
    assert dense.units == 3 and dense.kernel.shape == (4, 3) and dense.bias.numpy().tolist() == [0, 0, 0]
    assert model.count_params() == 15 and [w.path for w in model.weights] == ["mine/last/kernel", "mine/last/bias"]
    assert model.input_shape == (None, 2, 2) and model.output_shape == (None, 3)
    model.pop()
    assert len(model.layers) == 1


def test_every_way_to_name_things_is_the_same():
    by_name = keras.layers.Dense(2, activation="relu", kernel_initializer="he_normal", kernel_regularizer="l2",
                                 kernel_constraint="non_neg")
    by_object = keras.layers.Dense(2, activation=keras.activations.relu, kernel_initializer=keras.initializers.HeNormal(),
                                   kernel_regularizer=keras.regularizers.L2(), kernel_constraint=keras.constraints.NonNeg)
    one, other = by_name.get_config(), by_object.get_config()
    one.pop("name"), other.pop("name")
    assert one == other
    histories = []
    for loss in ("sparse_categorical_crossentropy", keras.losses.SparseCategoricalCrossentropy,
                 keras.losses.SparseCategoricalCrossentropy(), keras.losses.sparse_categorical_crossentropy):
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
        model.compile(keras.optimizers.SGD, loss, metrics=["sparse_categorical_accuracy"])
        histories.append(model.fit(X, Y, verbose=0).history)
    assert all(history == histories[0] for history in histories)


@pytest.mark.parametrize("targets", [np.array([0, 1, 1]), np.eye(2, dtype="float32")[[0, 1, 1]]])
def test_crossentropy_is_chosen_by_shapes(tmp_path, targets):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("sgd", "crossentropy", metrics=["crossentropy"])
    x = np.arange(9, dtype="float32").reshape(3, 3) / 9
    loss, metric = model.evaluate(x, targets, verbose=0)
    expected = -np.log(model.predict(x, verbose=0)[range(3), [0, 1, 1]]).mean()
    assert loss == pytest.approx(expected, rel=1e-5) and metric == pytest.approx(expected, rel=1e-5)
    model.save(tmp_path / "m.keras")
    assert model.get_compile_config()["loss"] == "crossentropy"
    assert keras.models.load_model(tmp_path / "m.keras").evaluate(x, targets, verbose=0)[0] == pytest.approx(loss)


def test_layers_from_configs():
    layer = keras.layers.Dense(3, activation="gelu", name="d")
    again = keras.layers.Dense.from_config(layer.get_config())
    assert type(again) is keras.layers.Dense and again.get_config() == layer.get_config()
    model = classifier()
    copy = keras.models.model_from_json(model.to_json())
    assert type(copy) is keras.Sequential and json.loads(copy.to_json()) == json.loads(model.to_json())


# Before any test registers a layer of its own, and without those that tests have registered when they were read.
LAYERS = set(linnet._engine.registered_layers()) - {each.__name__ for each in keras.utils.get_custom_objects().values()}


def test_every_layer_of_the_engine_has_a_class():
    names = LAYERS - {"Sequential", "Functional", "Operation"}
    assert names and all(issubclass(getattr(keras.layers, name), keras.layers.Layer) for name in names)


def test_functional_model_with_names():
    a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
    hidden = keras.layers.concatenate([keras.layers.Dense(5, "relu")(a), b])
    model = keras.Model([a, b], [keras.layers.Dense(1, name="value")(hidden), keras.layers.Dense(3, name="kind")(hidden)])
    model.compile("sgd", loss={"value": "mse", "kind": keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
                  loss_weights={"value": 0.5, "kind": 2.0}, metrics={"value": ["mae"], "kind": "accuracy"})
    x, y = {"b": X[:, :2], "a": X}, {"kind": Y, "value": X[:, :1]}
    history = model.fit(x, y, validation_data=([X, X[:, :2]], [X[:, :1], Y]), verbose=0)
    assert sorted(history.history) == sorted(prefix + name for prefix in ("", "val_") for name in (
        "loss", "value_loss", "kind_loss", "value_mae", "kind_accuracy"))
    outputs = model.predict(x, verbose=0)
    assert [output.shape for output in outputs] == [(50, 1), (50, 3)]
    assert model.inputs[0].shape == (None, 4) and model.output_names == ["value", "kind"]
    assert [type(layer).__name__ for layer in model.layers].count("InputLayer") == 2


def test_operators_in_a_graph():
    a, b = keras.Input((4,)), keras.Input((4,))
    x, y = X[:5].astype("float32"), X[5:10].astype("float32")
    for function in (lambda a, b: a + b, lambda a, b: a - b * 2, lambda a, b: (1 - a) * b, lambda a, b: (3 + a - 0.5) / 4 - b):
        np.testing.assert_allclose(keras.Model([a, b], function(a, b))([x, y]).numpy(), function(x, y), rtol=1e-5, atol=1e-6)


def test_fit_arguments():
    model = classifier(weighted_metrics=["accuracy"])
    history = model.fit(X.tolist(), Y, batch_size=10, epochs=4, initial_epoch=1, validation_split=0.2, validation_freq=2,
                        class_weight={0: 2.0}, steps_per_epoch=3, validation_steps=1, shuffle=False, verbose=0)
    assert history.epoch == [1, 2, 3] and len(history.history["val_loss"]) == 2
    weights = np.where(Y == 0, 2.0, 1.0)
    one = classifier().fit(X, Y, class_weight={0: 2.0}, verbose=0).history
    assert one == classifier().fit(X, Y, sample_weight=weights, verbose=0).history
    assert one == classifier().fit(X.astype("float32"), Y.astype("uint8"), sample_weight=weights, verbose=0).history
    assert one != classifier().fit(X, Y, verbose=0).history
    assert all(isinstance(value, float) for values in one.values() for value in values)


def test_evaluate_and_predict():
    model = classifier()
    loss, accuracy = model.evaluate(X, Y, verbose=0)
    logs = model.evaluate(X, Y, verbose=0, return_dict=True)
    assert logs == {"accuracy": accuracy, "loss": loss}
    prediction = model.predict(X, verbose=0)
    assert isinstance(prediction, np.ndarray) and prediction.dtype == np.float32
    assert accuracy == pytest.approx((prediction.argmax(1) == Y).mean())
    np.testing.assert_array_equal(model(X.astype("float32")).numpy(), model.predict_on_batch(X.astype("float32")))
    np.testing.assert_allclose(prediction, model.predict(X, batch_size=7, verbose=0), rtol=1e-5, atol=1e-6)
    assert isinstance(classifier(metrics=None).evaluate(X, Y, verbose=0), float)
    assert set(model.train_on_batch(X, Y, return_dict=True)) == {"loss", "accuracy"}


@pytest.mark.parametrize("options, text", [
    ({"validation_freq": 0}, "validation_freq >= 1"), ({"validation_batch_size": 0}, "validation_batch_size >= 1"),
    ({"validation_steps": 0}, "validation_steps >= 1"), ({"verbose": 3}, "verbose 0, 1 or 2")])
def test_options_of_fit_that_make_no_sense(options, text):
    with pytest.raises(ValueError, match=text):
        classifier().fit(X, Y, validation_data=(X, Y), **{"verbose": 0, **options})
    assert "val_loss" not in classifier().fit(X, Y, validation_data=(X, Y), validation_freq=[], verbose=0).history


def test_no_steps_are_refused():
    with pytest.raises(ValueError, match="steps >= 1"):
        classifier().evaluate(X, Y, steps=0, verbose=0)
    with pytest.raises(ValueError, match="steps >= 1"):
        classifier().predict(X, steps=0, verbose=0)


def test_a_model_without_trainable_weights():
    model = classifier()
    for layer in model.layers:
        layer.trainable = False
    before = model.get_weights()
    with pytest.warns(UserWarning, match="no trainable weights"):
        assert len(model.fit(X, Y, epochs=2, verbose=0).history["loss"]) == 2
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights()))


def test_compiled_as_another():
    model = classifier()
    assert model.loss.name == "sparse_categorical_crossentropy" and not model.run_eagerly and not model.jit_compile
    assert keras.Sequential([keras.layers.Dense(1)]).get_compile_config() == {}
    other = keras.models.clone_model(model)
    other.compile_from_config(model.get_compile_config())
    other.set_weights(model.get_weights())
    keras.utils.set_random_seed(5)
    history = model.fit(X, Y, verbose=0).history
    keras.utils.set_random_seed(5)
    assert other.fit(X, Y, verbose=0).history == history and other.metrics_names == model.metrics_names


def test_built_may_be_set():
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(1)
            self.built = True

        def call(self, x):
            return self.dense(x)

    assert Net()(X).shape == (50, 1)


def test_functions_and_classes_of_ones_own():
    def squares(y_true, y_pred):
        return keras.ops.mean((y_pred - y_true) * (y_pred - y_true), axis=-1)

    class Squares(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return squares(y_true, y_pred)

    class Largest(keras.metrics.Metric):
        def __init__(self):
            super().__init__(name="largest")
            self.value = self.add_weight(name="value")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.value.assign(max(float(self.value), float(keras.ops.max(keras.ops.abs(y_pred - y_true)))))

        def result(self):
            return self.value

    histories = []
    for loss in ("mse", squares, Squares()):
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.layers.Dense(1)])
        model.compile("sgd", loss, metrics=[squares, Largest()])
        histories.append(model.fit(X, X[:, :1], epochs=2, verbose=0).history)
    for history in histories:
        np.testing.assert_allclose(history["loss"], histories[0]["loss"], rtol=1e-5)
        np.testing.assert_allclose(history["squares"], history["loss"], rtol=1e-5)
        assert history["largest"][0] > 0
    y_true, y_pred = np.ones((2, 2), "float32"), np.zeros((2, 2), "float32")
    assert float(Squares()(y_true, y_pred)) == 1 and float(Squares(reduction="sum")(y_true, y_pred)) == 2


def test_a_loop_of_ones_own():
    model = classifier()
    optimizer = keras.optimizers.Adam(0.01)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    values = []
    for _ in range(5):
        value = loss(Y, model(X.astype("float32"), training=True))
        gradients = linnet.gradients(value, model.trainable_weights)
        optimizer.apply_gradients(zip(gradients, model.trainable_weights))
        values.append(float(value))
    assert values[-1] < values[0] and optimizer.iterations == 5
    optimizer.learning_rate = 0.5
    assert optimizer.learning_rate == 0.5 and optimizer.get_config()["learning_rate"] == 0.5


def test_saving(tmp_path):
    model = classifier()
    model.fit(X, Y, verbose=0)
    path = tmp_path / "model.safetensors"
    model.save(path)
    loaded = keras.models.load_model(path)
    assert type(loaded) is keras.Sequential and loaded.optimizer.iterations == 2
    assert np.array_equal(loaded.predict(X, verbose=0), model.predict(X, verbose=0))
    assert loaded.fit(X, Y, verbose=0).history == model.fit(X, Y, verbose=0).history  # goes on as if it had never stopped
    with pytest.raises(FileExistsError):
        model.save(path, overwrite=False)
    model.save_weights(tmp_path / "weights.safetensors")
    other = classifier()
    other.load_weights(tmp_path / "weights.safetensors")
    assert np.array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))


class Twice(keras.layers.Layer):
    def build(self, input_shape):
        self.factor = self.add_weight(shape=(), initializer="ones", name="factor")

    def call(self, x):
        return x * self.factor * 2


class Net(keras.Model):
    def __init__(self, **options):
        super().__init__(**options)
        self.twice, self.dense = Twice(name="twice"), keras.layers.Dense(3, name="dense")

    def call(self, x):
        return self.dense(self.twice(x))

    def get_config(self):
        return {"name": self.name}


def functional():
    inputs = keras.Input((4,))
    return keras.Model(inputs, keras.layers.Dense(3)(Twice()(inputs)))


@pytest.mark.parametrize("copied", [lambda x: pickle.loads(pickle.dumps(x)), copy.deepcopy, copy.copy])
@pytest.mark.parametrize("make", [classifier, functional, Net])
def test_copies_of_models(make, copied):
    keras.utils.set_random_seed(4)
    model = make()
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    model.fit(X, Y, epochs=2, verbose=0)
    other = copied(model)
    assert type(other) is type(model) and other is not model
    np.testing.assert_array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))
    assert other.fit(X, Y, verbose=0).history == model.fit(X, Y, verbose=0).history  # the optimizer's state as well
    before = model.get_weights()
    other.fit(X, Y, verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights()))  # and shares nothing


def test_copies_of_parts():
    dense = keras.layers.Dense(3, "relu", name="d")
    dense.build((None, 4))
    for thing in (dense, keras.losses.Huber(delta=2.0), keras.optimizers.Adam(0.5), keras.regularizers.L2(0.1),
                  keras.metrics.Precision(thresholds=0.3), keras.initializers.HeNormal(seed=3)):
        other = pickle.loads(pickle.dumps(thing))
        assert type(other) is type(thing) and other.get_config() == thing.get_config()
    assert np.array_equal(pickle.loads(pickle.dumps(dense)).get_weights()[0], dense.get_weights()[0])
    tensor, variable = linnet.Tensor([[1.0, 2.0]], "bfloat16"), linnet.Variable([1, 2], name="v", trainable=False)
    other = copy.deepcopy(tensor)
    assert other.tolist() == tensor.tolist() and other.dtype == "bfloat16"
    other = copy.deepcopy(variable)
    assert other.numpy().tolist() == [1, 2] and (other.name, other.trainable, other.dtype) == ("v", False, "int32")


def test_cloned_models():
    model = classifier()
    other = keras.models.clone_model(model)
    assert [w.shape for w in other.weights] == [w.shape for w in model.weights] and not other.compiled
    assert not np.array_equal(other.get_weights()[0], model.get_weights()[0])


def test_features_of_a_layer():
    inputs = keras.Input((4,))
    hidden = keras.layers.Dense(5, "tanh", name="hidden")
    model = keras.Model(inputs, keras.layers.Dense(2)(hidden(inputs)))
    features = keras.Model(model.inputs, model.get_layer("hidden").output)
    x = X.astype("float32")
    np.testing.assert_array_equal(features.predict(x, verbose=0), hidden(x).numpy())
    assert hidden.output.shape == (None, 5) and hidden.input.shape == (None, 4)
    for stack in (classifier(), keras.models.model_from_json(classifier().to_json())):
        first = stack.layers[0]
        features = keras.Sequential([keras.Model(stack.input, first.output), keras.layers.Dense(1)])
        assert features.predict(x, verbose=0).shape == (50, 1)
        np.testing.assert_array_equal(keras.Model(stack.inputs, [first.output, stack.output])(x)[0].numpy(),
                                      first(x).numpy())
    own = functional()
    assert own.layers[1].output.shape == (None, 4)
    with pytest.raises(AttributeError, match="expected a layer that was called on an Input or is part of a built model"):
        keras.layers.Dense(3).output


def test_the_same_file_as_the_command_line_reads(tmp_path):
    command = pathlib.Path(linnet.__file__).parents[2] / "linnet"
    if not command.is_file():
        pytest.skip("the linnet command is not built")
    model = classifier()
    model.save(tmp_path / "model.safetensors")
    result = subprocess.run([command, "summary", tmp_path / "model.safetensors"], capture_output=True, text=True)
    assert result.returncode == 0 and "67 (268.00 B)" in result.stdout, result.stdout + result.stderr


def test_summary(capsys):
    model = classifier()
    model.summary()
    text = capsys.readouterr().out
    assert text.startswith('Model: "sequential"\n') and " Total params: 67 (268.00 B)" in text
    lines = []
    model.summary(print_fn=lines.append)
    assert "".join(lines) == text


def test_what_is_printed_goes_to_sys_stdout(capsys):
    classifier().fit(X, Y, epochs=2, verbose=2)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Epoch 1/2" and lines[1].startswith("2/2 - 0s - ") and " - accuracy: 0." in lines[3]
    classifier().fit(X, Y)
    assert "\x1b[1m2/2\x1b[0m" in capsys.readouterr().out


INTERRUPTED = """
import os, signal, threading
import numpy as np
from linnet import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
x = np.ones((1000, 3))
model.fit(x, x[:, :1], verbose=0)
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    if {what!r} == "fit":
        model.fit(x, x[:, :1], epochs=10**6, verbose=0)
    else:
        while True:
            model.evaluate(x, x[:, :1], batch_size=1, verbose=0)
except KeyboardInterrupt:
    print("interrupted", len(model.history.epoch) >= 0, model.predict(x, verbose=0).shape)
"""


@pytest.mark.parametrize("what", ["fit", "evaluate"])
def test_ctrl_c(what):
    result = subprocess.run([sys.executable, "-c", INTERRUPTED.format(what=what)], capture_output=True, text=True,
                            timeout=60)
    assert result.returncode == 0 and "interrupted True (1000, 1)" in result.stdout, result.stderr
    assert ("Stopped by Ctrl-C" in result.stdout) == (what == "fit")


def test_models_are_trained_in_several_threads():
    import threading
    histories = {}

    def train(number):
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "relu", name=f"a{number}"),
                                  keras.layers.Dense(3, name=f"b{number}")])
        model.set_weights([np.full(w.shape, 0.1, "float32") * np.arange(w.shape[-1]) for w in model.weights])
        model.compile(keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        histories[number] = model.fit(X, Y, epochs=30, shuffle=False, verbose=0).history["loss"]

    threads = [threading.Thread(target=train, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    train(4)  # alone
    assert len(histories) == 5 and all(history == histories[4] for history in histories.values())


def test_a_model_is_used_from_several_threads():
    from concurrent.futures import ThreadPoolExecutor
    model = classifier()
    expected = model.predict(X, verbose=0)
    with ThreadPoolExecutor(8) as pool:
        for received in pool.map(lambda _: model.predict(X, verbose=0), range(40)):
            np.testing.assert_array_equal(received, expected)


def test_other_threads_run_while_a_model_is_trained():
    import threading
    counted = []
    stop = threading.Event()

    def count():
        while not stop.is_set():
            counted.append(1)
            stop.wait(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    before = len(counted)
    classifier().fit(np.tile(X, (400, 1)), np.tile(Y, 400), batch_size=20, epochs=5, verbose=0)
    stop.set()
    thread.join()
    assert len(counted) > before + 3


def test_mnist():
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    assert x_train.shape == (60000, 28, 28) and y_test.shape == (10000,) and x_test.dtype == y_train.dtype == np.uint8
    assert np.bincount(y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    x_test[0] = 0  # is the program's own


def test_utils():
    assert keras.utils.to_categorical([0, 2]).tolist() == [[1, 0, 0], [0, 0, 1]]
    assert keras.utils.to_categorical(np.array([[1], [0]]), 2).tolist() == [[0, 1], [1, 0]]
    np.testing.assert_allclose(keras.utils.normalize([[3.0, 4.0]]), [[0.6, 0.8]])
    draws = []
    for _ in range(2):
        keras.utils.set_random_seed(5)
        draws.append((np.random.rand(), keras.initializers.GlorotUniform()((2, 2)).tolist()))
    assert draws[0] == draws[1]


FILES = pathlib.Path(__file__).parents[1] / "golden/keras/files"


def test_a_keras_archive_goes_on_or_waits_to_be_compiled():
    model = keras.models.load_model(FILES / "keras_mlp_001.keras")
    assert model.compiled and model.optimizer.iterations == 3
    model.fit(np.zeros((5, 6), "float32"), np.zeros((5, 3), "float32"), verbose=0)
    assert model.optimizer.iterations == 4
    assert not keras.models.load_model(FILES / "keras_mlp_001.keras", compile=False).compiled
    with pytest.raises(linnet.FileError, match="holds weights and no model"):
        keras.models.load_model(FILES / "weights_h5_mlp_001.weights.h5")


def test_weights_of_keras_go_by_the_order_of_the_layers():
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(5, "relu", name="a"), keras.layers.Dense(3, name="b")])
    model.load_weights(FILES / "weights_h5_mlp_001.weights.h5")
    other = keras.models.load_model(FILES / "keras_mlp_001.keras")
    other.load_weights(FILES / "weights_h5_mlp_001.weights.h5")
    for weight, same in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, same)
    with pytest.raises(linnet.FileError, match=r"\[load_weights\].*expected shape"):
        keras.Sequential([keras.Input((6,)), keras.layers.Dense(5), keras.layers.Dense(4)]).load_weights(
            FILES / "weights_h5_mlp_001.weights.h5")
