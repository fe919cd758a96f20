#!/usr/bin/env python3
"""Compares the tutorial, in both languages, with the programs whose output and source it quotes.

  tutorial_test.py REPOSITORY PROGRAMS FOLDER            PROGRAMS: where they were built; FOLDER: where they run
  tutorial_test.py REPOSITORY PROGRAMS FOLDER --update   writes what they print into the pages instead

A comment in a page names the program of the block below it:  <!-- printed by tutorial_data -->  or its source:
<!-- from examples/tutorial/data.cpp -->. A block is a part of the output (or source), in whole lines; where a program
has several blocks, blank lines of its output part them. Numbers in the prose must be printed by a program, too, or be
listed in ARTICLE or KNOWN below.

With AVX2 and AVX-512 the programs print the same text. Older and other processors add in another order, so that
trainings end a little differently: there the words are compared exactly, counts may differ by 1 and other numbers by
2 % (found with SSE4 and with plain code: 1 and 1.5 %).
"""
import pathlib
import re
import subprocess
import sys

PAGES = ["docs/tutorial.md", "docs/zh/tutorial.md"]
# In the order in which they run: tutorial_use needs the network that tutorial_train saves.
PROGRAMS = ["tutorial_data", "tutorial_network", "tutorial_by_hand", "tutorial_gradient_descent", "tutorial_train",
            "tutorial_use", "tutorial_seeds", "overfitting"]
ARTICLE = {"120", "99.07", "97.07", "0.9907"}  # what the article says, quoted as wrong
KNOWN = {
    "70000": "60,000 + 10,000",
    "937.5": "60,000 / 64",
    "255": "the largest value of a byte",
    "0.69": "ln 2",
    "0.999": "Adam's default beta_2",
    "128": "a suggestion to the reader",
    "0.5": "a half",
}
BLOCK = re.compile(r"<!-- (printed by|from) (\S+) -->\n```\w+\n(.*?)```\n", re.DOTALL)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def numbers(text):
    return [n.rstrip(",").replace(",", "") for n in NUMBER.findall(text)]


def exact_here():
    cpu = pathlib.Path("/proc/cpuinfo")
    return cpu.exists() and {"avx2", "fma"} <= set(cpu.read_text().split())


def is_close(quoted, printed):
    """Could another processor print this number?"""
    tolerance = 0.02 * abs(float(quoted)) if "." in quoted else 1
    return abs(float(quoted) - float(printed)) <= tolerance


def agrees(quoted, printed):
    """Is this block what the program prints (a part of it)?"""
    if quoted in printed:
        return True
    if exact_here():
        return False
    shape = re.escape(NUMBER.sub("#", quoted)).replace("\\#", r"[\d,.]+").replace("\\ ", r"\s+").replace("#", r"[\d,.]+")
    found = re.search(shape, printed)
    if not found:
        return False
    pairs = zip(numbers(quoted), numbers(found.group()))
    return all(is_close(a, b) for a, b in pairs)


def prose(page):
    """The page without code, formulas and the targets of links."""
    page = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
    page = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\]\([^)]*\)|<!--.*?-->", " ", page, flags=re.DOTALL)
    return page


def is_printed(number, values):
    """Does a printed value round to this number, as it stands or in percent?"""
    digits = len(number.partition(".")[2])
    return any(f"{value * scale:.{digits}f}" == number for value in values for scale in (1, 100))


def main():
    repository, programs, folder = (pathlib.Path(argument) for argument in sys.argv[1:4])
    update = "--update" in sys.argv
    folder.mkdir(parents=True, exist_ok=True)
    printed = {}
    for program in PROGRAMS:
        printed[program] = subprocess.run([(programs / program).resolve()], cwd=folder, check=True, text=True,
                                          stdout=subprocess.PIPE, encoding="utf-8").stdout
    values = [float(n) for text in printed.values() for n in numbers(text)]

    failures = []
    for name in PAGES:
        path = repository / name
        page = path.read_text(encoding="utf-8")
        blocks = BLOCK.findall(page)
        if update:
            used = {}

            def current(match):
                kind, source, quoted = match.groups()
                if kind == "from":
                    return match.group()
                parts = printed[source].strip("\n").split("\n\n")
                count = sum(1 for k, s, _ in blocks if (k, s) == (kind, source))
                position = used.get(source, 0)
                used[source] = position + 1
                part = parts[position] if position < count - 1 else "\n\n".join(parts[position:])
                return match.group().replace("```text\n" + quoted, "```text\n" + part + "\n")

            path.write_text(BLOCK.sub(current, page), encoding="utf-8")
            continue
        seen = set()
        for kind, source, quoted in blocks:
            seen.add(source)
            text = printed[source] if kind == "printed by" else (repository / source).read_text(encoding="utf-8")
            if not quoted.strip():
                failures.append(f"{name}: the block of {source} is empty")
            elif kind == "from" and quoted not in text or kind == "printed by" and not agrees(quoted, text):
                failures.append(f"{name}: this is not {kind} {source}:\n{quoted}\n--- but:\n{text}")
        failures += [f"{name}: nothing printed by {program}" for program in PROGRAMS if program not in seen]
        for number in numbers(prose(page)):
            small = "." not in number and len(number) < 3
            if not (small or number in ARTICLE or number in KNOWN or is_printed(number, values)):
                failures.append(f"{name}: {number} is printed by no program")
    print("\n".join(failures) or "The pages say what the programs print.")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
