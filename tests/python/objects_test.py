"""Losses, metrics, optimizers, schedules and regularizers as Keras's programs use them: by hand, with all their options."""
import numpy as np
import pytest

import linnet
from linnet import keras

losses, metrics, optimizers = keras.losses, keras.metrics, keras.optimizers
X = np.linspace(-1, 1, 60, dtype="float32").reshape(20, 3)
Y = X @ np.array([[1.0], [2.0], [3.0]], "float32")


def compiled(**arguments):
    keras.utils.clear_session()
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(**{"optimizer": "sgd", "loss": "mse", **arguments})
    return model


def measured(metric, *batch):
    metric.update_state(*batch)
    return float(metric.result())


# ---- losses

def test_functions_take_options_by_place():
    assert float(losses.categorical_crossentropy([[0.0, 1.0]], [[2.0, 1.0]], True)) == pytest.approx(1.3132616)
    assert float(losses.huber([1.0], [3.0], 0.5)) == 0.875


def test_get_gives_functions():
    assert losses.get("mse") is losses.mse and losses.mse(0 * Y, 0 * Y + 2).numpy().tolist() == [4] * 20
    assert isinstance(losses.get("MeanSquaredError"), losses.MeanSquaredError)


def test_a_wrapped_function_gets_both_of_one_shape():
    def squares(y_true, y_pred, factor=1):
        return factor * keras.ops.mean(keras.ops.square(y_true - y_pred), -1)

    loss = losses.LossFunctionWrapper(squares, factor=3)
    assert loss.name == "squares" and float(loss([1.0, 2.0], [[2.0], [4.0]])) == 7.5
    assert compiled(loss=squares).evaluate(X, Y[:, 0], verbose=0) == pytest.approx(compiled().evaluate(X, Y, verbose=0))


def test_dtype():
    loss = losses.MeanSquaredError(dtype="float64")
    assert loss.dtype == "float64" and loss(Y, Y + 1).dtype == "float64"
    assert losses.MeanSquaredError().dtype == "float32"


def test_options_that_are_lists_or_numbers():
    focal = losses.CategoricalFocalCrossentropy
    one, other = (float(focal(alpha=alpha)([[0.0, 1.0]], [[0.2, 0.8]])) for alpha in (0.5, [0.1, 0.5]))
    assert one == pytest.approx(other)
    assert float(losses.Dice(axis=1)([[0.0, 1.0]], [[0.2, 0.8]])) == pytest.approx(0.2, rel=1e-5)
    assert float(losses.Tversky(axis=-1)([[0.0, 1.0]], [[0.2, 0.8]])) == pytest.approx(0.2, rel=1e-5)


def test_circle_with_a_reference():
    classes, points = np.array([0, 0, 1]), np.array([[1, 0], [0.8, 0.6], [0, 1]], "float32")
    own = losses.circle(classes, points).numpy()
    assert np.array_equal(losses.circle(classes, points, classes, points).numpy(), own)
    few = losses.circle(classes, points, ref_labels=classes[:2], ref_embeddings=points[:2], remove_diagonal=False)
    assert few.shape == (3,) and few.numpy()[0] < own[0]


def test_whole_numbers():
    assert float(losses.MeanSquaredError()([1, 2], [2, 5])) == 5
    for metric, value in ((metrics.MeanSquaredError(), 5), (metrics.RootMeanSquaredError(), 5 ** 0.5),
                          (metrics.CosineSimilarity(), 12 / (5 * 29) ** 0.5)):
        assert measured(metric, [1, 2], [2, 5]) == pytest.approx(value, rel=1e-6)


# ---- metrics

def test_of_equal_predictions_the_first_are_the_top():
    assert measured(metrics.Precision(top_k=2), [0, 0, 1, 1], [1.0, 1.0, 1.0, 1.0]) == 0
    assert measured(metrics.Recall(top_k=3), [[0, 0, 1, 1]], [[1.0, 1.0, 1.0, 1.0]]) == 0.5


class Errors(metrics.Metric):
    """As Keras's guides write them."""

    def __init__(self, name="errors", **options):
        super().__init__(name=name, **options)
        self.total = self.add_weight(name="total", initializer="zeros")
        self.count = self.add_weight(name="count", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        values = keras.ops.cast(keras.ops.abs(y_true - y_pred), self.dtype)
        self.total.assign_add(keras.ops.sum(values))
        self.count.assign_add(20)
        self.count.assign_sub(10)

    def result(self):
        return {"total_error": self.total, "mean_error": self.total / self.count}


def test_a_metric_with_several_results():
    logs = compiled(metrics=[Errors(), "mae"]).evaluate(X, Y, batch_size=10, verbose=0, return_dict=True)
    assert set(logs) == {"loss", "mae", "total_error", "mean_error"}
    assert logs["mean_error"] == pytest.approx(logs["mae"]) and logs["total_error"] == pytest.approx(20 * logs["mae"])


def test_what_is_masked_does_not_count():
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.layers.Embedding(3, 4, mask_zero=True), keras.layers.Dense(3)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    x = np.array([[1, 2, 0, 0], [2, 0, 0, 0]])
    y = model(x).numpy().argmax(-1)
    y[x == 0] = (y[x == 0] + 1) % 3
    assert model.evaluate(x, y, verbose=0)[1] == 1


def test_variables_of_metrics():
    mean = metrics.Mean()
    mean.update_state([1.0, 2.0])
    assert [float(each) for each in mean.variables] == [3, 2] and mean.dtype == "float32"
    assert [each.name for each in Errors().variables] == ["total", "count"]


def test_a_loss_is_a_metric():
    logs = compiled(metrics=[losses.MeanSquaredError()]).evaluate(X, Y, verbose=0, return_dict=True)
    assert logs["mean_squared_error"] == pytest.approx(logs["loss"])


def test_options_of_metrics():
    auc = metrics.AUC(curve="pr", summation_method="Minoring")
    assert auc.get_config()["curve"] == "PR" and auc.get_config()["summation_method"] == "minoring"
    both = metrics.PearsonCorrelation(axis=(0, 1))
    assert measured(both, [[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0], [3.0, 5.0]]) == pytest.approx(
        np.corrcoef([1, 2, 3, 4], [1, 2, 3, 5])[0, 1], rel=1e-5)
    keras.utils.clear_session()
    assert [metrics.AUC().name, metrics.AUC().name, metrics.Precision().name] == ["auc", "auc_1", "precision"]


def test_functions_of_metrics():
    assert metrics.binary_accuracy([[0.0, 1.0]], [[0.2, 0.4]]).numpy().tolist() == [0.5]
    assert metrics.binary_accuracy([[0.0, 1.0]], [[0.2, 0.4]], threshold=0.3).numpy().tolist() == [1]
    assert metrics.categorical_accuracy([[0.0, 1.0]], [[0.2, 0.4]]).numpy().tolist() == [1]
    assert metrics.sparse_top_k_categorical_accuracy([0], [[0.2, 0.4]], k=1).numpy().tolist() == [0]
    assert metrics.concordance_correlation([[1.0, 2.0, 3.0]], [[2.0, 3.0, 4.0]]).numpy() == pytest.approx([4 / 7], rel=1e-5)
    assert metrics.huber is losses.huber


# ---- optimizers

def test_the_learning_rate_can_be_set():
    sgd = optimizers.SGD(0.1)
    sgd.learning_rate.assign(0.25)
    assert float(sgd.learning_rate) == 0.25 and sgd.learning_rate.numpy() == np.float32(0.25)
    sgd.learning_rate = optimizers.schedules.ExponentialDecay(0.5, 10, 0.5)
    assert sgd.learning_rate == 0.5 and len(sgd.variables) == 1
    sgd.learning_rate = lambda: 0.125
    assert sgd.learning_rate == 0.125


def test_a_schedule_counts_calls_also_where_gradients_are_accumulated():
    sgd = optimizers.SGD(optimizers.schedules.ExponentialDecay(0.5, 1, 0.5), gradient_accumulation_steps=2)
    weight = linnet.Variable([1.0], "w")
    for _ in range(2):
        sgd.apply([np.ones(1, "float32")], [weight])
    assert float(weight) == 0.75  # the rate of step 1, 0.25
    assert sgd.learning_rate == 0.125 and sgd.iterations == 1


def test_steps_by_hand():
    weight = linnet.Variable([1.0], "w")
    sgd = optimizers.SGD(0.5)
    with pytest.raises(ValueError, match="build"):
        sgd.apply([np.ones(1, "float32")])
    sgd.build([weight])
    sgd.apply([np.ones(1, "float32")])
    sgd.apply([], [])
    assert float(weight) == 0.5 and sgd.apply_gradients([(np.ones(1, "float32"), weight)]) == 2


def test_variables_of_optimizers():
    adam, weight = optimizers.Adam(0.1), linnet.Variable([1.0], "w")
    adam.apply([np.ones(1, "float32")], [weight])
    store = {}
    adam.save_own_variables(store)
    other = optimizers.Adam(0.3)
    other.build([weight])
    other.load_own_variables(store)
    assert other.iterations == 1 and other.learning_rate == adam.learning_rate
    with pytest.raises(ValueError, match="a value for each of the 4 variables"):
        other.set_weights([1])


def test_names():
    assert [optimizers.RMSprop(name="rmsprop").name, optimizers.RMSprop().name, optimizers.SGD().name] == [
        "rmsprop", "rm_sprop", "sgd"]


def test_the_inner_optimizer_is_the_one_that_was_given():
    inner = optimizers.SGD(0.1)
    outer = optimizers.LossScaleOptimizer(inner)
    outer.inner_optimizer.learning_rate = 0.25
    assert outer.inner_optimizer is inner and outer.learning_rate == 0.25
    again = optimizers.deserialize(optimizers.serialize(outer))
    assert isinstance(again.inner_optimizer, optimizers.SGD) and again.inner_optimizer.learning_rate == 0.25
    with pytest.raises(ValueError, match="dynamic=True"):
        optimizers.LossScaleOptimizer(inner, dynamic=False)


def test_decay_is_an_option_of_the_past():
    with pytest.warns(UserWarning, match="decay"):
        assert optimizers.SGD(0.1, decay=0.5).learning_rate == pytest.approx(0.1)


def test_schedules_refuse_what_has_no_rate():
    with pytest.raises(ValueError, match="a whole step"):
        optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)(0.5)
    with pytest.raises(ValueError, match="t_mul > 0"):
        optimizers.schedules.CosineDecayRestarts(0.1, 10, t_mul=0.0)
    with pytest.raises(ValueError, match="shorter and shorter"):
        optimizers.schedules.CosineDecayRestarts(0.1, 10, t_mul=0.5)(20)


# ---- all of them

def test_none_and_unknown_options():
    assert keras.regularizers.L1(None).get_config() == {"l1": pytest.approx(0.01)}
    assert keras.regularizers.L1L2(None, None).get_config() == {"l1": 0, "l2": 0}
    for make in (lambda: keras.regularizers.L2(bananas=1), lambda: keras.initializers.Zeros(bananas=1),
                 lambda: keras.initializers.Constant(np.ones(2), bananas=1), lambda: keras.constraints.NonNeg(bananas=1),
                 lambda: optimizers.SGD(bananas=1), lambda: keras.regularizers.L2(bananas=None), lambda: losses.Huber(bananas=1), lambda: metrics.AUC(bananas=1)):
        with pytest.raises((ValueError, TypeError), match='does not support the option .bananas.'):
            make()


@pytest.mark.parametrize("module, thing", [
    (losses, losses.Huber(0.5)), (metrics, metrics.AUC(curve="PR")), (optimizers, optimizers.SGD(0.5)),
    (optimizers.schedules, optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)),
    (keras.initializers, keras.initializers.HeNormal(seed=1)), (keras.regularizers, keras.regularizers.L2(0.5)),
    (keras.constraints, keras.constraints.MaxNorm(3))])
def test_serialize(module, thing):
    config = module.serialize(thing)
    assert config["class_name"] == type(thing).__name__ and config["registered_name"] is None
    again = module.deserialize(config)
    assert type(again) is type(thing) and again.get_config() == thing.get_config()


def test_clones_of_initializers():
    initializer = keras.initializers.RandomNormal(stddev=0.5, seed=3)
    assert np.array_equal(initializer.clone()((3,)).numpy(), initializer((3,)).numpy())


def test_policies_that_linnet_does_not_have():
    with pytest.raises(ValueError, match="mixed_float16"):
        keras.mixed_precision.set_global_policy("mixed_float16")
