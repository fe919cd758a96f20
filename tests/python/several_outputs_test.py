"""Models with several inputs and outputs, as lists, tuples and dicts: losses, metrics and sample weights of each."""
import numpy as np
import pytest

from linnet import keras

X = np.random.default_rng(0).normal(size=(12, 3)).astype("float32")
A, B = X.sum(1, keepdims=True), 2 * X[:, :1]
WA, WB = np.arange(12.0), np.linspace(0, 1, 12)


def outputs_of(x):
    keras.utils.set_random_seed(0)
    return keras.layers.Dense(1, name="a")(x), keras.layers.Dense(1, name="b")(x)


def model_of(kind="list", **options):
    x = keras.Input((3,))
    a, b = outputs_of(x)
    model = keras.Model(x, {"list": [a, b], "tuple": (a, b), "dict": {"p": a, "q": b}}[kind])
    model.compile(keras.optimizers.SGD(0.0), **{"loss": "mse", **options})
    return model


class Own(keras.Model):
    def __init__(self, kind):
        super().__init__()
        self.kind, self.first, self.second = kind, keras.layers.Dense(1), keras.layers.Dense(1)

    def call(self, inputs):
        x = inputs["u"] - inputs["v"] if isinstance(inputs, dict) else inputs
        a, b = self.first(x), self.second(x)
        return {"list": [a, b], "tuple": (a, b), "dict": {"p": a, "q": b}}[self.kind]


def mean_of_squares(error, weights=1.0):
    return float(np.mean(error[:, 0] ** 2 * weights))


def test_the_list_of_results_is_in_keras_order():
    model = model_of(metrics=[["mae"], ["mae"]])
    logs = model.evaluate(X, [A, B], verbose=0, return_dict=True)
    order = ["loss", "a_loss", "b_loss", "a_mae", "b_mae"]
    assert model.evaluate(X, [A, B], verbose=0) == [logs[name] for name in order]
    assert model.test_on_batch(X, [A, B]) == model.train_on_batch(X, [A, B]) == [logs[name] for name in order]
    assert model.metrics_names == ["loss", "compile_metrics", "a_loss", "b_loss"]
    assert model.metrics[2].result() == logs["a_loss"]


def test_the_metrics_of_one_output_are_in_the_order_of_compile():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mse", "mae", keras.metrics.MeanAbsoluteError(name="a")], weighted_metrics=["mae"])
    values = model.evaluate(X, A, verbose=0)
    logs = model.evaluate(X, A, verbose=0, return_dict=True)
    assert values == [logs[name] for name in ("loss", "mse", "mae", "a", "weighted_mae")]


@pytest.mark.parametrize("make", [model_of, Own])
def test_outputs_have_the_form_in_which_they_were_made(make):
    assert isinstance(make("tuple").predict(X, verbose=0), tuple) and isinstance(make("tuple")(X), tuple)
    assert isinstance(make("list").predict(X, verbose=0), list) and isinstance(make("list").predict_on_batch(X), list)
    for outputs in (make("dict").predict(X, verbose=0), make("dict")(X), make("dict").predict_on_batch(X)):
        assert {name: output.shape for name, output in outputs.items()} == {"p": (12, 1), "q": (12, 1)}


@pytest.mark.parametrize("kind", ["list", "tuple"])
def test_models_of_ones_own_with_several_outputs(kind):
    model = Own(kind)
    model.compile("sgd", "mse", metrics=["mae", None])
    history = model.fit(X, [A, B], validation_split=0.25, verbose=0).history
    assert {"loss", "output_0_loss", "output_1_loss", "output_0_mae", "val_output_0_mae"} <= set(history)
    assert len(model.evaluate(X, [A, B], verbose=0)) == 4


def test_outputs_and_targets_by_names(tmp_path):
    model = model_of("dict", loss={"p": "mse", "q": "mae"}, loss_weights={"p": 2.0, "q": 1.0}, metrics={"q": ["mse"]})
    predicted = model.predict(X, verbose=0)
    logs = model.evaluate(X, {"q": B, "p": A}, verbose=0, return_dict=True)
    assert logs["p_loss"] == pytest.approx(mean_of_squares(predicted["p"] - A), rel=1e-5)
    assert logs["q_mse"] == pytest.approx(mean_of_squares(predicted["q"] - B), rel=1e-5)
    assert logs["loss"] == pytest.approx(2 * logs["p_loss"] + logs["q_loss"], rel=1e-5)
    model.save(tmp_path / "model.safetensors")
    loaded = keras.models.load_model(tmp_path / "model.safetensors")
    assert loaded.evaluate(X, {"p": A, "q": B}, verbose=0, return_dict=True) == logs
    assert loaded.predict(X, verbose=0).keys() == {"p", "q"}


def test_what_has_no_names_goes_by_those_in_their_order():
    x = keras.Input((3,))
    model = keras.Model(x, dict(zip("qp", outputs_of(x))))
    model.compile(keras.optimizers.SGD(0.0), "mse")
    assert model.output_names == ["p", "q"]
    want = model.evaluate(X, {"q": A, "p": B}, verbose=0)
    assert model.evaluate(X, [B, A], verbose=0) == want


@pytest.mark.parametrize("batches", [False, True])
def test_names_of_a_model_of_ones_own(batches):
    """Whatever the order in which targets come, the first call tells which is which."""
    model = Own("dict")
    model.compile(keras.optimizers.SGD(0.0), loss={"p": "mse", "q": "mae"})
    x, y = {"v": 0 * X, "u": X}, {"q": B, "p": A}
    history = (model.fit([(x, y)], verbose=0) if batches else model.fit(x, y, verbose=0)).history
    predicted = model({"u": X, "v": 0 * X})
    assert history["p_loss"][0] == pytest.approx(mean_of_squares(predicted["p"].numpy() - A), rel=1e-5)
    assert model.train_on_batch(x, y, return_dict=True)["p_loss"] == pytest.approx(history["p_loss"][0], rel=1e-5)


def test_inputs_by_names():
    u, v = keras.Input((3,), name="u"), keras.Input((3,), name="v")
    for model in (keras.Model([u, v], u - v), keras.Model({"u": u, "v": v}, u - v)):
        np.testing.assert_array_equal(model({"v": X, "u": 2 * X}).numpy(), X)
        np.testing.assert_array_equal(model.predict({"v": X, "u": 2 * X}, verbose=0), X)
        with pytest.raises(ValueError, match="expected inputs named 'u', 'v', received 'v'"):
            model({"v": X})


@pytest.mark.parametrize("weights", [[WA, WB], (WA, WB), {"b": WB, "a": WA}])
def test_sample_weights_of_each_output(weights):
    model = model_of(weighted_metrics=["mse", "mse"])
    a, b = model.predict(X, verbose=0)
    want = {"a_loss": mean_of_squares(a - A, WA), "b_loss": mean_of_squares(b - B, WB)}
    results = [model.evaluate(X, [A, B], sample_weight=weights, batch_size=5, verbose=0, return_dict=True),
               model.fit(X, [A, B], sample_weight=weights, verbose=0).history,
               model.train_on_batch(X, [A, B], sample_weight=weights, return_dict=True),
               model.fit([(X, [A, B], weights if isinstance(weights, dict) else list(weights))], verbose=0).history]
    validated = model.fit(X, [A, B], validation_data=(X, [A, B], weights), verbose=0).history
    results.append({name: validated["val_" + name] for name in (*want, "a_mse")})
    for logs in results:
        for name, value in want.items():
            assert np.ravel(logs[name])[0] == pytest.approx(value, rel=1e-5)
        assert np.ravel(logs["a_mse"])[0] == pytest.approx(12 * want["a_loss"] / WA.sum(), rel=1e-5)


@pytest.mark.parametrize("weights, text", [
    ({"a": WA, "x": WB}, "received some for 'x'"), ([WA, WB, WB], "each of the 2 targets, received 3"),
    ([WA, WB[:3]], r"one sample weight a sample \(12\)"), (np.ones((12, 3)), "a list of weights")])
def test_sample_weights_that_do_not_fit(weights, text):
    with pytest.raises(ValueError, match=text):
        model_of().fit(X, [A, B], sample_weight=weights, verbose=0)


def test_weights_of_some_outputs():
    a_loss = model_of().evaluate(X, [A, B], sample_weight=[None, WB], verbose=0)[1]
    assert a_loss == model_of().evaluate(X, [A, B], verbose=0)[1]


@pytest.mark.parametrize("metrics, names", [
    (["mae", "mse"], {"a_mae", "b_mse"}), ([None, ["mse"]], {"b_mse"}), ([None, "mae"], {"b_mae"}),
    (["mae", ["mse", "mape"]], {"a_mae", "b_mse", "b_mape"}), ({"a": "mae"}, {"a_mae"})])
def test_metrics_of_each_output(metrics, names):
    assert set(model_of(metrics=metrics).fit(X, [A, B], verbose=0).history) - {"loss", "a_loss", "b_loss"} == names


def test_lists_of_metrics_of_unbuilt_models():
    for metrics in ([["mae"]], ["mae", None]):
        model = keras.Sequential([keras.layers.Dense(1)])
        model.compile("sgd", "mse", metrics=metrics)
        assert set(model.fit(X, A, verbose=0).history) == {"loss", "mae"}


@pytest.mark.parametrize("options, text", [
    ({"metrics": {"typo": ["mae"]}}, '"typo"'), ({"metrics": ["mae"]}, "metrics for each"),
    ({"loss_weights": [1.0]}, "a loss weight for each"), ({"loss_weights": {"a": 1.0, "typo": 100.0}}, '"typo"'),
    ({"loss_weights": {"a": 1.0}}, 'received none for "b"'), ({"loss": ["mse"]}, "a loss for each"),
    ({"loss": {"a": "mse"}}, 'received none for "b"'), ({"loss": [["mse", "mae"], "mse"]}, "one loss for an output")])
def test_what_does_not_fit_the_outputs_is_refused(options, text):
    with pytest.raises(ValueError, match=text):
        model_of(**options)


def test_names_are_checked_of_unbuilt_models_too():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics={"typo": ["mae"]})
    with pytest.raises(ValueError, match='"typo"'):
        model.fit(X, A, verbose=0)


def test_steps_of_ones_own_get_the_same_forms():
    class Steps(keras.Model):
        def train_step(self, data):
            x, y, weights = data
            assert set(y) == {"p", "q"} and len(weights) == 2
            assert set(self(x, training=True)) == {"p", "q"}
            return super().train_step(data)

    x = keras.Input((3,))
    a, b = outputs_of(x)
    model = Steps(x, {"p": a, "q": b})
    model.compile(keras.optimizers.SGD(0.0), "mse")
    logs = model.fit(X, {"q": B, "p": A}, sample_weight={"p": WA, "q": WB}, verbose=0).history
    predicted = model.predict(X, verbose=0)
    assert logs["p_loss"][0] == pytest.approx(mean_of_squares(predicted["p"] - A, WA), rel=1e-5)
