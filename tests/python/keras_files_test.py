"""Files for Keras: what Keras 3.16 wrote is loaded, written again, and compared with what Keras wrote, by h5py and zipfile."""
import io
import json
import pathlib
import re
import zipfile

import h5py
import numpy as np
import pytest

import linnet
from linnet import keras

FILES = pathlib.Path(__file__).parents[1] / "golden/keras/files"
layers = keras.layers


def weights_of(path):
    if path.suffix != ".keras":
        return h5py.File(path, "r")
    return h5py.File(io.BytesIO(zipfile.ZipFile(path).read("model.weights.h5")), "r")


def contents(path):
    """Arrays by path, and the attributes of the groups and of the arrays that there are."""
    arrays, attributes = {}, {}
    with weights_of(path) as file:
        file.visititems(lambda name, item: arrays.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
        file.visititems(lambda name, item: attributes.update({name: dict(item.attrs)}))
        attributes[""] = dict(file.attrs)
    return arrays, attributes


def config_of(path):
    if path.suffix == ".keras":
        return json.loads(zipfile.ZipFile(path).read("config.json"))
    with h5py.File(path) as file:
        return json.loads(file.attrs["model_config"])


WITHOUT_BUILD = {"Activation", "Dropout", "GlobalAveragePooling1D", "MaxPooling2D"}  # Keras then has no build_config


def simpler(value):
    """Without what says the same in two ways: Keras reads either."""
    if isinstance(value, list):
        return [simpler(each) for each in value]
    if not isinstance(value, dict):
        return value
    value = {name: simpler(each) for name, each in value.items()
             if name not in ("registered_name", "shared_object_id", "compile_config")}
    if value.get("class_name") in WITHOUT_BUILD:
        value.pop("build_config", None)
    if len(value.get("axis", ()) if isinstance(value.get("axis"), list) else ()) == 1:
        value["axis"] = value["axis"][0]
    if "kwargs" in value:  # of a call: a mask of None is none
        value["kwargs"] = {name: each for name, each in value["kwargs"].items() if each is not None}
    return value


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.glob("*.keras")))
def test_an_archive_of_keras_is_written_as_keras_did(name, tmp_path):
    model = keras.models.load_model(FILES / name)
    model.save(tmp_path / name)
    assert simpler(config_of(tmp_path / name)) == simpler(config_of(FILES / name))
    (arrays, attributes), (wanted, wanted_attributes) = contents(tmp_path / name), contents(FILES / name)
    assert arrays.keys() == wanted.keys()
    for path, array in wanted.items():
        np.testing.assert_array_equal(arrays[path], array)
        own, keras_name = attributes[path.rpartition("/")[0]]["name"], wanted_attributes[path.rpartition("/")[0]]["name"]
        assert own == keras_name or path.split("/")[2] in ("cell", "forward_layer", "backward_layer")
    members = zipfile.ZipFile(tmp_path / name)
    assert members.testzip() is None and members.namelist() == zipfile.ZipFile(FILES / name).namelist()
    about = json.loads(members.read("metadata.json"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d", about["date_saved"]) and about["keras_version"] == "3.16.0"


@pytest.mark.parametrize("name", ["keras_mlp_001.keras", "keras_cnn_001.keras", "keras_two_inputs_001.keras"])
def test_an_archive_says_how_the_model_was_compiled(name, tmp_path):
    model = keras.models.load_model(FILES / name)
    model.save(tmp_path / name)
    ours, wanted = (json.loads(zipfile.ZipFile(folder / name).read("config.json"))["compile_config"]
                    for folder in (tmp_path, FILES))
    assert ours["optimizer"]["module"] == "keras.optimizers"  # Keras's is that of one backend
    assert ours["optimizer"]["class_name"] == wanted["optimizer"]["class_name"]
    ours_config, wanted_config = ours["optimizer"]["config"], wanted["optimizer"]["config"]
    assert ours_config.pop("learning_rate") == pytest.approx(wanted_config.pop("learning_rate"), rel=1e-6)
    assert ours_config == wanted_config
    assert ours["loss_weights"] == wanted["loss_weights"]
    again = keras.models.load_model(tmp_path / name)
    assert again.get_compile_config() == model.get_compile_config()
    assert again.optimizer.iterations == model.optimizer.iterations == 3


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.glob("h5_*.h5")))
def test_a_file_of_the_older_kind_holds_the_same(name, tmp_path):
    keras.models.load_model(FILES / name).save(tmp_path / name)
    (arrays, attributes), (wanted, wanted_attributes) = contents(tmp_path / name), contents(FILES / name)
    groups = wanted_attributes["model_weights"]["layer_names"]
    assert [each for each in attributes["model_weights"]["layer_names"] if each in groups] == list(groups)
    for group in groups:
        place = f"model_weights/{group}"
        names, keras_names = attributes[place]["weight_names"], wanted_attributes[place]["weight_names"]
        assert len(names) == len(keras_names)
        for ours, theirs in zip(names, keras_names):
            np.testing.assert_array_equal(arrays[f"{place}/{ours}"], wanted[f"{place}/{theirs}"])
    both = [list(each["optimizer_weights"]["weight_names"]) if "optimizer_weights" in each else []
            for each in (attributes, wanted_attributes)]
    for ours, theirs in zip(*both, strict=True):
        np.testing.assert_array_equal(arrays[f"optimizer_weights/{ours}"], wanted[f"optimizer_weights/{theirs}"])


@pytest.mark.parametrize("kind", ["mlp", "cnn", "rnn", "attention"])
def test_weights_alone(kind, tmp_path):
    model = keras.models.load_model(FILES / f"keras_{kind}_001.keras", compile=False)
    model.load_weights(FILES / f"weights_h5_{kind}_001.weights.h5")
    model.save_weights(tmp_path / "w.weights.h5")
    ours, wanted = (contents(path)[0] for path in (tmp_path / "w.weights.h5", FILES / f"weights_h5_{kind}_001.weights.h5"))
    wanted = {path: array for path, array in wanted.items() if not path.startswith("optimizer/")}
    assert ours.keys() == wanted.keys()
    for path, array in wanted.items():
        np.testing.assert_array_equal(ours[path], array)


def graph_with_everything():
    x = keras.Input((6, 4), name="steps")
    y = layers.Bidirectional(layers.GRU(3, return_sequences=True))(x)
    y = layers.RNN([layers.LSTMCell(4), layers.GRUCell(5)], return_sequences=True)(y)
    y = layers.TimeDistributed(layers.Dense(6, "relu"))(y)
    y = layers.MultiHeadAttention(2, 3)(y, y) + layers.GroupQueryAttention(3, 4, 2)(y, y, use_causal_mask=True)
    y = layers.SpectralNormalization(layers.Dense(4))(y)
    y = layers.Concatenate()([y, x])
    inner = keras.Sequential([keras.Input((6, 8)), layers.BatchNormalization(), layers.Conv1D(4, 3), layers.Flatten()])
    first = keras.Input((6, 8))
    nested = keras.Model(first, layers.Dense(5)(inner(first)))
    return keras.Model(x, layers.Dense(2, kernel_regularizer="l2", name="end")(nested(y)))


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_layers_inside_layers_come_back(ending, tmp_path):
    keras.utils.set_random_seed(1)
    model = graph_with_everything()
    model.compile(keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(0.01, 20)), "mse",
                  metrics=["mae", keras.metrics.R2Score()])
    x, y = np.random.rand(8, 6, 4).astype("float32"), np.random.rand(8, 2).astype("float32")
    model.fit(x, y, verbose=0)
    model.save(tmp_path / f"model{ending}")
    again = keras.models.load_model(tmp_path / f"model{ending}")
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
    for each in (model, again):
        each.fit(x, y, epochs=2, shuffle=False, verbose=0)
    for weight, same in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, same)


def graph_of_operations():
    x = keras.Input((4, 3), name="x")
    y = keras.ops.mean(x[:, 0, 1:], axis=-1, keepdims=True) / 2 + keras.ops.exp(x[:, -1]) ** 2
    y = keras.ops.concatenate([y, keras.activations.relu(y), np.float32([[1, 2]]) * keras.ops.clip(y, 0, 1)[:, :2]], axis=1)
    y = keras.ops.einsum("bi,bj->bij", y, keras.ops.softmax(y))
    y = keras.ops.where(y > 0.5, y, keras.ops.reshape(keras.ops.transpose(y, (0, 2, 1)), (-1, 8, 8)))
    return keras.Model(x, layers.Dense(2)(keras.ops.cast(keras.ops.max(y, 1), "float32")))


def test_operations_of_a_graph_are_keras_classes(tmp_path):
    keras.utils.set_random_seed(2)
    model = graph_of_operations()
    model.save(tmp_path / "model.keras")
    nodes = {each["class_name"]: each for each in config_of(tmp_path / "model.keras")["config"]["layers"]}
    assert "Operation" not in nodes

    def config(class_name):
        return nodes[class_name]["config"]

    def arguments(class_name):
        (node,) = nodes[class_name]["inbound_nodes"]
        return node["args"]

    tensor, key = arguments("GetItem")
    assert nodes["GetItem"]["module"] == "keras.src.ops.numpy" and config("GetItem") == {}
    assert tensor["class_name"] == "__keras_tensor__"
    assert key[1]["class_name"] == "__slice__" and key[1]["config"] == {"start": None, "stop": 2, "step": None}
    assert config("Mean") == {"axis": -1, "keepdims": True} and len(arguments("Mean")) == 1
    assert nodes["Softmax"]["module"] == "keras.src.ops.nn" and nodes["Relu"]["module"] == "keras.src.ops.nn"
    assert config("Einsum") == {"subscripts": "bi,bj->bij"} and len(arguments("Einsum")) == 2
    assert config("Concatenate") == {"axis": 1} and len(arguments("Concatenate")[0]) == 3
    assert config("Clip") == {"x_min": 0, "x_max": 1} and config("Cast") == {"dtype": "float32"}
    again, x = keras.models.load_model(tmp_path / "model.keras"), np.random.rand(5, 4, 3).astype("float32")
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))


def graph_that_keras_has_no_class_for():
    x = keras.Input((4, 4, 1))
    return keras.Model(x, keras.ops.image.resize(x, (2, 2)))


def test_names_that_differ_between_two_programs_do_not_matter(tmp_path):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(2)])
    other = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(2)])
    model.save_weights(tmp_path / "w.weights.h5")
    other.load_weights(tmp_path / "w.weights.h5")
    np.testing.assert_array_equal(other.layers[1].kernel.numpy(), model.layers[1].kernel.numpy())


def test_a_layer_of_ones_own_says_its_registered_name(tmp_path):
    class Scale(layers.Layer):
        def build(self, shape):
            self.factor = self.add_weight(shape=shape[-1:], initializer="ones", name="factor")

        def call(self, x):
            return x * self.factor

    model = keras.Sequential([keras.Input((3,)), Scale(name="scale")])
    model.save(tmp_path / "own.keras")
    assert config_of(tmp_path / "own.keras")["config"]["layers"][1]["registered_name"] == "Scale"
    again = keras.models.load_model(tmp_path / "own.keras", custom_objects={"Scale": Scale})
    np.testing.assert_array_equal(again.predict(np.ones((1, 3)), verbose=0), [[1, 1, 1]])


def test_large_models_have_large_groups(tmp_path):
    model = keras.Sequential([keras.Input((2,)), *(layers.Dense(2) for _ in range(400))])
    model.compile("adam", "mse")
    model.fit(np.ones((2, 2)), np.ones((2, 2)), verbose=0)
    for name in ("model.keras", "model.h5"):
        model.save(tmp_path / name)
        arrays, _ = contents(tmp_path / name)
        assert len(arrays) == 3 * 800 + 2
        np.testing.assert_array_equal(keras.models.load_model(tmp_path / name).get_weights()[-2], model.get_weights()[-2])
    assert len(json.dumps(config_of(tmp_path / "model.h5"))) > 65536  # more than a header of HDF5 holds


def test_bfloat16_as_keras_keeps_it(tmp_path):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(3, dtype="bfloat16")])
    model.save(tmp_path / "model.keras")
    with weights_of(tmp_path / "model.keras") as file:
        kernel = file["layers/dense/vars/0"]
        assert kernel.dtype == np.dtype("V2") and kernel.attrs["dtype"] == "bfloat16"
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "model.keras").get_weights()[0], model.get_weights()[0])


def test_checkpoints_for_keras(tmp_path):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    paths = tmp_path / "{epoch}.keras", tmp_path / "best.weights.h5"
    model.fit(np.ones((4, 3)), np.ones((4, 1)), epochs=2, verbose=0, callbacks=[
        keras.callbacks.ModelCheckpoint(paths[0]),
        keras.callbacks.ModelCheckpoint(paths[1], monitor="loss", save_best_only=True, save_weights_only=True)])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.keras", "2.keras", "best.weights.h5"]
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "2.keras").get_weights()[0], model.get_weights()[0])
    for path, alone in ((tmp_path / "best.h5", True), (tmp_path / "best.weights.h5", False), (tmp_path / "best", False)):
        with pytest.raises(ValueError, match=r"\[ModelCheckpoint\] expected"):
            keras.callbacks.ModelCheckpoint(path, save_weights_only=alone)


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1)

    def call(self, x):
        return self.dense(x)


def holder_of_layers():
    class Twice(layers.Layer):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(3)

        def call(self, x):
            return self.dense(self.dense(x))

    return keras.Sequential([keras.Input((3,)), Twice()])


@pytest.mark.parametrize("make, path, message", [
    (Subclassed, "m.keras", r"\[save\] expected a Sequential or functional model for Keras's formats"),
    (graph_that_keras_has_no_class_for, "m.keras", r"\[save\] expected operations that Keras's files hold, received .*resize"),
    (holder_of_layers, "m.keras", r"\[save\] expected layers whose weights Keras knows a place for"),
    (graph_with_everything, "m.weights.h5", r"\[save\] expected a file for a model"),
    (lambda: keras.Sequential([layers.Dense(1)]), "m.keras", r"\[save\] expected a built model")])
def test_what_keras_could_not_read_is_not_written(make, path, message, tmp_path):
    model = make()
    if isinstance(model, Subclassed):
        model(np.ones((1, 3)))
    with pytest.raises(ValueError, match=message):
        model.save(tmp_path / path)
    assert not list(tmp_path.iterdir())


def test_weights_alone_have_one_ending(tmp_path):
    with pytest.raises(ValueError, match=r"\[save_weights\] expected a path that ends in .weights.h5 or .safetensors"):
        graph_with_everything().save_weights(tmp_path / "weights.h5")
    with pytest.raises(linnet.FileError, match=r"\[save\] cannot write"):
        graph_with_everything().save(tmp_path / "absent" / "model.keras")
