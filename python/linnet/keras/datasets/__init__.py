"""Data sets, as NumPy arrays."""
from ..._objects import missing
from . import fashion_mnist, mnist

__getattr__ = missing(__name__)
