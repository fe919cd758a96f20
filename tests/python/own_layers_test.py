"""Layers and models written in Python."""
import copy
import gc
import pickle
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
    assert other.weights[0].path != model.weights[0].path  # automatic names count on
    other.load_weights(tmp_path / "weights.safetensors")
    assert np.array_equal(model(X).numpy(), other(X).numpy())
    model.save(tmp_path / "model.safetensors")  # its constructor has no arguments that could be lost
    known = {"Network": Network, "Scale": Scale}
    again = keras.models.load_model(tmp_path / "model.safetensors", custom_objects=known)
    assert np.array_equal(model(X).numpy(), again(X).numpy())
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]


class Linear(keras.layers.Layer):
    """The first layer of Keras's guide: no get_config(), weights without names."""

    def __init__(self, units=32, input_dim=32):
        super().__init__()
        self.w = self.add_weight(shape=(input_dim, units), initializer="random_normal", trainable=True)
        self.b = self.add_weight(shape=(units,), initializer="zeros", trainable=True)
        self.scale = keras.Variable(np.ones((), "float32"))

    def call(self, inputs):
        return (keras.ops.matmul(inputs, self.w) + self.b) * self.scale


def test_weights_without_names_and_configs_without_get_config(tmp_path):
    class Network(keras.Model):
        def __init__(self, hidden, sizes=(1,), **options):
            super().__init__(**options)
            self.hidden = [Linear(hidden, 3), keras.layers.Dense(hidden)]
            self.last = Linear(sizes[0], hidden)

        def call(self, x):
            for layer in self.hidden:
                x = layer(x)
            return self.last(x)

    path = tmp_path / "model.safetensors"
    for model in (keras.Sequential([Linear(4, 3), Linear(1, input_dim=4)]), Network(5, name="mine")):
        model.compile("adam", "mse")
        model.fit(X, Y, verbose=0)
        model.save(path)
        again = keras.models.load_model(path, custom_objects={"Linear": Linear, "Network": Network})
        assert again.name == model.name and np.array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))
        assert again.fit(X, Y, verbose=0).history == model.fit(X, Y, verbose=0).history
    assert [w.name for w in Linear().weights] == ["variable", "variable_1", "variable_2"]
    assert model.get_config() == {"hidden": 5, "sizes": (1,), "name": "mine", "trainable": True, "dtype": "float32"}
    layer = Linear.from_config({"units": 2, "input_dim": 1, "name": "given", "trainable": False, "dtype": "float64"})
    assert (layer.name, layer.trainable, layer.dtype, layer.w.shape) == ("given", False, "float64", (1, 2))
    with pytest.raises(TypeError, match=r"\[Linear\] expected a constructor that takes what get_config\(\) gives: it does "
                                        "not take rate"):
        Linear.from_config({"rate": 1})


def test_arguments_that_no_config_keeps(tmp_path):
    class Applies(keras.layers.Layer):
        def __init__(self, function, **options):
            super().__init__(**options)
            self.function = function

        def call(self, x):
            return self.function(x)

    model = keras.Sequential([Applies(lambda x: 2 * x, name="doubles")])
    model(X)
    with pytest.raises(NotImplementedError, match=r'\[Applies "doubles"\] expected get_config\(\)'):
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


class Growing(keras.Model):
    """Layers in containers that are filled later."""

    def __init__(self):
        super().__init__()
        self.blocks, self.named, self.nested, self.any = [], {}, [[], {"more": []}], set()
        for _ in range(2):
            self.blocks.append(keras.layers.Dense(4))
        self.blocks += [keras.layers.Dense(4)]
        self.blocks.extend(keras.layers.Dense(4) for _ in range(2))
        self.blocks.insert(0, keras.layers.Dense(4))
        self.blocks[1:2] = [keras.layers.Dense(4), keras.layers.Dense(4)]
        self.named["a"] = keras.layers.Dense(4)
        self.named.update(b=keras.layers.Dense(4))
        self.named.setdefault("c", keras.layers.Dense(4)), self.named.setdefault("c", keras.layers.Dense(4))
        self.nested[0].append(keras.layers.Dense(4))
        self.nested[1]["more"].append((keras.layers.Dense(4), 3))
        self.any.add(keras.layers.Dense(4))
        self.numbers = [1, 2]

    def call(self, x):
        for layer in [*self.blocks, *self.named.values(), self.nested[0][0], self.nested[1]["more"][0][0], *self.any]:
            x = layer(x)
        return x


def test_layers_in_containers_that_are_filled_later():
    model = Growing()
    model(X)
    assert len(model.weights) == 2 * (7 + 3 + 1 + 1 + 1)
    before = model.get_weights()
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(X, np.ones((len(X), 4)), verbose=0)
    changed = [not np.array_equal(a, b) for a, b in zip(before, model.get_weights())]
    assert all(changed[1::2])  # each bias
    assert model.numbers == [1, 2] and isinstance(model.blocks, list) and isinstance(model.named, dict)
    assert copy.deepcopy(model.numbers) == pickle.loads(pickle.dumps(model.numbers)) == [1, 2]
    model.blocks = [*model.blocks]
    assert len(model.weights) == 2 * 13


def test_a_container_does_not_keep_its_layer():
    model = Growing()
    alive, blocks = weakref.ref(model), model.blocks
    del model
    gc.collect()
    assert alive() is None
    blocks.append(keras.layers.Dense(1))


def test_asking_for_shapes_leaves_variables_alone():
    class Counting(keras.layers.Layer):
        def build(self, shape):
            self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False, name="calls")

        def call(self, x):
            self.calls.assign(self.calls + 1)
            return x[:, :2]

    counting = Counting()
    x = keras.Input((3,))
    model = keras.Model(x, counting(x))
    assert model.output_shape == (None, 2) and float(counting.calls.numpy()) == 0
    model(X)
    assert float(counting.calls.numpy()) == 1


def test_a_layer_may_know_itself_and_its_parent():
    alone, parent, child = Scale(), Scale(), Scale()
    alone.me = alone
    parent.child, child.parent = child, parent
    parent(child(X)), alone(X)
    assert [len(layer.weights) for layer in (alone, parent, child)] == [1, 2, 1]

    class Knows(Network):
        def __init__(self):
            super().__init__()
            self.me = self

    model = Knows()
    model(X)
    assert len(model.weights) == 7
    sequential = keras.Sequential([keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="expected another layer, received itself"):
        sequential.add(sequential)


def test_not_enough_memory_is_an_error_of_both_kinds():
    for error in MemoryError, linnet.Error:
        with pytest.raises(error, match="not enough memory for [0-9]+ bytes"):
            keras.ops.zeros((10**6, 10**6))


def test_no_call_on_top_of_a_graphs():
    class Twice(keras.Sequential):
        def call(self, x):
            return 2 * super().call(x)

    with pytest.raises(TypeError, match=r"\[Twice\] expected no call\(\) on top of a graph's"):
        Twice([keras.layers.Dense(1)])


def test_a_model_with_a_step_of_its_own_saves_its_weights(tmp_path):
    class Coder(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner, self.outer = keras.layers.Dense(2), keras.layers.Dense(3)

        def train_step(self, data):
            with linnet.GradientTape() as tape:
                loss = keras.ops.mean(keras.ops.square(self.outer(self.inner(data)) - data))
            self.optimizer.apply_gradients(zip(tape.gradient(loss, self.trainable_weights), self.trainable_weights))
            return {"loss": loss}

    model, other = Coder(), Coder()
    for each in (model, other):
        each.compile("adam")
        each.fit(X, verbose=0)
    model.save_weights(tmp_path / "weights.safetensors")
    other.load_weights(tmp_path / "weights.safetensors")
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), other.get_weights()))
