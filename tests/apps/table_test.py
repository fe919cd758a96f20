#!/usr/bin/env python3
"""linnet train and predict on tables and folders of pictures: table_test.py BUILD/linnet REPOSITORY"""
import json
import random
import subprocess
import sys
import unittest

from PIL import Image

from support import COMMAND, REPOSITORY, CommandTest, linnet

TABLES = REPOSITORY / "data/tables"


class Tables(CommandTest):
    def train(self, *arguments):
        return linnet("train", *arguments, "--verbose", 0, folder=self.folder)

    def write_houses(self, name, missing=True):
        random.seed(2)
        lines = ["area,town,price"]
        for _ in range(60):
            area, town = random.randrange(40, 200), random.choice(["Ulm", "Bonn", "Kiel"])
            lines.append(f"{area},{town},{3000 * area + 40000 * (town == 'Bonn')}")
        if missing:
            lines[5], lines[9] = ",Ulm,100000", "80,,250000"
        (self.folder / name).write_text("\n".join(lines) + "\n")
        return name

    def test_iris_reaches_what_the_issue_asks_for(self):
        for seed in range(5):
            run = self.train(TABLES / "iris.csv", "--target", "species", "--seed", seed, "--out", f"iris{seed}")
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn('"species" has 3 classes: a classification', run.stdout)
            self.assertGreaterEqual(float(run.stdout.split()[-1]), 0.93)
        rows = json.loads(self.run_ok("predict", "iris0/model.safetensors", f"{TABLES / 'iris.csv'}:0,75-76", "--json").stdout)
        self.assertEqual([row["truth"] for row in rows["predictions"]], ["setosa", "versicolor", "versicolor"])
        self.assertEqual(rows["predictions"][0]["prediction"], "setosa")
        evaluation = self.run_ok("evaluate", "iris0/model.safetensors", "iris")
        self.assertRegex(evaluation.stdout, r"Test accuracy: (0\.9|1)")

    def test_diabetes_is_compared_with_least_squares(self):
        run = self.train("diabetes", "--json", "diabetes.json")
        self.assertEqual(run.returncode, 0, run.stderr)
        numbers = json.loads((self.folder / "diabetes.json").read_text())
        better = numbers["test_rmse"] < numbers["linear_rmse"]
        self.assertIn("is better than linear" if better else "does not beat linear", run.stdout)
        self.assertEqual(numbers["task"], "regression")

    def test_a_target_that_never_changes(self):
        (self.folder / "same.csv").write_text("a,b\n" + "".join(f"{i},7\n" for i in range(60)))
        run = self.train("same.csv", "--target", "b", "--task", "regression", "--name", "same", "--json", "same.json")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("The target is the same in all test rows", run.stdout)
        self.assertNotRegex(run.stdout, r"\b(nan|inf)\b")
        self.assertIsNone(json.loads((self.folder / "same.json").read_text())["test_r2"])

    def test_a_model_says_which_data_it_takes(self):
        self.write_houses("plain.csv", missing=False)
        self.make_small_mnist(100, 20)
        self.run_ok("train", "mnist", "--data", "mnist", "--epochs", 1, "--name", "digits")
        self.assert_error(linnet("evaluate", "runs/digits/model.safetensors", "plain.csv", folder=self.folder), 2,
                          "this model takes a folder of pictures or one of the data sets mnist, fashion_mnist\n")

    def test_a_full_disk_leaves_a_whole_model(self):
        script = 'trap "" XFSZ; ulimit -f 100; exec "$@"'  # report.html is larger, the model is not
        run = subprocess.run(["bash", "-c", script, "-", COMMAND, "train", "iris", "--epochs", "2", "--out", "full"],
                             cwd=self.folder, capture_output=True, text=True)
        self.assert_error(run, 1, "the model itself is saved: full/model.safetensors", "cannot write")
        self.run_ok("evaluate", "full/model.safetensors", "iris")

    def test_missing_cells(self):
        houses = self.write_houses("houses.csv")
        self.assert_error(self.train(houses, "--target", "price"), 1, "line 6 (area)", "line 10 (town)", "--missing drop")
        run = self.train(houses, "--target", "price", "--missing", "drop", "--epochs", 2)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("2 of 60 rows have missing cells and are left out", run.stdout)
        run = self.train(houses, "--target", "price", "--missing", "mean", "--epochs", 2, "--name", "filled")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("town=Bonn", run.stdout)
        rows = self.run_ok("predict", "runs/filled/model.safetensors", "houses.csv:4,8", "--json")
        self.assertIn("notes", json.loads(rows.stdout)["predictions"][0])
        self.assert_error(linnet("predict", "runs/houses/model.safetensors", "houses.csv:3,4", folder=self.folder), 1,
                          "houses.csv:4: missing: area")

    def test_usage_errors(self):
        houses = self.write_houses("whole.csv", missing=False)
        self.assert_error(self.train(houses), 2, "--target", "area, town, price")
        self.assert_error(self.train(houses, "--target", "pirce"), 2, 'did you mean "price"?')
        self.assert_error(self.train(houses, "--target", "price", "--drop", "price"), 2, "--drop")
        self.assert_error(self.train("mnist", "--target", "price"), 2, "--target", "tables")
        self.assert_error(self.train(houses, "--target", "price", "--image-size", 8), 2, "--image-size")

    def test_runs_never_replace_each_other_silently(self):
        houses = self.write_houses("again.csv", missing=False)
        for expected in ("again", "again-2", "again-3"):
            run = self.train(houses, "--target", "price", "--epochs", 1)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn(f"Saved in runs/{expected}:", run.stdout)
            for name in ("model.safetensors", "history.csv", "history.json", "report.json", "command.json"):
                self.assertTrue((self.folder / "runs" / expected / name).exists(), name)
        run = self.train(houses, "--target", "price", "--epochs", 1, "--overwrite")
        self.assertIn("Saved in runs/again:", run.stdout)

    def test_folder_of_pictures(self):
        for colour, shade in (("dark", 40), ("light", 210)):
            (self.folder / "shades" / colour).mkdir(parents=True)
            for number in range(20):
                Image.new("L", (9, 9), shade + number).save(self.folder / "shades" / colour / f"{number}.png")
        run = self.train("shades", "--image-size", 6)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("2 classes", run.stdout)
        self.assertEqual(run.stdout.split()[-1], "1.0000")
        picture = self.run_ok("predict", "runs/shades/model.safetensors", "shades/light/3.png", "--json")
        self.assertEqual(json.loads(picture.stdout)["predictions"][0]["prediction"], "light")

    def test_datasets(self):
        text = self.run_ok("datasets").stdout
        for word in ("mnist", "iris", "CC BY-SA 3.0", "dataset-fashion-mnist" if "not here" in text else "MIT"):
            self.assertIn(word, text)
        self.assertEqual(json.loads(self.run_ok("datasets", "--json").stdout)["datasets"][0]["name"], "mnist")
        self.assertIn("手写数字", self.run_ok("datasets", "--lang", "zh").stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
