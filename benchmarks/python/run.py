#!/usr/bin/python3
"""What Python costs: steps of fit from NumPy's arrays beside the same from C++, the article's program beside PyTorch, and
`import linnet` beside NumPy's own import.

    benchmarks/python/run.py [--build build] [--rounds 5]     needs the targets linnet_python and linnet-bench-steps

Programs that are compared run in turn, round by round, and the least time of each counts: other programs on the machine
only make it longer. Ratios are those of one run.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SAMPLES, EPOCHS, BATCH = 19200, 3, 64


def run(command, build):
    variables = {"PYTHONPATH": str(build / "python"), "LINNET_DATA": str(ROOT / "data")}
    start = time.perf_counter()
    result = subprocess.run([str(part) for part in command], env=os.environ | variables, text=True, capture_output=True)
    seconds = time.perf_counter() - start
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout, seconds


def in_turn(programs, rounds, measure):
    """{name: least and median of what `measure` says} over rounds in which each program runs once."""
    values = {name: [] for name in programs}
    for _ in range(rounds):
        for name, command in programs.items():
            values[name] += measure(command)
    return {name: (min(each), statistics.median(each)) for name, each in values.items()}


def steps(build, rounds):
    print(f"a step of fit, 784-64-10, batches of {BATCH}, microseconds     least   median")
    for dtype in ("float32", "float64"):
        programs = {"C++": [build / "linnet-bench-steps", dtype, EPOCHS, SAMPLES],
                    "Python": [sys.executable, HERE / "steps.py", dtype, EPOCHS, SAMPLES]}
        count = SAMPLES / BATCH
        found = in_turn(programs, rounds, lambda command: [float(line) for line in run(command, build)[0].split()])
        for name, (least, median) in found.items():
            print(f"  {name:8} {dtype} arrays {'':32} {least / count * 1e6:7.1f}  {median / count * 1e6:7.1f}")
        print(f"  Python / C++ {'':44} {found['Python'][0] / found['C++'][0]:7.3f}")


def article(build, rounds):
    programs = {"the article's program": [sys.executable, "-m", "linnet.as_tensorflow", ROOT / "tests/python/article.py"],
                "PyTorch, from Python": [sys.executable, ROOT / "benchmarks/peers/pytorch.py", "--workload", "w1",
                                         "--threads", "2", "--epochs", "10"]}
    try:
        import torch  # noqa: F401
    except ImportError:
        del programs["PyTorch, from Python"]
    found = in_turn(programs, rounds, lambda command: [run(command, build)[1]])
    print("\nthe whole program, ten epochs of MNIST, seconds                least   median")
    for name, (least, median) in found.items():
        print(f"  {name:58} {least:7.2f}  {median:7.2f}")


def imports(build, rounds):
    programs = {"import numpy": [sys.executable, "-c", "import numpy"],
                "import linnet": [sys.executable, "-c", "import linnet"]}
    found = in_turn(programs, 3 * rounds, lambda command: [run(command, build)[1]])
    print("\nfrom the start of Python to the end of the import, seconds     least   median")
    for name, (least, median) in found.items():
        print(f"  {name:58} {least:7.3f}  {median:7.3f}")
    print(f"  linnet beyond NumPy {'':37} {found['import linnet'][0] - found['import numpy'][0]:8.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    build = options.build.resolve()
    print(f"load of the machine before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} processors\n")
    for part in (steps, article, imports):
        part(build, options.rounds)


if __name__ == "__main__":
    main()
