"""Linnet: Keras 3's API and numerics, at the speed of the machine.

    from linnet import keras

    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    model = keras.Sequential([keras.layers.Rescaling(1 / 255), keras.layers.Flatten(),
                              keras.layers.Dense(64, activation="relu"), keras.layers.Dense(10)])
    model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
                  metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=10, batch_size=64, validation_data=(x_test, y_test))

A program that imports TensorFlow or Keras runs as it is:  python3 -m linnet.as_tensorflow program.py
"""
from ._engine import (Error, FileError, InvalidArgument, OutOfMemory, Tensor, Variable, gradients, memory_statistics,
                      num_threads, set_num_threads)
from . import _operators, keras
from ._arrays import from_dlpack
from ._engine import set_print as _set_print
from ._gradient_tape import GradientTape
from ._notebook import Printer as _Printer, is_notebook as _is_notebook
from ._pictures import show

if _is_notebook():
    _set_print(_Printer())

__all__ = ["Error", "FileError", "GradientTape", "InvalidArgument", "OutOfMemory", "Tensor", "Variable", "from_dlpack",
           "gradients", "keras", "memory_statistics", "num_threads", "set_num_threads", "show"]
