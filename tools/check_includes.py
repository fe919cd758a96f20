#!/usr/bin/env python3
"""The staircase: a folder of linnet/ may include itself and folders on lower steps only.

Prints every breach as file:line and exits with 1 if there is one. `--self-test` checks the check.
"""
import pathlib
import re
import sys
import tempfile

STEPS = [
    ["base"],
    ["kernels"],
    ["tensor"],
    ["ops"],
    ["activations", "initializers", "regularizers", "constraints", "losses", "optimizers", "data",
     "saving", "distributed"],
    ["metrics"],  # above losses: many a metric is the average of a loss
    ["layers"],
    ["models"],
    ["reports", "tuning"],
]
STEP = {folder: step for step, folders in enumerate(STEPS) for folder in folders}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
# What would reach every user's program through a header of the library.
HEAVY = re.compile(r"^(oneapi/|dnnl|hwy/|Eigen/|nlohmann/|CLI/|fmt/|iostream$|regex$)")


def breach(path, include):
    """Why `path` (relative to the repository) must not include `include`, or None."""
    parts = path.parts
    inside = parts[0] == "linnet" and len(parts) > 2
    folder = parts[1] if inside else None
    if inside and folder not in STEP:
        return f"linnet/{folder} is not on the staircase of tools/check_includes.py"
    if include.startswith(("apps/", "cli/", "examples/", "tests/", "benchmarks/")) and parts[0] in ("linnet", "examples"):
        return "the library and the examples do not know the programs and tests around them"
    if re.match(r"^(oneapi/|dnnl)", include) and parts[:3] != ("linnet", "kernels", "cpu"):
        return "only linnet/kernels/cpu sees oneDNN"
    if inside and path.suffix == ".h" and HEAVY.match(include) and parts[:3] != ("linnet", "kernels", "cpu"):
        return "headers of the library stay light"
    if not include.startswith("linnet/"):
        return None
    target = include.split("/")
    if parts[0] == "examples":
        return None if include == "linnet/linnet.h" else "examples include linnet/linnet.h only"
    if parts[0] in ("apps", "python"):  # many small files: each includes what it needs, which compiles faster
        return "programs do not know the kernels" if target[1] == "kernels" else None
    if not inside:
        return None
    if len(target) < 3:
        return "the library does not include its umbrella header"
    if target[1] == folder:
        pair = {parts[2], target[2]}
        return "reference and cpu kernels do not see each other" if pair == {"reference", "cpu"} else None
    if target[1] not in STEP:
        return f"linnet/{target[1]} is not on the staircase of tools/check_includes.py"
    if STEP[target[1]] < STEP[folder]:
        return None
    where = "on the same step as" if STEP[target[1]] == STEP[folder] else "above"
    return f"linnet/{target[1]} is {where} linnet/{folder}"


def breaches(root):
    found = []
    for top in ("linnet", "apps", "python", "examples"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in (".h", ".cpp") or not path.is_file():
                continue
            relative = path.relative_to(root)
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                reason = match and breach(relative, match.group(1))
                if reason:
                    found.append(f'{relative}:{number}: includes "{match.group(1)}": {reason}')
                elif not match and relative == pathlib.Path("linnet/linnet.h") and not re.match(
                        r"^\s*(//.*|#pragma once)?$", line):
                    found.append(f"{relative}:{number}: the umbrella header holds includes only")
    return found


def self_test():
    """Plants breaches in a small tree: each must be found, and what is allowed must not be."""
    cases = [
        ("linnet/base/a.h", "linnet/tensor/tensor.h", True),
        ("linnet/ops/a.cpp", "linnet/layers/layer.h", True),
        ("linnet/losses/a.cpp", "linnet/metrics/metric.h", True),
        ("linnet/models/a.h", "linnet/linnet.h", True),
        ("linnet/ops/a.cpp", "oneapi/dnnl/dnnl.hpp", True),
        ("linnet/saving/a.h", "nlohmann/json.hpp", True),
        ("linnet/tuning/a.h", "Eigen/Core", True),
        ("linnet/tuning/a.cpp", "linnet/reports/report.h", True),
        ("linnet/kernels/reference/a.cpp", "linnet/kernels/cpu/session.h", True),
        ("linnet/attic/a.h", "linnet/base/check.h", True),
        ("apps/cli/a.cpp", "linnet/kernels/kernels.h", True),
        ("python/engine/a.cpp", "linnet/kernels/kernels.h", True),
        ("examples/a.cpp", "linnet/models/model.h", True),
        ("examples/a.cpp", "tests/support/check_op.h", True),
        ("linnet/saving/a.cpp", "nlohmann/json.hpp", False),
        ("linnet/kernels/cpu/a.cpp", "oneapi/dnnl/dnnl.hpp", False),
        ("linnet/models/a.cpp", "linnet/base/check.h", False),
        ("linnet/layers/a.cpp", "linnet/layers/layer.h", False),
        ("apps/cli/a.cpp", "linnet/models/model.h", False),
        ("python/engine/a.cpp", "linnet/models/model.h", False),
        ("examples/a.cpp", "linnet/linnet.h", False),
    ]
    for path, include, expected in cases:
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / path
            file.parent.mkdir(parents=True)
            file.write_text(f"#include <{include}>\n")
            found = breaches(pathlib.Path(folder))
            if bool(found) != expected:
                return [f"self-test: {path} including {include}: {'found' if found else 'not found'}"]
    return []


def main():
    found = self_test() if "--self-test" in sys.argv else breaches(pathlib.Path(__file__).resolve().parent.parent)
    print("\n".join(found) if found else "no folder includes upwards")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
