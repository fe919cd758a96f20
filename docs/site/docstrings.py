"""What stands above the classes and functions of a header: text, shapes and an example.

Indented lines of a comment are code. A run of them with a line that ends in a semicolon (or a brace) is an example in
C++; other runs are formulas and shapes:

    /// y = activation(x · kernel + bias).
    ///   x [..., in]   kernel [in, units]   bias [units]   y [..., units]
    /// Keras: keras.layers.Dense.
    ///   Dense dense(2, {.kernel_initializer = "ones"});
    ///   dense(tensor({{1, 2, 3}}));  // -> {{6, 6}}
"""
import dataclasses
import re

import reference

STATEMENT_END = re.compile(r"[;}]\s*(//.*)?$")
DETAIL = re.compile(r"^namespace (?:\w+::)*detail \{")
COMMENT = re.compile(r"^ *///(?!<) ?")
CLASS = re.compile(r"^(?:template <.*> *)?(?P<kind>class|struct) (?P<name>\w+)(?P<final> final)?\b(?! *;)", re.MULTILINE)
OTHER = re.compile(r"\b(?:using|struct|class) (?P<type>\w+)|(?P<name>\w+)\(|(?P<member>\w+) =")


@dataclasses.dataclass
class Docstring:
    name: str      # of what stands below
    kind: str      # "class", "struct", or "" for functions and members
    final: bool
    code: str      # what stands below, its first line, macros expanded
    header: str    # linnet/layers/dense.h
    line: int      # of the comment's first line, or of the class without one
    lines: list    # of the comment, without slashes

    def runs(self):
        """[(is_example, [(line number, text), …]), …]: indented lines that follow one another, and each other line."""
        runs = []
        for number, text in enumerate(self.lines, self.line):
            indented = text.startswith("  ")
            if not (indented and runs and runs[-1][0]):
                runs.append((indented, []))
            runs[-1][1].append((number, text))
        return [(indented and any(STATEMENT_END.search(text) for _, text in run), run) for indented, run in runs]

    def example(self):
        """[(line number, code), …]."""
        return [line for is_example, run in self.runs() if is_example for line in run]

    def text(self):
        """Everything else."""
        return "\n".join(text for is_example, run in self.runs() if not is_example for _, text in run).strip()


def docstrings(repository, folder):
    """Of every class in the headers of linnet/FOLDER, also those that macros make, and of whatever else has a comment."""
    macros = reference.read_macros(repository)
    for path in sorted((repository / "linnet" / folder).glob("*.h")):
        if not reference.is_internal(text := path.read_text(encoding="utf-8")):
            yield from _of_header(text, str(path.relative_to(repository)), macros)


def _of_header(text, header, macros):
    comment, begin, in_macro, in_detail = [], 0, False, False
    for number, line in enumerate(text.split("\n"), 1):
        if in_macro or line.startswith("#"):
            in_macro = line.endswith("\\")
            continue
        in_detail = bool(DETAIL.match(line)) or (in_detail and not re.match(r"\}(?!;)", line))
        if COMMENT.match(line):
            begin = begin if comment else number
            comment.append(COMMENT.sub("", line))
            continue
        if comment and re.match(r"^ *(template <.*>|requires .*)$", line):
            continue
        code = "\n".join(part.strip() for part in reference.expand(line, macros))
        made = None if line.startswith(" ") else CLASS.search(code)
        other = OTHER.search(code)
        place = (header, begin if comment else number, comment)
        if made and not in_detail:
            yield Docstring(made["name"], made["kind"], bool(made["final"]), code, *place)
        elif comment and other and not in_detail:
            yield Docstring(other["name"] or other["type"] or other["member"], "", False, code, *place)
        comment = []
