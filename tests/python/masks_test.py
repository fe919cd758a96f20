"""Masks of layers written in Python, and how they flow on."""
import numpy as np
import pytest

from linnet import keras

L = keras.layers
X = np.array([[[1.0], [2.0], [0.0]], [[3.0], [0.0], [0.0]]], "float32")
SHOWN = np.array([[True, True, False], [True, False, False]])


class Halves(L.Layer):
    """Every second step."""

    def call(self, x):
        return x[:, ::2]

    def compute_mask(self, inputs, mask=None):
        return None if mask is None else mask[:, ::2]


class Keeps(L.Layer):
    def __init__(self, **options):
        super().__init__(**options)
        self.supports_masking = True

    def call(self, x):
        return x * 2


class Drops(L.Layer):
    def call(self, x):
        return x * 2


def test_masks_of_calls():
    masked = L.Masking()(X)
    assert Halves().supports_masking and Keeps().supports_masking and not Drops().supports_masking
    np.testing.assert_array_equal(Halves()(masked).mask.numpy(), SHOWN[:, ::2])
    np.testing.assert_array_equal(Keeps()(masked)._keras_mask.numpy(), SHOWN)
    assert Drops()(masked).mask is None and Halves()(X).mask is None
    np.testing.assert_array_equal(Keeps()(X, mask=SHOWN).mask.numpy(), SHOWN)
    layer = Drops()
    layer.supports_masking = True  # read at each call
    np.testing.assert_array_equal(layer(masked).mask.numpy(), SHOWN)


def test_layers_behind_see_the_mask():
    """In graphs and sequences, in prediction and in training."""
    mean = (2 * X * SHOWN[..., None]).sum(1) / SHOWN.sum(1, keepdims=True)
    i = keras.Input((3, 1))
    functional = keras.Model(i, L.GlobalAveragePooling1D()(Keeps()(L.Masking()(i))))
    sequential = keras.Sequential([L.Masking(), Keeps(), L.GlobalAveragePooling1D()])
    for model in (functional, sequential):
        np.testing.assert_allclose(model(X).numpy(), mean)
        np.testing.assert_allclose(model.predict(X, verbose=0), mean)
        model.compile(loss="mse")
        assert model.evaluate(X, mean, verbose=0) == 0
        trained = keras.Sequential([keras.Input((3, 1)), model, L.Dense(1, kernel_initializer="ones")])
        trained.compile("sgd", "mse")
        np.testing.assert_allclose(trained.fit(X, mean, verbose=0).history["loss"], [0], atol=1e-6)
    halves = keras.Sequential([L.Masking(), Halves(), L.GlobalAveragePooling1D()])
    np.testing.assert_allclose(halves(X).numpy(), [[1], [3]])


def test_masks_of_several_inputs_and_outputs():
    class Swaps(L.Layer):
        def call(self, inputs):
            return inputs[1] * 1, inputs[0] * 1

        def compute_mask(self, inputs, mask=None):
            return [mask[1], mask[0]]

    a, b = Swaps()([L.Masking()(X), X])
    assert a.mask is None
    np.testing.assert_array_equal(b.mask.numpy(), SHOWN)


def test_compute_mask_of_the_engines_layers():
    words = np.array([[1, 0, 2]])
    np.testing.assert_array_equal(L.Embedding(3, 2, mask_zero=True).compute_mask(words).numpy(), words != 0)
    np.testing.assert_array_equal(L.Masking().compute_mask(X, None).numpy(), SHOWN)
    np.testing.assert_array_equal(L.Dropout(0.5).compute_mask(X, SHOWN).numpy(), SHOWN)
    assert L.Flatten().compute_mask(X, SHOWN) is None
    both = L.Add().compute_mask([X, X], [SHOWN, ~SHOWN])
    assert both.numpy().all()
    assert L.RMSNormalization()(L.Masking()(X)).mask is None  # as in Keras


def test_lambda_has_the_mask_that_it_is_given():
    masked = L.Masking()(X)
    assert L.Lambda(lambda x: x * 2)(masked).mask is None
    later = L.Lambda(lambda x: x[:, 1:], mask=lambda x, mask: mask[:, 1:])(masked)
    np.testing.assert_array_equal(later.mask.numpy(), SHOWN[:, 1:])
    np.testing.assert_array_equal(L.Lambda(lambda x: x * 2, mask=SHOWN)(X).mask.numpy(), SHOWN)


def test_a_derived_layer_has_the_masks_of_its_base():
    class Twice(L.Dropout):
        def call(self, x, training=None):
            return super().call(x, training=training) * 2

    np.testing.assert_array_equal(Twice(0.5)(L.Masking()(X)).mask.numpy(), SHOWN)


@pytest.mark.parametrize("mask", [None, SHOWN])
def test_call_sees_the_mask(mask):
    class Sees(L.Layer):
        def call(self, x, mask=None):
            self.seen = mask
            return x * 1

    layer = Sees()
    layer(X, mask=mask)
    assert (layer.seen is None) == (mask is None)


@pytest.mark.parametrize("make", [lambda: keras.layers.LSTM(3), lambda: keras.layers.Bidirectional(keras.layers.GRU(3)),
                                  keras.layers.GlobalAveragePooling1D, lambda: keras.layers.Attention()])
def test_masks_given_in_a_graph(make, tmp_path):
    layer, x, k = make(), keras.Input((5, 4)), keras.Input((5,), dtype="bool")
    numbers = np.random.default_rng(1).normal(size=(2, 5, 4)).astype("float32")
    mask = np.array([[1, 1, 0, 0, 0], [1, 1, 1, 1, 0]], bool)
    both = isinstance(layer, keras.layers.Attention)
    model = keras.Model([x, k], layer([x, x], mask=[k, k]) if both else layer(x, mask=k))
    expected = layer([numbers, numbers], mask=[mask, mask]) if both else layer(numbers, mask=mask)
    unmasked = layer([numbers, numbers]) if both else layer(numbers)
    assert not np.allclose(np.asarray(expected), np.asarray(unmasked))
    np.testing.assert_allclose(np.asarray(model([numbers, mask])), np.asarray(expected), rtol=1e-6)
    model.save(tmp_path / "model.safetensors")
    again = keras.models.load_model(tmp_path / "model.safetensors")
    np.testing.assert_allclose(np.asarray(again([numbers, mask])), np.asarray(expected), rtol=1e-6)
