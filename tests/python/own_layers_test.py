"""Layers and models written in Python."""
import gc
import weakref

import numpy as np
import pytest

import linnet
from linnet import keras

X = np.linspace(-1, 1, 60, dtype="float32").reshape(20, 3)
Y = X @ np.array([[1.0], [2.0], [3.0]], "float32")


class Scale(keras.layers.Layer):
    def __init__(self, penalty=0.0, **options):
        super().__init__(**options)
        self.penalty = penalty

    def build(self, input_shape):
        self.factor = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="factor")

    def call(self, x, training=None):
        self.called_with = training
        if self.penalty:
            self.add_loss(self.penalty * keras.ops.sum(self.factor))
        return x * self.factor

    def get_config(self):
        return {**super().get_config(), "penalty": self.penalty}


class Network(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = [keras.layers.Dense(4, activation="tanh") for _ in range(2)]
        self.dropout = keras.layers.Dropout(0.5)
        self.scale = Scale(name="scaled")
        self.last = keras.layers.Dense(1)

    def call(self, x):
        for layer in self.hidden:
            x = layer(x)
        return self.last(self.scale(self.dropout(x)))


def test_a_layer():
    layer = Scale(name="mine")
    assert not layer.built and layer.weights == []
    y = layer(X)
    assert layer.built and np.array_equal(y.numpy(), X) and layer.name == "mine"
    assert [w.path for w in layer.weights] == ["mine/factor"] and layer.count_params() == 3
    (gradient,) = linnet.gradients(keras.ops.sum(layer(X)), layer.trainable_weights)
    np.testing.assert_allclose(gradient.numpy(), X.sum(0), atol=1e-5)
    assert layer.compute_output_shape((None, 3)) == (None, 3)
    assert layer.get_config() == {"name": "mine", "trainable": True, "dtype": "float32", "penalty": 0.0}


def test_build_runs_once_however_it_is_called():
    class Counts(Scale):
        builds = 0

        def build(self, input_shape):
            super().build(input_shape)
            self.builds += 1

    layer = Counts()
    layer.build((None, 3))
    layer(X), layer(X)
    assert layer.builds == 1 and len(layer.weights) == 1


def test_in_models():
    x = keras.Input((3,))
    scale = Scale()
    functional = keras.Model(x, keras.layers.Dense(1)(scale(x)))
    assert functional.layers[1] is scale
    sequential = keras.Sequential([Scale(), keras.layers.Dense(1)])
    for model in (functional, sequential):
        model.compile(keras.optimizers.SGD(0.1), "mse")
        losses = model.fit(X, Y, epochs=5, verbose=0).history["loss"]
        assert losses[-1] < losses[0]
    assert not np.allclose(scale.factor.numpy(), 1) and scale.called_with is True
    functional.predict(X, verbose=0)
    assert scale.called_with is False


def test_penalties():
    model = keras.Sequential([Scale(penalty=0.5), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    plain = np.mean((model(X).numpy() - Y) ** 2)
    assert model.evaluate(X, Y, batch_size=20, verbose=0) == pytest.approx(plain + 1.5, rel=1e-5)


def test_a_model():
    keras.utils.set_random_seed(1)
    model = Network()
    model.compile("adam", "mse", metrics=["mae"])
    history = model.fit(X, Y, epochs=3, validation_data=(X, Y), verbose=0).history
    assert history["loss"][-1] < history["loss"][0] and set(history) == {"loss", "mae", "val_loss", "val_mae"}
    assert len(model.layers) == 5 and len(model.weights) == 7
    assert model.predict(X, verbose=0).shape == (20, 1)
    # layers inside are called as the model is: dropout drops in training only
    assert np.array_equal(model(X).numpy(), model(X, training=False).numpy())
    assert not np.array_equal(model(X, training=True).numpy(), model(X).numpy())


def test_weights_of_a_model_can_be_saved(tmp_path):
    model, other = Network(), Network()
    model(X), other(X)
    model.save_weights(tmp_path / "weights.safetensors")
    with pytest.raises(linnet.FileError, match="it is of another model"):  # its layers have other names
        other.load_weights(tmp_path / "weights.safetensors")
    other.set_weights(model.get_weights())
    assert np.array_equal(model(X).numpy(), other(X).numpy())
    with pytest.raises(ValueError, match="expected config"):
        model.save(tmp_path / "model.safetensors")


def test_saving(tmp_path):
    @keras.saving.register_keras_serializable()
    class Doubled(Scale):
        def call(self, x):
            return 2 * super().call(x)

    x = keras.Input((3,))
    model = keras.Model(x, keras.layers.Dense(1)(Doubled(penalty=0.25)(Scale(name="own")(x))))
    model.compile("adam", "mse")
    model.fit(X, Y, verbose=0)
    path = tmp_path / "model.safetensors"
    model.save(path)
    loaded = keras.models.load_model(path, custom_objects={"Scale": Scale})
    assert [type(layer) for layer in loaded.layers[1:3]] == [Scale, Doubled] and loaded.layers[2].penalty == 0.25
    assert np.array_equal(loaded.predict(X, verbose=0), model.predict(X, verbose=0))
    assert loaded.fit(X, Y, verbose=0).history == model.fit(X, Y, verbose=0).history
    again = keras.models.model_from_json(model.to_json())
    assert [w.shape for w in again.weights] == [w.shape for w in model.weights]
    with pytest.raises(ValueError, match="a class name that Keras does not have, received Dense"):
        keras.models.load_model(path, custom_objects={"Dense": Scale})
    with pytest.raises(TypeError, match="that is written in Python, or a function"):
        keras.models.load_model(path, custom_objects={"loss": keras.losses.Loss})


def test_several_inputs_and_outputs():
    class Both(keras.layers.Layer):
        def call(self, a, b):
            return a + b, a - b

    class Sum(keras.layers.Layer):
        def call(self, xs):
            return xs[0] + xs[1]

        def compute_output_shape(self, shapes):
            return shapes[0]

    a, b = keras.Input((3,)), keras.Input((3,))
    plus, minus = Both()(a, b)
    model = keras.Model([a, b], Sum()([plus, minus]))
    assert plus.shape == minus.shape == (None, 3)
    np.testing.assert_allclose(model([X, X]).numpy(), 2 * X, rtol=1e-6)


def test_masks():
    class Counts(keras.layers.Layer):
        supports_masking = True

        def call(self, x, mask=None, *, training=False):
            self.seen = None if mask is None else mask.tolist()
            return x

    steps = np.array([[[1.0], [0.0]]], "float32")
    layer = Counts()
    y = layer(keras.layers.Masking()(steps))
    assert layer.seen == y.mask.tolist() == [[True, False]]
    layer(steps)
    assert layer.seen is None


def test_activations():
    def cube(x):
        return x * x * x

    def relu(x):
        return -x

    layers = [keras.layers.Dense(1, use_bias=False, kernel_initializer="ones", activation=f)
              for f in (cube, lambda x: x + 1, lambda x: x + 2, relu, keras.activations.relu, None)]
    x = np.array([[-2.0]], "float32")
    assert [float(layer(x)) for layer in layers] == [-8, -1, 0, 2, 0, -2]
    assert [layer.get_config()["activation"] for layer in layers] == ["cube", "<lambda>", "<lambda>_1", "relu_1", "relu",
                                                                      "linear"]
    assert float(keras.layers.Dense.from_config({**layers[0].get_config(), "name": "other"})(x)) == -8
    assert float(keras.layers.Activation(cube)(x)) == -8
    model = keras.Sequential([keras.layers.Dense(3, activation=cube), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    losses = model.fit(X, Y, epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_errors():
    class Forgets(keras.layers.Layer):
        def __init__(self):
            self.dense = keras.layers.Dense(1)

        def call(self, x):
            return x

    with pytest.raises(RuntimeError, match=r"expected super\(\).__init__\(\) before the attribute dense"):
        Forgets()
    with pytest.raises(NotImplementedError, match=r"expected call\(\) to be overridden"):
        keras.layers.Layer()(X)

    with pytest.raises(ValueError, match="does not support the option 'unit'"):
        Scale(unit=3)
    with pytest.raises(TypeError, match="expected inputs and outputs, or a class of one's own"):
        keras.Model()

    class Fails(keras.layers.Layer):
        def call(self, x):
            raise KeyError("inside")

    with pytest.raises(KeyError, match="inside"):
        Fails()(X)
    with pytest.raises(ValueError, match=r"expected shapes that broadcast together, received \(20, 3\) and \(4,\)"):
        layer = Scale()
        layer.build((None, 4))
        layer(X)


def test_they_are_let_go():
    def work():
        model = Network()
        model.compile("adam", "mse")
        model.fit(X, Y, verbose=0)
        x = keras.Input((3,))
        keras.Model(x, Scale()(x)).predict(X, verbose=0)
        layer = Scale()
        layer(X)
        return weakref.ref(model), weakref.ref(layer), weakref.ref(model.scale)

    def collect():
        for _ in range(4):
            gc.collect()

    work()
    collect()
    before = linnet.memory_statistics()["live_bytes"]
    references = [work() for _ in range(3)]
    collect()
    assert all(reference() is None for each in references for reference in each)
    assert linnet.memory_statistics()["live_bytes"] == before
    kept = keras.Sequential([Scale(), keras.layers.Dense(1)])  # held by the engine's model alone
    collect()
    assert type(kept.layers[0]) is Scale and kept(X).shape == (20, 1)
