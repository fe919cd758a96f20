"""Operations with NumPy's names, on tensors, with gradients."""
from . import _creation, _elementwise, _products, _reductions, _shapes, _sorting
from ._tensors import operations_of as _operations_of
from .._operation import usable_in_graphs as _usable_in_graphs
from ..._objects import missing
from ._core import get_item, vectorize

globals().update(_operations_of(_elementwise, _reductions, _shapes, _creation, _sorting, _products))
for _name in ("convert_to_numpy", "convert_to_tensor", "erf", "erfc", "erfinv", "in_top_k", "is_tensor", "logsumexp",
              "rsqrt", "top_k", "unstack"):  # operations, but not NumPy's
    del globals()[_name]
globals().update(_usable_in_graphs(globals()))

__getattr__ = missing(__name__)
