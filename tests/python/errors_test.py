"""The engine's errors are Python's, with the same text; what cannot be right is refused."""
import numpy as np
import pytest

import linnet
from linnet import keras


def small_model():
    model = keras.Sequential([keras.layers.Dense(1, input_shape=(3,))])
    model.compile("sgd", "mse")
    return model


def test_types():
    assert issubclass(linnet.InvalidArgument, ValueError) and issubclass(linnet.InvalidArgument, linnet.Error)
    assert issubclass(linnet.FileError, OSError) and issubclass(linnet.FileError, linnet.Error)
    with pytest.raises(linnet.InvalidArgument, match=r'^\[Dense ".*"\] expected units > 0, received -1$'):
        keras.layers.Dense(-1)
    with pytest.raises(OSError, match=r'^\[safetensors\] cannot open "/nowhere.safetensors": No such file or directory$'):
        keras.models.load_model("/nowhere.safetensors")


@pytest.mark.parametrize("call, error, text", [
    (lambda: keras.layers.Dense(), TypeError, "missing 1 required positional argument: 'units'"),
    (lambda: keras.layers.Dense(3, foo=4), ValueError, 'does not support the option "foo" = 4'),
    (lambda: keras.layers.Dense(3, activation="rely"), ValueError, 'unknown name "rely"; expected one of: celu'),
    (lambda: keras.layers.Dense("many"), ValueError, "expected an integer"),
    (lambda: keras.layers.Dense(3, kernel_initializer=object()), TypeError, "received object"),
    (lambda: keras.losses.get("nonsense"), ValueError, 'unknown name "nonsense"'),
    (lambda: keras.optimizers.Adam(learning_rate="fast"), ValueError, "fast"),
    (lambda: keras.Sequential([3]), TypeError, "expected a layer, received int"),
    (lambda: keras.Input(), ValueError, "expected shape or batch_shape, received neither"),
    (lambda: keras.Model(keras.Input((3,)), keras.Input((3,))), ValueError, "disconnected"),
    (lambda: small_model().compile(None, "mse"), ValueError, "expected an optimizer, received None"),
    (lambda: small_model().compile("sgd", loss=3), ValueError, "expected"),
    (lambda: keras.Sequential([keras.layers.Dense(1)]).fit(np.ones((4, 3)), np.ones(4)), ValueError, r"expected compile\(\)"),
    (lambda: small_model().fit(np.ones((4, 3)), np.ones(5)), ValueError, r"as many targets as samples \(4\)"),
    (lambda: small_model().fit("data"), TypeError, r"\[fit\] expected NumPy arrays.* received str"),
    (lambda: small_model().fit(np.ones((4, 3)), np.ones(4), validation_data=np.ones((4, 3))), ValueError,
     r"expected validation_data = \(x, y\)"),
    (lambda: small_model().fit(np.ones((4, 3)), np.ones(4), callbacks=["EarlyStopping"]), TypeError,
     "expected objects of keras.callbacks.Callback"),
    (lambda: small_model().fit(np.ones((4, 3)), np.ones(4), epochs=1.5), TypeError, r"\[fit\] received epochs=1.5"),
    (lambda: small_model().fit(np.ones((4, 3)), np.ones(4), class_weight=[1]), TypeError, r"received class_weight=\[1\]"),
    (lambda: small_model().predict(np.ones((4, 2)), verbose=0), ValueError, r"expected inputs of shape \(None, 3\)"),
    (lambda: small_model().save("model.weights.h5"), ValueError, r"which Keras keeps weights alone in: save_weights\(\)"),
    (lambda: small_model().get_layer("conv"), ValueError, "expected one of the layers"),
    (lambda: keras.layers.Dense(3)(keras.Input((2,))) @ np.ones((2, 2)), ValueError, r"\[matmul\] expected"),
    (lambda: np.asarray(keras.Input((2,))), ValueError, "symbolic"),
    (lambda: keras.layers.Dense(2)(3), ValueError, "expected inputs of shape"),
    (lambda: keras.utils.set_random_seed(-1), ValueError, "expected an integer"),
    (lambda: keras.utils.to_categorical([3], 2), ValueError, r"expected class numbers in \[0, 2\)"),
])
def test_texts(call, error, text):
    with pytest.raises(error, match=text):
        call()


def test_a_failed_call_changes_nothing():
    model = small_model()
    before = model.get_weights()
    with pytest.raises(ValueError):
        model.set_weights([np.ones((2, 2)), np.ones(1)])
    with pytest.raises(ValueError):
        model.fit(np.full((4, 3), np.nan), np.ones(4), verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights()))


def test_warnings_are_pythons():
    model = keras.Sequential([keras.layers.Dense(3, activation="softmax", input_shape=(2,))])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    with pytest.warns(UserWarning, match="from_logits"):
        model.fit(np.ones((6, 2)), np.arange(6) % 3, verbose=0)


@pytest.mark.parametrize("call, text", [
    (lambda: keras.Sequential([keras.layers.Dense(1)]).fit(np.ones((4, 3)), np.ones(4)),
     r'model\.compile\(optimizer=Adam\(\), loss="mse"\)$'),
    (lambda: keras.Sequential([keras.layers.Dense(1)]).save("model.safetensors"), r"fit it or build\(shape\) before saving$"),
    (lambda: keras.Sequential([keras.layers.Dense(1, name="a"), keras.layers.Dense(1, name="a")]), r'give one a name of its own: name="…"$'),
    (lambda: keras.models.model_from_json('{"class_name": "Strange", "config": {}}'),
     r'register_keras_serializable\(\) or custom_objects=\{"Strange": Strange\}$')])
def test_texts_are_pythons(call, text):
    with pytest.raises(linnet.InvalidArgument, match=text):
        call()


def test_weights_without_a_gradient_are_a_warning():
    weights = [linnet.Variable([1.0], "used"), linnet.Variable([1.0], "unused")]
    with pytest.warns(UserWarning, match=r"^\[adam_of_two\] 1 of 2 weights have no gradient and stay as they are$"):
        keras.optimizers.Adam(name="adam_of_two").apply([np.ones(1, "float32"), None], weights)
