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
    assert len(programs) == 7
    variables = {}
    for program in programs:
        exec(compile(program, page, "exec"), variables)
    assert variables["accuracy"] > 0.9 and (tmp_path / "digits.safetensors").is_file()
