#!/bin/sh
# Installs what the comparison with other libraries needs (Debian 12: PyTorch and dlib, about 1 GB), builds, and runs it.
#   benchmarks/run.sh [options of benchmarks/peers/run.py, such as --rounds 5 --json peers.json]
set -eu
cd "$(dirname "$0")/.."
. tools/packages.sh
install_packages $build_packages $benchmark_packages
cmake -G Ninja -B build -DLINNET_BUILD_TESTS=OFF -DLINNET_BUILD_BENCHMARKS=ON >/dev/null
cmake --build build
exec benchmarks/peers/run.py "$@"
