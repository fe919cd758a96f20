"""What layers of preprocessing take besides tensors: data to adapt to, texts, labels beside images."""
import itertools
import numbers
import os

import numpy

from .. import _engine
from .._arrays import is_array, is_numbers
from .._batches import PyDataset
from .._objects import _is_default
from ._layer import Layer, _wrappers


def _array(data, who):
    """Of lists, whose rows are equally long."""
    try:
        return numpy.asarray(data)
    except ValueError:
        raise ValueError(f"[{who}] expected rows of one length, received lists of different lengths") from None


def texts_and_shape(data, who="layers"):
    """Strings of a list or array, row by row, and its shape."""
    array = _array(data, who)
    if array.dtype.kind not in "USO":
        raise ValueError(f"[{who}] expected texts, received numbers of dtype {array.dtype}")
    values = [value.decode() if isinstance(value, bytes) else str(value) for value in array.ravel().tolist()]
    return values, array.shape


def _is_text(data, who):
    return not isinstance(data, _engine.Tensor) and _array(data, who).dtype.kind in "USO"


# ---- adapt()

def _gives_batches(data, lists_are_batches):
    if isinstance(data, (list, tuple)):
        return lists_are_batches and len(data) > 0 and all(is_array(item) and numpy.ndim(item) > 0 for item in data)
    if isinstance(data, PyDataset):
        return True
    return not is_array(data) and not isinstance(data, (str, bytes, dict)) and hasattr(data, "__iter__")


def _inputs_in(batch):
    """x of a batch (x, y); a tuple of numbers or texts is a batch itself."""
    is_pair = isinstance(batch, tuple) and len(batch) > 0 and not isinstance(batch[0], (str, bytes, numbers.Number))
    return batch[0] if is_pair else batch


def _reader(data, steps, who, lists_are_batches=False):
    """A function that gives one batch of `data` after the other, then None; an array is one batch."""
    if not _gives_batches(data, lists_are_batches):
        batches = iter([data])
    elif isinstance(data, PyDataset) and data.num_batches is None and steps is None:
        raise ValueError(f"[{who}] expected steps for a PyDataset without end")
    else:
        batches = map(_inputs_in, itertools.islice(data, steps))
    return lambda: next(batches, None)


class Adapts:
    _lists_are_batches = False

    def adapt(self, data, steps=None):
        """Learns what the layer needs to know from `data`: an array, or what gives batches (x or (x, y)), of which `steps`
        are taken, all by default."""
        self._engine.adapt_to_batches(_reader(data, steps, type(self).__name__, self._lists_are_batches))


class _LearnsInParts:
    """adapt() in parts: update_state(batch) for each, and finalize_state()."""

    def update_state(self, data):
        self.__dict__.setdefault("_parts", []).append(data)

    def finalize_state(self):
        parts = self.__dict__.pop("_parts", [])
        if parts:
            self.adapt(iter(parts))

    def reset_state(self):
        self.__dict__.pop("_parts", None)


class Normalization(Adapts):
    _lists_are_batches = True

    def finalize_state(self):
        """Nothing is left to do after adapt(): for programs that call it."""


class Discretization(_LearnsInParts, Adapts):
    def _create(self, class_name, arguments, defaults):
        if arguments["bin_boundaries"] is not None and arguments["num_bins"] is not None:
            raise ValueError("[Discretization] expected bin_boundaries or num_bins, received both")
        super()._create(class_name, arguments, defaults)


# ---- vocabularies

def _tokens(vocabulary, special_tokens, kind, who):
    """A vocabulary as a list: of a file the special tokens, and then one for each line."""
    if not isinstance(vocabulary, (str, os.PathLike)):
        return vocabulary if vocabulary is None else numpy.asarray(vocabulary).tolist()
    try:
        return special_tokens + [kind(line) for line in _engine.read_vocabulary(os.fspath(vocabulary))]
    except ValueError:
        each = "an integer" if kind is int else "a token, in UTF-8,"
        raise ValueError(f"[{who}] expected a file with {each} on each line, received \"{vocabulary}\"") from None


def _special_tokens(config):
    mask = [config["mask_token"]] if config["mask_token"] is not None and config["output_mode"] == "int" else []
    return mask + [config["oov_token"]] * config["num_oov_indices"]


class _HasVocabulary(_LearnsInParts):
    _kind = str

    def _create(self, class_name, arguments, defaults):
        arguments["vocabulary"] = _tokens(arguments["vocabulary"], _special_tokens({**self._table_options(), **arguments}),
                                          self._kind, class_name)
        super()._create(class_name, arguments, defaults)

    def _table_options(self):
        """Options of the table that the layer itself does not have."""
        return {}

    def _table(self):
        return self._engine

    def get_vocabulary(self, include_special_tokens=True):
        """All tokens in the order of their numbers."""
        tokens = _engine.vocabulary(self._engine)
        return tokens if include_special_tokens else tokens[len(_special_tokens(self._table().get_config())):]

    def vocabulary_size(self):
        return len(self.get_vocabulary())

    def set_vocabulary(self, vocabulary, idf_weights=None):
        """Replaces the vocabulary by a list, with or without the special tokens in front, or by the lines of a file."""
        tokens = _tokens(vocabulary, _special_tokens(self._table().get_config()), self._kind, type(self).__name__)
        _engine.set_vocabulary(self._engine, tokens, [] if idf_weights is None else list(idf_weights))


class _ReadsTexts:
    def adapt(self, data, steps=None):
        """Finds the vocabulary of texts, each of which, or each row of which, is a document; or of what gives batches of
        texts, of which `steps` are taken, all by default."""
        who, is_whole = type(self).__name__, not _gives_batches(data, False)
        read = _reader(data, steps, who)

        def read_texts():
            batch = read()
            if batch is None:
                return None
            values, shape = texts_and_shape(batch, who)
            return values, (len(values), 1) if is_whole and len(shape) < 2 else shape or (1,)

        _engine.adapt_to_texts(self._engine, read_texts)


class IntegerLookup(_HasVocabulary, Adapts):
    _kind = int

    def adapt(self, data, steps=None):
        """Finds the vocabulary of integers, each of which, or each row of which, is a document; or of what gives batches,
        of which `steps` are taken, all by default."""
        if not _gives_batches(data, False):
            data = _array(data, "IntegerLookup")
            data = data.reshape(-1, 1) if data.ndim < 2 else data
        super().adapt(data, steps)


class StringLookup(_HasVocabulary, _ReadsTexts):
    def __call__(self, inputs):
        if self.get_config()["invert"]:
            texts = _engine.texts_of(self._engine, inputs)
            return numpy.array(texts).reshape(numpy.asarray(inputs).shape)
        if isinstance(inputs, str):
            return self([inputs])[0]
        return _engine.look_up_texts(self._engine, *texts_and_shape(inputs, "StringLookup"))


class TextVectorization(_HasVocabulary, _ReadsTexts):
    def _create(self, class_name, arguments, defaults):
        functions = {step: arguments[step] for step in ("standardize", "split") if callable(arguments[step])}
        if not functions:
            return super()._create(class_name, arguments, defaults)
        arguments["vocabulary"] = _tokens(arguments["vocabulary"], _special_tokens({**self._table_options(), **arguments}),
                                          str, class_name)
        given = {**arguments, **arguments["options"]}
        self._functions, self._given = functions, {
            name: value for name, value in given.items()
            if name not in ("self", "options", *functions) and not _is_default(value, defaults.get(name, self))}
        _set_engine(self, _engine.text_vectorization(self._given, functions.get("standardize"), functions.get("split")))

    def _table_options(self):
        return {"mask_token": "", "num_oov_indices": 1, "oov_token": "[UNK]"}

    def _table(self):
        return self._engine.sublayers[0]

    def adapt(self, data, batch_size=None, steps=None):
        """Finds the vocabulary of texts, or of what gives batches of texts, of which `steps` are taken, all by default;
        batch_size means nothing here, as in Keras."""
        super().adapt(data, steps)

    def get_config(self):
        """With functions as steps, these themselves."""
        if "_functions" not in self.__dict__:
            return super().get_config()
        table = self._table().get_config()
        found = {"name": self.name, **{key: table[key] for key in ("vocabulary", "idf_weights")}}
        plain = _engine.layer_from_config({"class_name": "TextVectorization", "config": {**self._given, **found}})
        return {**plain.get_config(), **self._functions}

    @classmethod
    def from_config(cls, config):
        if any(callable(config.get(step)) for step in ("standardize", "split")):
            return cls(**config)
        return super().from_config(config)

    def __call__(self, inputs):
        if isinstance(inputs, str):
            return self([inputs])[0]
        return _engine.look_up_texts(self._engine, *texts_and_shape(inputs, "TextVectorization"))


class Hashing:
    def __call__(self, inputs):
        if _is_text(inputs, "Hashing"):
            return _engine.look_up_texts(self._engine, *texts_and_shape(inputs, "Hashing"))
        return super().__call__(inputs)


class HashedCrossing:
    def __call__(self, inputs):
        if not isinstance(inputs, (list, tuple)):
            raise ValueError(f"[HashedCrossing] expected a list of features, received {type(inputs).__name__}")
        if any(_is_text(feature, "HashedCrossing") for feature in inputs):
            return _engine.cross_texts(self._engine, [
                texts_and_shape(feature) if _is_text(feature, "HashedCrossing") else feature for feature in inputs])
        return super().__call__([numpy.asarray(feature) if is_numbers(feature) else feature for feature in inputs])


class CategoryEncoding:
    def __call__(self, inputs, count_weights=None, **options):
        if count_weights is None:
            return super().__call__(inputs, **options)
        return super().__call__([numpy.asarray(inputs) if is_numbers(inputs) else inputs, count_weights], **options)


class Pictures:
    """Images, or {"images": …, "labels": …, "segmentation_masks": …}, whose labels stay as they are."""

    def __call__(self, data, **options):
        if not isinstance(data, dict):
            return super().__call__(data, **options)
        _check_names(self, data, {"images", "labels", "segmentation_masks"})
        return {name: value if name == "labels" else super(Pictures, self).__call__(value, **options)
                for name, value in data.items()}


def _check_names(layer, data, known):
    others = ", ".join(sorted(map(str, set(data) - known)))
    if others or "images" not in data:
        raise ValueError(f"[{type(layer).__name__}] expected images and perhaps {' and '.join(sorted(known - {'images'}))}, "
                         + (f"received also {others}" if others else "received no images"))


class Augmentation:
    """Images, or {"images": …, "labels": …}; in training where nothing is said, as in Keras."""

    def __call__(self, data, **options):
        if not isinstance(data, dict):
            return super().__call__(data, **options)
        _check_names(self, data, {"images", "labels"})
        names = [name for name in ("images", "labels") if name in data]
        outputs = super().__call__([data[name] for name in names], **options)
        return dict(zip(names, outputs if len(names) > 1 else [outputs]))


class Pipeline(Augmentation):
    def _create(self, class_name, arguments, defaults):
        options = arguments["options"]
        unknown = set(options) - {"name"}
        if unknown:
            raise ValueError(f"[Pipeline] does not support the option {', '.join(sorted(unknown))}")
        layers = [layer._engine for layer in arguments["layers"]]
        _set_engine(self, _engine.pipeline(layers, options.get("name") or ""))

    @property
    def layers(self):
        return [Layer._wrap(layer) for layer in self._engine.sublayers]


def _set_engine(layer, engine):
    layer._input_shape = None
    layer._engine = engine
    _wrappers[engine.identity] = layer


_AUGMENTATIONS = (
    "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomShear", "RandomPerspective", "RandomCrop",
    "RandomElasticTransform", "RandomBrightness", "RandomContrast", "RandomSaturation", "RandomHue", "RandomSharpness",
    "RandomColorDegeneration", "RandomPosterization", "RandomGrayscale", "RandomInvert", "Solarization",
    "RandomGaussianBlur", "RandomColorJitter", "AutoContrast", "Equalization",
    "ContrastLimitedAdaptiveHistogramEqualization", "RandomErasing", "CutMix", "MixUp", "RandAugment", "AugMix")
# What the classes of these names have besides what every layer has.
MIXINS = {"Normalization": Normalization, "Discretization": Discretization, "IntegerLookup": IntegerLookup,
          "StringLookup": StringLookup, "TextVectorization": TextVectorization, "Hashing": Hashing,
          "HashedCrossing": HashedCrossing, "Resizing": Pictures, "CenterCrop": Pictures, "CategoryEncoding": CategoryEncoding, "Pipeline": Pipeline,
          **dict.fromkeys(_AUGMENTATIONS, Augmentation)}
