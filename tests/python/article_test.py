"""A program written for TensorFlow runs as it is; what Linnet does not have is named."""
import pathlib
import re
import subprocess
import sys

ARTICLE = pathlib.Path(__file__).with_name("article.py")
RUN = [sys.executable, "-m", "linnet.as_tensorflow"]


def run(program, *arguments):
    return subprocess.run([*RUN, program, *arguments], capture_output=True, text=True, timeout=300)


def run_text(tmp_path, text, *arguments):
    program = tmp_path / "program.py"
    program.write_text(text)
    return run(program, *arguments)


def test_article():
    result = run(ARTICLE)
    assert result.returncode == 0, result.stderr
    text = re.sub(r"\x1b\[\d*m|\b", "", result.stdout)
    assert re.findall(r"^Epoch (\d+)/10$", text, re.M) == [str(i) for i in range(1, 11)]
    ends = re.findall(r"938/938 ━{20} \d+s \d+[mu]s/step - accuracy: (0\.\d{4}) - loss: 0\.\d{4} - "
                      r"val_accuracy: (0\.\d{4}) - val_loss: 0\.\d{4}$", text, re.M)
    assert len(ends) == 10
    accuracy = re.search(r"^313/313 - \d+s - \d+[mu]s/step - accuracy: (0\.\d{4}) - loss: 0\.\d{4}$", text, re.M)
    assert float(accuracy[1]) >= 0.970
    printed = re.search(r"^Test accuracy: (\S+)$", text, re.M)
    assert abs(float(printed[1]) - float(accuracy[1])) < 1e-4
    assert accuracy[1] == ends[-1][1]


def test_names_and_arguments(tmp_path):
    result = run_text(tmp_path, """
import sys
import keras
import tensorflow as tf
import tensorflow.keras.layers as layers
from keras import Sequential
from tensorflow import keras as other
from tensorflow.keras.datasets import fashion_mnist, mnist
from tensorflow.keras.models import load_model
from tensorflow.keras.optimizers.schedules import ExponentialDecay
assert keras is other is tf.keras and layers is keras.layers and __name__ == "__main__"
import helper
print(sys.argv[1:], Sequential.__module__, helper.place)
""", "--epochs", "3")
    assert "ModuleNotFoundError: No module named 'helper'" in result.stderr
    (tmp_path / "helper.py").write_text("place = 'beside the program'")
    result = run(tmp_path / "program.py", "--epochs", "3")
    assert result.stdout == "['--epochs', '3'] linnet.keras.models beside the program\n", result.stderr


def test_missing_things_are_named(tmp_path):
    for text, error in {
        "import tensorflow as tf; tf.data": "AttributeError: [as_tensorflow] Linnet has no tensorflow.data",
        "import tensorflow.data": "ModuleNotFoundError: [as_tensorflow] Linnet has no module tensorflow.data",
        "from tensorflow import distribute": "ImportError: cannot import name 'distribute' from 'tensorflow'",
        "import keras; keras.layers.Densee": "[keras.layers] Linnet has no keras.layers.Densee (yet); did you mean Dense?",
        "from keras.layers import Nothing": "ImportError: cannot import name 'Nothing' from 'linnet.keras.layers'",
        "import keras.nothing": "ModuleNotFoundError: [as_tensorflow] Linnet has no module keras.nothing",
    }.items():
        result = run_text(tmp_path, text)
        assert result.returncode == 1 and error in result.stderr, result.stderr


def test_import_of_it():
    program = "import linnet.as_tensorflow, tensorflow as tf; print(tf.keras.layers.Dense(3).units)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "3\n"


def test_does_not_come_too_late():
    program = "import types, sys; sys.modules['tensorflow'] = types.ModuleType('tensorflow'); import linnet.as_tensorflow"
    assert "expected to come before tensorflow" in subprocess.run([sys.executable, "-c", program], capture_output=True,
                                                                  text=True).stderr


def test_without_a_program():
    result = subprocess.run(RUN, capture_output=True, text=True)
    assert result.returncode == 1 and "usage: python3 -m linnet.as_tensorflow program.py" in result.stderr
