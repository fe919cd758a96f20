"""Data that comes in batches: generators, PyDatasets, DataLoaders, and other iterables of (x, y) or (x, y, weights)."""
import itertools
import random
import types

from . import _engine
from ._arrays import dataset_of, is_array


class PyDataset:
    """Batches by number, for data that do not fit into memory or are made as they are needed.

        class Pictures(keras.utils.PyDataset):
            def __init__(self, paths, labels, batch_size, **options):
                super().__init__(**options)
                self.paths, self.labels, self.batch_size = paths, labels, batch_size

            def __len__(self):
                return math.ceil(len(self.paths) / self.batch_size)

            def __getitem__(self, index):
                part = slice(index * self.batch_size, (index + 1) * self.batch_size)
                return np.stack([read(path) for path in self.paths[part]]), self.labels[part]

        model.fit(Pictures(paths, labels, 32), epochs=3)

    `__len__` (or the property `num_batches`; None for ever new batches) says how many batches there are, and
    `__getitem__` returns one: (x,), (x, y) or (x, y, sample_weight). fit() takes them in a random order unless it is
    given shuffle=False, and calls on_epoch_begin() and on_epoch_end() around an epoch. With `workers` > 1 that many
    threads get the next batches while the model trains, at most `max_queue_size` ahead; `use_multiprocessing` means
    threads too. Keras: keras.utils.PyDataset, also called Sequence.
    """
    workers = 1
    use_multiprocessing = False
    max_queue_size = 10

    def __init__(self, workers=1, use_multiprocessing=False, max_queue_size=10):
        self.workers, self.use_multiprocessing, self.max_queue_size = workers, use_multiprocessing, max_queue_size

    def __getitem__(self, index):
        raise NotImplementedError(f"[{type(self).__name__}] expected __getitem__(index) to be overridden: it returns "
                                  "(x, y) of a batch")

    @property
    def num_batches(self):
        """How many batches there are; None if there is no end."""
        if hasattr(self, "__len__"):
            return len(self)
        raise NotImplementedError(f"[{type(self).__name__}] expected __len__() or num_batches to be overridden")

    def __iter__(self):
        """The batches in order, once."""
        return iter(self._batches(shuffle=False))

    def __array__(self, *arguments, **options):
        raise TypeError(f"[{type(self).__name__}] expected an array, received a PyDataset, which gives batches: fit(), "
                        "evaluate(), predict() and adapt() take it, and `for batch in …` gives one after the other")

    def on_epoch_begin(self):
        """Called by fit() before the first batch of an epoch."""

    def on_epoch_end(self):
        """Called by fit() after the last batch of an epoch."""

    def _batches(self, shuffle):
        count = self.num_batches
        indices = itertools.count() if count is None else range(count)
        if shuffle and count is not None:
            indices = list(indices)
            random.shuffle(indices)
        if self.workers > 1:
            return _in_threads(self.__getitem__, indices, self.workers, self.max_queue_size)
        return map(self.__getitem__, indices)


def _in_threads(get, indices, workers, ahead):
    """get(index) for all, in their order, computed ahead by threads."""
    from collections import deque
    from concurrent.futures import ThreadPoolExecutor
    pool = ThreadPoolExecutor(workers)
    waiting = deque()
    try:
        for index in indices:
            waiting.append(pool.submit(get, index))
            if len(waiting) > max(ahead, 1):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def gives_batches(data):
    """Is this something that gives batches, rather than the data themselves?"""
    if isinstance(data, (PyDataset, types.GeneratorType)):
        return True
    if data is None or is_array(data) or isinstance(data, (dict, str, bytes)):
        return False
    if isinstance(data, (list, tuple)):  # a list of arrays is several inputs, a list of numbers one
        return len(data) > 0 and all(isinstance(item, tuple) and _is_pair(item) for item in data)
    return hasattr(data, "__iter__") or hasattr(data, "__next__")


def _is_pair(item):
    def has_axes(part):
        if isinstance(part, dict):
            return True
        return is_array(part) and len(getattr(part, "shape", ())) > 0
    return len(item) in (1, 2, 3) and has_axes(item[0])


class _Source:
    """What the engine asks for batches, pass after pass."""

    def __init__(self, data, who, shuffle, convert):
        self._data, self._who, self._shuffle, self._convert = data, who, shuffle, convert
        self._is_dataset = isinstance(data, PyDataset)
        self._iterator = None
        self._count = 0  # batches of this pass
        self._kind = "generator" if isinstance(data, types.GeneratorType) else type(data).__name__

    def size(self):
        if self._is_dataset:
            return self._data.num_batches
        try:
            return len(self._data)
        except TypeError:
            return None

    def on_epoch_begin(self):
        if self._is_dataset:
            self._data.on_epoch_begin()

    def on_epoch_end(self):
        if self._is_dataset:
            self._data.on_epoch_end()

    def next(self):
        if self._iterator is None:
            self._iterator = self._data._batches(self._shuffle) if self._is_dataset else iter(self._data)
        try:
            batch = next(self._iterator)
        except StopIteration:
            if self._iterator is not self._data:
                self._iterator = None  # another pass can begin
            self._count = 0
            return None
        self._count += 1
        return self._dataset(batch)

    def _dataset(self, batch):
        parts = tuple(batch) if isinstance(batch, (list, tuple)) else (batch,)
        if not 1 <= len(parts) <= 3 or not (is_array(parts[0]) or isinstance(parts[0], (dict, list, tuple))):
            raise ValueError(f"[{self._who}] expected batches (x,), (x, y) or (x, y, sample_weight) from the {self._kind}, "
                             f"received {_describe(batch)}")
        x, y, weights = parts + (None,) * (3 - len(parts))
        try:
            return self._convert(x, y, weights, self._who)
        except _engine.InvalidArgument as error:
            raise _engine.InvalidArgument(f"{error}; in batch {self._count} of the {self._kind}") from None


def _describe(batch):
    if isinstance(batch, (list, tuple)):
        return f"a {type(batch).__name__} of {len(batch)}: ({', '.join(type(part).__name__ for part in batch[:4])}, …)"
    return type(batch).__name__


def source_of(data, who, shuffle=False, convert=dataset_of):
    """The engine's source of the batches of `data`; convert(x, y, weights, who) makes the engine's of one."""
    return _engine.BatchSource(_Source(data, who, shuffle, convert))
