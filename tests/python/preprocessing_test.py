"""Texts, vocabularies and augmentation from Python, as Keras's documentation calls them."""
import numpy as np
import pytest

import linnet
from linnet import keras
from linnet.keras import layers


def test_text_vectorization():
    layer = layers.TextVectorization(max_tokens=5000, output_mode="int", output_sequence_length=4)
    layer.adapt(["foo bar", "bar baz", "baz bada boom"])
    assert layer.get_vocabulary() == ["", "[UNK]", "baz", "bar", "foo", "boom", "bada"]
    assert layer.get_vocabulary(include_special_tokens=False) == ["baz", "bar", "foo", "boom", "bada"]
    assert layer.vocabulary_size() == 7
    assert layer([["foo qux bar"], ["qux baz"]]).numpy().tolist() == [[4, 1, 3, 0], [1, 2, 0, 0]]
    assert layer(np.array(["foo", b"bar"], object)).numpy().tolist() == [[4, 0, 0, 0], [3, 0, 0, 0]]
    copy = layers.TextVectorization.from_config(layer.get_config())
    assert copy("foo").numpy().tolist() == [4, 0, 0, 0]
    with pytest.raises(ValueError, match="expected texts, received numbers"):
        layer([1, 2])


def test_functions_as_steps_of_text_vectorization():
    layer = layers.TextVectorization(standardize=lambda text: text.replace("-", " "), split=lambda text: text.split(" "),
                                     vocabulary=["A", "b"])
    assert layer(["A-b c"]).numpy().tolist() == [[2, 3, 1]]
    again = layers.TextVectorization.from_config(layer.get_config())
    assert again(["A-b c"]).numpy().tolist() == [[2, 3, 1]] and callable(again.get_config()["split"])
    assert layer.get_vocabulary(include_special_tokens=False) == ["A", "b"]
    words = layers.TextVectorization(standardize=None, split=lambda text: text.split("|"))
    words.adapt(["A|B|B"])
    assert words.get_vocabulary() == ["", "[UNK]", "B", "A"]  # not in small letters
    whole = layers.TextVectorization(standardize=str.upper, split=None, vocabulary=["A B"])
    assert whole(["a b"]).numpy().tolist() == [[2]]
    plain = layers.TextVectorization(standardize=None, split=None, vocabulary=["A b"])
    assert plain(["A b", "a b"]).numpy().ravel().tolist() == [2, 1]
    assert layers.TextVectorization(ngrams=2, vocabulary=["a", "a b"])(["A b"]).numpy().tolist() == [[2, 1, 3]]


def test_chinese_in_a_model():
    texts = layers.TextVectorization(split="character", output_sequence_length=6)
    texts.adapt(["很好", "好看", "很差", "难看"])
    numbers = texts(["很好", "好看", "很差", "难看"])
    labels = np.array([[1], [1], [0], [0]], "float32")
    model = keras.Sequential([layers.Embedding(texts.vocabulary_size(), 4, mask_zero=True),
                              layers.GlobalAveragePooling1D(), layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", metrics=["accuracy"])
    model.fit(numbers, labels, epochs=50, verbose=0)
    assert model.evaluate(numbers, labels, verbose=0)[1] == 1


def test_lookups():
    strings = layers.StringLookup(vocabulary=["a", "b", "c", "d"])
    assert strings([["a", "c", "d"], ["d", "z", "b"]]).numpy().tolist() == [[1, 3, 4], [4, 0, 2]]
    inverse = layers.StringLookup(vocabulary=strings.get_vocabulary(), invert=True)
    assert inverse(np.array([[1, 0], [4, 2]])).tolist() == [["a", "[UNK]"], ["d", "b"]]
    assert strings("b").numpy() == 2
    strings = layers.StringLookup()
    strings.adapt(np.array([["a", "c", "d"], ["d", "z", "b"]]))
    assert strings.get_vocabulary() == ["[UNK]", "d", "z", "c", "b", "a"]
    integers = layers.IntegerLookup()
    integers.adapt(np.array([[12, 1138, 42], [42, 1000, 36]]))
    assert integers.get_vocabulary() == [-1, 42, 1138, 1000, 36, 12]
    assert integers(np.array([[12, 1138, 42], [42, 1000, 36]])).numpy().tolist() == [[5, 2, 1], [1, 3, 4]]
    integers = layers.IntegerLookup()
    integers.set_vocabulary([7, 8])
    assert integers([8, 9]).numpy().tolist() == [2, 0]


def test_hashing():
    assert layers.Hashing(3)([["A"], ["B"], ["C"], ["D"], ["E"]]).numpy().ravel().tolist() == [1, 0, 1, 1, 2]
    assert layers.Hashing(3, salt=133)(["A", "B", "C", "D", "E"]).numpy().tolist() == [0, 0, 2, 1, 0]
    crossing = layers.HashedCrossing(num_bins=5)
    features = np.array(["A", "B", "A", "B", "A"]), np.array([101, 101, 101, 102, 102])
    assert crossing(features).numpy().tolist() == [1, 4, 1, 1, 3]


def test_category_encoding_with_weights():
    layer = layers.CategoryEncoding(num_tokens=4, output_mode="count")
    weights = np.array([[.1, .2], [.1, .1], [.2, .3], [.4, .2]], "float32")
    counts = layer(np.array([[0, 1], [0, 0], [1, 2], [3, 1]]), count_weights=weights)
    np.testing.assert_allclose(counts, [[.1, .2, 0, 0], [.2, 0, 0, 0], [0, .2, .3, 0], [0, .2, 0, .4]], rtol=1e-6)


def test_discretization():
    layer = layers.Discretization(num_bins=4, epsilon=0.01)
    data = np.array([[-1.5, 1.0, 3.4, .5], [0.0, 3.0, 1.3, 0.0]], "float32")
    layer.adapt(data)
    assert layer(data).numpy().tolist() == [[0, 2, 3, 2], [1, 3, 3, 1]]


def test_augmentation_trains_where_nothing_is_said():
    images = np.random.default_rng(0).uniform(0, 255, (4, 8, 8, 3)).astype("float32")
    layer = layers.RandomRotation(0.3, seed=1)
    assert not np.array_equal(layer(images), images)
    assert np.array_equal(layer(images, training=False), images)
    model = keras.Sequential([layers.RandomRotation(0.3)])
    assert np.array_equal(model.predict(images, verbose=0), images)

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.augment = layers.RandomRotation(0.3)

        def call(self, x):
            return self.augment(x)

    assert np.array_equal(Net()(images, training=False), images)
    assert not np.array_equal(Net()(images, training=True), images)


def test_labels_beside_images():
    images, labels = np.arange(4, dtype="float32").reshape(4, 1, 1, 1), np.eye(4, dtype="float32")
    mixed = layers.MixUp(alpha=1.0, seed=1)({"images": images, "labels": labels})
    np.testing.assert_allclose(np.asarray(mixed["labels"]) @ np.arange(4), np.asarray(mixed["images"]).ravel(), rtol=1e-5)
    same = layers.RandomFlip(seed=1)({"images": images, "labels": labels})
    assert np.array_equal(same["labels"], labels)
    with pytest.raises(ValueError, match="received also bounding_boxes"):
        layers.RandomFlip()({"images": images, "bounding_boxes": labels})


def test_pipeline_keeps_its_layers():
    normalization = layers.Normalization()
    normalization.adapt(np.array([[1.0], [3.0]], "float32"))
    pipeline = layers.Pipeline([normalization, layers.Rescaling(2.0)])
    np.testing.assert_allclose(pipeline(np.array([[1.0], [3.0]], "float32")), [[-2], [2]], rtol=1e-5)
    assert pipeline.layers[0] is normalization


def test_models_keep_what_was_adapted(tmp_path):
    lookup = layers.IntegerLookup()
    lookup.adapt(np.array([5, 5, 3]))
    model = keras.Sequential([keras.Input((2,), dtype="int64"), lookup, layers.Embedding(3, 2)])
    model.save(tmp_path / "model.safetensors")
    loaded = keras.models.load_model(tmp_path / "model.safetensors")
    x = np.array([[5, 3], [9, 5]])
    assert np.array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))
    assert loaded.layers[0].get_vocabulary() == [-1, 5, 3]
    assert linnet.keras.layers.IntegerLookup is type(loaded.layers[0])


def test_lists_of_numbers_are_one_array():
    count = layers.CategoryEncoding(4, output_mode="count")
    assert count([[0, 1], [0, 3]]).numpy().tolist() == [[1, 1, 0, 0], [1, 0, 0, 1]]
    assert count([[0, 1]], count_weights=[[.5, 2.]]).numpy().tolist() == [[.5, 2, 0, 0]]
    assert layers.CategoryEncoding(4)([[0, 1]]).shape == (1, 4)
    assert layers.CategoryEncoding(4, output_mode="one_hot")([3, 2, 0, 1]).numpy().argmax(1).tolist() == [3, 2, 0, 1]
    assert layers.Discretization([0., 1.])([[.5, 2.]]).numpy().tolist() == [[1, 2]]
    assert layers.Rescaling(2.)([[1., 2.]]).numpy().tolist() == [[2, 4]]
    assert layers.Normalization(mean=1., variance=4.)([[1., 5.], [3., 1.]]).numpy().tolist() == [[0, 2], [1, 0]]
    assert layers.Dense(2)([[1., 2., 3.]]).shape == (1, 2)
    assert layers.Add()([np.ones(2), np.ones(2)]).numpy().tolist() == [2, 2]
    with pytest.raises(ValueError, match="expected lists of one length"):
        layers.Rescaling(2.)([[1, 2], [3]])
    with pytest.raises(ValueError, match=r"\[StringLookup\] expected rows of one length"):
        layers.StringLookup()([["a", "b"], ["c"]])


@pytest.mark.parametrize("make, kind", [
    (lambda path: layers.StringLookup(vocabulary=path), str), (lambda path: layers.IntegerLookup(vocabulary=path), int),
    (lambda path: layers.TextVectorization(vocabulary=path), str)])
def test_vocabularies_of_files(make, kind, tmp_path):
    tokens = ["7", "5", "9"]
    (tmp_path / "v.txt").write_text("7\r\n5\n9\n")
    layer = make(str(tmp_path / "v.txt"))
    assert layer.get_vocabulary(include_special_tokens=False) == [kind(token) for token in tokens]
    (tmp_path / "w.txt").write_text("1\n2")
    layer.set_vocabulary(tmp_path / "w.txt")
    assert layer.get_vocabulary(include_special_tokens=False) == [kind("1"), kind("2")]
    with pytest.raises(OSError, match="cannot read"):
        make(str(tmp_path / "none.txt"))


def test_lines_of_a_file_are_tokens_whatever_they_are(tmp_path):
    (tmp_path / "v.txt").write_text("[UNK]\na\n")
    assert layers.StringLookup(vocabulary=str(tmp_path / "v.txt")).get_vocabulary() == ["[UNK]", "[UNK]", "a"]
    (tmp_path / "n.txt").write_text("1\ntwo\n")
    with pytest.raises(ValueError, match=r"\[IntegerLookup\] expected a file with an integer on each line"):
        layers.IntegerLookup(vocabulary=str(tmp_path / "n.txt"))


def test_configs_have_keras_entries():
    assert {"sparse", "encoding", "vocabulary_size", "oov_method"} <= layers.StringLookup().get_config().keys()
    assert layers.IntegerLookup(vocabulary=[1, 2]).get_config()["vocabulary_size"] == 3
    assert layers.IntegerLookup().get_config()["vocabulary_dtype"] == "int64"
    assert {"sparse", "ragged", "encoding", "vocabulary_size"} <= layers.TextVectorization().get_config().keys()
    assert layers.Hashing(3).get_config()["dtype"] == "int64" and layers.Hashing(3).get_config()["sparse"] is False
    assert layers.Hashing(3, output_mode="one_hot").get_config()["dtype"] == "float32"
    assert layers.HashedCrossing(3, dtype="int32")((np.array([1]), np.array([2]))).dtype == "int32"


def test_what_keras_refuses():
    with pytest.raises(ValueError, match="expected bin_boundaries or num_bins, received both"):
        layers.Discretization(bin_boundaries=[1.], num_bins=2)
    with pytest.raises(ValueError, match='does not support the option "sparse"'):
        layers.Hashing(3, sparse=True)
    with pytest.raises(ValueError, match="adapt\\(\\) finds one"):
        layers.IntegerLookup(output_mode="multi_hot")(keras.Input((2,), dtype="int64"))
    with pytest.raises(ValueError, match=r"\[HashedCrossing\] expected a list of features, received NoneType"):
        layers.HashedCrossing(3)(None)
    with pytest.raises(ValueError, match="received a feature of dtype float"):
        layers.HashedCrossing(3)((np.array([1.]), np.array([2])))
    with pytest.raises(ValueError, match=r'\[GRU\] expected an integer, received "a"; in the option units = "a"'):
        layers.GRU("a")
    with pytest.raises(ValueError, match=r"\[normalize\] expected the number of an axis"):
        keras.utils.normalize(np.ones((2, 2)), axis=None)
    with pytest.raises(ValueError, match="expected num_classes of 1 or more"):
        keras.utils.to_categorical([1], num_classes=0)


def test_pictures_with_segmentation_masks():
    data = {"images": np.ones((1, 4, 4, 3), "float32"), "labels": np.array([1]),
            "segmentation_masks": np.ones((1, 4, 4, 1), "float32")}
    for layer in (layers.Resizing(2, 2), layers.CenterCrop(2, 2)):
        out = layer(data)
        assert out["images"].shape == (1, 2, 2, 3) and out["segmentation_masks"].shape == (1, 2, 2, 1)
        assert out["labels"].tolist() == [1]
    with pytest.raises(ValueError, match=r"\[RandomFlip\] expected images and perhaps labels, received also seg"):
        layers.RandomFlip()(data)
