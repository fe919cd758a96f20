"""Reference cases of whole trainings, and of models that Keras trained and saved."""
import math

import numpy as np
import pytest

from golden_cases import FOLDER, compare_outputs, made, model_of
from linnet import keras


def arguments_of(fields, modules):
    """Objects, by the constructors of Python, for {"class_name", "config"} in the arguments of compile()."""
    if isinstance(fields, dict) and "class_name" in fields:
        return made(getattr(modules[0], fields["class_name"]), fields["config"])
    if isinstance(fields, dict):
        return {name: arguments_of(each, modules) for name, each in fields.items()}
    return [arguments_of(each, modules) for each in fields] if isinstance(fields, list) else fields


def callbacks_of(configs):
    for each in configs:
        config = dict(each["config"])
        rates = config.pop("lr_by_epoch", None)
        if rates is not None:
            config["schedule"] = lambda epoch, rate, rates=rates: rates[epoch]
        yield getattr(keras.callbacks, each["class_name"])(**config)


def data_of(case, fields):
    def scaled(name):
        array = case.tensor(name)
        return array.astype("float32") * np.float32(case.get("input_scale", 1)) if array.dtype == np.uint8 else array

    def structure(arrays, names):
        if names:
            return dict(zip(names, arrays))
        return arrays[0] if len(arrays) == 1 else arrays

    return (structure([scaled(name) for name in fields["inputs"]], case.get("input_names")),
            structure([case.tensor(name) for name in fields["targets"]], case.get("target_names")))


def rows_of(x, rows):
    if isinstance(x, dict):
        return {name: array[:rows] for name, array in x.items()}
    return [array[:rows] for array in x] if isinstance(x, list) else x[:rows]


def part_of(structure, rows):
    if isinstance(structure, dict):
        return {name: array[rows] for name, array in structure.items()}
    return [array[rows] for array in structure] if isinstance(structure, list) else structure[rows]


class Batches(keras.utils.PyDataset):
    """The same data as arrays are, batch by batch."""

    def __init__(self, x, y, weights, size, rows):
        super().__init__()
        self.x, self.y, self.weights, self.size, self.rows = x, y, weights, size, rows

    def __len__(self):
        return -(-self.rows // self.size)

    def __getitem__(self, index):
        rows = slice(index * self.size, min((index + 1) * self.size, self.rows))
        weights = () if self.weights is None else (self.weights[rows],)
        return (part_of(self.x, rows), part_of(self.y, rows), *weights)


def in_batches(x, y, arguments):
    """The arguments of fit() for arrays as those for batches: what is split off is validation data then."""
    arguments = dict(arguments)
    weights, size = arguments.pop("sample_weight", None), arguments.pop("batch_size")
    samples = len(next(iter(x.values())) if isinstance(x, dict) else x[0] if isinstance(x, list) else x)
    rows = math.floor(samples * (1 - arguments.pop("validation_split", 0)))
    if rows < samples:
        rest = slice(rows, samples)
        arguments["validation_data"] = Batches(part_of(x, rest), part_of(y, rest),
                                               None if weights is None else weights[rest], size, samples - rows)
    return Batches(x, y, weights, size, rows), arguments


def run_fit(case, by_batches=False):
    keras.utils.clear_session()  # metrics are numbered
    model = model_of(case)
    x, y = data_of(case, case.fields)
    arrays = list(x.values()) if isinstance(x, dict) else x if isinstance(x, list) else [x]
    if not model.built:
        model.build(arrays[0].shape if len(arrays) == 1 else [array.shape for array in arrays])
    model.set_weights([case.tensor(weight["tensor"]) for weight in case["weights"]])
    modules = {"optimizer": keras.optimizers, "loss": keras.losses, "metrics": keras.metrics,
               "weighted_metrics": keras.metrics}
    model.compile(**{name: arguments_of(value, [modules.get(name)]) for name, value in case["compile"].items()})
    arguments = dict(case["fit"], verbose=0, callbacks=list(callbacks_of(case["fit"].get("callbacks", []))))
    if "class_weight" in arguments:
        arguments["class_weight"] = {int(label): weight for label, weight in arguments["class_weight"].items()}
    if case.get("sample_weight"):
        arguments["sample_weight"] = case.tensor(case["sample_weight"])
    if case.get("validation"):
        weight = case["validation"].get("sample_weight")
        arguments["validation_data"] = (*data_of(case, case["validation"]), *([case.tensor(weight)] if weight else []))
    if by_batches:
        data, arguments = in_batches(x, y, arguments)
        history = model.fit(data, **arguments)
    else:
        history = model.fit(x, y, **arguments)

    tolerance = case["tolerance"]
    atol = lambda key: tolerance["history_atol"][key] if isinstance(tolerance["history_atol"], dict) \
        else tolerance["history_atol"]  # noqa: E731
    assert set(history.history) == set(case["history"]) and history.epoch == case["epochs"]
    for key, values in case["history"].items():
        case.compare(history.history[key], values, tolerance.get("history_rtol"), atol(key))
    loose = {each["name"]: each["atol"] for each in case.get("loose_weights") or []}
    for weight, want in zip(model.weights, case["final_weights"], strict=True):
        case.compare(weight, case.tensor(want["tensor"]), atol=loose.get(want["name"]))
    assert model.optimizer.iterations == case["optimizer_iterations"]
    assert model.optimizer.learning_rate == pytest.approx(case["final_learning_rate"], rel=1e-6)
    logs = model.evaluate(x, y, batch_size=case["evaluate"]["batch_size"], verbose=0, return_dict=True)
    assert set(logs) == set(case["evaluate"]["result"])
    for key, value in case["evaluate"]["result"].items():
        case.compare(logs[key], value, tolerance.get("history_rtol"), atol(key))
    outputs = model.predict(rows_of(x, case["predict"]["rows"]), batch_size=case["predict"]["batch_size"], verbose=0)
    if isinstance(outputs, dict):
        outputs = [outputs[name] for name in case["target_names"]]
    outputs = outputs if isinstance(outputs, list) else [outputs]
    for output, want in zip(outputs, case.listed("outputs"), strict=True):
        case.compare(output, want, atol=tolerance.get("predict_atol"))


def run_files(case):
    path = str(FOLDER / case["file"])
    if case["format"] == "weights only":
        model = model_of(case)
        if case.get("optimizer_slots"):
            model.compile("adam", "mse")
        model.load_weights(path)
    else:
        model = keras.models.load_model(path)
        assert model.compiled == case["compiled"]
    for weight, want in zip(model.weights, case["weights"], strict=True):
        case.compare(weight, case.tensor(want["tensor"]))
    inputs = case.listed("inputs")
    compare_outputs(case, model(inputs if len(inputs) > 1 else inputs[0]), case.listed("outputs"))
    if case.get("optimizer_slots"):
        assert model.optimizer.iterations == case["optimizer_iterations"]
        for slot, want in zip(model.optimizer.variables[2:], case["optimizer_slots"], strict=True):
            case.compare(slot, case.tensor(want["tensor"]))
    if case.get("resume"):
        resume = case["resume"]
        # Gradients of rounding errors alone, which Adam divides by their own size (tests/golden/runner/files.cpp).
        tiny = lambda velocity: (0 < velocity) & (velocity < 1e-14)  # noqa: E731
        by_rounding = {} if type(model.optimizer).__name__ != "Adam" else {
            weight.path: tiny(np.asarray(velocity.value))
            for weight, velocity in zip(model.trainable_weights, model.optimizer.variables[3::2], strict=True)}
        targets = [case.tensor(name) for name in resume["targets"]]
        one = len(inputs) == 1
        model.fit(inputs[0] if one else inputs, targets[0] if len(targets) == 1 else targets,
                  batch_size=resume["batch_size"], epochs=resume["epochs"], shuffle=False, verbose=0)
        for weight, name in zip(model.weights, resume["weights_after"], strict=True):
            got, want = np.asarray(weight.value), case.tensor(name)
            case.compare(got, want, atol=model.optimizer.learning_rate if weight.path in by_rounding else None)
            case.compare(np.where(by_rounding.get(weight.path, False), want, got), want)
