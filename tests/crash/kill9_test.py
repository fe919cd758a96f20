#!/usr/bin/env python3
"""Kills a training with SIGKILL at 50 random moments and starts it again each time.

After every kill the last checkpoint and the last backup must load; whenever a training comes to its end, what it leaves
must be the same bytes as those of an unbroken one.

    kill9_test.py build/crash_trainer [--kills 50] [--seed N]
"""
import argparse
import os
import random
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

RESULTS = ("final.safetensors", "history.csv", "log.csv")


def start(program, folder):
    folder.mkdir(exist_ok=True)
    return subprocess.Popen([program, "train", folder])


def train_unbroken(program, folder):
    begin = time.monotonic()
    assert start(program, folder).wait() == 0, "the unbroken training failed"
    return time.monotonic() - begin


def is_killed_after(process, seconds):
    """Waits, kills, and says whether the process was still there to be killed."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    status = process.wait()
    assert status in (0, -signal.SIGKILL), f"the training ended with status {status}"
    return status != 0


def temporaries_in(folder):
    return sum(1 for path in folder.rglob("*") if re.search(r"\.tmp\d+-\d+$", path.name))


def verify(program, folder):
    """How many checkpoints and backups there are; all must be whole."""
    run = subprocess.run([program, "verify", folder], capture_output=True, text=True)
    assert run.returncode == 0, f"the last checkpoint does not load: {run.stderr}"
    assert run.stderr == "", f"loading it warns: {run.stderr}"
    files, damaged = map(int, run.stdout.split())
    assert damaged == 0, f"{damaged} of {files} files are damaged"
    return files


def compare(folder, unbroken):
    for name in RESULTS:
        assert (folder / name).read_bytes() == (unbroken / name).read_bytes(), f"{name} differs from the unbroken run's"
    checkpoints = [sorted(path.name for path in (each / "checkpoints").iterdir()) for each in (folder, unbroken)]
    assert checkpoints[0] == checkpoints[1], f"other checkpoints are kept: {checkpoints}"
    assert not (folder / "backup").exists(), "the backup of a training that has ended is still there"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    moments = random.Random(options.seed)

    with tempfile.TemporaryDirectory(prefix="linnet-kill9-") as name:
        root = Path(name)
        seconds = train_unbroken(options.program, root / "unbroken")
        print(f"an unbroken training takes {seconds:.2f} s")
        kills = runs = trainings = inside_writes = loaded = 0
        while kills < options.kills:
            folder = root / f"training{trainings}"
            ended = False
            while not ended:  # until this training has come to its end, however often it is killed
                runs += 1
                process = start(options.program, folder)
                wait = moments.uniform(0, seconds / 4) if kills < options.kills else None
                if wait is None or not is_killed_after(process, wait):
                    assert process.wait() == 0, "a resumed training failed"
                    ended = True
                    continue
                kills += 1
                inside_writes += temporaries_in(folder) > 0
                loaded += verify(options.program, folder)
            trainings += 1
            compare(folder, root / "unbroken")
            assert temporaries_in(folder) == 0, "a temporary of a killed process is left"
        print(f"{kills} kills in {runs} runs of {trainings} trainings; {inside_writes} kills left a temporary behind, "
              f"{loaded} checkpoints and backups were loaded afterwards, none was damaged; "
              f"every training ended with the bytes of the unbroken one")


if __name__ == "__main__":
    main()
