#!/usr/bin/env python3
"""linnet predict: predict_test.py BUILD/linnet REPOSITORY"""
import gzip
import json
import random
import sys
import unittest

import numpy
from PIL import Image

from support import REPOSITORY, CommandTest, linnet


def test_images():
    data = gzip.open(REPOSITORY / "data/mnist/t10k-images-idx3-ubyte.gz").read()
    return numpy.frombuffer(data[16:], numpy.uint8).reshape(-1, 28, 28)


def as_people_have_them(image, number):
    """A test image as a picture of another size, colour and place."""
    kind = ["same", "large", "inverted", "shifted", "coloured", "alpha", "paper"][number % 7]
    digit = Image.fromarray(image)
    if kind != "same":
        digit = digit.resize((random.choice([120, 300, 517]),) * 2, Image.BICUBIC)
    if kind == "inverted":
        return Image.fromarray(255 - numpy.array(digit))
    if kind == "shifted":
        wide = Image.new("L", (900, 700), 0)
        wide.paste(digit, (random.randrange(380), random.randrange(180)))
        return wide
    ink = numpy.array(digit)[..., None] / 255
    if kind == "coloured":
        return Image.fromarray((ink * (250, 220, 40) + (1 - ink) * (20, 60, 120)).astype(numpy.uint8))
    if kind == "alpha":
        return Image.fromarray(numpy.concatenate([ink * 0 + 30] * 3 + [255 * ink], 2).astype(numpy.uint8), "RGBA")
    if kind == "paper":  # light from one side, and grain
        light = (0.7 + 0.3 * numpy.linspace(0, 1, digit.width))[None, :, None]
        grain = numpy.random.default_rng(number).normal(0, 4, ink.shape[:2] + (3,))
        photo = (ink * (40, 30, 120) + (1 - ink) * (235, 228, 210)) * light + grain
        return Image.fromarray(numpy.clip(photo, 0, 255).astype(numpy.uint8))
    return digit


class Predict(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run = linnet("train", "mnist", "--data", REPOSITORY / "data/mnist", "--epochs", 3, "--name", "digits", "--verbose", 0,
                     folder=cls.folder)
        assert run.returncode == 0, run.stderr
        cls.model = cls.folder / "runs/digits/model.safetensors"

    def predict(self, *inputs, **environment):
        return linnet("predict", self.model, *inputs, "--data", REPOSITORY / "data/mnist", folder=self.folder, **environment)

    def test_pictures_of_all_kinds_are_read_as_well_as_the_originals(self):
        random.seed(1)
        pictures = self.folder / "pictures"
        pictures.mkdir()
        for number, image in enumerate(test_images()[:210]):
            ending = "jpg" if number % 7 in (4, 6) else "png"
            as_people_have_them(image, number).save(pictures / f"{number:05d}.{ending}")
        prepared = json.loads(self.predict(pictures, "--json").stdout)["predictions"]
        original = json.loads(self.predict("mnist:0-209", "--json").stdout)["predictions"]
        truths = [each["truth"] for each in original]
        right = sum(each["prediction"] == truth for each, truth in zip(prepared, truths))
        originally = sum(each["prediction"] == truth for each, truth in zip(original, truths))
        self.assertGreaterEqual(right, originally - 6)  # within 3 %
        for number, each in enumerate(prepared):
            self.assertEqual(each["inverted"], number % 7 in (2, 5, 6), each)

    def test_draws_the_digit_and_the_probabilities(self):
        run = self.predict("mnist:0", COLUMNS="80")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stdout, r"^mnist:test:0: 7 \(\d+\.\d %\)  truth: 7\n")
        self.assertRegex(run.stdout, r"[█▀▄]{3}")
        self.assertNotIn("\x1b", run.stdout)
        narrow = self.predict("mnist:0", COLUMNS="40").stdout
        self.assertLessEqual(max(map(len, narrow.splitlines())), 40)
        plain = self.predict("mnist:0", LC_ALL="C").stdout
        self.assertTrue(plain.isascii())
        self.assertIn("##", plain)
        self.assertIn("实际：7", self.predict("mnist:0", "--lang", "zh").stdout)
        self.assertIn("实际：7", self.predict("mnist:0", LANG="zh_CN.UTF-8").stdout)
        self.assertIn("truth: 7", self.predict("mnist:0", LANG="zh_CN.GBK").stdout)

    def test_json(self):
        Image.fromarray(255 - test_images()[0]).resize((90, 90)).save(self.folder / "seven.png")
        report = json.loads(self.predict("seven.png", "mnist:train:1,3-4", "--json").stdout)
        self.assertEqual(report["classes"], list("0123456789"))
        self.assertEqual(report["errors"], 0)
        self.assertEqual([each["input"] for each in report["predictions"]],
                         ["seven.png", "mnist:train:1", "mnist:train:3", "mnist:train:4"])
        seven = report["predictions"][0]
        self.assertEqual((seven["prediction"], seven["class"], seven["inverted"], len(seven["box"])), ("7", 7, True, 4))
        self.assertAlmostEqual(sum(seven["probabilities"]), 1, places=5)
        self.assertEqual(seven["probability"], max(seven["probabilities"]))
        run = self.predict("seven.png", "--json", "numbers.json")
        self.assertIn("seven.png: 7", run.stdout)
        self.assertEqual(json.loads((self.folder / "numbers.json").read_text())["predictions"][0], seven)

    def test_a_broken_file_does_not_keep_others_from_being_predicted(self):
        (self.folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n damaged")
        Image.new("RGB", (50, 50), (9, 9, 9)).save(self.folder / "blank.png")
        run = self.predict("broken.png", "mnist:0", "none.png", "blank.png", "mnist:999999", "mnits:1")
        self.assert_error(run, 1, "broken.png:", "none.png: there is no such file", "nothing to see", "9999",
                          'did you mean "mnist"?', "5 of 6 could not be predicted")
        self.assertIn("mnist:test:0: 7", run.stdout)
        report = json.loads(self.predict("broken.png", "mnist:0", "--json").stdout)
        self.assertEqual(report["errors"], 1)
        self.assertIn("error", report["predictions"][0])

    def test_errors(self):
        self.assert_error(self.predict(), 2, "INPUT")
        self.assert_error(self.predict("mnist"), 2, "mnist:17")
        self.assert_error(self.predict("mnist:x"), 2, "0-9,20")
        self.assert_error(self.predict("mnist:valid:1"), 2, "train or test")
        self.assert_error(self.predict("mnist:0", "--prepare", "mnits"), 2, 'did you mean "mnist"?')
        self.assert_error(linnet("predict", "none.safetensors", "mnist:0"), 1, "none.safetensors")
        (self.folder / "table.csv").write_text("a,b\n1,2\n")
        self.assert_error(self.predict("table.csv"), 1, "columns are not known")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
