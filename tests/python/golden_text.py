"""Reference cases of what Keras prints, and of the names it gives."""
import re

import numpy as np

from golden_cases import fields_of, model_of
from golden_defaults import inner_objects
from linnet import keras


def run_text(case, capsys, monkeypatch):
    globals()["run_" + case["what"]](case, capsys, monkeypatch)


def run_summary(case, capsys, monkeypatch):
    model = model_of(case)
    monkeypatch.setenv("COLUMNS", str(case["columns"]))
    model.summary(**case["arguments"])
    assert capsys.readouterr().out == case["text"]
    lines = []
    model.summary(print_fn=lines.append, **case["arguments"])
    assert lines == case.get("print_fn_lines", lines)


def run_summary_compiled(case, capsys, monkeypatch):
    model = model_of(case)
    monkeypatch.setenv("COLUMNS", str(case["columns"]))
    model.compile(**case["compile"])
    model.summary(**case["arguments"])
    assert capsys.readouterr().out == case["text_before_fit"]
    model.fit(np.zeros((4, *model.input_shape[1:])), np.zeros((4, *model.output_shape[1:])), verbose=0)
    model.summary(**case["arguments"])
    assert capsys.readouterr().out == case["text"]


def run_progbar(case, capsys, monkeypatch):
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


def run_progress(case, capsys, monkeypatch):
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


def run_auto_names(case, capsys, monkeypatch):
    """With the arguments of the cases of defaults; the engine's own test knows the classes that have none there."""
    arguments = {each["class"]: inner_objects(each) | each["arguments"] for each in fields_of("defaults")
                 if each["module"] == "layers"}
    known = [name for name in case["names"] if name in arguments]
    assert len(known) >= 60
    for class_name in known:
        keras.utils.clear_session()
        new, config = getattr(keras.layers, class_name), {**arguments[class_name], "name": None}
        assert new(**config).name == case["names"][class_name]
        assert new(**config).name == case["names"][class_name] + "_1"


def run_auto_name_sequence(case, capsys, monkeypatch):
    keras.utils.clear_session()
    made_with = {"Dense": [1]}
    layers = [getattr(keras.layers, name)(*made_with.get(name, [])) for name in case["classes"]]
    assert [layer.name for layer in layers] == case["names"]


def run_weight_paths(case, capsys, monkeypatch):
    weights = model_of(case).weights
    assert [weight.path for weight in weights] == case["paths"]
    assert [weight.name for weight in weights] == case["names"]
    assert [list(weight.shape) for weight in weights] == case["shapes"]
    assert [weight.trainable for weight in weights] == case["trainable"]
