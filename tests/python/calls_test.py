"""What call() of a layer or model written in Python can take: numbers, tensors by name, dicts, lists within lists."""
import numpy as np
import pytest

import linnet
from linnet import keras

X = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
Y = np.ones((4, 3), "float32")


class Scaled(keras.layers.Layer):
    def call(self, x, scale=1.0, *, other=None, mode="add"):
        y = x * scale
        return y if other is None else y + other if mode == "add" else y - other


class Named(keras.layers.Layer):
    def build(self, input_shape):
        self.shapes = input_shape
        self.kernel = self.add_weight(shape=(input_shape["a"][-1], 2), initializer="ones", name="kernel")

    def call(self, inputs, training=None):
        first, second = inputs["pair"]
        return keras.ops.matmul(inputs["a"], self.kernel) + first - 2 * second


def in_graph(layer, count, call):
    inputs = [keras.Input((3,), name=f"in_{i}") for i in range(count)]
    return keras.Model(inputs, call(layer, *inputs))


@pytest.mark.parametrize("call,count,expected", [
    (lambda layer, x: layer(x), 1, X), (lambda layer, x: layer(x, 2.0), 1, 2 * X), (lambda layer, x: layer(x=x, scale=3), 1, 3 * X),
    (lambda layer, x, y: layer(x, 2.0, other=y), 2, 2 * X + Y), (lambda layer, x, y: layer(x, other=y), 2, X + Y),
    (lambda layer, x, y: layer(x, other=y, mode="sub"), 2, X - Y), (lambda layer, x: layer(x, scale=-1.0, other=None), 1, -X),
    (lambda layer, x: layer(x, other=linnet.Tensor(Y[0])), 1, X + Y), (lambda layer, x: layer(x, other=Y[0]), 1, X + Y)])
def test_arguments(call, count, expected, tmp_path):
    arrays = [X, Y][:count]
    np.testing.assert_allclose(np.asarray(call(Scaled(), *map(linnet.Tensor, arrays))), expected, rtol=1e-6)
    model = in_graph(Scaled(), count, call)
    assert tuple(model.output.shape) == (None, 3)
    np.testing.assert_allclose(np.asarray(model(arrays)), expected, rtol=1e-6)
    model.save(tmp_path / "model.safetensors")
    again = keras.models.load_model(tmp_path / "model.safetensors", custom_objects={"Scaled": Scaled})
    np.testing.assert_allclose(np.asarray(again(arrays)), expected, rtol=1e-6)


def test_calls_of_one_layer_have_arguments_of_their_own():
    layer, x = Scaled(), keras.Input((3,))
    model = keras.Model(x, [layer(x, 2.0), layer(x), layer(x, scale=5)])
    layer(linnet.Tensor(X), 7.0)  # in between
    np.testing.assert_allclose([np.asarray(y) for y in model(X)], [2 * X, X, 5 * X], rtol=1e-6)


def test_training_and_anything_else():
    class Keeps(keras.layers.Layer):
        def call(self, x, training=None, how=None):
            self.seen = training, how
            return x

    layer, thing = Keeps(), object()
    layer(X, True)
    assert layer.seen == (True, None)
    layer(X, training=False, how=thing)
    assert layer.seen == (False, thing)
    with pytest.raises(TypeError, match=r"\[Keeps\] expected arguments that a file can hold, received object"):
        layer(keras.Input((3,)), how=thing)
    with pytest.raises(TypeError, match="unexpected keyword argument 'which'"):
        layer(X, which=1)


@pytest.mark.parametrize("as_tensor", [np.asarray, linnet.Tensor])
def test_dicts_and_lists_within(as_tensor, tmp_path):
    layer = Named()
    a, first, second = np.ones((4, 3), "float32"), np.full((4, 2), 5, "float32"), np.ones((4, 2), "float32")
    y = layer({"a": as_tensor(a), "pair": (as_tensor(first), as_tensor(second))})
    assert layer.shapes == {"a": (4, 3), "pair": ((4, 2), (4, 2))} and y.numpy().tolist() == [[6, 6]] * 4
    x, p, q = keras.Input((3,)), keras.Input((2,)), keras.Input((2,))
    model = keras.Model([x, p, q], Named()({"a": x, "pair": [p, q]}))
    np.testing.assert_allclose(np.asarray(model([a, first, second])), y.numpy())
    model.compile("sgd", "mse")
    before = model.get_weights()[0]
    model.fit([a, first, second], np.zeros((4, 2)), verbose=0)
    assert not np.allclose(model.get_weights()[0], before)
    model.save(tmp_path / "model.safetensors")
    again = keras.models.load_model(tmp_path / "model.safetensors", custom_objects={"Named": Named})
    np.testing.assert_allclose(np.asarray(again([a, first, second])), np.asarray(model([a, first, second])))


def test_shapes_for_build_by_name():
    class Both(keras.layers.Layer):
        def build(self, a_shape, b_shape):
            self.shapes = a_shape, b_shape

        def call(self, a, b):
            return keras.ops.concatenate([a, b], -1)

    class First(Both):
        def build(self, input_shape):
            self.shapes = input_shape

    for call in (lambda layer: layer(X, Y[:, :1]), lambda layer: layer(X, b=Y[:, :1]), lambda layer: layer(a=X, b=Y[:, :1])):
        both, first = Both(), First()
        assert call(both).shape == call(first).shape == (4, 4)
        assert both.shapes == ((4, 3), (4, 1)) and first.shapes == (4, 3)


def test_outputs_in_a_dict():
    class Two(keras.layers.Layer):
        def call(self, x):
            return {"plus": x + 1, "minus": x - 1}

    outputs = Two()(X)
    assert list(outputs) == ["plus", "minus"]
    np.testing.assert_allclose(np.asarray(outputs["minus"]), X - 1)


def test_a_model_of_a_dict():
    class Network(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(1)

        def call(self, inputs, training=None):
            return self.dense(inputs["a"]) + self.dense(inputs["b"])

    model, data = Network(), {"a": X, "b": Y}
    assert model(data).shape == (4, 1)
    model.compile("sgd", "mse")
    model.fit(data, np.ones((4, 1)), batch_size=2, epochs=2, verbose=0)
    expected = np.asarray(model(data))
    np.testing.assert_allclose(model.predict(data, verbose=0), expected, rtol=1e-5)
    np.testing.assert_allclose(model.predict({"b": Y, "a": X}, verbose=0), expected, rtol=1e-5)
    assert model.evaluate(data, np.ones((4, 1)), verbose=0) == pytest.approx(np.mean((expected - 1) ** 2), rel=1e-4)
