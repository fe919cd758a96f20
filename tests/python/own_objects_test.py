"""Losses, metrics, optimizers, schedules, initializers, regularizers and constraints written in Python."""
import gc
import weakref

import numpy as np
import pytest

import linnet
from linnet import keras

X = np.linspace(-1, 1, 60, dtype="float32").reshape(20, 3)
Y = X @ np.array([[1.0], [2.0], [3.0]], "float32")


class Quantile(keras.losses.Loss):
    def __init__(self, part=0.5, name="quantile", **options):
        super().__init__(name=name, **options)
        self.part = part

    def call(self, y_true, y_pred):
        d = y_true - y_pred
        return keras.ops.mean(keras.ops.maximum(self.part * d, (self.part - 1) * d), axis=-1)

    def get_config(self):
        return {**super().get_config(), "part": self.part}


class Below(keras.metrics.Metric):
    def __init__(self, name="below", **options):
        super().__init__(name=name, **options)
        self.hits = self.add_weight(name="hits")
        self.count = self.add_weight(name="count")

    def update_state(self, y_true, y_pred, sample_weight=None):
        below = np.asarray(y_true) < np.asarray(y_pred)
        self.hits.assign(self.hits + float(below.sum()))
        self.count.assign(self.count + float(below.size))

    def result(self):
        return self.hits / self.count


class Momentum(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, name="own", **options):
        super().__init__(learning_rate=learning_rate, name=name, **options)
        self.momentum = momentum

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.velocities = self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient, variable, learning_rate):
        velocity = self.velocities[self._get_variable_index(variable)]
        self.assign(velocity, self.momentum * velocity - learning_rate * gradient)
        self.assign_add(variable, velocity)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}


class Halving(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, first):
        self.first = first

    def __call__(self, step):
        return self.first * 0.5 ** (int(step) // 10)

    def get_config(self):
        return {"first": self.first}


class Fixed(keras.initializers.Initializer):
    def __init__(self, value=0.25):
        self.value = value

    def __call__(self, shape, dtype=None):
        return np.full(shape, self.value, dtype or "float32")

    def get_config(self):
        return {"value": self.value}


class Cubes(keras.regularizers.Regularizer):
    def __call__(self, x):
        return 0.1 * keras.ops.sum(keras.ops.abs(x) ** 3)


class Bounded(keras.constraints.Constraint):
    def __call__(self, w):
        return keras.ops.clip(w, -0.5, 0.5)


OWN = {cls.__name__: cls for cls in (Quantile, Below, Momentum, Halving, Fixed, Cubes, Bounded)}


def hit(y_true, y_pred):
    return keras.ops.abs(y_true - y_pred) < 0.5


def squares(y_true, y_pred):
    return keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)


def own_model(**arguments):
    keras.utils.clear_session()
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.layers.Dense(4, kernel_initializer=Fixed(), kernel_regularizer=Cubes()),
                              keras.layers.Dense(1, kernel_constraint=Bounded())])
    model.compile(**{"optimizer": Momentum(0.05), "loss": Quantile(0.9), "metrics": [Below()], **arguments})
    return model


def test_training_goes_on_to_the_bit_after_loading(tmp_path):
    model = own_model(optimizer=Momentum(Halving(0.05), momentum=0.8))
    model.fit(X, Y, epochs=3, verbose=0)
    model.save(tmp_path / "own.safetensors")
    loaded = keras.models.load_model(tmp_path / "own.safetensors", custom_objects=OWN)
    assert isinstance(loaded.optimizer, Momentum) and loaded.optimizer.momentum == 0.8
    assert loaded.optimizer.iterations == 3 and loaded.optimizer.learning_rate == pytest.approx(0.05)
    histories = [each.fit(X, Y, epochs=6, initial_epoch=3, verbose=0).history for each in (model, loaded)]
    assert histories[0] == histories[1] and set(histories[0]) == {"loss", "below"}
    for mine, other in zip(model.get_weights(), loaded.get_weights(), strict=True):
        assert np.array_equal(mine, other)


def test_parts_of_layers():
    model = own_model()
    model.build((None, 3))
    assert (model.layers[0].kernel.numpy() == 0.25).all()
    assert float(model.losses[0]) == pytest.approx(0.1 * 12 * 0.25 ** 3)
    model.fit(X, 100 * Y, epochs=5, verbose=0)
    assert abs(model.layers[1].kernel.numpy()).max() <= 0.5


def test_an_optimizer_equals_the_engines():
    weights = []
    for optimizer in (Momentum(0.05, weight_decay=0.1, clipnorm=0.5, use_ema=True),
                      keras.optimizers.SGD(0.05, momentum=0.9, weight_decay=0.1, clipnorm=0.5, use_ema=True)):
        model = own_model(optimizer=optimizer, loss="mse", metrics=[])
        model.fit(X, Y, epochs=4, shuffle=False, verbose=0)
        weights.append(model.get_weights())
    for mine, engines in zip(*weights):
        np.testing.assert_allclose(mine, engines, rtol=1e-6)


def test_functions_come_back_by_their_names(tmp_path):
    model = own_model(loss=squares, metrics=[hit])
    model.fit(X, Y, epochs=2, verbose=0)
    model.save(tmp_path / "own.safetensors")
    loaded = keras.models.load_model(tmp_path / "own.safetensors", custom_objects={**OWN, "squares": squares, "hit": hit})
    assert loaded.evaluate(X, Y, verbose=0) == model.evaluate(X, Y, verbose=0)


def test_registered_classes_need_no_custom_objects(tmp_path):
    @keras.saving.register_keras_serializable()
    class Registered(Quantile):
        pass

    model = own_model(loss=Registered(0.8), optimizer="sgd", metrics=[])
    model.fit(X, Y, verbose=0)
    model.save(tmp_path / "own.safetensors")
    loaded = keras.models.load_model(tmp_path / "own.safetensors")
    assert loaded.evaluate(X, Y, verbose=0) == model.evaluate(X, Y, verbose=0)


def test_a_metric_from_a_function_with_options():
    def within(y_true, y_pred, distance=1.0):
        return keras.ops.abs(y_true - y_pred) < distance

    metric = keras.metrics.MeanMetricWrapper(within, name="near", distance=0.5)
    metric.update_state([1.0, 2.0], [1.2, 3.0])
    assert float(metric.result()) == 0.5 and metric.name == "near"
    metric.reset_state()
    assert float(metric.result()) == 0


def test_the_librarys_names_are_taken():
    class Zeros(keras.initializers.Initializer):
        def __call__(self, shape, dtype=None):
            return np.ones(shape, "float32")

    with pytest.raises(ValueError, match="that the library does not have"):
        keras.layers.Dense(2, kernel_initializer=Zeros())


def test_an_optimizer_that_forgets_its_base():
    class Forgets(keras.optimizers.Optimizer):
        def build(self, variables):
            pass

    model = own_model(optimizer=Forgets(), metrics=[])
    with pytest.raises(ValueError, match="super"):
        model.fit(X, Y, verbose=0)


def test_optimizers_are_freed():
    optimizer = Momentum()
    optimizer.build([linnet.Variable([1.0], "w")])
    gone = weakref.ref(optimizer)
    del optimizer
    gc.collect()
    assert gone() is None


def test_exclusions_from_weight_decay():
    weights = [linnet.Variable([1.0], name) for name in ("kernel", "bias", "own_bias")]
    sgd = keras.optimizers.SGD(1.0, weight_decay=0.5)
    sgd.exclude_from_weight_decay(var_names=["^bias"])
    sgd.apply([np.zeros(1, "float32")] * 3, weights)
    assert [float(weight) for weight in weights] == [0.5, 1, 0.5]


def test_exclusions_look_at_names_alone():
    model = own_model(optimizer=keras.optimizers.SGD(1.0, weight_decay=0.5), loss=lambda y_true, y_pred: 0 * y_pred)
    model.build((None, 3))
    model.layers[1].bias.assign([1.0])
    model.optimizer.exclude_from_weight_decay(var_names=["dense_1", "kernel"], var_list=[model.layers[0].bias])
    model.fit(X, Y, verbose=0)
    assert float(model.layers[1].bias) == 0.5  # its path has "dense_1", its name has not


def test_several_optimizers():
    model = own_model(loss="mse", metrics=[])
    model.build((None, 3))
    first = model.get_weights()
    optimizer = keras.optimizers.MultiOptimizer(
        [(keras.optimizers.SGD(0.1), model.layers[0].weights), (keras.optimizers.Adam(0.1), "dense_1/kernel")])
    model.compile(optimizer, "mse")
    model.fit(X, Y, verbose=0)
    changed = [not np.array_equal(a, b) for a, b in zip(first, model.get_weights())]
    assert changed == [True, True, True, False]


def test_tensorboard_and_averages(tmp_path):
    model = own_model(optimizer=keras.optimizers.Adam(use_ema=True))
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[keras.callbacks.SwapEMAWeights(),
                                                    keras.callbacks.TensorBoard(tmp_path / "logs", update_freq="batch")])
    (events,) = (tmp_path / "logs/train").iterdir()
    assert b"epoch_loss" in events.read_bytes() and b"batch_loss" in events.read_bytes()


def test_add_metric():
    class Watched(keras.layers.Layer):
        def call(self, x):
            self.add_metric(keras.ops.mean(keras.ops.abs(x)), name="size")
            return x

    model = keras.Sequential([Watched(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    history = model.fit(X, Y, batch_size=5, verbose=0).history
    assert history["size"][0] == pytest.approx(float(abs(X).mean()), rel=1e-5)
