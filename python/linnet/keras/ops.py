"""Operations on tensors, for losses, metrics and layers of one's own."""
from .. import _engine
from .._objects import missing
from .activations import *  # noqa: F401,F403: relu, softmax, … are operations too

for _name, _function in vars(_engine.ops).items():
    if not _name.startswith("_"):
        globals()[_name] = _function


def convert_to_tensor(x, dtype=None):
    """A tensor of numbers; it shares the memory of a writable NumPy array."""
    return _engine.Tensor(x, dtype)


def convert_to_numpy(x):
    """A NumPy array of a tensor, on the same memory."""
    return _engine.Tensor(x).numpy()


__getattr__ = missing(__name__)
