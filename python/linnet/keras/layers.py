"""Layers."""
import inspect

import numpy

from .. import _engine
from .._objects import define, missing
from ._layer import Layer, by_cell
from ._layer_options import dtype_name as _dtype_name
from ._preprocessing import MIXINS
from .activations import _function_of


def _batch_shape(who, shape, batch_size, batch_shape, sparse, ragged, optional):
    """The shape with the batch axis that Keras's several arguments say."""
    for name, wanted in (("sparse", sparse), ("ragged", ragged), ("optional", optional)):
        if wanted:
            raise ValueError(f"[{who}] expected {name} not to be asked for, received {wanted!r}: an input of Linnet is one "
                             "tensor with all its numbers")
    if (shape is None) == (batch_shape is None):
        raise ValueError(f"[{who}] expected shape or batch_shape, received " + ("neither" if shape is None else "both"))
    if batch_shape is not None and batch_size is not None:
        raise ValueError(f"[{who}] expected batch_size or batch_shape, received both")
    given = shape if batch_shape is None else batch_shape
    if not isinstance(given, (list, tuple)):
        raise ValueError(f"[{who}] expected a shape such as (28, 28, 1), received {given!r}; a shape of one axis is "
                         f"({given},)")
    return tuple(given) if shape is None else (batch_size, *shape)


def Input(shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, batch_shape=None, name=None, tensor=None,
          optional=False):
    """A symbolic tensor: where a functional model begins. `tensor` is one of the same shape and dtype."""
    if tensor is not None:
        if not (isinstance(tensor, _engine.Tensor) and tensor.is_symbolic):
            raise ValueError(f"[Input] expected a symbolic tensor, received {type(tensor).__name__}")
        batch_shape, shape, batch_size, dtype = tensor.shape, None, None, dtype or tensor.dtype
    shape = _batch_shape("Input", shape, batch_size, batch_shape, sparse, ragged, optional)
    return _engine.symbolic_input(shape, _dtype_name(dtype or "float32"), name or "")


class _TakesShapes:
    """InputLayer(shape) as well as InputLayer(batch_shape=…)."""

    def _create(self, class_name, arguments, defaults):
        given = {name: arguments.pop(name, None) for name in ("shape", "batch_size", "batch_shape", "sparse", "ragged",
                                                              "optional", "input_tensor")}
        options = arguments["options"]
        given["shape"] = options.pop("input_shape", given["shape"])
        given["batch_shape"] = options.pop("batch_input_shape", given["batch_shape"])
        tensor = given.pop("input_tensor")
        if tensor is not None:
            given["batch_shape"] = tensor.shape
            arguments["dtype"] = arguments["dtype"] or tensor.dtype
        arguments["batch_shape"] = _batch_shape("InputLayer", **given)
        super()._create(class_name, arguments, defaults)


class _TakesWeights:
    """Embedding(weights=[matrix]): the first values."""

    def _create(self, class_name, arguments, defaults):
        weights = arguments.pop("weights", None)
        super()._create(class_name, arguments, defaults)
        if weights is not None:
            self.build((None,))
            self.set_weights(weights if isinstance(weights, list) and len(weights) == 1 else [weights])


class _ListsInputs:
    """Attention between a query, a value and a key, of which each has a shape."""
    _positional = ("query", "value", "key", "query_mask", "value_mask", "key_mask", "attention_mask",
                   "return_attention_scores", "training", "use_causal_mask")

    def __call__(self, *inputs, **arguments):
        arguments = {**dict(zip(self._positional[3:], inputs[3:])), **arguments}
        return super().__call__(*(x for x in inputs[:3] if x is not None), **arguments)

    def build(self, query_shape, value_shape=None, key_shape=None):
        super().build(_given_shapes(query_shape, value_shape, key_shape))

    def compute_output_shape(self, query_shape, value_shape=None, key_shape=None):
        return super().compute_output_shape(_given_shapes(query_shape, value_shape, key_shape))


def _given_shapes(query_shape, *more):
    more = [shape for shape in more if shape is not None]
    return [query_shape, *more] if more else query_shape


_DENSE = ("use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None, "
          "bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None")
_SEPARATE = ("use_bias=True, depthwise_initializer='glorot_uniform', pointwise_initializer='glorot_uniform', "
             "bias_initializer='zeros', depthwise_regularizer=None, pointwise_regularizer=None, bias_regularizer=None, "
             "activity_regularizer=None, depthwise_constraint=None, pointwise_constraint=None, bias_constraint=None")
_HEADS = "flash_attention=None, " + _DENSE.replace("use_bias=True, ", "") + ", seed=None, use_gate=False, sliding_window=None"
_CONV = "groups=1, activation=None, " + _DENSE
_CELL = ("use_bias=True, kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', "
         "bias_initializer='zeros', {}kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, "
         "kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, dropout=0.0, recurrent_dropout=0.0")
_RECURRENT = _CELL.replace("bias_regularizer=None, ", "bias_regularizer=None, activity_regularizer=None, ")
_GATES = "activation='tanh', recurrent_activation='sigmoid', "
_FORGET = "unit_forget_bias=True, "
_WALK = "return_sequences=False, return_state=False, go_backwards=False, stateful=False"

_PLACES = "fill_mode='reflect', interpolation='bilinear', seed=None, fill_value=0.0, data_format=None"


def _pooling(rank):
    ones = (2,) * rank if rank > 1 else 2
    return {f"MaxPooling{rank}D": f"pool_size={ones}, strides=None, padding='valid', data_format=None",
            f"AveragePooling{rank}D": "pool_size, strides=None, padding='valid', data_format=None",
            f"AdaptiveMaxPooling{rank}D": "output_size, data_format=None",
            f"AdaptiveAveragePooling{rank}D": "output_size, data_format=None",
            f"GlobalMaxPooling{rank}D": "data_format=None, keepdims=False",
            f"GlobalAveragePooling{rank}D": "data_format=None, keepdims=False"}


def _convolutions(rank):
    ones = (1,) * rank if rank > 1 else 1
    data_format = ", data_format=None" if rank > 1 else ""
    return {f"Conv{rank}D": f"filters, kernel_size, strides={ones}, padding='valid', data_format=None, "
                            f"dilation_rate={ones}, {_CONV}",
            f"Conv{rank}DTranspose": f"filters, kernel_size, strides={ones}, padding='valid', "
                                     + ("data_format=None, output_padding=None, " if rank == 3 else
                                        "output_padding=None, data_format=None, ")
                                     + f"dilation_rate={ones}, activation=None, {_DENSE}",
            f"SeparableConv{rank}D": f"filters, kernel_size, strides={ones}, padding='valid', data_format=None, "
                                     f"dilation_rate={ones}, depth_multiplier=1, activation=None, {_SEPARATE}",
            f"UpSampling{rank}D": f"size={(2,) * rank if rank > 1 else 2}{data_format}"
                                  + (", interpolation='nearest'" if rank == 2 else ""),
            f"ZeroPadding{rank}D": f"padding={ones}, data_format=None",
            f"Cropping{rank}D": f"cropping={((0, 0), (0, 0)) if rank == 2 else (1, 1) if rank == 1 else ones}{data_format}",
            f"SpatialDropout{rank}D": "rate" + data_format + ", seed=None, name=None, dtype=None"}


# Keras's order of the arguments, of layers that the engine has or may come to have: those it has become classes.
_SIGNATURES = {
    # core
    "InputLayer": "shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, batch_shape=None, "
                  "input_tensor=None, optional=False, name=None",
    "Dense": f"units, activation=None, {_DENSE}",
    "EinsumDense": f"equation, output_shape, activation=None, bias_axes=None, "
                   + _DENSE.replace("use_bias=True, ", "").replace("activity_regularizer=None, ", ""),
    "Activation": "activation",
    "Embedding": "input_dim, output_dim, embeddings_initializer='uniform', embeddings_regularizer=None, "
                 "embeddings_constraint=None, mask_zero=False, weights=None",
    "ReversibleEmbedding": "input_dim, output_dim, tie_weights=True, embeddings_initializer='uniform', "
                           "embeddings_regularizer=None, embeddings_constraint=None, mask_zero=False, "
                           "reverse_dtype=None, logit_soft_cap=None",
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
    "StringLookup": "max_tokens=None, num_oov_indices=1, mask_token=None, oov_token='[UNK]', vocabulary=None, "
                    "idf_weights=None, invert=False, output_mode='int', pad_to_max_tokens=False, sparse=False, "
                    "encoding='utf-8'",
    "IntegerLookup": "max_tokens=None, num_oov_indices=1, mask_token=None, oov_token=-1, vocabulary=None, "
                     "vocabulary_dtype='int64', idf_weights=None, invert=False, output_mode='int', sparse=False, "
                     "pad_to_max_tokens=False, oov_method='floormod'",
    "TextVectorization": "max_tokens=None, standardize='lower_and_strip_punctuation', split='whitespace', ngrams=None, "
                         "output_mode='int', output_sequence_length=None, pad_to_max_tokens=False, vocabulary=None, "
                         "idf_weights=None, sparse=False, ragged=False, encoding='utf-8'",
    "Hashing": "num_bins, mask_value=None, salt=None, output_mode='int', sparse=False",
    "HashedCrossing": "num_bins, output_mode='int', sparse=False",
    "STFTSpectrogram": "mode='log', frame_length=256, frame_step=None, fft_length=None, window='hann', periodic=False, "
                       "scaling='density', padding='valid', expand_dims=False, data_format=None",
    "MelSpectrogram": "fft_length=2048, sequence_stride=512, sequence_length=None, window='hann', sampling_rate=16000, "
                      "num_mel_bins=128, min_freq=20.0, max_freq=None, power_to_db=True, top_db=80.0, mag_exp=2.0, "
                      "min_power=1e-10, ref_power=1.0",
    "TernaryDense": f"units, threshold=None, activation=None, {_DENSE}",
    # augmentation
    "Pipeline": "layers",
    "RandomFlip": "mode='horizontal_and_vertical', seed=None, data_format=None",
    "RandomRotation": f"factor, {_PLACES}",
    "RandomZoom": f"height_factor, width_factor=None, {_PLACES}",
    "RandomTranslation": f"height_factor, width_factor, {_PLACES}",
    "RandomShear": "x_factor=0.0, y_factor=0.0, interpolation='bilinear', fill_mode='reflect', fill_value=0.0, "
                   "data_format=None, seed=None",
    "RandomPerspective": "factor=1.0, scale=1.0, interpolation='bilinear', fill_value=0.0, seed=None, data_format=None",
    "RandomCrop": "height, width, seed=None, data_format=None",
    "RandomElasticTransform": "factor=1.0, scale=1.0, interpolation='bilinear', fill_mode='reflect', fill_value=0.0, "
                              "value_range=(0, 255), seed=None, data_format=None",
    "RandomBrightness": "factor, value_range=(0, 255), seed=None",
    "RandomContrast": "factor, value_range=(0, 255), seed=None",
    "RandomSaturation": "factor, value_range=(0, 255), data_format=None, seed=None",
    "RandomHue": "factor, value_range=(0, 255), data_format=None, seed=None",
    "RandomSharpness": "factor, value_range=(0, 255), data_format=None, seed=None",
    "RandomColorDegeneration": "factor, value_range=(0, 255), data_format=None, seed=None",
    "RandomPosterization": "factor, value_range=(0, 255), data_format=None, seed=None",
    "RandomGrayscale": "factor=0.5, data_format=None, seed=None",
    "RandomInvert": "factor=1.0, value_range=(0, 255), seed=None, data_format=None",
    "Solarization": "addition_factor=0.0, threshold_factor=0.0, value_range=(0, 255), seed=None",
    "RandomGaussianBlur": "factor=1.0, kernel_size=3, sigma=1.0, value_range=(0, 255), data_format=None, seed=None",
    "RandomColorJitter": "value_range=(0, 255), brightness_factor=None, contrast_factor=None, saturation_factor=None, "
                         "hue_factor=None, seed=None, data_format=None",
    "AutoContrast": "value_range=(0, 255)",
    "Equalization": "value_range=(0, 255), bins=256, data_format=None",
    "ContrastLimitedAdaptiveHistogramEqualization": "value_range=(0, 255), clip_limit=4.0, tile_grid_size=(8, 8), "
                                                    "data_format=None",
    "RandomErasing": "factor=1.0, scale=(0.02, 0.33), fill_value=None, value_range=(0, 255), seed=None, "
                     "data_format=None",
    "CutMix": "factor=1.0, seed=None, data_format=None",
    "MixUp": "alpha=0.2, data_format=None, seed=None",
    "RandAugment": "value_range=(0, 255), num_ops=2, factor=0.5, interpolation='bilinear', seed=None, data_format=None",
    "AugMix": "value_range=(0, 255), num_chains=3, chain_depth=3, factor=0.3, alpha=1.0, all_ops=True, "
              "interpolation='bilinear', seed=None, data_format=None",
    # merging
    "Add": "", "Subtract": "", "Multiply": "", "Average": "", "Maximum": "", "Minimum": "",
    "Concatenate": "axis=-1",
    "Dot": "axes, normalize=False",
    "SpectralNormalization": "layer, power_iterations=1",
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
    "SimpleRNNCell": f"units, activation='tanh', {_CELL.format('')}, seed=None",
    "SimpleRNN": f"units, activation='tanh', {_RECURRENT.format('')}, {_WALK}, unroll=False, seed=None",
    "LSTMCell": f"units, {_GATES}{_CELL.format(_FORGET)}, seed=None",
    "LSTM": f"units, {_GATES}{_RECURRENT.format(_FORGET)}, seed=None, {_WALK}, unroll=False, use_cudnn='auto'",
    "GRUCell": f"units, {_GATES}{_CELL.format('')}, reset_after=True, seed=None",
    "GRU": f"units, {_GATES}{_RECURRENT.format('')}, seed=None, {_WALK}, unroll=False, reset_after=True, "
           "use_cudnn='auto'",
    **{f"ConvLSTM{_rank}D": "filters, kernel_size, strides=1, padding='valid', data_format=None, dilation_rate=1, "
                            f"{_GATES}{_RECURRENT.format(_FORGET)}, seed=None, {_WALK}" for _rank in (1, 2, 3)},
    "RNN": f"cell, {_WALK}, unroll=False, zero_output_for_mask=False",
    "StackedRNNCells": "cells",
    "Bidirectional": "layer, merge_mode='concat', weights=None, backward_layer=None",
    "TimeDistributed": "layer",
    # attention
    "MultiHeadAttention": "num_heads, key_dim, value_dim=None, dropout=0.0, use_bias=True, output_shape=None, "
                          "attention_axes=None, " + _HEADS,
    "GroupedQueryAttention": "head_dim, num_query_heads, num_key_value_heads, dropout=0.0, use_bias=True, " + _HEADS,
    "Attention": "use_scale=False, score_mode='dot', dropout=0.0, seed=None",
    "AdditiveAttention": "use_scale=True, dropout=0.0, seed=None",
}
_KEYWORDS_ONLY = ""  # of a layer that is not above
_MIXINS = {**MIXINS, "InputLayer": _TakesShapes, "Embedding": _TakesWeights, "MultiHeadAttention": _ListsInputs,
           "GroupedQueryAttention": _ListsInputs}

define(Layer, globals(), {_name: _SIGNATURES.get(_name, _KEYWORDS_ONLY) for _name in _engine.registered_layers()
                          if _name not in ("Sequential", "Functional", "GroupQueryAttention", "Operation")}, _MIXINS)
GroupQueryAttention = globals()["GroupedQueryAttention"]  # as Keras calls it; the class has the other name there, too
for _name in list(globals()):  # Keras's other names
    _alias = (_name.replace("AveragePooling", "AvgPool").replace("MaxPooling", "MaxPool") if "Adaptive" not in _name
              else _name)
    if "LSTM" not in _name and not _name.startswith("_"):
        _alias = _alias.replace("Conv", "Convolution")
    globals()[_alias] = globals()[_name]


def _add(name, **attributes):
    for attribute, value in attributes.items():
        setattr(globals()[name], attribute, value)


def _inner(index):
    return property(lambda self: Layer._wrap(self._engine.sublayers[index]))


def _state_size(self):
    """A number where there is one state, else a list; of stacked cells, one of these for each."""
    sizes = [shape[0] if len(shape) == 1 else shape for shape in self._engine.state_shapes]
    return sizes[0] if len(sizes) == 1 else by_cell(self._engine, sizes)


def _output_size(self):
    last = self._engine.sublayers[-1] if self._engine.class_name == "StackedRNNCells" else self._engine
    return last.get_config().get("units", self._engine.state_shapes[0][-1])


def _get_initial_state(self, batch_size=None):
    """Zeros, or what a cell of one's own begins with."""
    return by_cell(self._engine, self._engine.initial_states(batch_size))


def _states(self):
    """Of a stateful layer: those it has kept; zeros after reset_state(). None before the first call."""
    kept = self._engine.states
    if not kept and "_reset_shapes" in self.__dict__:
        kept = [_engine.Tensor(numpy.zeros(shape, "float32")) for shape in self._reset_shapes]
    return by_cell(self._engine, kept) if kept else None


def _reset_state(self):
    """Makes a stateful layer forget what it has kept from call to call."""
    kept = self._engine.states
    if kept:
        self._reset_shapes = [state.shape for state in kept]
    Layer.reset_state(self)


def _sequence_mask(self, sequences, mask=None):
    """The mask of the output: that of the steps where these are returned."""
    mask = mask[0] if isinstance(mask, (list, tuple)) else mask
    shown = mask if self.return_sequences else None
    return [shown] + [None] * len(self._engine.state_shapes) if self.return_state else shown


def _both_states(self):
    forward, backward = self.forward_layer.states, self.backward_layer.states
    return (*forward, *backward) if forward and backward else None


def _reset_both(self):
    """Makes both layers forget what they have kept from call to call."""
    self._directions = self.forward_layer, self.backward_layer  # whose Python objects know their shapes
    for layer in self._directions:
        layer.reset_state()


for _name in ("SimpleRNNCell", "LSTMCell", "GRUCell", "StackedRNNCells"):
    _add(_name, state_size=property(_state_size), output_size=property(_output_size), get_initial_state=_get_initial_state)
for _name in ("SimpleRNN", "LSTM", "GRU", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"):
    _add(_name, cell=_inner(0), states=property(_states), reset_state=_reset_state, reset_states=_reset_state,
         get_initial_state=_get_initial_state, compute_mask=_sequence_mask,
         state_size=property(lambda self: self.cell.state_size if hasattr(self.cell, "state_size") else _state_size(self)))
_add("Bidirectional", forward_layer=_inner(0), backward_layer=_inner(1), states=property(_both_states),
     reset_state=_reset_both, reset_states=_reset_both,
     **{_name: property(lambda self, _name=_name: getattr(self.forward_layer, _name))
        for _name in ("return_sequences", "return_state", "stateful")})
_add("TimeDistributed", layer=_inner(0))
_add("SpectralNormalization", layer=_inner(0))


def _projection(name):
    def find(self):
        for layer in self._engine.sublayers:
            if layer.name == name:
                return Layer._wrap(layer)
        raise AttributeError  # of which __getattr__ makes a message: there is none before build()
    return property(find)


for _name in ("MultiHeadAttention", "GroupedQueryAttention"):
    _add(_name, query_dense=_projection("query"), key_dense=_projection("key"), value_dense=_projection("value"),
         output_dense=_projection("attention_output"))
_add("StackedRNNCells", cells=property(lambda self: [Layer._wrap(cell) for cell in self._engine.sublayers]))


def _merge_function(layer):
    def function(inputs, **options):
        return layer(**options)(inputs)
    function.__name__ = layer.__name__.lower()
    function.__doc__ = f"{layer.__name__}(**options)(inputs)."
    return function


for _name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"):
    globals()[_name.lower()] = _merge_function(globals()[_name])


def concatenate(inputs, axis=-1, **options):
    """Concatenate(axis, **options)(inputs)."""
    return globals()["Concatenate"](axis, **options)(inputs)


def dot(inputs, axes=-1, **options):
    """Dot(axes, **options)(inputs)."""
    return globals()["Dot"](axes, **options)(inputs)


class Wrapper(Layer):
    """Base of layers of one's own around another one, `layer`."""

    def __init__(self, layer, **options):
        if not isinstance(layer, Layer):
            raise ValueError(f"[{type(self).__name__}] expected a layer, received {layer!r}")
        super().__init__(**options)
        self.layer = layer

    def build(self, input_shape=None):
        if not self.layer.built:
            self.layer.build(input_shape)

    def get_config(self):
        return {**super().get_config(), "layer": serialize(self.layer)}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        return cls(**{**config, "layer": deserialize(config["layer"], custom_objects)})


def _names_of_arguments(function):
    try:
        return set(inspect.signature(function).parameters)
    except ValueError:  # of the engine: it has neither mask nor training
        return set()


class Lambda(Layer):
    """y = function(x, **arguments), perhaps with mask or training, if it has arguments of these names; of several inputs,
    x is their list. `output_shape`, without the batch, is needed only where it cannot be found by trying. A file has
    the function's name, no code: to load it, register the function or name it in custom_objects."""

    def __init__(self, function, output_shape=None, mask=None, arguments=None, **options):
        super().__init__(**options)
        if not callable(function):
            raise TypeError(f"[Lambda] expected a function, received {type(function).__name__}")
        self.function, self.arguments, self._shape = function, dict(arguments or {}), output_shape
        self.mask, self.supports_masking = mask, True
        self._takes = _names_of_arguments(function) & ({"mask", "training"} - self.arguments.keys())

    def call(self, *inputs, mask=None, training=None):
        given = {"mask": mask, "training": training}
        return self.function(inputs[0] if len(inputs) == 1 else list(inputs), **self.arguments,
                             **{name: given[name] for name in self._takes})

    def compute_mask(self, inputs, mask=None):
        return self.mask(inputs, mask) if callable(self.mask) else self.mask

    def compute_output_shape(self, input_shape):
        if self._shape is None:
            return super().compute_output_shape(input_shape)
        batch = (input_shape[0] if isinstance(input_shape, list) else input_shape)[0]
        shape = self._shape(input_shape) if callable(self._shape) else (batch, *self._shape)
        return tuple(shape)

    def get_config(self):
        if getattr(self.function, "__name__", "<lambda>") == "<lambda>":
            raise TypeError(f"[Lambda] expected a function with a name, which a file can hold, in the layer {self.name}: "
                            "def it, or write a layer")
        config = {**super().get_config(), "function": self.function, "output_shape": self._shape,
                  "arguments": self.arguments}
        if self.mask is not None and not callable(self.mask):
            raise TypeError(f"[Lambda] expected a function as the mask, which a file can hold by its name, in the layer "
                            f"{self.name}")
        return config if self.mask is None else {**config, "mask": self.mask}

    @classmethod
    def from_config(cls, config):
        functions = {name: _function_of(config[name]) for name in ("function", "mask")
                     if isinstance(config.get(name), str)}
        return cls(**{**config, **functions})


_engine.register_layer("Lambda", lambda config: Lambda.from_config(config)._engine)


def deserialize(config, custom_objects=None):
    """A layer from {"class_name", "config"}."""
    return Layer._wrap(_engine.layer_from_config(config))


def serialize(layer):
    """{"class_name", "config"} of a layer."""
    return {"class_name": type(layer).__name__, "config": layer.get_config()}


__getattr__ = missing(__name__)
