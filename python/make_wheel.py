#!/usr/bin/env python3
"""Packs the Python package of a build into a wheel, without pip and without a network.

    make_wheel.py PACKAGE_FOLDER VERSION OUTPUT_FOLDER     what the target linnet_wheel does

PACKAGE_FOLDER is where `cmake --install --component python` has put the folder linnet. The wheel is for the Python that
runs this script; where an index of packages can be reached, `pip install .` makes the same (pyproject.toml).
"""
import base64
import hashlib
import pathlib
import sys
import sysconfig
import tomllib
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[1]


def tag():
    """Which Python and system it is for: cp311-cp311-linux_x86_64."""
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    return f"{python}-{python}-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"


def metadata(version):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {version}",
             f"Summary: {project['description']}", f"License: {project['license']['text']}",
             f"Requires-Python: {project['requires-python']}",
             *(f"Requires-Dist: {package}" for package in project["dependencies"]),
             "Description-Content-Type: text/markdown", "", (ROOT / project["readme"]).read_text()]
    return "\n".join(lines)


def entry(name, contents):
    """A file's line in RECORD."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(contents).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(contents)}\n"


def main():
    package, version, output = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
    info = f"linnet-{version}.dist-info"
    files = {str(path.relative_to(package)): path.read_bytes() for path in sorted(package.rglob("*")) if path.is_file()}
    files[f"{info}/METADATA"] = metadata(version).encode()
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: linnet\nRoot-Is-Purelib: false\nTag: {tag()}\n".encode()
    for name in ("LICENSE", "NOTICE"):
        files[f"{info}/{name}"] = (ROOT / name).read_bytes()
    record = "".join(entry(name, contents) for name, contents in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()

    output.mkdir(parents=True, exist_ok=True)
    wheel = output / f"linnet-{version}-{tag()}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in files.items():
            one = zipfile.ZipInfo(name)  # the same date for all: the same files make the same wheel
            one.external_attr = (0o755 if name.endswith(".so") else 0o644) << 16
            archive.writestr(one, contents, zipfile.ZIP_DEFLATED)
    print(wheel)


if __name__ == "__main__":
    main()
