#!/usr/bin/env python3
"""One binary for every processor: with the instructions of older ones a network learns the same.

    instruction_sets_test.py LINNET SOURCE_FOLDER
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

LINNET = sys.argv.pop(1)
del sys.argv[1]  # the source folder, which other tests of this folder need


def train(limit, seed):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([LINNET, "train", "mnist", "--hidden", "64", "--batch-size", "64", "--epochs", "1", "--seed",
                               str(seed), "--verbose", "0", "--out", folder, "--overwrite", "--json", "-"],
                              env=os.environ | {"LINNET_MAX_CPU_ISA": limit}, capture_output=True, text=True, check=True)
    return json.loads(done.stdout), done.stderr


class InstructionSets(unittest.TestCase):
    # Only the rounding of sums differs. With five seeds the loss of the first epoch had the same five digits on all; after
    # two epochs at most 2 of 10,000 answers differed, where another seed changes 30.
    def test_same_accuracy(self):
        for seed in 1, 2:
            best, _ = train("", seed)
            for limit in "avx512", "avx2", "baseline":
                with self.subTest(limit, seed=seed):
                    report, _ = train(limit, seed)
                    self.assertAlmostEqual(report["test_accuracy"], best["test_accuracy"], delta=0.001)
                    loss = best["epochs"][0]["loss"]
                    self.assertAlmostEqual(report["epochs"][0]["loss"], loss, delta=1e-3 * loss)

    def test_unknown_name(self):
        _, errors = train("AVX-512", 1)
        self.assertIn('expected baseline, avx2 or avx512, received "AVX-512"', errors)


if __name__ == "__main__":
    unittest.main()
