"""Keras 3's API: the modules, classes and arguments that a program written for Keras uses."""
from .._objects import missing
from . import (activations, backend, callbacks, config, constraints, datasets, initializers, layers, losses, metrics,
               mixed_precision, models, ops, optimizers, preprocessing, random, regularizers, saving, tree, utils)
from .._engine import DTypePolicy
from .._engine import Tensor as KerasTensor
from .._engine import Variable
from .initializers import Initializer
from .layers import Input, Layer
from .losses import Loss
from .metrics import Metric
from .models import Model, Sequential
from .optimizers import Optimizer
from ._environment import InputSpec, device, name_scope
from .regularizers import Regularizer

__version__ = "3.16.0"  # of Keras: the one whose API this is


def version():
    """The version of Keras whose API this is; linnet has one of its own."""
    return __version__


__getattr__ = missing(__name__)
