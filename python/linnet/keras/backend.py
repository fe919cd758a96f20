"""What is the same for all of Keras."""
from .._objects import missing
from .utils import clear_session


def backend():
    return "linnet"


def epsilon():
    return 1e-07


def floatx():
    return "float32"


def image_data_format():
    return "channels_last"


__getattr__ = missing(__name__)
