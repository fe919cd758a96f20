"""Sequences of different lengths, pieces of long ones, and names for what is one's own."""
import numpy as np
import pytest

from linnet import keras
from linnet.keras import layers
from linnet.keras.utils import pad_sequences, timeseries_dataset_from_array


@pytest.mark.parametrize("options,expected", [
    ({}, [[0, 0, 1], [0, 2, 3], [4, 5, 6]]),
    ({"padding": "post"}, [[1, 0, 0], [2, 3, 0], [4, 5, 6]]),
    ({"maxlen": 2}, [[0, 1], [2, 3], [5, 6]]),
    ({"maxlen": 2, "truncating": "post"}, [[0, 1], [2, 3], [4, 5]]),
    ({"maxlen": 4, "value": -1}, [[-1, -1, -1, 1], [-1, -1, 2, 3], [-1, 4, 5, 6]]),
    ({"maxlen": 0}, [[], [], []]),
])
def test_pad_sequences(options, expected):
    padded = pad_sequences([[1], [2, 3], np.array([4, 5, 6])], **options)
    assert padded.tolist() == expected and padded.dtype == "int32"


def test_pad_sequences_of_vectors_and_texts():
    padded = pad_sequences([[[1.5, 2.5]], []], maxlen=2, dtype="float32", padding="post")
    assert padded.tolist() == [[[1.5, 2.5], [0, 0]], [[0, 0], [0, 0]]]
    assert pad_sequences([["a"], ["b", "c"]], dtype=object, value="").tolist() == [["", "a"], ["b", "c"]]
    assert pad_sequences([]).shape == (0, 0)


@pytest.mark.parametrize("call,text", [
    (lambda: pad_sequences([[1]], padding="left"), r'expected padding "pre" or "post", received \'left\''),
    (lambda: pad_sequences([1, 2]), "expected a list of sequences, received 1 among them"),
    (lambda: pad_sequences(3), "expected a list of sequences, received int"),
    (lambda: pad_sequences([[1]], value="x"), "expected a number as value"),
    (lambda: pad_sequences([[[1, 2]], [[1]]]), r"expected elements of shape \(2,\) in all sequences, received \(1,\)"),
    (lambda: timeseries_dataset_from_array(range(5), None, 9), "expected more than 8 steps"),
    (lambda: timeseries_dataset_from_array(range(5), None, 0), "expected sequence_length >= 1, received 0"),
    (lambda: timeseries_dataset_from_array(range(5), None, 2, start_index=4, end_index=3), "start_index < end_index"),
])
def test_messages(call, text):
    with pytest.raises(ValueError, match=text):
        call()


def batches(*arguments, **options):
    return [tuple(part.tolist() for part in batch) if isinstance(batch, tuple) else batch.tolist()
            for batch in timeseries_dataset_from_array(*arguments, **options)]


def test_pieces_of_a_series():
    data = np.arange(10)
    assert batches(data, data[3:], 3, batch_size=4) == [
        ([[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]], [3, 4, 5, 6]), ([[4, 5, 6], [5, 6, 7], [6, 7, 8]], [7, 8, 9])]
    assert batches(data, None, 3, sequence_stride=3, sampling_rate=2) == [[[0, 2, 4], [3, 5, 7]]]
    assert batches(data, data, 2, start_index=2, end_index=5) == [([[2, 3], [3, 4]], [2, 3])]
    (shuffled, targets), = batches(data, data * 10, 2, shuffle=True, seed=1)
    assert sorted(shuffled) == [[i, i + 1] for i in range(9)] and shuffled != sorted(shuffled)
    assert [first * 10 for first, _ in shuffled] == targets


def test_a_model_trains_on_them():
    keras.utils.set_random_seed(0)
    series = np.sin(np.arange(200, dtype="float32") / 5)[:, None]
    pieces = timeseries_dataset_from_array(series[:-1], series[10:], 10, batch_size=32)
    model = keras.Sequential([keras.Input((10, 1)), layers.LSTM(8), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.01), "mse")
    losses = model.fit(pieces, epochs=15, verbose=0).history["loss"]
    assert losses[-1] < losses[0] / 4
    assert model.predict(timeseries_dataset_from_array(series, None, 10), verbose=0).shape == (191, 1)


def test_names_of_ones_own(tmp_path):
    @keras.utils.register_keras_serializable()
    class SeriesTwice(layers.Layer):
        def call(self, x):
            return x * 2

    class SeriesHalf(layers.Layer):
        def call(self, x):
            return x / 2

    model = keras.Sequential([keras.Input((3,)), SeriesTwice(), SeriesHalf(), layers.Dense(1)])
    model.save(tmp_path / "model.safetensors")
    with keras.utils.custom_object_scope({"SeriesHalf": SeriesHalf}):
        again = keras.models.load_model(tmp_path / "model.safetensors")
    assert isinstance(again.layers[-2], SeriesHalf)
    x = keras.Input((3,))
    assert keras.utils.is_keras_tensor(x) and not keras.backend.is_keras_tensor(np.ones(3))
    assert issubclass(keras.initializers.Zeros, keras.Initializer) and issubclass(keras.regularizers.L2, keras.Regularizer)
