"""What a tuner searches over."""


class HyperModel:
    """build(hp) returns a compiled model; fit(hp, model, …) trains it and may be overridden, to search over its arguments."""

    def __init__(self, name=None, tunable=True):
        self.name = name
        self.tunable = tunable

    def build(self, hp):
        raise NotImplementedError(f"[{type(self).__name__}] expected a method build(self, hp)")

    def declare_hyperparameters(self, hp):
        raise NotImplementedError

    def fit(self, hp, model, *args, **kwargs):
        return model.fit(*args, **kwargs)


class FunctionModel(HyperModel):
    """A function build(hp) as a HyperModel."""

    def __init__(self, build):
        super().__init__()
        self._build = build

    def build(self, hp):
        return self._build(hp)


def get_hypermodel(hypermodel):
    """A HyperModel from one, or from a function; None stays None."""
    if hypermodel is None or isinstance(hypermodel, HyperModel):
        return hypermodel
    if not callable(hypermodel):
        raise ValueError("[HyperModel] the `hypermodel` argument should be either a callable with signature `build(hp)` "
                         f"returning a model, or an instance of `HyperModel`, received {hypermodel!r}")
    return FunctionModel(hypermodel)
