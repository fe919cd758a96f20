"""What the tests of the command share: running it, and a small MNIST."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

COMMAND = pathlib.Path(sys.argv[1]).resolve()
REPOSITORY = pathlib.Path(sys.argv[2]).resolve()


def linnet(*arguments, folder=None, **environment):
    import os
    variables = {name: value for name, value in os.environ.items() if not name.startswith("LC_") and name != "LANG"}
    return subprocess.run([COMMAND, *map(str, arguments)], cwd=folder, capture_output=True, text=True, timeout=300,
                          env={**variables, **environment})


class CommandTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def make_small_mnist(cls, training_images, test_images):
        """The first images of MNIST, in the folder mnist."""
        subprocess.run([sys.executable, REPOSITORY / "tools/small_mnist.py", REPOSITORY / "data/mnist",
                        cls.folder / "mnist", str(training_images), str(test_images)], check=True)

    def run_ok(self, *arguments, **environment):
        run = linnet(*arguments, folder=self.folder, **environment)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        return run

    def assert_error(self, run, code, *texts):
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        for text in texts:
            self.assertIn(text, run.stderr)
        self.assertNotIn("terminate", run.stderr)
