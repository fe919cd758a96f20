"""What is the same for all of Keras."""
from .._objects import missing
from ._dtypes import result_type, standardize_dtype
from .utils import clear_session, is_keras_tensor


def backend():
    """What computes: "linnet"."""
    return "linnet"


def epsilon():
    """The small number that keeps Keras from dividing by 0."""
    return 1e-07


def floatx():
    """The dtype of weights where nothing else is said."""
    return "float32"


def image_data_format():
    """Where images have their channels: in the last axis."""
    return "channels_last"


__getattr__ = missing(__name__)
