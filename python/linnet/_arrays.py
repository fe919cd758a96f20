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


def is_list_of_arrays(value):
    """Arrays, or None, one for each of something, rather than one array written as a list?"""
    return isinstance(value, (list, tuple)) and any(is_array(item) and numpy.ndim(item) > 0 or
                                                    isinstance(item, (list, tuple)) for item in value)


def weights_of(sample_weight, names, targets, what):
    """(weights of all targets, list of weights for each of them): one of the two is empty."""
    if isinstance(sample_weight, dict):
        unknown = [name for name in sample_weight if name not in names]
        if unknown:
            raise ValueError(f"[{what}] expected sample weights for the outputs {', '.join(map(repr, names)) or 'by position'}"
                             f", received some for {', '.join(map(repr, unknown))}")
        sample_weight = [sample_weight.get(name) for name in names]
    elif not is_list_of_arrays(sample_weight):
        return sample_weight, []
    if len(sample_weight) == 1 and targets == 1:
        return sample_weight[0], []
    return None, list(sample_weight)


def dataset_of(x, y, sample_weight, what, output_names=()):
    """output_names: by which sample weights in a dict are looked up where the targets have no names themselves."""
    xs, x_names = inputs_of(x, what)
    ys, y_names = inputs_of(y, what)
    one, each = weights_of(sample_weight, y_names or list(output_names), len(ys), what)
    return Dataset(xs, ys, one, x_names, y_names, each)
