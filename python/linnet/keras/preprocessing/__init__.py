"""Other names of functions in keras.utils, as older programs call them."""
from ..._objects import missing
from .._directories import image_dataset_from_directory, text_dataset_from_directory
from .._series import timeseries_dataset_from_array
from . import image, sequence

__getattr__ = missing(__name__)
