"""Where and under which names a program runs, and what a layer says of its inputs."""
import contextlib


@contextlib.contextmanager
def device(device_name):
    """with keras.device("cpu"): Linnet computes on the processor; another device is refused."""
    if not isinstance(device_name, str) or device_name.lower().lstrip("/").removeprefix("device:").split(":")[0] != "cpu":
        raise ValueError(f"[device] expected \"cpu\", where Linnet computes, received {device_name!r}")
    yield


@contextlib.contextmanager
def name_scope(name, **options):
    """with keras.name_scope("block"): changes nothing; weights are named by their layers."""
    yield


class InputSpec:
    """What a layer expects of an input, for the reader of a layer: Linnet's layers check theirs themselves.

    shape, ndim, min_ndim, max_ndim, dtype; axes: {axis: size}; allow_last_axis_squeeze, name, optional.
    """

    def __init__(self, dtype=None, shape=None, ndim=None, max_ndim=None, min_ndim=None, axes=None,
                 allow_last_axis_squeeze=False, name=None, optional=False):
        self.dtype, self.shape = dtype, None if shape is None else tuple(shape)
        self.ndim = ndim if shape is None else len(self.shape)
        self.max_ndim, self.min_ndim = max_ndim, min_ndim
        self.axes = {int(axis): size for axis, size in (axes or {}).items()}
        self.allow_last_axis_squeeze, self.name, self.optional = allow_last_axis_squeeze, name, optional
        rank = max((each for each in (self.ndim, self.max_ndim) if each is not None), default=None)
        if rank is not None and any(axis >= rank for axis in self.axes):
            raise ValueError(f"[InputSpec] expected axes below {rank}, received {sorted(self.axes)}")

    def __repr__(self):
        named = {name: value for name, value in vars(self).items() if value}
        return f"InputSpec({', '.join(f'{name}={value!r}' for name, value in named.items())})"

    def get_config(self):
        names = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes", "optional")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_config(cls, config):
        return cls(**config)
