"""Dtypes by name, and what comes of several."""
from .. import _engine


def standardize_dtype(dtype):
    """The name of a dtype: "float32" for None, float and numpy.float32."""
    if dtype is None:
        return "float32"
    plain = {bool: "bool", int: "int32", float: "float32"}
    if isinstance(dtype, type) and dtype in plain:
        return plain[dtype]
    name = dtype if isinstance(dtype, str) else getattr(dtype, "name", None) or getattr(dtype, "__name__", None)
    known = {"bool", "uint8", "int32", "int64", "bfloat16", "float32", "float64"}
    if name not in known:
        raise ValueError(f"[standardize_dtype] expected one of {', '.join(sorted(known))}, received {dtype!r}")
    return name


def result_type(*dtypes):
    """The dtype of an operation on tensors of these dtypes, and on numbers of Python: int and float take the tensors'."""
    if not dtypes:
        return "float32"
    numbers = [dtype for dtype in dtypes if dtype in (int, float, "int", "float")]
    common = "bool"
    for dtype in dtypes:
        if dtype not in (int, float, "int", "float"):
            common = _engine.ops.promote(common, standardize_dtype(dtype))
    if any(number in (float, "float") for number in numbers):
        return common if "float" in common else "float32"
    return "int32" if numbers and common == "bool" else common
