"""Runs a program written for TensorFlow's Keras with Linnet, as it is.

    python3 -m linnet.as_tensorflow program.py [arguments]

or `import linnet.as_tensorflow` before anything else. `tensorflow`, `tensorflow.keras` and `keras` are then Linnet's
Keras, and `keras_tuner` its KerasTuner. Of the rest of TensorFlow there is what a training step of one's own mostly needs:
GradientTape, function, Variable and the operations of `keras.ops` under their names in TensorFlow. What is missing raises
an error that names it.
"""
import importlib.abc
import os
import pkgutil
import runpy
import sys
import types

from . import _engine, keras, keras_tuner
from ._gradient_tape import GradientTape

_NAMES = ("tensorflow", "keras", "keras_tuner")


class _Missing(importlib.abc.MetaPathFinder):
    """Finds nothing, but says so: without it a real TensorFlow could come in by halves."""

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in _NAMES:
            raise ModuleNotFoundError(f"[as_tensorflow] Linnet has no module {name} (yet)", name=name)
        return None


_DTYPES = ("float32", "float64", "bfloat16", "int32", "int64", "uint8", "bool")
# What TensorFlow calls otherwise than keras.ops does, and what has the same name and arguments there. Its parts math, nn
# and linalg find the same operations.
_OPERATIONS = {"reduce_sum": "sum", "reduce_mean": "mean", "reduce_max": "max", "reduce_min": "min", "reduce_prod": "prod",
               "reduce_any": "any", "reduce_all": "all", "reduce_std": "std", "reduce_variance": "var",
               "reduce_logsumexp": "logsumexp", "concat": "concatenate", "clip_by_value": "clip",
               "constant": "convert_to_tensor", "pow": "power", "range": "arange", "floordiv": "floor_divide",
               "floormod": "mod", "is_nan": "isnan", "is_inf": "isinf", "is_finite": "isfinite", "acos": "arccos",
               "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan", "atan2": "arctan2",
               "atanh": "arctanh", "truediv": "true_divide"}
_SAME = ("abs", "add", "broadcast_to", "cast", "ceil", "convert_to_tensor", "cos", "cosh", "divide", "divide_no_nan",
         "einsum", "elu", "equal", "erf", "exp", "expand_dims", "expm1", "eye", "floor", "greater", "greater_equal",
         "is_tensor", "less", "less_equal", "log", "log1p", "log_sigmoid", "log_softmax", "logical_and", "logical_not",
         "logical_or", "logical_xor", "matmul", "maximum", "meshgrid", "minimum", "multiply", "negative", "not_equal",
         "one_hot", "ones", "ones_like", "reciprocal", "relu", "relu6", "reshape", "roll", "round", "rsqrt", "searchsorted",
         "selu", "shape", "sigmoid", "sign", "silu", "sin", "sinh", "size", "softmax", "softplus", "softsign", "sqrt",
         "square", "squeeze", "stack", "stop_gradient", "subtract", "swish", "tan", "tanh", "tensordot", "tile", "top_k",
         "transpose", "unstack", "where", "zeros", "zeros_like")


def _argmax(input, axis=0, output_type="int64"):
    """tf.argmax: along the first axis by default."""
    return keras.ops.argmax(input, 0 if axis is None else axis).astype(output_type)


def _argmin(input, axis=0, output_type="int64"):
    """tf.argmin: along the first axis by default."""
    return keras.ops.argmin(input, 0 if axis is None else axis).astype(output_type)


def _gather(params, indices, axis=0):
    """tf.gather: along the first axis by default."""
    return keras.ops.take(params, indices, axis)


_OTHERS = {"argmax": _argmax, "argmin": _argmin, "gather": _gather}
_PARTS = ("math", "nn", "linalg")


def _function(function=None, **options):
    """tf.function: here every function runs as it is written."""
    return function if function is not None else lambda wrapped: wrapped


def _finder(place):
    """The __getattr__ of tensorflow or one of its parts."""
    def find(name):
        operation = _OPERATIONS.get(name, name if name in _SAME else None)
        if operation is not None:
            return getattr(keras.ops, operation)
        if name in _OTHERS:
            return _OTHERS[name]
        if name in _DTYPES and place == "tensorflow":
            return name
        if name.startswith("__"):
            raise AttributeError(f"module '{place}' has no attribute '{name}'")
        raise AttributeError(f"[as_tensorflow] Linnet has no {place}.{name}: of TensorFlow, it has tensorflow.keras, and "
                             "what a training step of one's own mostly needs")
    return find


def _modules():
    """Keras's modules by their names below keras: "", ".layers", ".datasets.mnist", …"""
    yield "", keras
    for found in pkgutil.walk_packages(keras.__path__, keras.__name__ + "."):
        yield found.name.removeprefix(keras.__name__), sys.modules[found.name]


def install():
    """Makes `import tensorflow` and `import keras` mean Linnet from now on."""
    if hasattr(sys.modules.get("tensorflow"), "_is_linnets"):
        return
    if any(name in sys.modules and not hasattr(sys.modules[name], "_is_linnets") for name in _NAMES):
        raise ImportError("[as_tensorflow] expected to come before tensorflow and keras, which are imported already")
    tensorflow = types.ModuleType("tensorflow", "Linnet's Keras under TensorFlow's name.")
    tensorflow._is_linnets = keras._is_linnets = keras_tuner._is_linnets = True
    tensorflow.keras = keras
    tensorflow.random = types.SimpleNamespace(normal=keras.random.normal, uniform=keras.random.uniform,
                                              set_seed=keras.utils.set_random_seed)
    tensorflow.GradientTape, tensorflow.function = GradientTape, _function
    tensorflow.Variable, tensorflow.Tensor = _engine.Variable, _engine.Tensor
    tensorflow.__getattr__ = _finder("tensorflow")
    for part in _PARTS:
        module = types.ModuleType(f"tensorflow.{part}", f"Operations under the names of tensorflow.{part}.")
        module.__getattr__ = _finder(module.__name__)
        setattr(tensorflow, part, module)
        sys.modules[module.__name__] = module
    tensorflow.__path__ = []
    sys.modules["tensorflow"] = tensorflow
    for name, module in _modules():
        sys.modules["keras" + name] = sys.modules["tensorflow.keras" + name] = module
    sys.modules["keras_tuner"] = keras_tuner
    sys.meta_path.insert(0, _Missing())


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: python3 -m linnet.as_tensorflow program.py [arguments]")
    sys.argv = sys.argv[1:]
    sys.path[0] = os.path.dirname(sys.argv[0])
    runpy.run_path(sys.argv[0], run_name="__main__")


install()
if __name__ == "__main__":
    main()
