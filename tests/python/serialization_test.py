"""Objects as dicts and back, and the table of registered classes."""
import numpy as np
import pytest

from linnet import keras
from linnet.keras import layers, saving, utils


class Twice(layers.Layer):
    def call(self, x):
        return x * 2


def three_times(x):
    return x * 3


@pytest.fixture(autouse=True, scope="module")
def registered():
    keras.saving.register_keras_serializable(package="mine")(Twice)
    keras.saving.register_keras_serializable(package="mine", name="thrice")(three_times)


def test_names_of_registered_classes():
    assert utils.get_registered_name(Twice) == "mine>Twice" and utils.get_registered_name(three_times) == "mine>thrice"
    assert utils.get_registered_object("mine>Twice") is Twice and utils.get_custom_objects()["mine>Twice"] is Twice
    assert utils.get_registered_object("none") is None
    assert utils.get_registered_object("none", custom_objects={"none": Twice}) is Twice
    assert utils.get_registered_name(layers.Dense) == "Dense"


@pytest.mark.parametrize("thing", [
    layers.Dense(3, activation="relu", name="d"), keras.optimizers.Adam(0.1), keras.losses.Huber(delta=2.0),
    keras.metrics.MeanSquaredError(), keras.initializers.RandomNormal(seed=1), keras.regularizers.L2(0.1),
    keras.constraints.MaxNorm(3.0), keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9), Twice(name="t")])
def test_objects_and_back(thing):
    config = saving.serialize_keras_object(thing)
    assert config["class_name"] == type(thing).__name__ and set(config) == {"module", "class_name", "config", "registered_name"}
    again = saving.deserialize_keras_object(config)
    assert type(again) is type(thing) and again.get_config() == thing.get_config()


def test_a_model_and_back():
    model = keras.Sequential([keras.Input((2,)), layers.Dense(3), Twice()])
    again = utils.deserialize_keras_object(utils.serialize_keras_object(model))
    assert [type(layer) for layer in again.layers] == [layers.Dense, Twice]


def test_functions_lists_and_plain_values():
    config = utils.serialize_keras_object({"f": three_times, "g": [keras.activations.relu, 1, None, "a"]})
    assert config["f"]["registered_name"] == "mine>thrice" and config["g"][1:] == [1, None, "a"]
    again = utils.deserialize_keras_object(config)
    assert again["f"] is three_times and again["g"][0] is keras.activations.relu
    assert config["g"][0]["module"] == "keras.activations"


def test_errors():
    with pytest.raises(TypeError, match="expected a class or function of Keras.*received 'Nothing'"):
        utils.deserialize_keras_object({"class_name": "Nothing", "config": {}})
    with pytest.raises(TypeError, match="a function with a name"):
        utils.serialize_keras_object(lambda x: x)
    with pytest.raises(TypeError, match=r"expected an object with get_config\(\)"):
        utils.serialize_keras_object(np.ones(2))
    with pytest.raises(ValueError, match="keras.saving.register_keras_serializable.* or custom_objects="):
        layers.deserialize({"class_name": "Unheard", "config": {}})


def test_source_inputs():
    a, b = keras.Input((2,)), keras.Input((2,))
    found = utils.get_source_inputs(layers.Dense(1)(layers.Add()([a, layers.Dense(2)(b)])))
    assert [x.shape for x in found] == [(None, 2)] * 2
    assert utils.get_source_inputs(a)[0].shape == (None, 2)
    with pytest.raises(ValueError, match="expected a symbolic tensor"):
        utils.get_source_inputs(np.ones(2))
