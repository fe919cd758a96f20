#!/usr/bin/env python3
"""One binary for every processor: with the instructions of older ones a network learns the same.

    instruction_sets_test.py LINNET SOURCE_FOLDER
"""
import json
import sys
import unittest

from support import CommandTest


class InstructionSets(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_small_mnist(12000, 2000)

    def train(self, limit):
        run = self.run_ok("train", "mnist", "--data", "mnist", "--hidden", "64", "--batch-size", "64", "--epochs", "1",
                          "--verbose", "0", "--overwrite", "--json", "-", LINNET_MAX_CPU_ISA=limit)
        return json.loads(run.stdout), run.stderr

    # AVX-512 and AVX2 add in the same order; the others round between multiplying and adding. On all images that changed
    # at most 2 of 10,000 answers after two epochs, where another seed changes 30.
    def test_same_accuracy(self):
        best, _ = self.train("")
        loss = best["epochs"][0]["loss"]
        for limit in "avx512", "avx2", "sse4", "baseline":
            with self.subTest(limit):
                report, _ = self.train(limit)
                self.assertAlmostEqual(report["test_accuracy"], best["test_accuracy"], delta=0.001)
                self.assertAlmostEqual(report["epochs"][0]["loss"], loss, delta=1e-4 * loss)

    def test_unknown_name(self):
        _, errors = self.train("AVX-512")
        self.assertIn('expected baseline, sse4, avx2 or avx512, received "AVX-512"', errors)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
