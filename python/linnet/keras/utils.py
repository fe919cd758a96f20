"""Small helpers."""
import random
import time

import numpy

from .. import _engine
from .._batches import PyDataset
from .._objects import missing
from .._plot import model_to_dot, plot_model
from ._directories import image_dataset_from_directory, text_dataset_from_directory
from ._images import array_to_img, img_to_array, load_img, save_img
from ._series import pad_sequences, split_dataset, timeseries_dataset_from_array
from ._steps import pack_x_y_sample_weight, unpack_x_y_sample_weight
from .saving import (CustomObjectScope, custom_object_scope, deserialize_keras_object, get_custom_objects,
                     get_registered_name, get_registered_object, register_keras_serializable, serialize_keras_object)

clear_session = _engine.clear_session
Sequence = PyDataset


def is_keras_tensor(x):
    """Is it a symbolic tensor, of Input() or of a layer called on one?"""
    return isinstance(x, _engine.Tensor) and x.is_symbolic


def get_source_inputs(tensor):
    """The Inputs that a symbolic tensor is computed from."""
    if not is_keras_tensor(tensor):
        raise ValueError(f"[get_source_inputs] expected a symbolic tensor, received {type(tensor).__name__}")
    return _engine.source_inputs(tensor)


def set_random_seed(seed):
    """Sets the seeds of Linnet, NumPy and Python: everything that is random is then the same in every run."""
    if not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise ValueError(f"[set_random_seed] expected an integer in [0, 2**32), received {seed!r}")
    random.seed(seed)
    numpy.random.seed(seed)
    _engine.set_random_seed(seed)


def to_categorical(x, num_classes=None):
    """Class numbers as rows of 0 and 1: [0, 2] becomes [[1, 0, 0], [0, 0, 1]]."""
    labels = numpy.asarray(x, dtype="int64")
    if num_classes is not None and num_classes < 1:
        raise ValueError(f"[to_categorical] expected num_classes of 1 or more, received {num_classes}")
    shape = labels.shape[:-1] if labels.ndim > 1 and labels.shape[-1] == 1 else labels.shape
    labels = labels.reshape(-1)
    if num_classes is None:
        num_classes = int(labels.max()) + 1 if labels.size else 0
    if labels.size and (labels.min() < 0 or labels.max() >= num_classes):
        raise ValueError(f"[to_categorical] expected class numbers in [0, {num_classes}), received "
                         f"{labels.min()} to {labels.max()}")
    rows = numpy.zeros((labels.size, num_classes))
    rows[numpy.arange(labels.size), labels] = 1
    return rows.reshape(shape + (num_classes,))


def normalize(x, axis=-1, order=2):
    """Vectors along `axis` divided by their norms."""
    if not isinstance(axis, (int, numpy.integer)):
        raise ValueError(f"[normalize] expected the number of an axis, received {axis!r}")
    norms = numpy.atleast_1d(numpy.linalg.norm(x, order, axis))
    norms[norms == 0] = 1
    return numpy.asarray(x) / numpy.expand_dims(norms, axis)


class Progbar:
    """A bar of progress with the means of some values, as fit() prints it.

    target: number of steps, None where nobody knows. width: of the bar, in characters. verbose: 0 nothing, 1 a bar, 2 a
    line at the end. interval: seconds between refreshes, at least. stateful_metrics: names of values that are shown as
    they are; of others the mean over the steps is. unit_name: what is counted.

        bar = Progbar(3)
        for step in range(3):
            bar.update(step + 1, [("loss", 1 / (step + 1))])
    """

    def __init__(self, target, width=20, verbose=1, interval=0.05, stateful_metrics=None, unit_name="step"):
        self.target = target
        self._bar = _engine.ProgressBar(target, width, verbose, interval, sorted(stateful_metrics or []), unit_name,
                                        time.time)

    def update(self, current, values=None, finalize=None):
        """`current` steps are done; values: (name, value) pairs. The line ends with the last step, or where asked to."""
        self._bar.update(current, [(name, float(value)) for name, value in values or []], finalize)

    def add(self, n, values=None):
        """`n` more steps are done."""
        self.update(self._bar.seen + n, values)


__getattr__ = missing(__name__)
