#!/bin/sh
# Builds library and tests with clang, warnings as errors, and with the address and undefined-behaviour sanitizers, and
# runs the tests. FOLDER keeps the build:  tools/check_sanitizers.sh build/sanitizers
set -eu
folder=$1
shift
cd "$(dirname "$0")/.."
cmake -S . -B "$folder" -G Ninja -DCMAKE_CXX_COMPILER=clang++-14 -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_CXX_FLAGS_DEBUG="-O1 -gline-tables-only" -DLINNET_SANITIZE=address,undefined -DLINNET_WERROR=ON \
  -DLINNET_BUILD_TESTS=ON -DLINNET_CHECK_TREE=OFF >/dev/null
cmake --build "$folder"
ctest --test-dir "$folder" --output-on-failure "$@"
