"""Calls of layers: in graphs with `training`, with dicts, with several outputs, with several penalties."""
import numpy as np
import pytest

from linnet import keras

L = keras.layers
X = np.ones((4, 64), "float32")


def drops(y):
    return bool((np.asarray(y) == 0).any())


def test_training_of_a_call_in_a_graph_is_kept():
    """Keras's rule: it holds where the caller of the model does not say."""
    i = keras.Input((64,))
    model = keras.Model(i, L.Dropout(0.5)(i, training=True))
    for each in (model, keras.models.clone_model(model), keras.models.model_from_json(model.to_json())):
        assert drops(each(X)) and drops(each(X, training=True)) and not drops(each(X, training=False))
        assert not drops(each.predict(X, verbose=0))
    assert not drops(keras.Model(i, L.Dropout(0.5)(i))(X))
    assert drops(keras.Model(i, model(i))(X))
    inner = keras.Model(i, L.Dropout(0.5)(i))
    assert drops(keras.Model(i, inner(i, training=True))(X))
    frozen = keras.Model(i, inner(i, training=False))
    assert not drops(frozen(X)) and drops(frozen(X, training=True))


def test_training_is_kept_in_files(tmp_path):
    i = keras.Input((64,))
    keras.Model(i, L.Dropout(0.5)(i, training=True)).save(tmp_path / "m.safetensors")
    assert drops(keras.models.load_model(tmp_path / "m.safetensors")(X))


class Both(L.Layer):
    def call(self, inputs):
        return {"sum": inputs["a"] + inputs["b"], "product": inputs["a"] * inputs["b"]}


def test_calls_with_dicts():
    y = Both()({"a": X, "b": 2 * X})
    assert list(y) == ["sum", "product"] and (y["sum"].numpy() == 3).all() and (y["product"].numpy() == 2).all()
    a, b = keras.Input((64,)), keras.Input((64,))
    y = Both()({"a": a, "b": b})
    model = keras.Model([a, b], [y["product"], y["sum"]])
    product, total = model([X, 2 * X])
    assert (product.numpy() == 2).all() and (total.numpy() == 3).all()


def test_lambda_with_several_outputs():
    i = keras.Input((64,))
    a, b = L.Lambda(lambda x: (x + 1, x[:, :2]))(i)
    assert a.shape == (None, 64) and b.shape == (None, 2)
    assert [y.shape for y in keras.Model(i, [a, b])(X)] == [(4, 64), (4, 2)]


def test_identity_of_several_inputs():
    a, b = L.Identity()([X, X[:, :2]])
    assert a.shape == (4, 64) and b.shape == (4, 2)


def test_penalties_and_weights_take_keras_arguments():
    class Scale(L.Layer):
        def build(self, input_shape):
            self.factor = self.add_weight((1,), "ones", "float32", True, True, "l2", name="factor")

        def call(self, x):
            self.add_loss([keras.ops.sum(x), keras.ops.mean(x)])
            return x * self.factor

    layer = Scale()
    layer(X)
    np.testing.assert_allclose([loss.numpy() for loss in layer.losses], [256, 1, 0.01])
    with pytest.raises(ValueError, match="expected overwrite_with_gradient=False"):
        layer.add_weight((1,), overwrite_with_gradient=True)


def test_wrapper():
    class Twice(L.Wrapper):
        def call(self, x):
            return self.layer(x) * 2

    dense = L.Dense(2)
    layer = Twice(dense)
    np.testing.assert_allclose(layer(X).numpy(), 2 * dense(X).numpy())
    assert layer.layer is dense and len(layer.weights) == 2
    assert Twice.from_config(layer.get_config()).layer.units == 2
    with pytest.raises(ValueError, match=r"\[Twice\] expected a layer"):
        Twice(3)
