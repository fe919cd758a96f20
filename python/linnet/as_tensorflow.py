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
               "pow": "power", "range": "arange", "floordiv": "floor_divide",
               "floormod": "mod", "is_nan": "isnan", "is_inf": "isinf", "is_finite": "isfinite", "acos": "arccos",
               "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan", "atan2": "arctan2",
               "atanh": "arctanh", "truediv": "true_divide"}
_SAME = ("abs", "add", "broadcast_to", "cast", "ceil", "convert_to_tensor", "cos", "cosh", "divide", "divide_no_nan",
         "einsum", "elu", "equal", "erf", "exp", "expand_dims", "expm1", "eye", "floor", "greater", "greater_equal",
         "is_tensor", "less", "less_equal", "log", "log1p", "log_sigmoid", "log_softmax", "logical_and", "logical_not",
         "logical_or", "logical_xor", "maximum", "meshgrid", "minimum", "multiply", "negative", "not_equal",
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


def _constant(value, dtype=None, shape=None, name="Const"):
    """tf.constant: of a shape, where one is given."""
    x = keras.ops.convert_to_tensor(value, dtype)
    if shape is None:
        return x
    return keras.ops.full(shape, x, x.dtype) if x.size == 1 else keras.ops.reshape(x, shape)


def _matmul(a, b, transpose_a=False, transpose_b=False):
    """tf.matmul: the last two axes exchanged first, where that is asked for."""
    a, b = (keras.ops.swapaxes(x, -1, -2) if swap else x for x, swap in ((a, transpose_a), (b, transpose_b)))
    return keras.ops.matmul(a, b)


def _norm(tensor, ord="euclidean", axis=None, keepdims=False):
    """tf.norm: of all numbers by default."""
    if axis is None and ord == "euclidean":
        flat = keras.ops.norm(keras.ops.ravel(tensor))
        return keras.ops.reshape(flat, (1,) * keras.ops.ndim(tensor)) if keepdims else flat
    return keras.ops.norm(tensor, None if ord == "euclidean" else ord, axis, keepdims)


def _print(*inputs, sep=" ", end="\n", output_stream=None, **options):
    """tf.print: tensors as their numbers."""
    print(*(each.numpy() if isinstance(each, _engine.Tensor) else each for each in inputs), sep=sep, end=end,
          file=output_stream or sys.stderr)


def _boolean_mask(tensor, mask, axis=0):
    """tf.boolean_mask: what is where the mask is true."""
    return keras.ops.convert_to_tensor(tensor)[(slice(None),) * (axis or 0) + (keras.ops.convert_to_numpy(mask),)]


def _softmax_cross_entropy(labels, logits, axis=-1, name=None):
    """tf.nn.softmax_cross_entropy_with_logits."""
    return keras.ops.categorical_crossentropy(labels, logits, from_logits=True, axis=axis)


def _sparse_softmax_cross_entropy(labels, logits, name=None):
    """tf.nn.sparse_softmax_cross_entropy_with_logits."""
    return keras.ops.sparse_categorical_crossentropy(labels, logits, from_logits=True)


def _sigmoid_cross_entropy(labels=None, logits=None, name=None):
    """tf.nn.sigmoid_cross_entropy_with_logits."""
    return keras.ops.binary_crossentropy(labels, logits, from_logits=True)


def _uniform(shape, minval=0, maxval=None, dtype="float32", seed=None, name=None):
    """tf.random.uniform: whole numbers, where the dtype is one of them."""
    if "int" not in str(dtype):
        return keras.random.uniform(shape, minval, 1 if maxval is None else maxval, dtype, seed)
    if maxval is None:
        raise ValueError("[uniform] expected maxval for whole numbers, received None")
    return keras.random.randint(shape, minval, maxval, dtype, seed)


def _random_normal(shape, mean=0.0, stddev=1.0, dtype="float32", seed=None, name=None):
    """tf.random.normal."""
    return keras.random.normal(shape, mean, stddev, dtype, seed)


def _resize(images, size, method="bilinear", preserve_aspect_ratio=False, antialias=False):
    """tf.image.resize: real numbers, but of "nearest"."""
    if preserve_aspect_ratio:
        raise ValueError("[resize] expected preserve_aspect_ratio=False: Linnet does not have it (yet)")
    images = keras.ops.convert_to_tensor(images, None if method == "nearest" else "float32")
    return keras.ops.image.resize(images, size, method, antialias, data_format="channels_last")


def _rgb_to_grayscale(images):
    """tf.image.rgb_to_grayscale."""
    return keras.ops.image.rgb_to_grayscale(images, "channels_last")


class TensorShape(tuple):
    """A shape as TensorFlow's programs ask for it."""
    rank = ndims = property(len)

    def as_list(self):
        return list(self)


def _config():
    """tf.config: one processor, nothing to configure."""
    return types.SimpleNamespace(
        list_physical_devices=lambda device_type=None: ["CPU:0"] if device_type in (None, "CPU") else [],
        list_logical_devices=lambda device_type=None: ["CPU:0"] if device_type in (None, "CPU") else [],
        run_functions_eagerly=lambda run_eagerly: None, functions_run_eagerly=lambda: True,
        experimental=types.SimpleNamespace(set_memory_growth=lambda device, enable: None),
        threading=types.SimpleNamespace(set_intra_op_parallelism_threads=_engine.set_num_threads,
                                        get_intra_op_parallelism_threads=_engine.num_threads,
                                        set_inter_op_parallelism_threads=lambda threads: None))


_OTHERS = {"argmax": _argmax, "argmin": _argmin, "gather": _gather, "constant": _constant, "matmul": _matmul, "norm": _norm,
           "print": _print, "boolean_mask": _boolean_mask, "executing_eagerly": lambda: True, "newaxis": None,
           "softmax_cross_entropy_with_logits": _softmax_cross_entropy,
           "sparse_softmax_cross_entropy_with_logits": _sparse_softmax_cross_entropy,
           "sigmoid_cross_entropy_with_logits": _sigmoid_cross_entropy}
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
    tensorflow.__version__ = "2.16.0"  # the first one whose Keras is Keras 3
    tensorflow.config = _config()
    tensorflow.image = types.SimpleNamespace(resize=_resize, rgb_to_grayscale=_rgb_to_grayscale)
    tensorflow.TensorShape = TensorShape
    shape = _engine.Tensor.shape
    _engine.Tensor.shape = property(lambda x: TensorShape(shape.__get__(x)))
    tensorflow.random = types.SimpleNamespace(normal=_random_normal, uniform=_uniform,
                                              shuffle=lambda value, seed=None: keras.random.shuffle(value, 0, seed),
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
