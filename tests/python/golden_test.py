"""Keras's reference values (tests/golden) by way of the Python API: every class from its constructor."""
import collections

import golden_defaults
import golden_parts
import golden_text
import golden_training
import pytest
from golden_cases import Case, fields_of

# How many cases pass at least, by kind: the number can only grow. The others need what the engine does not have yet.
AT_LEAST = {"activations": 93, "defaults": 239, "fit": 14, "fit by batches": 14, "layers": 477, "losses": 143,
            "initializers": 56, "metrics": 86, "models": 12, "optimizers": 96, "regularizers": 28, "schedules": 13,
            "text": 44, "files": 14}
CASES = [pytest.param({**fields, "kind": kind}, id=f"{kind}/{fields['id']}") for kind in AT_LEAST
         if kind != "fit by batches" for fields in fields_of(kind)]
RUN = {name.removeprefix("run_"): run for module in (golden_parts, golden_training, golden_text, golden_defaults)
       for name, run in vars(module).items() if name.startswith("run_")}
passed = collections.Counter()


@pytest.mark.parametrize("fields", CASES)
def test_case(fields, capsys, monkeypatch):
    RUN[fields["kind"]](Case(fields), *([capsys, monkeypatch] if fields["kind"] == "text" else []))
    passed[fields["kind"]] += 1


@pytest.mark.parametrize("fields", [case for case in CASES if case.id.startswith("fit/")])
def test_fit_by_batches(fields):
    golden_training.run_fit(Case(fields), by_batches=True)
    passed["fit by batches"] += 1


def test_at_least_so_many_have_passed():
    assert all(passed[kind] >= number for kind, number in AT_LEAST.items()), passed
