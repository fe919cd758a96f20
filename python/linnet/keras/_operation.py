"""Operations in functional graphs: what a function of keras.ops does with a symbolic tensor.

    x = keras.Input((28, 28))
    y = keras.ops.mean(x[:, ::2], axis=1)     # two layers of the class Operation: "get_item" and "mean"
    model = keras.Model(x, y)
"""
import functools

import numpy

from .. import _engine
from .._engine import has_symbolic
from ._arguments import InputPlace, read, with_inputs, written
from ._layer import Layer

_functions = {}  # by the names that files have: "mean", "image.resize", "activations.relu"
_usable = {}  # what _usable_in_graphs() made of them: modules share functions
_ASK = {"convert_to_numpy", "convert_to_tensor", "dtype", "is_tensor", "ndim", "shape", "size"}  # and compute nothing


def usable_in_graphs(namespace, place=""):
    """The functions among the public names, so that they take symbolic tensors as well: then they add a layer."""
    return {name: _usable_in_graphs(thing, place + name) for name, thing in namespace.items()
            if callable(thing) and not name.startswith("_") and name not in (*_ASK, "missing")}


def _usable_in_graphs(function, name):
    if name in _usable and function in (_usable[name], _functions[name]):
        return _usable[name]
    if hasattr(function, "_adds_layers"):
        return function
    _functions[name] = function

    @functools.wraps(function)
    def operation(*arguments, **options):
        if has_symbolic(arguments) or (options and has_symbolic(tuple(options.values()))):
            return in_graph(name, *arguments, **options)
        return function(*arguments, **options)

    operation._adds_layers = True
    _usable[name] = operation
    return operation


def in_graph(name, *arguments, **options):
    """The symbolic outputs of an operation that is added to a functional graph."""
    layer = Operation(name, *arguments, **options)
    outputs = layer(layer._take_inputs())
    outputs = outputs if isinstance(outputs, list) else [outputs]
    return outputs[0] if layer._result is None else layer._result(outputs)


class Operation(Layer):
    """A function of keras.ops, by its name there, with its arguments: layer(inputs) calls it. The inputs are the symbolic
    tensors among the arguments, in their order."""
    _autocast = False

    def __init__(self, function, *arguments, **options):
        layer_options = options.pop("_layer_options", None)
        super().__init__(**(layer_options or {"name": _engine.unique_name(function.rpartition(".")[2])}))
        self._name_of_function, self._result, self._inputs, self._dtypes = function, None, [], []
        self._arguments, self._options = self._without_tensors(arguments), self._without_tensors(options)

    def _without_tensors(self, value):
        """Arguments in which an InputPlace stands for each symbolic tensor; other tensors are arrays."""
        if isinstance(value, _engine.Variable):
            raise ValueError(f"[{self._name_of_function}] expected no weight beside a symbolic tensor, received {value.path}: "
                             "a model learns the weights of its layers, so use it in a layer's call()")
        if isinstance(value, _engine.Tensor):
            if not value.is_symbolic:
                return value.detach().numpy()
            self._inputs.append(value)
            self._dtypes.append(value.dtype)
            return InputPlace(len(self._inputs) - 1)
        if isinstance(value, (list, tuple)):
            return type(value)(self._without_tensors(each) for each in value)
        if isinstance(value, dict):
            return {name: self._without_tensors(each) for name, each in value.items()}
        return value

    def _take_inputs(self):
        inputs, self._inputs = self._inputs, []
        return inputs

    def call(self, *inputs):
        result = _functions[self._name_of_function](*with_inputs(self._arguments, inputs),
                                                    **with_inputs(self._options, inputs))
        if isinstance(result, (list, tuple)):
            self._result = type(result) if not hasattr(result, "_fields") else type(result)._make
        return [_engine.Tensor(each) for each in (result if isinstance(result, (list, tuple)) else [result])]

    def compute_output_shape(self, input_shape):
        shapes = input_shape if isinstance(input_shape, list) else [input_shape]
        unknown, errors = [shape for shape in shapes if None in shape], []
        for guesses in _GUESSES if unknown else _GUESSES[:1]:
            try:
                return self._shapes_for(shapes, *guesses)
            except Exception as error:
                errors.append(error)
        error = errors[0]
        if not unknown or not isinstance(error, (ValueError, IndexError)):
            raise error from None
        raise type(error)(f"{error}; tried with 2 for None in {', '.join(map(str, unknown))}") from None

    def _shapes_for(self, shapes, *guesses):
        """The output shapes; sizes that follow the guess for unknown sizes are unknown."""
        small, large = ([tuple(y.shape) for y in self._outputs_for(shapes, guess)] for guess in guesses)
        return [tuple(a if a == b else None for a, b in zip(*both)) for both in zip(small, large)]

    def _outputs_for(self, shapes, guess):
        """The outputs for numbers of such shapes, in which unknown sizes are a guess: one for batches, one for others."""
        batch, other = guess
        inputs = [_numbers([(other if axis else batch) if size is None else size for axis, size in enumerate(shape)], dtype)
                  for shape, dtype in zip(shapes, self._dtypes)]
        outputs = self.call(*inputs)
        self._output_dtypes = [output.dtype for output in outputs]
        return outputs

    def get_config(self):
        return {**super().get_config(), "function": self._name_of_function, "arguments": written(self._arguments, self._name_of_function),
                "options": written(self._options, self._name_of_function), "input_dtypes": self._dtypes}

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        given = config.pop("function", None)
        function = next((name for name in (given, f"activations.{given}", f"image.{given}") if name in _functions), None)
        if function is None:
            raise ValueError(f"[Operation] expected a function of keras.ops, received {given!r}")
        try:
            arguments, options = read(config.pop("arguments")), read(config.pop("options"))
            dtypes = list(config.pop("input_dtypes"))
            layer = cls(function, *arguments, **options, _layer_options=config)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"[Operation] expected arguments of {function} as get_config() writes them, received "
                             f"something else: {error!r}") from None
        layer._dtypes = dtypes
        return layer


# Two sizes each for what is unknown: (of the first axis, which is most often the batch; of others). The first are small, as
# what is computed with them is thrown away; the later ones are for splits, which want what can be divided, and large indices.
_GUESSES = [((2, 2), (3, 13)), ((4, 120), (8, 180)), ((64, 64), (65, 65))]


def _numbers(shape, dtype):
    """Numbers to find shapes with: zeros, but unit matrices in the last two axes, which can be inverted."""
    numbers = numpy.zeros(shape, "float32")
    if numbers.ndim > 1 and "float" in dtype:
        numbers[:] = numpy.eye(*numbers.shape[-2:])
    return _engine.Tensor(numbers).astype(dtype)


_engine.register_layer("Operation", lambda config: Operation.from_config(config)._engine)
