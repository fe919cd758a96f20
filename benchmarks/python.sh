#!/bin/sh
# Installs what the comparison of Python with C++ and with PyTorch needs (Debian 12), builds, and runs it.
#   benchmarks/python.sh [options of benchmarks/python/run.py, such as --rounds 9]
set -eu
cd "$(dirname "$0")/.."
. tools/packages.sh
install_packages $build_packages pybind11-dev python3-dev python3-numpy python3-torch
cmake -G Ninja -B build -DLINNET_BUILD_TESTS=OFF -DLINNET_BUILD_BENCHMARKS=ON -DLINNET_PYTHON=ON >/dev/null
cmake --build build --target linnet_python linnet-bench-steps
exec benchmarks/python/run.py "$@"
