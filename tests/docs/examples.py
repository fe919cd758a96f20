#!/usr/bin/env python3
"""Writes the examples in the comments of the headers as a program that tests them.

  examples.py REPOSITORY OUTPUT FOLDER …     OUTPUT: a source with a test for each example in linnet/FOLDER
  examples.py --self-test

An example says what comes of it behind an arrow. Behind an expression, or a declaration with "=", or on the next line:

    /// y = max(x, 0).
    ///   x [...] -> y [...]
    ///   Tensor y = ReLU()(tensor({-1, 2}));  // -> {0, 2}

  {{1, 2}, {3, 4}}   the numbers of a tensor or vector, right to 0.05 %; {"a", "b"} texts
  [2, 10]            a shape, also that of a tensor
  0.25  true  "cat"  a number, also a tensor of rank 0; a bool; a text

Classes of FAMILIES that Keras's users know must have an example and a text; layers must also say shapes, in brackets.
What is missing, or cannot be read, is a test that fails.
"""
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "docs/site"))
from docstrings import Docstring, docstrings  # noqa: E402

FAMILIES = ["layers", "losses", "metrics", "optimizers", "initializers", "regularizers", "constraints", "models"]
# Classes that are made, but not final; and those that users derive from.
KNOWN = ["Adam", "FBetaScore", "History", "L1L2", "Model", "Sequential", "VarianceScaling",
         "Callback", "Constraint", "Initializer", "Layer", "LearningRateSchedule", "Loss", "Metric", "Optimizer",
         "Regularizer", "RNNCell"]
OPENING, CLOSING = "([{", ")]}"
TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
DECLARATION = re.compile(r"^(?:const )?(?:std::)?\w+(?:<[^=]*>)?&? (\w+) = ")


def without_texts(code):
    """Of the same length, so that places agree."""
    return TEXT.sub(lambda text: "_" * len(text.group()), code)


def depth_of(code):
    bare = without_texts(code)
    return sum(map(bare.count, OPENING)) - sum(map(bare.count, CLOSING))


def part(line):
    """The code, and what stands behind "//"."""
    at = without_texts(line).find("//")
    return (line, "") if at < 0 else (line[:at].rstrip(), line[at + 2:].strip())


def statements(example):
    """[(line number, code, result or ""), …]: lines of one statement, and what is said to come of it."""
    found, first, code, open_result = [], 0, [], False
    for number, line in example:
        line, remark = part(line)
        if code or line.strip():
            first = first if code else number
            code.append(line)
        if code and depth_of("\n".join(code)) == 0 and code[-1].endswith((";", "}")):
            found.append([first, "\n".join(code), ""])
            code = []
        if remark.startswith("->") or open_result:
            if not found or code:
                raise ValueError(f"line {number}: expected a result behind a statement")
            found[-1][2] += remark.removeprefix("->").strip()
            open_result = depth_of(found[-1][2]) > 0
    if code or open_result:
        raise ValueError(f"line {example[-1][0]}: expected the end of a statement or result")
    return [tuple(statement) for statement in found]


def expected(result):
    """A result as C++."""
    if result.startswith("["):
        return f"linnet::Shape{{{', '.join(str(int(size)) for size in json.loads(result))}}}"
    as_json = str.maketrans("{}", "[]")
    value = json.loads("".join(piece if piece.startswith('"') else piece.translate(as_json)
                               for piece in re.split(rf"({TEXT.pattern})", result)))
    if isinstance(value, str):
        return f"std::string({json.dumps(value, ensure_ascii=False)})"
    if isinstance(value, list) and value and isinstance(value[0], str):
        return f"std::vector<std::string>{{{', '.join(json.dumps(text, ensure_ascii=False) for text in value)}}}"
    shape, numbers = [], [value]
    while numbers and isinstance(numbers[0], list):
        if len({len(row) for row in numbers}) > 1:
            raise ValueError(f"expected rows of one length, received {result}")
        shape.append(len(numbers[0]))
        numbers = [number for row in numbers for number in row]
    written = ", ".join({float("inf"): "INFINITY"}.get(number, "NAN" if number != number else repr(float(number)))
                        for number in numbers)
    return f"documented::Numbers{{{{{', '.join(map(str, shape))}}}, {{{written}}}}}"


def checked(code, result):
    """A statement that compares what comes of it; the last one of several on a line."""
    if not result:
        return code
    if declared := DECLARATION.match(code.strip()):
        return f"{code} documented::expect({{__FILE__, __LINE__}}, {declared[1]}, {expected(result)});"
    body = code.rstrip(" ;")
    start = max([place + 1 for place, character in enumerate(without_texts(body))
                 if character == ";" and depth_of(body[:place]) == 0], default=0)
    return f"{body[:start]} documented::expect({{__FILE__, __LINE__}}, {body[start:].strip()}, {expected(result)});"


def problems(docstring, folder):
    """What is missing."""
    if folder in FAMILIES and docstring.kind == "class" and (docstring.final or docstring.name in KNOWN):
        if not docstring.example():
            yield "expected an example: indented lines, the last one with a semicolon"
        if len(docstring.text().split()) < 4:
            yield "expected a formula, or what it computes"
        if folder == "layers" and len(re.findall(r"\[[^\]]*\]", docstring.text())) < 2:
            yield "expected the shapes of inputs and outputs in brackets: x [batch, in] -> y [batch, out]"
    if "// ->" in docstring.text():
        yield "expected a semicolon in front of each result"


def test_of(docstring, folder, path):
    """A test: the example in a function of its own; or, where there is nothing to test, nothing."""
    lines, complaints = [], list(problems(docstring, folder))
    try:
        for number, code, result in statements(docstring.example()):
            lines += [f'#line {number} "{path}"', checked(code, result)]
    except ValueError as error:
        complaints.append(str(error))
    place = f'{{"{path}", {docstring.line}}}'
    lines += [f"  documented::complain({place}, {json.dumps(complaint)});" for complaint in complaints]
    variable = f"{pathlib.Path(docstring.header).stem}_{docstring.line}"
    begin = f'const documented::Example {folder}_{variable}({place}, "{folder}", "{docstring.name}", [] {{'
    return "\n".join([begin, *lines, "});"]) if lines else ""


def raises(function, *arguments):
    try:
        function(*arguments)
    except ValueError:
        return True
    return False


def self_test():
    lines = ['  Dense dense(2,  // two units', '              {.name = "a//b; {"});', '  f(); dense(x);  // -> {{1, -2.5},',
             '  //     {3, 4e-3}}', '  dense.name();', '  // -> "a // b"', '  Tensor y = g(x);  // -> [2, -1]', '  h();']
    found = statements(list(enumerate(lines, 10)))
    assert [number for number, _, _ in found] == [10, 12, 14, 16, 17], found
    assert found[0][1:] == ('  Dense dense(2,\n              {.name = "a//b; {"});', ""), found[0]
    place = "documented::expect({__FILE__, __LINE__}, "
    assert checked(*found[1][1:]) == f"  f(); {place}dense(x), documented::Numbers{{{{2, 2}}, {{1.0, -2.5, 3.0, 0.004}}}});"
    assert checked(*found[2][1:]) == f' {place}dense.name(), std::string("a // b"));'
    assert checked(*found[3][1:]) == f"  Tensor y = g(x); {place}y, linnet::Shape{{2, -1}});"
    assert checked(*found[4][1:]) == "  h();"
    assert expected("true") == "documented::Numbers{{}, {1.0}}" and "NAN" in expected("{NaN, 1}")
    assert expected('{"{", "b"}') == 'std::vector<std::string>{"{", "b"}'
    assert raises(expected, "{{1, 2}, {3}}") and raises(expected, "about 3")
    assert raises(statements, [(1, "  // -> 3")]) and raises(statements, [(1, "  f(")])

    def complaints(*lines, kind="class", folder="layers"):
        return len(list(problems(Docstring("Dense", kind, True, "", "dense.h", 1, list(lines)), folder)))
    text, shapes, example = "y = x · kernel + bias", "  x [n, in] -> y [n, out]", "  Dense dense(2);"
    assert complaints(text, shapes, "Keras.", example) == 0
    assert complaints() == 3 and complaints(kind="struct") == 0 and complaints(folder="data") == 0
    assert complaints(text, shapes) == 1 and complaints(text, example) == 1 and complaints(shapes, "Keras.", example) == 0
    assert complaints(text, shapes, "Keras.", "  Dense dense(2)") == 1
    assert complaints(text, shapes, "Keras.", example, "Or:", "  f()  // -> 3") == 1


def main():
    if sys.argv[1] == "--self-test":
        return self_test()
    repository, output, folders = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
    found = [(folder, docstring) for folder in folders for docstring in docstrings(repository, folder)]
    tests = [test_of(docstring, folder, repository / docstring.header) for folder, docstring in found]
    headers = ["linnet/linnet.h", *sorted({docstring.header for _, docstring in found if docstring.example()}),
               "tests/docs/documented.h"]
    text = "\n".join([f"// The examples of {', '.join(folders)}. Written by tests/docs/examples.py.",
                      *(f'#include "{header}"' for header in headers),
                      "using namespace linnet;", "namespace {", *filter(None, tests), "}", ""])
    if not output.exists() or output.read_text(encoding="utf-8") != text:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
