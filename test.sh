#!/bin/sh
# Installs what the tests need, builds, and runs all of them. Options go to ctest:  ./test.sh -R mnist
set -eu
cd "$(dirname "$0")"
. tools/packages.sh

install_packages $build_packages $test_packages $doc_packages

# The compiler cache spares install.subproject, a project with Linnet inside it, from compiling everything again.
cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DLINNET_BUILD_TESTS=ON -DLINNET_PYTHON=ON -DLINNET_CHECK_TREE=ON \
  -DCMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)" >/dev/null
echo "Building Linnet and its tests …"
cmake --build build
ctest --test-dir build --output-on-failure -j "$(nproc)" "$@"
