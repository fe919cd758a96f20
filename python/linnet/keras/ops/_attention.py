"""Attention."""
import numpy

from .. import activations
from ._tensors import engine, fail, same_floating, tensor


def dot_product_attention(query, key, value, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None,
                          attn_logits_soft_cap=None):
    """y[b, t, n] = Σ p[s] · value[b, s, n] with p = softmax(scale · (query[b, t, n] · key[b, s, n]) + bias) over s.

    query (batch, T, heads, features), key and value (batch, S, key heads, features): with fewer key heads, several query
    heads share one. bias and mask broadcast to (batch, heads, T, S); False hides a key, is_causal those after t. scale
    is by default 1 / √features. attn_logits_soft_cap=c puts c · tanh(score / c) in place of the scaled score, before the
    bias. Without bias and cap, the engine computes all in one pass that never holds the scores, whatever
    flash_attention says.
    """
    query, key, value = same_floating(query, key, value)
    mask = None if mask is None else tensor(mask, "bool")
    if bias is None and attn_logits_soft_cap is None:
        return engine.dot_product_attention(query, key, value, mask, scale, is_causal)
    if not query.ndim == key.ndim == value.ndim == 4 or query.shape[2] % key.shape[2]:
        fail("expected query, key and value (batch, length, heads, features), with key heads that divide the query's, "
             f"received shapes {query.shape}, {key.shape}, {value.shape}")
    shared = query.shape[2] // key.shape[2]
    key, value = (_repeated(x, shared) for x in (key, value))
    weights = _weights(query, key, bias, mask, scale, is_causal, attn_logits_soft_cap)
    return engine.einsum("bnts,bsnh->btnh", engine.cast(weights, value.dtype), value)


def _repeated(x, times):
    return x if times == 1 else engine.take(x, numpy.repeat(numpy.arange(x.shape[2]), times), 2)


def _weights(query, key, bias, mask, scale, is_causal, cap):
    scores = engine.einsum("btnh,bsnh->bnts", query, key)
    scores = engine.cast(scores, "float32") if scores.dtype == "bfloat16" else scores
    scores = scores * float(query.shape[-1] ** -0.5 if scale is None else scale)
    if cap is not None:
        scores = engine.tanh(scores / float(cap)) * float(cap)
    if bias is not None:
        scores = scores + tensor(bias, scores.dtype)
    hidden = -0.7 * float(numpy.finfo(scores.dtype).max)  # a query that sees nothing weighs all keys the same
    if is_causal:
        scores = engine.where(tensor(numpy.tri(*scores.shape[-2:], dtype="bool")), scores, hidden)
    if mask is not None:
        scores = engine.where(mask, scores, hidden)
    return activations.softmax(scores)
