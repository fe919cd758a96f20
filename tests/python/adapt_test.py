"""adapt() of what gives batches: PyDatasets, generators, lists of arrays; and in parts."""
import numpy as np
import pytest

from linnet import keras
from linnet.keras import layers


class Batches(keras.utils.PyDataset):
    """(x, y) or x for each of some arrays. Without a check of the index, as most are written."""

    def __init__(self, arrays, with_targets=False):
        super().__init__()
        self.arrays, self.with_targets = arrays, with_targets

    def __len__(self):
        return len(self.arrays)

    def __getitem__(self, index):
        x = self.arrays[index % len(self.arrays)]
        return (x, np.zeros(len(x))) if self.with_targets else x


class Endless(keras.utils.PyDataset):
    num_batches = None

    def __getitem__(self, index):
        return np.full((2, 1), float(index))


UNEVEN = np.split(np.random.default_rng(1).normal(size=(20, 3)).astype("float32") * 3 + 1, [7, 9])


@pytest.mark.parametrize("give", [Batches, lambda arrays: Batches(arrays, True), list, tuple, iter,
                                  lambda arrays: ((x, x) for x in arrays), lambda arrays: np.concatenate(arrays)])
def test_normalization_measures_all_batches(give):
    layer, whole = layers.Normalization(), np.concatenate(UNEVEN)
    layer.adapt(give(UNEVEN))
    np.testing.assert_allclose(layer.mean, whole.mean(0), rtol=1e-5)
    np.testing.assert_allclose(layer.variance, whole.var(0), rtol=1e-5)


def test_normalization_of_pieces_of_a_series():
    series = np.arange(10, dtype="float32").reshape(-1, 1)
    pieces = keras.utils.timeseries_dataset_from_array(series, series, 3, batch_size=5)
    layer = layers.Normalization()
    layer.adapt(pieces)
    assert layer.mean.shape == (1,)
    np.testing.assert_allclose(layer.mean, np.concatenate([x for x, _ in pieces]).mean((0, 1)), rtol=1e-6)


def test_normalization_that_keeps_all_axes():
    x = np.array([[1., 2.], [3., 5.]], "float32")
    layer = layers.Normalization(axis=(0, 1))
    layer.adapt(x)
    assert layer.mean.numpy().tolist() == x.tolist() and np.all(layer.variance.numpy() == 0)
    layer = layers.Normalization()
    layer.adapt(np.array([1., 2., 3.]))
    assert layer(np.array([1., 2., 4.], "float32")).numpy().tolist() == [0, 0, 1e7]


def test_the_other_layers_take_batches():
    bins = layers.Discretization(num_bins=4)
    bins.adapt(Batches([np.arange(50.), np.arange(50., 100.)]))
    np.testing.assert_allclose(bins.bin_boundaries, [25, 50, 75], atol=1.5)
    integers = layers.IntegerLookup()
    integers.adapt(x for x in [np.array([[5, 7]]), np.array([[7, 9]])])
    assert integers.get_vocabulary() == [-1, 7, 9, 5]
    strings = layers.StringLookup()
    strings.adapt(x for x in [["a", "b"], np.array(["b"])])
    assert strings.get_vocabulary() == ["[UNK]", "b", "a"]
    words = layers.TextVectorization()
    words.adapt(Batches([np.array(["a b"]), np.array(["b c", "b"])], with_targets=True))
    assert words.get_vocabulary() == ["", "[UNK]", "b", "c", "a"]


def test_documents_of_batches():
    each, batch = layers.IntegerLookup(output_mode="tf_idf"), layers.IntegerLookup(output_mode="tf_idf")
    each.adapt(np.array([1, 2, 1]))
    batch.adapt(x for x in [np.array([1, 2, 1])])
    np.testing.assert_allclose(each.get_config()["idf_weights"], np.log(1 + 3 / np.array([3., 2.])))
    np.testing.assert_allclose(batch.get_config()["idf_weights"], np.log(1 + 1 / np.array([2., 2.])))


def test_steps():
    layer = layers.Normalization()
    layer.adapt(Endless(), steps=3)
    assert layer.mean.numpy().tolist() == [1]
    with pytest.raises(ValueError, match=r"\[Normalization\] expected steps for a PyDataset without end"):
        layer.adapt(Endless())
    layers.TextVectorization().adapt(["a"], batch_size=2, steps=None)
    layers.StringLookup().adapt(["a"], steps=None)
    layers.Discretization(num_bins=2).adapt([1., 2.], steps=None)


def test_in_parts():
    layer = layers.StringLookup()
    layer.update_state(["a", "b"])
    layer.update_state([["b"]])
    layer.finalize_state()
    assert layer.get_vocabulary() == ["[UNK]", "b", "a"]
    layer.update_state(["c"])
    layer.reset_state()
    layer.finalize_state()
    assert layer.vocabulary_size() == 3


def test_errors_say_what_is_expected():
    with pytest.raises(ValueError, match="expected at least one batch to adapt to"):
        layers.Normalization().adapt(iter([]))
    with pytest.raises(ValueError, match=r"expected the sizes \(3,\) along its axes, received \(2,\)"):
        layers.Normalization().adapt([np.ones((2, 3)), np.ones((2, 2))])
    with pytest.raises(ValueError, match=r"\[TextVectorization\] expected texts, received numbers"):
        layers.TextVectorization().adapt(x for x in [np.ones(3)])


def test_a_dataset_is_no_array():
    batches = Batches([np.ones((2, 2))] * 3)
    assert len(list(batches)) == 3
    for use in (layers.Dense(2), keras.ops.array, keras.utils.to_categorical):
        with pytest.raises(TypeError, match=r"\[Batches\] expected an array, received a PyDataset"):
            use(batches)
