"""What layers of preprocessing take besides tensors: data to adapt to, texts, labels beside images."""
import numpy

from .. import _engine
from ._layer import Layer, _wrappers


def texts_and_shape(data):
    """Strings of a list or array, row by row, and its shape."""
    array = numpy.asarray(data)
    if array.dtype.kind not in "USO":
        raise ValueError(f"[layers] expected texts, received numbers of dtype {array.dtype}")
    values = [value.decode() if isinstance(value, bytes) else str(value) for value in array.ravel().tolist()]
    return values, array.shape


def _is_text(data):
    return not isinstance(data, _engine.Tensor) and numpy.asarray(data).dtype.kind in "USO"


def _one_tensor(data):
    """Numbers in a list are one tensor here, no list of inputs."""
    return numpy.asarray(data) if isinstance(data, (list, tuple)) else data


class Adapts:
    def adapt(self, data):
        """Learns what the layer needs to know from `data`."""
        self._engine.adapt(numpy.asarray(data))


class _HasVocabulary:
    def get_vocabulary(self, include_special_tokens=True):
        """All tokens in the order of their numbers."""
        tokens = _engine.vocabulary(self._engine)
        return tokens if include_special_tokens else tokens[self._special_tokens():]

    def vocabulary_size(self):
        return len(self.get_vocabulary())

    def set_vocabulary(self, vocabulary, idf_weights=None):
        tokens = numpy.asarray(vocabulary).tolist()
        _engine.set_vocabulary(self._engine, tokens, [] if idf_weights is None else list(idf_weights))

    def _special_tokens(self):
        config = self.get_config()
        mask = config["mask_token"] is not None and config["output_mode"] == "int"
        return int(mask) + config["num_oov_indices"]


class _ReadsTexts:
    def adapt(self, data):
        """Finds the vocabulary of texts, each of which, or each row of which, is a document."""
        _engine.adapt_to_texts(self._engine, *texts_and_shape(data))


class IntegerLookup(_HasVocabulary, Adapts):
    def __call__(self, inputs, **options):
        return super().__call__(_one_tensor(inputs), **options)


class StringLookup(_HasVocabulary, _ReadsTexts):
    def __call__(self, inputs):
        if self.get_config()["invert"]:
            texts = _engine.texts_of(self._engine, inputs)
            return numpy.array(texts).reshape(numpy.asarray(inputs).shape)
        if isinstance(inputs, str):
            return self([inputs])[0]
        return _engine.look_up_texts(self._engine, *texts_and_shape(inputs))


class TextVectorization(_HasVocabulary, _ReadsTexts):
    def _create(self, class_name, arguments, defaults):
        functions = {step: arguments[step] for step in ("standardize", "split") if callable(arguments[step])}
        if not functions:
            return super()._create(class_name, arguments, defaults)
        config = {name: value for name, value in arguments.items() if name not in ("self", "options", *functions)}
        config.update(arguments["options"])
        _set_engine(self, _engine.text_vectorization(
            {name: value for name, value in config.items() if value is not None}, functions.get("standardize"),
            functions.get("split")))

    def __call__(self, inputs):
        if isinstance(inputs, str):
            return self([inputs])[0]
        return _engine.look_up_texts(self._engine, *texts_and_shape(inputs))

    def _special_tokens(self):
        return 2 if self.get_config()["output_mode"] == "int" else 1


class Hashing:
    def __call__(self, inputs):
        if _is_text(inputs):
            return _engine.look_up_texts(self._engine, *texts_and_shape(inputs))
        return super().__call__(_one_tensor(inputs))


class HashedCrossing:
    def __call__(self, inputs):
        if any(_is_text(feature) for feature in inputs):
            return _engine.cross_texts(self._engine, [texts_and_shape(feature) if _is_text(feature) else feature
                                                      for feature in inputs])
        return super().__call__(inputs)


class CategoryEncoding:
    def __call__(self, inputs, count_weights=None, **options):
        return super().__call__(inputs if count_weights is None else [inputs, count_weights], **options)


class Augmentation:
    """Images, or {"images": …, "labels": …}; in training where nothing is said, as in Keras."""

    def __call__(self, data, **options):
        if not isinstance(data, dict):
            return super().__call__(data, **options)
        others = set(data) - {"images", "labels"}
        if others:
            raise ValueError(f"[{type(self).__name__}] expected images and labels, received also "
                             + ", ".join(sorted(map(str, others))))
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
MIXINS = {"Normalization": Adapts, "Discretization": Adapts, "IntegerLookup": IntegerLookup,
          "StringLookup": StringLookup, "TextVectorization": TextVectorization, "Hashing": Hashing,
          "HashedCrossing": HashedCrossing, "CategoryEncoding": CategoryEncoding, "Pipeline": Pipeline,
          **dict.fromkeys(_AUGMENTATIONS, Augmentation)}
