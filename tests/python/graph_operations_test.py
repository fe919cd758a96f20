"""Operations of keras.ops, operators and Lambda on symbolic tensors: functional graphs of them."""
import copy
import functools
import pickle

import numpy as np
import pytest

import linnet
from linnet import keras
from linnet.keras import layers, ops

RNG = np.random.default_rng(0)
X = RNG.normal(size=(5, 4, 6)).astype("float32")

OPERATIONS = {
    "getitem": lambda x: x[:, 0],
    "slices": lambda x: x[:, ::2, 1:-1],
    "ellipsis": lambda x: x[..., 0],
    "negative": lambda x: -x,
    "abs": lambda x: abs(x),
    "power": lambda x: x ** 2,
    "reflected_power": lambda x: 2.0 ** x,
    "matmul": lambda x: x @ ops.transpose(x, (0, 2, 1)),
    "array": lambda x: x * np.arange(6, dtype="float32"),
    "reflected_division": lambda x: 1.0 / (x * x + 1.0),
    "mean": lambda x: ops.mean(x, axis=1),
    "keepdims": lambda x: ops.max(x, axis=(1, 2), keepdims=True),
    "concatenate": lambda x: ops.concatenate([x, x + 1.0], axis=-1),
    "reshape": lambda x: ops.reshape(x, (-1, 24)),
    "einsum": lambda x: ops.einsum("bij,bkj->bik", x, x),
    "where": lambda x: ops.where(x > 0, x, ops.zeros_like(x)),
    "cast": lambda x: ops.cast(x > 0.5, "float32"),
    "softmax": lambda x: ops.softmax(x, axis=1),
    "relu": lambda x: keras.activations.relu(x, max_value=0.5),
    "gelu": lambda x: ops.nn.gelu(x),
    "norm": lambda x: ops.linalg.norm(x, axis=-1),
    "clip": lambda x: ops.clip(x, -0.5, 0.5),
    "one_hot": lambda x: ops.one_hot(ops.argmax(x, axis=-1), 6),
    "image": lambda x: ops.image.resize(x[..., None], (2, 3)),
    "split": lambda x: ops.add(*ops.split(x, 2, axis=-1)),
    "top_k": lambda x: ops.top_k(x, 2).values if hasattr(ops.top_k(x, 2), "values") else ops.top_k(x, 2)[0],
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_graph_equals_eager_and_survives_saving(name, tmp_path):
    operation = OPERATIONS[name]
    expected = np.asarray(operation(linnet.Tensor(X)))
    x = keras.Input((4, 6))
    y = operation(x)
    assert y.shape[1:] == expected.shape[1:] and y.shape[0] is None
    assert y.dtype == str(expected.dtype)
    model = keras.Model(x, y)
    np.testing.assert_array_equal(model.predict(X, verbose=0), expected)
    model.save(tmp_path / "model.safetensors")
    again = keras.models.load_model(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(again.predict(X, verbose=0), expected)
    np.testing.assert_array_equal(keras.models.clone_model(model).predict(X, verbose=0), expected)


MATRICES = np.stack([np.eye(3, dtype="float32") * k + 0.25 for k in (2, 3, 4, 5)])


def _functions_of_matrices():
    """Those of keras.ops that square matrices alone suit, one or two, and how many."""
    for name in sorted(n for n in dir(ops) if not n.startswith("_")):
        function = getattr(ops, name)
        if not callable(function) or isinstance(function, type) or name in ("convert_to_numpy", "custom_gradient"):
            continue
        for count in (1, 2):
            try:
                result = function(*[linnet.Tensor(MATRICES)] * count)
            except Exception:  # other arguments
                continue
            if isinstance(result, linnet.Tensor):
                yield name, count
                break


@pytest.mark.parametrize("name,count", _functions_of_matrices())
def test_every_operation_takes_symbolic_tensors(name, count):
    function = getattr(ops, name)
    expected = function(*[linnet.Tensor(MATRICES)] * count)
    x = keras.Input((3, 3))
    y = function(*[x] * count)
    assert y.is_symbolic and y.dtype == expected.dtype
    assert all(found in (None, size) for found, size in zip(y.shape, expected.shape, strict=True))
    if name != "empty_like":  # which holds anything
        np.testing.assert_array_equal(keras.Model(x, y)(MATRICES).numpy(), expected.numpy())


def test_there_are_many_such_operations():
    assert len(list(_functions_of_matrices())) > 180


def test_several_results_keep_their_form():
    x = keras.Input((4, 6))
    parts = ops.split(x, 3, axis=-1)
    assert [part.shape for part in parts] == [(None, 4, 2)] * 3
    values, indices = ops.top_k(x, 2)
    assert (values.dtype, indices.dtype) == ("float32", "int32")
    mean, variance = ops.moments(x, axes=[1])
    assert mean.shape == variance.shape == (None, 6)
    model = keras.Model(x, [*parts, mean])
    for found, expected in zip(model(X), [*np.split(X, 3, -1), X.mean(1)]):
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-6, atol=1e-6)


def test_names_are_those_of_the_functions(capsys):
    keras.utils.clear_session()
    x = keras.Input((4, 6))
    model = keras.Model(x, layers.Dense(2)(ops.mean(ops.mean(x, axis=1)[..., None] * x[:, 0, :1, None], axis=1)))
    names = [layer.name for layer in model.layers]
    assert {"mean", "mean_1", "get_item", "get_item_1"} <= set(names)
    model.summary()
    assert "mean_1 (Operation)" in capsys.readouterr().out


def test_gradients_flow_through():
    x = keras.Input((4, 6))
    model = keras.Model(x, layers.Dense(1)(ops.relu(layers.Dense(8)(x[:, 0]))))
    model.compile("adam", "mse")
    target = X[:, 0].sum(-1)
    losses = model.fit(X, target, epochs=30, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert len(model.trainable_variables) == 4


def test_copies_and_pickles():
    x = keras.Input((4, 6))
    model = keras.Model(x, layers.Dense(2)(x[:, 1] * np.float32(2)))
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))


def test_integers_stay_integers():
    x = keras.Input((3,), dtype="int32")
    y = ops.sum(x, axis=1)
    assert y.dtype == "int32"
    assert keras.Model(x, y)(np.array([[1, 2, 3]], "int32")).numpy().tolist() == [6]


@pytest.mark.parametrize("function", [lambda x: x * 2, lambda x: 2 * x, lambda x: x + 1, lambda x: 1 - x, lambda x: x + x,
                                      lambda x: x * x, lambda x: x - x])
@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8", "float64"])
def test_operators_keep_dtypes(function, dtype):
    x, numbers = keras.Input((2,), dtype=dtype), np.array([[3, 117]], dtype)
    y = function(x)
    assert y.dtype == dtype
    result = keras.Model(x, y)(numbers)
    assert result.dtype == dtype and result.numpy().tolist() == function(numbers).tolist()


def test_pictures_of_bytes_are_scaled():
    x = keras.Input((2,), dtype="uint8")
    for y in (x / 255, x / 255.0, x * (1 / 255.0), x - 127.0, 1.0 - x):
        assert y.dtype == "float32"
    np.testing.assert_allclose(keras.Model(x, x / 255 - 0.5)(np.array([[0, 255]], "uint8")).numpy(), [[-0.5, 0.5]])


@pytest.mark.parametrize("function, shape", [
    (lambda x: ops.max_pool(x, 2), (None, None, 3)), (lambda x: x[:, ::3], (None, None, 3)),
    (lambda x: ops.conv(x, np.ones((3, 3, 4), "float32"), strides=3), (None, None, 4)),
    (lambda x: ops.reshape(x, (-1, 4, 3)), (None, 4, 3)), (lambda x: ops.reshape(x, (-1, 10)), (None, 10)),
    (lambda x: ops.split(x, 2, axis=1)[1], (None, None, 3)), (lambda x: x[:, 70], (None, 3)),
    (lambda x: ops.concatenate([ops.max_pool(x, 2), layers.MaxPooling1D(2)(x)], -1), (None, None, 6))])
def test_sizes_that_follow_unknown_ones_are_unknown(function, shape):
    assert function(keras.Input((None, 3))).shape == shape


def test_a_weight_beside_a_symbolic_tensor_is_refused():
    with pytest.raises(ValueError, match=r"\[matmul\] expected no weight beside a symbolic tensor"):
        ops.matmul(keras.Input((4,)), linnet.Variable(np.ones((4, 2), "float32")))


def test_functions_among_arguments_work_but_cannot_be_saved(tmp_path):
    x = keras.Input((4, 6))
    model = keras.Model(x, ops.map(lambda row: row * 2, x))
    np.testing.assert_array_equal(model(X).numpy(), X * 2)
    with pytest.raises(TypeError, match=r"\[map\] expected arguments that a file can hold, received function"):
        model.save(tmp_path / "model.safetensors")
    assert not (tmp_path / "model.safetensors").exists()


@pytest.mark.parametrize("call,error,message", [
    (lambda x: ops.mean(x, axis=3), ValueError, r"\[mean\] .*axis.*3"),
    (lambda x: ops.matmul(x, np.ones((3, 2))), ValueError,
     r"\[matmul\] .* k is 4 and 3; tried with 2 for None in \(None, 4\)"),
    (lambda x: x[:, 9], IndexError, r"index 9 is out of range for an axis of size 4; tried"),
    (lambda x: [row for row in x], TypeError, "a symbolic tensor has no elements yet"),
    (lambda x: len(x), TypeError, "first axis has no size yet"),
    (lambda x: 1 if x > 0 else 2, ValueError, r"\[item\] received a symbolic tensor from Input"),
    (lambda x: float(x), ValueError, r"\[item\] received a symbolic tensor from Input"),
])
def test_wrong_uses_are_told_when_the_graph_is_made(call, error, message):
    with pytest.raises(error, match=message):
        call(keras.Input((4,)))


def test_an_index_may_be_larger_than_the_guess_for_the_batch():
    x = keras.Input((4,))
    assert x[7].shape == (4,) and x[5:8].shape[1:] == (4,)


def test_loops_give_their_results():
    x = keras.Input((4,))
    last, rows = ops.scan(lambda carry, row: (carry + ops.sum(row), row * 2), 0.0, x)
    total, doubled = keras.Model(x, [last, rows])(np.ones((3, 4), "float32"))
    assert float(total) == 12 and doubled.numpy().tolist() == [[2] * 4] * 3


def test_infinities_among_arguments_survive_saving(tmp_path):
    x = keras.Input((3,))
    steps = x * np.array([np.inf, -np.inf, 1], "float32")
    model = keras.Model(x, ops.where(steps > 0, steps, float("-inf")))
    model.save(tmp_path / "model.safetensors")
    again = keras.models.load_model(tmp_path / "model.safetensors")
    assert again(np.ones((1, 3))).numpy().tolist() == [[np.inf, -np.inf, 1]]


@pytest.mark.parametrize("change", [{"arguments": {}}, {"arguments": 3}, {"options": {"what": 1}}, {"input_dtypes": 3},
                                    {"arguments": {"array": ["x"], "dtype": "float32", "shape": [1]}}, {"options": None}])
def test_damaged_configs_are_refused_by_name(change):
    config = {"name": "x", "trainable": True, "dtype": "float32", "function": "mean",
              "arguments": {"tuple": [{"input": 0}]}, "options": {"dict": {}}, "input_dtypes": ["float32"]}
    layers.deserialize({"class_name": "Operation", "config": config})
    with pytest.raises(ValueError, match=r"\[Operation\] expected arguments of mean as get_config\(\) writes them"):
        layers.deserialize({"class_name": "Operation", "config": {**config, **change}})


def test_files_name_only_operations_of_keras_ops():
    with pytest.raises(ValueError, match="expected a function of keras.ops, received 'os.system'"):
        layers.deserialize({"class_name": "Operation", "config": {
            "name": "x", "trainable": True, "dtype": "float32", "function": "os.system", "arguments": {"tuple": ["ls"]},
            "options": {"dict": {}}, "input_dtypes": []}})


def test_own_layers_may_ask_for_the_default_output_shape():
    class Twice(layers.Layer):
        def call(self, x):
            return ops.concatenate([x, x], axis=-1)

        def compute_output_shape(self, input_shape):
            return super().compute_output_shape(input_shape)

    assert Twice()(keras.Input((3,))).shape == (None, 6)


def test_config_is_the_one_that_the_engine_reads():
    x = keras.Input((3,))
    layer = keras.Model(x, ops.mean(x, axis=1)).layers[-1]
    layer_config = {**layer.get_config(), "name": "average"}  # tests/layers/operation_test.cpp
    assert layer_config == {"name": "average", "trainable": True, "dtype": "float32", "function": "mean",
                            "arguments": {"tuple": [{"input": 0}]}, "options": {"dict": {"axis": 1}},
                            "input_dtypes": ["float32"]}


# ---- Lambda

def triple(x):
    return x * 3


def test_lambda_in_models(tmp_path):
    model = keras.Sequential([keras.Input((6,)), layers.Lambda(triple), layers.Dense(2)])
    model.save(tmp_path / "model.safetensors")
    again = keras.models.load_model(tmp_path / "model.safetensors", custom_objects={"triple": triple})
    np.testing.assert_array_equal(again.predict(X[:, 0], verbose=0), model.predict(X[:, 0], verbose=0))


def test_lambda_takes_what_keras_takes():
    x = keras.Input((4, 6))
    assert layers.Lambda(lambda pair: pair[0] - pair[1])([x, x]).shape == (None, 4, 6)
    assert layers.Lambda(lambda t: t[:, :1], output_shape=(1, 6))(x).shape == (None, 1, 6)
    scaled = layers.Lambda(lambda t, factor, training=None: t * (0 if training else factor), arguments={"factor": 2.0})
    np.testing.assert_array_equal(scaled(X).numpy(), X * 2)
    np.testing.assert_array_equal(scaled(X, training=True).numpy(), X * 0)


def test_lambda_of_functions_without_signature_or_name():
    x = keras.Input((6,))
    assert layers.Lambda(ops.sin)(x).shape == (None, 6)
    part = layers.Lambda(functools.partial(ops.clip, x_min=0, x_max=1))
    assert part(x).shape == (None, 6)
    with pytest.raises(TypeError, match="expected a function with a name"):
        part.get_config()


def test_lambda_says_what_it_cannot_do(tmp_path):
    model = keras.Sequential([keras.Input((6,)), layers.Lambda(lambda x: x * 2)])
    with pytest.raises(TypeError, match="expected a function with a name"):
        model.save(tmp_path / "model.safetensors")
    assert not (tmp_path / "model.safetensors").exists()
    with pytest.raises(TypeError, match=r"\[Lambda\] expected a function, received int"):
        layers.Lambda(3)
