"""The formulas of losses, one value a sample or an element."""
import math

import numpy

from ._tensors import engine, fail, floating, from_numpy, moved, numbers, one_axis, same_floating, tensor

_EPSILON = 1e-7  # keras.backend.epsilon()


def _clipped(probabilities):
    return engine.clip(probabilities, _EPSILON, 1 - _EPSILON)


def _alike(target, output):
    target, output = same_floating(target, output)
    if target.shape != output.shape:
        fail(f"expected target and output of one shape, received {target.shape} and {output.shape}")
    return target, output


def binary_crossentropy(target, output, from_logits=False):
    """-target · log(p) - (1 - target) · log(1 - p) of each element; p is `output`, or its sigmoid."""
    target, output = _alike(target, output)
    if from_logits:
        return engine.maximum(output, 0.0) - output * target + engine.log1p(engine.exp(-engine.abs(output)))
    p = _clipped(output)
    return -(target * engine.log(p) + (1.0 - target) * engine.log(1.0 - p))


def _log_probabilities(output, from_logits, axis):
    if from_logits:
        return output - engine.logsumexp(output, axis, True)
    return engine.log(_clipped(output / engine.sum(output, axis, True)))


def categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """-Σ target · log(p) along an axis; p is `output` made to sum to 1, or its softmax."""
    target, output = _alike(target, output)
    axis = one_axis(axis, output.ndim)
    return -engine.sum(target * _log_probabilities(output, from_logits, axis), axis)


def sparse_categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """-log(p[target]) for the numbers of classes in `target`; p is `output` made to sum to 1, or its softmax."""
    target, output = tensor(target), floating(output)
    axis = one_axis(axis, output.ndim)
    output = moved(output, [axis], [output.ndim - 1])
    if target.ndim == output.ndim and target.shape[-1] == 1:
        target = engine.squeeze(target, -1)
    if target.shape != output.shape[:-1]:
        fail(f"expected a class for each of the outputs, of shape {output.shape[:-1]}, received shape {target.shape}")
    labels, classes = numbers(target), output.shape[-1]
    wrong = labels[(labels < 0) | (labels >= classes)]
    if wrong.size:
        fail(f"expected classes in [0, {classes}), received {wrong[0]}")
    picked = engine.take_along_axis(_log_probabilities(output, from_logits, -1), from_numpy(labels[..., None], "int32"), -1)
    return -engine.squeeze(picked, -1)


def ctc_loss(target, output, target_length, output_length, mask_index=0):
    """-log of the probability that the outputs spell the label, one a sequence (Graves et al., 2006).

    target (batch, length), of which the first target_length (batch,) are symbols; output (batch, time, classes), logits,
    of which the first output_length (batch,) count; mask_index is the blank. Infinite where a label does not fit.
    """
    labels, output = numbers(target).astype("int64"), floating(output)
    if labels.ndim != 2 or output.ndim != 3 or labels.shape[0] != output.shape[0]:
        fail(f"expected target (batch, length) and output (batch, time, classes), received shapes {labels.shape} and "
             f"{output.shape}")
    lengths, times = (numbers(each).astype("int64").reshape(-1, 1) for each in (target_length, output_length))
    classes = output.shape[2]
    # The engine's blank is class 0, and ends the labels.
    order = numpy.array([mask_index, *(each for each in range(classes) if each != mask_index)])
    here = numpy.arange(labels.shape[1]) < lengths
    if ((labels < 0) | (labels >= classes) | (labels == mask_index))[here].any():
        fail(f"expected symbols in [0, {classes}) other than the blank {mask_index}, received {numbers(target).tolist()}")
    places = numpy.where(here, numpy.argsort(order)[numpy.where(here, labels, mask_index)], 0)
    log_p = engine.take(output - engine.logsumexp(output, -1, True), order, 2)
    # After its end, a sequence stays at the blank for nothing.
    ended = numpy.where(numpy.arange(classes) == 0, 0.0, -numpy.inf)
    running = numpy.arange(output.shape[1])[:, None] < times[:, :, None]
    return engine.ctc_loss(tensor(places), engine.where(tensor(running), log_p, from_numpy(ended, log_p.dtype)))


def psnr(x1, x2, max_val):
    """The peak signal-to-noise ratio 20 · log10(max_val) - 10 · log10(mean((x1 - x2)²)), in decibels."""
    x1, x2 = _alike(x1, x2)
    error = engine.mean(engine.square(x1 - x2))
    return 20 * math.log10(max_val) - engine.log(error) * (10 / math.log(10))
