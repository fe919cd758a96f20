"""Sequences."""
from ..._objects import missing
from .._series import pad_sequences

__getattr__ = missing(__name__)
