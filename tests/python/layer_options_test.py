"""What constructors of layers take, and what layers then have as attributes."""
import inspect

import numpy as np
import pytest

import linnet
from linnet import keras

L = keras.layers
X = np.linspace(-1, 1, 12, dtype="float32").reshape(2, 6)


@pytest.mark.parametrize("make", [
    lambda **o: L.Reshape((6,), **o), lambda **o: L.Permute((1,), **o), lambda **o: L.RepeatVector(2, **o), L.Add,
    L.Subtract, L.Multiply, L.Average, L.Maximum, L.Minimum, L.Softmax, lambda **o: L.Activation("relu", **o), L.Identity,
    lambda **o: L.TimeDistributed(L.Dense(1), **o), lambda **o: L.Bidirectional(L.LSTM(1), **o),
    lambda **o: L.InputLayer((3,), **o), lambda **o: L.Dense(2, **o)])
def test_unknown_options_are_refused(make):
    with pytest.raises(ValueError, match=r"\] does not support the option \"rate_of_change\" = 2"):
        make(rate_of_change=2)
    layer = make()
    with pytest.raises(ValueError, match="does not support the option"):
        type(layer).from_config({**layer.get_config(), "rate_of_change": 2})


@pytest.mark.parametrize("make", [
    lambda **o: L.Activation("relu", **o), lambda **o: L.Dropout(0.5, **o), L.BatchNormalization, L.ReLU, L.Flatten,
    lambda **o: L.Dense(2, **o), L.Softmax, L.LayerNormalization, L.Identity, lambda **o: L.GaussianNoise(0.1, **o)])
def test_every_layer_takes_an_activity_regularizer(make):
    layer = make(activity_regularizer=keras.regularizers.L2(0.5))
    y = layer(X).numpy()
    np.testing.assert_allclose([loss.numpy() for loss in layer.losses], [0.5 * (y ** 2).sum() / len(X)], rtol=1e-5)
    again = type(layer).from_config(layer.get_config())
    again(X)
    assert len(again.losses) == 1 and again.activity_regularizer.l2 == 0.5
    assert make().get_config().get("activity_regularizer") is None


def test_a_layer_of_ones_own_takes_an_activity_regularizer():
    class Twice(L.Layer):
        def call(self, x):
            return x * 2

    layer = Twice(activity_regularizer="l1")
    layer(X)
    np.testing.assert_allclose(layer.losses[0].numpy(), 0.01 * np.abs(2 * X).sum() / len(X), rtol=1e-5)
    again = Twice.from_config(layer.get_config())
    again(X)
    assert len(again.losses) == 1
    model = keras.Sequential([keras.Input((6,)), Twice(activity_regularizer=keras.regularizers.L2(3.0)),
                              L.Dense(1, kernel_initializer="zeros")])
    model.compile(loss="mse")
    np.testing.assert_allclose(model.evaluate(X, np.zeros((2, 1)), verbose=0), 3 * (4 * X ** 2).sum() / 2, rtol=1e-5)


@pytest.mark.parametrize("layer, name, value", [
    (L.Dropout(0.5), "rate", 0.1), (L.Dense(2, activation="relu"), "activation", "tanh"),
    (L.BatchNormalization(), "momentum", 0.5), (L.Conv2D(2, 3), "strides", 2),
    (L.Dense(2), "kernel_regularizer", keras.regularizers.L2())])
def test_options_do_not_change(layer, name, value):
    with pytest.raises(AttributeError, match=f"expected {name} to stay .*make another one"):
        setattr(layer, name, value)
    setattr(layer, name, layer.get_config()[name])  # what it is already
    layer.note = "mine"
    assert layer.note == "mine"


def test_weights_are_assigned_not_replaced():
    layer = L.Dense(2)
    layer(X)
    with pytest.raises(AttributeError, match=r"kernel.assign\(values\)"):
        layer.kernel = 3
    layer.trainable = False
    assert not layer.trainable_weights


@pytest.mark.parametrize("layer, wanted", [
    (lambda: L.SeparableConv1D(4, 3), dict(filters=4, kernel_size=[3])),
    (lambda: L.SeparableConv2D(4, 3, 2, "same"), dict(filters=4, strides=[2, 2], padding="same")),
    (lambda: L.AdaptiveMaxPooling1D(3), dict(output_size=[3])),
    (lambda: L.AdaptiveAveragePooling2D(3, "channels_first"), dict(output_size=[3, 3], data_format="channels_first")),
    (lambda: L.SpectralNormalization(L.Dense(2), 2), dict(power_iterations=2)),
    (lambda: L.SpatialDropout2D(0.5, "channels_first"), dict(rate=0.5, data_format="channels_first")),
    (lambda: L.SpatialDropout3D(0.5, "channels_first", 3), dict(seed=3)),
    (lambda: L.SpatialDropout1D(0.5, 3, "named"), dict(seed=3, name="named")),
    (lambda: L.Conv3DTranspose(2, 3, 1, "valid", "channels_first"), dict(data_format="channels_first")),
    (lambda: L.InputLayer((3,)), dict(batch_shape=[None, 3])),
    (lambda: L.InputLayer(shape=(3,), batch_size=2), dict(batch_shape=[2, 3])),
    (lambda: L.InputLayer(input_shape=(3,)), dict(batch_shape=[None, 3])),
    (lambda: L.InputLayer(batch_input_shape=(None, 3)), dict(batch_shape=[None, 3])),
    (lambda: L.Conv2D(2, 3, padding="SAME", data_format="Channels_Last"),
     dict(padding="same", data_format="channels_last")),
    (lambda: L.PReLU(shared_axes=1), dict(shared_axes=[1])),
    (lambda: L.Dense(2, dtype=np.float32), dict(dtype="float32")),
])
def test_arguments_are_keras(layer, wanted):
    config = layer().get_config()
    assert {name: config[name] for name in wanted} == wanted


def test_einsum_dense_has_keras_order():
    names = list(inspect.signature(L.EinsumDense).parameters)
    assert names[6:] == ["kernel_regularizer", "bias_regularizer", "kernel_constraint", "bias_constraint", "options"]


def test_functions_of_merges():
    a, b = X, X + 1
    np.testing.assert_allclose(L.concatenate([a, b], 0).numpy(), np.concatenate([a, b]))
    np.testing.assert_allclose(L.dot([a, b], 1).numpy(), (a * b).sum(1, keepdims=True), rtol=1e-5)
    np.testing.assert_allclose(L.dot([a, b]).numpy(), (a * b).sum(1, keepdims=True), rtol=1e-5)
    for layer in (L.Add, L.Multiply, L.Average, L.Maximum, L.Minimum):
        np.testing.assert_allclose(layer()([a]).numpy(), a)
    with pytest.raises(ValueError, match="batches of the same size, received 2 and 1"):
        L.Add()([X, X[:1]])
    for axes in ([], [1], (1, 1, 1)):
        with pytest.raises(ValueError, match=r"\[Dot\] expected one axis or a pair of axes"):
            L.Dot(axes)


@pytest.mark.parametrize("name, other", [
    ("AvgPool1D", "AveragePooling1D"), ("MaxPool3D", "MaxPooling3D"), ("GlobalAvgPool2D", "GlobalAveragePooling2D"),
    ("GlobalMaxPool1D", "GlobalMaxPooling1D"), ("Convolution2D", "Conv2D"), ("Convolution3DTranspose", "Conv3DTranspose"),
    ("SeparableConvolution1D", "SeparableConv1D"), ("DepthwiseConvolution2D", "DepthwiseConv2D")])
def test_keras_other_names(name, other):
    assert getattr(L, name) is getattr(L, other)
    assert not hasattr(L, "AvePool2D") and not hasattr(L, "ConvolutionLSTM2D")


def test_inputs():
    assert keras.Input((3,), ragged=False, optional=False).shape == (None, 3)
    assert keras.Input(tensor=keras.Input((4,), dtype="int32")).dtype == "int32"
    assert keras.Input((3,), name="here").name == "here"
    for make in (lambda: keras.Input(3), lambda: L.InputLayer(3)):
        with pytest.raises(ValueError, match=r"expected a shape such as \(28, 28, 1\), received 3"):
            make()
    with pytest.raises(ValueError, match=r"\[Input\] expected ragged not to be asked for"):
        keras.Input((3,), ragged=True)
    i, j = keras.Input((3,)), keras.Input((3,))
    assert len(keras.Model([i, [j]], L.Add()([i, j])).inputs) == 2
    with pytest.raises(ValueError, match=r"\[Model\] expected symbolic tensors.*received ndarray"):
        keras.Model(X, X)


def test_embedding_takes_weights():
    matrix = np.arange(6, dtype="float32").reshape(3, 2)
    layer = L.Embedding(3, 2, weights=[matrix])
    np.testing.assert_array_equal(layer(np.array([2, 0])).numpy(), matrix[[2, 0]])
    np.testing.assert_array_equal(L.Embedding(3, 2, weights=matrix).get_weights()[0], matrix)
    assert "weights" not in layer.get_config()


def test_axes_that_do_not_fit_are_refused():
    for layer in (L.BatchNormalization, L.LayerNormalization, L.RMSNormalization, L.UnitNormalization, L.Softmax):
        with pytest.raises(ValueError, match="expected a smaller whole number, received 1099511627776"):
            layer(axis=2 ** 40)
    with pytest.raises(MemoryError, match=r'\[Dense "huge"\] expected a weight "kernel" that fits into memory'):
        L.Dense(2 ** 40, name="huge")(X)


def test_image_data_format_is_that_of_the_program():
    try:
        keras.config.set_image_data_format("channels_first")
        assert L.Conv2D(2, 3)(np.zeros((1, 3, 5, 6), "float32")).shape == (1, 2, 3, 4)
        assert L.Conv2D(2, 3, data_format="channels_last").data_format == "channels_last"
    finally:
        keras.config.set_image_data_format("channels_last")
    with pytest.raises(ValueError, match=r"\[set_floatx\].*set_dtype_policy\('float64'\)"):
        keras.config.set_floatx("float64")


def test_attributes_are_objects():
    layer = L.Dense(2, activation="relu", kernel_regularizer="l2", use_bias=False)
    layer(X)
    assert layer.activation is keras.activations.relu and layer.bias is None
    assert isinstance(layer.kernel_initializer, keras.initializers.GlorotUniform)
    assert isinstance(layer.kernel_regularizer, keras.regularizers.L2) and layer.bias_regularizer is None
    assert layer.input_spec is None and layer.path == layer.name
    assert layer.variables and layer.trainable_variables and layer.non_trainable_variables == []
    normalization = L.BatchNormalization(scale=False)
    normalization(X)
    assert normalization.gamma is None and normalization.beta.shape == (6,)
    assert len(normalization.non_trainable_variables) == 2
    dense = L.Dense(3)
    assert L.SpectralNormalization(dense).layer is dense and L.TimeDistributed(dense).layer is dense
    again = L.Dense(2)
    again.build_from_config(layer.get_build_config())
    assert again.kernel.shape == (6, 2)
    np.testing.assert_array_equal(layer.call(X).numpy(), layer(X).numpy())


def test_attention_takes_keras_arguments():
    q, v = np.zeros((2, 3, 4), "float32"), np.ones((2, 5, 4), "float32")
    layer = L.MultiHeadAttention(2, 3)
    layer.build(q.shape, v.shape)
    assert layer.built and layer.compute_output_shape(q.shape, v.shape) == q.shape
    assert layer.query_dense.kernel.shape == (4, 2, 3) and layer.output_dense.kernel.shape == (2, 3, 4)
    mask = np.tri(3, 5, dtype=bool)[None]
    expected = layer(q, v, v, attention_mask=mask).numpy()
    np.testing.assert_array_equal(layer(q, v, v, None, None, None, mask).numpy(), expected)


class Doubled(L.Dense):
    def call(self, x):
        return super().call(x) * 2


class Shifted(L.BatchNormalization):
    def __init__(self, shift=1.0, **options):
        super().__init__(**options)
        self.shift = shift

    def build(self, input_shape):
        super().build(input_shape)
        self.factor = self.add_weight((input_shape[-1],), "ones", name="factor")

    def call(self, x, training=None):
        return super().call(x, training=training) * self.factor + self.shift

    def get_config(self):
        return {**super().get_config(), "shift": self.shift}


def test_classes_derived_from_the_engines_layers():
    layer = Doubled(3, activation="tanh")
    y = layer(X)
    np.testing.assert_allclose(y.numpy(), 2 * np.tanh(X @ layer.kernel.numpy()), rtol=1e-5)
    assert layer.units == 3 and layer.activation is keras.activations.tanh and len(layer.weights) == 2
    assert Doubled.from_config(layer.get_config()).units == 3
    model = keras.Sequential([keras.Input((6,)), Doubled(4), Shifted(0.5), L.Dense(1)])
    model.compile("sgd", "mse")
    before = model.layers[1].get_weights()
    model.fit(X, np.ones((2, 1)), verbose=0)
    after = model.layers[1].get_weights()
    assert len(after) == 5 and not any(np.array_equal(a, b) for a, b in zip(before, after))
    again = Shifted.from_config(model.layers[1].get_config())
    assert again.shift == 0.5 and again.momentum == 0.99


def test_models_before_compile():
    model = keras.Sequential([keras.Input((6,)), L.Dense(1)])
    assert model.optimizer is None and model.stop_training is False


def test_gradients_of_tensors_and_weights_together():
    layer, x = L.Dense(1, kernel_initializer="ones"), linnet.Tensor(X)
    x.requires_grad = True
    y = keras.ops.sum(layer(x))
    of_x, of_kernel, of_bias = linnet.gradients(y, [x, *layer.weights])
    np.testing.assert_allclose(of_x.numpy(), np.ones_like(X))
    np.testing.assert_allclose(of_kernel.numpy(), X.sum(0)[:, None], atol=1e-5)
    assert of_bias.numpy() == [2]


def test_policies_that_there_are_not_are_named():
    with pytest.raises(ValueError, match="received \"mixed_float16\"; Linnet has no float16"):
        keras.config.set_dtype_policy("mixed_float16")
