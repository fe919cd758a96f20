"""keras.tree, and other names of Keras that stand by themselves."""
import collections

import numpy as np
import pytest

import linnet
from linnet import keras

tree = keras.tree
Point = collections.namedtuple("Point", "x y")
NESTED = {"b": [1, (2, 3)], "a": Point(4, {"c": 5})}


def test_flatten_and_pack():
    assert tree.flatten(NESTED) == [4, 5, 1, 2, 3] and tree.flatten(None) == [None] and tree.flatten(1) == [1]
    assert tree.flatten({100: "world!", 6: "Hello"}) == ["Hello", "world!"]
    assert tree.flatten(collections.OrderedDict([("b", 1), ("a", 2)])) == [1, 2]
    assert tree.flatten_with_path([{"foo": 42}]) == [((0, "foo"), 42)]
    packed = tree.pack_sequence_as(NESTED, "vwxyz")
    assert packed == {"b": ["x", ("y", "z")], "a": Point("v", {"c": "w"})} and list(packed) == ["b", "a"]
    assert tree.pack_sequence_as("atom", [7]) == 7
    x = np.ones(2)
    assert tree.flatten([x, linnet.Tensor(x)])[0] is x
    with pytest.raises(ValueError, match=r"\[pack_sequence_as\] expected 5 values for the structure, received 1"):
        tree.pack_sequence_as(NESTED, [1])


def test_map():
    assert tree.map_structure(lambda x, y: x * y, [[1], (2,)], [[3], (4,)]) == [[3], (8,)]
    assert tree.map_structure(lambda v: v * 2, Point(1, 2)) == Point(2, 4)
    assert tree.map_structure(lambda v: 0, [None, 1]) == [0, 0]
    assert tree.map_structure(lambda v: 0, [None, 1], none_is_leaf=False) == [None, 0]
    assert tree.map_structure_up_to([None, None], len, [[1, 1], [2, 2]]) == [2, 2]
    assert tree.map_structure_up_to([None, [None, None]], str, [[1, 1], [2, 2]]) == ["[1, 1]", ["2", "2"]]
    assert tree.map_shape_structure(list, {"a": (None, 2), "b": [(1,), (2, 3)]}) == {"a": [None, 2], "b": [[1], [2, 3]]}
    assert tree.lists_to_tuples([1, [2, {"a": [3]}]]) == (1, (2, {"a": (3,)}))
    for call in (lambda: tree.map_structure(1, [2]), lambda: tree.map_structure(len)):
        with pytest.raises(TypeError, match=r"\[map_structure\] expected a function and structures"):
            call()


def test_same():
    tree.assert_same_structure([(0, 1)], [(2, 3)])
    tree.assert_same_paths([0, 1], (2, 3))
    for a, b in (([1], (1,)), ([1], [1, 2]), ({"a": 1}, {"b": 1}), ([1], [[1]])):
        with pytest.raises(ValueError, match=r"\[assert_same_structure\]"):
            tree.assert_same_structure(a, b)
    with pytest.raises(ValueError, match=r"\[assert_same_paths\]"):
        tree.assert_same_paths([1], [1, 2])
    assert tree.is_nested([]) and tree.is_nested({}) and not tree.is_nested("ab") and not tree.is_nested(np.ones(2))


def test_traverse():
    structure, seen = [(1, 2), [3], {"a": 4}], []
    assert tree.traverse(seen.append, structure) == structure
    assert seen == [structure, (1, 2), 1, 2, [3], 3, {"a": 4}, 4]
    seen.clear()
    tree.traverse(seen.append, structure, top_down=False)
    assert seen == [1, 2, (1, 2), 3, [3], 4, {"a": 4}, structure]
    assert tree.traverse(lambda part: "two" if isinstance(part, tuple) else None, structure) == ["two", [3], {"a": 4}]
    assert tree.traverse(lambda part: tree.MAP_TO_NONE if part == 3 else None, structure) == [(1, 2), [None], {"a": 4}]


def test_names():
    assert keras.__version__ == keras.version() and keras.__version__.startswith("3.")
    with keras.device("cpu:0"), keras.name_scope("block"):
        assert keras.ops.ones(2).shape == (2,)
    with pytest.raises(ValueError, match=r'\[device\] expected "cpu", where Linnet computes, received \'gpu:0\''):
        with keras.device("gpu:0"):
            pass
    spec = keras.InputSpec(shape=(None, 3), axes={-1: 3})
    assert spec.ndim == 2 and keras.InputSpec.from_config(spec.get_config()).axes == {-1: 3}
    with pytest.raises(ValueError, match="expected axes below 2"):
        keras.InputSpec(ndim=2, axes={2: 1})
    generator = keras.random.SeedGenerator(3)
    assert generator.next().tolist() != generator.next().tolist() and generator.next().shape == (2,)
    for seed in ("a", -1, 1.5):
        with pytest.raises(ValueError, match=r"\[SeedGenerator\] expected seed None or an integer"):
            keras.random.SeedGenerator(seed)


def test_variables():
    assert keras.Variable([1, 2], dtype="float64").dtype == "float64" and keras.Variable(np.ones(2), name="n").name == "n"
    for made in (keras.Variable("zeros", (2, 3)), keras.Variable(initializer="zeros", shape=(2, 3)),
                 keras.Variable(keras.initializers.Zeros(), shape=(2, 3), dtype="float32"),
                 keras.Variable(lambda shape, dtype: np.zeros(shape, dtype), shape=(2, 3), trainable=False)):
        assert made.shape == (2, 3) and made.dtype == "float32" and not made.numpy().any()
    with pytest.raises(ValueError, match=r"\[Variable\] expected a shape beside an initializer"):
        keras.Variable("zeros")
    with pytest.raises(ValueError, match=r"\[Variable\] expected numbers of shape \(3,\)"):
        keras.Variable([1.0, 2.0], shape=(3,))


def test_names_of_losses():
    y, p = np.array([[0.0, 1.0]], "float32"), np.array([[0.25, 0.5]], "float32")
    for module in (keras.losses, keras.metrics):
        for short, name in (("MSE", "mean_squared_error"), ("MAE", "mean_absolute_error"), ("KLD", "kl_divergence"),
                            ("MAPE", "mean_absolute_percentage_error"), ("MSLE", "mean_squared_logarithmic_error"),
                            ("bce", "binary_crossentropy"), ("BCE", "binary_crossentropy"), ("logcosh", "log_cosh")):
            assert getattr(module, short)(y, p).tolist() == getattr(module, name)(y, p).tolist()


def test_dtypes():
    standardize, result = keras.backend.standardize_dtype, keras.backend.result_type
    assert [standardize(each) for each in (None, float, int, bool, "uint8", np.float64, np.dtype("int64"))] == [
        "float32", "float32", "int32", "bool", "uint8", "float64", "int64"]
    for dtypes, expected in [((), "float32"), (("int32", "float32"), "float32"), (("bool", int), "int32"), ((int,), "int32"),
                             (("uint8", int), "uint8"), (("int64", float), "float32"), (("bfloat16", float), "bfloat16"),
                             (("bool", "bool"), "bool"), (("float64", "int64"), "float64")]:
        assert result(*dtypes) == expected
    with pytest.raises(ValueError, match=r"\[standardize_dtype\] expected one of .*, received 'complex64'"):
        standardize("complex64")
