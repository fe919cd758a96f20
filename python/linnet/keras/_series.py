"""Sequences: of different lengths in one array, and pieces of a long one."""
import random

import numpy

from .._arrays import is_array
from .._batches import PyDataset


def pad_sequences(sequences, maxlen=None, dtype="int32", padding="pre", truncating="pre", value=0.0):
    """Sequences of different lengths as the rows of one array (sequences, maxlen, …).

    sequences: lists or arrays, whose elements may be arrays of one shape. maxlen: the length of a row, by default that of
    the longest sequence. Where a sequence is shorter, `value` stands in front ("pre") or behind ("post"); of a longer one
    the front ("pre") or the end is left out.

        pad_sequences([[1], [2, 3], [4, 5, 6]], maxlen=2)   # [[0, 1], [2, 3], [5, 6]]
    """
    for name, side in (("padding", padding), ("truncating", truncating)):
        if side not in ("pre", "post"):
            raise ValueError(f"[pad_sequences] expected {name} \"pre\" or \"post\", received {side!r}")
    try:
        rows = [numpy.asarray(sequence) for sequence in sequences]
    except TypeError:
        raise ValueError(f"[pad_sequences] expected a list of sequences, received {type(sequences).__name__}") from None
    lone = next((row for row in rows if row.ndim == 0), None)
    if lone is not None:
        raise ValueError(f"[pad_sequences] expected a list of sequences, received {lone.item()!r} among them")
    if isinstance(value, str) and numpy.dtype(dtype) != object and numpy.dtype(dtype).kind not in "SU":
        raise ValueError(f"[pad_sequences] expected a number as value for dtype {dtype}, received {value!r}; for texts "
                         "dtype is object")
    shape = next((row.shape[1:] for row in rows if len(row)), ())
    if maxlen is None:
        maxlen = max((len(row) for row in rows), default=0)
    padded = numpy.full((len(rows), maxlen, *shape), value, dtype)
    for position, row in enumerate(rows):
        if len(row) and row.shape[1:] != shape:
            raise ValueError(f"[pad_sequences] expected elements of shape {shape} in all sequences, received "
                             f"{row.shape[1:]} in the one at position {position}")
        kept = row[max(len(row) - maxlen, 0):] if truncating == "pre" else row[:maxlen]
        if len(kept):
            start = maxlen - len(kept) if padding == "pre" else 0
            padded[position, start:start + len(kept)] = kept
    return padded


class _Windows(PyDataset):
    """Batches of pieces of a long sequence, each from one of `starts` on."""

    def __init__(self, data, targets, starts, steps, batch_size):
        super().__init__()
        self._data, self._targets, self._starts, self._steps, self._batch_size = data, targets, starts, steps, batch_size

    def __len__(self):
        return -(-len(self._starts) // (self._batch_size or 1))

    def __getitem__(self, index):
        if not 0 <= index < len(self):
            raise IndexError(index)
        if self._batch_size is None:  # single pieces
            starts = self._starts[index]
            piece = self._data[starts + self._steps]
            return piece if self._targets is None else (piece, self._targets[starts])
        starts = self._starts[index * self._batch_size:(index + 1) * self._batch_size]
        pieces = self._data[starts[:, None] + self._steps]
        return pieces if self._targets is None else (pieces, self._targets[starts])


def _part(name, size, count):
    """How many of `count` samples a size is: a number of them, or a part in (0, 1)."""
    is_number = isinstance(size, (int, numpy.integer)) and not isinstance(size, bool) and 0 < size < count
    if not is_number and not (isinstance(size, float) and 0 < size < 1):
        raise ValueError(f"[split_dataset] expected {name} to be a part in (0, 1) or a number of samples below {count}, "
                         f"received {size!r}")
    return int(size) if is_number else round(size * count)


def split_dataset(dataset, left_size=None, right_size=None, shuffle=False, seed=None):
    """An array, or a list or tuple of arrays, in two parts of samples: (left, right), each of the kind that was given. (Keras
    gives objects of tf.data; fit(*left) takes these.)

    left_size, right_size: a part in (0, 1), or a number of samples; None is what the other leaves. shuffle: put the samples
    in an order first that `seed` gives.

        (x_train, y_train), (x_test, y_test) = split_dataset((x, y), right_size=0.2, shuffle=True, seed=1)
    """
    arrays = list(dataset) if isinstance(dataset, (list, tuple)) else [dataset]
    if not arrays or not all(is_array(array) and numpy.ndim(array) > 0 for array in arrays):
        raise TypeError("[split_dataset] expected an array, or a list or tuple of arrays, received "
                        f"{type(dataset).__name__}")
    arrays = [numpy.asarray(array) for array in arrays]
    count = len(arrays[0])
    if any(len(array) != count for array in arrays):
        raise ValueError(f"[split_dataset] expected arrays of one length, received {[len(array) for array in arrays]}")
    if left_size is None and right_size is None:
        raise ValueError("[split_dataset] expected left_size or right_size, received neither")
    left, right = (None if size is None else _part(name, size, count)
                   for name, size in (("left_size", left_size), ("right_size", right_size)))
    left, right = count - right if left is None else left, count - left if right is None else right
    if left < 1 or right < 1 or left + right > count:
        raise ValueError(f"[split_dataset] expected samples in both parts, {count} together, received {left} and {right}")
    order = list(range(count))
    if shuffle:  # Keras's order for this seed
        random.Random(seed).shuffle(order)

    def part(places):
        parts = [array[places] for array in arrays]
        return type(dataset)(parts) if isinstance(dataset, (list, tuple)) else parts[0]

    return part(order[:left]), part(order[count - right:])


def timeseries_dataset_from_array(data, targets, sequence_length, sequence_stride=1, sampling_rate=1, batch_size=128,
                                  shuffle=False, seed=None, start_index=None, end_index=None):
    """Batches of pieces of a long sequence, for fit(): (batch, sequence_length, …), or pairs of these and targets.

    data: (steps, …). targets: for the piece that begins at step i, targets[i]; None for pieces alone. sequence_stride:
    steps between the beginnings of two pieces. sampling_rate: steps between two elements of a piece. shuffle: the pieces
    in an order that `seed` gives. start_index, end_index: the part of data, and of targets, that is used.

        data = numpy.arange(10)
        pairs = timeseries_dataset_from_array(data, data[3:], sequence_length=3)   # [0 1 2] and 3, [1 2 3] and 4, …
    """
    who = "[timeseries_dataset_from_array]"
    data = numpy.asarray(data)
    first, last = start_index or 0, len(data) if end_index is None else end_index
    if not 0 <= first < last <= len(data):
        raise ValueError(f"{who} expected 0 <= start_index < end_index <= {len(data)}, received {first} and {last}")
    for name, number in (("sequence_length", sequence_length), ("sequence_stride", sequence_stride),
                         ("sampling_rate", sampling_rate), ("batch_size", 1 if batch_size is None else batch_size)):
        if not isinstance(number, (int, numpy.integer)) or number < 1:
            raise ValueError(f"{who} expected {name} >= 1, received {number!r}")
    if targets is not None:
        targets = numpy.asarray(targets)[first:last]
    count = last - first - (sequence_length - 1) * sampling_rate
    count = count if targets is None else min(count, len(targets))
    if count < 1:
        raise ValueError(f"{who} expected more than {(sequence_length - 1) * sampling_rate} steps for sequence_length "
                         f"{sequence_length} and sampling_rate {sampling_rate}, received {last - first}")
    starts = numpy.arange(0, count, sequence_stride)
    if shuffle:
        numpy.random.default_rng(seed).shuffle(starts)
    return _Windows(data[first:last], targets, starts, numpy.arange(sequence_length) * sampling_rate, batch_size)
