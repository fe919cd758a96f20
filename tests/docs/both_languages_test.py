#!/usr/bin/env python3
"""Runs the programs of docs/python_and_cpp.md in both languages: they print the same, and what the page says.

  both_languages_test.py REPOSITORY PROGRAMS PYTHON_PACKAGE            PROGRAMS: where those in C++ were built
  both_languages_test.py REPOSITORY PROGRAMS PYTHON_PACKAGE --update   writes sources and output into the pages instead

What one language saves the other loads.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

REPOSITORY, PROGRAMS, PACKAGE = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
UPDATE = "--update" in sys.argv
PAGES = ["docs/python_and_cpp.md", "docs/zh/python_and_cpp.md"]
NAMES = ["train", "go_on", "loop", "batches"]
SOURCES = REPOSITORY / "examples" / "both_languages"
BLOCK = re.compile(r"(<!-- (printed by|from) (\S+) -->\n```\w+\n)(.*?)(```\n)", re.DOTALL)


def command(name, language):
    return [PROGRAMS / f"both_{name}"] if language == "cpp" else [sys.executable, "-B", SOURCES / f"{name}.py"]


def run(name, language, folder):
    variables = {"LINNET_DATA": str(REPOSITORY / "data"), "PYTHONPATH": str(PACKAGE)}
    result = subprocess.run(command(name, language), cwd=folder, env=os.environ | variables, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode != 0:
        raise AssertionError(f"{name} in {language} ended with {result.returncode}:\n{result.stdout}")
    return result.stdout


def exact_here():
    """Older processors add in another order."""
    cpu = pathlib.Path("/proc/cpuinfo")
    return cpu.exists() and {"avx2", "fma"} <= set(cpu.read_text().split())


class BothLanguages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """What each program prints: `go_on` with what the other language has saved."""
        cls.printed = {}
        with tempfile.TemporaryDirectory() as folder:
            for language, other in (("cpp", "py"), ("py", "cpp")):
                here = pathlib.Path(folder) / language
                here.mkdir()
                cls.printed["train", language] = run("train", language, here)
                cls.printed["go_on", other] = run("go_on", other, here)
                for name in ("loop", "batches"):
                    cls.printed[name, language] = run(name, language, here)

    def test_they_print_the_same(self):
        for name in NAMES:
            self.assertEqual(self.printed[name, "cpp"], self.printed[name, "py"], name)

    def test_pages(self):
        for page in PAGES:
            text = (REPOSITORY / page).read_text()
            blocks = BLOCK.findall(text)
            self.assertEqual([name for _, _, name, _, _ in blocks],
                             [each for name in NAMES for each in (f"examples/both_languages/{name}.cpp",
                                                                  f"examples/both_languages/{name}.py", name)])
            for _, kind, name, quoted, _ in blocks:
                if kind == "from":
                    self.assertEqual(quoted, (REPOSITORY / name).read_text(), f"{page}: {name}")
                elif exact_here():
                    self.assertEqual(quoted, self.printed[name, "cpp"], f"{page}: {name}")

    def test_there_is_no_other_program(self):
        self.assertEqual(sorted(path.name for path in SOURCES.iterdir()),
                         sorted(f"{name}.{language}" for name in NAMES for language in ("cpp", "py")))


def update():
    BothLanguages.setUpClass()
    for page in PAGES:
        def contents(block):
            start, kind, name, _, end = block.groups()
            text = (REPOSITORY / name).read_text() if kind == "from" else BothLanguages.printed[name, "cpp"]
            return start + text + end
        path = REPOSITORY / page
        path.write_text(BLOCK.sub(contents, path.read_text()))


if __name__ == "__main__":
    if UPDATE:
        update()
    else:
        unittest.main(argv=sys.argv[:1], verbosity=2)
