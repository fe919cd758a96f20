"""Computing in bfloat16 with weights in float32: set_dtype_policy("mixed_bfloat16")."""
from .._engine import DTypePolicy, dtype_policy, set_dtype_policy
from .._objects import missing
from .optimizers import LossScaleOptimizer  # noqa: F401

Policy = DTypePolicy
global_policy = dtype_policy
set_global_policy = set_dtype_policy

__getattr__ = missing(__name__)
