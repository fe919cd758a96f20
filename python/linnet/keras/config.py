"""What holds for the whole program."""
from .._engine import dtype_policy
from .._objects import missing
from .backend import backend, epsilon, floatx, image_data_format
from .mixed_precision import set_dtype_policy

__getattr__ = missing(__name__)
