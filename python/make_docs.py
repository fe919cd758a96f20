#!/usr/bin/env python3
"""Writes the docstrings of the engine's classes for Python: what stands above them in the headers.

    make_docs.py REPOSITORY OUTPUT     OUTPUT: linnet/_docs.py of the package that is built

Formulas, shapes and errors are the same in both languages; examples in C++ are left out.
"""
import pathlib
import pprint
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "docs/site"))
from docstrings import docstrings  # noqa: E402

FOLDERS = ["activations", "constraints", "initializers", "layers", "losses", "metrics", "models", "ops", "optimizers",
           "regularizers"]
KERAS = re.compile(r"Keras:\s+keras(?:\.\w+)*\.(\w+)")
SAME = re.compile(rf"\s*{KERAS.pattern}\.(?=\n|$)")  # what linnet/_objects.py says of every class


def in_python(text):
    """Names as Python has them."""
    return re.sub(r"\b(\w+)::", r"\1.", re.sub(r"\btrue\b", "True", re.sub(r"\bfalse\b", "False", text)))


def docs(repository):
    """{"layers.Dense": text, …} of classes, and of functions that give a tensor; also by the names that Keras has for
    them where these are others."""
    found, others = {}, {}
    for folder in FOLDERS:
        for docstring in docstrings(repository, folder):
            key, text = f"{folder}.{docstring.name}", docstring.text()
            if alias := re.match(r"using \w+ = (\w+);", docstring.code):
                others[key] = f"{folder}.{alias[1]}"
            elif text and (docstring.kind or re.match(r"(?:inline )?Tensor \w+\(", docstring.code)):
                found[key] = in_python(SAME.sub("", text) if docstring.kind else text)
                if name := KERAS.search(text):
                    others[f"{folder}.{name[1]}"] = key
    return {**{other: found[key] for other, key in others.items() if key in found}, **found}


def main():
    output = pathlib.Path(sys.argv[2])
    text = ('"""What stands above the engine\'s classes in its headers. Written by make_docs.py."""\n'
            f"DOCS = {pprint.pformat(docs(pathlib.Path(sys.argv[1])), width=120)}\n")
    if not output.exists() or output.read_text() != text:
        output.write_text(text)


if __name__ == "__main__":
    main()
