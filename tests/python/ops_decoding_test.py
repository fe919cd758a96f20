"""keras.ops.ctc_decode against all that a short output can spell."""
import itertools

import numpy as np
import pytest

import linnet
from linnet import keras
from ops_checks import assert_close, draw, ops


def spelt(path, blank):
    return tuple(label for label, _ in itertools.groupby(path) if label != blank)


def probabilities(logits, blank):
    """The log-probability of each label, by all paths."""
    log_p, found = logits - np.log(np.exp(logits).sum(-1, keepdims=True)), {}
    for path in itertools.product(range(logits.shape[1]), repeat=len(logits)):
        p = np.exp(sum(row[label] for row, label in zip(log_p, path)))
        found[spelt(path, blank)] = found.get(spelt(path, blank), 0) + p
    return sorted(((np.log(p), labels) for labels, p in found.items()), reverse=True)


@pytest.mark.parametrize("blank", [0, 2])
def test_beam_search_finds_the_most_likely_labels(blank):
    logits, lengths = draw(3, 4, 3), [4, 2, 0]
    labels, scores = ops.ctc_decode(logits, lengths, "beam_search", top_paths=2, mask_index=blank)
    assert labels.shape == (2, 3, 4) and labels.dtype == "int32" and scores.shape == (3, 2) and scores.dtype == "float64"
    for i, length in enumerate(lengths):
        for path, (score, expected) in enumerate(probabilities(logits[i, :length], blank)[:2]):
            assert labels.numpy()[path, i].tolist() == [*expected, *[-1] * (4 - len(expected))]
            np.testing.assert_allclose(scores.numpy()[i, path], score, atol=1e-12)
    assert labels.numpy()[1, 2].tolist() == [-1] * 4 and scores.numpy()[2, 1] == -np.inf  # there is no second label


@pytest.mark.parametrize("merge", [True, False])
def test_greedy(merge):
    best = np.array([[1, 1, 0, 1, 2], [2, 2, 2, 0, 1]])
    logits = draw(2, 5, 3) + 8 * np.eye(3)[best]
    labels, scores = ops.nn.ctc_decode(logits, [5, 3], merge_repeated=merge)
    expected = [[1, 1, 2, -1, -1], [2, -1, -1, -1, -1]] if merge else [[1, 1, 1, 2, -1], [2, 2, 2, -1, -1]]
    assert_close(labels, np.array([expected], "int32"), dtype="int32")
    assert_close(scores, [[-logits[0].max(-1).sum()], [-logits[1, :3].max(-1).sum()]])
    assert ops.ctc_decode(logits.astype("float32"), [5, 3])[1].dtype == "float32"


def test_decoding_in_a_graph():
    x, lengths = keras.Input((6, 4)), keras.Input((), dtype="int32")
    labels, scores = ops.ctc_decode(x, lengths)
    assert labels.shape == (1, None, 6) and scores.shape == (None, 1)


@pytest.mark.parametrize("call, message", [
    (lambda: ops.ctc_decode(draw(2, 3), [1, 1]), r"\[ctc_decode\] expected inputs \(batch, time, classes\)"),
    (lambda: ops.ctc_decode(draw(2, 3, 4), [1]), r"\[ctc_decode\] expected inputs .*a sequence length for each"),
    (lambda: ops.ctc_decode(draw(2, 3, 4), [1, 4]), r"\[ctc_decode\] .*sequence lengths in \[0, 3\]"),
    (lambda: ops.ctc_decode(draw(2, 3, 4), [1, 1], mask_index=4), r"\[ctc_decode\] expected mask_index in \[0, 4\)"),
    (lambda: ops.ctc_decode(draw(2, 3, 4), [1, 1], mask_index=None), r"\[ctc_decode\] expected a whole number as mask_index"),
    (lambda: ops.ctc_decode(draw(2, 3, 4), [1, 1], "best"), r"\[ctc_decode\] expected strategy \"greedy\" or \"beam_search\""),
    (lambda: ops.ctc_decode(draw(2, 3, 4), [1, 1], "beam_search", 2, 3), r"\[ctc_decode\] expected 1 <= top_paths"),
])
def test_errors(call, message):
    with pytest.raises(linnet.InvalidArgument, match=message):
        call()
