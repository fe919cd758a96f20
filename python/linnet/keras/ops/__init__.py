"""Operations on tensors, with gradients, for losses, metrics, layers and training steps of one's own.

    def call(self, y_true, y_pred):
        return keras.ops.mean(keras.ops.square(y_pred - y_true), axis=-1)

Arguments may be tensors, weights, NumPy arrays, lists and numbers; names, arguments and dtypes are Keras's. Gradients
flow through every operation whose text does not say otherwise. A symbolic tensor, of Input(), makes an operation a layer
of the graph.
"""
from . import image, linalg, nn, numpy
from . import (_core, _creation, _elementwise, _fourier, _math, _products, _rearrange, _reductions, _shapes, _sorting)
from ._tensors import operations_of as _operations_of
from .._operation import usable_in_graphs as _usable_in_graphs
from ..._objects import missing

globals().update(_operations_of(_core, _creation, _elementwise, _fourier, _math, _products, _rearrange, _reductions,
                                _shapes, _sorting))
globals().update({_name: _thing for _module in (nn, linalg) for _name, _thing in vars(_module).items()
                  if callable(_thing) and not _name.startswith("_") and _name != "missing"})
globals().update(_usable_in_graphs(globals()))

__getattr__ = missing(__name__)
