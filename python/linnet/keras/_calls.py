"""How a layer written in Python is called: call(x), call(a, b), and whatever else its call() takes.

    layer(x, 2.0, other=y)      layer({"image": x, "text": (y, z)})

The engine's layer has the tensors among the arguments as inputs, in their order; what stands around them is a Call. A
call of tensors alone, or of one list of them, needs none.
"""
import inspect

from .. import _engine
from ._arguments import InputPlace, read, with_inputs, without_tensors, written


def is_tensor(value):
    return isinstance(value, (_engine.Tensor, _engine.Variable)) or hasattr(value, "__array__")


class Call:
    """The arguments of a call, with places in place of the tensors."""

    def __init__(self, positional, named):
        self.positional, self.named = positional, named

    def arguments(self, values):
        return with_inputs(self.positional, values), with_inputs(self.named, values)

    def by_parameter(self, function, values):
        """What belongs to the tensors (their shapes, masks), by the names of the parameters of call()."""
        positional, named = self.arguments(values)
        bound = inspect.signature(function).bind_partial(None, *positional, **named).arguments
        own = next(iter(inspect.signature(function).parameters))
        return {name: value for name, value in bound.items() if name != own}

    def written(self, who):
        return {"positional": written(self.positional, who), "named": written(self.named, who)}

    def kept(self):
        """What a file keeps to build the layer again; None where it cannot."""
        try:
            return self.written("build")
        except TypeError:
            return None

    @classmethod
    def read(cls, value):
        return None if value is None else cls(read(value["positional"]), read(value["named"]))


def call_of(positional, named):
    """(tensors, Call or None) of the arguments of a layer."""
    tensors = []
    if positional and not _holds_tensors(positional[0]) and isinstance(positional[0], (int, float, list, tuple)):
        positional = (_numbers(positional[0]), *positional[1:])
    call = Call(without_tensors(positional, is_tensor, tensors), without_tensors(named, is_tensor, tensors))
    if _engine.has_symbolic(tensors) and not all(map(_is_symbolic, tensors)):  # in a graph, the others are constants
        places, tensors = tensors, []
        positional, named = with_inputs((call.positional, call.named), list(map(_constant, places)))
        call = Call(without_tensors(positional, _is_symbolic, tensors), without_tensors(named, _is_symbolic, tensors))
    return tensors, None if not named and _is_plain(call.positional) else call


def _is_symbolic(value):
    return isinstance(value, _engine.Tensor) and value.is_symbolic


def _constant(value):
    return value if _is_symbolic(value) else _engine.Tensor(value).numpy()


def structure_of(x):
    """The Call of a layer on one argument, where that is a dict or something nested."""
    return call_of((x,), {})[1]


def _numbers(value):
    """Numbers and lists of them are a tensor; a list of lists several, as they always were."""
    several = isinstance(value, (list, tuple)) and value and isinstance(value[0], (list, tuple))
    return [_engine.Tensor(each) for each in value] if several else _engine.Tensor(value)


def _holds_tensors(value):
    if isinstance(value, (list, tuple)):
        return any(map(_holds_tensors, value))
    return any(map(_holds_tensors, value.values())) if isinstance(value, dict) else is_tensor(value)


def _is_plain(positional):
    """Tensors alone, or one list of them."""
    if len(positional) == 1 and isinstance(positional[0], (list, tuple)):
        positional = positional[0]
    return all(isinstance(each, InputPlace) for each in positional)


_PLAIN = (str, int, float, bool, type(None))


def plain_arguments(cls, positional, named):
    """The arguments of a constructor by name, with defaults, but for what every layer has; None unless all of them are
    plain values, or lists and dicts of them. Keras: the automatic config of keras.Operation."""
    signature = inspect.signature(cls.__init__)
    kinds = [each.kind for each in signature.parameters.values()]
    try:
        bound = signature.bind(None, *positional, **named)
    except TypeError:
        return None
    bound.apply_defaults()
    (_, *given) = bound.arguments.items()
    arguments = {}
    for (name, value), kind in zip(given, kinds[1:]):
        if kind == inspect.Parameter.POSITIONAL_ONLY or (kind == inspect.Parameter.VAR_POSITIONAL and value):
            return None
        if kind == inspect.Parameter.VAR_KEYWORD:
            arguments.update(value)
        elif kind != inspect.Parameter.VAR_POSITIONAL:
            arguments[name] = value
    arguments = {name: value for name, value in arguments.items() if name not in ("name", "trainable", "dtype")}
    return arguments if _is_plain_value(arguments) else None


def _is_plain_value(value):
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain_value, value))
    if isinstance(value, dict):
        return all(map(_is_plain_value, value.values()))
    return isinstance(value, _PLAIN)
