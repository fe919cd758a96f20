"""Classes derived from the engine's own, whose overrides count: losses, metrics, optimizers and what weights have around
them."""
import numpy as np
import pytest

import linnet
from linnet import keras

X = np.linspace(-1, 1, 60, dtype="float32").reshape(20, 3)
Y = X @ np.array([[1.0], [2.0], [3.0]], "float32")


def model_with(layer={}, **arguments):
    keras.utils.clear_session()
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="ones", **layer)])
    model.compile(**{"optimizer": keras.optimizers.SGD(0.1), "loss": "mse", **arguments})
    return model


def trained(**arguments):
    model = model_with(**arguments)
    model.fit(X, Y, epochs=3, shuffle=False, verbose=0)
    return model.get_weights()


def assert_same(some, others):
    for a, b in zip(some, others, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


class TenTimes(keras.losses.MeanSquaredError):
    def call(self, y_true, y_pred):
        return 10 * super().call(y_true, y_pred)


def test_a_loss():
    ten, one = (model_with(loss=loss).evaluate(X, Y, verbose=0) for loss in (TenTimes(), "mse"))
    assert ten == pytest.approx(10 * one)
    assert float(TenTimes(reduction="sum")([[0.0], [0.0]], [[1.0], [2.0]])) == 50


def test_a_loss_comes_back_from_a_file(tmp_path):
    model = model_with(loss=TenTimes(name="ten"))
    model.fit(X, Y, verbose=0)
    model.save(tmp_path / "model.safetensors")
    loaded = keras.models.load_model(tmp_path / "model.safetensors", custom_objects={"TenTimes": TenTimes})
    assert loaded.evaluate(X, Y, verbose=0) == model.evaluate(X, Y, verbose=0)


def test_result_of_a_metric():
    class FortyTwo(keras.metrics.MeanSquaredError):
        def result(self):
            return 42.0

    assert model_with(metrics=[FortyTwo()]).evaluate(X, Y, verbose=0)[1] == 42


def test_mean_as_the_base_of_a_metric():
    class Distance(keras.metrics.Mean):
        def update_state(self, y_true, y_pred, sample_weight=None):
            super().update_state(abs(y_true - y_pred), sample_weight)

    model = model_with(metrics=[Distance(name="distance"), "mae"])
    logs = model.evaluate(X, Y, batch_size=7, verbose=0, return_dict=True)
    assert logs["distance"] == pytest.approx(logs["mae"])
    assert model.evaluate(X, Y, verbose=0, return_dict=True)["distance"] == pytest.approx(logs["distance"])  # it was reset


def test_update_step_of_an_optimizer():
    class Plain(keras.optimizers.Adam):
        def update_step(self, gradient, variable, learning_rate):
            self.assign_sub(variable, learning_rate * gradient)

    options = {"clipnorm": 0.5, "weight_decay": 0.01, "use_ema": True}
    assert_same(trained(optimizer=Plain(0.1, **options)), trained(optimizer=keras.optimizers.SGD(0.1, **options)))
    assert Plain(0.1, beta_1=0.5).get_config()["beta_1"] == 0.5


@pytest.mark.parametrize("name", ["SGD", "RMSprop", "Adam", "AdamW", "Adamax", "Adagrad", "Adadelta", "Lion", "Ftrl", "Lamb",
                                  "Adafactor"])
def test_the_rule_of_the_base(name):
    base = getattr(keras.optimizers, name)

    class Halved(base):
        def update_step(self, gradient, variable, learning_rate):
            super().update_step(gradient, variable, learning_rate / 2)

    assert_same(trained(optimizer=Halved(0.02)), trained(optimizer=base(0.01, **weight_decay_of(base))))


def weight_decay_of(base):  # half the rate halves the rule alone: the decay takes the whole
    decay = base().get_config()["weight_decay"]
    return {} if decay is None else {"weight_decay": 2 * decay}


def test_apply_of_an_optimizer():
    class Doubled(keras.optimizers.SGD):
        def apply(self, grads, trainable_variables=None):
            super().apply([2 * gradient for gradient in grads], trainable_variables)

    assert_same(trained(optimizer=Doubled(0.1)), trained(optimizer=keras.optimizers.SGD(0.2)))
    weight = linnet.Variable([1.0], "w")
    Doubled(0.1).apply_gradients([(np.ones(1, "float32"), weight)])
    assert float(weight) == pytest.approx(0.8)


def test_an_optimizer_goes_on_after_loading(tmp_path):
    class Slower(keras.optimizers.Adam):
        def update_step(self, gradient, variable, learning_rate):
            super().update_step(gradient, variable, 0.5 * learning_rate)

    model = model_with(optimizer=Slower(0.1, beta_1=0.8))
    model.fit(X, Y, epochs=2, shuffle=False, verbose=0)
    model.save(tmp_path / "model.safetensors")
    loaded = keras.models.load_model(tmp_path / "model.safetensors", custom_objects={"Slower": Slower})
    for each in (model, loaded):
        each.fit(X, Y, epochs=2, shuffle=False, verbose=0)
    assert_same(model.get_weights(), loaded.get_weights())


def test_what_cannot_be_overridden_is_refused():
    with pytest.raises(TypeError, match="Nadam"):
        type("Own", (keras.optimizers.Nadam,), {"__module__": "own"})()
    with pytest.raises(TypeError, match="update_step"):
        type("Own", (keras.optimizers.Adam,), {"__module__": "own", "_clip_gradients": lambda self, gradients: gradients})
    with pytest.raises(TypeError, match="override call"):
        type("Own", (keras.losses.Loss,), {"__module__": "own", "__call__": lambda self, y_true, y_pred: 1.0})


class Three(keras.regularizers.L2):
    def __call__(self, x):
        return 3.0


class Nothing(keras.constraints.NonNeg):
    def __call__(self, w):
        return 0 * w


class Shifted(keras.initializers.RandomNormal):
    def __call__(self, shape, dtype=None):
        return super().__call__(shape, dtype) + 100


class Doubled(keras.optimizers.schedules.ExponentialDecay):
    def __call__(self, step):
        return 2 * super().__call__(step)


def test_what_weights_have_around_them():
    model = model_with({"kernel_regularizer": Three(0.5), "kernel_constraint": Nothing(),
                        "bias_initializer": Shifted(seed=1)}, optimizer=keras.optimizers.SGD(Doubled(0.1, 10, 0.5)))
    assert float(model.losses[0]) == 3 and model.optimizer.learning_rate == pytest.approx(0.2)
    assert float(model.layers[0].bias.value[0]) > 99
    model.fit(X, Y, verbose=0)
    assert not model.layers[0].kernel.numpy().any()


def test_they_come_back_from_a_file(tmp_path):
    model = model_with({"kernel_regularizer": Three(0.5), "bias_initializer": Shifted(seed=1)})
    model.save(tmp_path / "model.safetensors")
    loaded = keras.models.load_model(tmp_path / "model.safetensors", custom_objects={"Three": Three, "Shifted": Shifted})
    assert float(loaded.losses[0]) == 3
    assert loaded.layers[0].get_config()["kernel_regularizer"] == {"class_name": "Three", "config": {"l2": 0.5}}
