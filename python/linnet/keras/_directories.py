"""Data sets of files in folders, one folder for each class; what stands in them is read batch by batch."""
import os

import numpy

from .. import _engine
from .._batches import PyDataset
from . import _images


class _Files(PyDataset):
    """Batches of files, each read when its batch is asked for: x, or (x, labels)."""

    def __init__(self, read, files, class_names, batch_size, shuffle, seed):
        super().__init__()
        self.file_paths, self._labels = files
        self.class_names = class_names
        self._read, self._batch_size = read, batch_size
        self._order = numpy.arange(len(self.file_paths))
        self._generator = numpy.random.default_rng(seed) if shuffle else None

    def __len__(self):
        return -(-len(self._order) // (self._batch_size or 1))

    def __getitem__(self, index):
        if not 0 <= index < len(self):
            raise IndexError(index)
        if self._batch_size is None:
            place = self._order[index]
            x = self._read([self.file_paths[place]])[0]
        else:
            place = self._order[index * self._batch_size:(index + 1) * self._batch_size]
            x = self._read([self.file_paths[i] for i in place])
        return x if self._labels is None else (x, self._labels[place])

    def on_epoch_end(self):
        if self._generator is not None:
            self._generator.shuffle(self._order)


def _files_in(folder, endings, follow_links):
    found = []
    for root, _, names in sorted(os.walk(folder, followlinks=follow_links)):
        found += [os.path.join(root, name) for name in sorted(names) if name.lower().endswith(endings)]
    return found


def _class_folders(who, directory, class_names):
    folders = sorted(name for name in os.listdir(directory)
                     if os.path.isdir(os.path.join(directory, name)) and not name.startswith("."))
    unknown = sorted(set(class_names or []) - set(folders))
    if unknown:
        raise ValueError(f"[{who}] expected names of folders in \"{directory}\" as class_names, received {unknown[0]!r}")
    return list(class_names or folders)


def _find(who, directory, labels, endings, class_names, follow_links):
    """Paths, a label for each, if there are any, and the names of the classes."""
    if not os.path.isdir(directory):
        raise FileNotFoundError(f"[{who}] expected a folder, received \"{directory}\"")
    if labels == "inferred":
        class_names = _class_folders(who, directory, class_names)
        each = [_files_in(os.path.join(directory, name), endings, follow_links) for name in class_names]
        labels = numpy.repeat(numpy.arange(len(each), dtype="int32"), [len(paths) for paths in each])
        return sum(each, []), labels, class_names
    if class_names:
        raise ValueError(f"[{who}] expected class_names with labels=\"inferred\" only")
    paths = _files_in(directory, endings, follow_links)
    if labels is None:
        return paths, None, None
    if not isinstance(labels, (list, tuple)) or len(labels) != len(paths):
        raise ValueError(f"[{who}] expected labels \"inferred\", None, or a list of {len(paths)} numbers, one for each file, "
                         f"received {labels!r}")
    return paths, numpy.array(labels, "int32"), [str(label) for label in sorted(set(labels))]


def _encoded(who, labels, label_mode, class_names):
    if labels is None or label_mode == "int":
        return labels
    if label_mode == "binary":
        if len(class_names) != 2:
            raise ValueError(f"[{who}] expected two classes for label_mode \"binary\", received {len(class_names)}")
        return labels.astype("float32")[:, None]
    return numpy.eye(len(class_names), dtype="float32")[labels]


def _check_split(who, validation_split, subset, shuffle, seed):
    if bool(validation_split) != bool(subset) or (validation_split and not 0 < validation_split < 1):
        raise ValueError(f"[{who}] expected validation_split in (0, 1) together with a subset, received "
                         f"{validation_split} and {subset!r}")
    if subset not in (None, "training", "validation", "both"):
        raise ValueError(f"[{who}] expected subset \"training\", \"validation\" or \"both\", received {subset!r}")
    if validation_split and shuffle and seed is None:
        raise ValueError(f"[{who}] expected a seed with validation_split, so that training and validation files differ")


def _dataset(who, read, endings, directory, labels, label_mode, class_names, batch_size, shuffle, seed,
             validation_split, subset, follow_links, verbose):
    if label_mode not in ("int", "categorical", "binary", None):
        raise ValueError(f"[{who}] expected label_mode \"int\", \"categorical\", \"binary\" or None, received {label_mode!r}")
    _check_split(who, validation_split, subset, shuffle, seed)
    labels = None if label_mode is None else labels
    paths, labels, class_names = _find(who, os.fspath(directory), labels, endings, class_names, follow_links)
    if not paths:
        raise ValueError(f"[{who}] expected files ({', '.join(endings)}) in \"{directory}\", found none")
    if verbose:
        print(f"Found {len(paths)} files" + ("." if labels is None else f" belonging to {len(class_names)} classes."))
    labels = _encoded(who, labels, label_mode, class_names)
    if shuffle:  # by the generator of Keras, so that the same seed gives the same parts
        seed = numpy.random.randint(1e6) if seed is None else seed
        order = numpy.arange(len(paths))
        numpy.random.RandomState(seed).shuffle(order)
        paths, labels = [paths[i] for i in order], None if labels is None else labels[order]
    held_out = int((validation_split or 0) * len(paths))

    def part(name, begin, end):
        if begin == end:
            raise ValueError(f"[{who}] expected files for {name}, received none of {len(paths)}")
        if verbose and validation_split:
            print(f"Using {end - begin} files for {name}.")
        files = paths[begin:end], None if labels is None else labels[begin:end]
        return _Files(read, files, class_names, batch_size, shuffle and name == "training", seed)

    middle = len(paths) - held_out
    if subset == "both":
        return [part("training", 0, middle), part("validation", middle, len(paths))]
    return part("validation", middle, len(paths)) if subset == "validation" else part("training", 0, middle)


def image_dataset_from_directory(directory, labels="inferred", label_mode="int", class_names=None, color_mode="rgb",
                                 batch_size=32, image_size=(256, 256), shuffle=True, seed=None, validation_split=None,
                                 subset=None, interpolation="bilinear", follow_links=False, crop_to_aspect_ratio=False,
                                 pad_to_aspect_ratio=False, data_format=None, format="tf", verbose=True):
    """Batches of the pictures (PNG, JPEG) in directory/<class>/ and the folders below, as a PyDataset: float32 (batch,
    height, width, channels) in 0–255, resized to image_size, and labels as label_mode says: "int" (batch,), "binary"
    (batch, 1), "categorical" (batch, classes); None: pictures alone. The files are read batch by batch.

    It has `class_names` and `file_paths`. With validation_split, `subset` is "training", "validation", or "both", which
    gives a list of two. `format` means nothing here.

        train, validation = keras.utils.image_dataset_from_directory("flowers", validation_split=0.2, subset="both",
                                                                     seed=1, image_size=(64, 64))
        model.fit(train, validation_data=validation)
    """
    from .ops import image
    size = (image_size, image_size) if isinstance(image_size, int) else tuple(image_size)
    channels_first = _images._check_data_format("image_dataset_from_directory", data_format)

    def read_one(path):
        picture = numpy.asarray(_engine.read_image(path, color_mode, None, interpolation), "float32")
        resized = numpy.asarray(image.resize(picture, size, interpolation, crop_to_aspect_ratio=crop_to_aspect_ratio,
                                             pad_to_aspect_ratio=pad_to_aspect_ratio, data_format="channels_last"))
        return resized.transpose(2, 0, 1) if channels_first else resized

    return _dataset("image_dataset_from_directory", lambda paths: numpy.stack([read_one(path) for path in paths]),
                    (".png", ".jpg", ".jpeg"), directory, labels, label_mode, class_names, batch_size, shuffle, seed,
                    validation_split, subset, follow_links, verbose)


def text_dataset_from_directory(directory, labels="inferred", label_mode="int", class_names=None, batch_size=32,
                                max_length=None, shuffle=True, seed=None, validation_split=None, subset=None,
                                follow_links=False, verbose=True):
    """Batches of the texts (.txt) in directory/<class>/ and the folders below, as a PyDataset: arrays of strings (batch,),
    of which at most max_length bytes are kept, and labels, as image_dataset_from_directory() gives them.

        reviews = keras.utils.text_dataset_from_directory("reviews")
        words = keras.layers.TextVectorization(max_tokens=10000, output_sequence_length=100)
        words.adapt(reviews)
        model.fit((words(texts), labels) for texts, labels in reviews)
    """
    def read_one(path):
        with open(path, "rb") as file:
            return file.read(-1 if max_length is None else max_length).decode("utf-8", "replace")

    return _dataset("text_dataset_from_directory",
                    lambda paths: numpy.array([read_one(path) for path in paths], dtype=object), (".txt",), directory,
                    labels, label_mode, class_names, batch_size, shuffle, seed, validation_split, subset, follow_links,
                    verbose)
