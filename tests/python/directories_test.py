"""Data sets of files in folders, pictures from files and to files, and data in two parts."""
import os

import numpy as np
import pytest

from linnet import keras
from linnet.keras import layers, utils


@pytest.fixture
def pictures(tmp_path):
    """Five pictures of one grey each: 10 of cat/a, 20 of cat/b, 30 of dog/c …"""
    for number, name in enumerate(["cat/a", "cat/b", "dog/c", "dog/d", "dog/e"], 1):
        path = tmp_path / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        utils.save_img(path, np.full((4, 6, 3), number * 10), scale=False)
    return tmp_path


def test_pictures_in_order(pictures, capsys):
    data = utils.image_dataset_from_directory(pictures, batch_size=2, image_size=(2, 3), shuffle=False)
    assert "Found 5 files belonging to 2 classes." in capsys.readouterr().out
    batches = list(data)
    assert len(data) == 3 and [x.shape for x, _ in batches] == [(2, 2, 3, 3)] * 2 + [(1, 2, 3, 3)]
    assert batches[0][0].dtype == np.float32 and data.class_names == ["cat", "dog"]
    assert np.concatenate([x[:, 0, 0, 0] for x, _ in batches]).tolist() == [10, 20, 30, 40, 50]
    assert np.concatenate([y for _, y in batches]).tolist() == [0, 0, 1, 1, 1]
    assert os.path.relpath(data.file_paths[2], pictures) == os.path.join("dog", "c.png")


def test_labels(pictures):
    def labels(**options):
        data = utils.image_dataset_from_directory(pictures, image_size=(2, 2), shuffle=False, verbose=False, **options)
        return next(iter(data))[1].tolist()

    assert labels(label_mode="binary") == [[0], [0], [1], [1], [1]]
    assert labels(label_mode="categorical", class_names=["dog", "cat"]) == [[1, 0]] * 3 + [[0, 1]] * 2
    assert labels(labels=[4, 3, 2, 1, 0]) == [4, 3, 2, 1, 0]
    alone = utils.image_dataset_from_directory(pictures, labels=None, image_size=(2, 2), color_mode="grayscale",
                                               batch_size=None, shuffle=False, data_format="channels_first")
    assert [x.shape for x in alone] == [(1, 2, 2)] * 5


def test_two_parts_without_a_common_file(pictures):
    options = dict(image_size=(2, 2), validation_split=0.4, seed=3, verbose=False)
    train, validation = utils.image_dataset_from_directory(pictures, subset="both", **options)
    assert len(train.file_paths) == 3 and not set(train.file_paths) & set(validation.file_paths)
    again = utils.image_dataset_from_directory(pictures, subset="validation", **options)
    assert again.file_paths == validation.file_paths
    order = np.arange(5)
    np.random.RandomState(3).shuffle(order)  # Keras's
    assert [os.path.basename(path)[0] for path in train.file_paths + validation.file_paths] == ["abcde"[i] for i in order]


def test_a_model_learns_from_pictures(pictures):
    train, validation = keras.preprocessing.image_dataset_from_directory(
        pictures, image_size=(2, 2), validation_split=0.4, subset="both", seed=1, label_mode="binary", verbose=False)
    model = keras.Sequential([layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    history = model.fit(train, validation_data=validation, epochs=2, verbose=0)
    assert np.isfinite(history.history["val_loss"]).all()


def test_errors_of_folders(pictures):
    find = utils.image_dataset_from_directory
    for options, message in [(dict(class_names=["bird"]), "expected names of folders"), (dict(labels=[1]), "list of 5 numbers"),
                             (dict(validation_split=0.2), "together with a subset"),
                             (dict(validation_split=0.2, subset="both"), "expected a seed"),
                             (dict(label_mode="text"), "received 'text'"), (dict(color_mode="hsv"), "color_mode")]:
        with pytest.raises(ValueError, match=message):
            next(iter(find(pictures, **options)))
    with pytest.raises(ValueError, match="found none"):
        find(pictures / "cat")
    with pytest.raises(FileNotFoundError, match="expected a folder"):
        find(pictures / "nowhere")


def test_texts(tmp_path):
    for name, text in [("bad/1", "awful film"), ("good/1", "你好 film"), ("good/2", "fine")]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    data = utils.text_dataset_from_directory(tmp_path, shuffle=False, verbose=False)
    (texts, labels), = data
    assert texts.tolist() == ["awful film", "你好 film", "fine"] and labels.tolist() == [0, 1, 1]
    words = layers.TextVectorization()
    words.adapt(data)
    assert words.get_vocabulary()[:3] == ["", "[UNK]", "film"]
    short = utils.text_dataset_from_directory(tmp_path, labels=None, max_length=4, shuffle=False, batch_size=None)
    assert list(short)[0] == "awfu"


def test_pictures_are_arrays(tmp_path):
    path = tmp_path / "p.png"
    x = np.arange(24, dtype="uint8").reshape(2, 4, 3)
    utils.save_img(path, x, scale=False)
    assert np.array_equal(utils.load_img(path), x)
    assert utils.load_img(path, color_mode="grayscale", target_size=(4, 2)).shape == (4, 2, 1)
    kept = utils.load_img(path, target_size=(3, 3), keep_aspect_ratio=True)
    assert kept.shape == (3, 3, 3) and kept.min() >= x[:, 1:3].min() and kept.max() <= x[:, 1:3].max()
    array = utils.img_to_array(utils.load_img(path))
    assert array.dtype == np.float32 and utils.img_to_array(array[..., 0]).shape == (2, 4, 1)
    assert utils.img_to_array(array, data_format="channels_first").shape == (3, 2, 4)
    stretched = utils.array_to_img(array)
    assert stretched.dtype == np.uint8 and (stretched.min(), stretched.max()) == (0, 255)
    assert utils.array_to_img(np.zeros((1, 1, 1))).tolist() == [[[0]]]
    assert keras.preprocessing.image.smart_resize(array, (2, 2)).shape == (2, 2, 3)
    for wrong in (lambda: utils.array_to_img(np.zeros((2, 2))), lambda: utils.array_to_img(np.zeros((2, 2, 2))),
                  lambda: utils.img_to_array(np.zeros(2)), lambda: utils.save_img(tmp_path / "p.jpg", array)):
        with pytest.raises(ValueError, match=r"^\[(array_to_img|img_to_array|save_img)\] expected"):
            wrong()


def test_split_dataset():
    x, y = np.arange(10).reshape(5, 2), np.arange(5)
    left, right = utils.split_dataset(y, left_size=0.6)
    assert left.tolist() == [0, 1, 2] and right.tolist() == [3, 4]
    (x_left, y_left), (x_right, y_right) = utils.split_dataset((x, y), left_size=2, right_size=1)
    assert y_left.tolist() == [0, 1] and y_right.tolist() == [4] and x_right.tolist() == [[8, 9]]
    mixed = utils.split_dataset(y, right_size=2, shuffle=True, seed=1)
    assert sorted(np.concatenate(mixed).tolist()) == [0, 1, 2, 3, 4]
    assert mixed[0].tolist() == utils.split_dataset(y, right_size=2, shuffle=True, seed=1)[0].tolist()
    for options in ({}, {"left_size": 0}, {"left_size": 5}, {"left_size": 1.0}, {"left_size": 3, "right_size": 3}):
        with pytest.raises(ValueError, match=r"\[split_dataset\]"):
            utils.split_dataset(y, **options)
    with pytest.raises(TypeError, match="expected an array, or a list or tuple of arrays"):
        utils.split_dataset("text", left_size=1)


def test_single_pieces_of_a_series():
    pieces = utils.timeseries_dataset_from_array(np.arange(4), np.arange(4), 2, batch_size=None)
    assert [(x.tolist(), y) for x, y in pieces] == [([0, 1], 0), ([1, 2], 1), ([2, 3], 2)]
