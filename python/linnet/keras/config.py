"""What holds for the whole program."""
from .._engine import dtype_policy
from .._objects import missing
from .backend import backend, epsilon, floatx, image_data_format, set_epsilon, set_floatx, set_image_data_format
from .mixed_precision import set_dtype_policy

_flash_attention = None


def enable_flash_attention():
    """Attention never holds its scores unless it is asked for them: that is so anyway."""
    global _flash_attention
    _flash_attention = True


def disable_flash_attention():
    """Changes nothing that can be seen: see enable_flash_attention()."""
    global _flash_attention
    _flash_attention = False


def is_flash_attention_enabled():
    """What was asked for, or None."""
    return _flash_attention


def enable_unsafe_deserialization():
    """Changes nothing: nothing in a file is ever run."""


def enable_traceback_filtering():
    """Changes nothing: tracebacks are those of Python."""


def disable_traceback_filtering():
    """Changes nothing: see enable_traceback_filtering()."""


def is_traceback_filtering_enabled():
    """False."""
    return False


__getattr__ = missing(__name__)
