"""linnet tune: what it finds, prints and writes; that it can be killed; that processes share its trials."""
import json
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import unittest

from support import COMMAND, CommandTest, linnet


class TuneTest(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_small_mnist(600, 100)

    def tune(self, out, *arguments, **numbers):
        return self.run_ok(*self.words(out, *arguments, **numbers))

    @staticmethod
    def words(out, *arguments, trials=4, epochs=2):
        return ("tune", "mnist", "--data", "mnist", "--epochs", str(epochs), "--trials", str(trials), "--threads", "1", "--out",
                out, *arguments)

    def results(self, out):
        """Values and scores, without what a clock measured."""
        trials = json.loads((self.folder / out / "tune.json").read_text())["trials"]
        return [(trial["trial"], trial["values"], trial["score"], trial["best_epoch"]) for trial in trials]

    def test_prints_a_line_for_each_trial_and_a_table(self):
        run = self.tune("lines")
        self.assertEqual(len(re.findall(r"^Trial \d: val_accuracy 0\.\d{4} after epoch \d \(", run.stdout, re.M)), 4, run.stdout)
        table = [line.split() for line in run.stdout.split("\ntrial ")[1].splitlines()]
        scores = [float(line[1]) for line in table[1:5]]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertEqual(table[5][0], "baseline")
        report = json.loads((self.folder / "lines/tune.json").read_text())
        self.assertEqual((report["dataset"], report["tuner"], report["validation_samples"]), ("mnist", "random", 120))
        self.assertEqual(len(report["trials"]), 4)

    def test_its_command_trains_the_same_network(self):
        self.tune("command")
        report = json.loads((self.folder / "command/tune.json").read_text())
        best = max(report["trials"][0], report["baseline"], key=lambda tried: tried["score"])
        self.assertEqual(report["command"], best["command"])
        for tried in report["trials"][0], report["trials"][-1], report["baseline"]:
            words = shlex.split(tried["command"])
            self.assertEqual(words[:2], ["linnet", "train"])
            trained = json.loads(self.run_ok(*words[1:], "--threads", "1", "--out", "trained", "--json", "-").stdout)
            self.assertEqual(trained["epochs"][-1]["val_accuracy"], tried["score"])

    def test_the_baseline_is_the_network_of_train_measured_alike(self):
        run = self.tune("baseline", trials=2)
        report = json.loads((self.folder / "baseline/tune.json").read_text())
        values = report["baseline"]["values"]
        self.assertEqual(values, {"layers": 1, "units_1": 64, "activation": "relu", "dropout": 0, "optimizer": "adam",
                                  "learning_rate": 0.001, "batch_size": 64})
        gain = 100 * (report["trials"][0]["score"] - report["baseline"]["score"])
        if gain > 0:
            self.assertIn(f"on 120 validation samples, {gain:+.2f} percentage points against the baseline", run.stdout)
        else:
            self.assertIn("No network was better than the baseline on the 120 validation samples", run.stdout)
        self.assertNotIn("Baseline", self.tune("baseline", trials=2).stdout.split("trial ")[0])  # not trained again

    def test_says_when_no_network_beats_the_baseline(self):
        folder = self.folder / "honest/trials/trial_0"
        self.tune("honest", trials=1)
        trial = json.loads((folder / "trial.json").read_text())
        for better in False, True:
            baseline = json.loads((self.folder / "honest/tune.json").read_text())["baseline"]
            trial["score"] = trial["metrics"]["val_accuracy"] = baseline["score"] + (0.1 if better else -0.1)
            (folder / "trial.json").write_text(json.dumps(trial))
            run = self.tune("honest", trials=1)
            self.assertEqual("No network was better than the baseline" in run.stdout, not better, run.stdout)
            self.assertEqual("percentage points against the baseline" in run.stdout, better, run.stdout)
            self.assertIn(shlex.join(["--hidden", "64"]) if not better else "linnet train mnist", run.stdout)

    def test_goes_on_and_to_more_trials(self):
        self.tune("more", trials=2)
        again = self.tune("more", trials=2)
        self.assertNotIn("after epoch", again.stdout.split("trial ")[0])
        self.tune("more", trials=4)
        self.tune("once", trials=4)
        values = lambda out: {trial[0]: trial[1:] for trial in self.results(out)}
        self.assertEqual(values("more"), values("once"))
        self.tune("more", "--overwrite", trials=1)
        self.assertEqual(len(self.results("more")), 1)
        self.tune("later", "--tuner", "bayesian", trials=6)
        self.tune("later", "--tuner", "bayesian", trials=7)
        self.assertEqual(len(self.results("later")), 7)

    def test_damaged_files_are_named_and_a_removed_trial_is_done_again(self):
        self.tune("damaged", trials=3)
        before = self.results("damaged")
        trial = self.folder / "damaged/trials/trial_1/trial.json"
        for text in "{", '{"trial_id": 3}', "":
            trial.write_text(text)
            self.assert_error(linnet(*self.words("damaged", trials=3), folder=self.folder), 1, "trial_1/trial.json", "is damaged")
        shutil.rmtree(trial.parent)
        self.tune("damaged", trials=3)
        self.assertEqual(self.results("damaged"), before)
        for name in "tune.settings.json", "trials/oracle.json":
            (self.folder / "damaged" / name).write_text("[")
            self.assert_error(linnet(*self.words("damaged", trials=3), folder=self.folder), 1, name, "is damaged")
            (self.folder / "damaged" / name).unlink()
            self.assertEqual(self.tune("damaged", trials=3).stdout.count("after epoch"), 0)
        self.assertEqual(self.results("damaged"), before)

    def test_survives_kill_9_at_random_moments(self):
        self.tune("unbroken", "--tuner", "bayesian", trials=6)
        moments = random.Random(4)
        for _ in range(40):
            process = subprocess.Popen([COMMAND, *self.words("broken", "--tuner", "bayesian", trials=6)], cwd=self.folder,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            try:
                process.wait(moments.uniform(0.02, 1.5))
                self.assertEqual(process.returncode, 0, process.stderr.read())
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
            finally:
                process.stderr.close()
        self.tune("broken", "--tuner", "bayesian", trials=6)
        self.assertEqual(self.results("broken"), self.results("unbroken"))
        self.assertEqual(list((self.folder / "broken").rglob("*.tmp*")), [])

    def interrupted(self, out, *arguments, trials=4):
        """What it says when SIGINT comes in a trial."""
        process = subprocess.Popen([COMMAND, *self.words(out, *arguments, trials=trials, epochs=20)], cwd=self.folder,
                                   stdout=subprocess.PIPE, text=True)
        before = set(self.folder.glob(f"{out}/trials/*/running"))
        while set(self.folder.glob(f"{out}/trials/*/running")) <= before and process.poll() is None:
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.1))
        process.send_signal(signal.SIGINT)
        text = process.stdout.read()
        process.stdout.close()
        return process.wait(timeout=60), text

    def test_ctrl_c_ends_the_search_and_spoils_no_trial(self):
        self.tune("never", trials=4, epochs=20)
        stops = 0
        for _ in range(10):
            code, text = self.interrupted("often")
            if code == 0:
                break
            stops += 1
            self.assertEqual(code, 130, text)
            self.assertIn("Stopped. The same command goes on from here.", text)
            self.assertNotIn("weights are kept", text)  # those of a trial that was cut short are not
        self.assertGreater(stops, 0)
        self.tune("often", trials=4, epochs=20)
        self.assertEqual(self.results("often"), self.results("never"))

    def test_a_signal_to_the_parent_ends_its_workers(self):
        self.tune("quiet", trials=4, epochs=20)
        code, text = self.interrupted("two", "--processes", "2")
        self.assertEqual(code, 130, text)
        self.assertIn("Stopped. The same command goes on from here.", text)
        self.tune("two", trials=4, epochs=20)
        self.assertEqual(self.results("two"), self.results("quiet"))

    def test_processes_share_the_trials(self):
        run = self.tune("shared", "--processes", "3", trials=6)
        ids = re.findall(r"^Trial (\d): ", run.stdout, re.M)
        self.assertEqual(sorted(ids), list("012345"), run.stdout)
        self.tune("single", trials=6)
        self.assertEqual(self.results("shared"), self.results("single"))

    def test_workers_end_with_their_parent_and_their_trials_are_done_again(self):
        process = subprocess.Popen([COMMAND, *self.words("orphans", "--processes", "2", trials=5)], cwd=self.folder,
                                   stdout=subprocess.DEVNULL)
        while not list(self.folder.glob("orphans/trials/trial_*/running")) and process.poll() is None:
            time.sleep(0.02)
        process.kill()
        process.wait()
        self.tune("orphans", trials=5)
        self.tune("alone", trials=5)
        self.assertEqual(self.results("orphans"), self.results("alone"))

    def test_all_tuners_work(self):
        for tuner in "grid", "bayesian", "hyperband":
            with self.subTest(tuner):
                self.tune(tuner, "--tuner", tuner, trials=5, epochs=3)
                self.assertEqual(len(self.results(tuner)), 5)
        report = json.loads((self.folder / "hyperband/tune.json").read_text())
        self.assertEqual(sorted(trial["values"]["tuner/epochs"] for trial in report["trials"]), [1, 1, 1, 3, 3])

    def test_tables_too(self):
        run = self.run_ok("tune", "iris", "--epochs", "3", "--trials", "2", "--out", "iris", "--lang", "zh", "--objective",
                          "val_loss", LC_ALL="C.UTF-8")
        self.assertIn("试验 0：val_loss", run.stdout)
        self.assertIn("linnet train iris", run.stdout)

    def test_workers_do_not_repeat_what_the_data_are(self):
        run = self.run_ok("tune", "iris", "--epochs", "1", "--trials", "3", "--out", "iris2", "--processes", "2")
        self.assertEqual(run.stdout.count("150 samples"), 1, run.stdout)

    def test_json_goes_to_standard_output_alone(self):
        report = json.loads(self.tune("json", "--json", trials=1).stdout)
        self.assertEqual(report["direction"], "max")

    def test_says_what_is_wrong(self):
        self.assert_error(linnet("tune", "mnist", "--tuner", "guess"), 2, "--tuner: expected random|grid|hyperband|bayesian")
        self.assert_error(linnet("tune", "mnist", "--objective", "val_acuracy", "--data", "mnist", folder=self.folder), 2,
                          'did you mean "val_accuracy"?')
        self.assert_error(linnet("tune", "mnist", "--validation-split", "0"), 2, "--validation-split: expected a number above 0")
        self.tune("settings", trials=1)
        self.assert_error(linnet(*self.words("settings", "--seed", "5"), folder=self.folder), 1,
                          "holds a search with seed 0, not 5", "--overwrite")
        (self.folder / "file").write_text("")
        self.assert_error(linnet(*self.words("file"), folder=self.folder), 1, "--out file: cannot make this folder")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
