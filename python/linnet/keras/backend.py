"""What is the same for all of Keras."""
from .._objects import missing
from ._dtypes import result_type, standardize_dtype
from .utils import clear_session, is_keras_tensor

_image_data_format = "channels_last"


def backend():
    """What computes: "linnet"."""
    return "linnet"


def epsilon():
    """The small number that keeps Keras from dividing by 0."""
    return 1e-07


def set_epsilon(value):
    """Keras's number cannot be changed: losses and metrics have it built in."""
    if value != epsilon():
        raise ValueError(f"[set_epsilon] expected {epsilon()}, received {value}; layers and optimizers take an epsilon of "
                         "their own")


def floatx():
    """The dtype of weights where nothing else is said."""
    return "float32"


def set_floatx(value):
    """Keras's default cannot be changed: other dtypes are asked for by a policy."""
    if value != floatx():
        raise ValueError(f'[set_floatx] expected "{floatx()}", received {value!r}; '
                         f"keras.config.set_dtype_policy({value!r}) makes layers compute in it")


def image_data_format():
    """Where images have their channels, if a layer does not say: in the last axis, or what was set."""
    return _image_data_format


def set_image_data_format(data_format):
    """Where images have their channels in layers that are made from now on and do not say it."""
    global _image_data_format
    if data_format not in ("channels_last", "channels_first"):
        raise ValueError(f'[set_image_data_format] expected "channels_last" or "channels_first", received {data_format!r}')
    _image_data_format = data_format


__getattr__ = missing(__name__)
