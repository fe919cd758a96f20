"""Models from files."""
from .. import _engine
from .._objects import missing


def load_model(filepath, custom_objects=None, compile=True, safe_mode=True):
    """The model in a file that model.save() of Python or C++ wrote, ready to go on with its training."""
    from .models import Model
    if custom_objects:
        raise ValueError("[load_model] expected no custom_objects: classes written in Python are not loaded (yet)")
    return Model._wrap(_engine.load_model(str(filepath)))


def save_model(model, filepath, overwrite=True):
    model.save(filepath, overwrite=overwrite)


__getattr__ = missing(__name__)
