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
# What TensorFlow calls otherwise than keras.ops does, and what has the same name and arguments there.
_OPERATIONS = {"reduce_sum": "sum", "reduce_mean": "mean", "reduce_max": "max", "reduce_min": "min", "reduce_prod": "prod",
               "reduce_any": "any", "reduce_all": "all", "concat": "concatenate", "clip_by_value": "clip",
               "constant": "convert_to_tensor", "pow": "power"}
_SAME = ("abs", "add", "argmax", "argmin", "broadcast_to", "cast", "convert_to_tensor", "cos", "divide", "equal", "exp",
         "expand_dims", "eye", "greater", "greater_equal", "less", "less_equal", "logical_and", "logical_not",
         "logical_or", "matmul", "maximum", "minimum", "multiply", "not_equal", "ones", "ones_like", "one_hot", "reshape",
         "round", "shape", "sign", "sin", "sqrt", "square", "squeeze", "stack", "stop_gradient", "subtract", "tanh",
         "transpose", "where", "zeros", "zeros_like")


def _function(function=None, **options):
    """tf.function: here every function runs as it is written."""
    return function if function is not None else lambda wrapped: wrapped


def _in_tensorflow(name):
    """tensorflow's __getattr__."""
    operation = _OPERATIONS.get(name, name if name in _SAME else None)
    if operation is not None:
        return getattr(keras.ops, operation)
    if name in _DTYPES:
        return name
    if name.startswith("__"):
        raise AttributeError(f"module 'tensorflow' has no attribute '{name}'")
    raise AttributeError(f"[as_tensorflow] Linnet has no tensorflow.{name}: of TensorFlow, it has tensorflow.keras, and "
                         "what a training step of one's own mostly needs")


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
    tensorflow.__getattr__ = _in_tensorflow
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
