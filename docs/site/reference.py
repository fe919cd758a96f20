#!/usr/bin/env python3
"""Prepares the headers for Doxygen: copies them to a folder with what readers of the source see at once.

  reference.py REPOSITORY FOLDER

- A remark at the end of a line of code belongs to what stands before it.
- Headers whose first comment ends with "Internal." are left out.
- The comment that begins a header describes it; indented lines of comments are code.
- What is told above one overload, or one of several declarations in a row by one macro, holds for the next, too.
- Several constants in one declaration become several declarations.
- Macros that make classes or options are expanded, so that the classes have their members.
- What many classes have under one name and with one meaning is explained once, in reference_words.txt.
- A class that takes options gets a table of them, with their defaults.
"""
import pathlib
import re
import sys

DECLARATION = re.compile(
    r"^ *(?!return|:|using |namespace|public:|private:|protected:|friend|#|//|/\*|\}|template|using namespace|extern|static_assert)"
    r".*?(?P<name>operator *(?:\(\)|[^\w\s(]+|[\w:<> &]+?)|~?\w+(?:<[\w:]+>)?)(?P<rest>\(.*|(?:\[[^\]]*\])?(?: = [^;]*|\{[^;]*\})?;.*)$")
USING = re.compile(r"^ *using (?P<name>\w+)(?P<rest> = .*)$")
ENUM = re.compile(r"^ *enum class (?P<name>\w+)(?P<rest> .*)$")
FUNCTION_OBJECT = re.compile(r"^ *std::function<.*> (?P<name>\w+)(?P<rest>;)$")
OPTION = re.compile(r"^((?:  ///(?!<).*\n)*)  (?!using|static)([\w:<>,* ]+?) (\w+) =\s+(.*?);(?:\s+///< (.*))?$", re.MULTILINE)
MACRO = re.compile(r"^#define (LINNET_\w+)\(([^)]*)\) *\\?\n((?:.*\\\n)*.*\n)", re.MULTILINE)


MAIN_PAGE = """/** @mainpage Reference
Every public name of Linnet. Most programs begin with `#include <linnet/linnet.h>` and `using namespace linnet;`.

- Tensors: @ref linnet::Tensor, @ref linnet::Variable, the operations in the headers of linnet/ops
- Layers: @ref linnet::Dense and the other headers of linnet/layers; a layer of one's own: @ref linnet::Layer
- Models: @ref linnet::Sequential, @ref linnet::Model, @ref linnet::FitOptions; callbacks: @ref linnet::Callback
- Training: @ref linnet::Loss, @ref linnet::Optimizer, @ref linnet::Metric
- Data: @ref linnet::Dataset, @ref linnet::datasets, @ref linnet::Table
*/
/** @namespace linnet
All of Linnet. */
/** @namespace linnet::datasets
Data sets by name. */
/** @namespace linnet::metrics
Metrics. Keras: keras.metrics. */
/** @namespace linnet::kernels
The contract between operations and what computes them. */
/** @namespace linnet::ops
What operations share. For those who add one. */
"""


def read_words(path):
    words = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, meaning = line.partition("  ")
            words[name] = meaning.strip()
    return words


def split_arguments(text):
    """The arguments of a macro call: commas inside of brackets part nothing."""
    arguments, depth, current = [], 0, ""
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            arguments.append(current.strip())
            current = ""
        else:
            current += character
    return arguments + [current.strip()]


def is_internal(text):
    """Does the comment that begins a header say so?"""
    return re.match(r"(?://.*\n)*//.*\bInternal\.", text)


def read_macros(repository):
    """{name: (parameters, body)} of the macros in all headers."""
    macros = {}
    for path in sorted((repository / "linnet").rglob("*.h")):
        for name, parameters, body in MACRO.findall(path.read_text(encoding="utf-8")):
            macros[name] = ([parameter.strip() for parameter in parameters.split(",")], body)
    return macros


def expand(line, macros):
    """The lines that a macro call stands for, or the line itself."""
    call = re.match(r"^( *)(LINNET_\w+)\((.*)\);?$", line)
    if not call or call.group(2) not in macros:
        return [line]
    parameters, body = macros[call.group(2)]
    for parameter, argument in zip(parameters, split_arguments(call.group(3))):
        body = re.sub(rf"#{parameter}\b", lambda _: f'"{argument}"', body)
        body = re.sub(rf"\b{parameter}\b", lambda _: argument, body)
    lines = [part.rstrip("\\").rstrip() for part in body.replace("##", "").rstrip("\n").split("\n")]
    if not lines[-1].endswith((";", "}")) or lines[-1].strip() == "}":
        lines[-1] += ";"
    return [inner for part in lines for inner in expand(part, macros)]


def split_declarators(line):
    """`double a = 1, b = 2;  ///< remark` becomes two lines, each with the remark."""
    match = re.match(r"^( +)((?:std::)?[\w:]+(?:<[^;]*>)?) (\w+(?: = [^,;(]+)?(?:, \w+(?: = [^,;(]+)?)+);( +///<.*)?$", line)
    if not match or match.group(2) in ("return", "using"):
        return [line]
    indent, kind, names, remark = match.groups()
    return [f"{indent}{kind} {name};{remark or ''}" for name in split_arguments(names)]


def with_code(text):
    """Runs of `///   indented` lines become code; <words> elsewhere in comments are no HTML."""
    text = re.sub(r"^ *///(?!   ).*$", lambda line: re.sub(r"<(\w+)>", r"&lt;\1&gt;", line.group()), text, flags=re.MULTILINE)
    def code(match):
        indent = match.group(2)
        inside = re.sub(rf"^{indent}///   ", f"{indent}///   ", match.group(1), flags=re.MULTILINE)
        return f"{indent}/// @code{{.cpp}}\n{inside}{indent}/// @endcode\n"
    return re.sub(r"((?:^( *)///   .*\n)(?:^ *///   .*\n)*)", code, text, flags=re.MULTILINE)


def split_constants(text):
    """`inline constexpr DType a = 1, b = 2;`, perhaps over several lines, becomes a declaration for each."""
    def split(match):
        return "\n".join(f"inline constexpr {match.group(1)} {part};" for part in split_arguments(match.group(2)))
    return re.sub(r"^inline constexpr (\w+) (\w+ = [^;{(]*);", split, text, flags=re.MULTILINE)


def expanded(text, macros):
    """The lines with macros expanded, one declaration in each, and remarks as documentation."""
    lines = []
    for line in text.split("\n"):
        line = re.sub(r"([;,{}]|\)) +// NOLINT.*$", r"\1", line)
        for part in expand(line, macros):
            part = re.sub(r"^(\s*[^/\s].*[;,{}]|\s*[^/\s].*\)) +// (.*)$", r"\1  ///< \2", part)
            lines += split_declarators(part)
    return lines


def read_options(texts, macros, words):
    """{"DenseOptions": [(name, default, meaning), …], …}"""
    found = {}
    for text in texts:
        code = "\n".join(expanded(MACRO.sub("\n", text), macros))
        for name, body in re.findall(r"^struct (\w+Options) \{\n(.*?)^\};", code, re.MULTILINE | re.DOTALL):
            rows = found[name] = []
            for above, kind, field, default, remark in OPTION.findall(body):
                default = written_default(kind, default)
                told = " ".join(re.findall(r"/// (.*)", above)) or (remark if remark != default else "")
                rows.append((field, default, told or words.get(f"{name}::{field}") or words.get(field, "")))
    return found


def written_default(kind, default):
    """What a reader sees: `true`, none, linear."""
    if default not in ("{}", "std::nullopt"):
        return f"`{default}`"
    if kind.startswith(("std::optional", "Any", "std::shared_ptr", "Tensor", "Dataset")):
        return "none"
    return {"ActivationFunction": "linear", "DTypePolicy": "that of dtype_policy()", "std::string": '`""`'}.get(kind, "`{}`")


def table_of_options(name, body, options):
    """For the comment of a class: a table of what its constructor takes."""
    taken = re.search(rf"\b{name}\([^;{{]*?(\w+Options)&? options", body) or re.search(r"using Options = (\w+);", body)
    if not taken or not options.get(taken.group(1)):
        return []
    rows = [" | ".join(["", *(cell.replace("|", "\\|") for cell in row), ""]) for row in options[taken.group(1)]]
    return ["///", "/// | option | default | |", "/// |:--|:--|:--|", *(f"///{row}" for row in rows)]


def body_of(lines, place):
    """The lines of the class that begins there."""
    indent = re.match(" *", lines[place]).group()
    end = next((i for i in range(place, len(lines)) if lines[i].startswith(f"{indent}}}")), len(lines))
    return "\n".join(lines[place:end])


def prepare(text, macros, words, options):
    text = split_constants(text)
    head = re.match(r"(?:// ?.*\n)+", text)
    if head:
        text = "/// @file\n" + re.sub(r"^// ?", "/// ", head.group(), flags=re.MULTILINE) + text[head.end():]
    lines = expanded(MACRO.sub("\n", text), macros)

    result, scopes, told, previous, previous_name = [], [], [], "", ""
    in_comment = False
    for place, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if line.strip() and not line.startswith("#"):
            while scopes and scopes[-1][1] >= indent and not line.lstrip().startswith(("public", "private", "protected")):
                scopes.pop()
        if line.lstrip().startswith("///") and not line.lstrip().startswith("///<"):
            told = told + [line] if in_comment else [line]
            in_comment = True
            result.append(line)
            continue
        documented = in_comment or "///<" in line
        in_comment = False
        scope = re.match(r"^ *(?:template <.*> *)?(?:class|struct) (\w+)[^;]*$", line)
        if scope:
            name = scope.group(1)
            if not documented:
                meaning = words.get(name) or (f"Options of {name[:-7]}." if name.endswith("Options") else None)
                if meaning:
                    result.append(f"{' ' * indent}/// {meaning}")
            elif line.lstrip().startswith("class"):
                result += table_of_options(name, body_of(lines, place), options)
            scopes.append((name, indent))
        else:
            match = USING.match(line) or ENUM.match(line) or FUNCTION_OBJECT.match(line) or DECLARATION.match(
                re.sub(r"^ *requires\([^()]*\) ", "  ", line))
            if match and not previous.rstrip().endswith((",", "(", "=")):
                name, rest = re.sub(r"^(\w+)<\w.*", r"\1", match.group("name").strip()), match.group("rest")
                owner = scopes[-1][0] if scopes else ""
                overload = name == previous_name and rest.startswith("(")
                if not documented and name == owner and rest.startswith("("):
                    result.append(f"{' ' * indent}/// {words.get(f'{owner}::{name}', words['(constructor)'])}")
                elif not documented and overload and told:
                    result += told
                elif not documented and (meaning := words.get(f"{owner}::{name}") or words.get(name)):
                    told = [f"{' ' * indent}/// {meaning}"]
                    result += told
                elif not documented:
                    told = []
                previous_name = name
        result.append(line)
        previous = line if line.strip() else previous
    return with_code("\n".join(result))


def main():
    repository, folder = (pathlib.Path(argument) for argument in sys.argv[1:3])
    words = read_words(repository / "docs/site/reference_words.txt")
    macros = read_macros(repository)
    headers = {path: path.read_text(encoding="utf-8") for path in sorted((repository / "linnet").rglob("*.h"))}
    options = read_options(headers.values(), macros, words)
    for path, text in headers.items():
        if is_internal(text):
            continue
        copy = folder / path.relative_to(repository)
        copy.parent.mkdir(parents=True, exist_ok=True)
        own = read_options([text], macros, words)  # a loss and a metric of one name have options of one name
        copy.write_text(prepare(text, macros, words, {**options, **own}), encoding="utf-8")
    (folder / "main.dox").write_text(MAIN_PAGE, encoding="utf-8")


if __name__ == "__main__":
    main()
