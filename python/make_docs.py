#!/usr/bin/env python3
"""Writes the docstrings of the engine's classes for Python: what stands above them in the headers.

    make_docs.py REPOSITORY OUTPUT     OUTPUT: linnet/_docs.py of the package that is built

Formulas, shapes and errors are the same in both languages; examples in C++ are left out.
"""
import pathlib
import pprint
import re
import sys

FOLDERS = ["activations", "constraints", "initializers", "layers", "losses", "metrics", "models", "ops", "optimizers",
           "regularizers"]
COMMENT = r"((?:^[ ]*///.*\n)+)"
CLASS = re.compile(COMMENT + r"^(?:template <.*>\n)?(?:class|struct) (\w+)(?: final)?\b(?! *;)", re.MULTILINE)
MACROS = re.compile(COMMENT + r"((?:^LINNET_\w+\(\w+.*\n)+)", re.MULTILINE)  # each line of them makes a class
FUNCTION = re.compile(COMMENT + r"^(?:inline )?Tensor (\w+)\(", re.MULTILINE)


def paragraphs(comment):
    """The lines of a comment without examples, which end in semicolons or braces."""
    lines = [re.sub(r"^ *///?/? ?", "", line) for line in comment.splitlines()]
    kept, in_example = [], False
    for line in lines:
        indented = line.startswith("  ")
        in_example = indented and (in_example or bool(re.search(r"[;{}]\s*(//.*)?$|\{\.", line)))
        if not in_example:
            kept.append(line.rstrip())
    return "\n".join(kept).strip()


def in_python(text):
    """Names as Python has them."""
    return re.sub(r"\b(\w+)::", r"\1.", re.sub(r"\btrue\b", "True", re.sub(r"\bfalse\b", "False", text)))


def docs(repository):
    found = {}
    for folder in FOLDERS:
        for header in sorted((repository / "linnet" / folder).glob("*.h")):
            source = header.read_text()
            pairs = CLASS.findall(source) + FUNCTION.findall(source)
            pairs += [(comment, name) for comment, lines in MACROS.findall(source)
                      for name in re.findall(r"^LINNET_\w+\((\w+)", lines, re.M)]
            for comment, name in pairs:
                text = paragraphs(comment)
                if text:
                    found[f"{folder}.{name}"] = in_python(text)
    return found


def main():
    output = pathlib.Path(sys.argv[2])
    text = ('"""What stands above the engine\'s classes in its headers. Written by make_docs.py."""\n'
            f"DOCS = {pprint.pformat(docs(pathlib.Path(sys.argv[1])), width=120)}\n")
    if not output.exists() or output.read_text() != text:
        output.write_text(text)


if __name__ == "__main__":
    main()
