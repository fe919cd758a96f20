#!/usr/bin/env python3
"""Runs the linnet command as a user does: command_test.py BUILD/linnet REPOSITORY"""
import json
import re
import sys
import unittest

from support import REPOSITORY, CommandTest, linnet


class Command(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_small_mnist(2000, 500)

    def train(self, *arguments):
        return linnet("train", "mnist", "--data", self.folder / "mnist", *arguments, folder=self.folder)

    def test_trains_and_reports(self):
        run = self.train("--hidden", "64", "--epochs", "2", "--batch-size", "64", "--threads", "2", "--seed", "3",
                         "--json", "out.json")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stderr, "")
        self.assertIn("Total params: 50,890", run.stdout)
        self.assertIn("Epoch 2/2", run.stdout)
        last = run.stdout.splitlines()[-1]
        self.assertRegex(last, r"^Test accuracy: 0\.\d{4}$")
        report = json.loads((self.folder / "out.json").read_text())
        self.assertEqual(len(report["epochs"]), 2)
        for epoch in report["epochs"]:
            self.assertEqual(sorted(epoch), ["accuracy", "loss", "seconds", "val_accuracy", "val_loss"])
            self.assertGreater(epoch["seconds"], 0)
        self.assertLess(report["epochs"][1]["loss"], report["epochs"][0]["loss"])
        self.assertAlmostEqual(report["train_seconds"], sum(epoch["seconds"] for epoch in report["epochs"]))
        self.assertEqual(report["test_accuracy"], report["epochs"][1]["val_accuracy"])
        self.assertEqual(report["test_loss"], report["epochs"][1]["val_loss"])
        self.assertEqual(float(last.split()[-1]), round(report["test_accuracy"], 4))
        self.assertEqual((report["parameters"], report["threads"], report["seed"]), (50890, 2, 3))
        self.assertGreater(report["test_accuracy"], 0.6)
        self.assertGreater(report["peak_rss_mb"], report["data_mb"])

    def test_a_saved_model_gives_the_same_numbers(self):
        run = self.train("--epochs", "2", "--out", "runs/a", "--json", "a.json", "--verbose", "0")
        self.assertEqual(run.returncode, 0, run.stderr)
        model = self.folder / "runs/a/model.safetensors"
        evaluation = linnet("evaluate", model, "mnist", "--data", self.folder / "mnist", "--json",
                            self.folder / "b.json")
        self.assertEqual(evaluation.returncode, 0, evaluation.stderr)
        self.assertEqual(evaluation.stdout.splitlines()[-1], run.stdout.splitlines()[-1])
        trained = json.loads((self.folder / "a.json").read_text())
        evaluated = json.loads((self.folder / "b.json").read_text())
        self.assertEqual(evaluated["test_accuracy"], trained["test_accuracy"])
        self.assertEqual(evaluated["test_loss"], trained["test_loss"])
        self.assertEqual(json.loads((self.folder / "runs/a/report.json").read_text()), trained)
        summary = linnet("summary", model)
        self.assertEqual(summary.returncode, 0, summary.stderr)
        self.assertIn("(Dense)", summary.stdout)

    def test_models_that_keras_saved(self):
        model = REPOSITORY / "tests/golden/keras/files/keras_mlp_001.keras"
        self.assertIn("(Dense)", linnet("summary", model).stdout)
        self.assert_error(linnet("predict", model, "mnist:0"), 1, "expects 6 numbers of shape (None, 6) for a sample")

    def test_same_seed_same_bits_for_any_number_of_threads(self):
        files = []
        for name, threads, seed in (("one", 1, 5), ("two", 2, 5), ("three", 3, 5), ("four", 4, 5), ("again", 2, 5),
                                    ("other", 1, 6)):
            run = self.train("--epochs", "2", "--dropout", "0.2", "--threads", threads, "--seed", seed, "--out", name,
                             "--verbose", "0")
            self.assertEqual(run.returncode, 0, run.stderr)
            files.append((self.folder / name / "model.safetensors").read_bytes())
        for file in files[1:5]:
            self.assertEqual(files[0], file)
        self.assertNotEqual(files[0], files[5])

    def test_options_reach_the_model(self):
        run = self.train("--hidden", "32,16", "--dropout", "0.1", "--l2", "1e-4", "--optimizer", "sgd",
                         "--learning-rate", "0.05", "--epochs", "1", "--validation-split", "0.25", "--json", "c.json",
                         "--verbose", "2")
        self.assertEqual(run.returncode, 0, run.stderr)
        report = json.loads((self.folder / "c.json").read_text())
        self.assertEqual(report["hidden"], [32, 16])
        self.assertEqual(report["parameters"], 784 * 32 + 32 + 32 * 16 + 16 + 16 * 10 + 10)
        self.assertAlmostEqual(report["learning_rate"], 0.05, places=6)
        self.assertNotEqual(report["test_loss"], report["epochs"][0]["val_loss"])
        self.assertIn("dropout_1 (Dropout)", run.stdout)
        self.assertIn("24/24", run.stdout)  # three quarters of 2000 images, in batches of 64

    def test_trains_convolutions(self):
        run = self.train("--model", "cnn", "--epochs", "2", "--json", "n.json", "--verbose", "0", "--name", "cnn")
        self.assertEqual(run.returncode, 0, run.stderr)
        report = json.loads((self.folder / "n.json").read_text())
        self.assertEqual((report["model"], report["hidden"], report["dropout"]), ("cnn", [], 0.4))
        self.assertEqual((report["learning_rate"], report["decay"]), (0.003, "cosine"))
        self.assertEqual(report["parameters"], 3 * 3 * 32 + 32 + 3 * 3 * 32 * 64 + 64 + 1600 * 10 + 10)
        self.assertGreater(report["test_accuracy"], 0.75)
        run = linnet("evaluate", self.folder / "runs/cnn/model.safetensors", "mnist", "--data", self.folder / "mnist")
        self.assertIn(f"{report['test_accuracy']:.4f}", run.stdout)
        self.assert_error(self.train("--model", "rnn"), 2, "dense or cnn", "rnn")
        self.assert_error(self.train("--decay", "linear"), 2, "none or cosine", "linear")

    def test_mixed_precision_learns_as_float32(self):
        accuracy = []
        for dtype in ("float32", "mixed_bfloat16"):
            run = self.train("--dtype", dtype, "--epochs", "3", "--json", "d.json", "--verbose", "0", "--overwrite")
            self.assertEqual(run.returncode, 0, run.stderr)
            report = json.loads((self.folder / "d.json").read_text())
            self.assertEqual(report["dtype"], dtype)
            accuracy.append(report["test_accuracy"])
        self.assertAlmostEqual(accuracy[0], accuracy[1], delta=0.02)
        run = linnet("evaluate", self.folder / "runs/mnist/model.safetensors", "mnist", "--data", self.folder / "mnist")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_error(self.train("--dtype", "float16"), 1, "float16", "mixed_bfloat16")
        self.assert_error(self.train("--dtype", "int32"), 1, "int32", "mixed_bfloat16")

    def test_shows_digits(self):
        run = self.train("--epochs", "1", "--show", "3", "--verbose", "0", "--name", "shown")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stdout, r"[█▀▄]{2}")
        self.assertEqual(len(re.findall(r"predicted \d", run.stdout)), 3)
        self.assertLessEqual(max(map(len, run.stdout.splitlines())), 90)

    def test_errors_say_what_to_do(self):
        self.assert_error(linnet("train", "mnits"), 2, 'did you mean "mnist"?')
        self.assert_error(linnet("train", "mnist", "--data", self.folder / "nowhere"), 1, "nowhere", "LINNET_DATA")
        self.assert_error(self.train("--optimizer", "adma"), 2, "adma", 'did you mean "adam"?')
        self.assert_error(linnet("train", "no such data", "--lang", "zh"), 2, "没有文件、文件夹或数据集")
        self.assert_error(linnet("evaluate", "none.safetensors", "--lang", "zh"), 1, "none.safetensors", "evaluate 没有完成")
        self.assert_error(self.train("--json", "no/such/folder.json"), 1, "--json", "mkdir -p no/such")
        (self.folder / "folder.json").mkdir()
        self.assert_error(self.train("--json", self.folder / "folder.json"), 1, "--json", "folder")
        self.assert_error(self.train("--out", "/dev/null/x"), 1, "--out")
        self.assert_error(linnet("evaluate", "none.safetensors"), 1, "none.safetensors")
        self.assert_error(linnet("summary", REPOSITORY / "README.md"), 1, "README.md")

    def test_usage_errors(self):
        self.assert_error(linnet(), 2, "--help")
        self.assert_error(linnet("trian"), 2, 'did you mean "train"?')
        self.assert_error(linnet("train", "mnist", "--epoch", "3"), 2, 'did you mean "--epochs"?')
        self.assert_error(linnet("train", "mnist", "--epochs", "many"), 2, "--epochs")
        self.assert_error(linnet("train", "--hidden", "0", "mnist"), 2, "--hidden: expected a whole number above 0")
        self.assert_error(linnet("train", "mnist", "--seed", "-1"), 2, "--seed")
        self.assert_error(linnet("train", "mnist", "--dropout", "1"), 2, "--dropout")
        self.assert_error(linnet("train", "mnist", "--validation-split", "-0.1"), 2, "--validation-split")

    def test_converts_between_formats(self):
        self.train("--epochs", "1", "--out", "runs/c", "--verbose", "0")
        model, data = self.folder / "runs/c/model.safetensors", ["mnist", "--data", self.folder / "mnist"]
        before = linnet("evaluate", model, *data).stdout.splitlines()[-1]
        for name in ("model.keras", "model.h5", "again.safetensors"):
            run = linnet("convert", model, self.folder / name)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            model = self.folder / name
            self.assertEqual(linnet("evaluate", model, *data).stdout.splitlines()[-1], before)
        contents = model.read_bytes()
        self.assert_error(linnet("convert", self.folder / "model.keras", model), 2, "is there already", "--overwrite")
        self.assertEqual(model.read_bytes(), contents)
        self.assertEqual(linnet("convert", self.folder / "model.keras", model, "--overwrite").returncode, 0)
        self.assert_error(linnet("convert", model, self.folder / "model.onnx"), 2, ".safetensors, .keras or .h5")
        self.assert_error(linnet("convert", model), 2, "FILE")
        self.assert_error(linnet("convert", self.folder / "absent.keras", self.folder / "x.keras"), 1, "absent.keras")

    def test_help_and_version(self):
        for arguments in (["--help"], ["train", "--help"], ["evaluate", "--help"], ["summary", "--help"], ["convert", "--help"]):
            run = linnet(*arguments)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertLessEqual(max(map(len, run.stdout.splitlines())), 120)
        self.assertRegex(linnet("version").stdout, r"^linnet \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
