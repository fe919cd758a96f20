"""Reference cases of one object at a time: functions, losses, metrics, optimizers, layers; and of models' outputs."""
import math

import numpy as np
import pytest

import linnet
from golden_cases import compare_gradients, compare_outputs, leaves, made, model_of
from linnet import keras


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


def run_models(case):
    run_call(case, model_of(case))


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
