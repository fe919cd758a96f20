#!/usr/bin/env python3
"""The command on terminals, when it is interrupted, and when it is resumed: terminal_test.py BUILD/linnet REPOSITORY"""
import fcntl
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
import unittest

from support import COMMAND, CommandTest, linnet


def on_terminal(*arguments, folder, columns=80, **environment):
    """What the command prints on a terminal of that width."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    variables = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LC_ALL")}
    process = subprocess.Popen([COMMAND, *map(str, arguments)], cwd=folder, stdout=terminal, stderr=terminal,
                               env={**variables, "TERM": "xterm", **environment})
    os.close(terminal)
    text = b""
    while True:
        try:
            part = os.read(controller, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        text += part
    os.close(controller)
    assert process.wait(timeout=60) == 0, text.decode()
    return text.decode()


class Terminal(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_small_mnist(6000, 500)
        run = cls.train("--epochs", 1, "--verbose", 0, "--name", "small")
        assert run.returncode == 0, run.stderr

    @classmethod
    def train(cls, *arguments):
        return linnet("train", "mnist", "--data", cls.folder / "mnist", *arguments, folder=cls.folder)

    def test_colours_are_for_terminals_that_want_them(self):
        predict = ("predict", "runs/small/model.safetensors", "mnist:0", "--data", self.folder / "mnist")
        self.assertIn("\x1b[1;32m", on_terminal(*predict, folder=self.folder))
        self.assertNotIn("\x1b", on_terminal(*predict, folder=self.folder, NO_COLOR="1"))
        self.assertNotIn("\x1b", on_terminal(*predict, folder=self.folder, TERM="dumb"))
        self.assertNotIn("\x1b", self.run_ok(*predict).stdout)
        self.assertNotIn("\x1b", on_terminal("train", "iris", folder=self.folder, NO_COLOR="1"))

    def test_narrow_terminals(self):
        text = on_terminal("train", "mnist", "--data", self.folder / "mnist", "--epochs", 1, "--name", "narrow",
                           folder=self.folder, columns=40)
        for line in re.split(r"\r\n", text):
            *refreshes, _ = re.sub(r"\x1b\[[0-9;]*m|\x08", "", line).split("\r")
            self.assertTrue(all(len(each) <= 40 for each in refreshes), line)
        for command in ([], ["train"], ["predict"], ["datasets"]):
            help_text = on_terminal(*command, "--help", folder=self.folder, columns=40, NO_COLOR="1")
            prose = [line for line in help_text.splitlines() if "linnet" not in line and "|" not in line]
            self.assertLessEqual(max(map(len, prose)), 40)

    def test_chinese_lines_end_with_no_opening_bracket(self):
        for command in ([], ["train"], ["predict"], ["tune"], ["evaluate"], ["datasets"]):
            for columns in range(50, 101, 3):
                text = self.run_ok(*command, "--help", "--lang", "zh", LC_ALL="C.UTF-8", COLUMNS=str(columns)).stdout
                for line in text.splitlines():
                    self.assertFalse(line.rstrip().endswith(("（", "“", "《")), line)
                    self.assertFalse(line.lstrip().startswith(("。", "，", "）", "”")), line)

    def test_files_get_no_control_characters(self):
        for arguments in (["datasets"], ["train", "--help"], ["summary", "runs/small/model.safetensors"],
                          ["train", "iris", "--name", "plain"]):
            self.assertFalse(set(self.run_ok(*arguments).stdout) & set("\x1b\b\r"), arguments)

    def test_ascii_where_nothing_else_can_be_shown(self):
        self.assertTrue(self.run_ok("train", "iris", LC_ALL="C").stdout.isascii())
        self.assertTrue(self.run_ok("train", "--help", LC_ALL="C").stdout.isascii())

    def interrupted(self, *arguments):
        process = subprocess.Popen([COMMAND, "train", "mnist", "--data", self.folder / "mnist", "--epochs", "100000",
                                    "--verbose", "2", *arguments], cwd=self.folder, stdout=subprocess.PIPE, text=True)
        text = ""
        while "val_loss" not in text:
            line = process.stdout.readline()
            if not line:  # the process has ended
                self.fail(f"linnet ended before its first epoch, with exit code {process.wait(timeout=60)}:\n{text}")
            text += line
        process.send_signal(signal.SIGINT)
        text += process.stdout.read()
        process.stdout.close()
        self.assertEqual(process.wait(timeout=60), 130, text)
        return text

    def test_ctrl_c_keeps_what_was_learned(self):
        text = self.interrupted("--name", "stopped")
        self.assertIn("Stopped by Ctrl-C", text)
        self.assertIn("Saved in runs/stopped", text)
        self.run_ok("evaluate", "runs/stopped/model.safetensors", "mnist", "--data", self.folder / "mnist")

    def test_ctrl_c_in_the_first_epoch_says_how_long_it_trained(self):
        process = subprocess.Popen([COMMAND, "train", "mnist", "--data", self.folder / "mnist", "--batch-size", "1",
                                    "--epochs", "9", "--name", "early", "--checkpoint", "--lang", "zh"],
                                   cwd=self.folder, stdout=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
        text = ""
        while "loss" not in text:
            text += process.stdout.read(80)
        process.send_signal(signal.SIGINT)
        text += process.stdout.read()
        process.stdout.close()
        self.assertEqual(process.wait(timeout=60), 130, text)
        self.assertIn("在第 1 轮第", text)
        self.assertNotIn("Stopped by", text)
        self.assertGreater(float(re.search(r"训练用时 (\d+\.\d+) 秒", text)[1]), 0, text)

        # the language of a resumed run is that of its command, or the one that is asked for now
        for language, words in ((), "训练用时"), (("--lang", "en"), "Trained for"), (("--lang=en",), "Trained for"):
            shutil.copytree(self.folder / "runs/early", self.folder / "runs/again", dirs_exist_ok=True)
            run = self.run_ok("train", "--resume", "runs/again", "--epochs", 1, *language, LC_ALL="C.UTF-8")
            self.assertIn(words, run.stdout)

    def test_a_killed_run_is_resumed_to_the_same_bits(self):
        options = ("--epochs", 12, "--verbose", 0)
        self.assertEqual(self.train(*options, "--name", "whole").returncode, 0)
        process = subprocess.Popen([COMMAND, "train", "mnist", "--data", self.folder / "mnist", *map(str, options), "--name",
                                    "killed", "--checkpoint", "20"], cwd=self.folder, stdout=subprocess.DEVNULL)
        backup = self.folder / "runs/killed/backup"
        while process.poll() is None and not (backup.exists() and any(backup.glob("*.safetensors"))):
            time.sleep(0.005)
        process.kill()
        process.wait()
        run = linnet("train", "--resume", "runs/killed", folder=self.folder)
        self.assertEqual(run.returncode, 0, run.stderr)
        whole, killed = (self.folder / "runs" / name / "model.safetensors" for name in ("whole", "killed"))
        self.assertEqual(whole.read_bytes(), killed.read_bytes())
        tables = [(self.folder / "runs" / name / "history.csv").read_text().splitlines() for name in ("whole", "killed")]
        self.assertEqual(tables[0][0], tables[1][0])  # the same columns, seconds among them
        self.assertIn("seconds", tables[1][0])
        self.assertEqual((len(tables[0]), len(tables[1])), (13, 13))
        self.assert_error(linnet("train", "--resume", "runs/killed", folder=self.folder), 1, "--resume", "finished")
        self.assert_error(linnet("train", "--resume", "runs/none", folder=self.folder), 1, "--resume", "command.json")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
