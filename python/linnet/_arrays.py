"""Arrays of users, and of other libraries, as the engine takes them."""
import numpy

from ._engine import Dataset, Tensor, Variable, shared_tensor


def from_dlpack(array):
    """A tensor on the memory of an array of another library (PyTorch, JAX, …) that speaks DLPack."""
    return shared_tensor(numpy.from_dlpack(array))


def is_array(value):
    if isinstance(value, (numpy.ndarray, Tensor, Variable)):
        return True
    return hasattr(value, "__array__") and not hasattr(value, "_batches")  # which a PyDataset has


def is_numbers(value):
    """Are these lists of numbers, which are one array, and not a list of arrays, which are several inputs?"""
    while isinstance(value, (list, tuple)) and len(value) > 0:
        value = value[0]
    return isinstance(value, (bool, int, float, numpy.generic))


def inputs_of(data, what):
    """(arrays, names) of one array, a list or tuple of arrays, or a dict of them by the names of inputs."""
    if data is None:
        return [], []
    if isinstance(data, dict):
        return list(data.values()), list(data)
    if isinstance(data, (list, tuple)) and any(is_array(item) and numpy.ndim(item) > 0 for item in data):
        return list(data), []
    if not is_array(data) and not isinstance(data, (list, tuple)):
        raise TypeError(f"[{what}] expected NumPy arrays, tensors, or a list or dict of them, "
                        f"received {type(data).__name__}")
    return [data], []


def dataset_of(x, y, sample_weight, what):
    xs, x_names = inputs_of(x, what)
    ys, y_names = inputs_of(y, what)
    return Dataset(xs, ys, sample_weight, x_names, y_names)
