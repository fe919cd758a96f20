"""What the outputs of a model of sequences spell (CTC)."""
import collections

import numpy

from ._tensors import fail, floating, from_numpy, numbers, whole


def ctc_decode(inputs, sequence_lengths, strategy="greedy", beam_width=100, top_paths=1, merge_repeated=True, mask_index=0):
    """(labels, scores) of logits (batch, time, classes), of which the first sequence_lengths (batch,) count: int32 labels
    (paths, batch, time), filled up with -1. mask_index is the blank. No gradient.

    strategy="greedy": the most likely class at each time, without blanks and, with merge_repeated, without repetitions; the
    score (batch, 1) is minus the sum of their logits. strategy="beam_search": the top_paths most likely labels, found among
    the beam_width best beginnings; the scores (batch, top_paths) are logarithms of probabilities (Graves et al., 2006).
    """
    logits, lengths = floating(inputs), numbers(sequence_lengths).astype("int64").reshape(-1)
    known = numbers(logits).astype("float64")
    if known.ndim != 3 or lengths.shape != known.shape[:1] or not known.shape[2]:
        fail(f"expected inputs (batch, time, classes) and a sequence length for each, received shapes {known.shape} and "
             f"{numbers(sequence_lengths).shape}")
    mask_index, beam_width, top_paths = (whole(number, what) for number, what in (
        (mask_index, "mask_index"), (beam_width, "beam_width"), (top_paths, "top_paths")))
    if not 0 <= mask_index < known.shape[2] or ((lengths < 0) | (lengths > known.shape[1])).any():
        fail(f"expected mask_index in [0, {known.shape[2]}) and sequence lengths in [0, {known.shape[1]}], received "
             f"{mask_index} and {lengths.tolist()}")
    if strategy not in ("greedy", "beam_search"):
        fail(f"expected strategy \"greedy\" or \"beam_search\", received {strategy!r}")
    if not 1 <= top_paths <= beam_width:
        fail(f"expected 1 <= top_paths <= beam_width, received {top_paths} and {beam_width}")
    rows = [row[:length] for row, length in zip(known, lengths)]
    if strategy == "greedy":
        found = [_most_likely(row, mask_index, merge_repeated) for row in rows]
    else:
        found = [_beam(row, mask_index, beam_width, top_paths) for row in rows]
    paths = 1 if strategy == "greedy" else top_paths
    labels = numpy.full((paths, *known.shape[:2]), -1, "int32")
    scores = numpy.full((known.shape[0], paths), -numpy.inf)
    for i, candidates in enumerate(found):
        for path, (spelt, score) in enumerate(candidates):
            labels[path, i, :len(spelt)], scores[i, path] = spelt, score
    return from_numpy(labels), from_numpy(scores, logits.dtype)


def _most_likely(logits, blank, merge_repeated):
    best = logits.argmax(-1)
    kept = best != blank
    if merge_repeated:
        kept[1:] &= best[1:] != best[:-1]
    return [(best[kept].tolist(), -logits.max(-1).sum())]


def _beam(logits, blank, beam_width, top_paths):
    """The most likely labels with their log-probabilities: prefix beam search, where a beginning has two probabilities,
    of outputs that end with the blank and with its last label."""
    beams = {(): (0.0, -numpy.inf)}
    for row in logits - numpy.logaddexp.reduce(logits, -1, keepdims=True):
        grown = collections.defaultdict(lambda: (-numpy.inf, -numpy.inf))
        for labels, (at_blank, at_label) in beams.items():
            both = numpy.logaddexp(at_blank, at_label)
            _add(grown, labels, both + row[blank], at_label + row[labels[-1]] if labels else -numpy.inf)
            for label, p in enumerate(row):
                if label != blank:  # after the same label a blank must come first
                    _add(grown, (*labels, label), -numpy.inf, p + (at_blank if labels[-1:] == (label,) else both))
        beams = dict(sorted(grown.items(), key=lambda item: -numpy.logaddexp(*item[1]))[:beam_width])
    best = sorted(((labels, numpy.logaddexp(*both)) for labels, both in beams.items()), key=lambda item: -item[1])
    return best[:top_paths]


def _add(beams, labels, at_blank, at_label):
    beams[labels] = tuple(numpy.logaddexp(old, new) for old, new in zip(beams[labels], (at_blank, at_label)))
