"""Layers that compute in bfloat16 and keep their weights in float32."""
import numpy as np
import pytest

from linnet import keras

pytestmark = pytest.mark.filterwarnings("ignore:.*mixed_bfloat16.*")


@pytest.fixture
def mixed():
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy("float32")


def test_new_layers_take_the_policy_of_the_program(mixed):
    dense = keras.layers.Dense(4)
    assert (dense.compute_dtype, dense.variable_dtype, dense.dtype) == ("bfloat16", "float32", "float32")
    assert keras.config.dtype_policy() == dense.dtype_policy == keras.DTypePolicy("mixed_bfloat16")
    assert dense.get_config()["dtype"] == "mixed_bfloat16"
    assert keras.layers.Dense(4, dtype="float32").compute_dtype == "float32"


def test_a_policy_is_an_option():
    assert keras.layers.Dense(4).compute_dtype == "float32"
    for policy in ("mixed_bfloat16", keras.DTypePolicy("mixed_bfloat16")):
        assert keras.layers.Dense(4, dtype=policy).compute_dtype == "bfloat16"
    with pytest.raises(ValueError, match="expected float32, float64, bfloat16 or mixed_bfloat16"):
        keras.layers.Dense(4, dtype="mixed_float16")


def test_a_layer_of_ones_own_sees_its_weights_converted(mixed):
    class Scale(keras.layers.Layer):
        def build(self, input_shape):
            self.factor = self.add_weight(shape=input_shape[-1:], initializer="ones", name="factor")

        def call(self, x):
            return x * self.factor

    layer = Scale()
    assert layer(np.ones((2, 3), "float32")).dtype == "bfloat16"
    assert layer.factor.dtype == "float32"


def test_training_keeps_weights_in_float32(mixed):
    keras.utils.set_random_seed(1)
    random = np.random.default_rng(0)
    x = random.normal(size=(200, 3))
    y = x.argmax(1)
    model = keras.Sequential([keras.layers.Dense(16, "relu"), keras.layers.Dense(3, dtype="float32")])
    model.compile(keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True),
                  metrics=["accuracy"])
    history = model.fit(x, y, epochs=20, verbose=0).history
    assert history["accuracy"][-1] > 0.9
    assert {weight.dtype for weight in model.weights} == {"float32"}
    assert model.predict(x, verbose=0).dtype == np.float32
