"""Vocabularies that Keras keeps beside the config in .keras archives: archives made by hand, as Keras 3 writes them."""
import io
import json
import zipfile

import h5py
import numpy as np
import pytest

from linnet import keras

KERNEL = np.arange(12, dtype="float32").reshape(4, 3)


def object_of(class_name, **config):
    return {"module": "keras.layers", "class_name": class_name, "config": config, "registered_name": None}


def weights_file(arrays):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for path, array in arrays.items():
            file[path] = array
    return buffer.getvalue()


def write_model(path, lookups, arrays, assets):
    """Input -> lookups -> Dense, a Sequential."""
    layers = [object_of("InputLayer", batch_shape=[None, 2], dtype="int64", name="input"),
              *lookups, object_of("Dense", units=3, use_bias=False, name="dense")]
    config = {**object_of("Sequential", name="model", layers=layers), "module": "keras"}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.16.0"}))
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", weights_file({"layers/dense/vars/0": KERNEL, **arrays}))
        for name, text in assets.items():
            archive.writestr(name, text)


def lookup(**options):
    """IntegerLookup as Keras describes one after adapt()."""
    return object_of("IntegerLookup", **{
        "name": "lookup", "trainable": True, "dtype": {"class_name": "DTypePolicy", "config": {"name": "float32"}},
        "invert": False, "max_tokens": None, "num_oov_indices": 1, "oov_token": -1, "mask_token": None, "sparse": False,
        "output_mode": "multi_hot", "pad_to_max_tokens": False, "vocabulary_dtype": "int64", "idf_weights": None,
        "vocabulary": None, "vocabulary_size": 4, "oov_method": "floormod", **options})


def test_of_an_adapted_lookup(tmp_path):
    write_model(tmp_path / "m.keras", [lookup()], {}, {"assets/layers/integer_lookup/vocabulary.txt": "-1\n7\n5\n9"})
    model = keras.models.load_model(tmp_path / "m.keras")
    assert model.layers[0].get_vocabulary() == [-1, 7, 5, 9]
    np.testing.assert_array_equal(model.predict(np.array([[7, 9], [3, 5]]), verbose=0), [KERNEL[1] + KERNEL[3],
                                                                                       KERNEL[0] + KERNEL[2]])


def test_with_weights_of_documents(tmp_path):
    idf = np.array([0.5, 1, 2, 4], "float32")
    write_model(tmp_path / "m.keras", [lookup(output_mode="tf_idf")], {"layers/integer_lookup/vars/idf_weights": idf},
                {"assets/layers/integer_lookup/vocabulary.txt": "-1\n7\n5\n9"})
    model = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(model.predict(np.array([[9, 3]]), verbose=0), [4 * KERNEL[3] + 0.5 * KERNEL[0]])


def test_weights_of_documents_are_written_for_keras(tmp_path):
    layer = keras.layers.IntegerLookup(output_mode="tf_idf", max_tokens=5, pad_to_max_tokens=True)
    layer.adapt(np.array([[1, 2], [1, 1], [3, 1]]))
    model = keras.Sequential([keras.Input((2,), dtype="int64"), layer, keras.layers.Dense(1)])
    model.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        weights = h5py.File(io.BytesIO(archive.read("model.weights.h5")), "r")
    idf = np.log(1 + 3 / (1 + np.array([3, 1, 1])))  # of 1, 3 and 2
    written = weights["layers/integer_lookup/vars/idf_weights"]
    assert written.dtype == np.float32
    np.testing.assert_allclose(written, [idf.mean(), *idf, 0], rtol=1e-6)
    again = keras.models.load_model(tmp_path / "m.keras")
    x = np.array([[1, 3], [7, 2]])
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))


def test_a_vocabulary_in_the_config_comes_first(tmp_path):
    write_model(tmp_path / "m.keras", [lookup(vocabulary=[1, 2, 3])], {},
                {"assets/layers/integer_lookup/vocabulary.txt": "-1\n7\n5\n9"})
    assert keras.models.load_model(tmp_path / "m.keras").layers[0].get_vocabulary() == [-1, 1, 2, 3]


def test_the_second_lookup_has_a_file_of_its_own(tmp_path):
    first = lookup(name="first", output_mode="int", vocabulary=[3, 4])
    write_model(tmp_path / "m.keras", [first, lookup(name="second")], {},
                {"assets/layers/integer_lookup_1/vocabulary.txt": "-1\n1\n2\n0\n\n"})
    model = keras.models.load_model(tmp_path / "m.keras")
    assert model.layers[1].get_vocabulary() == [-1, 1, 2, 0]
    np.testing.assert_array_equal(model.predict(np.array([[3, 4]]), verbose=0), [KERNEL[1] + KERNEL[2]])


def test_damage_is_named(tmp_path):
    write_model(tmp_path / "m.keras", [lookup()], {}, {"assets/layers/integer_lookup/vocabulary.txt": "-1\nseven"})
    with pytest.raises(OSError, match='expected integers in the vocabulary of "layers/integer_lookup", received "seven"'):
        keras.models.load_model(tmp_path / "m.keras")
    write_model(tmp_path / "m.keras", [lookup(output_mode="tf_idf")], {},
                {"assets/layers/integer_lookup/vocabulary.txt": "-1\n7"})
    with pytest.raises(OSError, match='has no idf_weights of "layers/integer_lookup"'):
        keras.models.load_model(tmp_path / "m.keras")
