"""Arguments of a call in a graph: what is a tensor becomes the place of an input, and the rest is kept, also in files."""
import math

import numpy


class InputPlace:
    """Stands for an input of the layer among the arguments."""

    def __init__(self, index):
        self.index = index


def with_inputs(value, inputs):
    """The arguments with the inputs at their places."""
    if isinstance(value, InputPlace):
        return inputs[value.index]
    if isinstance(value, (list, tuple)):
        return _like(value, [with_inputs(each, inputs) for each in value])
    if isinstance(value, dict):
        return {name: with_inputs(each, inputs) for name, each in value.items()}
    return value


def without_tensors(value, is_tensor, tensors):
    """The arguments with places of inputs in place of the tensors, which are added to a list."""
    if is_tensor(value):
        tensors.append(value)
        return InputPlace(len(tensors) - 1)
    if isinstance(value, (list, tuple)):
        return _like(value, [without_tensors(each, is_tensor, tensors) for each in value])
    if isinstance(value, dict):
        parts = {name: without_tensors(value[name], is_tensor, tensors) for name in sorted(value, key=str)}  # Keras's order
        return {name: parts[name] for name in value}
    return value


def _like(sequence, values):
    if hasattr(sequence, "_fields"):
        return type(sequence)(*values)
    return tuple(values) if isinstance(sequence, tuple) else list(values)


def written(value, who):
    """Arguments as a file has them."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}  # JSON has no infinity
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return {"list" if isinstance(value, list) else "tuple": [written(each, who) for each in value]}
    if isinstance(value, dict):
        return {"dict": {name: written(each, who) for name, each in value.items()}}
    if isinstance(value, slice):
        return {"slice": [written(each, who) for each in (value.start, value.stop, value.step)]}
    if isinstance(value, InputPlace):
        return {"input": value.index}
    if value is Ellipsis:
        return {"ellipsis": True}
    if isinstance(value, (numpy.ndarray, numpy.generic)):
        return {"array": [written(each, who) for each in value.reshape(-1).tolist()], "dtype": str(value.dtype),
                "shape": list(value.shape)}
    if isinstance(value, (type, numpy.dtype)):
        return numpy.dtype(value).name
    raise TypeError(f"[{who}] expected arguments that a file can hold, received {type(value).__name__}: write a layer "
                    "whose call() has this operation")


def read(value):
    """What written() has written."""
    if not isinstance(value, dict):
        return value
    if "array" in value:
        return numpy.array(read({"list": value["array"]}), value["dtype"]).reshape(value["shape"])
    (kind, content), = value.items()
    if kind == "float":
        return float(content)
    if kind == "input":
        return InputPlace(content)
    if kind == "ellipsis":
        return Ellipsis
    if kind == "dict":
        return {name: read(each) for name, each in content.items()}
    parts = [read(each) for each in content]
    return {"list": list, "tuple": tuple, "slice": lambda three: slice(*three)}[kind](parts)
