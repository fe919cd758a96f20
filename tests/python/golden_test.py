"""Keras's reference values (tests/golden) by way of the Python API: every class from its constructor."""
import collections
import json
import math
import pathlib
import re
import struct

import numpy as np
import pytest

import linnet
from linnet import keras

FOLDER = pathlib.Path(__file__).parents[1] / "golden/keras"
# How many cases pass at least, by kind: the number can only grow. The others need what the engine does not have yet.
AT_LEAST = {"activations": 93, "defaults": 239, "fit": 14, "fit by batches": 14, "layers": 477, "losses": 143,
            "initializers": 56, "metrics": 86, "models": 12, "optimizers": 96, "regularizers": 28, "schedules": 13,
            "text": 44, "files": 14}
passed = collections.Counter()


def read_safetensors(path):
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    dtypes = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8", "U8": "u1", "BOOL": "?"}
    tensors = {}
    for name, entry in json.loads(data[8:8 + size]).items():
        if name != "__metadata__":
            first, last = (8 + size + offset for offset in entry["data_offsets"])
            tensors[name] = np.frombuffer(data[first:last], dtypes[entry["dtype"]]).reshape(entry["shape"]).copy()
    return tensors


TENSORS = {kind: read_safetensors(FOLDER / f"{kind}.safetensors") for kind in AT_LEAST if kind != "fit by batches"}
CASES = [pytest.param({**case, "kind": kind}, id=f"{kind}/{case['id']}") for kind in TENSORS
         for case in json.loads((FOLDER / f"{kind}.json").read_text())]
DEFAULTS = json.loads((FOLDER / "defaults.json").read_text())


class Case:
    """A case and its tensors."""

    def __init__(self, fields):
        self.fields = fields
        self.tensors = TENSORS[fields["kind"]]
        tolerance = fields.get("tolerance", {})
        self.rtol, self.atol = tolerance.get("rtol", 0), tolerance.get("atol", 0)

    def __getitem__(self, key):
        return self.fields[key]

    def get(self, key, otherwise=None):
        return self.fields.get(key, otherwise)

    def tensor(self, name):
        return None if name is None else self.tensors[name]

    def listed(self, key):
        return [self.tensor(name) for name in self.get(key) or []]

    def compare(self, got, want, rtol=None, atol=None):
        np.testing.assert_allclose(np.asarray(got, "float64"), np.asarray(want, "float64"),
                                   rtol=self.rtol if rtol is None else rtol, atol=self.atol if atol is None else atol)

    def new(self, module, config=None):
        """An object of the case's class."""
        if not hasattr(module, self["class"]):
            pytest.skip(f"no {self['class']} yet")
        return made(getattr(module, self["class"]), self["config"] if config is None else config)


def made(constructor, config):
    try:
        return constructor(**config)
    except ValueError as error:
        if "does not support the option" in str(error) or "unknown layer class" in str(error):
            pytest.skip(str(error))
        raise


def leaves(arrays):
    """Tensors whose gradients are wanted."""
    tensors = [linnet.Tensor(array) for array in arrays]
    for tensor in tensors:
        if tensor.dtype == "float32":
            tensor.requires_grad = True
    return tensors


def compare_gradients(case, outputs, inputs):
    cotangents = case.listed("output_gradients")
    parts = [keras.ops.sum(output * cotangent) for output, cotangent in zip(outputs, cotangents)
             if cotangent is not None and output.requires_grad]
    if parts:
        sum(parts[1:], parts[0]).backward()
    for tensor, want in zip(inputs, case.listed("input_gradients")):
        if want is not None:
            case.compare(np.zeros_like(want) if tensor.grad is None else tensor.grad, want)


def run_activations(case):
    function = getattr(keras.activations, case["name"], None)
    if function is None or len(case["inputs"]) != 1:
        pytest.skip("no such function yet")
    inputs = leaves(case.listed("inputs"))
    output = made(lambda **config: function(inputs[0], **config), case["config"])
    case.compare(output, case.listed("outputs")[0])
    if not case.get("gradients_optional"):
        compare_gradients(case, [output], inputs)


def run_losses(case):
    loss = case.new(keras.losses)
    inputs = leaves(case.listed("inputs"))
    y_pred = inputs[1].with_mask(case.tensor(case["mask"])) if case.get("mask") else inputs[1]
    output = loss(inputs[0], y_pred, sample_weight=case.tensor(case.get("sample_weight")))
    case.compare(output, case.listed("outputs")[0])
    compare_gradients(case, [output], inputs)


def run_metrics(case):
    metric = case.new(keras.metrics)
    for update in case["updates"]:
        metric.update_state(*[case.tensor(name) for name in update["inputs"]],
                            sample_weight=case.tensor(update.get("sample_weight")))
        case.compare(metric.result(), case.tensor(update["output"]))
    metric.reset_state()
    if case.get("result_after_reset"):
        case.compare(metric.result(), case.tensor(case["result_after_reset"]))
    else:
        assert np.isnan(metric.result().numpy()).all()


def run_optimizers(case):
    optimizer = case.new(keras.optimizers)
    variables = [linnet.Variable(start, name) for start, name in zip(case.listed("inputs"), case["variable_names"])]
    gradients, wanted = case.listed("gradients"), case.listed("outputs")
    optimizer.build(variables)
    for step, rate in enumerate(case["learning_rate_before_step"]):
        assert optimizer.learning_rate == pytest.approx(rate, rel=1e-6)
        optimizer.apply_gradients(zip([gradient[step] for gradient in gradients], variables))
        for variable, want in zip(variables, wanted):
            case.compare(variable, want[step])
    assert optimizer.iterations == case["iterations"]
    counters = {"iteration", "learning_rate", "step_counter"}
    slots = [slot for slot in optimizer.variables if slot.name.split("/")[-1] not in counters]
    for slot, want in zip(slots, case["slots"], strict=True):
        assert slot.name == want["name"]
        case.compare(slot, case.tensor(want["tensor"]))
    if case.get("final_values"):
        optimizer.finalize_variable_values(variables)
        for variable, want in zip(variables, case.listed("final_values")):
            case.compare(variable, want)


def run_schedules(case):
    schedule = case.new(keras.optimizers.schedules)
    case.compare([schedule(step) for step in case.listed("inputs")[0]], case.listed("outputs")[0])


def run_regularizers(case):
    module = keras.regularizers if hasattr(keras.regularizers, case["class"]) else keras.constraints
    inputs = leaves(case.listed("inputs"))
    output = case.new(module)(inputs[0])
    case.compare(output, case.listed("outputs")[0])
    compare_gradients(case, [output], inputs)


def run_initializers(case):
    def draw(number):
        """An initializer that has a seed always gives the same numbers, so the seed counts on."""
        config = dict(case["config"])
        if isinstance(config.get("seed"), int):
            config["seed"] += number
        return np.asarray(case.new(keras.initializers, config)(case["shape"]), "float64")

    first = draw(0)
    assert first.shape == tuple(case["shape"])
    if case["exact"]:
        return case.compare(first, case.listed("outputs")[0])
    expected, tolerance = case["expected"], case["tolerance"]
    if "property" in expected:
        matrix = first.reshape(-1, first.shape[-1])
        matrix = matrix if matrix.shape[0] < matrix.shape[1] else matrix.T
        return case.compare(matrix @ matrix.T, expected["gain"]**2 * np.eye(len(matrix)), rtol=1e-5, atol=1e-5)
    values = np.concatenate([draw(number).ravel() for number in range(-(-100_000 // first.size))])
    stddev = expected["stddev"]
    assert abs(values.mean() - expected["mean"]) <= tolerance["mean_sigmas"] * stddev / math.sqrt(values.size)
    assert abs(values.std() - stddev) <= tolerance["stddev_rtol"] * stddev
    assert values.min() >= expected.get("min", -math.inf) - 1e-6 * stddev
    assert values.max() <= expected.get("max", math.inf) + 1e-6 * stddev


def run_layers(case):
    if case["class"] == "Sequential":
        keras.utils.clear_session()
        layer = keras.Sequential([keras.layers.deserialize(each) for each in case["config"]["layers"]])
    else:
        layer = case.new(keras.layers)
    run_call(case, layer)
    if case.get("second_call"):
        second = case["second_call"]
        inputs = [case.tensor(name) for name in second["inputs"]]
        compare_outputs(case, layer(*inputs), [case.tensor(name) for name in second["outputs"]])
        layer.reset_state()
        compare_outputs(case, layer(*inputs), [case.tensor(name) for name in second["outputs_after_reset"]])


def flat(outputs):
    return [leaf for each in outputs for leaf in flat(each)] if isinstance(outputs, (list, tuple)) else [outputs]


def compare_outputs(case, outputs, wanted):
    outputs = flat(outputs)
    for output, want in zip(outputs, wanted, strict=True):
        case.compare(output, want)
    return outputs


def run_models(case):
    run_call(case, made(keras.models.model_from_json, {"json_string": json.dumps(case["model"])}))


def run_call(case, layer):
    arrays = case.listed("inputs")
    shapes = [array.shape for array in arrays]
    if case.get("adapt"):
        layer.adapt(case.tensor(case["adapt"]))
    layer.build(shapes[0] if len(shapes) == 1 else shapes)
    if case.get("adapt") is None:
        layer.set_weights([case.tensor(weight["tensor"]) for weight in case["weights"]])
    mask = case.get("arguments", {}).get("mask")
    masks = [m and case.tensor(m["tensor"]) for m in mask] if isinstance(mask, list) else \
        mask and case.tensor(mask["tensor"])
    inputs = leaves(arrays)
    others = {name: [case.tensor(each["tensor"]) for each in value] if isinstance(value, list)
              else case.tensor(value["tensor"]) if isinstance(value, dict) else value
              for name, value in case.get("arguments", {}).items() if name != "mask"}
    outputs = layer(inputs if case.get("call") == "list" or len(inputs) > 1 else inputs[0], training=case["training"],
                    mask=masks, **others)
    outputs = compare_outputs(case, outputs, case.listed("outputs"))
    if case.get("output_mask"):
        assert np.array_equal(outputs[0].mask, case.tensor(case["output_mask"]))
    if case.get("losses"):
        case.compare([float(loss) for loss in layer.losses], case["losses"])
    compare_gradients(case, outputs, inputs)
    for weight, want in zip(layer.weights, case.listed("weight_gradients")):
        if want is not None:
            case.compare(np.zeros_like(want) if weight.value.grad is None else weight.value.grad, want)


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


def run_files(case):
    path = str(FOLDER / case["file"])
    if case["format"] == "weights only":
        model = made(keras.models.model_from_json, {"json_string": json.dumps(case["model"])})
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


def run_fit(case, by_batches=False):
    model = made(keras.models.model_from_json, {"json_string": json.dumps(case["model"])})
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
    outputs = outputs if isinstance(outputs, list) else [outputs]
    if case.get("target_names"):
        outputs = [outputs[model.output_names.index(name)] for name in case["target_names"]]
    for output, want in zip(outputs, case.listed("outputs"), strict=True):
        case.compare(output, want, atol=tolerance.get("predict_atol"))


def run_text(case, capsys, monkeypatch):
    globals()["run_text_" + case["what"]](case, capsys, monkeypatch)


def model_of(case):
    return made(keras.models.model_from_json, {"json_string": json.dumps(case["model"])})


def run_text_summary(case, capsys, monkeypatch):
    model = model_of(case)
    monkeypatch.setenv("COLUMNS", str(case["columns"]))
    model.summary(**case["arguments"])
    assert capsys.readouterr().out == case["text"]
    lines = []
    model.summary(print_fn=lines.append, **case["arguments"])
    assert lines == case.get("print_fn_lines", lines)


def run_text_summary_compiled(case, capsys, monkeypatch):
    model = model_of(case)
    monkeypatch.setenv("COLUMNS", str(case["columns"]))
    model.compile(**case["compile"])
    model.summary(**case["arguments"])
    assert capsys.readouterr().out == case["text_before_fit"]
    model.fit(np.zeros((4, *model.input_shape[1:])), np.zeros((4, *model.output_shape[1:])), verbose=0)
    model.summary(**case["arguments"])
    assert capsys.readouterr().out == case["text"]


def run_text_progbar(case, capsys, monkeypatch):
    now = case["start_time"]
    monkeypatch.setattr("time.time", lambda: now)
    bar = keras.utils.Progbar(case["target"], stateful_metrics=case["stateful_metrics"])
    for update in case["updates"]:
        now = update["time"]
        bar.update(update["current"], update["values"])
    assert capsys.readouterr().out == case["text"]


def without_times(text):
    """<TIME> for durations, <BACK> for the backspaces over a line, no blanks that cover the end of a wider one."""
    text = re.sub(" +(<BACK>|\n)", r"\1", re.sub("\b+", "<BACK>", text))
    duration, per_step = r"[0-9]+(?:s|(?::[0-9][0-9])+)", r"[0-9]+(?:s|ms|us)/step"
    text = re.sub(rf"\x1b\[1m{duration}\x1b\[0m {per_step}", "\x1b[1m<TIME>\x1b[0m <TIME>", text)
    return re.sub(f" - {duration} - {per_step}", " - <TIME> - <TIME>", text)


def last_refreshes(text):
    """The last refresh of each line: how many there are before it is a matter of time."""
    return re.sub("[^\n]*<BACK>", "", text)


def compare_progress(got, want):
    """One number may differ by one in the last place that is printed: by the order in which float32 is added up."""
    got, want = last_refreshes(without_times(got)), last_refreshes(want)
    number = r"[0-9]+\.[0-9]{4}(?:e[+-][0-9]+)?"
    assert re.sub(number, "#", got) == re.sub(number, "#", want)
    others = [(a, b) for a, b in zip(re.findall(number, got), re.findall(number, want), strict=True) if a != b]
    assert len(others) <= 1 and all("e" not in b and abs(float(a) - float(b)) < 1.001e-4 for a, b in others), others


def run_text_progress(case, capsys, monkeypatch):
    model = model_of(case)
    x, y = case.listed("inputs")[0], case.listed("targets")[0]
    model.build(x.shape)
    model.set_weights([case.tensor(weight["tensor"]) for weight in case["weights"]])
    model.compile(**case["compile"])
    model.fit(x, y, **case["fit"])
    compare_progress(capsys.readouterr().out, case["fit_text"])
    how = {name: case["fit"][name] for name in ("batch_size", "verbose")}
    model.evaluate(x, y, **how)
    compare_progress(capsys.readouterr().out, case["evaluate_text"])
    model.predict(x, **how)
    compare_progress(capsys.readouterr().out, case["predict_text"])


def run_text_auto_names(case, capsys, monkeypatch):
    """With the arguments of the cases of defaults; the engine's own test knows the classes that have none there."""
    arguments = {each["class"]: inner_objects(each) | each["arguments"] for each in DEFAULTS
                 if each["module"] == "layers"}
    known = [name for name in case["names"] if name in arguments]
    assert len(known) >= 60
    for class_name in known:
        keras.utils.clear_session()
        new, config = getattr(keras.layers, class_name), {**arguments[class_name], "name": None}
        assert new(**config).name == case["names"][class_name]
        assert new(**config).name == case["names"][class_name] + "_1"


def run_text_auto_name_sequence(case, capsys, monkeypatch):
    keras.utils.clear_session()
    made_with = {"Dense": [1]}
    layers = [getattr(keras.layers, name)(*made_with.get(name, [])) for name in case["classes"]]
    assert [layer.name for layer in layers] == case["names"]


def run_text_weight_paths(case, capsys, monkeypatch):
    weights = model_of(case).weights
    assert [weight.path for weight in weights] == case["paths"]
    assert [weight.name for weight in weights] == case["names"]
    assert [list(weight.shape) for weight in weights] == case["shapes"]
    assert [weight.trainable for weight in weights] == case["trainable"]


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


@pytest.mark.parametrize("fields", CASES)
def test_case(fields, capsys, monkeypatch):
    run = globals()["run_" + fields["kind"]]
    run(Case(fields), *([capsys, monkeypatch] if fields["kind"] == "text" else []))
    passed[fields["kind"]] += 1


@pytest.mark.parametrize("fields", [case for case in CASES if case.id.startswith("fit/")])
def test_fit_by_batches(fields):
    run_fit(Case(fields), by_batches=True)
    passed["fit by batches"] += 1


def test_at_least_so_many_have_passed():
    assert all(passed[kind] >= number for kind, number in AT_LEAST.items()), passed
