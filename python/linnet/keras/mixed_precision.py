"""Computing in bfloat16 with weights in float32: set_dtype_policy("mixed_bfloat16")."""
from .. import _engine
from .._engine import DTypePolicy, dtype_policy
from .._objects import missing
from .optimizers import LossScaleOptimizer  # noqa: F401



def set_dtype_policy(policy):
    """What layers that are made from now on compute in and keep their weights in: "float32", "mixed_bfloat16", …"""
    _engine.set_dtype_policy(DTypePolicy(policy) if isinstance(policy, str) else policy)


Policy = DTypePolicy
global_policy = dtype_policy
set_global_policy = set_dtype_policy

__getattr__ = missing(__name__)
