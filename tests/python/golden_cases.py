"""Keras's reference values (tests/golden), and how what Linnet gives is compared with them."""
import functools
import json
import pathlib
import struct

import numpy as np
import pytest

import linnet
from linnet import keras

FOLDER = pathlib.Path(__file__).parents[1] / "golden/keras"


def read_safetensors(path):
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    dtypes = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8", "U8": "u1", "BOOL": "?"}
    tensors = {}
    for name, entry in json.loads(data[8:8 + size]).items():
        if name != "__metadata__":
            first, last = (8 + size + offset for offset in entry["data_offsets"])
            tensors[name] = np.frombuffer(data[first:last], dtypes[entry["dtype"]]).reshape(entry["shape"]).copy()
    return tensors


def fields_of(kind):
    return json.loads((FOLDER / f"{kind}.json").read_text())


@functools.cache
def tensors_of(kind):
    return read_safetensors(FOLDER / f"{kind}.safetensors")


class Case:
    """A case and its tensors."""

    def __init__(self, fields):
        self.fields = fields
        self.tensors = tensors_of(fields["kind"])
        tolerance = fields.get("tolerance", {})
        self.rtol, self.atol = tolerance.get("rtol", 0), tolerance.get("atol", 0)

    def __getitem__(self, key):
        return self.fields[key]

    def get(self, key, otherwise=None):
        return self.fields.get(key, otherwise)

    def tensor(self, name):
        return None if name is None else self.tensors[name]

    def listed(self, key):
        return [self.tensor(name) for name in self.get(key) or []]

    def compare(self, got, want, rtol=None, atol=None):
        np.testing.assert_allclose(np.asarray(got, "float64"), np.asarray(want, "float64"),
                                   rtol=self.rtol if rtol is None else rtol, atol=self.atol if atol is None else atol)

    def new(self, module, config=None):
        """An object of the case's class."""
        if not hasattr(module, self["class"]):
            pytest.skip(f"no {self['class']} yet")
        return made(getattr(module, self["class"]), self["config"] if config is None else config)


def made(constructor, config):
    try:
        return constructor(**config)
    except ValueError as error:
        if "does not support the option" in str(error) or "unknown layer class" in str(error):
            pytest.skip(str(error))
        raise


def model_of(case):
    return made(keras.models.model_from_json, {"json_string": json.dumps(case["model"])})


def leaves(arrays):
    """Tensors whose gradients are wanted."""
    tensors = [linnet.Tensor(array) for array in arrays]
    for tensor in tensors:
        if tensor.dtype == "float32":
            tensor.requires_grad = True
    return tensors


def compare_gradients(case, outputs, inputs):
    cotangents = case.listed("output_gradients")
    parts = [keras.ops.sum(output * cotangent) for output, cotangent in zip(outputs, cotangents)
             if cotangent is not None and output.requires_grad]
    if parts:
        sum(parts[1:], parts[0]).backward()
    for tensor, want in zip(inputs, case.listed("input_gradients")):
        if want is not None:
            case.compare(np.zeros_like(want) if tensor.grad is None else tensor.grad, want)


def flat(outputs):
    return [leaf for each in outputs for leaf in flat(each)] if isinstance(outputs, (list, tuple)) else [outputs]


def compare_outputs(case, outputs, wanted):
    outputs = flat(outputs)
    for output, want in zip(outputs, wanted, strict=True):
        case.compare(output, want)
    return outputs
