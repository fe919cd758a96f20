"""The programs in docs/python.md run as they stand."""
import pathlib
import re

import pytest

DOCS = pathlib.Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["python.md", "zh/python.md"])
def test_programs(page, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LINNET_DATA", str(DOCS.parent / "data"))
    monkeypatch.chdir(tmp_path)
    programs = re.findall(r"^```python\n(.*?)^```", (DOCS / page).read_text(), re.M | re.S)
    assert len(programs) == 8
    variables = {}
    for program in programs:
        exec(compile(program, page, "exec"), variables)
    assert variables["accuracy"] > 0.9 and (tmp_path / "digits.safetensors").is_file()


@pytest.mark.parametrize("page", ["tuning.md", "zh/tuning.md"])
def test_the_search(page, tmp_path, monkeypatch):
    monkeypatch.setenv("LINNET_DATA", str(DOCS.parent / "data"))
    monkeypatch.chdir(tmp_path)
    text = (DOCS / page).read_text()
    assert (DOCS.parent / "examples/search.cpp").read_text().split("\n", 1)[1] in text
    (program,) = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    variables = {}
    exec(compile(program, page, "exec"), variables)
    assert len(list((tmp_path / "runs/digits").glob("trial_*/trial.json"))) == 5
    assert variables["model"].evaluate(variables["x_test"], variables["y_test"], verbose=0)[1] > 0.8
