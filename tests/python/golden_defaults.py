"""Reference cases of the defaults of every class."""
import math

import numpy as np

from linnet import keras


def plain(value):
    """Without where Python finds a class, and without what is null."""
    if isinstance(value, dict):
        if value.get("class_name") == "DTypePolicy":
            return value["config"]["name"]
        places = ("module", "registered_name") if "class_name" in value else ()
        return {name: plain(each) for name, each in value.items() if each is not None and name not in places}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return float(np.float32(value)) if isinstance(value, float) and math.isfinite(value) else value


def inner_objects(case):
    """Of an object around another one."""
    return {name: case["config"][name] for name in ("layer", "backward_layer", "cell", "cells", "inner_optimizer")
            if name in case["config"]}


def run_defaults(case):
    """The engine's defaults are Keras's, and so are those of the signatures: they are what is left out."""
    module = keras.optimizers.schedules if case["module"] == "schedules" else getattr(keras, case["module"])
    keras.utils.clear_session()
    new = case.new(module, {**inner_objects(case), **case["arguments"]})
    got, wanted = plain(new.get_config()), plain(case["config"])
    if isinstance(wanted.get("seed"), int) and "seed" not in case["arguments"]:  # drawn: ours is another number
        assert isinstance(got.pop("seed"), int) and wanted.pop("seed")
    assert got == wanted
    defaults = type(new).__init__.__defaults__ or ()
    code = type(new).__init__.__code__
    names = code.co_varnames[code.co_argcount - len(defaults):code.co_argcount]
    for name, default in zip(names, defaults):
        want = case["config"].get(name)
        if default is None or want is None or name in case["arguments"] or name == "name" or isinstance(want, dict):
            continue
        same = np.unique(default).tolist() if isinstance(default, (int, tuple)) else None  # one number for all axes
        if isinstance(default, float) and isinstance(want, list):  # one number for a range: its end
            want = want[1]
        assert plain(default) == plain(want) or (len(same or []) == 1 and np.unique(want).tolist() == same), name
