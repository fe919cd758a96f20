"""Pictures."""
from ..._objects import missing
from .._images import array_to_img, img_to_array, load_img, save_img, smart_resize

__getattr__ = missing(__name__)
