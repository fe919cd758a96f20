#!/usr/bin/env python3
"""Trains the benchmark's networks with Linnet and with other libraries, in turns, and prints medians and ratios.

  benchmarks/run.sh                                       installs the peers, builds, and runs this
  benchmarks/peers/run.py --rounds 5 --json peers.json    with what is there; what is missing is named and skipped

w1: MNIST, 784-64-10, relu, Adam 1e-3, batch 64, reshuffled every epoch. mlp: 784-512-512-10, batch 128.
These are steps of training on random data, and the peer is PyTorch C++:
cnn: 3x3 convolutions of 32 and 64 filters with pooling, dropout, Dense(10) on 28x28 images, batch 128; an "epoch" is 20 steps.
alexnet: AlexNet on 224x224 images in 1000 classes, batch 32. lstm: Embedding(20000, 128), LSTM(128), Dense(1) over 200 words,
batch 32, 20 steps. gpt2: GPT-2 small, batch 1, 256 tokens, AdamW. bert: a forward pass of BERT-base's encoder, batch 8, 128
tokens.
Only training is timed. Peak memory is that of the whole process, with the data."""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Debian's packages belong to Debian's Python.
PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable
LINNET = "linnet"
MIXED = "linnet, mixed_bfloat16"
DTYPES = {LINNET: "float32", MIXED: "mixed_bfloat16"}
STEPS = ("cnn", "alexnet", "lstm", "gpt2", "bert")  # steps of training by peer_linnet, where w1 and mlp are whole trainings


def linnet_command(build, folder, workload, threads, epochs, dtype):
    common = ["--threads", threads, "--epochs", epochs, "--dtype", dtype]
    if workload in STEPS:
        return [build / "peer_linnet", "--workload", workload, *common]
    hidden, batch_size = ("512,512", 128) if workload == "mlp" else ("64", 64)
    return [build / "linnet", "train", "mnist", "--hidden", hidden, "--batch-size", batch_size, *common, "--verbose", 0,
            "--out", folder, "--overwrite", "--json", "-"]


def read_linnet(report):
    if "epoch_seconds" in report:  # of peer_linnet
        return report
    return {"epoch_seconds": [epoch["seconds"] for epoch in report["epochs"]], "test_accuracy": report["test_accuracy"],
            "peak_rss_mb": report["peak_rss_mb"]}


def find_peers(build, mixed):
    """What can run here: name -> start of its command line; and what cannot: name -> why."""
    peers, missing = {MIXED: []} if mixed else {}, {}
    for name, program, package in (("PyTorch C++", "peer_pytorch", "libtorch-dev"),
                                   ("dlib", "peer_dlib", "libdlib-dev")):
        if (build / program).exists():
            peers[name] = [build / program]
        else:
            missing[name] = f"no {build / program}; it needs {package} and cmake -DLINNET_BUILD_BENCHMARKS=ON"
    if subprocess.run([PYTHON, "-c", "import torch"], capture_output=True).returncode == 0:
        peers["PyTorch Python"] = [PYTHON, ROOT / "benchmarks/peers/pytorch.py"]
    else:
        missing["PyTorch Python"] = f"{PYTHON} has no module torch (python3-torch)"
    return peers, missing


def environment(threads):
    """A BLAS with threads of its own beside PyTorch's makes both several times slower, so there it gets one."""
    blas = os.path.realpath("/usr/lib/x86_64-linux-gnu/libblas.so.3")
    own_threads = "pthread" in blas
    return {**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": "1" if own_threads else str(threads)}


def run(command, threads):
    done = subprocess.run([str(word) for word in command], env=environment(threads), capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr}{done.stdout}")
    return json.loads(done.stdout)


def check_networks(workload, results):
    """Libraries that train the same network have as many weights (PyTorch's LSTM has a second bias), and learn."""
    trained = {name: rounds[0] for name, rounds in results.items() if "parameters" in rounds[0]}
    counts = {name: result["parameters"] for name, result in trained.items()}
    if counts and max(counts.values()) > 1.001 * min(counts.values()):
        sys.exit(f"{workload}: the networks differ, they have these numbers of weights: {counts}")
    for name, result in trained.items():
        if not result["last_loss"] < result["first_loss"]:
            sys.exit(f"{workload}: {name} does not learn, its loss went from {result['first_loss']} to {result['last_loss']}")


def measure(build, peers, workload, threads, epochs, rounds):
    """name -> its results, one of each round; every round runs all, one after the other."""
    steps = workload in STEPS
    if steps:
        peers = {name: command for name, command in peers.items() if name in ("PyTorch C++", MIXED)}
    results = {name: [] for name in (LINNET, *peers)}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for name in results:
                if name in DTYPES:
                    command = linnet_command(build, folder, workload, threads, epochs, DTYPES[name])
                    result = read_linnet(run(command, threads))
                else:
                    result = run([*peers[name], "--workload", workload, "--threads", threads, "--epochs", epochs],
                                 threads)
                results[name].append(result)
                print(f"  {workload}, {threads} thread(s): {name}: {sum(result['epoch_seconds']):.2f} s",
                      file=sys.stderr)
    check_networks(workload, results)
    return results


def summarize(workload, threads, results):
    seconds = {name: statistics.median(sum(r["epoch_seconds"]) / len(r["epoch_seconds"]) for r in rounds)
               for name, rounds in results.items()}
    return [{"workload": workload, "threads": threads, "peer": name, "seconds_per_epoch": round(seconds[name], 4),
             "ratio_to_linnet": round(seconds[name] / seconds[LINNET], 2),
             "test_accuracy": round(statistics.median(r["test_accuracy"] for r in rounds), 4),
             "peak_rss_mb": round(max(r["peak_rss_mb"] for r in rounds)), "rounds": rounds}
            for name, rounds in results.items()]


def add_best_ratios(rows):
    """Beside the ratio at the same number of threads: each at the number that suits it best."""
    fastest = {}
    for row in rows:
        key = row["workload"], row["peer"]
        fastest[key] = min(row["seconds_per_epoch"], fastest.get(key, float("inf")))
    for row in rows:
        ratio = fastest[row["workload"], row["peer"]] / fastest[row["workload"], LINNET]
        row["best_ratio_to_linnet"] = round(ratio, 2)


def table(rows):
    lines = [("network", "library", "threads", "s/epoch", "ratio", "best/best", "accuracy", "peak MB")]
    for r in rows:
        lines.append((r["workload"], r["peer"], str(r["threads"]), f"{r['seconds_per_epoch']:.3f}",
                      f"{r['ratio_to_linnet']:.2f}", f"{r['best_ratio_to_linnet']:.2f}",
                      f"{r['test_accuracy']:.4f}", str(r["peak_rss_mb"])))
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join("  ".join(word.ljust(width) if i < 2 else word.rjust(width)
                               for i, (word, width) in enumerate(zip(line, widths))) for line in lines)


def dispatch(peers):
    """Nanoseconds of an operation on 4x4 tensors that want gradients."""
    return run([*peers["PyTorch C++"], "--workload", "dispatch"], 1)["nanoseconds"] if "PyTorch C++" in peers else {}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build",
                        help="build folder with linnet and the peers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--workloads", nargs="+", choices=("w1", "mlp", *STEPS), default=["w1", "mlp"])
    parser.add_argument("--epochs", type=int, default=10, help="of w1; the others do a fifth of them, at least one")
    parser.add_argument("--mixed", action="store_true", help="Linnet under the policy mixed_bfloat16 as well")
    parser.add_argument("--json", type=pathlib.Path, help="write all numbers to this file")
    options = parser.parse_args()
    if not (options.build / "linnet").exists():
        sys.exit(f"{options.build / 'linnet'} is not there; build it, or name the folder with --build")

    peers, missing = find_peers(options.build, options.mixed)
    rows = []
    for workload in options.workloads:
        epochs = options.epochs if workload == "w1" else max(1, options.epochs // 5)
        for threads in options.threads:
            results = measure(options.build, peers, workload, threads, epochs, options.rounds)
            rows += summarize(workload, threads, results)
    add_best_ratios(rows)
    print(table(rows))
    print(f"\nMedians of {options.rounds} rounds in turns. ratio: the library's time to Linnet's with as many threads;"
          " best/best: both at\ntheir best number of threads.")
    nanoseconds = dispatch(peers)
    if nanoseconds:
        print("PyTorch C++, one operation on 4x4 tensors that want gradients: "
              + ", ".join(f"{name} {ns:.0f} ns" for name, ns in nanoseconds.items()))
    for name, why in missing.items():
        print(f"Skipped {name}: {why}")
    if options.json:
        numbers = {"rows": rows, "pytorch_dispatch_nanoseconds": nanoseconds, "missing": missing}
        options.json.write_text(json.dumps(numbers, indent=2) + "\n")


if __name__ == "__main__":
    main()
