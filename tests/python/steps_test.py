"""Models with train_step(), test_step(), predict_step(), compute_loss() and metrics of their own."""
import subprocess
import sys

import numpy as np
import pytest

import linnet
from linnet import keras

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(60, 4)).astype("float32")
Y = (X @ RANDOM.normal(size=(4, 1))).astype("float32")


def fitted(model, **options):
    model.compile("adam", "mse", metrics=["mae"])
    history = model.fit(X, Y, batch_size=20, epochs=3, verbose=0, shuffle=False, **options).history
    return history, model.evaluate(X, Y, verbose=0), model.predict(X, verbose=0)


def functional(cls=keras.Model):
    keras.utils.set_random_seed(2)
    inputs = keras.Input((4,))
    return cls(inputs, keras.layers.Dense(1)(keras.layers.Dense(6, "tanh")(inputs)))


def sequential(cls=keras.Sequential):
    keras.utils.set_random_seed(2)
    return cls([keras.layers.Dense(6, "tanh"), keras.layers.Dense(1)])


def net(base=keras.Model):
    class Net(base):
        def __init__(self):
            super().__init__()
            self.hidden, self.last = keras.layers.Dense(6, "tanh"), keras.layers.Dense(1)

        def call(self, x):
            return self.last(self.hidden(x))

    keras.utils.set_random_seed(2)
    return Net()


def with_a_tape(base):
    class WithATape(base):
        def train_step(self, data):
            x, y = data
            with linnet.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compute_loss(y=y, y_pred=y_pred)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
                else:
                    metric.update_state(y, y_pred)
            return {metric.name: metric.result() for metric in self.metrics}
    return WithATape


def like_pytorch(base):
    class LikePyTorch(base):
        def train_step(self, data):
            x, y = data
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred)
            self.zero_grad()
            loss.backward()
            weights = list(self.trainable_weights)
            self.optimizer.apply([weight.value.grad for weight in weights], weights)
            for metric in self.metrics:
                metric.update_state(loss) if metric.name == "loss" else metric.update_state(y, y_pred)
            return {metric.name: metric.result() for metric in self.metrics}
    return LikePyTorch


def by_supers(base):
    class BySupers(base):
        def train_step(self, data):
            return super().train_step(data)

        def test_step(self, data):
            return super().test_step(data)

        def predict_step(self, data):
            return super().predict_step(data)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return super().compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training)

        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            return super().compute_metrics(x, y, y_pred, sample_weight)

        def get_metrics_result(self):
            return super().get_metrics_result()

        def reset_metrics(self):
            super().reset_metrics()
    return BySupers


@pytest.mark.parametrize("steps", [with_a_tape, like_pytorch, by_supers])
@pytest.mark.parametrize("kind", ["functional", "sequential", "net"])
def test_the_same_training_as_without(kind, steps):
    if kind == "net":
        expected, received = fitted(net()), fitted(net(steps(keras.Model)))
    else:
        make, base = (functional, keras.Model) if kind == "functional" else (sequential, keras.Sequential)
        expected, received = fitted(make()), fitted(make(steps(base)))
    assert sorted(expected[0]) == sorted(received[0]) == ["loss", "mae"]
    for name in expected[0]:
        np.testing.assert_allclose(expected[0][name], received[0][name], rtol=1e-6)
    np.testing.assert_allclose(expected[1], received[1], rtol=1e-6)
    np.testing.assert_allclose(expected[2], received[2], rtol=1e-6)


def test_with_validation_weights_and_callbacks():
    seen = []

    class Weighted(keras.Model):
        def train_step(self, data):
            x, y, sample_weight = data
            seen.append((x.shape, y.shape, sample_weight.shape))
            return super().train_step(data)

    history = functional(Weighted)
    history.compile("adam", "mse", metrics=["mae"])
    logs = []
    received = history.fit(X, Y, batch_size=20, epochs=2, verbose=0, shuffle=False, sample_weight=np.arange(60),
                           validation_data=(X, Y), callbacks=[keras.callbacks.LambdaCallback(
                               on_train_batch_end=lambda batch, given: logs.append(given))]).history
    plain = functional()
    plain.compile("adam", "mse", metrics=["mae"])
    expected = plain.fit(X, Y, batch_size=20, epochs=2, verbose=0, shuffle=False, sample_weight=np.arange(60),
                         validation_data=(X, Y)).history
    assert received == expected and sorted(received) == ["loss", "mae", "val_loss", "val_mae"]
    assert seen[0] == ((20, 4), (20, 1), (20,)) and len(logs) == 6 and sorted(logs[0]) == ["loss", "mae"]


def test_metrics_of_ones_own():
    class Own(keras.Model):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            self.loss_tracker = keras.metrics.Mean(name="loss")
            self.mae_metric = keras.metrics.MeanAbsoluteError(name="mae")

        def train_step(self, data):
            x, y = data
            y_pred = self(x, training=True)
            loss = keras.losses.MeanSquaredError()(y, y_pred)
            self.optimizer.apply(linnet.gradients(loss, self.trainable_weights), self.trainable_weights)
            self.loss_tracker.update_state(loss)
            self.mae_metric.update_state(y, y_pred)
            return {"loss": self.loss_tracker.result(), "mae": self.mae_metric.result()}

        def test_step(self, data):
            x, y = data
            self.mae_metric.update_state(y, self(x, training=False))
            return {"mae": self.mae_metric.result()}

        @property
        def metrics(self):
            return [self.loss_tracker, self.mae_metric]

    model = functional(Own)
    model.compile("adam")
    history = model.fit(X, Y, batch_size=20, epochs=3, verbose=0, shuffle=False, validation_data=(X, Y)).history
    expected = fitted(functional())[0]
    np.testing.assert_allclose(history["loss"], expected["loss"], rtol=1e-5)  # the sums begin anew with every epoch
    np.testing.assert_allclose(history["mae"], expected["mae"], rtol=1e-5)
    assert sorted(history) == ["loss", "mae", "val_mae"]
    assert model.evaluate(X, Y, verbose=0) == pytest.approx(history["val_mae"][-1])
    assert model.metrics_names == ["loss", "mae"]


def test_a_metric_that_is_an_attribute_is_reset_and_shown():
    class Largest(keras.Model):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            self.largest = keras.metrics.Mean(name="largest")

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
            self.largest.update_state(keras.ops.max(keras.ops.abs(y_pred - y)))
            return super().compute_loss(x, y, y_pred, sample_weight)

    model = functional(Largest)
    model.compile("adam", "mse")
    history = model.fit(X, Y, epochs=3, batch_size=20, verbose=0).history
    assert sorted(history) == ["largest", "loss"] and history["largest"][0] > history["largest"][2] > 0


def test_two_networks_against_each_other(capsys):
    class Gan(keras.Model):
        def __init__(self, discriminator, generator):
            super().__init__()
            self.discriminator, self.generator = discriminator, generator
            self.d_loss_tracker, self.g_loss_tracker = keras.metrics.Mean(name="d_loss"), keras.metrics.Mean(name="g_loss")

        def compile(self, d_optimizer, g_optimizer, loss_fn):
            super().compile()
            self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn

        @property
        def metrics(self):
            return [self.d_loss_tracker, self.g_loss_tracker]

        def train_step(self, real):
            count = real.shape[0]
            fake = self.generator(keras.random.normal((count, 2)))
            both = keras.ops.concatenate([fake.detach(), real], axis=0)
            labels = keras.ops.concatenate([keras.ops.ones((count, 1)), keras.ops.zeros((count, 1))], axis=0)
            with linnet.GradientTape() as tape:
                d_loss = self.loss_fn(labels, self.discriminator(both, training=True))
            weights = self.discriminator.trainable_weights
            self.d_optimizer.apply_gradients(zip(tape.gradient(d_loss, weights), weights))
            with linnet.GradientTape() as tape:
                answers = self.discriminator(self.generator(keras.random.normal((count, 2))))
                g_loss = self.loss_fn(keras.ops.zeros((count, 1)), answers)
            weights = self.generator.trainable_weights
            self.g_optimizer.apply_gradients(zip(tape.gradient(g_loss, weights), weights))
            self.d_loss_tracker.update_state(d_loss)
            self.g_loss_tracker.update_state(g_loss)
            return {"d_loss": self.d_loss_tracker.result(), "g_loss": self.g_loss_tracker.result()}

    keras.utils.set_random_seed(0)
    real = (np.random.normal(size=(256, 2)) * 0.1 + [3, -2]).astype("float32")
    gan = Gan(keras.Sequential([keras.Input((2,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(1)]),
              keras.Sequential([keras.Input((2,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(2)]))
    gan.compile(keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(from_logits=True))
    noise = np.random.normal(size=(100, 2))
    distance = lambda: np.linalg.norm(gan.generator.predict(noise, verbose=0).mean(0) - [3, -2])  # noqa: E731
    before = distance()
    history = gan.fit(real, batch_size=32, epochs=30, verbose=2).history
    assert sorted(history) == ["d_loss", "g_loss"] and len(history["d_loss"]) == 30
    assert "8/8 - 0s - " in capsys.readouterr().out
    assert distance() < 0.7 * before


def test_what_train_step_must_return():
    class Nothing(keras.Model):
        def train_step(self, data):
            pass

    model = functional(Nothing)
    model.compile("adam", "mse")
    with pytest.raises(TypeError, match=r"\[Nothing\] expected train_step\(\) to return a dict of metrics, received None"):
        model.fit(X, Y, verbose=0)

    class Fails(keras.Model):
        def train_step(self, data):
            raise KeyError("my own")

    model = functional(Fails)
    model.compile("adam", "mse")
    with pytest.raises(KeyError, match="my own"):
        model.fit(X, Y, verbose=0)


def test_on_one_batch():
    model = functional(with_a_tape(keras.Model))
    model.compile("adam", "mse", metrics=["mae"])
    plain = functional()
    plain.compile("adam", "mse", metrics=["mae"])
    assert model.train_on_batch(X, Y) == pytest.approx(plain.train_on_batch(X, Y))
    assert model.test_on_batch(X, Y) == pytest.approx(plain.test_on_batch(X, Y))


def test_gradient_tape():
    x = linnet.Tensor([1.0, 2.0])
    with linnet.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    assert tape.gradient(y, x).tolist() == [2, 4]
    used, unused = linnet.Variable(3.0), linnet.Variable(1.0)
    with linnet.GradientTape() as tape:
        z = used.value * used.value
    assert [g if g is None else float(g) for g in tape.gradient(z, [used, unused])] == [6, None]
    with pytest.raises(ValueError, match="already used and freed"):
        tape.gradient(z, used)


def test_gradient_tape_that_persists():
    x, weight = linnet.Tensor([3.0]), linnet.Variable(2.0)
    with linnet.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x * weight
        z = keras.ops.exp(y / 10) * y
    for _ in range(2):
        assert tape.gradient(y, x).tolist() == [12] and float(tape.gradient(y, weight)) == 9
        by_y = np.exp(1.8) * (1 + 1.8)
        assert float(tape.gradient(z, x)) == pytest.approx(by_y * 12) and float(tape.gradient(z, weight)) == pytest.approx(by_y * 9)
    with linnet.GradientTape() as tape:  # on the same steps
        pass
    assert tape.gradient(z, x).shape == (1,)
    with pytest.raises(ValueError, match="already used and freed"):
        tape.gradient(z, x)


def test_packing():
    pack, unpack = keras.utils.pack_x_y_sample_weight, keras.utils.unpack_x_y_sample_weight
    assert unpack((1,)) == (1, None, None) and unpack(1) == (1, None, None) and unpack([1, 2]) == (1, 2, None)
    assert pack(1) == 1 and pack([1]) == ([1],) and pack(1, 2) == (1, 2) and pack(1, None, 3) == (1, None, 3)
    with pytest.raises(ValueError, match="received 4 parts"):
        unpack((1, 2, 3, 4))


def test_random_numbers():
    same = [keras.random.normal((3,), seed=5).tolist() for _ in range(2)]
    generator = keras.random.SeedGenerator(5)
    other = [keras.random.uniform((3,), 2, 3, seed=generator).tolist() for _ in range(2)]
    assert same[0] == same[1] and other[0] != other[1] and all(2 <= number < 3 for number in other[0])
    keras.utils.set_random_seed(1)
    first = keras.random.normal((3,)).tolist()
    assert first != keras.random.normal((3,)).tolist()
    keras.utils.set_random_seed(1)
    assert first == keras.random.normal((3,)).tolist()


def test_under_the_name_of_tensorflow(tmp_path):
    program = tmp_path / "program.py"
    program.write_text('''
import numpy as np
import tensorflow as tf
from tensorflow import keras

class Model(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)

    def call(self, x):
        return self.dense(x)

    @tf.function
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - self(x, training=True)))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}

x = np.random.normal(size=(100, 3)).astype("float32")
model = Model()
model.compile(optimizer=keras.optimizers.SGD(0.1))
losses = model.fit(x, x[:, :1], epochs=20, verbose=0).history["loss"]
print(losses[-1] < losses[0] / 10, tf.concat([tf.zeros((1, 2)), tf.random.normal((1, 2))], axis=0).shape, tf.float32)
numbers = tf.constant([[1.0, 3.0], [2.0, 0.0]])
print(tf.math.reduce_std(numbers).item() == np.std([1, 3, 2, 0], dtype="float32"), tf.nn.relu(numbers - 1).numpy().max(),
      tf.math.log(numbers[0]).tolist()[0], tf.argmax(numbers).tolist(), tf.gather(numbers, [1])[0].tolist(), tf.range(3).tolist())
''')
    program.write_text(program.read_text() + '''
import sys
print(tf.constant(0.5, shape=(2, 2)).tolist(), tf.ones(2)[tf.newaxis].shape.as_list(), round(float(tf.norm(numbers)) ** 2, 4))
print(tf.config.list_physical_devices("GPU"), tf.random.uniform((3,), maxval=5, dtype=tf.int32).dtype, tf.__version__ >= "2.16")
print(tf.matmul(numbers, numbers, transpose_b=True).tolist(), tf.boolean_mask([1, 2, 3], [True, False, True]).tolist())
print(tf.image.resize(tf.ones((1, 2, 2, 1)), (4, 4)).shape, keras.__version__.split(".")[0], tf.executing_eagerly())
print(float(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[1], logits=[[0.0, 0.0]])[0]) == np.float32(np.log(2)))
tf.print("seen", tf.constant([1, 2]), output_stream=sys.stdout)
''')
    result = subprocess.run([sys.executable, "-m", "linnet.as_tensorflow", program], capture_output=True, text=True)
    more = ("[[0.5, 0.5], [0.5, 0.5]] [1, 2] 14.0\n[] int32 True\n[[10.0, 2.0], [2.0, 4.0]] [1, 3]\n(1, 4, 4, 1) 3 True\nTrue\n"
            "seen [1 2]\n")
    assert result.stdout.endswith(more), result.stdout + result.stderr
    result.stdout = result.stdout.removesuffix(more)
    assert result.stdout == "True (2, 2) float32\nTrue 2.0 0.0 [1, 0] [2.0, 0.0] [0, 1, 2]\n", result.stderr
