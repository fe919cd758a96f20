"""The notebooks run from an empty folder, and show what they should; what notebooks are shown, by itself."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest

import linnet
from linnet import _notebook, keras

NOTEBOOKS = pathlib.Path(__file__).parents[2] / "examples" / "notebooks"
DATA = NOTEBOOKS.parents[1] / "data"


def executed(notebook, folder):
    """The notebook with what it has printed."""
    variables = {"LINNET_DATA": str(DATA), "HOME": str(folder / "home"), "MPLCONFIGDIR": str(folder / "matplotlib"),
                 "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    empty = folder / "empty"
    for each in (empty, folder / "home", folder / "matplotlib"):
        each.mkdir()
    shutil.copy(notebook, empty / "it.ipynb")  # programs in it run in its folder
    result = subprocess.run([sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", "done.ipynb",
                             "it.ipynb"], cwd=empty, env=os.environ | variables, text=True, capture_output=True)
    assert result.returncode == 0, result.stderr
    assert sorted(path.name for path in empty.iterdir()) == ["done.ipynb", "first_network.safetensors", "it.ipynb"]
    return json.loads((empty / "done.ipynb").read_text())


def outputs_of(book, kind):
    return [output for cell in book["cells"] for output in cell.get("outputs", []) if output["output_type"] == kind]


@pytest.mark.parametrize("name, accuracy", [("first_neural_network", r"test accuracy (\d+\.\d+)%"),
                                            ("first_neural_network.zh", r"测试准确率 (\d+\.\d+)%")])
def test_notebook(name, accuracy, tmp_path):
    book = executed(NOTEBOOKS / f"{name}.ipynb", tmp_path)
    texts = "".join("".join(output["text"]) for output in outputs_of(book, "stream") if output["name"] == "stdout")
    assert [output for output in outputs_of(book, "stream") if output["name"] == "stderr"] == []  # no warnings
    assert float(re.search(accuracy, texts)[1]) > 95
    shown = [output["data"] for output in outputs_of(book, "display_data")]
    bars = ["".join(data["text/plain"]) for data in shown if "/step - " in "".join(data["text/plain"])]
    assert len(bars) == 5 and all(bar.startswith("938/938 ━━━") and " - val_loss: " in bar for bar in bars)
    assert sum("image/png" in data for data in shown) == 6
    assert len(re.findall(r"dense\S* +\(\S+ *\d*,?\)? .*[1-9]e-\d\d|dense\S*/\w+ .* \de-\d\d", texts)) == 4
    tables = [output["data"] for output in outputs_of(book, "execute_result") if "text/html" in output["data"]]
    assert len(tables) == 1 and "50,890" in "".join(tables[0]["text/html"])


def test_both_notebooks_have_the_same_programs():
    def code(name):
        book = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text())
        assert all(not cell.get("outputs") for cell in book["cells"])
        lines = "\n".join("".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code").splitlines()
        return [re.sub(r"#.*|, \[?[^()]*\"zh\"|lang=\"zh\"", "", line).rstrip() for line in lines if "print(" not in line]
    assert code("first_neural_network") == code("first_neural_network.zh")


class Display:
    """Stands in for IPython.display."""
    shown = []

    def __init__(self, data):
        self.shown.append([data])
        self.place = self.shown[-1]

    def update(self, data, raw):
        assert raw
        self.place.append(data)


def test_progress_bars_stay_in_their_place(monkeypatch, capsys):
    import types
    module = types.ModuleType("IPython.display")
    module.display = lambda data, raw, display_id: Display(data)
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    printer = _notebook.Printer()
    linnet._engine.set_print(printer)
    try:
        x = np.ones((500, 3))
        model = keras.Sequential([keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(x, x[:, :1], epochs=2, batch_size=1)
    finally:
        linnet._engine.set_print(lambda text: print(text, end="", flush=True))
    assert capsys.readouterr().out == "Epoch 1/2\nEpoch 2/2\n" and len(Display.shown) == 2
    for place in Display.shown:
        assert place[-1]["text/plain"].startswith("500/500 ━━━━━━━━━━━━━━━━━━━━ ")
        assert "<span style=\"font-weight: bold\">500/500</span>" in place[-1]["text/html"]
        assert "\x1b" not in place[-1]["text/html"] and place[-1]["text/html"].count("<span") == place[-1][
            "text/html"].count("</span")


def test_a_summary_as_a_table():
    a = keras.Input((4,), name="a<b")
    model = keras.Model(a, keras.layers.add([keras.layers.Dense(4)(a), a]), name="mine")
    html = model._repr_html_()
    assert html.count("<tr>") == 4 and "a&lt;b (InputLayer)" in html and "<b>Model: &quot;mine&quot;</b>" in html
    assert "Connected to" in html and '<td style="text-align: right">20</td>' in html
    assert "Total params: 20 (80.00 B)<br>Trainable params: 20 (80.00 B)" in html
    assert "?" in keras.Sequential([keras.layers.Dense(1)])._repr_html_()


def test_pictures_as_files(tmp_path):
    x = np.ones((20, 3))
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    history = model.fit(x, x[:, :1], epochs=4, validation_split=0.5, validation_freq=2, verbose=0)
    for lang in ("en", "zh"):
        history.plot(tmp_path / f"{lang}.png", lang=lang)
        assert (tmp_path / f"{lang}.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ValueError, match=r'\[plot\] expected lang "en" or "zh", received \'de\''):
        history.plot(lang="de")
    with pytest.raises(ValueError, match="expected at least one epoch"):
        keras.callbacks.History().plot()
    images = np.zeros((7, 5, 5, 3), "uint8")
    rows = np.eye(7, 3)
    linnet.show(images, rows, np.arange(7) % 3, class_names=["a", "b", "c"], columns=4, path=tmp_path / "show.svg")
    svg = (tmp_path / "show.svg").read_text()
    assert "#2e7d32" in svg and "#c62828" in svg
    linnet.show(images[..., 0], path=tmp_path / "bare.png")
    for arguments, message in ([(images[0, 0],), r"\[show\] expected images of shape"],
                               [(images, rows[:3]), r"\[show\] expected as many predictions as images \(7\), received 3"]):
        with pytest.raises(ValueError, match=message):
            linnet.show(*arguments)
