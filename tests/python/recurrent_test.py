"""Recurrent layers in Python: states in and out, cells written in Python, layers that hold layers."""
import numpy as np
import pytest

from linnet import keras

X = np.random.default_rng(1).uniform(-1, 1, (3, 5, 2)).astype("float32")


class MinimalCell(keras.layers.Layer):
    """h = x · kernel + h₋₁ · recurrent_kernel, as keras.layers.RNN shows it."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units
        self.state_size = units

    def build(self, input_shape):
        self.kernel = self.add_weight((input_shape[-1], self.units), "uniform", name="kernel")
        self.recurrent_kernel = self.add_weight((self.units, self.units), "uniform", name="recurrent_kernel")

    def call(self, inputs, states):
        output = keras.ops.matmul(inputs, self.kernel) + keras.ops.matmul(states[0], self.recurrent_kernel)
        return output, [output]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def steps_by_hand(cell, x):
    h, all_steps = np.zeros((len(x), cell.units)), []
    for t in range(x.shape[1]):
        h = x[:, t] @ np.asarray(cell.kernel) + h @ np.asarray(cell.recurrent_kernel)
        all_steps.append(h)
    return np.stack(all_steps, 1)


def test_a_cell_of_ones_own():
    cell = MinimalCell(4)
    layer = keras.layers.RNN(cell, return_sequences=True)
    y = layer(X)
    assert layer.cell is cell and [w.name for w in layer.weights] == ["kernel", "recurrent_kernel"]
    np.testing.assert_allclose(y, steps_by_hand(cell, X), atol=1e-6)
    assert layer.compute_output_shape((None, 7, 2)) == (None, 7, 4)


def test_a_model_with_such_a_cell_trains_and_loads(tmp_path):
    model = keras.Sequential([keras.layers.RNN(MinimalCell(4)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    first = model.train_on_batch(X, np.ones((3, 1)))
    assert model.train_on_batch(X, np.ones((3, 1))) < first
    path = str(tmp_path / "model.safetensors")
    model.save(path)
    again = keras.models.load_model(path, custom_objects={"MinimalCell": MinimalCell})
    assert np.array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))


def test_cells_are_called_with_states():
    cell = keras.layers.LSTMCell(3)
    assert cell.state_size == [3, 3] and keras.layers.GRUCell(2).state_size == 2
    output, states = cell(X[:, 0], cell.get_initial_state(batch_size=3))
    assert output.shape == (3, 3) and len(states) == 2
    whole = keras.layers.RNN(cell)
    output, states = cell(X[:, 1], states)
    np.testing.assert_allclose(whole(X[:, :2]), output, atol=1e-6)


def test_states_go_in_and_out():
    layer = keras.layers.LSTM(3, return_state=True)
    y, h, c = layer(X)
    _, h1, c1 = layer(X[:, :2])
    y2, h2, c2 = layer(X[:, 2:], initial_state=[h1, c1])
    for one, other in ((y, y2), (h, h2), (c, c2)):
        np.testing.assert_allclose(one, other, atol=1e-6)
    with pytest.raises(ValueError, match="expected no initial state or 2 tensors of it, received 1"):
        layer(X, initial_state=[h])
    with pytest.raises(TypeError, match="expected other call arguments than states"):
        layer(X, states=[h, c])


def test_an_encoder_and_a_decoder():
    encoder_input, decoder_input = keras.Input((4, 2)), keras.Input((None, 3))
    _, h, c = keras.layers.LSTM(5, return_state=True, name="encoder")(encoder_input)
    y = keras.layers.LSTM(5, return_sequences=True, name="decoder")(decoder_input, initial_state=[h, c])
    model = keras.Model([encoder_input, decoder_input], keras.layers.Dense(1)(y))
    config = model.get_config()
    node = next(layer for layer in config["layers"] if layer["name"] == "decoder")["inbound_nodes"][0]
    assert len(node["args"]) == 1 and len(node["kwargs"]["initial_state"]) == 2
    copy = keras.models.model_from_json(model.to_json())
    copy.set_weights(model.get_weights())
    data = [np.ones((2, 4, 2)), np.ones((2, 6, 3))]
    assert model.predict(data, verbose=0).shape == (2, 6, 1)
    assert np.array_equal(model.predict(data, verbose=0), copy.predict(data, verbose=0))


def test_stateful_layers_go_on_until_they_are_reset():
    layer = keras.layers.GRU(3, stateful=True)
    assert layer.states is None
    first = np.array(layer(X))
    assert not np.allclose(layer(X), first)
    model = keras.Sequential([layer])
    model.reset_state()
    np.testing.assert_array_equal(layer(X), first)
    layer.reset_states()
    assert not np.any(layer.states[0].numpy())


def test_wrappers_hold_the_layer_itself():
    dense = keras.layers.Dense(2)
    outer = keras.layers.TimeDistributed(dense)
    outer(X)
    assert outer.layer is dense and dense.built
    both = keras.layers.Bidirectional(keras.layers.GRU(2), backward_layer=keras.layers.GRU(2, go_backwards=True))
    assert both(X).shape == (3, 4)
    assert both.forward_layer.go_backwards is False and both.backward_layer.go_backwards is True
    stack = keras.layers.RNN([keras.layers.LSTMCell(2), MinimalCell(3)], return_state=True)
    y, (h, c), state = stack(X)  # a list for each cell that has several
    assert [each.shape for each in (y, h, c, state)] == [(3, 3), (3, 2), (3, 2), (3, 3)]
    assert stack.cell.state_size == [[2, 2], 3]
    np.testing.assert_array_equal(stack(X, initial_state=[[h, c], state])[0].shape, y.shape)


def test_a_mask_beside_states():
    layer = keras.layers.SimpleRNN(2, return_sequences=True)
    mask = np.array([[1, 1, 0, 0, 0]] * 3, bool)
    y = layer(X, mask=mask, initial_state=[np.ones((3, 2), "float32")])
    np.testing.assert_array_equal(y[:, 4], y[:, 1])


def test_a_cell_must_say_how_large_its_states_are():
    class Sizeless(keras.layers.Layer):
        def call(self, inputs, states):
            return inputs, states

    with pytest.raises(ValueError, match="expected the attribute state_size"):
        keras.layers.RNN(Sizeless())(X)
    with pytest.raises(ValueError, match="expected a cell, such as LSTMCell"):
        keras.layers.RNN(keras.layers.Dense(2))


def test_what_keras_calls_the_states():
    stack = keras.layers.StackedRNNCells([keras.layers.LSTMCell(2), keras.layers.GRUCell(5)])
    assert stack.output_size == 5 and keras.layers.LSTMCell(3).output_size == 3
    assert keras.layers.RNN(stack).state_size == [[2, 2], 5] and keras.layers.LSTM(3).state_size == [3, 3]
    assert [state.shape for state in keras.layers.LSTM(3).get_initial_state(batch_size=4)] == [(4, 3)] * 2
    mask = np.ones((2, 4), bool)
    assert keras.layers.GRU(2).compute_mask(None, mask) is None
    assert keras.layers.GRU(2, return_sequences=True).compute_mask(None, mask) is mask
    assert keras.layers.LSTM(2, return_sequences=True, return_state=True).compute_mask(None, [mask]) == [mask, None, None]


def test_states_after_reset_are_zeros():
    x = np.ones((2, 4, 3), "float32")
    layer = keras.layers.GRU(2, stateful=True)
    assert layer.states is None
    first = layer(x).numpy()
    assert np.abs(layer.states[0].numpy()).sum() > 0
    layer.reset_state()
    assert np.array_equal(layer.states[0].numpy(), np.zeros((2, 2)))
    np.testing.assert_array_equal(layer(x), first)
    both = keras.layers.Bidirectional(keras.layers.LSTM(2, stateful=True, return_sequences=True))
    assert (both.stateful, both.return_sequences, both.return_state, both.states) == (True, True, False, None)
    both(x)
    assert [state.shape for state in both.states] == [(2, 2)] * 4
    both.reset_states()
    assert all(np.array_equal(state.numpy(), np.zeros((2, 2))) for state in both.states)


def test_inputs_by_name_and_none():
    x = np.ones((1, 4, 3), "float32")
    assert keras.layers.LSTM(2)(sequences=x).shape == (1, 2)
    assert keras.layers.Bidirectional(keras.layers.GRU(2))(sequences=x).shape == (1, 4)
    for call in (lambda: keras.layers.LSTM(2)([]), lambda: keras.layers.RNN(keras.layers.LSTMCell(2))(), lambda: keras.layers.GRUCell(2)([])):
        with pytest.raises(TypeError, match=r"^\[\w+\] expected an input, received none"):
            call()


def test_masks_of_time_distributed():
    x, mask = np.random.default_rng(1).normal(size=(2, 3, 4, 2)).astype("float32"), np.zeros((2, 3, 4), bool)
    mask[..., :2] = True
    inner = keras.layers.GRU(3)
    y = keras.layers.TimeDistributed(inner)(x, mask=mask)
    for step in range(3):
        np.testing.assert_allclose(y[:, step], inner(x[:, step], mask=mask[:, step]), rtol=1e-5, atol=1e-6)
    with pytest.raises(ValueError, match=r"expected a mask of shape \(2, 3, …\), received \(2, 9\)"):
        keras.layers.TimeDistributed(keras.layers.Dense(2))(x, mask=np.ones((2, 9), bool))


def test_initial_state_and_mask_by_place():
    x, mask = np.random.default_rng(1).normal(size=(2, 4, 3)).astype("float32"), np.array([[1, 1, 0, 0], [1, 1, 1, 1]], bool)
    layer, states = keras.layers.LSTM(2), [np.ones((2, 2), "float32"), np.zeros((2, 2), "float32")]
    np.testing.assert_array_equal(layer(x, None, mask), layer(x, mask=mask))
    np.testing.assert_array_equal(layer(x, states, mask), layer(x, initial_state=states, mask=mask))
    np.testing.assert_array_equal(layer(x, *states), layer(x, initial_state=states))


def test_masks_as_lists():
    x = np.random.default_rng(1).normal(size=(2, 4, 3)).astype("float32")
    layer = keras.layers.LSTM(2)
    np.testing.assert_array_equal(layer(x, mask=[[True, True, False, False], [True] * 4]),
                                  layer(x, mask=np.array([[1, 1, 0, 0], [1, 1, 1, 1]], bool)))
