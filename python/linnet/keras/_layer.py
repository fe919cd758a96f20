"""Layer: what every layer has, the engine's and those written in Python."""
import functools
import inspect
import weakref

from .. import _engine
from .._arrays import is_numbers
from .._objects import EngineObject
from ._calls import plain_arguments
from ._layer_options import (activation_option, dtype_name, engines_regularizer, input_shape_of, option, policy_of,
                             standardize)
from ._own_layer import OwnLayer, flat, inputs_and_options, names_inside, one_or_all, rename_inside, shapes_in, with_masks
from ._tracking import tracked

_wrappers = weakref.WeakValueDictionary()  # of the engine's layers, by identity: one Python object for each


def _tracker(layer, name):
    """What a container among the attributes of a layer, which must not keep it alive, calls for its members."""
    def found(member):
        if layer() is not None:
            layer()._track(name, member)
    return found


class Layer(OwnLayer, EngineObject):
    """layer(x) computes, or adds to a graph when x is an Input.

    A layer of one's own overrides call(x), perhaps with training=None behind x, and where it has weights build(shape):

        class Scale(keras.layers.Layer):
            def build(self, input_shape):
                self.factor = self.add_weight(shape=input_shape[-1:], initializer="ones", name="factor")

            def call(self, x):
                return x * self.factor

    Layers and weights that are attributes of a layer are its layers and weights.
    """
    _classes = {}
    _knows_its_options = False
    _autocast = True  # of inputs and weights to compute_dtype, as Keras's option autocast
    _output_dtypes = ()  # where call() does not give compute_dtype

    # ---- a layer of one's own
    def __new__(cls, *arguments, **options):
        self = super().__new__(cls)
        if cls.call is not Layer.call and not cls.__module__.startswith("linnet."):
            self.__dict__["_arguments_given"] = plain_arguments(cls, arguments, options)
        return self

    def __init__(self, *, activity_regularizer=None, trainable=True, dtype=None, name=None, **options):
        is_cell = "states" in inspect.signature(type(self).call).parameters  # of an RNN
        create = _engine.python_cell if is_cell else _engine.python_layer
        self._create_in_python(create, Layer, trainable, dtype, name, options)
        if activity_regularizer is not None:
            self._engine.activity_regularizer = engines_regularizer(activity_regularizer)

    def _create_in_python(self, create, base, trainable, dtype, name, options):
        self.__dict__.update(_building=False, _input_shape=input_shape_of(type(self).__name__, options),
                             _call_takes=inputs_and_options(type(self).call))
        if options:
            raise ValueError(f"[{type(self).__name__}] does not support the option {', '.join(map(repr, options))}")
        kept = self.__dict__.pop("_kept", {})  # of a config, where the constructor does not take it
        name, trainable = name or kept.get("name"), trainable and kept.get("trainable", True)
        dtype = kept.get("dtype") if dtype is None else dtype
        own = _engine.OwnMethods(type(self).compute_output_shape is not base.compute_output_shape, self._autocast)
        self.__dict__["_engine"] = create(self, type(self).__name__, name or "", trainable,
                                         policy_of(dtype), own)
        _wrappers[self._engine.identity] = self

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if "build" in cls.__dict__:  # called by users and by other layers, it goes by way of the engine
            cls.build = _by_way_of_the_engine(cls.__dict__["build"])

    @property
    def _is_python(self):
        return "_building" in self.__dict__

    def __setattr__(self, name, value):
        if not name.startswith("_") and not hasattr(type(self), name):
            self._refuse_to_change(name, value)
        if self._is_python or type(self).call is not Layer.call:
            value = tracked(value, _tracker(weakref.ref(self), name))
        super().__setattr__(name, value)

    def _refuse_to_change(self, name, value):
        """The engine's layers are what their constructors made them."""
        if self._is_python or "_engine" not in self.__dict__ or self._engine.class_name in ("Functional", "Sequential"):
            return
        if any(weight.name == name for weight in self._engine.weights):
            raise AttributeError(f'[{type(self).__name__} "{self.name}"] expected the weight {name} to stay: give it other '
                                 f"values with {name}.assign(values)")
        config = self._engine.get_config()
        if name in config and config[name] != value:
            raise AttributeError(f'[{type(self).__name__} "{self.name}"] expected {name} to stay {config[name]!r}: a layer '
                                 f"keeps its options; make another one, {type(self).__name__}.from_config({{"
                                 f'**layer.get_config(), "{name}": …}}), and give it the weights')

    def _track(self, name, member):
        """Makes a layer or weight that is an attribute one of this layer's."""
        if not isinstance(member, (Layer, _engine.Variable)):
            return
        if not self._is_python:
            raise RuntimeError(f"[{type(self).__name__}] expected super().__init__() before the attribute {name}")
        if isinstance(member, Layer):
            _engine.track(self._engine, member._engine)
        else:
            _engine.track_variable(self._engine, member)

    def add_weight(self, shape=None, initializer=None, dtype=None, trainable=True, autocast=True, regularizer=None,
                   constraint=None, aggregation="none", overwrite_with_gradient=False, name=None):
        """A weight of this layer. `aggregation` is about several devices, and means nothing here."""
        from . import constraints, initializers, regularizers
        if not autocast and self.compute_dtype != self.variable_dtype:
            raise ValueError(f'[{type(self).__name__} "{self.name}"] expected autocast=True of its weight {name}: weights '
                             "are seen in the dtype that the layer computes in; make the layer with autocast=False")
        if overwrite_with_gradient:
            raise ValueError(f'[{type(self).__name__} "{self.name}"] expected overwrite_with_gradient=False of its weight '
                             f"{name}: optimizers change weights")
        dtype = dtype if dtype is None else dtype_name(dtype)
        parts = [initializers.Initializer._engines(initializer), regularizers.Regularizer._engines(regularizer),
                 constraints.Constraint._engines(constraint)]
        return _engine.add_weight(self._engine, name or "variable", shape or (), parts[0], dtype, trainable, *parts[1:])

    def add_loss(self, loss):
        """Adds a penalty, or each of a list, to what is minimized; in call()."""
        for each in flat([loss]):
            _engine.add_loss(self._engine, each)

    def add_metric(self, value, name):
        """Shows the mean of a number over an epoch beside the loss; in call()."""
        _engine.add_metric(name, value)

    @classmethod
    def from_config(cls, config):
        if cls._adds_to_the_engines():
            return cls._again(dict(config))
        return super().from_config(config)

    @classmethod
    def _again(cls, config):
        """cls(**config). What every layer has does not need to be arguments of the constructor."""
        parameters = inspect.signature(cls.__init__).parameters
        takes_all = any(each.kind == inspect.Parameter.VAR_KEYWORD for each in parameters.values())
        kept = {} if takes_all else {name: config.pop(name) for name in ("name", "trainable", "dtype")
                                     if name in config and name not in parameters}
        unknown = [] if takes_all else [name for name in config if name not in parameters]
        if unknown:
            raise TypeError(f"[{cls.__name__}] expected a constructor that takes what get_config() gives: it does not take "
                            f"{', '.join(unknown)}; add the arguments, or **kwargs handed to super().__init__()")
        self = cls.__new__(cls, **config)
        self.__dict__["_kept"] = kept
        self.__init__(**config)
        return self

    def _config_for_files(self):
        """get_config(), and what the layer is made anew from besides: how it was called first, and how the layers are
        called that it makes itself."""
        kept = {"first_call": self.__dict__.get("_first_call"), "names_inside": names_inside(self._engine)}
        return {**self.get_config(), **{name: value for name, value in kept.items() if value}}

    @classmethod
    def _from_file(cls, config):
        first, names = config.pop("first_call", None), config.pop("names_inside", None)
        self = cls.from_config(config)
        self.__dict__.update(_first_call=first, _names_inside=names)
        rename_inside(self._engine, names)
        return self

    def call(self, *inputs, **options):
        """The computation. Of the engine's layers it is that of layer(x), and a class derived from one of them has it as
        super().call(x)."""
        layer = self.__dict__.get("_inner", self)
        if layer._is_python:
            raise NotImplementedError(f"[{type(self).__name__}] expected call() to be overridden")
        return Layer.__call__(layer, *inputs, **options)

    # ---- every layer
    @property
    def supports_masking(self):
        """Do the outputs have a mask, the one that compute_mask() gives? A layer of one's own that overrides that does,
        and one that sets this to True."""
        known = self.__dict__.get("_supports_masking")
        if known is not None or not self._is_python:
            return self._engine.supports_masking if known is None else known
        inner = self.__dict__.get("_inner")
        return type(self).compute_mask is not Layer.compute_mask or (inner is not None and inner.supports_masking)

    @supports_masking.setter
    def supports_masking(self, value):
        self.__dict__["_supports_masking"] = bool(value)

    def compute_mask(self, inputs, previous_mask=None, mask=None):
        """The mask of the outputs: of a layer of one's own, unless it overrides this, that of the inputs."""
        masks = previous_mask if mask is None else mask
        layer = self.__dict__.get("_inner", self)
        if layer._is_python:
            return masks
        inputs, masks = (list(each) if isinstance(each, (list, tuple)) else [each] for each in (inputs, masks))
        return layer._engine.compute_mask(inputs, masks)

    def _create(self, class_name, arguments, defaults):
        if self._adds_to_the_engines():
            self._create_around(class_name, arguments, defaults)
            return
        self.__dict__["_input_shape"] = input_shape_of(class_name, arguments["options"])
        standardize(arguments, defaults)
        for name, value in arguments.items():  # a layer around others is made around these themselves
            if name != "self":
                arguments[name] = activation_option(value) if name.endswith("activation") else _named(value)
        super()._create(class_name, arguments, defaults)
        _wrappers[self._engine.identity] = self

    def _create_around(self, class_name, arguments, defaults):
        """A class that adds a call() or build() to those of an engine's layer: written in Python, with that layer inside."""
        base = Layer._classes[class_name]
        inner = base.__new__(base)
        arguments["self"] = inner
        inner._create(class_name, arguments, defaults)
        config = inner._engine.get_config()
        name = config["name"] if arguments.get("name") else None
        self._create_in_python(_engine.python_layer, Layer, config.get("trainable", True), inner.dtype_policy, name, {})
        self.__dict__.update(_inner=inner, _input_shape=inner._input_shape)
        _engine.track(self._engine, inner._engine)

    @classmethod
    def _adds_to_the_engines(cls):
        base = next((each for each in cls.__mro__ if each in Layer._classes.values()), Layer)
        return cls.call is not base.call or cls.build is not base.build

    @classmethod
    def _from_engine(cls, value):
        return _engine.layer_from_config(value)

    @classmethod
    def _wrap(cls, engine_object):
        known = _wrappers.get(engine_object.identity)
        if known is not None:
            return known
        self = super()._wrap(engine_object)
        self._input_shape = None
        _wrappers[engine_object.identity] = self
        return self

    def __call__(self, *inputs, training=None, mask=None, **arguments):
        if self._is_python and self._engine.list_argument is None:
            return self._call_own(inputs, training, mask, arguments)
        if len(inputs) == 3 and self._engine.list_argument == "initial_state" and (
                inputs[1] is None or isinstance(inputs[1], (list, tuple))):
            inputs, mask = inputs[:2], inputs[2]  # layer(x, initial_state, mask), as in Keras
        is_list = len(inputs) == 1 and isinstance(inputs[0], (list, tuple)) and not is_numbers(inputs[0])
        xs = inputs[0] if is_list else inputs
        named = [arguments.pop(name, None) for name in ("inputs", "sequences", "query", "value", "key")]
        xs = [*xs, *(x for x in named if x is not None)]
        if not xs:
            raise TypeError(f"[{type(self).__name__}] expected an input, received none")
        name = self._engine.list_argument  # "initial_state" of recurrent layers, "states" of cells
        if name is not None:
            xs = [xs[0], *flat(xs[1:]), *flat(arguments.pop(name, None))]
        unknown = arguments.keys() - set(self._engine.call_argument_names)
        if unknown:
            raise TypeError(f"[{type(self).__name__}] expected other call arguments than {', '.join(sorted(unknown))}")
        xs, masks = with_masks(xs, mask)
        arguments.update(masks)
        outputs = self._engine.apply(list(xs), None if training is None else bool(training), arguments)
        if outputs[0].is_symbolic and not self._is_python:  # which the engine holds: it would hold itself
            self.__dict__.setdefault("_ends", (list(xs), outputs))
        if name is not None:
            outputs = [outputs[0], *by_cell(self._engine, outputs[1:])]
        return (outputs[0], outputs[1:]) if name == "states" else one_or_all(outputs)

    def build(self, input_shape):
        if not (self._is_python and self._building):
            self._engine.build_for(shapes_in(input_shape))
        elif "_inner" in self.__dict__:
            self._inner.build(input_shape)

    def get_config(self):
        if self._is_python:
            base = {"name": self.name, "trainable": self.trainable, "dtype": self.dtype_policy.name}
            if "_inner" in self.__dict__:
                return {**self._inner.get_config(), **base}
            regularizer = self._engine.activity_regularizer
            if regularizer is not None:
                base["activity_regularizer"] = {"class_name": regularizer.class_name, "config": regularizer.get_config()}
            if type(self).get_config is not Layer.get_config or "_arguments_given" not in self.__dict__:
                return base  # which get_config() of the class adds to
            if self._arguments_given is None:
                raise NotImplementedError(
                    f'[{type(self).__name__} "{self.name}"] expected get_config(), which gives the arguments of the '
                    "constructor: by themselves only numbers, texts, None, and lists and dicts of them are kept")
            return {**self._arguments_given, **base}
        return super().get_config()

    def get_build_config(self):
        """The shapes that the layer was built for, or None."""
        return {"input_shape": self.input_shape} if self.built else None

    def build_from_config(self, config):
        """Builds the layer as get_build_config() of another one says."""
        if config and config.get("input_shape") is not None:
            self.build(config["input_shape"])

    def reset_state(self):
        """Makes stateful layers, this one or those inside, forget what they have kept from call to call."""
        self._engine.reset_states()

    def compute_output_shape(self, input_shape):
        if self._is_python:
            return one_or_all(_engine.infer_output_shapes(self._engine, shapes_in(input_shape)))
        return one_or_all(self._engine.compute_output_shapes(shapes_in(input_shape)))

    name = property(lambda self: self._engine.name)
    built = property(lambda self: self._engine.built, lambda self, value: None)  # set by Keras's programs: it is known
    weights = property(lambda self: self._engine.weights)
    variables = weights
    trainable_weights = property(lambda self: self._engine.trainable_weights)
    trainable_variables = trainable_weights
    non_trainable_weights = property(lambda self: self._engine.non_trainable_weights)
    non_trainable_variables = non_trainable_weights
    input_spec = None  # layers check their inputs themselves
    losses = property(lambda self: self._engine.losses)
    input_shape = property(lambda self: one_or_all(self._engine.input_shapes))
    output_shape = property(lambda self: one_or_all(self._engine.output_shapes))

    @property
    def input(self):
        """The symbolic tensor, or tensors, that the layer was first called on in a graph."""
        return one_or_all(self._graph_ends()[0])

    @property
    def output(self):
        """What came of it: keras.Model(model.inputs, model.get_layer("features").output) computes that."""
        return one_or_all(self._graph_ends()[1])

    @property
    def path(self):
        """The name, behind those of the layers around it: as the paths of its weights begin."""
        for weight in self._engine.weights:
            parts = weight.path.split("/")
            if self.name in parts:
                return "/".join(parts[:parts.index(self.name) + 1])
        return self.name

    @property
    def activity_regularizer(self):
        """The penalty on the outputs, if there is one."""
        from . import regularizers
        found = self._engine.activity_regularizer
        if found is None and not self._is_python:
            return regularizers.get(self._engine.get_config().get("activity_regularizer"))
        return found if found is None else regularizers.Regularizer._wrap(found)

    @activity_regularizer.setter
    def activity_regularizer(self, value):
        if not self._is_python and self._engine.get_config().get("activity_regularizer", value) != value:
            self._refuse_to_change("activity_regularizer", value)
        self._engine.activity_regularizer = engines_regularizer(value)

    def _graph_ends(self):
        model = self.__dict__.get("_model", lambda: None)()
        inputs, outputs = self.__dict__.get("_ends") or (
            ([], []) if model is None else _engine.graph_ends(model._engine, self._engine))
        if not outputs:
            raise AttributeError  # of which __getattr__ makes a message
        return inputs, outputs

    @property
    def dtype(self):
        """What the layer keeps its weights in."""
        return self._engine.dtype

    variable_dtype = dtype

    @property
    def compute_dtype(self):
        return self._engine.compute_dtype

    @property
    def dtype_policy(self):
        return self._engine.dtype_policy

    @property
    def trainable(self):
        return self._engine.trainable

    @trainable.setter
    def trainable(self, value):
        self._engine.trainable = bool(value)

    def count_params(self):
        return self._engine.count_params()

    def get_weights(self):
        return self._engine.get_weights()

    def set_weights(self, weights):
        self._engine.set_weights(list(weights))

    def __getattr__(self, name):
        if name in ("input", "output"):
            raise AttributeError(f'[{type(self).__name__} "{self.name}"] expected a layer that was called on an Input or '
                                 f"is part of a built model: it has no {name} yet")
        if name.startswith("_"):
            return super().__getattr__(name)
        for weight in self._engine.weights:  # layer.kernel
            if weight.name == name:
                return weight
        layer = self.__dict__.get("_inner", self)
        config = {} if layer._is_python else layer._engine.get_config()
        if name in config:
            return option(name, config[name])
        if self.built and config.get({"bias": "use_bias", "gamma": "scale", "beta": "center"}.get(name)) is False:
            return None  # a weight that the layer does without
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __reduce__(self):
        return _layer_again, (type(self), self.get_config(), self._engine.input_shapes if self.built else None,
                              self.get_weights())

    def __repr__(self):
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def by_cell(engine, states):
    """States as Keras gives them: those of stacked cells with several are lists."""
    cells = engine.sublayers if engine.class_name == "StackedRNNCells" else []
    if engine.class_name == "RNN":
        return by_cell(engine.sublayers[0], states)
    if len(cells) < 2 or not states:
        return states
    groups, states = [], iter(states)
    for cell in cells:
        group = [next(states) for _ in cell.state_shapes]
        groups.append(group if len(group) > 1 else group[0])
    return groups


def _named(value):
    if isinstance(value, Layer):
        return _engine.name_of_layer(value._engine)
    return [_named(each) for each in value] if isinstance(value, (list, tuple)) else value


def _layer_again(cls, config, input_shapes, weights):
    """A layer from what pickle has kept of it."""
    layer = cls.from_config(config)
    if input_shapes is not None:
        layer.build(one_or_all(input_shapes))
        layer.set_weights(weights)
    return layer


def _by_way_of_the_engine(build):
    @functools.wraps(build)
    def wrapper(self, *shapes, **named):
        if self._is_python and not self._building:
            given = [*shapes, *named.values()]
            return self._engine.build_for(shapes_in(given[0]) if len(given) == 1 else given)
        return build(self, *shapes, **named)
    return wrapper
