#!/usr/bin/env python3
"""Linnet as other people's projects meet it.

    install_test.py BUILD_FOLDER Installed     installs it, moves the installation, and builds programs against that
    install_test.py BUILD_FOLDER Subproject    builds a project that has Linnet inside it
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
HERE = pathlib.Path(__file__).resolve().parent


def run(*command, folder=None, **variables):
    """What the command prints. Linnet's variables of whoever runs the tests do not count."""
    environment = {name: value for name, value in os.environ.items() if name != "LINNET_DATA"} | variables
    result = subprocess.run([str(part) for part in command], cwd=folder, env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {result.returncode}:\n{result.stdout}")
    return result.stdout


def cached(variable):
    """A variable of the build that is tested, or None."""
    found = re.search(rf"^{variable}:\w+=(.+)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE)
    return found and found[1]


def configure(source, build, **variables):
    run("cmake", "-G", cached("CMAKE_GENERATOR"), "-S", source, "-B", build,
        *(f"-D{name}={value}" for name, value in variables.items()))


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        folder = pathlib.Path(cls.temporary.name)
        run("cmake", "--install", BUILD, "--prefix", folder / "first place")
        cls.prefix = folder / "second place"
        shutil.move(folder / "first place", cls.prefix)
        cls.elsewhere = folder / "elsewhere"
        cls.elsewhere.mkdir()
        cls.folder_of_library = next(cls.prefix.glob("lib*/**/liblinnet.so")).parent
        cls.include = cls.prefix / "include"

    # A program that has the static library in it does not know where that came from.
    def data(self, kind):
        return {"LINNET_DATA": str(self.prefix / "share/linnet/data")} if kind == "static" else {}

    def test_find_package(self):
        for kind in "shared", "static":
            with self.subTest(kind):
                build = self.elsewhere / f"cmake {kind}"
                configure(HERE / "outside", build, CMAKE_PREFIX_PATH=self.prefix, KIND=kind)
                run("cmake", "--build", build)
                self.assertIn("all is well", run(build / "outside", folder=self.elsewhere, **self.data(kind)))
                needed = run("readelf", "-d", build / "outside")
                self.assertEqual("liblinnet.so" in needed, kind == "shared")

    def test_pkg_config(self):
        program = self.elsewhere / "program"
        variables = {"PKG_CONFIG_PATH": str(self.folder_of_library / "pkgconfig")}
        options = run("pkg-config", "--cflags", "--libs", "linnet", **variables)
        self.assertNotIn("dnnl", options)
        self.compile(HERE / "outside" / "main.cpp", "-o", program, options)
        self.assertIn("all is well", run(program, folder=self.elsewhere, LD_LIBRARY_PATH=str(self.folder_of_library)))

        static = run("pkg-config", "--static", "--libs", "linnet", **variables)
        self.compile("-c", HERE / "outside" / "main.cpp", "-o", program.with_suffix(".o"), options.split(" -L")[0])
        self.compile(program.with_suffix(".o"), "-o", program,
                     static.replace("-llinnet", "-Wl,-Bstatic -llinnet -Wl,-Bdynamic"))
        self.assertNotIn("liblinnet", run("readelf", "-d", program))
        self.assertIn("all is well", run(program, folder=self.elsewhere, **self.data("static")))

    def compile(self, *arguments):
        """Through the shell, because that splits what pkg-config says: it quotes spaces."""
        *arguments, options = arguments
        words = " ".join(f"'{argument}'" for argument in arguments)
        run("sh", "-c", f"c++ -std=c++20 {words} {options.strip()}")

    def test_every_header_stands(self):
        headers = sorted(path.relative_to(self.include) for path in self.include.rglob("*.h"))
        self.assertIn(pathlib.Path("linnet/linnet.h"), headers)
        self.assertEqual([str(h) for h in headers if "cpu" in h.parts or "reference" in h.parts], [])
        program = self.elsewhere / "headers.cpp"
        program.write_text("".join(f"#include <{header}>\n" for header in headers))
        run("c++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", f"-I{self.include}", program)

    def test_what_the_shared_library_shows(self):
        library = self.folder_of_library / "liblinnet.so"
        self.assertRegex(run("readelf", "-d", library), r"SONAME.*\[liblinnet\.so\.\d+\.\d+\]")
        symbols = run("nm", "-DC", "--defined-only", library).splitlines()
        names = [line.split(maxsplit=2)[2] for line in symbols]
        self.assertTrue(any(name.startswith("linnet::matmul(") for name in names))
        foreign = [name for name in names if not re.search(r"\b(linnet|std)::", name)]  # std: templates for our types
        self.assertEqual(foreign, [])
        inside = r"\b(dnnl|hwy|Eigen|nlohmann|fmt)\b|linnet::kernels::(cpu|reference)\b"
        self.assertEqual([name for name in names if re.search(inside, name)], [])

    def test_command(self):
        """From any folder, without the repository: the data are found beside the command."""
        command = self.prefix / "bin/linnet"
        printed = run(command, "train", "mnist", "--epochs", "1", "--hidden", "8", "--out", "run", folder=self.elsewhere)
        self.assertRegex(printed, r"Test accuracy: 0\.[89]\d+")
        self.assertIn(".TH LINNET 1", (self.prefix / "share/man/man1/linnet.1").read_text())

    def test_says_what_is_missing(self):
        build = self.elsewhere / "cmake wrong"
        with self.assertRaisesRegex(AssertionError, r"(?s)received\s+\"dynamic\""):
            configure(HERE / "outside", build, CMAKE_PREFIX_PATH=self.prefix, KIND="dynamic")


class Subproject(unittest.TestCase):
    def test_fetch_content(self):
        launcher = cached("CMAKE_CXX_COMPILER_LAUNCHER")
        if launcher:  # a compiler cache, which has these objects already
            options = {"CMAKE_CXX_COMPILER_LAUNCHER": launcher, "CMAKE_BUILD_TYPE": cached("CMAKE_BUILD_TYPE"),
                       "LINNET_WERROR": cached("LINNET_WERROR")}
        else:  # as fast as the compiler can
            options = {"CMAKE_BUILD_TYPE": "Debug", "CMAKE_CXX_FLAGS_DEBUG": "-O0"}
        with tempfile.TemporaryDirectory() as folder:
            configure(HERE / "subproject", folder, LINNET_SOURCE=HERE.parents[1],
                      CMAKE_CXX_COMPILER=cached("CMAKE_CXX_COMPILER"), **options)
            targets = run("cmake", "--build", folder, "--target", "help")
            self.assertRegex(targets, r"(?m)^(\.\.\. )?linnet\b")
            self.assertNotRegex(targets, r"\b(test_\w+|linnet_command|linnet-golden|first_network|install)\b")
            run("cmake", "--build", folder)
            self.assertIn("all is well", run(pathlib.Path(folder) / "outside", folder=folder))


if __name__ == "__main__":
    unittest.main(verbosity=2)
