"""Attention layers, call arguments, einsum and dot_product_attention through Python."""
import numpy as np
import pytest

import linnet
from linnet import keras
from linnet.keras import layers, ops


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def random(*shape):
    return np.random.default_rng(sum(shape)).normal(size=shape).astype("float32")


@pytest.mark.parametrize("equation, shapes", [("ab,bc->ac", [(3, 4), (4, 5)]), ("abc,cde->abde", [(2, 3, 4), (4, 2, 3)]),
                                              ("...a,ab->...b", [(2, 3, 4), (4, 5)]), ("ii->i", [(3, 3)]),
                                              ("ab,bc,cd->da", [(2, 3), (3, 4), (4, 5)])])
def test_einsum_is_numpys(equation, shapes):
    arrays = [random(*shape) for shape in shapes]
    np.testing.assert_allclose(ops.einsum(equation, *arrays), np.einsum(equation, *arrays), rtol=1e-5, atol=1e-5)


def test_einsum_has_gradients():
    a, b = linnet.Tensor(random(2, 3)), linnet.Tensor(random(3, 4))
    a.requires_grad = True
    ops.sum(ops.einsum("ab,bc->ac", a, b)).backward()
    np.testing.assert_allclose(a.grad, np.tile(b.numpy().sum(1), (2, 1)), rtol=1e-5)


def test_dot_product_attention():
    query, key, value = random(2, 5, 4, 3), random(2, 6, 2, 3), random(2, 6, 2, 3)
    mask = np.tril(np.ones((5, 6), "bool"))
    scores = np.einsum("btnd,bsnd->bnts", query, key.repeat(2, 2)) / np.sqrt(3)
    want = np.einsum("bnts,bsnd->btnd", softmax(np.where(mask, scores, -1e9)), value.repeat(2, 2))
    np.testing.assert_allclose(ops.dot_product_attention(query, key, value, mask=mask), want, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(ops.dot_product_attention(query, key, value, is_causal=True), want, rtol=1e-5, atol=1e-6)
    bias = np.where(mask, 0, -1e9).astype("float32")
    np.testing.assert_allclose(ops.dot_product_attention(query, key, value, bias=bias), want, rtol=1e-5, atol=1e-6)


def test_who_sees_nothing_averages():
    query, value = np.zeros((1, 2, 1, 1), "float32"), np.array([1.0, 3.0], "float32").reshape(1, 2, 1, 1)
    hidden = np.zeros((1, 1, 2, 2), bool)
    for options in ({}, {"bias": np.zeros((1, 1, 2, 2), "float32")}, {"attn_logits_soft_cap": 5.0}, {"is_causal": True}):
        y = keras.ops.dot_product_attention(query, query, value, mask=hidden, **options)
        np.testing.assert_allclose(y.numpy().ravel(), [2, 2], rtol=1e-6)


def test_call_arguments():
    x = random(2, 5, 8)
    layer = layers.MultiHeadAttention(num_heads=2, key_dim=3)
    y, scores = layer(x, x, use_causal_mask=True, return_attention_scores=True)
    assert y.shape == (2, 5, 8) and scores.shape == (2, 2, 5, 5)
    assert np.triu(scores.numpy(), 1).max() == 0
    np.testing.assert_allclose(layer(query=x, value=x, attention_mask=np.tril(np.ones((5, 5), "bool"))), y, atol=1e-6)
    with pytest.raises(TypeError, match="expected other call arguments than use_causal_mask"):
        layers.Dense(2)(x, use_causal_mask=True)


def test_a_language_model_is_saved_and_loaded(tmp_path):
    tokens = keras.Input((6,), dtype="int32")
    words = layers.ReversibleEmbedding(20, 8, mask_zero=True)
    x = words(tokens)
    x = layers.Add()([x, layers.MultiHeadAttention(2, 4)(x, x, use_causal_mask=True)])
    x = layers.LayerNormalization()(layers.SpatialDropout1D(0.1)(x))
    model = keras.Model(tokens, words(x, reverse=True))
    assert model.output_shape == (None, 6, 20)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    data = np.random.default_rng(1).integers(1, 20, (32, 7))
    before, after = [model.fit(data[:, :-1], data[:, 1:], verbose=0).history["loss"][0] for _ in range(2)]
    assert after < before
    model.save(tmp_path / "model.safetensors")
    copy = keras.models.load_model(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(copy(data[:, :-1]), model(data[:, :-1]))
    clone = keras.models.model_from_json(model.to_json())
    clone.set_weights(model.get_weights())
    np.testing.assert_array_equal(clone(data[:, :-1]), model(data[:, :-1]))


def test_group_query_attention_has_both_names():
    assert layers.GroupQueryAttention is layers.GroupedQueryAttention
    layer = layers.GroupQueryAttention(head_dim=4, num_query_heads=4, num_key_value_heads=2)
    assert layer.name == "grouped_query_attention" and isinstance(layer, layers.GroupQueryAttention)
    assert layer(random(2, 3, 8), random(2, 3, 8)).shape == (2, 3, 8)
