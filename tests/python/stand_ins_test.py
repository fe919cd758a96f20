"""Functions, arrays and callable objects in the place of objects, and objects that cannot say how they were made."""
import numpy as np
import pytest

from linnet import keras

X = np.linspace(-1, 1, 60, dtype="float32").reshape(20, 3)
Y = X @ np.array([[1.0], [2.0], [3.0]], "float32")
MATRIX = np.arange(6, dtype="float32").reshape(3, 2)


def halves(shape, dtype=None):
    return np.full(shape, 0.5, dtype)


def dense(units=1, **options):
    layer = keras.layers.Dense(units, **options)
    layer.build((None, 3))
    return layer


def test_none_is_the_default_initializer():
    for layer in (keras.layers.Dense(2, kernel_initializer=None, bias_initializer=None),
                  keras.layers.LSTM(2, kernel_initializer=None, recurrent_initializer=None, bias_initializer=None),
                  keras.layers.Embedding(3, 2, embeddings_initializer=None)):
        layer.build((None, 4) if isinstance(layer, keras.layers.Dense) else (None, 4, 3))
        assert all(np.isfinite(weight).all() for weight in layer.get_weights())
    limit = np.sqrt(6 / (3 + 200))  # glorot_uniform
    kernel = dense(200, kernel_initializer=None).kernel.numpy()
    assert 0.9 * limit < abs(kernel).max() <= limit


def test_functions_around_weights():
    layer = dense(kernel_initializer=lambda shape, dtype=None: np.full(shape, 2.0), bias_initializer=halves,
                  kernel_regularizer=lambda w: keras.ops.sum(w), kernel_constraint=lambda w: 0 * w)
    assert (layer.kernel.numpy() == 2).all() and (layer.bias.numpy() == 0.5).all() and float(layer.losses[0]) == 6
    model = keras.Sequential([keras.Input((3,)), layer])
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0)
    assert not layer.kernel.numpy().any()


def test_a_function_is_saved_by_its_name(tmp_path):
    model = keras.Sequential([keras.Input((3,)), dense(bias_initializer=halves)])
    model.save(tmp_path / "model.safetensors")
    loaded = keras.models.load_model(tmp_path / "model.safetensors", custom_objects={"halves": halves})
    assert (keras.models.clone_model(loaded).layers[0].bias.numpy() == 0.5).all()
    model = keras.Sequential([keras.Input((3,)), dense(kernel_regularizer=lambda w: keras.ops.sum(w))])
    with pytest.raises(NotImplementedError, match="a lambda has none"):
        model.save(tmp_path / "other.safetensors")


def test_arrays():
    assert (dense(2, kernel_initializer=MATRIX).kernel.numpy() == MATRIX).all()
    constant = keras.initializers.Constant(MATRIX)
    layer = keras.layers.Embedding(3, 2, embeddings_initializer=constant)
    assert (layer(np.array([2, 0])).numpy() == MATRIX[[2, 0]]).all()
    again = keras.layers.Embedding.from_config(layer.get_config())
    assert (again(np.array([1])).numpy() == MATRIX[[1]]).all()
    assert (constant.get_config()["value"] == MATRIX).all()
    assert (keras.initializers.Constant([1.0, 2.0])((3, 2)).numpy() == [1, 2]).all()
    with pytest.raises(ValueError, match=r"broadcast to a weight of shape \(3, 3\)"):
        dense(3, kernel_initializer=constant)


class Warmup(keras.optimizers.schedules.LearningRateSchedule):
    """The schedule of "Attention is all you need", as tutorials write it: without get_config()."""

    def __init__(self, size, warmup_steps=10):
        self.size, self.warmup_steps = size, warmup_steps

    def __call__(self, step):
        step = keras.ops.cast(step, "float32") + 1
        return self.size ** -0.5 * keras.ops.minimum(keras.ops.rsqrt(step), step * self.warmup_steps ** -1.5)


def test_a_schedule_without_get_config(tmp_path):
    model = keras.Sequential([keras.Input((3,)), dense()])
    model.compile(keras.optimizers.Adam(Warmup(16)), "mse")
    assert model.optimizer.learning_rate == pytest.approx(0.25 * 10 ** -1.5)
    model.fit(X, Y, verbose=0)
    assert model.optimizer.learning_rate == pytest.approx(0.25 * 2 * 10 ** -1.5)
    with pytest.raises(NotImplementedError, match=r"\[Warmup\] expected get_config"):
        model.save(tmp_path / "model.safetensors")


def test_classes_without_get_config():
    class Weighted(keras.regularizers.Regularizer):
        def __init__(self, factor):
            self.factor = factor

        def __call__(self, x):
            return self.factor * keras.ops.sum(x)

    assert float(dense(kernel_initializer="ones", kernel_regularizer=Weighted(2.0)).losses[0]) == 6


def test_a_function_of_the_learning_rate():
    assert keras.optimizers.SGD(learning_rate=lambda: 0.5).learning_rate == 0.5
    assert keras.optimizers.SGD(learning_rate=lambda step: 0.25).learning_rate == 0.25


def test_seed_generators():
    initializer = keras.initializers.HeNormal(seed=keras.random.SeedGenerator(1))
    first, second = initializer((4,)).numpy(), initializer((4,)).numpy()
    assert (first != second).all()
    again = keras.initializers.HeNormal(seed=keras.random.SeedGenerator(1))
    assert (again((4,)).numpy() == first).all()
    assert (dense(4, kernel_initializer=again).kernel.numpy() != 0).all()


def test_activations():
    class Twice:
        def __call__(self, x):
            return 2 * x

    x = np.array([[-1.0, 0.5, 2.0]], "float32")
    ones = dict(kernel_initializer="identity", units=3)
    assert keras.layers.Dense(activation=Twice(), **ones)(x).numpy().tolist() == [[-2, 1, 4]]
    layer = keras.layers.Dense(activation=keras.layers.LeakyReLU(0.5), **ones)
    assert layer(x).numpy().tolist() == [[-0.5, 0.5, 2]]
    assert keras.layers.Dense.from_config(layer.get_config())(x).numpy().tolist() == [[-0.5, 0.5, 2]]
    assert keras.layers.Activation(keras.layers.ReLU())(x).numpy().tolist() == [[0, 0.5, 2]]
    leaky = keras.activations.get({"class_name": "LeakyReLU", "config": {"negative_slope": 0.5}})
    assert leaky(x).numpy().tolist() == [[-0.5, 0.5, 2]]
    assert keras.activations.get("ReLU")(x).numpy().tolist() == [[0, 0.5, 2]]
    assert keras.activations.get("threshold")(x, 1.0, 7.0).numpy().tolist() == [[7, 7, 2]]
    assert keras.activations.relu(x, threshold=-1.5).numpy().tolist() == [[-1, 0.5, 2]]


def test_functions_may_be_called_as_the_librarys():
    def zeros(shape, dtype=None):
        return keras.ops.ones(shape, dtype=dtype)

    def l2(weight):
        return keras.ops.sum(weight) * 0 + 7.0

    layer = keras.layers.Dense(1, kernel_initializer=zeros, kernel_regularizer=l2)
    assert np.asarray(layer(np.ones((1, 2), "float32"))) == 2 and [float(loss) for loss in layer.losses] == [7.0]
    assert not np.asarray(keras.layers.Dense(1, kernel_initializer="zeros")(np.ones((1, 2), "float32"))).any()
