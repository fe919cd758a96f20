"""Layers."""
import functools
import weakref

import numpy

from .. import _engine
from .._objects import EngineObject, define, missing

_wrappers = weakref.WeakValueDictionary()  # of the engine's layers, by identity: one Python object for each


class Layer(EngineObject):
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
    supports_masking = False

    # ---- a layer of one's own
    def __init__(self, *, activity_regularizer=None, trainable=True, dtype=None, name=None, **options):
        if activity_regularizer is not None:
            raise TypeError(f"[{type(self).__name__}] expected no activity_regularizer: call add_loss() in call()")
        self._create_in_python(_engine.python_layer, Layer, trainable, dtype, name, options)

    def _create_in_python(self, create, base, trainable, dtype, name, options):
        self.__dict__["_building"] = False
        self.__dict__["_input_shape"] = _input_shape(type(self).__name__, options)
        if options:
            raise ValueError(f"[{type(self).__name__}] does not support the option {', '.join(map(repr, options))}")
        own = _engine.OwnMethods(type(self).compute_output_shape is not base.compute_output_shape,
                                 type(self).get_config is not base.get_config, bool(self.supports_masking))
        self.__dict__["_engine"] = create(self, type(self).__name__, name or "", trainable, dtype or "float32", own)
        _wrappers[self._engine.identity] = self

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if "build" in cls.__dict__:  # called by users and by other layers, it goes by way of the engine
            cls.build = _by_way_of_the_engine(cls.__dict__["build"])

    @property
    def _is_python(self):
        return "_building" in self.__dict__

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if name.startswith("__") or not (self._is_python or type(self).call is not Layer.call):
            return
        for member in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(member, (Layer, _engine.Variable)):
                if not self._is_python:
                    raise RuntimeError(f"[{type(self).__name__}] expected super().__init__() before the attribute {name}")
                is_layer = isinstance(member, Layer)
                (_engine.track if is_layer else _engine.track_variable)(self._engine, member._engine if is_layer else member)

    def add_weight(self, shape=None, initializer=None, dtype=None, trainable=True, regularizer=None, constraint=None,
                   name=None):
        """A weight of this layer."""
        from . import constraints, initializers, regularizers
        first = initializers.get("glorot_uniform" if initializer is None else initializer)
        parts = [part and part._engine for part in (first, regularizers.get(regularizer), constraints.get(constraint))]
        return _engine.add_weight(self._engine, name or "variable", shape or (), parts[0], dtype, trainable, *parts[1:])

    def add_loss(self, loss):
        """Adds a penalty to what is minimized; in call()."""
        _engine.add_loss(self._engine, loss)

    def call(self, *inputs, **options):
        raise NotImplementedError(f"[{type(self).__name__}] expected call() to be overridden")

    # What the engine calls.
    def _build(self, shapes):
        self.__dict__["_building"] = True
        try:
            self.build(_one_or_all(shapes))
        finally:
            self.__dict__["_building"] = False

    def _call(self, xs, training):
        code = type(self).call.__code__
        names = code.co_varnames[1:code.co_argcount]
        several = len(xs) > 1 and (code.co_flags & 4 or len([n for n in names if n not in ("training", "mask")]) >= len(xs))
        options = {"training": training} if "training" in code.co_varnames[:code.co_argcount + code.co_kwonlyargcount] else {}
        outputs = self.call(*xs, **options) if several or len(xs) == 1 else self.call(list(xs), **options)
        return outputs if isinstance(outputs, (list, tuple)) else [outputs]

    def _output_shapes(self, shapes):
        shape = self.compute_output_shape(_one_or_all(shapes))
        return _shapes(shape)

    # ---- every layer
    def _create(self, class_name, arguments, defaults):
        if type(self).call is not Layer.call or type(self).build is not Layer.build:
            raise TypeError(f"[{type(self).__name__}] expected no call() or build() on top of {class_name}'s, which is the "
                            "engine's: derive from keras.layers.Layer, and have the layer as an attribute")
        self._input_shape = _input_shape(class_name, arguments["options"])
        super()._create(class_name, arguments, defaults)
        _wrappers[self._engine.identity] = self

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

    def __call__(self, *inputs, training=None, mask=None):
        xs = inputs[0] if len(inputs) == 1 and isinstance(inputs[0], (list, tuple)) else inputs
        if mask is not None:
            masks = mask if isinstance(mask, (list, tuple)) else [mask]
            xs = [x if m is None else _engine.Tensor(x).with_mask(m) for x, m in zip(xs, masks)]
        return _one_or_all(self._engine.apply(list(xs), None if training is None else bool(training)))

    def build(self, input_shape):
        if not (self._is_python and self._building):
            self._engine.build_for(_shapes(input_shape))

    def get_config(self):
        if self._is_python:
            return {"name": self.name, "trainable": self.trainable, "dtype": self.dtype}
        return super().get_config()

    def compute_output_shape(self, input_shape):
        return _one_or_all(self._engine.compute_output_shapes(_shapes(input_shape)))

    name = property(lambda self: self._engine.name)
    built = property(lambda self: self._engine.built)
    dtype = property(lambda self: self._engine.dtype)
    weights = property(lambda self: self._engine.weights)
    variables = weights
    trainable_weights = property(lambda self: self._engine.trainable_weights)
    trainable_variables = trainable_weights
    non_trainable_weights = property(lambda self: self._engine.non_trainable_weights)
    losses = property(lambda self: self._engine.losses)
    input_shape = property(lambda self: _one_or_all(self._engine.input_shapes))
    output_shape = property(lambda self: _one_or_all(self._engine.output_shapes))

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
        if not name.startswith("_"):
            for weight in self._engine.weights:  # layer.kernel
                if weight.name == name:
                    return weight
        return super().__getattr__(name)

    def __repr__(self):
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def _by_way_of_the_engine(build):
    @functools.wraps(build)
    def wrapper(self, input_shape):
        if self._is_python and not self._building:
            return self._engine.build_for(_shapes(input_shape))
        return build(self, input_shape)
    return wrapper


def _one_or_all(values):
    return values[0] if len(values) == 1 else values


def _shapes(shape):
    """The shapes in a shape or a list of shapes."""
    several = isinstance(shape, (list, tuple)) and shape and isinstance(shape[0], (list, tuple))
    return list(shape) if several else [shape]


def _input_shape(class_name, options):
    """The input shape, with the batch axis, that Keras lets the first layer of a Sequential have; or None."""
    if class_name == "InputLayer":
        return None
    batch_size = options.pop("batch_size", None)
    if "batch_input_shape" in options:
        return tuple(options.pop("batch_input_shape"))
    shape = options.pop("input_shape", None)
    if "input_dim" in options:
        shape = (options.pop("input_dim"),)
    if shape is None:
        return None
    return (batch_size, *(shape if isinstance(shape, (list, tuple)) else (shape,)))


def Input(shape=None, batch_size=None, dtype=None, sparse=None, batch_shape=None, name=None):
    """A symbolic tensor: where a functional model begins."""
    if sparse:
        raise ValueError("[Input] expected sparse=None: Linnet has no sparse tensors")
    if (shape is None) == (batch_shape is None):
        raise ValueError("[Input] expected shape or batch_shape, received " + ("neither" if shape is None else "both"))
    if batch_shape is None:
        batch_shape = (batch_size, *shape)
    return _engine.symbolic_input(batch_shape, dtype or "float32", name or "")


_DENSE = ("use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None, "
          "bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None")
_CONV = "groups=1, activation=None, " + _DENSE
_RECURRENT = ("use_bias=True, kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', "
              "bias_initializer='zeros', {}kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, "
              "activity_regularizer=None, kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, "
              "dropout=0.0, recurrent_dropout=0.0, seed=None, return_sequences=False, return_state=False, "
              "go_backwards=False, stateful=False, unroll=False")


def _pooling(rank):
    ones = (2,) * rank if rank > 1 else 2
    return {f"MaxPooling{rank}D": f"pool_size={ones}, strides=None, padding='valid', data_format=None",
            f"AveragePooling{rank}D": "pool_size, strides=None, padding='valid', data_format=None",
            f"GlobalMaxPooling{rank}D": "data_format=None, keepdims=False",
            f"GlobalAveragePooling{rank}D": "data_format=None, keepdims=False"}


def _convolutions(rank):
    ones = (1,) * rank if rank > 1 else 1
    padding = (1,) * rank if rank > 1 else 1
    return {f"Conv{rank}D": f"filters, kernel_size, strides={ones}, padding='valid', data_format=None, "
                            f"dilation_rate={ones}, {_CONV}",
            f"Conv{rank}DTranspose": f"filters, kernel_size, strides={ones}, padding='valid', output_padding=None, "
                                     f"data_format=None, dilation_rate={ones}, activation=None, {_DENSE}",
            f"UpSampling{rank}D": f"size={(2,) * rank if rank > 1 else 2}, data_format=None"
                                  + (", interpolation='nearest'" if rank == 2 else ""),
            f"ZeroPadding{rank}D": f"padding={padding}, data_format=None",
            f"Cropping{rank}D": f"cropping={((0, 0), (0, 0)) if rank == 2 else padding}, data_format=None",
            f"SpatialDropout{rank}D": "rate, seed=None, data_format=None"}


# Keras's order of the arguments, of layers that the engine has or may come to have: those it has become classes.
_SIGNATURES = {
    # core
    "InputLayer": "batch_shape",
    "Dense": f"units, activation=None, {_DENSE}",
    "EinsumDense": f"equation, output_shape, activation=None, bias_axes=None, {_DENSE.replace('use_bias=True, ', '')}",
    "Activation": "activation",
    "Embedding": "input_dim, output_dim, embeddings_initializer='uniform', embeddings_regularizer=None, "
                 "embeddings_constraint=None, mask_zero=False",
    "Masking": "mask_value=0.0",
    "Identity": "",
    # shapes
    "Flatten": "data_format=None",
    "Reshape": "target_shape",
    "Permute": "dims",
    "RepeatVector": "n",
    # activations
    "ReLU": "max_value=None, negative_slope=0.0, threshold=0.0",
    "LeakyReLU": "negative_slope=0.3",
    "PReLU": "alpha_initializer='Zeros', alpha_regularizer=None, alpha_constraint=None, shared_axes=None",
    "ELU": "alpha=1.0",
    "Softmax": "axis=-1",
    # regularization
    "Dropout": "rate, noise_shape=None, seed=None",
    "GaussianNoise": "stddev, seed=None",
    "GaussianDropout": "rate, seed=None",
    "AlphaDropout": "rate, noise_shape=None, seed=None",
    "ActivityRegularization": "l1=0.0, l2=0.0",
    # preprocessing
    "Rescaling": "scale, offset=0.0",
    "Normalization": "axis=-1, mean=None, variance=None, invert=False",
    "Resizing": "height, width, interpolation='bilinear', crop_to_aspect_ratio=False, pad_to_aspect_ratio=False, "
                "fill_mode='constant', fill_value=0.0, antialias=False, data_format=None",
    "CenterCrop": "height, width, data_format=None",
    "CategoryEncoding": "num_tokens=None, output_mode='multi_hot', sparse=False",
    "Discretization": "bin_boundaries=None, num_bins=None, epsilon=0.01, output_mode='int', sparse=False",
    # merging
    "Add": "", "Subtract": "", "Multiply": "", "Average": "", "Maximum": "", "Minimum": "",
    "Concatenate": "axis=-1",
    "Dot": "axes, normalize=False",
    # normalization
    "BatchNormalization":
        "axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True, beta_initializer='zeros', "
        "gamma_initializer='ones', moving_mean_initializer='zeros', moving_variance_initializer='ones', "
        "beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, gamma_constraint=None, "
        "synchronized=False",
    "LayerNormalization":
        "axis=-1, epsilon=0.001, center=True, scale=True, beta_initializer='zeros', gamma_initializer='ones', "
        "beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, gamma_constraint=None",
    "GroupNormalization":
        "groups=32, axis=-1, epsilon=0.001, center=True, scale=True, beta_initializer='zeros', "
        "gamma_initializer='ones', beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, "
        "gamma_constraint=None",
    "RMSNormalization": "axis=-1, epsilon=1e-06",
    "UnitNormalization": "axis=-1",
    # convolutions
    **_convolutions(1), **_convolutions(2), **_convolutions(3), **_pooling(1), **_pooling(2), **_pooling(3),
    "DepthwiseConv1D": "kernel_size, strides=1, padding='valid', depth_multiplier=1, data_format=None, "
                       "dilation_rate=1, activation=None, " + _DENSE.replace("kernel_", "depthwise_"),
    "DepthwiseConv2D": "kernel_size, strides=(1, 1), padding='valid', depth_multiplier=1, data_format=None, "
                       "dilation_rate=(1, 1), activation=None, " + _DENSE.replace("kernel_", "depthwise_"),
    # recurrent
    "SimpleRNN": "units, activation='tanh', " + _RECURRENT.format(""),
    "LSTM": "units, activation='tanh', recurrent_activation='sigmoid', " + _RECURRENT.format("unit_forget_bias=True, "),
    "GRU": "units, activation='tanh', recurrent_activation='sigmoid', " + _RECURRENT.format("")
           + ", reset_after=True, use_cudnn='auto'",
    "Bidirectional": "layer, merge_mode='concat', weights=None, backward_layer=None",
    "TimeDistributed": "layer",
    # attention
    "MultiHeadAttention": "num_heads, key_dim, value_dim=None, dropout=0.0, use_bias=True, output_shape=None, "
                          "attention_axes=None",
    "Attention": "use_scale=False, score_mode='dot', dropout=0.0, seed=None",
    "AdditiveAttention": "use_scale=True, dropout=0.0",
}
_KEYWORDS_ONLY = ""  # of a layer that is not above

define(Layer, globals(), {_name: _SIGNATURES.get(_name, _KEYWORDS_ONLY) for _name in _engine.registered_layers()
                          if _name not in ("Sequential", "Functional")})
for _rank in (1, 2, 3):
    for _kind in ("Max", "Average"):
        for _name, _alias in ((f"{_kind}Pooling{_rank}D", f"{_kind[:3]}Pool{_rank}D"),
                              (f"Global{_kind}Pooling{_rank}D", f"Global{_kind[:3]}Pool{_rank}D")):
            if _name in globals():
                globals()[_alias] = globals()[_name]


class Normalization(globals()["Normalization"]):
    def adapt(self, data):
        """Measures mean and variance of `data`."""
        self._engine.adapt(numpy.asarray(data))


Layer._classes["Normalization"] = Normalization


def _merge_function(layer):
    def function(inputs, **options):
        return layer(**options)(inputs)
    function.__name__ = layer.__name__.lower()
    return function


for _name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot"):
    globals()[_name.lower()] = _merge_function(globals()[_name])


def deserialize(config, custom_objects=None):
    return Layer._wrap(_engine.layer_from_config(config))


def serialize(layer):
    return {"class_name": type(layer).__name__, "config": layer.get_config()}


__getattr__ = missing(__name__)
