"""Runs a program written for TensorFlow's Keras with Linnet, as it is.

    python3 -m linnet.as_tensorflow program.py [arguments]

or `import linnet.as_tensorflow` before anything else. `tensorflow`, `tensorflow.keras` and `keras` are then Linnet's
Keras, and nothing else of TensorFlow is there: what is missing raises an error that names it.
"""
import importlib.abc
import os
import pkgutil
import runpy
import sys
import types

from . import keras

_NAMES = ("tensorflow", "keras")


class _Missing(importlib.abc.MetaPathFinder):
    """Finds nothing, but says so: without it a real TensorFlow could come in by halves."""

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in _NAMES:
            raise ModuleNotFoundError(f"[as_tensorflow] Linnet has no module {name} (yet)", name=name)
        return None


def _missing_in_tensorflow(name):
    if name.startswith("__"):
        raise AttributeError(f"module 'tensorflow' has no attribute '{name}'")
    raise AttributeError(f"[as_tensorflow] Linnet has no tensorflow.{name}: of TensorFlow, it has tensorflow.keras")


def _modules():
    """Keras's modules by their names below keras: "", ".layers", ".datasets.mnist", …"""
    yield "", keras
    for found in pkgutil.walk_packages(keras.__path__, keras.__name__ + "."):
        yield found.name.removeprefix(keras.__name__), sys.modules[found.name]


def install():
    """Makes `import tensorflow` and `import keras` mean Linnet from now on."""
    if hasattr(sys.modules.get("tensorflow"), "_is_linnets"):
        return
    if any(name in sys.modules and not hasattr(sys.modules[name], "_is_linnets") for name in _NAMES):
        raise ImportError("[as_tensorflow] expected to come before tensorflow and keras, which are imported already")
    tensorflow = types.ModuleType("tensorflow", "Linnet's Keras under TensorFlow's name.")
    tensorflow._is_linnets = keras._is_linnets = True
    tensorflow.keras = keras
    tensorflow.__getattr__ = _missing_in_tensorflow
    tensorflow.__path__ = []
    sys.modules["tensorflow"] = tensorflow
    for name, module in _modules():
        sys.modules["keras" + name] = sys.modules["tensorflow.keras" + name] = module
    sys.meta_path.insert(0, _Missing())


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: python3 -m linnet.as_tensorflow program.py [arguments]")
    sys.argv = sys.argv[1:]
    sys.path[0] = os.path.dirname(sys.argv[0])
    runpy.run_path(sys.argv[0], run_name="__main__")


install()
if __name__ == "__main__":
    main()
