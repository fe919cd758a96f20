#!/usr/bin/env python3
"""The wheel, as other people's Python meets it: installed into a virtual environment, without the repository.

    wheel_test.py BUILD_FOLDER
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
ROOT = pathlib.Path(__file__).resolve().parents[2]

PROGRAM = """
import linnet
from linnet import keras
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Rescaling(1 / 255), keras.layers.Flatten(),
                          keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10)])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
model.fit(x_train, y_train, epochs=1, batch_size=64, verbose=0)
print("accuracy", model.evaluate(x_test, y_test, verbose=0)[1])
print("from", linnet.__file__)
"""


def run(*command, **options):
    """What the command prints. Variables of whoever runs the tests do not count."""
    environment = {name: value for name, value in os.environ.items() if name not in ("LINNET_DATA", "PYTHONPATH")}
    result = subprocess.run([str(part) for part in command], env=environment, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, **options)
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {result.returncode}:\n{result.stdout}")
    return result.stdout


def opened_files(command, folder, trace):
    """What the command prints, and the names of all files that it asked for; none where strace is missing."""
    try:
        text = run("strace", "-f", "-qq", "-e", "trace=open,openat", "-o", trace, *command, cwd=folder)
    except FileNotFoundError:
        return run(*command, cwd=folder), []
    return text, re.findall(r'open(?:at)?\([^"]*"([^"]+)".*= \d+$', trace.read_text(), re.M)


class Wheel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        run("cmake", "--build", BUILD, "--target", "linnet_wheel")
        cls.wheel, = (BUILD / "wheel").glob("linnet-*.whl")
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        run(sys.executable, "-m", "venv", "--system-site-packages", cls.folder / "venv")  # NumPy is the system's
        cls.python = cls.folder / "venv/bin/python3"
        run(cls.python, "-m", "pip", "--disable-pip-version-check", "install", "--no-index", cls.wheel)

    def test_contents(self):
        names = zipfile.ZipFile(self.wheel).namelist()
        for name in ("linnet/__init__.py", "linnet/keras/layers.py", "linnet/keras/layers.pyi", "linnet/_docs.py",
                     "linnet/_engine/ops.pyi", "linnet/py.typed",
                     "linnet/share/linnet/data/mnist/train-images-idx3-ubyte.gz"):
            self.assertIn(name, names)
        self.assertEqual([name for name in names if "__pycache__" in name or name.endswith(".cpp")], [])
        self.assertRegex(run(self.python, "-m", "pip", "show", "linnet"), r"(?s)License: Apache-2.0.*Requires: numpy\n")

    def test_trains_without_the_repository(self):
        empty = self.folder / "empty"
        empty.mkdir()
        text, opened = opened_files([self.python, "-c", PROGRAM], empty, self.folder / "trace")
        self.assertGreater(float(re.search(r"accuracy (\S+)", text)[1]), 0.9)
        self.assertIn(f"from {self.folder}/venv/", text)
        if shutil.which("strace"):
            self.assertIn(str(next((self.folder / "venv").rglob("train-images*"))), opened)
        self.assertEqual([name for name in opened if name.startswith((f"{ROOT}/", f"{BUILD}/"))], [])

    def test_as_tensorflow(self):
        program = self.folder / "program.py"
        program.write_text("import tensorflow as tf\nprint(tf.keras.layers.Dense(3).units)\n")
        self.assertEqual(run(self.python, "-m", "linnet.as_tensorflow", program, cwd=self.folder).strip(), "3")

    def test_goes_without_a_trace(self):
        run(self.python, "-m", "venv", "--system-site-packages", self.folder / "other")
        other = self.folder / "other/bin/python3"
        run(other, "-m", "pip", "--disable-pip-version-check", "install", "--no-index", self.wheel)
        run(other, "-m", "pip", "uninstall", "-y", "linnet")
        self.assertEqual(list((self.folder / "other").rglob("linnet*")), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
