"""How the engine calls a layer written in Python, and how its user does."""
import inspect

from .. import _engine
from .._arrays import is_numbers
from ._arguments import with_inputs, without_tensors
from ._calls import Call, call_of, is_tensor


class OwnLayer:
    """What Layer has of a layer of one's own: call(), build() and compute_output_shape() are written by the user, and get
    what their parameters ask for. A Call tells what stands around the tensors, where there is more than these."""

    # ---- the user's calls
    def _call_own(self, inputs, training, mask, arguments):
        """A call of a layer written in Python, which takes what its call() takes."""
        names = [name for name in inspect.signature(type(self).call).parameters][1:]
        if "training" in names[:len(inputs)]:
            place = names.index("training")
            training, inputs = inputs[place], (*inputs[:place], *inputs[place + 1:])
        for name in call_names(type(self).call)[len(inputs):]:
            if name not in arguments:
                break
            inputs = (*inputs, arguments.pop(name))
        tensors, call = call_of(inputs, arguments)
        tensors, masks = with_masks(tensors, mask)
        written = {"call": call.written(type(self).__name__)} if call and _engine.has_symbolic(tensors) else {}
        before = self.__dict__.get("_running")
        self.__dict__.update(_running=call, _output_structure=None)
        try:
            outputs = self._engine.apply(tensors, None if training is None else bool(training), {**written, **masks})
        finally:
            self.__dict__["_running"] = before
        structure = self.__dict__["_output_structure"]
        return one_or_all(outputs) if structure is None else with_inputs(structure, outputs)

    # ---- the engine's calls
    def _build(self, shapes):
        self.__dict__["_building"] = True
        if self._call_now is None and self.__dict__.get("_first_call"):  # from a file: until this call ends
            self.__dict__["_rebuilding"] = Call.read(self._first_call)
        elif self._call_now is not None:
            self.__dict__["_first_call"] = self._call_now.kept()
        try:
            self._give_shapes(self.build, shapes)
            rename_inside(self._engine, self.__dict__.get("_names_inside"))  # those that build() has made
        finally:
            self.__dict__["_building"] = False

    def _call(self, xs, training):
        inputs, takes_training, takes_mask = self._call_takes
        call = self._call_now
        if call is not None:
            positional, named = call.arguments(xs)
        else:
            positional, named = (xs if len(xs) <= max(inputs, 1) else [list(xs)]), {}
        options = {"training": training} if takes_training else {}
        masks = self._masks(xs, call)
        if takes_mask:
            options["mask"] = masks
        outputs = self.call(*positional, **{**options, **named})
        self.__dict__["_output_kind"] = tuple if type(outputs) is tuple else list
        if isinstance(outputs, dict):
            tensors = []
            self.__dict__["_output_structure"] = without_tensors(outputs, is_tensor, tensors)
            outputs = tensors
        outputs = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
        return self._masked(outputs, one_or_all(positional) if positional else None, masks)

    def _masked(self, outputs, inputs, masks):
        """Outputs with the masks that compute_mask() gives them, where they have none yet."""
        if not self.supports_masking or all(getattr(y, "mask", None) is not None for y in outputs):
            return outputs
        given = self.compute_mask(inputs, masks)
        given = list(given.values()) if isinstance(given, dict) else given
        given = list(given) if isinstance(given, (list, tuple)) else [given]
        given += [None] * (len(outputs) - len(given))
        return [y if mask is None or getattr(y, "mask", None) is not None else _engine.Tensor(y).with_mask(mask)
                for y, mask in zip(outputs, given)]

    @property
    def _call_now(self):
        """The Call that is running, or in which fit() gives a dict of inputs; None where it is one of tensors alone."""
        own = self.__dict__
        return own.get("_running") or own.get("_fed") or own.get("_rebuilding")

    @staticmethod
    def _masks(xs, call):
        masks = [x.mask for x in xs]
        return one_or_all(masks) if call is None else with_inputs(call.positional[0], masks) if call.positional else None

    def _begin_call(self, written):
        """The engine calls the layer in a graph, as it was called there; returns what _end_call() wants."""
        before = self.__dict__.get("_running")
        self.__dict__["_running"] = Call.read(written)
        return before

    def _end_call(self, before):
        self.__dict__.update(_running=before, _rebuilding=None)

    def _give_shapes(self, function, shapes):
        """build(input_shape) has the shapes of the first argument of call(), as in Keras; build(a_shape, b_shape) those of
        the arguments a and b."""
        call, parameters = self._call_now, [name for name in inspect.signature(function).parameters if name != "self"]
        if call is not None:
            by_name = call.by_parameter(type(self).call, shapes)
        elif 1 < self._call_takes[0] < 1000 and len(shapes) > 1:
            by_name = dict(zip(call_names(type(self).call), shapes))
        else:
            by_name = {"": one_or_all(shapes)}
        if len(parameters) > 1 and "" not in by_name:
            return function(**{f"{name}_shape": by_name[name] for name in by_name if f"{name}_shape" in parameters})
        return function(next(iter(by_name.values())))

    def _step(self, x, states, training):
        """A step of a cell: its output, then its states."""
        output, states = self.call(x, states, **({"training": training} if self._call_takes[1] else {}))
        return [output, *flat(states)]

    def _initial_states(self, batch_size):
        return flat(self.get_initial_state(batch_size=batch_size))

    def _output_shapes(self, shapes):
        if self._call_now is None:  # all of them, whether call() has them in a list or not
            return shapes_in(self.compute_output_shape(one_or_all(shapes)))
        return shapes_in(self._give_shapes(self.compute_output_shape, shapes))


def names_inside(engine):
    """How the layers inside a layer are called, as lists within lists."""
    return [[layer.name, names_inside(layer)] for layer in engine.sublayers]


def rename_inside(engine, names):
    """Calls them so again."""
    for layer, (name, inside) in zip(engine.sublayers, names or []):
        _engine.rename(layer, name)
        rename_inside(layer, inside)


def with_masks(xs, mask):
    """Tensors with the masks that are given beside them; or, in a graph, these as call arguments."""
    if mask is None:
        return xs, {}
    masks = list(mask) if isinstance(mask, (list, tuple)) and not is_numbers(mask) else [mask]
    masks += [None] * (len(xs) - len(masks))  # states have none
    if _engine.has_symbolic(masks):
        names = ["mask", *(f"mask_{place}" for place in range(1, len(masks)))]
        return xs, {name: m for name, m in zip(names, masks) if m is not None}
    return [x if m is None else _engine.Tensor(x).with_mask(m) for x, m in zip(xs, masks)], {}


def flat(values):
    """The tensors in lists within lists; None is none."""
    if values is None:
        return []
    return [leaf for value in values for leaf in flat(value)] if isinstance(values, (list, tuple)) else [values]


def inputs_and_options(call):
    """How many inputs call() has, and whether it has training and mask."""
    kinds = {name: parameter.kind for name, parameter in inspect.signature(call).parameters.items()}
    positional = [name for name, kind in kinds.items() if kind == inspect.Parameter.POSITIONAL_OR_KEYWORD]
    inputs = len([name for name in positional[1:] if name not in ("training", "mask")])
    if inspect.Parameter.VAR_POSITIONAL in kinds.values():
        inputs = 1000
    return inputs, "training" in kinds, "mask" in kinds


def call_names(call):
    """Of the parameters of call() that can be inputs by position."""
    kinds = inspect.signature(call).parameters.values()
    return [each.name for each in kinds if each.kind == inspect.Parameter.POSITIONAL_OR_KEYWORD][1:]


def one_or_all(values):
    return values[0] if len(values) == 1 else values


def shapes_in(shape):
    """The shapes in a shape or a list of shapes."""
    several = isinstance(shape, (list, tuple)) and shape and isinstance(shape[0], (list, tuple))
    return list(shape) if several else [shape]
