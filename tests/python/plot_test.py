"""plot_model: which boxes and arrows there are, and what Graphviz makes of them."""
import re
import shutil
import xml.etree.ElementTree as ElementTree

import pytest

from linnet import keras
from linnet.keras import layers


def edges(text):
    return re.findall(r'"([^"]+)" -> "([^"]+)"', text)


def branches():
    x = keras.Input((4,), name="x")
    a, b = layers.Dense(3, activation="relu", name="a")(x), layers.Dense(3, name="b")(x)
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(5, name="c"), layers.Dense(2, name="d")], name="head")
    return keras.Model(x, inner(layers.Add(name="sum")([a, b])), name="net")


def test_a_chain():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="a"), layers.ReLU(name="b")])
    text = keras.utils.model_to_dot(model)
    assert edges(text) == [("a", "b")]
    assert '"a" [label=<<b>Dense</b>>];' in text


def test_a_graph():
    model = branches()
    arrows = [("x", "a"), ("x", "b"), ("a", "sum"), ("b", "sum")]
    assert sorted(edges(keras.utils.model_to_dot(model))) == sorted(arrows + [("sum", "head")])
    nested = keras.utils.model_to_dot(model, expand_nested=True)
    assert sorted(edges(nested)) == sorted(arrows + [("sum", "head/c"), ("head/c", "head/d")])
    assert 'subgraph "cluster_head"' in nested


def test_lines_of_a_box():
    model = branches()
    model.get_layer("a").trainable = False
    text = keras.utils.model_to_dot(model, show_shapes=True, show_dtype=True, show_layer_names=True,
                                    show_layer_activations=True, show_trainable=True)
    assert ("<b>Dense</b><br/>a<br/>activation: relu<br/>(None, 4) → (None, 3)<br/>dtype: float32<br/>frozen>" in text)
    assert "<b>InputLayer</b><br/>x<br/>(None, 4)<br/>" in text
    assert "(None, 3), (None, 3) → (None, 3)" in text


def test_files(tmp_path):
    model = branches()
    keras.utils.plot_model(model, tmp_path / "model.dot", rankdir="LR")
    assert "rankdir=LR" in (tmp_path / "model.dot").read_text()
    assert keras.utils.plot_model(model, tmp_path / "model.svg", show_shapes=True) is None
    root = ElementTree.parse(tmp_path / "model.svg").getroot()
    words = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert root.tag.endswith("svg") and words.count("Dense") == 2
    assert "Sequential" in words and "(None, 4) → (None, 3)" in words
    keras.utils.plot_model(model, tmp_path / "model.png", dpi=50)
    assert (tmp_path / "model.png").read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_drawn(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match=r"ends with .svg, .png, .pdf or .dot"):
        keras.utils.plot_model(branches(), tmp_path / "model.jpeg")
    with pytest.raises(ValueError, match="rankdir"):
        keras.utils.plot_model(branches(), tmp_path / "model.svg", rankdir="up")
    with pytest.raises(ValueError, match='"later" is not: give it an Input'):
        keras.utils.plot_model(keras.Sequential([layers.Dense(1)], name="later"), tmp_path / "model.svg")
    monkeypatch.setattr(shutil, "which", lambda program: None)
    with pytest.raises(ImportError, match="apt-get install graphviz"):
        keras.utils.plot_model(branches(), tmp_path / "model.svg")
    assert not list(tmp_path.iterdir())
